/*
 * Expressions of people: `lr < 0.1 and optimizer = 'adam'`, `ceil(1000 / batch)`.
 *
 *     struct expr_scope *scope = expr_scope_create(names, count);
 *     struct expr *where = expr_compile(scope, "lr < 0.1", &place, err);
 *     for each row:
 *         expr_scope_set(scope, 0, &value);
 *         if (!expr_holds(where, EXPR_UNKNOWN_FAILS, &holds, err)) ...
 *     expr_free(where);
 *     expr_scope_free(scope);
 *
 * They mean what they mean in SQLite, which evaluates what quick.h cannot, but for what surprises
 * people:
 *
 *   numbers     are reals throughout: `/` never truncates. `%` is SQLite's, on whole parts; `mod()`
 *               keeps the fraction. A result that is not finite is NULL, and so is x / 0.
 *   names       `a.b` is one name, and so is "a.b"; other names need the double quotes ("val/acc").
 *               An unknown name is an error, in quotes too, and never a text. Letters' case counts.
 *   texts       stand in single quotes.
 *   NULL        (an inactive parameter, a metric that was not seen) makes every comparison NULL;
 *               `x = null` is refused, for it never holds: `x is null`.
 *   refused     `||` (joins texts: `or` was meant), `a < b < c`, and other languages' signs, each
 *               with the right form shown; a comparison with a value that the name cannot take.
 *   functions   those of function.c, all deterministic, none that sees a file or a clock.
 *
 * Words: and or not is null in between like glob case when then else end true false; their case is
 * free. A parameter of such a name stands in double quotes.
 *
 * Each scope has an SQLite connection of its own, without a table or a file. Nobody's expression
 * can do anything but calculate, and not for long. A scope and its expressions belong to one
 * thread.
 *
 * Ownership: scope and expressions are opaque; names are copied. Texts given by expr_scope_set()
 * are borrowed until they are set anew.
 */
#ifndef SWEEP_EXPR_EXPR_H
#define SWEEP_EXPR_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "expr/value.h"
#include "sweep/error.h"

struct expr_scope;
struct expr;

/** Make a scope of names [count]; all values are NULL at first. */
struct expr_scope *expr_scope_create(const struct expr_name *names, size_t count);
void expr_scope_free(struct expr_scope *scope);

/** Give name number `index` its value in the present row. NaN counts as NULL. */
void expr_scope_set(struct expr_scope *scope, size_t index, const struct expr_value *value);

/**
 * Understand an expression.
 *
 * @param[out] place  where the mistake is; NULL is allowed
 * @error SWEEP_BAD_INPUT with what was expected and the nearest name
 */
struct expr *expr_compile(struct expr_scope *scope, const char *text, struct expr_place *place,
                          struct sweep_error *err) SWEEP_MUST_CHECK;
void expr_free(struct expr *expr);

/** Whether it reads name number `index`. */
bool expr_uses(const struct expr *expr, size_t index);

/**
 * List the names that it reads, each once, in the order of their first place.
 *
 * @param[out] indexes  [EXPR_NAMES_MAX]
 * @return how many
 */
size_t expr_list_names(const struct expr *expr, size_t *indexes);

/**
 * Evaluate for the present row.
 *
 * @param[out] out  a text is valid until the next evaluation of this expression, or
 * expr_scope_set()
 * @error SWEEP_BAD_INPUT when it takes too long or gets too large
 */
bool expr_evaluate(struct expr *expr, struct expr_value *out,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** The same, never without SQLite: what a test compares the short cut with (quick.h). */
bool expr_evaluate_by_sqlite(struct expr *expr, struct expr_value *out,
                             struct sweep_error *err) SWEEP_MUST_CHECK;

/** What NULL means to a condition. */
enum expr_unknown {
    EXPR_UNKNOWN_FAILS, /* --where, when */
    EXPR_UNKNOWN_HOLDS  /* constraints */
};

/** Evaluate a condition. @error SWEEP_BAD_INPUT also when it gives a text */
bool expr_holds(struct expr *expr, enum expr_unknown unknown, bool *out,
                struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
