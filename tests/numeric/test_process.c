/*
 * The Gaussian process and what is hoped for from a trial, against values of 60 digits that
 * scikit-learn agrees to (reference.py): density of theta, means, variances, guesses at pending
 * values, what is hoped for, log P(no failure), and all slopes.
 */
#include "near.h"

#include <math.h>
#include <string.h>

#include "../../strategies/search/bayes/acquisition.h"
#include "../../strategies/search/bayes/evidence.h"
#include "../../strategies/search/bayes/posterior.h"
#include "base/array.h"
#include "reference_process.h"

/* K is as far from singular as exp(-3.5) makes it: rounding costs two digits, not six. */
#define TOLERANCE 1e-11

#define ALL (REFERENCE_KNOWN + REFERENCE_PENDING)

static struct dimension dimensions[] = {
    {.kind = DIMENSION_REAL, .company = 5.2},
    {.kind = DIMENSION_REAL, .company = 5.2},
    {.kind = DIMENSION_LEVELS, .levels = 5, .company = 5.2},
    {.kind = DIMENSION_CATEGORY, .levels = 3, .company = 5.2},
    {.kind = DIMENSION_REAL, .is_conditional = true, .company = 5.6},
    {.kind = DIMENSION_CATEGORY, .levels = 4, .is_conditional = true, .company = 5.6},
};

static const struct embedding embedding = {.dimensions = dimensions, .count = REFERENCE_DIMENSIONS};

static void add_rows(struct points *points, const double *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        points_add(points, &embedding, x + i * REFERENCE_DIMENSIONS);
}

/* The known points, then the pending ones. */
static void make_all(struct points *points)
{
    points_init(points, &embedding, ALL + 3);
    add_rows(points, reference_x, REFERENCE_KNOWN);
    add_rows(points, reference_pending, REFERENCE_PENDING);
}

static void make_points(struct points *points, const double *x, size_t count)
{
    points_init(points, &embedding, count + 2);
    add_rows(points, x, count);
}

static void density_and_its_slopes(void **state)
{
    struct points points;
    double slopes[ARRAY_LENGTH(reference_theta)];
    (void)state;
    make_points(&points, reference_x, REFERENCE_KNOWN);
    struct evidence *evidence = evidence_create(&embedding, &points, reference_y);
    for (int round = 0; round < 2; round++) { /* what is kept between calls spoils nothing */
        assert_near(evidence_at(evidence, reference_theta, slopes), reference_density[0],
                    TOLERANCE);
        for (size_t t = 0; t < ARRAY_LENGTH(slopes); t++)
            assert_near(slopes[t], reference_slopes[t], TOLERANCE);
    }
    evidence_free(evidence);
    points_release(&points);
}

static void mean_and_variance(void **state)
{
    struct points points;
    struct points at;
    struct posterior posterior;
    (void)state;
    make_points(&points, reference_x, REFERENCE_KNOWN);
    make_points(&at, reference_at, REFERENCE_AT);
    assert_true(posterior_init(&posterior, &embedding, &points, reference_theta, 1));
    posterior_set(&posterior, 0, reference_y);
    struct prediction *prediction = prediction_create(&posterior, REFERENCE_AT);
    posterior_predict(&posterior, &at, 0, REFERENCE_AT, prediction);
    for (size_t i = 0; i < REFERENCE_AT; i++) {
        assert_near(prediction->mean[i], reference_mean[i], TOLERANCE);
        assert_near(prediction->variance[i], reference_variance[i], TOLERANCE);
    }
    for (size_t first = 0; first < REFERENCE_AT; first++) { /* by one, and from anywhere */
        posterior_predict(&posterior, &at, first, 1, prediction);
        assert_near(prediction->mean[0], reference_mean[first], TOLERANCE);
        assert_near(prediction->variance[0], reference_variance[first], TOLERANCE);
    }
    prediction_free(prediction);
    posterior_release(&posterior);
    points_release(&points);
    points_release(&at);
}

/* The values of a target: y = L w. */
static double value_of(const struct posterior *posterior, size_t target, size_t point)
{
    double sum = 0;
    for (size_t k = 0; k <= point; k++)
        sum += posterior->factor[point + k * posterior->n] *
               posterior->whitened[target * posterior->n + k];
    return sum;
}

static bool draw_guesses(struct posterior *posterior, const struct points *all)
{
    if (!posterior_init(posterior, &embedding, all, reference_theta, REFERENCE_GUESSES))
        return false;
    for (size_t g = 0; g < REFERENCE_GUESSES; g++)
        posterior_draw(posterior, g, reference_y, REFERENCE_KNOWN,
                       reference_normals + g * REFERENCE_PENDING);
    return true;
}

