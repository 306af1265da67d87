/* Expressions: what they give, what is refused and with which words, and that nothing else goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "expr/expr.h"

static const struct expr_value OPTIMIZERS[] = {{.kind = EXPR_TEXT, .text = "sgd"},
                                               {.kind = EXPR_TEXT, .text = "adam"}};
static const struct expr_value DEPTHS[] = {{.kind = EXPR_NUMBER, .number = 2},
                                           {.kind = EXPR_NUMBER, .number = 4}};

/* The names and the row of all tests; `when` is one of the language's words. */
static const struct {
    struct expr_name name;
    struct expr_value value;
} ROW[] = {
    {{.name = "lr", .is_numeric = true}, {.kind = EXPR_NUMBER, .number = 0.1}},
    {{.name = "batch", .is_numeric = true}, {.kind = EXPR_NUMBER, .number = 24}},
    {{.name = "optimizer", .values = OPTIMIZERS, .value_count = 2},
     {.kind = EXPR_TEXT, .text = "adam"}},
    {{.name = "depth", .is_numeric = true, .values = DEPTHS, .value_count = 2},
     {.kind = EXPR_NUMBER, .number = 4}},
    {{.name = "momentum", .is_numeric = true}, {.kind = EXPR_NULL}},
    {{.name = "model.hidden", .is_numeric = true}, {.kind = EXPR_NUMBER, .number = 64}},
    {{.name = "learning-rate", .is_numeric = true}, {.kind = EXPR_NUMBER, .number = 3}},
    {{.name = "when", .is_numeric = true}, {.kind = EXPR_NUMBER, .number = 7}},
    {{.name = "step", .instead = "params.step or captured.step"}, {.kind = EXPR_NULL}},
    {{.name = "note"}, {.kind = EXPR_TEXT, .text = "it's 5"}},
    {{.name = "val/acc", .is_numeric = true}, {.kind = EXPR_NUMBER, .number = 0.5}},
    {{.name = "bad", .is_numeric = true}, {.kind = EXPR_NUMBER, .number = NAN}},
};

static struct expr_scope *make_scope(void)
{
    struct expr_name names[ARRAY_LENGTH(ROW)];
    for (size_t i = 0; i < ARRAY_LENGTH(ROW); i++)
        names[i] = ROW[i].name;
    struct expr_scope *scope = expr_scope_create(names, ARRAY_LENGTH(names));
    for (size_t i = 0; i < ARRAY_LENGTH(ROW); i++)
        expr_scope_set(scope, i, &ROW[i].value);
    return scope;
}

/* `null`, `12`, `0.5`, `'adam'`, or the message of a failure. */
static void evaluate(struct expr_scope *scope, const char *text, struct strbuf *out)
{
    struct sweep_error err = {0};
    struct expr_value value;
    struct expr *expr = expr_compile(scope, text, NULL, &err);
    if (expr == NULL || !expr_evaluate(expr, &value, &err)) {
        strbuf_append_text(out, err.message);
    } else if (value.kind == EXPR_NUMBER) {
        strbuf_printf(out, "%.12g", value.number);
    } else if (value.kind == EXPR_TEXT) {
        strbuf_printf(out, "'%s'", value.text);
    } else {
        strbuf_append_text(out, "null");
    }
    expr_free(expr);
}

