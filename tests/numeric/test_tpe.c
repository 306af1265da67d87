/*
 * Densities of the Parzen estimator against values computed elsewhere: SciPy 1.17.1, by
 *
 *     import numpy as np
 *     from scipy.stats import norm, truncnorm
 *
 *     NAN = float("nan")
 *     ROWS = [(0.2, 1, 0), (0.35, 3, 2), (NAN, 0, 1), (0.9, 1, NAN)]
 *     WEIGHTS = np.array([4.0, 2.0, 1.0, 1.0])
 *     SHARES = np.array([0.5, 0.3, 0.2])
 *     EDGES = [None, np.linspace(0, 1, 5), None]
 *     POINTS = [(0.3, 1, 0), (0.95, 3, 2), (NAN, 0, 1), (0.0, 2, NAN), (0.5, NAN, 2)]
 *
 *     def width(centres, levels, d):
 *         c = np.array([x for x in centres if x == x])
 *         n = len(c)
 *         v = (3 / 12 + n * np.var(c)) / (3 + n)
 *         least = max((n + 2) ** -2.0, 0.01, 0.5 / levels if levels else 0)
 *         return min(max(0.5 * np.sqrt(v) * n ** (-1 / (d + 4)), least), 1)
 *
 *     def middle(axis, x):
 *         return x if axis == 0 or x != x else (EDGES[1][int(x)] + EDGES[1][int(x) + 1]) / 2
 *
 *     def factor(axis, centre, x, w):
 *         if centre != centre or x != x:
 *             return 1.0
 *         if axis == 2:
 *             return w + (1 - w) * (centre == x) / SHARES[int(x)]
 *         cut = truncnorm(-centre / w, (1 - centre) / w, centre, w)
 *         if axis == 0:
 *             return cut.pdf(x)
 *         low, high = EDGES[1][int(x)], EDGES[1][int(x) + 1]
 *         return (cut.cdf(high) - cut.cdf(low)) / (high - low)
 *
 *     centres = [[middle(i, r[i]) if i < 2 else r[i] for i in range(3)] for r in ROWS]
 *     widths = [width([c[0] for c in centres], 0, 3), width([c[1] for c in centres], 4, 3),
 *               3 / (3 + len(ROWS) + 1)]
 *     weights = np.append(WEIGHTS, WEIGHTS.mean())
 *     weights /= weights.sum()
 *     for x in POINTS:
 *         u = [middle(0, x[0]), x[1], x[2]]
 *         density = weights[-1] + sum(
 *             w * np.prod([factor(i, c[i], u[i], widths[i]) for i in range(3)])
 *             for w, c in zip(weights, centres))
 *         print(f"{np.log(density):.17g}")
 *
 * and draws against the densities.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../strategies/search/axis.h"
#include "../../strategies/search/tpe/parzen.h"
#include "base/arena.h"
#include "base/array.h"
#include "space/space.h"
#include "sweep/rng.h"

#define ABSENT ((double)NAN)

static const struct sweep_value letters[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "a"},
    {.kind = SWEEP_VALUE_TEXT, .text = "b"},
    {.kind = SWEEP_VALUE_TEXT, .text = "c"},
};
static const double shares[] = {0.5, 0.3, 0.2};

static const struct sweep_parameter parameters[] = {
    {.name = "a", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    {.name = "b", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 3},
    {.name = "c",
     .distribution = SWEEP_CATEGORICAL,
     .choices = letters,
     .probabilities = shares,
     .choice_count = 3},
};

struct fixture {
    struct arena arena;
    struct axes *axes;
    struct parzen *parzen;
};

static void set_up(struct fixture *fixture)
{
    static const double list[][3] = {{0.2, 1, 0}, {0.35, 3, 2}, {ABSENT, 0, 1}, {0.9, 1, ABSENT}};
    static const double *const rows[] = {list[0], list[1], list[2], list[3]};
    static const double weights[] = {4, 2, 1, 1};
    *fixture = (struct fixture){0};
    struct sweep_space *space =
        space_create(&fixture->arena, parameters, ARRAY_LENGTH(parameters), NULL);
    assert_non_null(space);
    fixture->axes = axes_create(space);
    fixture->parzen = parzen_create(fixture->axes);
    parzen_build(fixture->parzen, rows, weights, ARRAY_LENGTH(rows));
}

static void tear_down(struct fixture *fixture)
{
    parzen_free(fixture->parzen);
    axes_free(fixture->axes);
    arena_release(&fixture->arena);
}

static void test_density(void **state)
{
    (void)state;
    static const struct {
        double row[3];
        double log_density;
    } wanted[] = {
        {{0.3, 1, 0}, 1.5219682594552926},       {{0.95, 3, 2}, -1.5990024654231694},
        {{ABSENT, 0, 1}, 0.14446473024122733},   {{0, 2, ABSENT}, -0.79712561345162292},
        {{0.5, ABSENT, 2}, 0.31036291685103468},
    };
    struct fixture fixture;
    set_up(&fixture);
    for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
        double found = parzen_log_density(fixture.parzen, wanted[i].row);
        if (!(fabs(found - wanted[i].log_density) < 1e-9))
            fail_msg("row %zu: %.17g, not %.17g", i, found, wanted[i].log_density);
    }
    tear_down(&fixture);
}

/* What is not there of an axis is integrated out, so the others add up to one. */
static double probability(const struct fixture *fixture, size_t axis, size_t level)
{
    double row[] = {ABSENT, ABSENT, ABSENT};
    const double *edges = fixture->axes->list[axis].edges;
    row[axis] = (double)level;
    return exp(parzen_log_density(fixture->parzen, row)) * (edges[level + 1] - edges[level]);
}

