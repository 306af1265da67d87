/*
 * The space.yaml of a replay: the sweep's own, with the trials as what it starts with, the seeds as
 * replicates, and a budget of exactly these.
 */
#ifndef SWEEP_REPLAY_REPLAY_SPACE_H
#define SWEEP_REPLAY_REPLAY_SPACE_H

#include "replay/replay.h"

/**
 * Append it. Command, captures, settings of trials and the space are the sweep's, with what people
 * set; limits that would end it early are left out.
 *
 * @param name  of the replay
 * @error SWEEP_BAD_INPUT when it would not run the same commands
 */
bool replay_space_append(struct replay *replay, const char *name, struct strbuf *out,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
