/*
 * The posterior of a Gaussian process.
 *
 * K: kernel matrix with noise; L: its factor; w = L^-1 y; s: covariances of a point with all
 * others. mean = s'K^-1 y,  variance = k(x, x) - |L^-1 s|^2. Values that are not known need no
 * matrix of their own: with their points last, w = [L^-1 y; e] for standard normal e is that of
 * values drawn from the posterior, and for e = 0 that of their means; K^-1 of all is L^-T w.
 */
#include "posterior.h"

#include <math.h>
#include <string.h>

#include "kernel.h"
#include "linear.h"
#include "sweep/mem.h"

/* Added to the diagonal where rounding makes the matrix singular, as a part of the signal. */
#define JITTER_MIN 1e-10
#define JITTER_MAX 1e-3

/* No deviation is below that: EI of a point that is known exactly. */
#define VARIANCE_MIN 1e-14

static void fill(struct posterior *posterior, double *work)
{
    size_t n = posterior->n;
    double x[EMBEDDING_MAX];
    for (size_t b = 0; b < n; b++) {
        double *column = posterior->factor + b * n;
        points_get(posterior->points, posterior->kernel.embedding, b, x);
        kernel_distances(&posterior->kernel, x, posterior->points, b, work, work + n);
        kernel_matern(n - b, work, column + b, NULL);
        for (size_t a = b; a < n; a++)
            column[a] = posterior->kernel.signal * column[a] + KERNEL_CONSTANT;
        column[b] += posterior->kernel.noise;
    }
}

bool posterior_init(struct posterior *posterior, const struct embedding *embedding,
                    const struct points *points, const double *theta)
{
    size_t n = points->count;
    *posterior = (struct posterior){
        .points = points,
        .n = n,
        .factor = sweep_alloc_array(n * n, sizeof(double)),
        .whitened = sweep_alloc_array(n, sizeof(double)),
        .weights = sweep_alloc_array(n, sizeof(double)),
    };
    double *work = sweep_alloc_array(2 * n, sizeof *work);
    kernel_init(&posterior->kernel, embedding, theta);
    bool is_factored;
    double jitter = 0;
    do {
        posterior->kernel.noise += jitter * posterior->kernel.signal;
        fill(posterior, work);
        is_factored = linear_factor(posterior->factor, n);
        jitter = fmax(JITTER_MIN, 10 * jitter);
    } while (!is_factored && jitter <= JITTER_MAX);
    sweep_free(work);
    return is_factored;
}

void posterior_release(struct posterior *posterior)
{
    if (posterior == NULL)
        return;
    points_release(&posterior->own);
    sweep_free(posterior->factor);
    sweep_free(posterior->whitened);
    sweep_free(posterior->weights);
    *posterior = (struct posterior){0};
}

/* The first `known` rows of L solve for the known values alone: a solve of all with zeros for the
 * rest gives them, and the rest is then 0. */
void posterior_set(struct posterior *posterior, const double *values, size_t known)
{
    size_t n = posterior->n;
    double *whitened = posterior->whitened;
    double *weights = posterior->weights;
    memset(whitened, 0, n * sizeof *whitened);
    memcpy(whitened, values, known * sizeof *values);
    linear_solve(posterior->factor, n, false, whitened, 1);
    memset(whitened + known, 0, (n - known) * sizeof *whitened);
    memcpy(weights, whitened, n * sizeof *weights);
    linear_solve(posterior->factor, n, true, weights, 1);
}

/* At the points themselves K a = y gives the mean as y - v a, and y = L w. */
double posterior_lowest(const struct posterior *posterior)
{
    size_t n = posterior->n;
    double *mean = sweep_alloc_array(n, sizeof *mean);
    double lowest = INFINITY;
    for (size_t k = 0; k < n; k++)
        for (size_t i = k; i < n; i++)
            mean[i] += posterior->factor[i + k * n] * posterior->whitened[k];
    for (size_t i = 0; i < n; i++)
        lowest = fmin(lowest, mean[i] - posterior->kernel.noise * posterior->weights[i]);
    sweep_free(mean);
    return lowest;
}

