/*
 * The kernel and its exponential against values of 60 digits (reference.py), its slopes against
 * differences, and that distances with categories and absent parameters are those of points: every
 * kernel matrix is positive definite.
 */
#include "near.h"

#include "../../strategies/search/bayes/kernel.h"
#include "../../strategies/search/bayes/linear.h"
#include "base/array.h"
#include "draw.h"
#include "reference_functions.h"
#include "sweep/mem.h"
#include "sweep/rng.h"

static void exponential_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(reference_exp); i++) {
        double out;
        kernel_exp_negative(1, &reference_exp[i][0], &out);
        assert_relative(out, reference_exp[i][1], 5e-16);
    }
}

static void exponential_ends_at_its_bound(void **state)
{
    static const double x[] = {700, 700.5, 745, 1e4, 1e300, (double)INFINITY};
    double out[ARRAY_LENGTH(x)];
    (void)state;
    kernel_exp_negative(ARRAY_LENGTH(x), x, out);
    for (size_t i = 1; i < ARRAY_LENGTH(x); i++)
        assert_true(out[i] == out[0] && out[i] > 0 && out[i] < 1e-300);
}

static void exponential_falls(void **state)
{
    double before = 1;
    (void)state;
    for (double x = 0x1p-20; x < 700; x *= 1.001) {
        double out;
        kernel_exp_negative(1, &x, &out);
        assert_true(out < before);
        before = out;
    }
}

static void matern_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(reference_matern); i++) {
        const double *row = reference_matern[i];
        double value;
        double alone;
        double slope;
        /* the root of r2 is rounded, which the exponential repeats `root` times as large */
        double tolerance = (4 + sqrt(5 * row[0])) * 4e-16;
        kernel_matern(1, row, &value, &slope);
        kernel_matern(1, row, &alone, NULL);
        assert_relative(value, row[1], tolerance);
        assert_relative(slope, row[2], tolerance);
        assert_true(alone == value);
    }
}

/* What an array holds beside it does not change a value: vectors and the rest of an array are
 * computed alike. */
static void values_do_not_depend_on_their_place(void **state)
{
    enum {
        MOST = 23
    };
    double r2[MOST];
    double value[MOST];
    double slope[MOST];
    (void)state;
    for (size_t i = 0; i < MOST; i++)
        r2[i] = 0.37 * (double)i;
    for (size_t first = 0; first < MOST; first++) {
        kernel_matern(MOST - first, r2 + first, value + first, slope + first);
        for (size_t i = first; i < MOST; i++) {
            double one;
            double one_slope;
            kernel_matern(1, &r2[i], &one, &one_slope);
            assert_true(one == value[i] && one_slope == slope[i]);
        }
    }
}

/* --- spaces of all kinds ---------------------------------------------------------------------- */

#define POINTS 60

/* The same point as coordinates that have a plain distance: an axis for each choice, or one for the
 * value and one for its absence. @return how many there are */
static size_t spell_out(const struct embedding *embedding, const double *x, double *out)
{
    size_t count = 0;
    for (size_t j = 0; j < embedding->count; j++) {
        bool is_inactive = x[j] == EMBEDDING_INACTIVE;
        if (embedding->dimensions[j].kind == DIMENSION_CATEGORY) {
            for (int k = 0; k < DRAW_CHOICES; k++)
                out[count++] = x[j] == k ? sqrt(0.5) : 0;
        } else {
            out[count++] = is_inactive ? 0 : x[j] - 0.5;
            out[count++] = is_inactive ? 0.5 : 0;
        }
    }
    return count;
}

