/* Any expression: refused with a reason and a place inside it, or evaluated, in bounded time. */
#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "expr/expr.h"
#include "fuzz.h"

static const struct expr_value TEXTS[] = {{.kind = EXPR_TEXT, .text = "sgd"},
                                          {.kind = EXPR_TEXT, .text = "adam"}};
static const struct expr_name NAMES[] = {
    {.name = "lr", .is_numeric = true},
    {.name = "a.b"},
    {.name = "x-y"},
    {.name = "opt", .values = TEXTS, .value_count = 2},
    {.name = "step", .instead = "params.step"},
};

/* The short cut gives what SQLite gives. */
static void compare(struct expr *expr, const struct expr_value *value)
{
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct expr_value first = *value;
    struct expr_value exact;
    if (first.kind == EXPR_TEXT)
        first.text = arena_strdup(&arena, first.text); /* valid until the next evaluation */
    if (expr_evaluate_by_sqlite(expr, &exact, &err))
        fuzz_require(exact.kind == first.kind && expr_compare(&exact, &first) == 0);
    arena_release(&arena);
}

static void evaluate(struct expr *expr)
{
    struct sweep_error err = {0};
    struct expr_value value;
    bool holds;
    if (!expr_evaluate(expr, &value, &err))
        fuzz_require(err.code == SWEEP_BAD_INPUT && err.message[0] != '\0');
    else
        compare(expr, &value);
    (void)!expr_holds(expr, EXPR_UNKNOWN_HOLDS, &holds, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct expr_place place = {0};
    char *text = arena_copy(&arena, (struct strview){(const char *)data, size});
    struct expr_scope *scope = expr_scope_create(NAMES, ARRAY_LENGTH(NAMES));
    expr_scope_set(scope, 0, &(struct expr_value){.kind = EXPR_NUMBER, .number = 0.5});
    expr_scope_set(scope, 3, &TEXTS[1]);
    struct expr *expr = expr_compile(scope, text, &place, &err);
    if (expr != NULL)
        evaluate(expr);
    else
        fuzz_require(err.code == SWEEP_BAD_INPUT && err.message[0] != '\0' &&
                     place.offset + place.length <= strlen(text));
    expr_free(expr);
    expr_scope_free(scope);
    arena_release(&arena);
    return 0;
}
