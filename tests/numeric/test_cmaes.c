/*
 * The distributions of CMA-ES against values computed elsewhere: cmaes 0.13.1 with NumPy 2.4.6, by
 *
 *     import math, numpy as np
 *     from cmaes import CMA, CMAwM, CatCMAwM
 *     def points(g, n, size):
 *         return np.array([[0.5 + 0.4 * math.sin(1 + 17 * g + 3 * k + 7 * i) for i in range(n)]
 *                          for k in range(size)])
 *     cma = CMA(mean=np.full(3, 0.5), sigma=0.3, population_size=7)
 *     for g in range(4):
 *         cma.tell([(x, float(k)) for k, x in enumerate(points(g, 3, 7))])
 *     print(cma._mean, cma._sigma, cma._C, cma._p_sigma, cma._pc)
 *
 *     m = CMAwM(mean=np.full(4, 0.5), sigma=0.06, population_size=8, margin=0.2,
 *               bounds=np.array([[0, 1], [1/8, 7/8], [1/4, 3/4], [1/6, 5/6]]),
 *               steps=np.array([0, 1/4, 1/2, 1/3]))
 *     for g in range(5):
 *         v = 0.6 + (points(g, 4, 8) - 0.5) / 8
 *         x = (v - m._cma._mean) / m._A + m._cma._mean
 *         m.tell([(y, float(k)) for k, y in enumerate(x)])
 *     print(m._cma._mean, m._A, m._cma._sigma)
 *
 *     cat = CatCMAwM(c_space=[3, 2], population_size=6)
 *     for g in range(6):
 *         told = []
 *         for k in range(6):
 *             c = np.zeros((2, 3), bool)
 *             c[0, (k + 2 * g) % 3 if g < 3 else k % 2] = c[1, (k // 2 + g * g) % 2] = True
 *             told.append((CatCMAwM.Solution(c=c), float(k)))
 *         cat.tell(told)
 *     print(cat._q, cat._Delta)
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../strategies/search/axis.h"
#include "../../strategies/search/cmaes/choices.h"
#include "../../strategies/search/cmaes/gaussian.h"
#include "../../strategies/search/cmaes/latent.h"
#include "../../strategies/search/cmaes/margin.h"
#include "../../strategies/search/cmaes/weights.h"
#include "base/arena.h"
#include "base/array.h"
#include "space/space.h"

#define SIZE_MOST 8
#define N_MOST    4

static void assert_close(const double *found, const double *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabs(found[i] - wanted[i]) <= 1e-8 * fmax(1, fabs(wanted[i]))))
            fail_msg("value %zu is %.17g and should be %.17g", i, found[i], wanted[i]);
}

static double wave(int generation, size_t k, size_t i)
{
    return 0.4 * sin(1 + 17.0 * generation + 3.0 * (double)k + 7.0 * (double)i);
}

/* A generation whose losses are all different, in order, of points drawn from the distribution. */
static void learn(struct gaussian *gaussian, const struct weights *weights, const double *points)
{
    static const double losses[SIZE_MOST] = {0, 1, 2, 3, 4, 5, 6, 7};
    static const bool is_stale[SIZE_MOST] = {false};
    double mean[SIZE_MOST];
    double matrix[SIZE_MOST];
    weights_rank(weights, losses, mean, matrix);
    const struct generation generation = {points, is_stale, mean, matrix};
    gaussian_learn(gaussian, weights, &generation);
}

static void test_gaussian(void **state)
{
    (void)state;
    struct weights weights;
    struct gaussian gaussian;
    assert_int_equal(weights_usual_lambda(3), 7);
    weights_init(&weights, 3, 7);
    gaussian_init(&gaussian, 3, 0.3);
    for (int g = 0; g < 4; g++) {
        double points[SIZE_MOST * N_MOST];
        for (size_t k = 0; k < 7; k++)
            for (size_t i = 0; i < 3; i++)
                points[3 * k + i] = 0.5 + wave(g, k, i);
        learn(&gaussian, &weights, points);
    }
    static const double mean[] = {0.66229155808430384, 0.60277605739696249, 0.4926746446438699};
    static const double sigma[] = {0.22391815127476178};
    static const double covariance[] = {
        1.0934046528278083,   0.17920425227091163,  0.055094080039391154,
        0.17920425227091166,  1.0143450297022596,   0.025934475674889088,
        0.055094080039391181, 0.025934475674888963, 0.86230379263093604};
    static const double path_sigma[] = {0.98872469544752528, 0.56478631374769406,
                                        -0.13713734513426323};
    static const double path_matrix[] = {1.2246702022719977, 0.96238455377841325,
                                         0.22641756700544369};
    assert_close(gaussian.mean, mean, 3);
    assert_close(&gaussian.sigma, sigma, 1);
    assert_close(gaussian.covariance, covariance, 9);
    assert_close(gaussian.path_sigma, path_sigma, 3);
    assert_close(gaussian.path_matrix, path_matrix, 3);
    weights_release(&weights);
    gaussian_release(&gaussian);
}

