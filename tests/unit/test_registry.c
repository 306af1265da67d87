/* Finding strategies by name, and what `auto` stands for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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
        bool has_objective;
        const char *strategy;
        const char *why;
    } rows[] = {
        {"larger budget", 1, 100, true, "grid", "the budget covers every point of the space"},
        {"exact budget", 1, 12, true, "grid", "the budget covers every point of the space"},
        {"smaller budget", 1, 11, true, "bayes",
         "what each trial comes to says where to look next"},
        {"small budget", 1, 9, true, "sobol",
         "the budget is too small to learn from, and these points are spread evenly"},
        {"nothing to learn from", 1, 11, false, "sobol",
         "these points cover the space evenly, however many are tried"},
        {"no budget", 1, 0, true, "bayes", "what each trial comes to says where to look next"},
        {"no budget, nothing to learn from", 1, 0, false, "sobol",
         "these points cover the space evenly, however many are tried"},
        {"infinite", 2, 100, true, "bayes", "what each trial comes to says where to look next"},
        {"a large budget", 2, UINT64_MAX, true, "tpe",
         "of so many trials bayes would model only a part"},
        {"infinite, nothing to learn from", 2, 0, false, "sobol",
         "these points cover the space evenly, however many are tried"},
        {"many dimensions", 257, 100, true, "tpe", "the space has too many dimensions for bayes"},
        {"many dimensions, small budget", 257, 9, true, "random",
         "the space has too many dimensions for sobol"},
        {"many dimensions, nothing to learn from", 257, 100, false, "random",
         "the space has too many dimensions for sobol"},
        {"nothing to vary", 0, 1, true, "grid", "the budget covers every point of the space"},
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
        const struct sweep_strategy *chosen =
            sweep_strategy_choose(space, rows[i].trials, rows[i].has_objective, &why);
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
