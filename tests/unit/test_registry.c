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
    assert_string_equal(sweep_strategy_find("sobol")->name, "sobol");
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
    static struct sweep_parameter parameters[257] = {
        {.name = "n", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 12},
        {.name = "lr", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    };
    struct arena names = {0};
    static const struct {
        const char *name;
        size_t parameters;
        uint64_t trials;
        const char *strategy;
        const char *why;
    } rows[] = {
        {"larger budget", 1, 100, "grid", "the budget covers every point of the space"},
        {"exact budget", 1, 12, "grid", "the budget covers every point of the space"},
        {"smaller budget", 1, 11, "sobol",
         "the space has more points than the budget, and these are spread evenly"},
        {"no budget", 1, 0, "sobol",
         "without a budget, these points cover the space evenly whenever you stop"},
        {"infinite", 2, UINT64_MAX, "sobol",
         "the space is infinite, and these points fill it more evenly than random ones"},
        {"infinite, no budget", 2, 0, "sobol",
         "the space is infinite, and these points fill it more evenly than random ones"},
        {"too many dimensions", 257, 100, "random", "the space has too many dimensions for sobol"},
        {"nothing to vary", 0, 1, "grid", "the budget covers every point of the space"},
    };
    for (size_t i = 2; i < ARRAY_LENGTH(parameters); i++) {
        parameters[i] = parameters[1];
        parameters[i].name = arena_printf(&names, "x%zu", i);
    }
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
    arena_release(&names);
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
