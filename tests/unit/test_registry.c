/* Finding strategies by name, and what `auto` stands for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "space/space.h"
#include "sweep/strategy.h"

static void test_find(void **state)
{
    (void)state;
    assert_string_equal(sweep_strategy_find("grid")->name, "grid");
    assert_string_equal(sweep_strategy_find("random")->name, "random");
    assert_null(sweep_strategy_find("Grid"));
    assert_null(sweep_strategy_find("gri"));
    assert_null(sweep_strategy_find(""));
}

static void test_names_are_unique(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct sweep_strategy *const *row = sweep_strategies(); *row != NULL; row++, count++)
        assert_ptr_equal(sweep_strategy_find((*row)->name), *row);
    assert_true(count >= 2);
}

static void test_choose(void **state)
{
    (void)state;
    static const struct sweep_parameter parameters[] = {
        {.name = "n", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 12},
        {.name = "lr", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    };
    static const struct {
        const char *name;
        size_t parameters;
        uint64_t trials;
        const char *strategy;
        const char *why;
    } rows[] = {
        {"larger budget", 1, 100, "grid", "the budget covers every point of the space"},
        {"exact budget", 1, 12, "grid", "the budget covers every point of the space"},
        {"smaller budget", 1, 11, "random", "the space has more points than the budget"},
        {"no budget", 1, 0, "random",
         "without a budget, draws cover the space evenly whenever you stop"},
        {"infinite", 2, UINT64_MAX, "random", "the space has infinitely many points"},
        {"infinite, no budget", 2, 0, "random", "the space has infinitely many points"},
        {"nothing to vary", 0, 1, "grid", "the budget covers every point of the space"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct arena arena = {0};
        struct sweep_error err = {0};
        const char *why = NULL;
        struct sweep_space *space = space_create(&arena, parameters, rows[i].parameters, &err);
        assert_non_null(space);
        const struct sweep_strategy *chosen = sweep_strategy_choose(space, rows[i].trials, &why);
        if (strcmp(chosen->name, rows[i].strategy) != 0 || strcmp(why, rows[i].why) != 0)
            fail_msg("%s: %s, since %s", rows[i].name, chosen->name, why);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_names_are_unique),
        cmocka_unit_test(test_choose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
