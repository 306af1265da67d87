/* What named numbers there are in an output. The judge is the extractor: each name that is listed,
 * given to it, must find as many numbers with the same bounds. */
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
#include "metrics/census.h"
#include "metrics/extractor.h"
#include "metrics/likeness.h"
#include "sweep/mem.h"

struct bounds {
    uint64_t count;
    double min;
    double max;
};

static struct bounds extract(const struct extractor_pattern *pattern, struct strview output)
{
    struct sweep_error err = {0};
    struct bounds bounds = {0, (double)NAN, (double)NAN};
    struct extractor *extractor = extractor_create(pattern, 1, &err);
    struct extractor_found found;
    if (extractor == NULL)
        fail_msg("%s: %s", pattern->name, err.message);
    extractor_feed(extractor, output.data, output.size);
    for (int part = 0; part < 2; part++) {
        while (extractor_next(extractor, &found)) {
            if (found.kind != EXTRACTOR_NUMBER)
                continue;
            bounds.count++;
            bounds.min = fmin(bounds.min, found.value);
            bounds.max = fmax(bounds.max, found.value);
        }
        extractor_end(extractor);
    }
    extractor_free(extractor);
    return bounds;
}

static bool is_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || !(a < b || b < a);
}

static void check_against_extractor(const struct census_row *row, struct strview output)
{
    struct strbuf pattern;
    strbuf_init(&pattern, 1024);
    census_pattern(row, &pattern);
    const struct extractor_pattern what = {row->name,
                                           row->is_percent ? strbuf_text(&pattern) : NULL};
    struct bounds bounds = extract(&what, output);
    if (bounds.count != row->count || !is_same(bounds.min, row->min) ||
        !is_same(bounds.max, row->max))
        fail_msg("'%s' is listed %u times, %g to %g; the extractor finds it %u times, %g to %g",
                 row->name, (unsigned)row->count, row->min, row->max, (unsigned)bounds.count,
                 bounds.min, bounds.max);
    strbuf_release(&pattern);
}

/* All rows as one text, such as `loss 2x 0.25..0.5; epoch 2x 1..2`. */
static void describe(struct census *census, struct strbuf *out)
{
    size_t count;
    const struct census_row *rows = census_list(census, &count);
    strbuf_reset(out);
    for (size_t i = 0; i < count; i++) {
        char min[NUMBER_TEXT_MAX];
        char max[NUMBER_TEXT_MAX];
        number_format_shortest(rows[i].min, min);
        number_format_shortest(rows[i].max, max);
        strbuf_printf(out, "%s%s%s %ux %s..%s", i > 0 ? "; " : "", rows[i].name,
                      rows[i].is_percent ? " (%)" : "", (unsigned)rows[i].count, min, max);
    }
}

static struct census *take(struct strview output, size_t cut)
{
    struct census *census = census_create();
    for (size_t at = 0; at < output.size; at += cut)
        census_feed(census, output.data + at, output.size - at < cut ? output.size - at : cut);
    census_end(census);
    return census;
}

