/*
 * Where failures lie: the simplest rule that most of them have in common and other trials have not.
 *
 *     struct blame blame;
 *     blame_find(&blame, &insight, &ask);
 *     if (blame.rule_count > 0)
 *         7 of blame.failures have batch >= 192
 *
 * A rule is one condition on one parameter, or two of them. It is only told where it would hardly
 * come about by chance: the hypergeometric probability of as many failures in it, times the number
 * of rules that were looked at (Bonferroni), is below one in twenty.
 *
 * Failures of the machine, and what people cancelled, are no failures here.
 *
 * Ownership: everything lives in the record's arena.
 *
 * @see Fisher 1935, "The logic of inductive inference" (the exact test)
 */
#ifndef SWEEP_EXPLAIN_BLAME_H
#define SWEEP_EXPLAIN_BLAME_H

#include "explain/insight.h"

#define BLAME_RULES 2

enum blame_relation {
    BLAME_AT_LEAST,
    BLAME_AT_MOST,
    BLAME_EQUALS
};

struct blame_rule {
    size_t parameter;
    enum blame_relation relation;
    struct sweep_value value;
};

/** Failures that are alike. */
struct blame_reason {
    enum sweep_reason reason; /* NONE: it is complete, but its value is not finite */
    int detail;
    size_t count;
};

#define BLAME_REASONS 8 /* that are told apart */

struct blame {
    size_t judged;   /* trials that failed, or came out */
    size_t failures; /* of them */
    struct blame_reason reasons[BLAME_REASONS];
    size_t reason_count;
    struct blame_rule rules[BLAME_RULES]; /* [rule_count] all of them hold */
    size_t rule_count;
    size_t inside; /* trials for which they hold */
    size_t failures_inside;
};

void blame_find(struct blame *blame, struct insight *insight, const struct insight_ask *ask);

#endif