static const struct {
    const char *text;
    const char *result;
} VALUES[] = {
    /* Numbers are reals: nothing is truncated. */
    {"1 / 2", "0.5"},
    {"1000 / batch", "41.6666666667"},
    {"7 / 2 * 2", "7"},
    {"length('abc') / length('ab')", "1.5"},
    {"12 / 4 / 2", "1.5"},
    {"2 * 3 / 4", "1.5"},
    {"(batch > 3) / (1 + (batch > 3))", "0.5"},
    {"1e-3 * 1E+3 + .5 + 5.", "6.5"},
    {"9007199254740993", "9.00719925474e+15"},
    {"7 % 4", "3"},
    {"mod(7.5, 2)", "1.5"},
    {"1 / 0", "null"},
    {"mod(1, 0)", "null"},
    {"- - 3 - -2", "5"},
    {"-lr", "-0.1"},
    {"6 & 3 | 8", "10"},
    {"2 + 3 * 4 - 1", "13"},
    /* log is natural. */
    {"round(log(exp(1)), 9)", "1"},
    {"ln(1)", "0"},
    {"log2(8) + log10(1000)", "6"},
    {"log(0)", "null"},
    {"log(-1)", "null"},
    {"log(momentum)", "null"},
    {"log('sgd')", "null"},
    {"exp(10000)", "null"},
    {"LOG10(10)", "1"},
    {"pow(2, 10)", "1024"},
    {"ceil(1.2) + floor(1.8) + trunc(-1.5) + sign(-3)", "1"},
    {"sqrt(9) + abs(-2) + sin(0) + cos(0) + tanh(0)", "6"},
    {"round(2.5) + round(1.25, 1)", "4.3"},
    {"min(3, batch, lr) + max(1, 2)", "2.1"},
    {"coalesce(momentum, 0.9)", "0.9"},
    {"ifnull(momentum, 1) + nullif(2, 3) + iif(batch > 1, 10, 20)", "13"},
    {"upper(substr(optimizer, 2)) ", "'DAM'"},
    {"substr(lower('ABC'), 1, 2)", "'ab'"},
    {"instr(optimizer, 'da')", "2"},
    /* Names. */
    {"\"lr\"", "0.1"},
    {"model.hidden * 2", "128"},
    {"\"model.hidden\" * 2", "128"},
    {"\"learning-rate\" - 1", "2"},
    {"\"val/acc\"", "0.5"},
    {"\"when\" + 1", "8"},
    {"case when lr > 1 then 'big' else 'small' end", "'small'"},
    {"case depth when 2 then 'two' when 4 then 'four' end", "'four'"},
    {"case when false then 1 end", "null"},
    /* Conditions. */
    {"lr < 0.2 and batch >= 24", "1"},
    {"lr = 0.1", "1"},
    {"lr <> 0.1 or lr != 0.1", "0"},
    {"lr == 0.1 AND Not batch = 3", "1"},
    {"optimizer = 'adam'", "1"},
    {"optimizer in ('sgd', 'adam')", "1"},
    {"optimizer not in ('sgd')", "1"},
    {"batch between 16 and 32 and lr < 1", "1"},
    {"batch not between 16 and 32", "0"},
    {"16 <= batch and batch <= 32", "1"},
    {"optimizer like 'ad%'", "1"},
    {"optimizer not like '%gd'", "1"},
    {"optimizer glob 'a*m'", "1"},
    {"note = 'it''s 5'", "1"},
    {"(1 < 2) = (3 < 4)", "1"},
    {"True", "1"},
    {"not true", "0"},
    {"not not 5", "1"},
    {"true or false and false", "1"},
    {"not 1 = 2", "1"},
    /* NULL. */
    {"momentum", "null"},
    {"momentum > 0", "null"},
    {"momentum > 0 or true", "1"},
    {"momentum > 0 and false", "0"},
    {"not momentum", "null"},
    {"momentum is null", "1"},
    {"momentum is not null", "0"},
    {"lr is not null", "1"},
    {"momentum in (1, 2)", "null"},
    {"lr is 0.1", "1"},
    {"(lr < 1) is true", "1"},
    {"bad", "null"},
    {"bad is null", "1"},
    {"null", "null"},
};

static void test_values(void **state)
{
    (void)state;
    struct expr_scope *scope = make_scope();
    struct strbuf result;
    strbuf_init(&result, 4096);
    for (size_t i = 0; i < ARRAY_LENGTH(VALUES); i++) {
        strbuf_reset(&result);
        evaluate(scope, VALUES[i].text, &result);
        if (strcmp(strbuf_text(&result), VALUES[i].result) != 0)
            fail_msg("%s: got %s, expected %s", VALUES[i].text, strbuf_text(&result),
                     VALUES[i].result);
    }
    strbuf_release(&result);
    expr_scope_free(scope);
}

