/*
 * The container that trials run in, as `trial.container` asks for it: what of it is on this
 * machine.
 *
 *     housing_look(config, environment, &state, err)      before a sweep is made
 *     housing_place(&arena, config, &place, &settings, err)    when it is known where it is
 *
 * Both say what is missing before anything is started. Without a container both have nothing to do.
 */
#ifndef SWEEP_SESSION_HOUSING_H
#define SWEEP_SESSION_HOUSING_H

#include <stdbool.h>

#include "base/arena.h"
#include "config/config.h"
#include "exec/container/ask.h"
#include "sweep/error.h"

/**
 * See whether the engine works here and has the image; takes the time of two questions to it.
 *
 * @error SWEEP_BAD_INPUT  it does not, or has not
 */
bool housing_look(const struct config *config, char *const *environment, struct ask_state *state,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Where a sweep and its trials are; both absolute. */
struct housing_place {
    const char *directory; /* in which it was first started: trials see it */
    const char *workdir;   /* in which they run */
};

/**
 * Decide what containers get: paths become absolute, in the arena.
 *
 * @param[out] settings  whether they are mapped is left as it is
 * @error SWEEP_BAD_INPUT  an image or a mount is not there, or would hide the image
 */
bool housing_place(struct arena *arena, const struct config *config,
                   const struct housing_place *place, struct container_settings *settings,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