static void guesses_are_those_of_the_closed_form(void **state)
{
    struct points all;
    struct points at;
    struct posterior posterior;
    (void)state;
    make_all(&all);
    make_points(&at, reference_at, REFERENCE_AT);
    assert_true(draw_guesses(&posterior, &all));
    struct prediction *prediction = prediction_create(&posterior, REFERENCE_AT);
    posterior_predict(&posterior, &at, 0, REFERENCE_AT, prediction);
    for (size_t g = 0; g < REFERENCE_GUESSES; g++) {
        for (size_t i = 0; i < REFERENCE_KNOWN; i++)
            assert_near(value_of(&posterior, g, i), reference_y[i], TOLERANCE);
        for (size_t i = 0; i < REFERENCE_PENDING; i++)
            assert_near(value_of(&posterior, g, REFERENCE_KNOWN + i),
                        reference_guesses[g * REFERENCE_PENDING + i], TOLERANCE);
        for (size_t i = 0; i < REFERENCE_AT; i++)
            assert_near(prediction->mean[i + g * REFERENCE_AT],
                        reference_guess_mean[i + g * REFERENCE_AT], TOLERANCE);
        assert_near(posterior_lowest(&posterior, g), reference_lowest[g], TOLERANCE);
    }
    for (size_t i = 0; i < REFERENCE_AT; i++)
        assert_near(prediction->variance[i], reference_guess_variance[i], TOLERANCE);
    prediction_free(prediction);
    posterior_release(&posterior);
    points_release(&all);
    points_release(&at);
}

/* A guess is mean + C e: with no e the mean, with one of them a column of C; C C' is then what they
 * vary together by. */
static void guesses_have_their_mean_and_covariance(void **state)
{
    double column[REFERENCE_PENDING][REFERENCE_PENDING];
    struct points all;
    struct posterior posterior;
    (void)state;
    make_all(&all);
    assert_true(posterior_init(&posterior, &embedding, &all, reference_theta, 2));
    posterior_draw(&posterior, 0, reference_y, REFERENCE_KNOWN,
                   (const double[REFERENCE_PENDING]){0});
    for (size_t k = 0; k < REFERENCE_PENDING; k++) {
        double unit[REFERENCE_PENDING] = {0};
        unit[k] = 1;
        posterior_draw(&posterior, 1, reference_y, REFERENCE_KNOWN, unit);
        for (size_t i = 0; i < REFERENCE_PENDING; i++)
            column[k][i] = value_of(&posterior, 1, REFERENCE_KNOWN + i) -
                           value_of(&posterior, 0, REFERENCE_KNOWN + i);
    }
    for (size_t a = 0; a < REFERENCE_PENDING; a++) {
        assert_near(value_of(&posterior, 0, REFERENCE_KNOWN + a), reference_expected[a], TOLERANCE);
        for (size_t b = 0; b < REFERENCE_PENDING; b++) {
            double sum = 0;
            for (size_t k = 0; k < REFERENCE_PENDING; k++)
                sum += column[k][a] * column[k][b];
            assert_near(sum, reference_spread[a * REFERENCE_PENDING + b], TOLERANCE);
        }
    }
    posterior_release(&posterior);
    points_release(&all);
}

static void make_failures(struct points *judged, struct posterior *posterior)
{
    double labels[REFERENCE_KNOWN + REFERENCE_FAILED];
    points_init(judged, &embedding, ARRAY_LENGTH(labels));
    add_rows(judged, reference_x, REFERENCE_KNOWN);
    add_rows(judged, reference_failed, REFERENCE_FAILED);
    for (size_t i = 0; i < ARRAY_LENGTH(labels); i++)
        labels[i] = i < REFERENCE_KNOWN ? 1 : -1;
    assert_true(posterior_init(posterior, &embedding, judged, reference_failed_theta, 1));
    posterior_set(posterior, 0, labels);
}

