/* Conditions and constraints of a space: settling, counting and going through points, against the
 * same done point by point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "base/array.h"
#include "space/feasible.h"
#include "space/rules.h"
#include "space/space.h"
#include "sweep/rng.h"

#define WIDTH 5
#define SEED  UINT64_C(0x72756C6573)

static const struct sweep_value texts[] = {{.kind = SWEEP_VALUE_TEXT, .text = "x"},
                                           {.kind = SWEEP_VALUE_TEXT, .text = "y"},
                                           {.kind = SWEEP_VALUE_NULL},
                                           {.kind = SWEEP_VALUE_TEXT, .text = "x"}}; /* again */
static const struct sweep_parameter parameters[WIDTH] = {
    {.name = "a", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 3},
    {.name = "b", .distribution = SWEEP_CATEGORICAL, .choices = texts, .choice_count = 4},
    {.name = "c", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1, .step = 0.5},
    {.name = "d", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 3},
    {.name = "e", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 1},
};

struct rule_text {
    const char *parameter; /* NULL: a constraint */
    const char *text;
};

static struct sweep_space *make_space(struct arena *arena, const struct rule_text *rows,
                                      size_t count)
{
    struct sweep_error err = {0};
    struct sweep_space *space = space_create(arena, parameters, WIDTH, &err);
    struct space_rules *rules = space_rules_create(arena, space);
    struct expr_place place;
    struct space_fault fault;
    bool done = true;
    for (size_t i = 0; i < count; i++)
        done = done && (rows[i].parameter == NULL
                            ? space_rules_constraint(rules, rows[i].text, &place, &err)
                            : space_rules_condition(rules, space_find(space, rows[i].parameter),
                                                    rows[i].text, &place, &err));
    done = done && space_rules_finish(rules, &fault, &err);
    space_rules_free(rules);
    if (!done && strstr(err.message, "circle") == NULL)
        fail_msg("%s", err.message);
    return done ? space : NULL;
}

/* --- against brute force ---------------------------------------------------------------------- */

#define RAW_MAX (4 * 4 * 3 * 3 * 2)

struct points {
    struct sweep_value params[RAW_MAX][WIDTH];
    size_t count;
};

static void add_point(struct points *points, const struct sweep_value *params)
{
    for (size_t i = 0; i < points->count; i++)
        if (sweep_params_equal(points->params[i], params, WIDTH))
            return;
    memcpy(points->params[points->count++], params, WIDTH * sizeof *params);
}

/* Every combination, settled, each once. */
static void list_points(const struct sweep_space *space, struct sweep_judge *judge,
                        struct points *points)
{
    points->count = 0;
    for (uint64_t raw = 0; raw < RAW_MAX; raw++) {
        struct sweep_value params[WIDTH];
        uint64_t rest = raw;
        for (size_t i = 0; i < WIDTH; i++) {
            const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
            uint64_t size = sweep_parameter_size(parameter);
            params[i] = sweep_parameter_level(parameter, rest % size);
            rest /= size;
        }
        if (!sweep_judge_settle(judge, params))
            continue;
        assert_true(sweep_judge_is_feasible(judge, params));
        add_point(points, params);
    }
}

static bool has_point(const struct points *points, const struct sweep_value *params)
{
    for (size_t i = 0; i < points->count; i++)
        if (sweep_params_equal(points->params[i], params, WIDTH))
            return true;
    return false;
}

/* The walk finds each of them once, in the order of their numbers. */
static void assert_walk(struct sweep_judge *judge, const struct points *points)
{
    struct sweep_value params[WIDTH];
    uint64_t point = 0;
    uint64_t steps = UINT64_MAX;
    size_t found = 0;
    while (point < RAW_MAX && sweep_judge_next(judge, &point, &steps, params) == SWEEP_FOUND) {
        assert_true(has_point(points, params));
        found++;
        point++;
    }
    assert_int_equal(found, points->count);
}

static const char *const CONDITIONS[] = {
    "a > 1",     "b = 'x'",         "b is null", "c >= 0.5 and a < 3", "d in (1, 3)", "e = 1",
    "a + d > 3", "b in ('x', 'y')", "e is null", "not (c = 0.5)",      "a * e = 0",
};
static const char *const CONSTRAINTS[] = {
    "a * d <= 4", "b = 'y' or c < 1", "a + e != 2", "c is not null", "d >= a", "b is null or e = 0",
};

static const struct sweep_space *make_random(struct arena *arena, struct sweep_rng *rng)
{
    static const char *const NAMES[WIDTH] = {"a", "b", "c", "d", "e"};
    struct rule_text rows[WIDTH + 3];
    size_t count = 0;
    for (size_t i = 0; i < WIDTH; i++)
        if (sweep_rng_below(rng, 2) == 0)
            rows[count++] = (struct rule_text){
                NAMES[i], CONDITIONS[sweep_rng_below(rng, ARRAY_LENGTH(CONDITIONS))]};
    for (uint64_t i = sweep_rng_below(rng, 4); i > 0; i--)
        rows[count++] =
            (struct rule_text){NULL, CONSTRAINTS[sweep_rng_below(rng, ARRAY_LENGTH(CONSTRAINTS))]};
    return make_space(arena, rows, count);
}