static double squared_distance(const struct embedding *embedding, const double *a, const double *b)
{
    double x[DRAW_DIMENSIONS * DRAW_CHOICES];
    double y[DRAW_DIMENSIONS * DRAW_CHOICES];
    double sum = 0;
    size_t count = spell_out(embedding, a, x);
    spell_out(embedding, b, y);
    for (size_t i = 0; i < count; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
}

static void distances_are_those_of_points(void **state)
{
    struct sweep_rng rng;
    (void)state;
    sweep_rng_init(&rng, 1, 0);
    for (int round = 0; round < 200; round++) {
        struct dimension dimension;
        const struct embedding one = {.dimensions = &dimension, .count = 1};
        draw_dimensions(&rng, &dimension, 1);
        double a = draw_coordinate(&rng, &dimension);
        double b = draw_coordinate(&rng, &dimension);
        double distance;
        dimension_distances(&dimension, a, &b, 1, &distance);
        assert_near(distance, squared_distance(&one, &a, &b), 1e-15);
        double back;
        dimension_distances(&dimension, b, &a, 1, &back);
        assert_true(back == distance);
        dimension_distances(&dimension, a, &a, 1, &distance);
        assert_true(distance == 0);
    }
}

static void slopes_are_those_of_distances(void **state)
{
    const struct dimension dimension = {.kind = DIMENSION_REAL, .is_conditional = true};
    const double step = 0x1p-20;
    struct sweep_rng rng;
    (void)state;
    sweep_rng_init(&rng, 2, 0);
    for (int round = 0; round < 100; round++) {
        double other = draw_coordinate(&rng, &dimension);
        double x = 0.01 + 0.98 * sweep_rng_uniform(&rng);
        double up;
        double down;
        dimension_distances(&dimension, x + step, &other, 1, &up);
        dimension_distances(&dimension, x - step, &other, 1, &down);
        assert_near(dimension_slope(x, other), (up - down) / (2 * step), 1e-9);
    }
}

/* Of different points, and with no more on the diagonal than rounding takes away (n times the last
 * bit of the largest eigenvalue). */
static void assert_positive_definite(struct sweep_rng *rng)
{
    struct dimension dimensions[DRAW_DIMENSIONS];
    const struct embedding embedding = {.dimensions = dimensions,
                                        .count = 1 + sweep_rng_below(rng, DRAW_DIMENSIONS)};
    double theta[DRAW_DIMENSIONS + KERNEL_EXTRA];
    double work[2 * POINTS];
    double x[DRAW_DIMENSIONS];
    struct points points;
    struct kernel kernel;
    draw_dimensions(rng, dimensions, embedding.count);
    draw_theta(rng, &embedding, theta);
    kernel_init(&kernel, &embedding, theta);
    draw_points(rng, &embedding, POINTS, &points);
    size_t n = points.count;
    double *matrix = sweep_alloc_array(n * n, sizeof *matrix);
    for (size_t b = 0; b < n; b++) {
        points_get(&points, &embedding, b, x);
        kernel_distances(&kernel, x, &points, 0, work, work + POINTS);
        kernel_matern(n, work, matrix + b * n, NULL);
        for (size_t a = 0; a < n; a++)
            matrix[a + b * n] *= kernel.signal;
        matrix[b + b * n] += 1e-13 * kernel.signal;
    }
    assert_true(linear_factor(matrix, n));
    sweep_free(matrix);
    points_release(&points);
}

static void kernel_matrices_are_positive_definite(void **state)
{
    struct sweep_rng rng;
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        sweep_rng_init(&rng, 3, seed);
        assert_positive_definite(&rng);
    }
}

/* Scaled distances: summed over dimensions by hand. */
static void distances_are_scaled(void **state)
{
    struct sweep_rng rng;
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct dimension dimensions[DRAW_DIMENSIONS];
        const struct embedding embedding = {.dimensions = dimensions, .count = DRAW_DIMENSIONS};
        double theta[DRAW_DIMENSIONS + KERNEL_EXTRA];
        double x[DRAW_DIMENSIONS];
        double y[DRAW_DIMENSIONS];
        double r2[2 * POINTS];
        struct points points;
        struct kernel kernel;
        sweep_rng_init(&rng, 4, seed);
        draw_dimensions(&rng, dimensions, DRAW_DIMENSIONS);
        draw_theta(&rng, &embedding, theta);
        kernel_init(&kernel, &embedding, theta);
        assert_relative(kernel.signal, exp(theta[KERNEL_SIGNAL(DRAW_DIMENSIONS)]), 1e-15);
        assert_relative(kernel.noise, exp(theta[KERNEL_NOISE(DRAW_DIMENSIONS)]), 1e-15);
        draw_points(&rng, &embedding, POINTS, &points);
        size_t first = seed;
        points_get(&points, &embedding, 0, x);
        kernel_distances(&kernel, x, &points, first, r2, r2 + POINTS);
        for (size_t a = first; a < points.count; a++) {
            double sum = 0;
            points_get(&points, &embedding, a, y);
            for (size_t j = 0; j < DRAW_DIMENSIONS; j++) {
                double distance;
                dimension_distances(&dimensions[j], x[j], &y[j], 1, &distance);
                sum += distance / (exp(theta[j]) * exp(theta[j]));
            }
            assert_relative(r2[a - first], sum, 1e-14);
        }
        points_release(&points);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential_is_exact),
        cmocka_unit_test(exponential_ends_at_its_bound),
        cmocka_unit_test(exponential_falls),
        cmocka_unit_test(matern_is_exact),
        cmocka_unit_test(values_do_not_depend_on_their_place),
        cmocka_unit_test(distances_are_those_of_points),
        cmocka_unit_test(slopes_are_those_of_distances),
        cmocka_unit_test(kernel_matrices_are_positive_definite),
        cmocka_unit_test(distances_are_scaled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
