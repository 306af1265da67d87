/*
 * The Gaussian process and what is hoped for from a trial, against values of 60 digits that
 * scikit-learn agrees to (reference.py): density of theta, means, variances, the same with pending
 * points, what is hoped for, log P(no failure), and all slopes.
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
    assert_true(posterior_init(&posterior, &embedding, &points, reference_theta));
    posterior_set(&posterior, reference_y, REFERENCE_KNOWN);
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

/* y = L w */
static double value_of(const struct posterior *posterior, size_t point)
{
    double sum = 0;
    for (size_t k = 0; k <= point; k++)
        sum += posterior->factor[point + k * posterior->n] * posterior->whitened[k];
    return sum;
}

/* The models of the objective, with pending points. */
static void make_models(struct posterior models[REFERENCE_MODELS], const struct points *all)
{
    static const double *const thetas[REFERENCE_MODELS] = {reference_theta, reference_other_theta};
    for (size_t m = 0; m < REFERENCE_MODELS; m++) {
        assert_true(posterior_init(&models[m], &embedding, all, thetas[m]));
        posterior_set(&models[m], reference_y, REFERENCE_KNOWN);
    }
}

static void release_models(struct posterior models[REFERENCE_MODELS])
{
    for (size_t m = 0; m < REFERENCE_MODELS; m++)
        posterior_release(&models[m]);
}

static void pending_points_come_to_their_means(void **state)
{
    struct points all;
    struct points at;
    struct posterior models[REFERENCE_MODELS];
    (void)state;
    make_all(&all);
    make_points(&at, reference_at, REFERENCE_AT);
    make_models(models, &all);
    for (size_t m = 0; m < REFERENCE_MODELS; m++) {
        struct prediction *prediction = prediction_create(&models[m], REFERENCE_AT);
        posterior_predict(&models[m], &at, 0, REFERENCE_AT, prediction);
        for (size_t i = 0; i < REFERENCE_KNOWN; i++)
            assert_near(value_of(&models[m], i), reference_y[i], TOLERANCE);
        for (size_t i = 0; i < REFERENCE_PENDING; i++)
            assert_near(value_of(&models[m], REFERENCE_KNOWN + i),
                        reference_expected[i + m * REFERENCE_PENDING], TOLERANCE);
        for (size_t i = 0; i < REFERENCE_AT; i++) {
            size_t k = i + m * REFERENCE_AT;
            assert_near(prediction->mean[i], reference_model_mean[k], TOLERANCE);
            assert_near(prediction->variance[i], reference_model_variance[k], TOLERANCE);
        }
        assert_near(posterior_lowest(&models[m]), reference_lowest[m], TOLERANCE);
        prediction_free(prediction);
    }
    release_models(models);
    points_release(&all);
    points_release(&at);
}

static void make_failures(struct points *judged, struct posterior *posterior)
{
    double labels[REFERENCE_KNOWN + REFERENCE_FAILED];
    points_init(judged, &embedding, ARRAY_LENGTH(labels));
    add_rows(judged, reference_x, REFERENCE_KNOWN);
    add_rows(judged, reference_failed, REFERENCE_FAILED);
    for (size_t i = 0; i < ARRAY_LENGTH(labels); i++)
        labels[i] = i < REFERENCE_KNOWN ? 1 : -1;
    assert_true(posterior_init(posterior, &embedding, judged, reference_failed_theta));
    posterior_set(posterior, labels, ARRAY_LENGTH(labels));
}

static void init_acquisition(struct acquisition *acquisition, enum acquisition_hope hope,
                             const struct posterior *objective, const struct posterior *feasibility)
{
    acquisition_init(acquisition, hope, objective, feasibility);
    if (objective != NULL)
        acquisition_add(acquisition, &objective[1], reference_log_weight[0]);
}

/* The objective's models, or NULL; that of failures, or NULL. */
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
    init_acquisition(&acquisition, HOPE_EXPECTED, objective, feasibility);
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
    struct posterior models[REFERENCE_MODELS];
    struct acquisition acquisition;
    double values[REFERENCE_AT];
    double weight = exp(reference_log_weight[0]);
    (void)state;
    make_all(&all);
    make_points(&at, reference_at, REFERENCE_AT);
    make_models(models, &all);
    init_acquisition(&acquisition, HOPE_BOUND, models, NULL);
    acquisition_values(&acquisition, &at, 0, REFERENCE_AT, values);
    for (size_t i = 0; i < REFERENCE_AT; i++) {
        double sum = 0;
        for (size_t m = 0; m < REFERENCE_MODELS; m++) {
            size_t k = i + m * REFERENCE_AT;
            double bound =
                reference_lowest[m] - reference_model_mean[k] + sqrt(reference_model_variance[k]);
            sum += (m == 0 ? 1 : weight) * bound;
        }
        double mean = sum / (1 + weight);
        double root = sqrt(mean * mean + 1e-6);
        double expected = log(mean > 0 ? (mean + root) / 2 : 1e-6 / 2 / (root - mean));
        assert_near(values[i], expected, TOLERANCE);
    }
    acquisition_release(&acquisition);
    release_models(models);
    points_release(&all);
    points_release(&at);
}

static void acquisition_and_its_slopes(void **state)
{
    struct points all;
    struct points judged;
    struct posterior models[REFERENCE_MODELS];
    struct posterior feasibility;
    (void)state;
    make_all(&all);
    make_models(models, &all);
    make_failures(&judged, &feasibility);
    assert_acquisition(models, &feasibility);
    assert_acquisition(models, NULL);
    assert_acquisition(NULL, &feasibility);
    release_models(models);
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
    assert_true(posterior_init(&posterior, &embedding, &points, theta));
    assert_true(posterior.kernel.noise >= 1e-10 * posterior.kernel.signal);
    assert_true(posterior.kernel.noise <= 2e-3 * posterior.kernel.signal);
    memcpy(values, reference_y, sizeof reference_y);
    memcpy(values + REFERENCE_KNOWN, reference_y, sizeof reference_y);
    posterior_set(&posterior, values, ARRAY_LENGTH(values));
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
        cmocka_unit_test(pending_points_come_to_their_means),
        cmocka_unit_test(bound_is_that_of_means_and_deviations),
        cmocka_unit_test(acquisition_and_its_slopes),
        cmocka_unit_test(singular_matrices_are_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
