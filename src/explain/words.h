/*
 * Pieces of sentences that several explanations are made of.
 *
 * Numbers are rounded for people; what comes from the YAML is made safe for a screen.
 */
#ifndef SWEEP_EXPLAIN_WORDS_H
#define SWEEP_EXPLAIN_WORDS_H

#include "base/strbuf.h"
#include "explain/lesson.h"

/** Append `0.1 .. 0.3`. */
void words_append_interval(double low, double high, struct strbuf *out);

/** Append a share, `61%`; what is not 0 and rounds to it, `under 1%`. */
void words_append_share(double share, struct strbuf *out);

/** Append `lr=0.1 optimizer=adam`: what is searched and active. */
void words_append_params(const struct sweep_space *space, const struct sweep_value *params,
                         struct strbuf *out);

/** Append the name of a parameter. */
void words_append_name(const struct sweep_space *space, size_t parameter, struct strbuf *out);

/** Append what is expected: `val_acc 0.95 (0.93 .. 0.96)`. */
void words_append_forecast(const char *metric, const struct sweep_forecast *forecast,
                           struct strbuf *out);

/** Append why a suggestion is made, as `close to trial 12, the best: to refine it`. */
void words_append_aim(enum lesson_aim aim, const struct sweep_explanation *explanation,
                      const struct sweep_forecast *forecast, struct strbuf *out);

/**
 * Append the probability of a better trial, and whether to go on.
 *
 * @param is_known  it is not merely a guess
 */
void words_append_chance(double chance, bool is_known, struct strbuf *out);

/** Append how one parameter moves the objective: `higher is better; ...`. */
void words_append_trend(const struct sweep_parameter *parameter,
                        const struct sweep_influence *influence, bool maximize, struct strbuf *out);

#endif