static double probability_below(const struct fixture *fixture, double end)
{
    double sum = 0;
    for (int i = 0; i < 10000; i++) {
        double row[] = {end * (i + 0.5) / 10000, ABSENT, ABSENT};
        sum += exp(parzen_log_density(fixture->parzen, row)) * end / 10000;
    }
    return sum;
}

#define DRAWS 40000

static void assert_share(size_t count, double wanted)
{
    double deviation = sqrt(wanted * (1 - wanted) / DRAWS);
    double share = (double)count / DRAWS;
    if (!(fabs(share - wanted) < 4.5 * deviation))
        fail_msg("a share of %g, not %g", share, wanted);
}

static void test_draws_have_the_density(void **state)
{
    (void)state;
    size_t below = 0;
    size_t levels[4] = {0};
    size_t choices[3] = {0};
    struct fixture fixture;
    struct sweep_rng rng;
    set_up(&fixture);
    sweep_rng_init(&rng, 7, 1);
    for (int i = 0; i < DRAWS; i++) {
        double row[3];
        parzen_draw(fixture.parzen, &rng, row);
        assert_true(row[0] >= 0 && row[0] < 1);
        below += row[0] < 0.3;
        levels[(size_t)row[1]]++;
        choices[(size_t)row[2]]++;
    }
    assert_true(fabs(probability_below(&fixture, 1) - 1) < 1e-6);
    assert_share(below, probability_below(&fixture, 0.3));
    for (size_t k = 0; k < ARRAY_LENGTH(levels); k++)
        assert_share(levels[k], probability(&fixture, 1, k));
    for (size_t k = 0; k < ARRAY_LENGTH(choices); k++)
        assert_share(choices[k], probability(&fixture, 2, k));
    tear_down(&fixture);
}

/* Without a trial there is nothing but what was believed beforehand. */
static void test_prior(void **state)
{
    (void)state;
    static const double row[] = {0.7, 2, 1};
    static const double none[] = {0};
    static const double *const rows[] = {none};
    struct fixture fixture;
    set_up(&fixture);
    parzen_build(fixture.parzen, rows, none, 0);
    assert_true(fabs(parzen_log_density(fixture.parzen, row)) < 1e-15);
    tear_down(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_density),
        cmocka_unit_test(test_draws_have_the_density),
        cmocka_unit_test(test_prior),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
