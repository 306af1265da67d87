/*
 * What the Gaussian process says of functions whose answers are known.
 *
 * Ishigami's function has indices in closed form (Ishigami and Homma 1990; with a = 7, b = 0.1:
 * first order 0.3139, 0.4424, 0, total 0.5576, 0.4424, 0.2437).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "space/space.h"
#include "sweep/mem.h"
#include "sweep/strategy.h"

#define PARAMS 4
#define TRIALS 200
#define MANY   8000 /* more than a model is made of */

#define PI 3.14159265358979323846

/* Trials at points of Sobol's sequence, of which some are known. */
struct lesson {
    struct arena arena;
    const struct sweep_space *space;
    const struct sweep_strategy *bayes;
    void *state;
    struct sweep_value params[MANY][PARAMS];
    struct sweep_trial trials[MANY];
    const struct sweep_trial *finished[MANY];
    struct sweep_history history;
    struct sweep_influence influences[PARAMS];
    struct sweep_value best[PARAMS];
};

typedef double function(const struct sweep_value *params);

static void lesson_open(struct lesson *lesson, const struct sweep_parameter *parameters,
                        size_t count)
{
    struct sweep_error err = {0};
    memset(lesson, 0, sizeof *lesson);
    lesson->space = space_create(&lesson->arena, parameters, count, &err);
    assert_non_null(lesson->space);
    lesson->bayes = sweep_strategy_find("bayes");
    lesson->state = lesson->bayes->create(lesson->space, &err);
    assert_non_null(lesson->state);
    lesson->history.finished = lesson->finished;
}

static void lesson_close(struct lesson *lesson)
{
    lesson->bayes->free(lesson->state);
    arena_release(&lesson->arena);
}

static void lesson_add(struct lesson *lesson, double value)
{
    size_t i = lesson->history.finished_count++;
    lesson->trials[i] = (struct sweep_trial){
        .number = i + 1,
        .params = lesson->params[i],
        .state = isnan(value) ? SWEEP_TRIAL_FAILED : SWEEP_TRIAL_COMPLETE,
        .reason = isnan(value) ? SWEEP_REASON_EXIT_CODE : SWEEP_REASON_NONE,
        .objective = isnan(value) ? SWEEP_OBJECTIVE_NONE : SWEEP_OBJECTIVE_FINITE,
        .value = value,
        .arrival = i + 1,
    };
    lesson->finished[i] = &lesson->trials[i];
}

static void lesson_learn(struct lesson *lesson, function *f, size_t count)
{
    const struct sweep_strategy *sobol = sweep_strategy_find("sobol");
    void *state = sobol->create(lesson->space, NULL);
    unsigned char memo[SWEEP_MEMO_MAX];
    for (size_t i = 0; i < count; i++) {
        struct sweep_suggestion out = {.params = lesson->params[i], .memo = memo};
        const struct sweep_ask ask = {.seed = 5, .number = i + 1, .history = &lesson->history};
        assert_int_equal(sobol->ask(state, &ask, &out), SWEEP_SUGGESTED);
        lesson_add(lesson, f(lesson->params[i]));
    }
    sobol->free(state);
}

static struct sweep_explanation lesson_explain(struct lesson *lesson,
                                               const struct sweep_value *const *points,
                                               struct sweep_forecast *forecasts, size_t count)
{
    struct sweep_explanation out = {
        .points = points,
        .forecasts = forecasts,
        .point_count = count,
        .influences = lesson->influences,
        .best = lesson->best,
    };
    const struct sweep_ask ask = {
        .seed = 5,
        .number = lesson->history.finished_count + 1,
        .history = &lesson->history,
    };
    lesson->bayes->explain(lesson->state, &ask, &out);
    return out;
}

static void assert_near(double value, double expected, double epsilon)
{
    if (!(fabs(value - expected) <= epsilon))
        fail_msg("%.17g is not %.17g, by more than %g", value, expected, epsilon);
}

static void assert_share(const struct sweep_influence *influence, double share, double total,
                         double epsilon)
{
    assert_near(influence->share, share, epsilon);
    assert_near(influence->total, total, epsilon);
    assert_true(influence->share_low <= influence->share);
    assert_true(influence->share <= influence->share_high);
    assert_true(influence->total_low <= influence->total);
    assert_true(influence->total <= influence->total_high);
}

/* --- functions -------------------------------------------------------------------------------- */

static const struct sweep_parameter ANGLES[] = {
    {.name = "a", .distribution = SWEEP_UNIFORM, .min = -PI, .max = PI},
    {.name = "b", .distribution = SWEEP_UNIFORM, .min = -PI, .max = PI},
    {.name = "c", .distribution = SWEEP_UNIFORM, .min = -PI, .max = PI},
};

static double ishigami(const struct sweep_value *p)
{
    double b = sin(p[1].real);
    return sin(p[0].real) + 7 * b * b + 0.1 * pow(p[2].real, 4) * sin(p[0].real);
}

