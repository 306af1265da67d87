/* The most likely theta: descent from the last one, and while there are few points from the
 * prior's too. */
#include "fit.h"

#include <math.h>
#include <string.h>

#include "evidence.h"
#include "kernel.h"
#include "lbfgs.h"
#include "sweep/mem.h"

/* Below so many points the density may have several tops, and to look for them costs little. */
#define FEW_POINTS 60

/* Evaluations of one descent: the first ever, and one that begins where the last has ended. */
#define EVALUATIONS_COLD 60
#define EVALUATIONS_WARM 25

struct bounds {
    double lower[EMBEDDING_MAX + KERNEL_EXTRA];
    double upper[EMBEDDING_MAX + KERNEL_EXTRA];
    double start[EMBEDDING_MAX + KERNEL_EXTRA];
};

/* @param[in,out] theta  from where; where to. @return the density there */
static double descend(struct evidence *evidence, const struct bounds *bounds, int evaluations,
                      size_t size, double *theta)
{
    double slopes[EMBEDDING_MAX + KERNEL_EXTRA];
    double value;
    struct lbfgs_options options = {
        .lower = bounds->lower,
        .upper = bounds->upper,
        .first_step = 0.5,
        .gradient_end = 0.02,
        .value_end = 1e-3,
        .evaluations = evaluations,
    };
    struct lbfgs *lbfgs = lbfgs_create(size);
    lbfgs_start(lbfgs, &options, theta);
    do {
        value = -evidence_at(evidence, lbfgs_point(lbfgs), slopes);
        for (size_t i = 0; i < size; i++)
            slopes[i] = -slopes[i];
    } while (lbfgs_take(lbfgs, value, slopes));
    const double *best = lbfgs_best(lbfgs, &value);
    memcpy(theta, best, size * sizeof *theta);
    lbfgs_free(lbfgs);
    return -value;
}

/* Every so-many-th point, so that old and new ones, good and bad ones are among them. */
static void thin(const struct embedding *embedding, const struct points *points,
                 const double *values, struct points *part, double *part_values)
{
    double x[EMBEDDING_MAX];
    for (size_t i = 0; i < FIT_POINTS; i++) {
        size_t point = i * points->count / FIT_POINTS;
        points_get(points, embedding, point, x);
        part_values[part->count] = values[point];
        points_add(part, embedding, x);
    }
}

static void fit_to(const struct embedding *embedding, const struct points *points,
                   const double *values, bool is_warm, double *theta)
{
    size_t size = embedding->count + KERNEL_EXTRA;
    struct bounds bounds;
    double other[EMBEDDING_MAX + KERNEL_EXTRA];
    evidence_bounds(embedding, bounds.lower, bounds.upper, bounds.start);
    struct evidence *evidence = evidence_create(embedding, points, values);
    double density = -INFINITY;
    if (is_warm)
        density = descend(evidence, &bounds, EVALUATIONS_WARM, size, theta);
    if (!is_warm || points->count < FEW_POINTS) {
        memcpy(other, bounds.start, size * sizeof *other);
        if (descend(evidence, &bounds, EVALUATIONS_COLD, size, other) > density)
            memcpy(theta, other, size * sizeof *other);
        else if (!is_warm)
            memcpy(theta, bounds.start, size * sizeof *other);
    }
    evidence_free(evidence);
}

void fit_theta(const struct embedding *embedding, const struct points *points, const double *values,
               bool is_warm, double *theta)
{
    if (points->count <= FIT_POINTS) {
        fit_to(embedding, points, values, is_warm, theta);
        return;
    }
    struct points part;
    double *part_values = sweep_alloc_array(FIT_POINTS, sizeof *part_values);
    points_init(&part, embedding, FIT_POINTS);
    thin(embedding, points, values, &part, part_values);
    fit_to(embedding, &part, part_values, is_warm, theta);
    points_release(&part);
    sweep_free(part_values);
}
