/* Output in, numbers out: each row is fed whole, byte by byte and in odd cuts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "metrics/extractor.h"
#include "sweep/mem.h"

/* Everything found in an output, one per line: `pattern kind value @line`. */
static void extract(const struct extractor_pattern *patterns, size_t count, struct strview output,
                    size_t cut, struct strbuf *log)
{
    static const char *const kinds[] = {"number", "not", "large", "off"};
    struct sweep_error err = {0};
    struct extractor *extractor = extractor_create(patterns, count, &err);
    if (extractor == NULL)
        fail_msg("%s", err.message);
    strbuf_reset(log);
    bool ended = false;
    for (size_t at = 0; !ended; at += cut) {
        struct extractor_found found;
        ended = at >= output.size;
        if (ended)
            extractor_end(extractor);
        else
            extractor_feed(extractor, output.data + at,
                           output.size - at < cut ? output.size - at : cut);
        while (extractor_next(extractor, &found)) {
            char value[NUMBER_TEXT_MAX] = "-";
            if (found.kind == EXTRACTOR_NUMBER)
                number_format_shortest(found.value, value);
            strbuf_printf(log, "%s%s %s %s @%u", log->size > 0 ? "; " : "",
                          patterns[found.pattern].name, kinds[found.kind], value,
                          (unsigned)found.line);
        }
    }
    extractor_free(extractor);
}

struct row {
    const char *name;
    const char *metric;
    const char *pattern; /* NULL: by name */
    const char *output;
    const char *expected;
};

#define ACC "val_acc"
#define VAL "val_acc number "

static const struct row rows[] = {
    {"colon", ACC, NULL, "epoch 3 val_acc: 0.9312\n", VAL "0.9312 @1"},
    {"equals", ACC, NULL, "val_acc=0.9312\n", VAL "0.9312 @1"},
    {"blank", ACC, NULL, "val_acc 0.9312\n", VAL "0.9312 @1"},
    {"blanks around", ACC, NULL, "val_acc  :\t0.9312\n", VAL "0.9312 @1"},
    {"json", ACC, NULL, "{\"val_acc\": 0.9312, \"loss\": 2}\n", VAL "0.9312 @1"},
    {"tight json", ACC, NULL, "{\"val_acc\":0.9312,\"loss\":2}\n", VAL "0.9312 @1"},
    {"json text", ACC, NULL, "{\"val_acc\":\"0.9312\"}\n", VAL "0.9312 @1"},
    {"python dict", "eval_loss", NULL, "{'eval_loss': 1.25, 'epoch': 1.0}\n",
     "eval_loss number 1.25 @1"},
    {"keras", ACC, NULL,
     "5/5 [====] - 0s 3ms/step - loss: 0.3 - acc: 0.5 - val_loss: 0.4 - val_acc: 0.8571\n",
     VAL "0.8571 @1"},
    {"progress bar", ACC, NULL, "\r 1%| loss=2.5, val_acc=0.5]\r 2%| loss=1.5, val_acc=0.625]",
     VAL "0.5 @2; val_acc number 0.625 @3"},
    {"xgboost", "validation-auc", NULL, "[10]\ttrain-auc:0.99\tvalidation-auc:0.9145\n",
     "validation-auc number 0.9145 @1"},
    {"name with slash", "val/f1", NULL, "val/f1 = 0.75.\n", "val/f1 number 0.75 @1"},
    {"tensor", ACC, NULL, "val_acc: tensor(0.9312, device='cuda:0')\n", VAL "0.9312 @1"},
    {"numpy", ACC, NULL, "val_acc np.float64(0.9312)\n", VAL "0.9312 @1"},
    {"last of a line", ACC, NULL, "val_acc 0.5 then val_acc 0.75\n", VAL "0.75 @1"},
    {"longer name before", ACC, NULL, "best_val_acc: 0.99\n", ""},
    {"longer name behind", ACC, NULL, "val_acc_top5: 0.99\n", ""},
    {"other branch", ACC, NULL, "train/val_acc: 0.99\n", ""},
    {"words", ACC, NULL, "val_acc improved from 0.5 to 0.75\n", ""},
    {"percent", ACC, NULL, "val_acc: 93.1%\n", ""},
    {"unit", ACC, NULL, "val_acc: 93ms\n", ""},
    {"step of many", "epoch", NULL, "epoch 7/20 loss 0.5\n", "epoch number 7.0 @1"},
    {"exponent", "lr", NULL, "lr: 3.5e-05\n", "lr number 3.5e-05 @1"},
    {"signs", "d", NULL, "d: -0.5\nd: +.25\n", "d number -0.5 @1; d number 0.25 @2"},
    {"nan and inf", ACC, NULL, "val_acc: nan\nval_acc: -inf\nval_acc NaN\n",
     VAL "nan @1; val_acc number -inf @2; val_acc number nan @3"},
    {"decimal comma", ACC, NULL, "val_acc: 1,5\n", "val_acc not - @1"},
    {"too large", ACC, NULL, "val_acc: 1e999\n", "val_acc large - @1"},
    {"pattern", ACC, "val_acc[=: ]+(\\S+)", "val_acc=0.9312,\n", VAL "0.9312 @1"},
    {"first match only", ACC, "a(\\d)", "a1 a2\na3\n", VAL "1.0 @1; val_acc number 3.0 @2"},
    {"named group", ACC, "(x+)=(?<value>\\S+)", "xx=2.5)\n", VAL "2.5 @1"},
    {"captured words", ACC, "acc (\\S+)", "acc unknown\n", "val_acc not - @1"},
    {"anchors", ACC, "^acc (\\S+)$", "acc 1\nnot acc 2\nacc 3",
     VAL "1.0 @1; val_acc number 3.0 @3"},
    {"crlf is one end", ACC, NULL, "val_acc 1\r\nval_acc 2\r\n",
     VAL "1.0 @1; val_acc number 2.0 @2"},
    {"cr cr lf", ACC, NULL, "val_acc 1\r\r\nval_acc 2\n", VAL "1.0 @1; val_acc number 2.0 @3"},
    {"colour", ACC, NULL, "\x1b[1mval_acc\x1b[0m: \x1b[32m0.9312\x1b[0m\n", VAL "0.9312 @1"},
    {"title", ACC, NULL, "\x1b]0;training\aval_acc: 0.5\n", VAL "0.5 @1"},
    {"unfinished escape", ACC, NULL, "val_acc: 0.5 \x1b[3", VAL "0.5 @1"},
    {"bad utf-8", ACC, NULL, "\xff\xc0 val_acc: 0.5 \xe2\x82\n", VAL "0.5 @1"},
    {"no newline at the end", ACC, NULL, "x\nval_acc: 0.5", VAL "0.5 @2"},
    {"empty lines", ACC, NULL, "\n\n\nval_acc: 0.5\n", VAL "0.5 @4"},
    {"nothing", ACC, NULL, "", ""},
};