/* --- prediction ------------------------------------------------------------------------------- */

struct prediction *prediction_create(const struct posterior *posterior, size_t capacity)
{
    size_t n = posterior->n;
    struct prediction *prediction = sweep_alloc(sizeof *prediction);
    prediction->mean = sweep_alloc_array(capacity, sizeof(double));
    prediction->variance = sweep_alloc_array(capacity, sizeof(double));
    prediction->alike = sweep_alloc_array(n * capacity, sizeof(double));
    prediction->slope = sweep_alloc_array(n * capacity, sizeof(double));
    prediction->solved = sweep_alloc_array(n * capacity, sizeof(double));
    prediction->work = sweep_alloc_array(2 * n, sizeof(double));
    return prediction;
}

void prediction_free(struct prediction *prediction)
{
    if (prediction == NULL)
        return;
    sweep_free(prediction->mean);
    sweep_free(prediction->variance);
    sweep_free(prediction->alike);
    sweep_free(prediction->slope);
    sweep_free(prediction->solved);
    sweep_free(prediction->work);
    sweep_free(prediction);
}

void posterior_predict(const struct posterior *posterior, const struct points *at, size_t first,
                       size_t count, struct prediction *prediction)
{
    size_t n = posterior->n;
    double x[EMBEDDING_MAX];
    prediction->at = at;
    prediction->first = first;
    for (size_t i = 0; i < count; i++) {
        double *alike = prediction->alike + i * n;
        points_get(at, posterior->kernel.embedding, first + i, x);
        kernel_distances(&posterior->kernel, x, posterior->points, 0, prediction->work,
                         prediction->work + n);
        kernel_matern(n, prediction->work, alike, prediction->slope + i * n);
        for (size_t a = 0; a < n; a++)
            alike[a] = posterior->kernel.signal * alike[a] + KERNEL_CONSTANT;
    }
    linear_multiply_transposed(prediction->alike, posterior->weights, n, count, 1,
                               prediction->mean);
    memcpy(prediction->solved, prediction->alike, n * count * sizeof(double));
    linear_solve(posterior->factor, n, false, prediction->solved, count);
    for (size_t i = 0; i < count; i++) {
        const double *solved = prediction->solved + i * n;
        double variance =
            posterior->kernel.signal + KERNEL_CONSTANT - linear_dot(solved, solved, n);
        prediction->variance[i] = fmax(variance, VARIANCE_MIN);
    }
}

/* What each covariance adds to the sum: the mean by its weight, the variance by -2 K^-1 s. */
static void weigh(const struct posterior *posterior, const double *solved, double of_mean,
                  double of_variance, double *weight)
{
    size_t n = posterior->n;
    memcpy(weight, solved, n * sizeof *weight);
    linear_solve(posterior->factor, n, true, weight, 1);
    for (size_t a = 0; a < n; a++)
        weight[a] = of_mean * posterior->weights[a] - 2 * of_variance * weight[a];
}

void posterior_slopes(const struct posterior *posterior, struct prediction *prediction,
                      size_t index, double of_mean, double of_variance, double *slopes)
{
    size_t n = posterior->n;
    const struct embedding *embedding = posterior->kernel.embedding;
    const struct points *points = posterior->points;
    const double *slope = prediction->slope + index * n;
    double *weight = prediction->work;
    double x[EMBEDDING_MAX];
    points_get(prediction->at, embedding, prediction->first + index, x);
    weigh(posterior, prediction->solved + index * n, of_mean, of_variance, weight);
    for (size_t a = 0; a < n; a++)
        weight[a] *= -0.5 * posterior->kernel.signal * slope[a];
    for (size_t j = 0; j < embedding->count; j++) {
        slopes[j] = 0;
        if (embedding->dimensions[j].kind != DIMENSION_REAL || x[j] == EMBEDDING_INACTIVE)
            continue;
        const double *others = points->x + j * points->capacity;
        for (size_t a = 0; a < n; a++)
            slopes[j] += weight[a] * dimension_slope(x[j], others[a]);
        slopes[j] *= posterior->kernel.inverse[j];
    }
}
