/*
 * Slopes of the density of theta and of the acquisition against differences, in random spaces of
 * all kinds, at random points.
 */
#include "near.h"

#include <stdbool.h>

#include "../../strategies/search/bayes/acquisition.h"
#include "../../strategies/search/bayes/evidence.h"
#include "draw.h"
#include "sweep/mem.h"

#define SEEDS  200
#define POINTS 30
#define BLOCK  6

/* Differences over four places: their error is STEP^4 / 30 of the fifth derivative, and the last
 * bits of the function over STEP. */
#define STEP      3e-4
#define TOLERANCE 1e-7

struct scene {
    struct sweep_rng rng;
    struct dimension dimensions[DRAW_DIMENSIONS];
    struct embedding embedding;
    double theta[DRAW_DIMENSIONS + KERNEL_EXTRA];
    struct points points;
    double values[POINTS];
};

static void open_scene(struct scene *scene, uint64_t seed)
{
    sweep_rng_init(&scene->rng, 5, seed);
    scene->embedding =
        (struct embedding){.dimensions = scene->dimensions,
                           .count = 1 + sweep_rng_below(&scene->rng, DRAW_DIMENSIONS)};
    draw_dimensions(&scene->rng, scene->dimensions, scene->embedding.count);
    /* one that has slopes, in each */
    scene->dimensions[0].kind = DIMENSION_REAL;
    draw_theta(&scene->rng, &scene->embedding, scene->theta);
    draw_points(&scene->rng, &scene->embedding, 1 + sweep_rng_below(&scene->rng, POINTS),
                &scene->points);
    for (size_t i = 0; i < scene->points.count; i++)
        scene->values[i] = draw_normal(&scene->rng);
}

/* A function at -2, -1, 1, 2 steps. */
static double slope_of(const double f[4])
{
    return (8 * (f[2] - f[1]) - (f[3] - f[0])) / (12 * STEP);
}

static const double places[] = {-2 * STEP, -STEP, STEP, 2 * STEP};

/* Of a matrix nearly singular the slopes have as many digits less as its condition has. */
static double lost_bits(const struct scene *scene)
{
    size_t d = scene->embedding.count;
    return 0x1p-52 * (double)scene->points.count * (1 + exp(scene->theta[KERNEL_SIGNAL(d)])) /
           exp(scene->theta[KERNEL_NOISE(d)]);
}

static void assert_density(struct scene *scene, struct evidence *evidence)
{
    double slopes[DRAW_DIMENSIONS + KERNEL_EXTRA];
    double unused[DRAW_DIMENSIONS + KERNEL_EXTRA];
    double f[4];
    double bits = lost_bits(scene) * fabs(evidence_at(evidence, scene->theta, slopes)) / STEP;
    for (size_t t = 0; t < scene->embedding.count + KERNEL_EXTRA; t++) {
        double at = scene->theta[t];
        for (int k = 0; k < 4; k++) {
            scene->theta[t] = at + places[k];
            f[k] = evidence_at(evidence, scene->theta, unused);
        }
        scene->theta[t] = at;
        assert_within("slope of the density", slopes[t], slope_of(f),
                      TOLERANCE * fmax(1, fabs(slopes[t])) + bits);
    }
}

static void density_rises_by_its_slopes(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct scene scene;
        open_scene(&scene, seed);
        struct evidence *evidence = evidence_create(&scene.embedding, &scene.points, scene.values);
        assert_density(&scene, evidence);
        evidence_free(evidence);
        points_release(&scene.points);
    }
}

/* By moving one point, that is alone in its block, along one dimension. */
static double slope_along(struct acquisition *acquisition, struct points *at, size_t dimension)
{
    double f[4];
    double *x = &at->x[dimension * at->capacity];
    double before = *x;
    for (int k = 0; k < 4; k++) {
        *x = before + places[k];
        acquisition_values(acquisition, at, 0, 1, &f[k]);
    }
    *x = before;
    return slope_of(f);
}