static void test_rows_however_cut(void **state)
{
    (void)state;
    static const size_t cuts[] = {1, 2, 3, 7, 64, 1000000};
    struct strbuf log;
    strbuf_init(&log, 4096);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct extractor_pattern pattern = {rows[i].metric, rows[i].pattern};
        for (size_t c = 0; c < ARRAY_LENGTH(cuts); c++) {
            extract(&pattern, 1, strview_of(rows[i].output), cuts[c], &log);
            if (strcmp(strbuf_text(&log), rows[i].expected) != 0)
                fail_msg("%s, cut at %zu: got '%s', expected '%s'", rows[i].name, cuts[c],
                         strbuf_text(&log), rows[i].expected);
        }
    }
    strbuf_release(&log);
}

static void test_several_patterns_in_their_order(void **state)
{
    (void)state;
    const struct extractor_pattern patterns[] = {
        {"epoch", "epoch (\\d+)"}, {"loss", NULL}, {"val_acc", NULL}};
    struct strbuf log;
    strbuf_init(&log, 4096);
    extract(patterns, 3, strview_of("val_acc 0.5 loss 2 epoch 3\n"), 5, &log);
    assert_string_equal(strbuf_text(&log),
                        "epoch number 3.0 @1; loss number 2.0 @1; val_acc number 0.5 @1");
    strbuf_release(&log);
}

/* What stands in the step's own line belongs to it, wherever in the line it stands. */
static void test_the_step_goes_with_what_follows_it(void **state)
{
    (void)state;
    static const char output[] = "loss 4\nloss 3 epoch 1.75\nloss 2\nepoch nan\nepoch x loss 1\n"
                                 "epoch 1e30 loss 0\nepoch -2 loss 5\n";
    static const int64_t expected[] = {SWEEP_STEP_NONE, 1, 1, 1, 1, -2};
    const struct extractor_pattern patterns[] = {{"epoch", "epoch (\\S+)"}, {"loss", NULL}};
    struct sweep_error err = {0};
    struct extractor *extractor = extractor_create(patterns, 2, &err);
    struct extractor_found found;
    size_t count = 0;
    extractor_set_step(extractor, 0);
    extractor_feed(extractor, output, sizeof output - 1);
    while (extractor_next(extractor, &found)) {
        if (found.pattern == 1)
            assert_int_equal(found.step, expected[count++]);
    }
    assert_int_equal(count, ARRAY_LENGTH(expected));
    extractor_free(extractor);
}

