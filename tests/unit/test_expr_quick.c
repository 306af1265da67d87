/* The short cut without SQLite: that it is taken, and that it always gives what SQLite gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "base/array.h"
#include "base/strbuf.h"
#include "expr/expr.h"
#include "expr/parse.h"
#include "expr/quick.h"
#include "sweep/rng.h"

#define SEED        UINT64_C(0x77656E6E)
#define EXPRESSIONS 10000
#define ROWS        12 /* for each */

static const struct expr_name NAMES[] = {
    {.name = "a"}, {.name = "b"}, {.name = "opt"}, {.name = "x-y"}};

/* Edges of what a name can be. */
static const struct expr_value VALUES[] = {
    {.kind = EXPR_NULL},
    {.kind = EXPR_NUMBER, .number = 0},
    {.kind = EXPR_NUMBER, .number = -0.0},
    {.kind = EXPR_NUMBER, .number = 1},
    {.kind = EXPR_NUMBER, .number = 0.5},
    {.kind = EXPR_NUMBER, .number = -3},
    {.kind = EXPR_NUMBER, .number = 7.25},
    {.kind = EXPR_NUMBER, .number = 1e308},
    {.kind = EXPR_NUMBER, .number = 9007199254740993.0},
    {.kind = EXPR_NUMBER, .number = (double)INFINITY},
    {.kind = EXPR_NUMBER, .number = (double)NAN},
    {.kind = EXPR_TEXT, .text = "sgd"},
    {.kind = EXPR_TEXT, .text = "adam"},
    {.kind = EXPR_TEXT, .text = "3"},
    {.kind = EXPR_TEXT, .text = ""},
};

/* `#` is a value of the next kind down: another expression while there is depth, else a leaf. */
static const char *const SHAPES[] = {
    "# + #",
    "# - #",
    "# * #",
    "# / #",
    "# % #",
    "- #",
    "+ #",
    "# = #",
    "# != #",
    "# < #",
    "# <= #",
    "# > #",
    "# >= #",
    "# is #",
    "# is not #",
    "# is null",
    "# is not null",
    "# is true",
    "# in (#, #, #)",
    "# not in (#, null)",
    "# between # and #",
    "# not between # and #",
    "not #",
    "# and #",
    "# or #",
    "min(#, #)",
    "max(#, #, #)",
    "coalesce(#, #)",
    "ifnull(#, #)",
    "log(#)",
    "ceil(#)",
    "pow(#, #)",
    "mod(#, #)",
    "abs(#)",
    "round(#)",
    "iif(#, #, #)",
    "length(#)",
    "# like 's%'",
    "case when # then # else # end",
};

static const char *const LEAVES[] = {
    "a",     "b",     "opt",    "\"x-y\"", "0",    "1",     "2.5",
    "1e300", "'sgd'", "'adam'", "null",    "true", "false",
};

static void append_random(struct sweep_rng *rng, unsigned depth, struct strbuf *out)
{
    if (depth == 0 || sweep_rng_below(rng, 4) == 0) {
        strbuf_append_text(out, LEAVES[sweep_rng_below(rng, ARRAY_LENGTH(LEAVES))]);
        return;
    }
    bool is_bare = sweep_rng_below(rng, 3) == 0; /* then precedence decides */
    const char *shape = SHAPES[sweep_rng_below(rng, ARRAY_LENGTH(SHAPES))];
    strbuf_append_text(out, is_bare ? "" : "(");
    for (; *shape != '\0'; shape++) {
        if (*shape == '#')
            append_random(rng, depth - 1, out);
        else
            strbuf_append_char(out, *shape);
    }
    strbuf_append_text(out, is_bare ? "" : ")");
}

static void assert_same(struct expr *expr, const char *text)
{
    struct sweep_error err = {0};
    struct expr_value quick;
    struct expr_value exact;
    assert_true(expr_evaluate(expr, &quick, &err));
    char copy[64] = "";
    if (quick.kind == EXPR_TEXT)
        strncpy(copy, quick.text, sizeof copy - 1);
    assert_true(expr_evaluate_by_sqlite(expr, &exact, &err));
    if (quick.kind == EXPR_TEXT)
        quick.text = copy;
    if (quick.kind != exact.kind || expr_compare(&quick, &exact) != 0)
        fail_msg("%s: %d %.17g, but SQLite gives %d %.17g", text, (int)quick.kind, quick.number,
                 (int)exact.kind, exact.number);
}

