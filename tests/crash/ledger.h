/*
 * What the trials wrote about themselves, outside of everything that sweep does: one line each,
 * appended by one write().
 *
 *     start  TRIAL ATTEMPT PID NANOSECONDS ARGV...
 *     metric TRIAL ATTEMPT STEP VALUE          after the same value was flushed to standard output
 *     alive  TRIAL ATTEMPT NANOSECONDS         from the daemon of an attempt, over and over
 *     end    TRIAL ATTEMPT NANOSECONDS         just before exit(0)
 */
#ifndef SWEEP_TESTS_LEDGER_H
#define SWEEP_TESTS_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum ledger_kind {
    LEDGER_START,
    LEDGER_METRIC,
    LEDGER_ALIVE,
    LEDGER_END
};

struct ledger_line {
    enum ledger_kind kind;
    size_t number; /* in the file, from 1 */
    uint64_t trial;
    uint64_t attempt;
    int64_t step;     /* METRIC */
    double value;     /* METRIC */
    const char *argv; /* START: the words, a blank between each two */
};

struct ledger {
    const struct ledger_line *lines; /* [count] in the order of the file */
    size_t count;
};

/**
 * Read a ledger; a last line without its end is left out.
 *
 * @return false, with a message printed, when it cannot be read or is not a ledger
 */
bool ledger_load(struct arena *arena, const char *path, struct ledger *out);

/** Whether there is a line of this kind for an attempt. */
bool ledger_has(const struct ledger *ledger, enum ledger_kind kind, uint64_t trial,
                uint64_t attempt);

#endif