static const struct row {
    const char *name;
    const char *output;
    const char *expected;
} rows[] = {
    {"nothing", "", ""},
    {"no names", "0.5\n12:00:00 1.5\n--lr 0.1\n./x 2\n", ""},
    {"colon", "accuracy: 0.25\naccuracy: 0.5\n", "accuracy 2x 0.25..0.5"},
    {"equals and blank", "loss = 0.5 acc 0.25\n", "loss 1x 0.5..0.5; acc 1x 0.25..0.25"},
    {"json", "{\"epoch\": 3, \"val_loss\": \"0.5\"}\n", "val_loss 1x 0.5..0.5; epoch 1x 3.0..3.0"},
    {"hugging face", "{'eval_loss': 1.5, 'eval_accuracy': 0.5, 'epoch': 1.0}\n",
     "eval_accuracy 1x 0.5..0.5; eval_loss 1x 1.5..1.5; epoch 1x 1.0..1.0"},
    {"keras", "5/5 [====] - 0s 3ms/step - loss: 0.3 - val_accuracy: 0.5\n",
     "loss 1x 0.3..0.3; val_accuracy 1x 0.5..0.5"},
    {"lightning", "Epoch 1: 100%|###| 938/938 [00:05<00:00, 170.1it/s, loss=0.125, v_num=0]\r",
     "loss 1x 0.125..0.125; v_num 1x 0.0..0.0; Epoch 1x 1.0..1.0"},
    {"xgboost", "[0]\ttrain-auc:0.75\teval-auc:0.5\n[1]\ttrain-auc:0.875\teval-auc:0.625\n",
     "eval-auc 2x 0.5..0.625; train-auc 2x 0.75..0.875"},
    {"pytorch", "Test set: Average loss: 0.0625, Accuracy: 9821/10000 (98%)\n",
     "loss 1x 0.0625..0.0625; Accuracy 1x 9821.0..9821.0"},
    {"two of a word", "Train Loss: 0.5 | Val Loss: 0.75\nTrain Loss: 0.25 | Val Loss: 0.5\n",
     "Train Loss 2x 0.25..0.5; Val Loss 2x 0.5..0.75"},
    {"a word alone too", "loss: 0.5\nval loss: 0.25\n",
     "loss 2x 0.25..0.5; val loss 1x 0.25..0.25"},
    {"one of a word", "INFO loss: 0.5\nINFO loss: 0.25\n", "loss 2x 0.25..0.5"},
    {"nan is no word", "loss: nan acc: 0.5\nloss: nan acc: 0.25\nbig acc: 1\n",
     "acc 3x 0.25..1.0; loss 2x nan..nan; big acc 1x 1.0..1.0"},
    {"the last of a line", "f1: 0.5 f1: 0.75\n", "f1 1x 0.75..0.75"},
    {"percent", "acc: 91.5%\nacc = 92.5%\n", "acc (%) 2x 91.5..92.5"},
    {"percent and not", "acc: 50%\nacc: 0.5\n", "acc 1x 0.5..0.5; acc (%) 1x 50.0..50.0"},
    {"units", "took 3ms, 4 s; lr 1e-3 wd 1e\n", "lr 1x 0.001..0.001"},
    {"decimal comma", "acc: 1,5\n", ""},
    {"trailing", "(acc: 0.5), f1=tensor(0.25, device='cuda:0')\n",
     "acc 1x 0.5..0.5; f1 1x 0.25..0.25; cuda 1x 0.0..0.0"},
    {"numpy", "acc np.float64(0.5)\n", "acc 1x 0.5..0.5"},
    {"signs and inf", "a: -0.5\na: +inf\n", "a 2x -0.5..inf"},
    {"infinity", "a: Infinity\na: infinit\n", "a 1x inf..inf"},
    {"slash and at", "val/acc@5: 0.5\nacc. 0.5\nacc- 0.5\n", "val/acc@5 1x 0.5..0.5"},
    {"colours", "\x1b[1macc\x1b[0m: \x1b[32m0.5\x1b[0m\n", "acc 1x 0.5..0.5"},
    {"our own lines", "[sweep: 5 MiB of output not kept]\nacc: 0.5\n", "acc 1x 0.5..0.5"},
    {"no newline", "acc: 0.5", "acc 1x 0.5..0.5"},
    {"carriage returns", "acc: 0.5\racc: 0.75\r\n", "acc 2x 0.5..0.75"},
    {"a long name", "a234567890123456789012345678901234567890123456789012345678901234567890: 1\n",
     ""},
};

static void test_rows_however_cut(void **state)
{
    (void)state;
    static const size_t cuts[] = {1, 3, 1000000};
    struct strbuf text;
    strbuf_init(&text, 4096);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        for (size_t c = 0; c < ARRAY_LENGTH(cuts); c++) {
            struct strview output = strview_of(rows[i].output);
            struct census *census = take(output, cuts[c]);
            size_t count;
            const struct census_row *listed = census_list(census, &count);
            for (size_t k = 0; k < count; k++)
                check_against_extractor(&listed[k], output);
            describe(census, &text);
            if (strcmp(strbuf_text(&text), rows[i].expected) != 0)
                fail_msg("%s, cut at %zu: got '%s', expected '%s'", rows[i].name, cuts[c],
                         strbuf_text(&text), rows[i].expected);
            census_free(census);
        }
    }
    strbuf_release(&text);
}

