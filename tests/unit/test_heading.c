/* Tables under a line of names: which are seen, and whether the pattern finds their numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "metrics/extractor.h"
#include "metrics/heading.h"

static void take_all(struct heading *heading, const char *text)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        heading_take(heading, (struct strview){text, size});
        text += size + (text[size] == '\n');
    }
}

static void test_tables(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *text;
        uint64_t rows;
        size_t count;
    } rows[] = {
        {"fastai", "epoch     loss  acc   time\n0         0.4   0.5   00:01\n", 1, 4},
        {"again", "epoch loss\n0 1.5\nepoch loss\n0 1.4\n1 1.3\n", 3, 2},
        {"another later", "epoch loss\n0 1.5\nstep lr wd\n1 2 3\n", 1, 2},
        {"blank lines and words between", "epoch loss\n\n0 1.5\nsaved the model\n1 1.4\n", 2, 2},
        {"prose", "we begin now\nit goes on\n", 0, 3},
        {"prose, then a number of its own", "Epoch done\n3\n", 0, 2},
        {"fewer numbers than names", "epoch loss acc\n0 1.5\n", 0, 3},
        {"no epoch", "loss acc\n0.5 0.6\n", 0, 2},
        {"only times", "epoch time\n0 00:01\n", 0, 2},
        {"a sentence", "epoch loss:\n0 1.5\n", 0, 0},
        {"one column", "epoch\n0\n", 0, 0},
        {"empty", "", 0, 0},
        {"too many", "a b c d e f g h i j k l m n o p q\n", 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct heading heading = {0};
        take_all(&heading, rows[i].text);
        if (heading.rows != rows[i].rows || heading.count != rows[i].count)
            fail_msg("%s: %d rows, %d names", rows[i].name, (int)heading.rows, (int)heading.count);
    }
}

static void test_pattern_finds_the_column(void **state)
{
    (void)state;
    static const char text[] = "epoch     train_loss  acc       time\n"
                               "0         0.456483    0.643517  00:01\n"
                               "12 steps follow\n"
                               "10        0.368174    0.731826  00:02\n";
    struct heading heading = {0};
    struct strbuf pattern;
    struct sweep_error err = {0};
    struct extractor_found found;
    strbuf_init(&pattern, 256);
    take_all(&heading, text);
    assert_int_equal(heading.rows, 2);
    assert_string_equal(heading.names[2], "acc");
    heading_pattern(&heading, 2, &pattern);
    const struct extractor_pattern wanted = {"acc", strbuf_text(&pattern)};
    struct extractor *extractor = extractor_create(&wanted, 1, &err);
    assert_non_null(extractor);
    extractor_feed(extractor, text, sizeof text - 1);
    assert_true(extractor_next(extractor, &found));
    assert_true(found.value == 0.643517);
    assert_true(extractor_next(extractor, &found));
    assert_true(found.value == 0.731826);
    assert_false(extractor_next(extractor, &found));
    extractor_free(extractor);
    strbuf_release(&pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_pattern_finds_the_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