static const struct {
    const char *text;
    const char *message;
    size_t offset;
    size_t length;
} MISTAKES[] = {
    /* The right form is shown. */
    {"16 <= batch <= 32", "comparisons cannot be chained; write 16 <= batch and batch <= 32", 0,
     17},
    {"lr>1 or 1 < batch-2 < depth and lr", "write 1 < batch-2 and batch-2 < depth", 8, 19},
    {"lr = depth = 2", "write lr = depth and depth = 2", 0, 14},
    {"lr between 1 and 2 < 3", "two comparisons in a row", 0, 22},
    {"lr in (1) is null", "two comparisons in a row", 0, 17},
    {"lr || batch", "'||' is not understood; for alternatives write or", 3, 2},
    {"lr && batch", "write and", 3, 2},
    {"lr ** 2", "write pow(a, b)", 3, 2},
    {"2^3", "write pow(a, b)", 1, 1},
    {"!lr", "write not", 0, 1},
    {"batch // 2", "write floor(a / b)", 6, 2},
    {"lr in [1, 2]", "round brackets", 6, 1},
    {"${lr} > 1", "a name stands by itself", 0, 1},
    {"`lr` > 1", "a text stands in single quotes", 0, 1},
    {"lr = null", "nothing is ever equal to null; write lr is null", 3, 1},
    {"lr != NULL", "write lr is not null", 3, 2},
    {"null = lr", "write lr is null", 5, 1},
    {"momentum is None", "write null", 12, 4},
    /* Names. */
    {"lrr > 1", "there is no name lrr; did you mean lr?", 0, 3},
    {"LR > 1", "did you mean lr?", 0, 2},
    {"1 + btach", "did you mean batch?", 4, 5},
    {"optimizer = \"adam\"", "a text stands in single quotes: 'adam'", 12, 6},
    {"optimizer = adam", "a text stands in single quotes: 'adam'", 12, 4},
    {"\"nothing\" = 1", "a text stands in single quotes: 'nothing'", 0, 9},
    {"learning-rate > 1", "write \"learning-rate\", with its quotes", 0, 8},
    {"val/acc > 1", "write \"val/acc\", with its quotes", 0, 3},
    {"1st > 2", "'1st' is no number", 0, 3},
    {"quux > 2",
     "there are lr, batch, optimizer, depth, momentum, model.hidden, "
     "\"learning-rate\", \"when\", step",
     0, 4},
    {"step > 2", "step could be several things; write params.step or captured.step", 0, 4},
    {"lr.x", "there is no name lr.x", 0, 4},
    /* What can never be. */
    {"optimizer = 'adm'", "optimizer is never 'adm'; did you mean 'adam'?", 12, 5},
    {"optimizer in ('sgd', 'lion')", "never 'lion'; it is one of 'sgd', 'adam'", 21, 6},
    {"optimizer is 'x'", "never 'x'", 13, 3},
    {"'x' <> optimizer", "never 'x'", 0, 3},
    {"optimizer = 3", "never 3; it is one of 'sgd', 'adam'", 12, 1},
    {"depth = 3", "depth is never 3; it is one of 2, 4", 8, 1},
    {"depth = -2", "depth is never -2", 8, 2},
    {"lr = '0.1'", "lr is never '0.1'; it is a number", 5, 5},
    {"lr > 'a'", "lr is never 'a'; it is a number", 5, 3},
    /* Functions. */
    {"lgo(lr)", "there is no function lgo; did you mean log?", 0, 3},
    {"random()", "there is no function random", 0, 6},
    {"load_extension('x')", "there is no function load_extension", 0, 14},
    {"readfile('x')", "there is no function readfile", 0, 8},
    {"randomblob(9)", "there is no function randomblob", 0, 10},
    {"zeroblob(99999999)", "there is no function", 0, 8},
    {"printf('%99999d', 1)", "there is no function", 0, 6},
    {"sqlite_version()", "there is no function", 0, 14},
    {"datetime('now')", "there is no function", 0, 8},
    {"count(lr)", "there is no function count", 0, 5},
    {"log(2, 8)", "log() takes 1 argument, not 2", 0, 9},
    {"max(lr)", "max() takes 2 to 100 arguments, not 1", 0, 7},
    {"pow()", "pow() takes 2 arguments, not 0", 0, 5},
    {"cast(lr as integer)", "there is no function cast", 0, 4},
    {"(select 1)", "there is no name select", 1, 6},
    {"exists (select 1)", "there is no function exists", 0, 6},
    {"lr; drop table x", "';' means nothing here", 2, 1},
    {"lr > :a", "':' means nothing here", 5, 1},
    {"lr > @a", "'@' means nothing here", 5, 1},
    {"lr > ?1", "is not understood", 5, 1},
    {"lr -- batch", NULL, 0, 0}, /* no comment: two signs */
    {"lr /* batch */", "expected a value, not *", 4, 1},
    {"lr -> batch", "expected a value, not >", 4, 1},
    {"lr collate nocase", "expected an operator or the end, not collate", 3, 7},
    /* Grammar. */
    {"", "a value is missing at the end", 0, 0},
    {"  ", "a value is missing at the end", 2, 0},
    {"lr >", "a value is missing at the end", 4, 0},
    {"lr batch", "expected an operator or the end, not batch", 3, 5},
    {"(lr", ") is missing at the end", 3, 0},
    {"lr)", "expected an operator or the end, not )", 2, 1},
    {"lr in ()", "expected a value, not )", 7, 1},
    {"lr in 3", "expected (, not 3", 6, 1},
    {"lr not 3", "expected in, like or between, not 3", 7, 1},
    {"lr between 3", "and is missing at the end", 12, 0},
    {"case lr end", "expected when, not end", 8, 3},
    {"and lr", "expected a value, not and", 0, 3},
    {"lr = not batch", "expected a value, not not", 5, 3},
    {"optimizer = 'sgd", "the text that begins here has no end: ' is missing", 12, 4},
    {"\"lr", "the name that begins here has no end", 0, 3},
    {"1e999", "is no number", 0, 5},
    {"0x10", "is no number", 0, 4},
    {"1,5", "expected an operator or the end, not ,", 1, 1},
};

