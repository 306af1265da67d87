/* What a history says to the model: which trials have a value, which failed, and values of any
 * size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../strategies/search/bayes/outcomes.h"
#include "base/array.h"
#include "space/space.h"
#include "trial/objective.h"

#define MOST 32

static const struct sweep_parameter parameters[] = {
    {.name = "x", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
};

struct scene {
    struct arena arena;
    struct embedding *embedding;
    struct sweep_value params[MOST];
    struct sweep_trial trials[MOST];
    const struct sweep_trial *rows[MOST];
    size_t count;
    struct outcomes outcomes;
};

static void open_scene(struct scene *scene)
{
    struct sweep_error err = {0};
    *scene = (struct scene){.count = 0};
    scene->embedding = embedding_create(space_create(&scene->arena, parameters, 1, &err));
}

static void close_scene(struct scene *scene)
{
    outcomes_release(&scene->outcomes);
    embedding_free(scene->embedding);
    arena_release(&scene->arena);
}

static struct sweep_trial *add(struct scene *scene, enum sweep_trial_state state, double value)
{
    size_t i = scene->count++;
    scene->params[i] =
        (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = ((double)i + 0.5) / MOST};
    scene->trials[i] = (struct sweep_trial){
        .number = i + 1,
        .params = &scene->params[i],
        .state = state,
        .objective = objective_kind(value),
        .value = value,
        .arrival = i + 1,
    };
    scene->rows[i] = &scene->trials[i];
    return &scene->trials[i];
}

/* The last `pending` of them have not finished. */
static const struct outcomes *judge(struct scene *scene, size_t pending, bool maximize)
{
    const struct sweep_history history = {.finished = scene->rows,
                                          .finished_count = scene->count - pending,
                                          .pending = scene->rows + scene->count - pending,
                                          .pending_count = pending,
                                          .maximize = maximize};
    outcomes_release(&scene->outcomes);
    outcomes_init(&scene->outcomes, scene->embedding, &history);
    return &scene->outcomes;
}

static void assert_is_standard(const struct outcomes *outcomes)
{
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < outcomes->known; i++) {
        assert_true(isfinite(outcomes->values[i]));
        sum += outcomes->values[i];
        squares += outcomes->values[i] * outcomes->values[i];
    }
    assert_true(fabs(sum) < 1e-9 * (double)outcomes->known);
    assert_true(fabs(squares / (double)outcomes->known - 1) < 1e-9);
    assert_false(outcomes->is_flat);
}

static void test_each_ending_means_something(void **state)
{
    static const struct {
        enum sweep_trial_state state;
        enum sweep_reason reason;
        double value;
        int label; /* 0: says nothing */
    } rows[] = {
        {SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0.5, 1},
        {SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, (double)NAN, -1},
        {SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, (double)INFINITY, -1},
        {SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, (double)-INFINITY, -1},
        {SWEEP_TRIAL_PRUNED, SWEEP_REASON_NONE, 0.5, 1},
        {SWEEP_TRIAL_PRUNED, SWEEP_REASON_NONE, (double)NAN, 0},
        {SWEEP_TRIAL_CANCELLED, SWEEP_REASON_CANCELLED, 0.5, 0},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_EXIT_CODE, 0.5, -1},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_SIGNAL, 0.5, -1},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_TIMEOUT, 0.5, -1},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_METRIC_MISSING, 0.5, -1},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_GPU_MEMORY, 0.5, -1},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_HOST_MEMORY, 0.5, -1},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_SPAWN, 0.5, 0},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_LOST, 0.5, 0},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_REBOOT, 0.5, 0},
        {SWEEP_TRIAL_FAILED, SWEEP_REASON_PREEMPTED, 0.5, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct scene scene;
        open_scene(&scene);
        add(&scene, rows[i].state, rows[i].value)->reason = rows[i].reason;
        const struct outcomes *outcomes = judge(&scene, 0, false);
        assert_int_equal(outcomes->known, rows[i].label == 1);
        assert_int_equal(outcomes->failures, rows[i].label == -1);
        assert_int_equal(outcomes->judged.count, rows[i].label != 0);
        assert_int_equal(outcomes->points.count, rows[i].label == 1);
        if (rows[i].label != 0)
            assert_true(outcomes->labels[0] == rows[i].label);
        close_scene(&scene);
    }
}

