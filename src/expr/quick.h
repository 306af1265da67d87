/*
 * Most expressions without SQLite: a list of operations on a small stack, for those who evaluate
 * one a million times. It knows only what is certain to mean the same there, and says so where it
 * does not know: then SQLite is asked. A test compares the two.
 *
 *     struct quick *quick = quick_create(&parsed);
 *     if (quick == NULL || !quick_evaluate(quick, values, &out))
 *         ... ask SQLite
 *
 * Ownership: quick_free(); the parsed expression is borrowed.
 */
#ifndef SWEEP_EXPR_QUICK_H
#define SWEEP_EXPR_QUICK_H

#include <stdbool.h>

#include "expr/parse.h"

struct quick;

/** @return NULL where the expression has something that is not known here */
struct quick *quick_create(const struct parsed *parsed);

/** NULL is allowed. */
void quick_free(struct quick *quick);

/**
 * Evaluate.
 *
 * @param values  of the names
 * @return false where a value is of a kind that is not known here, such as a text to be added
 */
bool quick_evaluate(const struct quick *quick, const struct expr_value *values,
                    struct expr_value *out);

#endif
