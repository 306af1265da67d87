/*
 * What is on the bottom of the screen while a sweep runs: how far it is, the best so far, the
 * running trials with their last value, and how long it may still take.
 *
 *     glance_note_ended(&glance, notice);                    each trial that ended
 *     glance_format(&glance, &words, notice, &terminal, &lines);    a RUN_TICK
 *
 * Ownership: glance_release(); texts are borrowed.
 */
#ifndef SWEEP_CLI_RUN_GLANCE_H
#define SWEEP_CLI_RUN_GLANCE_H

#include <stdint.h>

#include "base/strbuf.h"
#include "run/run.h"
#include "view/term/terminal.h"
#include "view/term/trial_text.h"

struct glance {
    const char *name; /* of the sweep */
    uint32_t parallel;
    struct strbuf best;    /* the best trial's value and params, as far as we saw it end */
    uint64_t best_trial;   /* which one that is; 0: none */
    double ended_s;        /* durations of the trials that ended while we watched, summed */
    uint64_t ended_count;  /* and how many these were */
    uint64_t most_at_once; /* as many as ran together, as far as trials that ended tell */
};

void glance_init(struct glance *glance, const char *name, uint32_t parallel);
void glance_release(struct glance *glance);

/** A trial ended: learn how long trials take, and what the best one is. */
void glance_note_ended(struct glance *glance, const struct trial_words *words,
                       const struct run_notice *notice);

/** Append the lines of one RUN_TICK, each narrower than the terminal and ended with a newline. */
void glance_format(const struct glance *glance, const struct trial_words *words,
                   const struct run_notice *notice, const struct terminal *terminal,
                   struct strbuf *out);

/**
 * How much longer it may take, from how long trials took so far and
 * from the time of the budget.
 *
 * @return seconds; negative where it cannot be told
 */
double glance_seconds_left(const struct glance *glance, const struct run_notice *notice);

#endif
