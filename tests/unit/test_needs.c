/*
 * What trials need, found out by what others took: by all of them, by one parameter that tells, and
 * when it turns out not to tell.
 */
#include "run/needs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    MODEL,
    BATCH,
    LR,
    PARAMS
};

static const struct sweep_value *point(const char *model, int64_t batch, double lr)
{
    static struct sweep_value params[PARAMS];
    params[MODEL] = (struct sweep_value){.kind = SWEEP_VALUE_TEXT, .text = model};
    params[BATCH] = (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = batch};
    params[LR] = (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = lr};
    return params;
}

static void learn(struct needs *needs, const char *model, int64_t batch, double lr, uint64_t bytes)
{
    needs_learn(needs, point(model, batch, lr), bytes);
}

static uint64_t find(const struct needs *needs, const char *model, int64_t batch)
{
    return needs_find(needs, point(model, batch, 0.77));
}

static void test_nothing_known(void **state)
{
    struct needs needs;
    (void)state;
    needs_init(&needs, PARAMS);
    assert_int_equal(find(&needs, "small", 16), 0);
    assert_int_equal(needs_find(&needs, NULL), 0);
    assert_int_equal(needs_least(&needs), 0);
    needs_release(&needs);
}

static void test_most_of_all(void **state)
{
    struct needs needs;
    (void)state;
    needs_init(&needs, PARAMS);
    learn(&needs, "small", 16, 0.1, 1000);
    assert_int_equal(find(&needs, "large", 64), 1100);
    learn(&needs, "small", 32, 0.2, 3000); /* no value came twice with one answer */
    assert_int_equal(find(&needs, "small", 16), 3300);
    assert_int_equal(needs_find(&needs, NULL), 3300);
    needs_release(&needs);
}

/* By `model`: batch and lr have no value twice. */
static void test_parameter_tells(void **state)
{
    struct needs needs;
    (void)state;
    needs_init(&needs, PARAMS);
    learn(&needs, "small", 1, 0.1, 1000);
    learn(&needs, "large", 2, 0.2, 8000);
    assert_int_equal(needs.telling, NEEDS_NO_PARAMETER);
    learn(&needs, "small", 3, 0.3, 1050);
    assert_int_equal(needs.telling, MODEL);
    assert_int_equal(find(&needs, "small", 4), 1155);
    assert_int_equal(find(&needs, "large", 4), 8800);
    assert_int_equal(find(&needs, "huge", 4), 0); /* alone, to be measured */
    assert_int_equal(needs_find(&needs, NULL), 1100);
    learn(&needs, "small", 5, 0.4, 4000); /* so it was not that */
    assert_int_equal(needs.telling, NEEDS_NO_PARAMETER);
    assert_int_equal(find(&needs, "small", 4), 8800);
    needs_release(&needs);
}

static void test_numbers(void **state)
{
    struct needs needs;
    (void)state;
    needs_init(&needs, PARAMS);
    learn(&needs, "a", 16, 0.1, 1000);
    learn(&needs, "b", 64, 0.2, 4000);
    learn(&needs, "a", 64, 0.3, 4100);
    learn(&needs, "b", 16, 0.4, 1000);
    assert_int_equal(needs.telling, BATCH);
    assert_int_equal(find(&needs, "a", 16), 1100);
    assert_int_equal(find(&needs, "a", 32), 4510); /* as the next larger one */
    assert_int_equal(find(&needs, "a", 8), 1100);
    assert_int_equal(find(&needs, "a", 128), 0);
    learn(&needs, "a", 256, 0.5, 900); /* it does not grow with it */
    assert_int_equal(needs.telling, BATCH);
    assert_int_equal(find(&needs, "a", 32), 0);
    assert_int_equal(find(&needs, "a", 64), 4510);
    needs_release(&needs);
}

/* All the same within a tenth: there is nothing to tell. */
static void test_alike(void **state)
{
    struct needs needs;
    (void)state;
    needs_init(&needs, PARAMS);
    for (int i = 0; i < 10; i++)
        learn(&needs, i % 2 == 0 ? "a" : "b", i % 2, 0.1, 1000 + (uint64_t)i * 5);
    assert_int_equal(needs.telling, NEEDS_NO_PARAMETER);
    assert_int_equal(find(&needs, "c", 7), 1149);
    needs_release(&needs);
}

/* Old ones are forgotten, but not the most. */
static void test_many(void **state)
{
    struct needs needs;
    (void)state;
    needs_init(&needs, PARAMS);
    learn(&needs, "a", 0, 0, 9000);
    for (int i = 1; i <= 3 * NEEDS_MAX; i++)
        learn(&needs, "a", i, i, 1000);
    assert_int_equal(needs.count, NEEDS_MAX);
    assert_int_equal(needs_least(&needs), 1000);
    assert_int_equal(needs.most_bytes, 9000);
    needs_release(&needs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_known),   cmocka_unit_test(test_most_of_all),
        cmocka_unit_test(test_parameter_tells), cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_alike),           cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
