/*
 * Which source of a number counts: the output's or wandb's.
 */
#include "shim/choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Two that are found by name, and one that has a pattern. */
static const struct spec_pattern patterns[] = {{"acc", NULL}, {"loss", NULL}, {"lr", "lr=(.*)"}};
static const struct spec spec = {.patterns = patterns, .pattern_count = 3};

struct taken {
    char text[256]; /* PATTERN:VALUE and a blank each */
};

static void take(void *context, const struct journal_record *record)
{
    struct taken *taken = context;
    size_t used = strlen(taken->text);
    snprintf(taken->text + used, sizeof taken->text - used, "%u:%g ", (unsigned)record->pattern,
             record->value);
}

static bool judge(struct choice *choice, uint32_t pattern, double value, bool has_run,
                  int64_t now_ms)
{
    const struct journal_record record = {
        .kind = JOURNAL_NUMBER, .pattern = pattern, .value = value};
    return choice_judge(choice, &record, has_run, now_ms);
}

static void expect_settled(struct choice *choice, int64_t now_ms, const char *expected)
{
    struct taken taken = {""};
    choice_settle(choice, now_ms, take, &taken);
    assert_string_equal(taken.text, expected);
}

static void test_without_run(void **state)
{
    struct choice choice;
    (void)state;
    choice_init(&choice, &spec);
    assert_true(judge(&choice, 0, 1, false, 0));
    assert_true(judge(&choice, 0, 2, false, 9000));
    assert_true(choice_deadline(&choice) == INT64_MAX);
    assert_true(choice_take_wandb(&choice, 0)); /* what came before it stays */
    assert_false(judge(&choice, 0, 3, true, 9001));
    choice_release(&choice);
}

static void test_wandb_shows_it(void **state)
{
    struct choice choice;
    (void)state;
    choice_init(&choice, &spec);
    assert_false(judge(&choice, 0, 1, true, 100));
    assert_false(judge(&choice, 1, 2, true, 200));
    assert_true(choice_deadline(&choice) == 100 + CHOICE_WAIT_MS);
    assert_true(choice_take_wandb(&choice, 0));
    assert_int_equal(choice.held_count, 1);
    assert_true(choice_deadline(&choice) == 200 + CHOICE_WAIT_MS);
    assert_false(judge(&choice, 0, 3, true, 300));
    expect_settled(&choice, 200 + CHOICE_WAIT_MS, "1:2 ");
    assert_false(choice_take_wandb(&choice, 1)); /* too late */
    assert_true(judge(&choice, 1, 4, true, 9000));
    choice_release(&choice);
}

static void test_wait(void **state)
{
    struct choice choice;
    (void)state;
    choice_init(&choice, &spec);
    assert_false(judge(&choice, 0, 1, true, 0));
    assert_false(judge(&choice, 1, 2, true, 10));
    assert_false(judge(&choice, 0, 3, true, 20));
    expect_settled(&choice, CHOICE_WAIT_MS - 1, "");
    expect_settled(&choice, CHOICE_WAIT_MS, "0:1 0:3 ");
    assert_true(judge(&choice, 0, 4, true, CHOICE_WAIT_MS));
    choice_end(&choice);
    expect_settled(&choice, 0, "1:2 ");
    choice_release(&choice);
}

/* A pattern of the user's own is for the output. */
static void test_pattern(void **state)
{
    struct choice choice;
    (void)state;
    choice_init(&choice, &spec);
    assert_true(judge(&choice, 2, 1, true, 0));
    assert_false(choice_take_wandb(&choice, 2));
    choice_release(&choice);
}

/* A flood is not held back for ever. */
static void test_flood(void **state)
{
    struct choice choice;
    struct taken taken = {""};
    (void)state;
    choice_init(&choice, &spec);
    for (size_t i = 0; i < CHOICE_HELD_MAX; i++) {
        assert_true(choice_deadline(&choice) > 7);
        assert_false(judge(&choice, 0, 5, true, 7));
    }
    assert_true(choice_deadline(&choice) == 7);
    choice_settle(&choice, 7, take, &taken);
    assert_int_equal(choice.held_count, 0);
    assert_true(judge(&choice, 0, 6, true, 8));
    choice_release(&choice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_run), cmocka_unit_test(test_wandb_shows_it),
        cmocka_unit_test(test_wait),        cmocka_unit_test(test_pattern),
        cmocka_unit_test(test_flood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
