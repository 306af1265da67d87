/*
 * What a sweep has taught so far: its record, the model's view of it, and any ask made again.
 *
 *     struct insight insight;
 *     struct insight_ask next;
 *     if (insight_open(&insight, operand, err)) {
 *         insight_ask_next(&insight, &next);
 *         insight_explain(&insight, &next, &explanation);
 *     }
 *     insight_close(&insight);
 *
 * A suggestion follows from the seed, the trial's number and what was known then, all of which is
 * recorded: so it can be made again, and explained. The model is that of the sweep's own method or,
 * where that has none, of `bayes`: any history will do.
 *
 * Ownership: insight_close(), also after a failure. Everything lives in the record's arena; what an
 * ask knows holds until the next one.
 */
#ifndef SWEEP_EXPLAIN_INSIGHT_H
#define SWEEP_EXPLAIN_INSIGHT_H

#include "asker/known.h"
#include "session/settings.h"
#include "sweep/strategy.h"
#include "view/record/record.h"

struct insight {
    struct record record; /* all trials, with what was known when they were suggested */
    struct settings settings;
    const struct sweep_space *searched;
    const struct sweep_strategy *strategy; /* of the sweep */
    void *state;                           /* NULL: it cannot be asked here */
    const struct sweep_strategy *model;    /* NULL: there is none, and `no_model` says why */
    void *model_state;
    const char *no_model;
    struct sweep_judge *judge;
    struct known known;
};

/** Who chose the params of a trial. */
enum insight_chooser {
    CHOOSER_PERSON,    /* added */
    CHOOSER_RETRY,     /* of another trial */
    CHOOSER_START,     /* listed under `start` in the file */
    CHOOSER_REPLICATE, /* another seed for a configuration */
    CHOOSER_STRATEGY
};

/** One ask. */
struct insight_ask {
    uint64_t number; /* of the trial */
    enum insight_chooser chooser;
    struct sweep_ask ask; /* as the strategy gets it */
    struct sweep_history history;
    enum sweep_answer answer;
    struct sweep_value *params; /* [space count] NULL: it was not asked again */
};

/** @param operand  SWEEP as typed, or NULL. @error as record_open() */
bool insight_open(struct insight *insight, const char *operand,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

void insight_close(struct insight *insight);

/** What would be tried next. */
void insight_ask_next(struct insight *insight, struct insight_ask *out);

/** The ask that a trial came from; people and retries ask nobody. */
void insight_ask_again(struct insight *insight, const struct sweep_trial *trial,
                       struct insight_ask *out);

/** What the model says, knowing what that ask knew; basis NONE where there is no model. */
void insight_explain(struct insight *insight, const struct insight_ask *ask,
                     struct sweep_explanation *out);

/** Whether two assignments are the same as far as a strategy chooses them. */
bool insight_is_same(const struct insight *insight, const struct sweep_value *a,
                     const struct sweep_value *b);

#endif