static void test_counts_and_walks(void **state)
{
    static struct points points;
    struct sweep_rng rng;
    size_t spaces = 0;
    (void)state;
    sweep_rng_init(&rng, SEED, 0);
    for (int i = 0; i < 400; i++) {
        struct arena arena = {0};
        const struct sweep_space *space = make_random(&arena, &rng);
        if (space != NULL) { /* else its conditions went round in a circle */
            struct sweep_judge *judge = sweep_judge_create(space, NULL);
            uint64_t count = 0;
            list_points(space, judge, &points);
            assert_int_equal(sweep_space_count_points(space, SWEEP_COUNT_STEPS, &count),
                             SWEEP_COUNT_EXACT);
            assert_int_equal(count, points.count);
            assert_walk(judge, &points);
            sweep_judge_free(judge);
            spaces++;
        }
        arena_release(&arena);
    }
    assert_true(spaces > 100);
}

/* --- single ones ------------------------------------------------------------------------------ */

static void test_bounds_of_a_count(void **state)
{
    static const struct rule_text rows[] = {{NULL, "a + d > 3"}, {"e", "b = 'x'"}};
    struct arena arena = {0};
    uint64_t points = 0;
    (void)state;
    const struct sweep_space *space = make_space(&arena, rows, ARRAY_LENGTH(rows));
    /* Two parts, c by itself: 6 pairs of a and d; x with two e, y, null; 3 of c. */
    assert_int_equal(sweep_space_count_points(space, SWEEP_COUNT_STEPS, &points),
                     SWEEP_COUNT_EXACT);
    assert_int_equal(points, 6 * 4 * 3);
    assert_int_equal(sweep_space_count_points(space, 1, &points), SWEEP_COUNT_AT_MOST);
    assert_true(points >= 6 * 4 * 3 && points <= RAW_MAX);
    arena_release(&arena);
}

static void test_steps_end_a_search(void **state)
{
    static const struct rule_text rows[] = {{NULL, "a + d + e > 6"}};
    struct arena arena = {0};
    struct sweep_value params[WIDTH];
    uint64_t point = 0;
    uint64_t steps = 3;
    (void)state;
    struct sweep_judge *judge =
        sweep_judge_create(make_space(&arena, rows, ARRAY_LENGTH(rows)), NULL);
    assert_int_equal(sweep_judge_next(judge, &point, &steps, params), SWEEP_FOUND_NOTHING_YET);
    assert_int_equal(steps, 0);
    steps = 1000000;
    assert_int_equal(sweep_judge_next(judge, &point, &steps, params), SWEEP_FOUND);
    assert_int_equal(params[0].integer, 3);
    assert_true(steps < 1000000);
    point = RAW_MAX - 1;
    assert_int_equal(sweep_judge_next(judge, &point, &steps, params), SWEEP_FOUND_NONE);
    sweep_judge_free(judge);
    arena_release(&arena);
}

static void test_share(void **state)
{
    static const struct rule_text rows[] = {{NULL, "d = 2"}, {"e", "a = 0"}};
    struct arena arena = {0};
    struct space_share share;
    uint64_t active[WIDTH];
    double low;
    double high;
    (void)state;
    const struct sweep_space *space = make_space(&arena, rows, ARRAY_LENGTH(rows));
    assert_true(space_measure_share(space, SEED, &share));
    space_share_interval(&share, &low, &high);
    assert_true(low < 1.0 / 3 && high > 1.0 / 3 && high - low < 0.1);
    assert_true(space_find_active(space, SEED, &share, active));
    assert_true(active[4] > share.feasible / 8 && active[4] < share.feasible * 4 / 10);
    assert_int_equal(active[0], share.feasible);
    /* Wilson's interval for 5 of 10, as tables have it. */
    share = (struct space_share){.draws = 10, .feasible = 5};
    space_share_interval(&share, &low, &high);
    assert_true(fabs(low - 0.2366) < 1e-4 && fabs(high - 0.7634) < 1e-4);
    share = (struct space_share){.draws = 10, .feasible = 0};
    space_share_interval(&share, &low, &high);
    assert_true(low == 0 && fabs(high - 0.2775) < 1e-4);
    arena_release(&arena);
}

static void test_given(void **state)
{
    static const struct rule_text rows[] = {{"e", "b = 'x'"}, {NULL, "a * d <= 4"}};
    static const struct sweep_value none = {.kind = SWEEP_VALUE_NONE};
    struct arena arena = {0};
    struct sweep_error err = {0};
    (void)state;
    const struct sweep_space *space = make_space(&arena, rows, ARRAY_LENGTH(rows));
    struct sweep_value given[WIDTH] = {sweep_parameter_level(&parameters[0], 1), texts[1],
                                       sweep_parameter_level(&parameters[2], 0),
                                       sweep_parameter_level(&parameters[3], 2),
                                       sweep_parameter_level(&parameters[4], 1)};
    assert_true(space_settle_given(space, given, &err));
    assert_int_equal(given[4].kind, SWEEP_VALUE_NONE);
    given[1] = texts[0];
    assert_false(space_settle_given(space, given, &err));
    assert_string_equal(err.message, "parameter 'e' is missing, and it is active here: b = 'x'");
    given[1] = texts[1];
    given[0] = none;
    assert_false(space_settle_given(space, given, &err));
    assert_string_equal(err.message, "parameter 'a' is missing");
    given[0] = sweep_parameter_level(&parameters[0], 3);
    assert_false(space_settle_given(space, given, &err));
    assert_string_equal(err.message, "the constraint 'a * d <= 4' does not hold");

    /* Drawn around what is given: it stays, and it is active. */
    struct sweep_value wanted[WIDTH] = {{0}};
    wanted[4] = sweep_parameter_level(&parameters[4], 0);
    assert_true(space_draw_missing(space, SEED, wanted, &err));
    assert_string_equal(wanted[1].text, "x");
    assert_int_equal(wanted[4].integer, 0);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_and_walks),
        cmocka_unit_test(test_bounds_of_a_count),
        cmocka_unit_test(test_steps_end_a_search),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