static const struct sweep_value OPTIMIZERS[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "adam"},
    {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
};

static const struct sweep_value THREE = {.kind = SWEEP_VALUE_INT, .integer = 3};

static const struct sweep_parameter TRAINING[] = {
    {.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-4, .max = 1},
    {.name = "optimizer",
     .distribution = SWEEP_CATEGORICAL,
     .choices = OPTIMIZERS,
     .choice_count = 2},
    {.name = "layers", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 8},
    {.name = "epochs", .distribution = SWEEP_CONSTANT, .choices = &THREE, .choice_count = 1},
};

/* Variances: of log10(lr), uniform on 4 decades, 16 / 12; of the optimizer, 0.6^2 / 4. */
static double additive(const struct sweep_value *p)
{
    return 10 + log10(p[0].real) + (strcmp(p[1].text, "sgd") == 0 ? 0.6 : 0);
}

static double backwards(const struct sweep_value *p)
{
    return -additive(p);
}

static double failing(const struct sweep_value *p)
{
    return p[2].integer >= 7 ? (double)NAN : additive(p);
}

static double flat(const struct sweep_value *p)
{
    (void)p;
    return 0.25;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void test_indices_of_ishigami(void **state)
{
    struct lesson lesson;
    (void)state;
    lesson_open(&lesson, ANGLES, 3);
    lesson_learn(&lesson, ishigami, TRIALS);
    struct sweep_explanation out = lesson_explain(&lesson, NULL, NULL, 0);
    assert_int_equal(out.basis, SWEEP_BASIS_MODEL);
    assert_int_equal(out.known, TRIALS);
    assert_true(out.skill > 0.8);
    assert_share(&lesson.influences[0], 0.3139, 0.5576, 0.06);
    assert_share(&lesson.influences[1], 0.4424, 0.4424, 0.06);
    assert_share(&lesson.influences[2], 0, 0.2437, 0.06);
    lesson_close(&lesson);
}

/* The matrix of all of them would have 512 MB. */
static void test_very_many(void **state)
{
    struct lesson *lesson = sweep_alloc(sizeof *lesson);
    struct sweep_forecast forecast;
    struct rusage before;
    struct rusage after;
    (void)state;
    lesson_open(lesson, ANGLES, 3);
    lesson_learn(lesson, ishigami, MANY);
    const struct sweep_value *point = lesson->params[MANY / 2];
    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    struct sweep_explanation out = lesson_explain(lesson, &point, &forecast, 1);
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    assert_true(after.ru_maxrss - before.ru_maxrss < 400 * 1024); /* KiB */
    assert_int_equal(out.basis, SWEEP_BASIS_MODEL);
    assert_int_equal(out.known, MANY);
    assert_true(out.skill > 0.9);
    assert_share(&lesson->influences[0], 0.3139, 0.5576, 0.06);
    assert_share(&lesson->influences[1], 0.4424, 0.4424, 0.06);
    assert_share(&lesson->influences[2], 0, 0.2437, 0.06);
    assert_int_equal(forecast.nearest, MANY / 2 + 1); /* of all, also those that are left out */
    lesson_close(lesson);
    sweep_free(lesson);
}

static void test_additive(void **state)
{
    struct lesson lesson;
    (void)state;
    lesson_open(&lesson, TRAINING, 4);
    lesson_learn(&lesson, additive, 40);
    struct sweep_explanation out = lesson_explain(&lesson, NULL, NULL, 0);
    double whole = 16.0 / 12 + 0.09;
    assert_share(&lesson.influences[0], 16.0 / 12 / whole, 16.0 / 12 / whole, 0.03);
    assert_share(&lesson.influences[1], 0.09 / whole, 0.09 / whole, 0.03);
    assert_share(&lesson.influences[2], 0, 0, 0.01);
    assert_true(lesson.influences[2].total_high < 0.03);
    assert_int_equal(lesson.influences[3].level_count, 0);
    assert_int_equal(lesson.influences[1].level_count, 2);
    assert_near(lesson.influences[1].levels[1].mean - lesson.influences[1].levels[0].mean, 0.6,
                0.05);
    assert_int_equal(lesson.influences[2].level_count, 8);
    assert_true(out.noise < 0.1);
    assert_true(lesson.best[0].real < 2e-4);
    assert_string_equal(lesson.best[1].text, "adam");
    assert_near(out.of_best.middle, 6, 0.2);
    assert_true(out.of_best.low <= out.of_best.middle && out.of_best.middle <= out.of_best.high);
    lesson_close(&lesson);
}

/* What is known of the other goal is the same with its sign turned. */
static void test_goals_mirror(void **state)
{
    struct lesson up;
    struct lesson down;
    (void)state;
    lesson_open(&down, TRAINING, 4);
    lesson_open(&up, TRAINING, 4);
    up.history.maximize = true;
    lesson_learn(&down, additive, 30);
    lesson_learn(&up, backwards, 30);
    struct sweep_explanation a = lesson_explain(&down, NULL, NULL, 0);
    struct sweep_explanation b = lesson_explain(&up, NULL, NULL, 0);
    assert_int_equal(a.incumbent, b.incumbent);
    assert_near(a.of_best.middle, -b.of_best.middle, 1e-9);
    assert_near(a.of_best.low, -b.of_best.high, 1e-9);
    assert_near(a.of_best.gain, b.of_best.gain, 1e-9);
    assert_near(up.influences[0].share, down.influences[0].share, 1e-9);
    lesson_close(&up);
    lesson_close(&down);
}

/* Forecasts of trials that were seen, of failing ones, and of what is like nothing. */
static void test_forecasts(void **state)
{
    struct lesson lesson;
    struct sweep_forecast forecasts[3];
    (void)state;
    lesson_open(&lesson, TRAINING, 4);
    lesson_learn(&lesson, failing, 60);
    size_t failed = 0;
    while (!isnan(lesson.trials[failed].value))
        failed++;
    size_t fine = lesson.history.finished[0] == lesson.finished[failed] ? 1 : 0;
    struct sweep_value far[PARAMS];
    memcpy(far, lesson.params[fine], sizeof far);
    far[0].real = 1;
    const struct sweep_value *const points[] = {lesson.params[fine], lesson.params[failed], far};
    struct sweep_explanation out = lesson_explain(&lesson, points, forecasts, 3);
    double value = lesson.trials[fine].value;
    assert_int_equal(forecasts[0].nearest, fine + 1);
    assert_near(forecasts[0].likeness, 1, 1e-12);
    assert_true(forecasts[0].trial_low <= value && value <= forecasts[0].trial_high);
    assert_true(forecasts[0].success > 0.8);
    assert_true(forecasts[1].success < 0.5);
    assert_true(forecasts[1].chance <= 0.5);
    assert_true(forecasts[2].likeness < 1);
    assert_true(out.failures > 5 && out.failures + out.known == 60);
    assert_true(lesson.best[2].integer < 7);
    lesson_close(&lesson);
}

/* Whatever scale the model sees: what it says of trials that it knows is their value. */
static double steep(const struct sweep_value *p)
{
    return exp(2 * additive(p) - 20);
}

static void test_values_come_back(void **state)
{
    struct lesson lesson;
    struct sweep_forecast forecasts[TRIALS];
    const struct sweep_value *points[TRIALS];
    size_t good = 0;
    (void)state;
    lesson_open(&lesson, TRAINING, 4);
    lesson_learn(&lesson, steep, 40);
    for (size_t i = 0; i < 40; i++)
        points[i] = lesson.params[i];
    (void)lesson_explain(&lesson, points, forecasts, 40);
    for (size_t i = 0; i < 40; i++) {
        double value = lesson.trials[i].value;
        if (value > 1e-2) /* the upper ones were brought nearer */
            continue;
        good++;
        assert_near(forecasts[i].middle, value, 1e-3);
    }
    assert_true(good > 10);
    lesson_close(&lesson);
}

static void test_too_little(void **state)
{
    struct lesson lesson;
    struct sweep_explanation out;
    (void)state;
    lesson_open(&lesson, TRAINING, 4);
    out = lesson_explain(&lesson, NULL, NULL, 0);
    assert_int_equal(out.basis, SWEEP_BASIS_NONE);
    assert_true(out.is_start);
    lesson_learn(&lesson, flat, 10);
    out = lesson_explain(&lesson, NULL, NULL, 0);
    assert_int_equal(out.basis, SWEEP_BASIS_FLAT);
    assert_true(out.is_start);
    lesson_close(&lesson);
}

/* Of random values nothing is claimed. */
static double noise(const struct sweep_value *p)
{
    double x = sin(p[0].real * 1e5) * 43758.5453;
    return x - floor(x);
}

static void test_noise_teaches_nothing(void **state)
{
    struct lesson lesson;
    (void)state;
    lesson_open(&lesson, TRAINING, 4);
    lesson_learn(&lesson, noise, 60);
    struct sweep_explanation out = lesson_explain(&lesson, NULL, NULL, 0);
    assert_int_equal(out.basis, SWEEP_BASIS_MODEL);
    assert_true(out.skill < 0.1);
    lesson_close(&lesson);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_indices_of_ishigami),
        cmocka_unit_test(test_very_many),
        cmocka_unit_test(test_additive),
        cmocka_unit_test(test_goals_mirror),
        cmocka_unit_test(test_forecasts),
        cmocka_unit_test(test_values_come_back),
        cmocka_unit_test(test_too_little),
        cmocka_unit_test(test_noise_teaches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
