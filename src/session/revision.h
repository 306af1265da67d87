/*
 * What changed between the YAML that a sweep was started with and the one of today.
 *
 * Some of it may change while there are trials (how many, how many at a time, how each is run);
 * the rest says what the trials are, and finished ones would no longer compare. The space is
 * between them: trials outside of the new one stay, but whoever changes it must accept that.
 */
#ifndef SWEEP_SESSION_REVISION_H
#define SWEEP_SESSION_REVISION_H

#include "base/strbuf.h"
#include "config/config.h"

/** What differs, for people. */
struct revision {
    struct strbuf applied;        /* what may: `budget.trials 40 -> 44, parallel 1 -> 2` */
    struct strbuf refused;        /* the keys that may not: `command, parameters` */
    struct strbuf refused_values; /* the same with their values, a line each but for the first */
    bool has_command;             /* another command is among what may */
    bool has_space;               /* the space differs, accepted or not */
    bool waits_for_begun;         /* all that may not could, were no trial begun */
    bool waits_for_accepting;     /* all that may not could, were it accepted */
};

/** What is known of the sweep besides its YAML. */
struct revision_facts {
    uint64_t seed;  /* written down only now, and the same, it is no change */
    bool is_unseen; /* no trial has a value of the metric, so nothing depends on what it is */
    bool is_free;   /* no trial has come out: see store_is_free() */
    bool accepts;   /* the person accepts another space */
};

/** Compare two configs; what is only written differently is no change. */
void revision_compare(struct revision *revision, const struct config *old,
                      const struct config *edited, const struct revision_facts *facts);

void revision_release(struct revision *revision);

#endif