static void set_row(struct expr_scope *scope, struct sweep_rng *rng)
{
    for (size_t i = 0; i < ARRAY_LENGTH(NAMES); i++)
        expr_scope_set(scope, i, &VALUES[sweep_rng_below(rng, ARRAY_LENGTH(VALUES))]);
}

static void test_gives_what_sqlite_gives(void **state)
{
    struct expr_scope *scope = expr_scope_create(NAMES, ARRAY_LENGTH(NAMES));
    struct sweep_rng rng;
    struct strbuf text;
    size_t compiled = 0;
    (void)state;
    sweep_rng_init(&rng, SEED, 0);
    strbuf_init(&text, 65536);
    for (size_t i = 0; i < EXPRESSIONS; i++) {
        strbuf_reset(&text);
        append_random(&rng, 1 + (unsigned)sweep_rng_below(&rng, 3), &text);
        struct sweep_error err = {0};
        struct expr *expr = expr_compile(scope, strbuf_text(&text), NULL, &err);
        compiled += expr != NULL;
        for (size_t row = 0; expr != NULL && row < ROWS; row++) {
            set_row(scope, &rng);
            assert_same(expr, strbuf_text(&text));
        }
        expr_free(expr);
    }
    assert_true(compiled > EXPRESSIONS / 3);
    strbuf_release(&text);
    expr_scope_free(scope);
}

/* What conditions and constraints look like needs no SQLite; what is rare may. */
static void test_takes_the_short_cut(void **state)
{
    static const struct {
        const char *text;
        bool is_quick;
    } ROWS_OF[] = {
        {"opt = 'sgd'", true},
        {"opt in ('sgd', 'adam') and a * b <= 1024", true},
        {"not (a between 1 and 2 * b) or \"x-y\" is null", true},
        {"a % 32 = 0", true},
        {"ceil(1000 / a) > max(a, b, coalesce(b, 1))", true},
        {"-a + (a > b) != 3", true},
        {"opt like 's%'", false},
        {"a is true", false},
        {"iif(a > 1, a, b) < 3", false},
        {"length(opt) = 3", false},
    };
    const struct expr_names names = {NAMES, ARRAY_LENGTH(NAMES)};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS_OF); i++) {
        struct parsed parsed;
        struct sweep_error err = {0};
        assert_true(parse_expression(&names, ROWS_OF[i].text, &parsed, NULL, &err));
        struct quick *quick = quick_create(&parsed);
        if ((quick != NULL) != ROWS_OF[i].is_quick)
            fail_msg("%s", ROWS_OF[i].text);
        quick_free(quick);
        parsed_release(&parsed);
    }
}

/* More than its stack or its list of operations holds goes to SQLite. */
static void test_what_is_too_long_goes_to_sqlite(void **state)
{
    struct expr_scope *scope = expr_scope_create(NAMES, ARRAY_LENGTH(NAMES));
    struct strbuf text;
    (void)state;
    strbuf_init(&text, 65536);
    strbuf_append_text(&text, "a in (0");
    for (int i = 0; i < 300; i++)
        strbuf_append_text(&text, ", 7.25");
    strbuf_append_text(&text, ")");
    struct sweep_error err = {0};
    struct expr *expr = expr_compile(scope, strbuf_text(&text), NULL, &err);
    assert_non_null(expr);
    expr_scope_set(scope, 0, &VALUES[6]);
    assert_same(expr, strbuf_text(&text));
    bool holds = false;
    assert_true(expr_holds(expr, EXPR_UNKNOWN_FAILS, &holds, &err));
    assert_true(holds);
    expr_free(expr);
    expr_scope_free(scope);
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gives_what_sqlite_gives),
        cmocka_unit_test(test_takes_the_short_cut),
        cmocka_unit_test(test_what_is_too_long_goes_to_sqlite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
