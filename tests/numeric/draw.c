/* Random spaces, points and thetas. */
#include "draw.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "../../strategies/search/bayes/evidence.h"
#include "../../strategies/search/bayes/kernel.h"

void draw_dimensions(struct sweep_rng *rng, struct dimension *dimensions, size_t count)
{
    for (size_t j = 0; j < count; j++)
        dimensions[j] = (struct dimension){
            .kind = (enum dimension_kind)sweep_rng_below(rng, 3),
            .is_conditional = sweep_rng_uniform(rng) < 0.7,
            .company = 1 + (double)j,
        };
}

double draw_coordinate(struct sweep_rng *rng, const struct dimension *dimension)
{
    if (dimension->is_conditional && sweep_rng_uniform(rng) < 0.5)
        return EMBEDDING_INACTIVE;
    double u = sweep_rng_uniform(rng);
    if (dimension->kind == DIMENSION_CATEGORY)
        return floor(DRAW_CHOICES * u);
    return dimension->kind == DIMENSION_LEVELS ? (floor(4 * u) + 0.5) / 4 : u;
}

static bool is_new(const struct points *points, const struct embedding *embedding, const double *x)
{
    for (size_t i = 0; i < points->count; i++) {
        double furthest = 0;
        for (size_t j = 0; j < embedding->count; j++)
            furthest = fmax(furthest, fabs(points->x[j * points->capacity + i] - x[j]));
        if (furthest < 1e-3)
            return false;
    }
    return true;
}

void draw_points(struct sweep_rng *rng, const struct embedding *embedding, size_t count,
                 struct points *points)
{
    double x[DRAW_DIMENSIONS];
    points_init(points, embedding, count);
    for (size_t tries = 0; tries < 4 * count && points->count < count; tries++) {
        for (size_t j = 0; j < embedding->count; j++)
            x[j] = draw_coordinate(rng, &embedding->dimensions[j]);
        if (is_new(points, embedding, x))
            points_add(points, embedding, x);
    }
}

void draw_theta(struct sweep_rng *rng, const struct embedding *embedding, double *theta)
{
    double upper[DRAW_DIMENSIONS + KERNEL_EXTRA];
    evidence_bounds(embedding, theta, upper, NULL);
    for (size_t t = 0; t < embedding->count + KERNEL_EXTRA; t++)
        theta[t] += sweep_rng_uniform(rng) * (upper[t] - theta[t]);
}

double draw_normal(struct sweep_rng *rng)
{
    return gsl_cdf_ugaussian_Pinv(sweep_rng_uniform(rng) + 0x1p-55);
}
