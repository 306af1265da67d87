/*
 * What trials need of a GPU's memory, found out by what others took.
 *
 *     needs_learn(&needs, trial->params, bytes);      a trial that came out took so much at most
 *     bytes = needs_find(&needs, params);             0: not known, it is to be alone
 *     needs_release(&needs);
 *
 * The rule, so that people can follow it: a trial is given the most that any has taken so far and a
 * tenth more. Where one parameter tells what trials take (those with the same value of it took the
 * same, within a tenth, and others not), it is given the most that those with its value took; a
 * number that was not seen yet counts as the next larger one, if larger ones took more, and else is
 * not known.
 *
 * Ownership: needs_release(); values are copied but for their texts, which outlive it.
 */
#ifndef SWEEP_RUN_NEEDS_H
#define SWEEP_RUN_NEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/space.h"

/** As many trials are remembered. */
#define NEEDS_MAX 128

#define NEEDS_NO_PARAMETER SIZE_MAX

struct needs_sample {
    struct sweep_value *params; /* [param_count] */
    uint64_t bytes;
};

struct needs {
    size_t param_count;
    struct needs_sample samples[NEEDS_MAX]; /* [count] */
    size_t count;
    size_t next;         /* whose place the next one takes when all are taken */
    uint64_t most_bytes; /* of all, the forgotten ones too */
    size_t telling;      /* index of the parameter that tells, or NEEDS_NO_PARAMETER */
};

void needs_init(struct needs *needs, size_t param_count);
void needs_release(struct needs *needs);

/** Take in what a trial that came out took. @param bytes  above 0 */
void needs_learn(struct needs *needs, const struct sweep_value *params, uint64_t bytes);

/** What a trial is to be given [bytes]; NULL: one that needs as little as any. */
uint64_t needs_find(const struct needs *needs, const struct sweep_value *params);

/** The least that any remembered one took; 0: nothing is known. */
uint64_t needs_least(const struct needs *needs);

#endif
