/*
 * Why one trial was suggested, and how it came out beside what was expected.
 *
 *     struct account account;
 *     if (account_take(&account, "digits/12", err))
 *         account_append_words(&account, &out);
 *     account_release(&account);
 *
 * The ask that it came from is made again with what was known then.
 *
 * Ownership: account_release(), also after a failure.
 */
#ifndef SWEEP_EXPLAIN_ACCOUNT_H
#define SWEEP_EXPLAIN_ACCOUNT_H

#include "base/strbuf.h"
#include "explain/insight.h"
#include "explain/lesson.h"

/** What asking again came to. */
enum account_replay {
    ACCOUNT_SAME,
    ACCOUNT_OTHER,    /* this version, or today's space, gives other params */
    ACCOUNT_NOT_ASKED /* nobody was, or who was cannot be asked here */
};

/** The result beside the forecast. */
enum account_outcome {
    ACCOUNT_NO_VALUE, /* not yet, or never */
    ACCOUNT_AS_EXPECTED,
    ACCOUNT_BETTER,
    ACCOUNT_WORSE
};

struct account {
    struct insight insight;
    const struct sweep_trial *trial;
    struct insight_ask ask;
    enum account_replay replay;
    bool is_outside;                      /* of today's space: nothing is expected of it */
    struct sweep_explanation explanation; /* of what was known then */
    struct sweep_forecast forecast;
};

/** @param operand  TRIAL as typed. @error as record_open_trial() */
bool account_take(struct account *account, const char *operand,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

void account_release(struct account *account);

/** Whether something was expected of it. */
bool account_has_forecast(const struct account *account);

enum account_outcome account_outcome(const struct account *account);

enum lesson_aim account_aim(const struct account *account);

/** Whether it was the model that suggested it. */
bool account_is_of_model(const struct account *account);

void account_append_words(struct account *account, struct strbuf *out);

#endif