static void test_mistakes(void **state)
{
    (void)state;
    struct expr_scope *scope = make_scope();
    for (size_t i = 0; i < ARRAY_LENGTH(MISTAKES); i++) {
        struct sweep_error err = {0};
        struct expr_place place = {99, 99};
        struct expr *expr = expr_compile(scope, MISTAKES[i].text, &place, &err);
        if ((expr == NULL) != (MISTAKES[i].message != NULL))
            fail_msg("%s: %s", MISTAKES[i].text, expr == NULL ? err.message : "not refused");
        expr_free(expr);
        if (MISTAKES[i].message == NULL)
            continue;
        assert_int_equal(err.code, SWEEP_BAD_INPUT);
        if (strstr(err.message, MISTAKES[i].message) == NULL)
            fail_msg("%s: '%s', expected '%s'", MISTAKES[i].text, err.message, MISTAKES[i].message);
        if (place.offset != MISTAKES[i].offset || place.length != MISTAKES[i].length)
            fail_msg("%s: at %zu+%zu", MISTAKES[i].text, place.offset, place.length);
    }
    expr_scope_free(scope);
}

/* The next row is another one, and only what is read is known to be read. */
static void test_rows(void **state)
{
    (void)state;
    static const struct expr_name names[] = {{.name = "a"}, {.name = "b"}};
    struct sweep_error err = {0};
    struct expr_scope *scope = expr_scope_create(names, 2);
    struct expr *sum = expr_compile(scope, "a + 1", NULL, &err);
    struct expr *text = expr_compile(scope, "b", NULL, &err);
    assert_non_null(sum);
    assert_non_null(text);
    assert_true(expr_uses(sum, 0));
    assert_false(expr_uses(sum, 1));
    for (int i = 0; i < 3; i++) {
        struct expr_value value;
        char name[2] = {(char)('x' + i), '\0'};
        expr_scope_set(scope, 0, &(struct expr_value){.kind = EXPR_NUMBER, .number = i});
        expr_scope_set(scope, 1, &(struct expr_value){.kind = EXPR_TEXT, .text = name});
        assert_true(expr_evaluate(sum, &value, &err));
        assert_float_equal(value.number, i + 1, 0);
        assert_true(expr_evaluate(text, &value, &err));
        assert_string_equal(value.text, name);
    }
    expr_free(text);
    expr_free(sum);
    expr_scope_free(scope);
    expr_free(NULL);
    expr_scope_free(NULL);
}

