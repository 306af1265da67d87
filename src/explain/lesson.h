/*
 * All that `sweep explain` says of a sweep, before it is put into words.
 *
 *     struct lesson lesson;
 *     if (lesson_take(&lesson, operand, err))
 *         lesson_words_append(&lesson, &out);
 *     lesson_release(&lesson);
 *
 * Ownership: lesson_release(), also after a failure; everything lives in the record's arena.
 */
#ifndef SWEEP_EXPLAIN_LESSON_H
#define SWEEP_EXPLAIN_LESSON_H

#include "explain/blame.h"
#include "explain/findings.h"
#include "explain/insight.h"

struct lesson {
    struct insight insight;
    struct insight_ask next;
    struct sweep_explanation explanation;
    const struct sweep_trial *best; /* observed, of today's space; or NULL */
    struct sweep_forecast of_next;  /* where next.params are there */
    struct sweep_forecast of_best;  /* of the observed best, where there is one */
    uint64_t predicted_trial;       /* the one that has the predicted best params; 0: none */
    struct findings findings;
    struct blame blame;
    size_t outside;     /* finished trials that are not of today's space: nothing here is of them */
    const char *method; /* as in the file: auto, or the name */
    const char *why;    /* `auto` took the strategy that it took; or NULL */
};

bool lesson_take(struct lesson *lesson, const char *operand,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

void lesson_release(struct lesson *lesson);

/** Whether the model says something at all. */
bool lesson_has_model(const struct lesson *lesson);

/** How well the model predicts. */
enum lesson_trust {
    LESSON_NO_TRUST, /* there are too few trials, or it predicts no better than their mean */
    LESSON_SOME_TRUST,
    LESSON_TRUST
};

enum lesson_trust lesson_trust(const struct lesson *lesson);

/** What is known of a parameter. */
enum lesson_verdict {
    LESSON_UNKNOWN, /* too few trials to tell */
    LESSON_MATTERS,
    LESSON_IDLE /* it has no effect worth the name */
};

enum lesson_verdict lesson_verdict(const struct lesson *lesson, size_t parameter);

/** What a suggestion is for. */
enum lesson_aim {
    LESSON_REFINE,  /* beside a trial that is known to be good */
    LESSON_IMPROVE, /* the model expects it to be better than the best */
    LESSON_EXPLORE, /* unlike all that was tried */
    LESSON_WEIGH    /* between: promising, and not certain */
};

enum lesson_aim lesson_aim(const struct sweep_explanation *explanation,
                           const struct sweep_forecast *forecast, bool maximize);

#endif
