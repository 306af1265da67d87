/*
 * Draws of theta by Laplace's approximation.
 *
 * H: the negative Hessian of the log density at its top [m x m], by differences of slopes; L: its
 * factor. A draw is top + L^-T z for standard normal z; its weight the true density over that of
 * the draw, within a factor of e^WEIGHT_MAX either way.
 */
#include "thetas.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "kernel.h"
#include "linear.h"
#include "sweep/mem.h"

/* Of differences: large, as the density is to be resembled over a width of one or so. */
#define STEP 0.1

/* No direction is thought less certain than the prior is of its widest. */
#define PRECISION_MIN 0.2

#define WEIGHT_MAX 3.0

/* What is added to H where it is not positive definite: four times as much at each try. */
#define RIDGE_MIN  0.1
#define RIDGES_MAX 12

/* Where draws may lie, and the density at the top. */
struct bounds {
    size_t dimensions;
    double lower[EMBEDDING_MAX + KERNEL_EXTRA];
    double upper[EMBEDDING_MAX + KERNEL_EXTRA];
    double top;
};

void thetas_init(struct thetas *thetas, const double *theta, size_t size)
{
    *thetas = (struct thetas){
        .size = size,
        .count = 1,
        .values = sweep_alloc_array(size, sizeof(double)),
        .log_weights = sweep_alloc_array(1, sizeof(double)),
    };
    memcpy(thetas->values, theta, size * sizeof *theta);
}

void thetas_release(struct thetas *thetas)
{
    sweep_free(thetas->values);
    sweep_free(thetas->log_weights);
    *thetas = (struct thetas){0};
}

/* H of the first m of theta, and the density at the top. @return false where there is none */
static bool measure_hessian(const struct thetas *thetas, struct evidence *evidence, size_t m,
                            double *hessian, double *top)
{
    double moved[EMBEDDING_MAX + KERNEL_EXTRA];
    double up[EMBEDDING_MAX + KERNEL_EXTRA];
    double at[EMBEDDING_MAX + KERNEL_EXTRA];
    *top = evidence_at(evidence, thetas->values, at);
    if (!isfinite(*top))
        return false;
    memcpy(moved, thetas->values, thetas->size * sizeof *moved);
    for (size_t j = 0; j < m; j++) {
        moved[j] += STEP;
        if (!isfinite(evidence_at(evidence, moved, up)))
            return false;
        moved[j] = thetas->values[j];
        for (size_t i = 0; i < m; i++)
            hessian[i + j * m] = (at[i] - up[i]) / STEP;
    }
    for (size_t j = 0; j < m; j++) {
        for (size_t i = 0; i < j; i++)
            hessian[j + i * m] = (hessian[j + i * m] + hessian[i + j * m]) / 2;
        hessian[j + j * m] = fmax(hessian[j + j * m], PRECISION_MIN);
    }
    return true;
}

static bool factor_with_ridge(const double *hessian, size_t m, double *factor)
{
    double ridge = 0;
    for (int tries = 0; tries < RIDGES_MAX; tries++) {
        memcpy(factor, hessian, m * m * sizeof *factor);
        for (size_t j = 0; j < m; j++)
            factor[j + j * m] += ridge;
        if (linear_factor(factor, m))
            return true;
        ridge = ridge == 0 ? RIDGE_MIN : ridge * 4;
    }
    return false;
}

/* One draw and its weight; none where there is no density. */
static void draw(struct thetas *thetas, struct evidence *evidence, const struct bounds *bounds,
                 const double *factor, struct sweep_rng *rng)
{
    size_t m = KERNEL_BEND(bounds->dimensions);
    double slopes[EMBEDDING_MAX + KERNEL_EXTRA];
    double z[EMBEDDING_MAX + KERNEL_EXTRA];
    double *theta = thetas->values + thetas->count * thetas->size;
    double squares = 0;
    for (size_t j = 0; j < m; j++) {
        z[j] = gsl_cdf_ugaussian_Pinv(sweep_rng_uniform(rng) + 0x1p-54);
        squares += z[j] * z[j];
    }
    linear_solve(factor, m, true, z, 1);
    memcpy(theta, thetas->values, thetas->size * sizeof *theta);
    for (size_t j = 0; j < m; j++)
        theta[j] = fmin(fmax(theta[j] + z[j], bounds->lower[j]), bounds->upper[j]);
    double density = evidence_at(evidence, theta, slopes);
    double weight = density - bounds->top + 0.5 * squares;
    if (isfinite(density))
        thetas->log_weights[thetas->count++] = fmin(fmax(weight, -WEIGHT_MAX), WEIGHT_MAX);
}

void thetas_draw(struct thetas *thetas, struct evidence *evidence,
                 const struct embedding *embedding, struct sweep_rng *rng, size_t count)
{
    size_t m = KERNEL_BEND(embedding->count);
    struct bounds bounds = {.dimensions = embedding->count};
    double *hessian = sweep_alloc_array(2 * m * m, sizeof *hessian);
    double *factor = hessian + m * m;
    evidence_bounds(embedding, bounds.lower, bounds.upper, NULL);
    thetas->values =
        sweep_realloc_array(thetas->values, (1 + count) * thetas->size, sizeof(double));
    thetas->log_weights = sweep_realloc_array(thetas->log_weights, 1 + count, sizeof(double));
    if (measure_hessian(thetas, evidence, m, hessian, &bounds.top) &&
        factor_with_ridge(hessian, m, factor))
        for (size_t k = 0; k < count; k++)
            draw(thetas, evidence, &bounds, factor, rng);
    sweep_free(hessian);
}
