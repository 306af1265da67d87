/*
 * The seeds of a replay: listed by the person, or fresh ones.
 */
#ifndef SWEEP_REPLAY_SEEDS_H
#define SWEEP_REPLAY_SEEDS_H

#include "replay/replay.h"

/**
 * Set the seeds of a replay, whose `pass_as` is known.
 *
 * Fresh ones are drawn from a stream of the sweep's own seed, so that they are the same whenever
 * they are asked for, and so for all configurations. None is one that a trial of the sweep had:
 * what a trial was chosen for may be its seed's doing.
 *
 * @param text  how many, `5`, or a list, `11,12,13`
 * @error SWEEP_USAGE
 */
bool seeds_choose(struct replay *replay, const char *text,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