static void test_percent_patterns(void **state)
{
    (void)state;
    static const char output[] = "top.1: -2.5%\ntop 1: 3%\n\"top.1\": 4e1%\nmytop.1: 9%\n";
    const struct census_row row = {.name = "top.1", .is_percent = true};
    struct strbuf pattern;
    strbuf_init(&pattern, 1024);
    census_pattern(&row, &pattern);
    const struct extractor_pattern what = {"top.1", strbuf_text(&pattern)};
    struct bounds bounds = extract(&what, strview_of(output));
    assert_int_equal(bounds.count, 2);
    assert_true(is_same(bounds.min, -2.5) && is_same(bounds.max, 40));
    strbuf_release(&pattern);
}

/* A log that names a million things, one each, does not drive out what comes again and again. */
static void test_a_flood_of_names(void **state)
{
    (void)state;
    struct census *census = census_create();
    char line[128];
    for (int i = 0; i < 1000000; i++) {
        int size = snprintf(line, sizeof line, "image_%07d.png: 0.5\n%s", i,
                            i % 1000 == 0 ? "val_acc: 0.25\n" : "");
        census_feed(census, line, (size_t)size);
    }
    size_t count;
    const struct census_row *list = census_list(census, &count);
    assert_in_range(count, 2, CENSUS_NAMES_MAX);
    assert_string_equal(list[0].name, "val_acc");
    assert_int_equal(list[0].count, 1000);
    assert_int_equal(census_lines(census), 1001000);
    census_free(census);
}

/* A list is a look: counting goes on after it. */
static void test_list_again(void **state)
{
    (void)state;
    struct census *census = census_create();
    struct strbuf text;
    strbuf_init(&text, 1024);
    census_feed(census, "acc: 0.5\nacc: 0.25\n", 19);
    for (int i = 0; i < 2; i++) {
        describe(census, &text);
        assert_string_equal(strbuf_text(&text), "acc 2x 0.25..0.5");
    }
    census_feed(census, "acc: 0.75\n", 10);
    describe(census, &text);
    assert_string_equal(strbuf_text(&text), "acc 3x 0.25..0.75");
    strbuf_release(&text);
    census_free(census);
}

static void test_likeness(void **state)
{
    (void)state;
    static const struct {
        const char *wanted;
        const char *better;
        const char *worse;
        bool is_probable; /* the better one */
    } pairs[] = {
        {"val_acc", "accuracy", "val_loss", true},
        {"val_acc", "val_accuracy", "train_accuracy", true},
        {"val_acc", "Validation Accuracy", "accuracy", true},
        {"val_acc", "valAcc", "val_acc_top5", true},
        {"val_acc", "test_accuracy", "train_loss", true},
        {"accuracy", "accurcy", "loss", true},
        {"loss", "logloss", "lr", true},
        {"f1", "f1_score", "r2", true},
        {"val_loss", "eval_loss", "loss", true},
        {"val_acc", "val_loss", "epoch", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
        int better = likeness_of(pairs[i].wanted, pairs[i].better);
        int worse = likeness_of(pairs[i].wanted, pairs[i].worse);
        if (better <= worse || (better >= LIKENESS_PROBABLE) != pairs[i].is_probable)
            fail_msg("'%s' is like '%s' %d and like '%s' %d", pairs[i].wanted, pairs[i].better,
                     better, pairs[i].worse, worse);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_however_cut), cmocka_unit_test(test_percent_patterns),
        cmocka_unit_test(test_a_flood_of_names), cmocka_unit_test(test_list_again),
        cmocka_unit_test(test_likeness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
