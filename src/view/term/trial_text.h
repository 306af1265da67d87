/*
 * A trial in words: the same ones in the ranking, in the lines of a running sweep and in `show`.
 *
 *     trial_text_value(&words, trial, &line);    0.953 (best, epoch 12; last 0.941)
 *     trial_text_params(&words, trial, &line);   lr=0.0031 optimizer=adam
 *
 * Numbers are rounded for people; exports and `best` have them exactly. What comes from the YAML
 * is made safe for a screen.
 */
#ifndef SWEEP_VIEW_TERM_TRIAL_TEXT_H
#define SWEEP_VIEW_TERM_TRIAL_TEXT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sweep/trial.h"
#include "trial/objective.h"

/** What the words need to know of the sweep. */
struct trial_words {
    const struct sweep_space *space;
    const char *metric;    /* name of the objective, or NULL */
    const char *step_name; /* name of the captured number that is the step, or NULL */
    struct objective_settings objective;
};

/** Append a real with at most five significant digits. */
void trial_text_number(double value, struct strbuf *out);

/** Append the objective; `-` where there is none. */
void trial_text_value(const struct trial_words *words, const struct sweep_trial *trial,
                      struct strbuf *out);

/** Append the state, and the reason where there is one: `failed: exit code 3`, `stopped early`. */
void trial_text_state(const struct sweep_trial *trial, struct strbuf *out);

/** Append one parameter's value. */
void trial_text_param(const struct sweep_value *value, struct strbuf *out);

/** Append `name=value` for the parameters that are searched and active. */
void trial_text_params(const struct trial_words *words, const struct sweep_trial *trial,
                       struct strbuf *out);

/** Append a number of bytes: `812 bytes`, `1.4 MiB`. */
void trial_text_bytes(uint64_t bytes, struct strbuf *out);

/** Whether a parameter is searched, not constant. */
bool trial_text_is_searched(const struct sweep_parameter *parameter);

#endif