/* A bound near 0 has slopes that change within a step: asinh is that of 1e-3 there. */
static bool is_smooth(const struct acquisition *acquisition, double value)
{
    return acquisition->hope != HOPE_BOUND || value > log(0.05) || value < log(1e-6 / 4 / 0.05);
}

static void assert_slopes(struct acquisition *acquisition, const struct embedding *embedding,
                          const struct points *block)
{
    double values[BLOCK];
    double slopes[DRAW_DIMENSIONS];
    double x[DRAW_DIMENSIONS];
    for (size_t i = 0; i < block->count; i++) {
        struct points at;
        acquisition_values(acquisition, block, 0, block->count, values);
        acquisition_slopes(acquisition, i, slopes);
        points_get(block, embedding, i, x);
        points_init(&at, embedding, 1);
        points_add(&at, embedding, x);
        for (size_t j = 0; j < embedding->count && is_smooth(acquisition, values[i]); j++) {
            bool moves =
                embedding->dimensions[j].kind == DIMENSION_REAL && x[j] != EMBEDDING_INACTIVE;
            double expected = moves ? slope_along(acquisition, &at, j) : 0;
            double off = moves ? TOLERANCE * fmax(1, fabs(slopes[j])) : 0;
            assert_within("slope of the acquisition", slopes[j], expected, off);
        }
        points_release(&at);
    }
}

/* Lengthscales and noise as fits find them: where z is -1e6, differences say nothing. */
static void calm(struct scene *scene)
{
    size_t d = scene->embedding.count;
    for (size_t j = 0; j < d; j++)
        scene->theta[j] = log(0.3 + 2 * sweep_rng_uniform(&scene->rng));
    scene->theta[KERNEL_SIGNAL(d)] = log(0.5 + sweep_rng_uniform(&scene->rng));
    scene->theta[KERNEL_NOISE(d)] = log(0.01 + 0.1 * sweep_rng_uniform(&scene->rng));
}

/* A third of the points may be pending. */
static void make_objective(struct scene *scene, struct posterior *posterior, bool has_pending)
{
    size_t n = scene->points.count;
    calm(scene);
    assert_true(posterior_init(posterior, &scene->embedding, &scene->points, scene->theta));
    posterior_set(posterior, scene->values, has_pending ? n - n / 3 : n);
}

static void acquisition_rises_by_its_slopes(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct scene scene;
        struct posterior objective;
        struct posterior other;
        struct posterior feasibility;
        struct acquisition acquisition;
        struct points block;
        double labels[POINTS];
        open_scene(&scene, seed);
        make_objective(&scene, &objective, seed % 2 == 1);
        make_objective(&scene, &other, seed % 2 == 1);
        scene.theta[KERNEL_NOISE(scene.embedding.count)] = log(0.25);
        assert_true(posterior_init(&feasibility, &scene.embedding, &scene.points, scene.theta));
        for (size_t i = 0; i < scene.points.count; i++)
            labels[i] = sweep_rng_uniform(&scene.rng) < 0.5 ? 1 : -1;
        posterior_set(&feasibility, labels, scene.points.count);
        draw_points(&scene.rng, &scene.embedding, BLOCK, &block);
        bool is_bound = seed % 4 < 2;
        bool has_objective = is_bound || seed % 5 != 4;
        bool has_failures = !is_bound && (seed % 3 != 0 || !has_objective);
        acquisition_init(&acquisition, is_bound ? HOPE_BOUND : HOPE_EXPECTED,
                         has_objective ? &objective : NULL, has_failures ? &feasibility : NULL);
        if (has_objective && seed % 8 >= 4)
            acquisition_add(&acquisition, &other, -sweep_rng_uniform(&scene.rng));
        assert_slopes(&acquisition, &scene.embedding, &block);
        acquisition_release(&acquisition);
        posterior_release(&objective);
        posterior_release(&other);
        posterior_release(&feasibility);
        points_release(&block);
        points_release(&scene.points);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(density_rises_by_its_slopes),
        cmocka_unit_test(acquisition_rises_by_its_slopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