static const struct sweep_parameter levels[] = {
    {.name = "a", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    {.name = "b", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 3},
    {.name = "c", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 1},
    {.name = "d", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 2},
};

static struct axes *make_axes(struct arena *arena, const struct sweep_parameter *parameters,
                              size_t count)
{
    struct sweep_space *space = space_create(arena, parameters, count, NULL);
    assert_non_null(space);
    return axes_create(space);
}

static void test_margin(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct axes *axes = make_axes(&arena, levels, ARRAY_LENGTH(levels));
    struct weights weights;
    struct gaussian gaussian;
    weights_init(&weights, 4, 8);
    gaussian_init(&gaussian, 4, 0.06);
    for (int g = 0; g < 5; g++) {
        double points[SIZE_MOST * N_MOST];
        for (size_t k = 0; k < 8; k++)
            for (size_t i = 0; i < 4; i++)
                points[4 * k + i] = 0.6 + wave(g, k, i) / 8;
        learn(&gaussian, &weights, points);
        for (size_t i = 1; i < 4; i++)
            margin_keep(&gaussian, i, &axes->list[i], 0.2);
    }
    static const double mean[] = {0.59888124618045158, 0.61538525407349087, 0.5682917114119399,
                                  0.58271646008547984};
    static const double scale[] = {1, 1.1859363259206051, 1, 2.1646943440782018};
    static const double sigma[] = {0.096730921582857607};
    assert_close(gaussian.mean, mean, 4);
    assert_close(gaussian.scale, scale, 4);
    assert_close(&gaussian.sigma, sigma, 1);
    weights_release(&weights);
    gaussian_release(&gaussian);
    axes_free(axes);
    arena_release(&arena);
}

static void test_choices(void **state)
{
    (void)state;
    static const double thirds[] = {1 / 3.0, 1 / 3.0, 1 / 3.0};
    static const double halves[] = {0.5, 0.5};
    static const double *const shares[] = {thirds, halves};
    static const size_t counts[] = {3, 2};
    static const double losses[] = {0, 1, 2, 3, 4, 5};
    double mean[6];
    double matrix[6];
    struct weights weights;
    struct choices choices;
    weights_init(&weights, 0, 6);
    weights_rank(&weights, losses, mean, matrix);
    choices_init(&choices, shares, counts, 2, 2);
    for (size_t g = 0; g < 6; g++) {
        double told[12];
        for (size_t k = 0; k < 6; k++) {
            told[2 * k] = (double)(g < 3 ? (k + 2 * g) % 3 : k % 2);
            told[2 * k + 1] = (double)((k / 2 + g * g) % 2);
        }
        choices_learn(&choices, told, mean, 6);
    }
    static const double first[] = {0.55339785294974642, 0.35317086909047785, 0.093431277959775724};
    static const double second[] = {0.60211335323041448, 0.39788664676958552};
    static const double trust[] = {3.6347740314223156};
    assert_close(choices.list[0].shares, first, 3);
    assert_close(choices.list[1].shares, second, 2);
    assert_close(&choices.trust, trust, 1);
    weights_release(&weights);
    choices_release(&choices);
}

/* Equal losses: nobody is better for having come first; without any loss: no weight at all. */
static void test_equal_losses(void **state)
{
    (void)state;
    static const double equal[] = {3, 3, 3, 3, 3, 3};
    static const double failed[] = {1, 2, 2, (double)INFINITY, (double)INFINITY, (double)INFINITY};
    double mean[6];
    double matrix[6];
    struct weights weights;
    weights_init(&weights, 4, 6);
    weights_rank(&weights, equal, mean, matrix);
    for (size_t i = 0; i < 6; i++) {
        assert_true(fabs(mean[i] - 1 / 6.0) < 1e-15);
        assert_true(fabs(matrix[i] - weights.sum / 6) < 1e-15);
    }
    weights_rank(&weights, failed, mean, matrix);
    assert_true(mean[0] > mean[1] && mean[1] == mean[2] && mean[3] == 0);
    assert_true(matrix[3] == 0 && matrix[5] == 0);
    weights_release(&weights);
}

/* A point from far away moves the mean no farther than the distribution could have reached. */
static void test_injected_points_are_cut(void **state)
{
    (void)state;
    static const double losses[] = {0, 1, 2, 3, 4, 5};
    static const bool is_stale[] = {true, true, true, true, true, true};
    double points[12];
    double mean[6];
    double matrix[6];
    struct weights weights;
    struct gaussian gaussian;
    weights_init(&weights, 2, 6);
    gaussian_init(&gaussian, 2, 0.001);
    weights_rank(&weights, losses, mean, matrix);
    for (size_t i = 0; i < ARRAY_LENGTH(points); i++)
        points[i] = i % 2 == 0 ? 0.9 : 0.5;
    const struct generation generation = {points, is_stale, mean, matrix};
    gaussian_learn(&gaussian, &weights, &generation);
    assert_true(fabs(gaussian.mean[0] - 0.5 - 0.001 * (sqrt(2) + 1)) < 1e-12);
    assert_true(fabs(gaussian.mean[1] - 0.5) < 1e-12);
    weights_release(&weights);
    gaussian_release(&gaussian);
}

static void test_latent(void **state)
{
    (void)state;
    unsigned char memo[SWEEP_MEMO_MAX];
    struct sweep_suggestion out = {.memo = memo};
    double point[] = {0.25, -3.5, 1e-300};
    double back[3];
    uint64_t generation;
    latent_write(&out, 17, point, 3);
    assert_true(latent_read(memo, out.memo_size, 3, &generation, back));
    assert_memory_equal(back, point, sizeof point);
    assert_int_equal(generation, 17);
    assert_false(latent_read(memo, out.memo_size, 2, &generation, back));
    assert_false(latent_read(memo, out.memo_size - 8, 3, &generation, back));
    assert_false(latent_read(NULL, 0, 3, &generation, back));
    memset(memo + 12, 0xFF, 8); /* NaN */
    assert_false(latent_read(memo, out.memo_size, 3, &generation, back));
    latent_write(&out, 17, point, 3);
    memo[0] ^= 1;
    assert_false(latent_read(memo, out.memo_size, 3, &generation, back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaussian),
        cmocka_unit_test(test_margin),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_equal_losses),
        cmocka_unit_test(test_injected_points_are_cut),
        cmocka_unit_test(test_latent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
