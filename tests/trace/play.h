/*
 * Play a script: the engine, the fake back end and a virtual clock in a closed loop.
 *
 *     play_script(&script, &log);
 *
 * The log has one line per thing that the engine is told, and below it what it wants done:
 *
 *     > [  2.0] ended 1.1: exit 0
 *     >         update 1 complete value 0.5 at step 1, arrival 2, ran 2 s in 1 attempt
 */
#ifndef TRACE_PLAY_H
#define TRACE_PLAY_H

#include "base/strbuf.h"
#include "script.h"

/** Play to the end and append what happened. Fails the running test when there is no end to it. */
void play_script(struct script *script, struct strbuf *log);

#endif
