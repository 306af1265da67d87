/*
 * The kinds of ends that a trial can have, in one table: their names, their words, whose fault they
 * are and what a sweep does about them. The judging, the breaker, the commands and the manual page
 * all read it.
 *
 *     const struct reason_kind *kind = reason_kind(trial->reason);
 *     if (kind->fault == REASON_OF_MACHINE) ...
 */
#ifndef SWEEP_TRIAL_REASON_H
#define SWEEP_TRIAL_REASON_H

#include <stdbool.h>

#include "sweep/trial.h"

#define REASON_COUNT (SWEEP_REASON_IMAGE + 1)

/** Whose budget of tries an end is charged to, and what it says about the trials to come. */
enum reason_fault {
    REASON_OF_NOBODY,  /* somebody wanted it so */
    REASON_OF_MACHINE, /* tried again at the machine's expense */
    REASON_OF_SETUP,   /* no trial can fare better until somebody mends it */
    REASON_OF_SCRIPT,  /* a mistake in it, or bad luck of these params */
    REASON_OF_SIZE,    /* these params need more than there is */
    REASON_OF_TIME     /* it took too long */
};

struct reason_kind {
    const char *name;   /* as in the database and in exports; NULL: SWEEP_REASON_NONE */
    const char *words;  /* for people; NULL: they need the detail */
    const char *about;  /* when it is, as a part of a sentence */
    const char *policy; /* what the sweep does then, as a sentence without its stop */
    enum reason_fault fault;
    bool has_last_line; /* the last line of the output may tell more */
};

/** The row of a reason; never NULL. */
const struct reason_kind *reason_kind(enum sweep_reason reason);

#endif
