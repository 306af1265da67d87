/*
 * What an engine says of itself and of an image, for a command that has nothing else to do
 * meanwhile.
 *
 *     if (ask_engine(engine, environment, &state, err) && ask_image(...)) ...
 *
 * Each question has a deadline: a daemon that hangs is one that does not work.
 */
#ifndef SWEEP_EXEC_CONTAINER_ASK_H
#define SWEEP_EXEC_CONTAINER_ASK_H

#include <stdbool.h>

#include "exec/container/engine.h"
#include "sweep/error.h"

#define ASK_VERSION_MAX 64

/** An engine that works here. */
struct ask_state {
    char version[ASK_VERSION_MAX];
    bool is_mapped; /* its daemon has no root: who is root in a container is we outside */
};

/**
 * See whether an engine works here.
 *
 * @param environment  of us; ends with NULL
 * @error SWEEP_NOT_FOUND  its program is not installed; SWEEP_BAD_INPUT it does not work
 */
bool ask_engine(const struct container_engine *engine, char *const *environment,
                struct ask_state *state, struct sweep_error *err) SWEEP_MUST_CHECK;

/** See whether an image is here, where it is known by name. @error SWEEP_BAD_INPUT */
bool ask_image(const struct container_engine *engine, const char *image, char *const *environment,
               struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