static void test_pending_come_last(void **state)
{
    struct scene scene;
    (void)state;
    open_scene(&scene);
    add(&scene, SWEEP_TRIAL_COMPLETE, 3);
    add(&scene, SWEEP_TRIAL_FAILED, 0)->reason = SWEEP_REASON_EXIT_CODE;
    add(&scene, SWEEP_TRIAL_COMPLETE, 1);
    add(&scene, SWEEP_TRIAL_RUNNING, 0);
    add(&scene, SWEEP_TRIAL_WAITING, 0);
    const struct outcomes *outcomes = judge(&scene, 2, false);
    static const uint64_t numbers[] = {1, 3, 4, 5};
    assert_int_equal(outcomes->known, 2);
    assert_int_equal(outcomes->points.count, 4);
    assert_int_equal(outcomes->judged.count, 3);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(outcomes->trial[i]->number, numbers[i]);
        assert_true(outcomes->points.x[i] == scene.params[numbers[i] - 1].real);
    }
    assert_is_standard(outcomes);
    close_scene(&scene);
}

static void test_values_of_any_size(void **state)
{
    static const double sizes[] = {1e-300, 5e-324, 1e-30, 1, 1e30, 1e300, 1.7e308};
    (void)state;
    for (size_t s = 0; s < ARRAY_LENGTH(sizes); s++)
        for (int sign = -1; sign <= 1; sign += 2) {
            struct scene scene;
            open_scene(&scene);
            for (int i = 0; i < 8; i++)
                add(&scene, SWEEP_TRIAL_COMPLETE, sign * sizes[s] * (i % 2 == 0 ? 1 : 0));
            assert_is_standard(judge(&scene, 0, false));
            assert_is_standard(judge(&scene, 0, true));
            close_scene(&scene);
        }
}

static void test_from_the_largest_to_the_smallest(void **state)
{
    static const double values[] = {-1.7e308, 1.7e308, 1e-300, -1e-300, 0, 1};
    struct scene scene;
    (void)state;
    open_scene(&scene);
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++)
        add(&scene, SWEEP_TRIAL_COMPLETE, values[i]);
    const struct outcomes *outcomes = judge(&scene, 0, false);
    assert_is_standard(outcomes);
    for (size_t i = 0; i < outcomes->known; i++)
        assert_true(outcomes->values[0] <= outcomes->values[i]);
    close_scene(&scene);
}

/* Neighbours on the scale of doubles are different still. */
static void test_values_next_to_each_other(void **state)
{
    struct scene scene;
    double value = 1e6;
    (void)state;
    open_scene(&scene);
    for (int i = 0; i < 6; i++, value = nextafter(value, INFINITY))
        add(&scene, SWEEP_TRIAL_COMPLETE, value);
    const struct outcomes *outcomes = judge(&scene, 0, false);
    assert_is_standard(outcomes);
    for (size_t i = 1; i < outcomes->known; i++)
        assert_true(outcomes->values[i] > outcomes->values[i - 1]);
    close_scene(&scene);
}

static void test_nothing_to_learn_is_flat(void **state)
{
    struct scene scene;
    (void)state;
    open_scene(&scene);
    assert_true(judge(&scene, 0, false)->is_flat); /* no trial */
    add(&scene, SWEEP_TRIAL_COMPLETE, 0.1);
    assert_true(judge(&scene, 0, false)->is_flat);
    assert_int_equal(scene.outcomes.known, 1);
    for (int i = 0; i < 5; i++)
        add(&scene, SWEEP_TRIAL_COMPLETE, 0.1);
    assert_true(judge(&scene, 0, false)->is_flat);
    assert_true(judge(&scene, 2, true)->is_flat);
    close_scene(&scene);
    open_scene(&scene);
    for (int i = 0; i < 5; i++)
        add(&scene, SWEEP_TRIAL_FAILED, 0)->reason = SWEEP_REASON_EXIT_CODE;
    assert_true(judge(&scene, 0, false)->is_flat);
    assert_int_equal(scene.outcomes.failures, 5);
    close_scene(&scene);
}

static const double some[] = {3, -1, 4, 1.5, -9, 2.6, 500, 0, -0.25, 8};

static void test_maximum_is_a_mirrored_minimum(void **state)
{
    struct scene scene;
    struct scene mirror;
    (void)state;
    open_scene(&scene);
    open_scene(&mirror);
    for (size_t i = 0; i < ARRAY_LENGTH(some); i++) {
        add(&scene, i == 3 ? SWEEP_TRIAL_PRUNED : SWEEP_TRIAL_COMPLETE, some[i]);
        add(&mirror, i == 3 ? SWEEP_TRIAL_PRUNED : SWEEP_TRIAL_COMPLETE, -some[i]);
    }
    const struct outcomes *a = judge(&scene, 0, false);
    const struct outcomes *b = judge(&mirror, 0, true);
    for (size_t i = 0; i < ARRAY_LENGTH(some); i++)
        assert_true(a->values[i] == b->values[i]);
    close_scene(&scene);
    close_scene(&mirror);
}