/* Which of the two models count. */
static void assert_acquisition(const struct posterior *objective,
                               const struct posterior *feasibility)
{
    struct acquisition acquisition;
    struct points at;
    double values[REFERENCE_AT];
    double slopes[REFERENCE_DIMENSIONS];
    double hope = objective != NULL ? 1 : 0;
    double success = feasibility != NULL ? 1 : 0;
    make_points(&at, reference_at, REFERENCE_AT);
    acquisition_init(&acquisition, HOPE_EXPECTED, objective, feasibility);
    acquisition_values(&acquisition, &at, 0, REFERENCE_AT, values);
    for (size_t i = 0; i < REFERENCE_AT; i++) {
        assert_near(values[i], hope * reference_hope[i] + success * reference_success[i],
                    TOLERANCE);
        acquisition_slopes(&acquisition, i, slopes);
        for (size_t j = 0; j < REFERENCE_DIMENSIONS; j++) {
            size_t k = i * REFERENCE_DIMENSIONS + j;
            assert_near(slopes[j],
                        hope * reference_hope_slopes[k] + success * reference_success_slopes[k],
                        10 * TOLERANCE);
        }
    }
    acquisition_release(&acquisition);
    points_release(&at);
}

/* Of the means, deviations and incumbents that are checked above. */
static void bound_is_that_of_means_and_deviations(void **state)
{
    struct points all;
    struct points at;
    struct posterior objective;
    struct acquisition acquisition;
    double values[REFERENCE_AT];
    (void)state;
    make_all(&all);
    make_points(&at, reference_at, REFERENCE_AT);
    assert_true(draw_guesses(&objective, &all));
    acquisition_init(&acquisition, HOPE_BOUND, &objective, NULL);
    acquisition_values(&acquisition, &at, 0, REFERENCE_AT, values);
    for (size_t i = 0; i < REFERENCE_AT; i++) {
        double sum = 0;
        for (size_t g = 0; g < REFERENCE_GUESSES; g++)
            sum += reference_lowest[g] - reference_guess_mean[i + g * REFERENCE_AT] +
                   sqrt(reference_guess_variance[i]);
        double mean = sum / REFERENCE_GUESSES;
        double root = sqrt(mean * mean + 1e-6);
        double expected = log(mean > 0 ? (mean + root) / 2 : 1e-6 / 2 / (root - mean));
        assert_near(values[i], expected, TOLERANCE);
    }
    acquisition_release(&acquisition);
    posterior_release(&objective);
    points_release(&all);
    points_release(&at);
}

static void acquisition_and_its_slopes(void **state)
{
    struct points all;
    struct points judged;
    struct posterior objective;
    struct posterior feasibility;
    (void)state;
    make_all(&all);
    assert_true(draw_guesses(&objective, &all));
    make_failures(&judged, &feasibility);
    assert_acquisition(&objective, &feasibility);
    assert_acquisition(&objective, NULL);
    assert_acquisition(NULL, &feasibility);
    posterior_release(&objective);
    posterior_release(&feasibility);
    points_release(&all);
    points_release(&judged);
}

/* The same points twice, and no noise to tell them apart: the noise is raised until they can be. */
static void singular_matrices_are_mended(void **state)
{
    double theta[ARRAY_LENGTH(reference_theta)];
    double values[2 * REFERENCE_KNOWN];
    struct points points;
    struct posterior posterior;
    (void)state;
    points_init(&points, &embedding, 2 * REFERENCE_KNOWN);
    add_rows(&points, reference_x, REFERENCE_KNOWN);
    add_rows(&points, reference_x, REFERENCE_KNOWN);
    memcpy(theta, reference_theta, sizeof theta);
    theta[KERNEL_NOISE(REFERENCE_DIMENSIONS)] = -200;
    assert_true(posterior_init(&posterior, &embedding, &points, theta, 1));
    assert_true(posterior.kernel.noise >= 1e-10 * posterior.kernel.signal);
    assert_true(posterior.kernel.noise <= 2e-3 * posterior.kernel.signal);
    memcpy(values, reference_y, sizeof reference_y);
    memcpy(values + REFERENCE_KNOWN, reference_y, sizeof reference_y);
    posterior_set(&posterior, 0, values);
    struct prediction *prediction = prediction_create(&posterior, REFERENCE_KNOWN);
    posterior_predict(&posterior, &points, 0, REFERENCE_KNOWN, prediction);
    for (size_t i = 0; i < REFERENCE_KNOWN; i++) {
        assert_near(prediction->mean[i], reference_y[i], 1e-4);
        assert_true(prediction->variance[i] > 0 && prediction->variance[i] < 1e-3);
    }
    prediction_free(prediction);
    posterior_release(&posterior);
    points_release(&points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(density_and_its_slopes),
        cmocka_unit_test(mean_and_variance),
        cmocka_unit_test(guesses_are_those_of_the_closed_form),
        cmocka_unit_test(guesses_have_their_mean_and_covariance),
        cmocka_unit_test(bound_is_that_of_means_and_deviations),
        cmocka_unit_test(acquisition_and_its_slopes),
        cmocka_unit_test(singular_matrices_are_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