static void test_conditions(void **state)
{
    (void)state;
    struct sweep_error err = {0};
    struct expr_scope *scope = make_scope();
    bool holds;
    struct expr *unknown = expr_compile(scope, "momentum > 0", NULL, &err);
    assert_true(expr_holds(unknown, EXPR_UNKNOWN_HOLDS, &holds, &err));
    assert_true(holds);
    assert_true(expr_holds(unknown, EXPR_UNKNOWN_FAILS, &holds, &err));
    assert_false(holds);
    expr_free(unknown);
    struct expr *half = expr_compile(scope, "lr", NULL, &err); /* 0.1 is true, as in C */
    assert_true(expr_holds(half, EXPR_UNKNOWN_FAILS, &holds, &err));
    assert_true(holds);
    expr_free(half);
    struct expr *text = expr_compile(scope, "optimizer", NULL, &err);
    assert_false(expr_holds(text, EXPR_UNKNOWN_FAILS, &holds, &err));
    assert_non_null(strstr(err.message, "gives the text 'adam'"));
    expr_free(text);
    expr_scope_free(scope);
}

static void repeat(struct strbuf *out, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_append_text(out, text);
}

/* Whatever is too deep, too long or too much is refused, and quickly. */
static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        const char *repeated;
        size_t count;
        const char *after;
        bool fine;
    } rows[] = {
        {"", "lr + ", 150, "1", true},
        {"", "(", 20, "1))))))))))))))))))))", true},
        {"", "(", 4000, "", false},
        {"", "not ", 1000, "lr", false},
        {"", "- ", 1000, "lr", false},
        {"lr in (", "1,", 1500, "2)", true},
        {"lr in (", "1,", 2500, "2)", false},
        {"max(1", ",2", 150, ")", false},
        {"'", "x", 8000, "' = note", true},
        {"'", "x", 9000, "' = note", false},
        {"note like '", "%a", 200, "'", true}, /* refused when it is evaluated */
    };
    struct expr_scope *scope = make_scope();
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sweep_error err = {0};
        struct strbuf text;
        strbuf_init(&text, 100000);
        repeat(&text, rows[i].before, 1);
        repeat(&text, rows[i].repeated, rows[i].count);
        repeat(&text, rows[i].after, 1);
        struct expr *expr = expr_compile(scope, strbuf_text(&text), NULL, &err);
        if ((expr != NULL) != rows[i].fine)
            fail_msg("row %zu: %s", i, err.message);
        strbuf_release(&text);
        expr_free(expr);
    }
    expr_scope_free(scope);
}

static void test_order(void **state)
{
    (void)state;
    static const struct expr_value sorted[] = {
        {.kind = EXPR_NUMBER, .number = -1},
        {.kind = EXPR_NUMBER, .number = 2},
        {.kind = EXPR_TEXT, .text = "B"},
        {.kind = EXPR_TEXT, .text = "a"},
        {.kind = EXPR_NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(sorted); i++)
        for (size_t k = 0; k < ARRAY_LENGTH(sorted); k++) {
            int order = expr_compare(&sorted[i], &sorted[k]);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_rows),   cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