/* The bad side alone: 500 comes nearer, -9 stays as far as it is. */
static void test_far_worse_is_brought_nearer(void **state)
{
    struct scene scene;
    (void)state;
    open_scene(&scene);
    for (size_t i = 0; i < ARRAY_LENGTH(some); i++)
        add(&scene, SWEEP_TRIAL_COMPLETE, some[i]);
    const struct outcomes *outcomes = judge(&scene, 0, false);
    /* quartiles of R's default kind: -0.1875 and 3.75, so the limit is 9.65625 */
    double per_unit = (outcomes->values[2] - outcomes->values[0]) / (some[2] - some[0]);
    assert_true(fabs(outcomes->values[4] - outcomes->values[0] - per_unit * (-9 - 3)) < 1e-9);
    assert_true(fabs(outcomes->values[6] - outcomes->values[0] - per_unit * (9.65625 - 3)) < 1e-9);
    close_scene(&scene);
}

/* How far the fourth value is from the third, in steps from the second to the third. */
static double next_step(const double *values, size_t count)
{
    struct scene scene;
    open_scene(&scene);
    for (size_t i = 0; i < count; i++)
        add(&scene, SWEEP_TRIAL_COMPLETE, values[i]);
    const double *standard = judge(&scene, 0, false)->values;
    assert_is_standard(&scene.outcomes);
    double steps = (standard[3] - standard[2]) / (standard[2] - standard[1]);
    close_scene(&scene);
    return steps;
}

static void test_decades_are_even_steps(void **state)
{
    static const double decades[] = {1e-2, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1e3, 1e4};
    static const double extremes[] = {1e300, 5e-324, 5e-304, 5e-284, 1e-200, 1, 1e200, 1.7e308};
    static const double with_zero[] = {0, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1e3, 1e4};
    static const double even[] = {40, 1, 2, 11, 5, 10, 15, 20, 25, 30, 35};
    (void)state;
    assert_true(fabs(next_step(decades, ARRAY_LENGTH(decades)) - 1) < 1e-9);
    /* the least double has one digit: its logarithm is still that of 4.94e-324 */
    assert_true(fabs(next_step(extremes, ARRAY_LENGTH(extremes)) - 1) < 1e-3);
    assert_true(fabs(next_step(with_zero, ARRAY_LENGTH(with_zero)) - 10) < 1e-9);
    assert_true(fabs(next_step(even, ARRAY_LENGTH(even)) - 9) < 1e-9);
}

/* It is no better than the middle one, 2.05, however good it looked when it was stopped. */
static void test_pruned_is_not_good(void **state)
{
    struct scene scene;
    (void)state;
    open_scene(&scene);
    for (size_t i = 0; i < ARRAY_LENGTH(some); i++)
        add(&scene, i == 4 ? SWEEP_TRIAL_PRUNED : SWEEP_TRIAL_COMPLETE, some[i]);
    const struct outcomes *outcomes = judge(&scene, 0, false);
    double per_unit = (outcomes->values[2] - outcomes->values[0]) / (some[2] - some[0]);
    assert_true(fabs(outcomes->values[4] - outcomes->values[0] - per_unit * (2.05 - 3)) < 1e-9);
    close_scene(&scene);
}

/* Params that the space does not have are of an earlier one. */
static void test_what_is_no_point_says_nothing(void **state)
{
    struct scene scene;
    (void)state;
    open_scene(&scene);
    add(&scene, SWEEP_TRIAL_COMPLETE, 1);
    add(&scene, SWEEP_TRIAL_COMPLETE, 2);
    add(&scene, SWEEP_TRIAL_RUNNING, 0);
    scene.params[1] = (struct sweep_value){.kind = SWEEP_VALUE_TEXT, .text = "lion"};
    scene.params[2] = (struct sweep_value){.kind = SWEEP_VALUE_NONE};
    const struct outcomes *outcomes = judge(&scene, 1, false);
    assert_int_equal(outcomes->known, 1);
    assert_int_equal(outcomes->points.count, 1);
    assert_int_equal(outcomes->judged.count, 1);
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_ending_means_something),
        cmocka_unit_test(test_pending_come_last),
        cmocka_unit_test(test_values_of_any_size),
        cmocka_unit_test(test_from_the_largest_to_the_smallest),
        cmocka_unit_test(test_values_next_to_each_other),
        cmocka_unit_test(test_nothing_to_learn_is_flat),
        cmocka_unit_test(test_maximum_is_a_mirrored_minimum),
        cmocka_unit_test(test_far_worse_is_brought_nearer),
        cmocka_unit_test(test_decades_are_even_steps),
        cmocka_unit_test(test_pruned_is_not_good),
        cmocka_unit_test(test_what_is_no_point_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