static void test_nul_is_data(void **state)
{
    (void)state;
    static const char output[] = "a\0val_acc: 0.5\0\n";
    const struct extractor_pattern pattern = {"val_acc", NULL};
    struct strbuf log;
    strbuf_init(&log, 4096);
    extract(&pattern, 1, (struct strview){output, sizeof output - 1}, 3, &log);
    assert_string_equal(strbuf_text(&log), "val_acc number 0.5 @1");
    strbuf_release(&log);
}

/* Of a long line the first 64 KiB count, and it costs no more memory than that. */
static void test_a_line_without_end(void **state)
{
    (void)state;
    struct sweep_error err = {0};
    const struct extractor_pattern pattern = {"val_acc", NULL};
    struct extractor *extractor = extractor_create(&pattern, 1, &err);
    struct extractor_found found;
    char *block = sweep_alloc(1 << 20);
    memset(block, 'x', 1 << 20);
    extractor_feed(extractor, "val_acc: 0.25 ", 14);
    assert_false(extractor_next(extractor, &found));
    for (int i = 0; i < 64; i++) {
        extractor_feed(extractor, block, 1 << 20);
        assert_false(extractor_next(extractor, &found));
    }
    extractor_feed(extractor, " val_acc: 0.75\nval_acc: 0.5\n", 28);
    assert_true(extractor_next(extractor, &found));
    assert_true(fabs(found.value - 0.25) < 1e-12);
    assert_true(extractor_next(extractor, &found));
    assert_true(fabs(found.value - 0.5) < 1e-12);
    assert_int_equal(found.line, 2);
    assert_false(extractor_next(extractor, &found));
    extractor_free(extractor);
    sweep_free(block);
}

/* A pattern that explodes is given up per line, then for good; the others go on. */
static void test_a_catastrophic_pattern_is_switched_off(void **state)
{
    (void)state;
    struct sweep_error err = {0};
    const struct extractor_pattern patterns[] = {{"bad", "^(a+)+$"}, {"val_acc", NULL}};
    struct extractor *extractor = extractor_create(patterns, 2, &err);
    char line[128];
    int offs = 0;
    int numbers = 0;
    for (int i = 0; i < 150; i++) {
        struct extractor_found found;
        int size = snprintf(line, sizeof line, "%048d! val_acc: %d\n", 0, i);
        memset(line, 'a', 48);
        extractor_feed(extractor, line, (size_t)size);
        while (extractor_next(extractor, &found)) {
            offs += found.kind == EXTRACTOR_SWITCHED_OFF;
            numbers += found.kind == EXTRACTOR_NUMBER;
        }
    }
    assert_int_equal(offs, 1);
    assert_int_equal(numbers, 150);
    extractor_free(extractor);
}

static void test_refused_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *message;
    } refused[] = {
        {"val_acc: \\d+", "has no group"},
        {"(unclosed", "not valid at character"},
        {"(\\d*)", "matches an empty line"},
        {"(?<value>a)|(?<value>b)", "two groups of the same name"},
        {"(\\C)", "not valid at character"},
        {"((((((((((((((((((((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))"
         "))))))))))))))))))",
         "not valid at character"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        struct sweep_error err = {0};
        const struct extractor_pattern pattern = {"m", refused[i].pattern};
        assert_null(extractor_create(&pattern, 1, &err));
        assert_int_equal(err.code, SWEEP_BAD_INPUT);
        if (strstr(err.message, refused[i].message) == NULL)
            fail_msg("'%s': %s", refused[i].pattern, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_however_cut),
        cmocka_unit_test(test_several_patterns_in_their_order),
        cmocka_unit_test(test_the_step_goes_with_what_follows_it),
        cmocka_unit_test(test_nul_is_data),
        cmocka_unit_test(test_a_line_without_end),
        cmocka_unit_test(test_a_catastrophic_pattern_is_switched_off),
        cmocka_unit_test(test_refused_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
