/*
 * CMA-ES with active update of the matrix. Which trials make a generation is evolution.c.
 *
 * Points that were not drawn from the present distribution (a person's, those of the start, those
 * that were running when a generation ended) are learnt from as injected ones: their distance from
 * the mean is cut to what the distribution itself could have reached (Hansen 2011, "Injecting
 * external solutions into CMA-ES", arXiv 1110.4181).
 */
#include "gaussian.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>
#include <math.h>
#include <string.h>

#include "sweep/mem.h"

/* No eigenvalue gets nearer to 0. */
#define EIGENVALUE_MIN 1e-20

static double *make_array(size_t count)
{
    return sweep_alloc_array(count, sizeof(double));
}

void gaussian_init(struct gaussian *gaussian, size_t n, double sigma)
{
    *gaussian = (struct gaussian){.n = n, .sigma = sigma};
    gaussian->mean = make_array(n);
    gaussian->scale = make_array(n);
    gaussian->covariance = make_array(n * n);
    gaussian->vectors = make_array(n * n);
    gaussian->roots = make_array(n);
    gaussian->path_sigma = make_array(n);
    gaussian->path_matrix = make_array(n);
    for (size_t i = 0; i < n; i++) {
        gaussian->mean[i] = 0.5;
        gaussian->scale[i] = gaussian->roots[i] = 1;
        gaussian->covariance[i * n + i] = gaussian->vectors[i * n + i] = 1;
    }
}

void gaussian_release(struct gaussian *gaussian)
{
    sweep_free(gaussian->mean);
    sweep_free(gaussian->scale);
    sweep_free(gaussian->covariance);
    sweep_free(gaussian->vectors);
    sweep_free(gaussian->roots);
    sweep_free(gaussian->path_sigma);
    sweep_free(gaussian->path_matrix);
    *gaussian = (struct gaussian){0};
}

void gaussian_draw(const struct gaussian *gaussian, const double *normals, double *point)
{
    size_t n = gaussian->n;
    for (size_t i = 0; i < n; i++) {
        double y = 0;
        for (size_t j = 0; j < n; j++)
            y += gaussian->vectors[i * n + j] * gaussian->roots[j] * normals[j];
        point[i] = gaussian->mean[i] + gaussian->sigma * gaussian->scale[i] * y;
    }
}

double gaussian_deviation(const struct gaussian *gaussian, size_t coordinate)
{
    return gaussian->sigma * gaussian->scale[coordinate] *
           sqrt(gaussian->covariance[coordinate * gaussian->n + coordinate]);
}

/* --- learning -------------------------------------------------------------------------------- */

static double norm(const double *vector, size_t n)
{
    double squares = 0;
    for (size_t i = 0; i < n; i++)
        squares += vector[i] * vector[i];
    return sqrt(squares);
}

/* C^(-1/2) y = B D^-1 B' y */
static void whiten(const struct gaussian *gaussian, const double *y, double *out)
{
    size_t n = gaussian->n;
    memset(out, 0, n * sizeof *out);
    for (size_t j = 0; j < n; j++) {
        double along = 0;
        for (size_t i = 0; i < n; i++)
            along += gaussian->vectors[i * n + j] * y[i];
        for (size_t i = 0; i < n; i++)
            out[i] += gaussian->vectors[i * n + j] * along / gaussian->roots[j];
    }
}

/* y of each point, and its whitened length. */
static void standardise(const struct gaussian *gaussian, const struct generation *generation,
                        size_t lambda, double *steps, double *lengths)
{
    size_t n = gaussian->n;
    double longest = sqrt((double)n) + 2 * (double)n / ((double)n + 2);
    double *white = make_array(n);
    for (size_t k = 0; k < lambda; k++) {
        double *y = steps + k * n;
        for (size_t i = 0; i < n; i++)
            y[i] = (generation->points[k * n + i] - gaussian->mean[i]) /
                   (gaussian->sigma * gaussian->scale[i]);
        whiten(gaussian, y, white);
        lengths[k] = norm(white, n);
        if (!generation->is_stale[k] || lengths[k] <= longest)
            continue;
        for (size_t i = 0; i < n; i++)
            y[i] *= longest / lengths[k];
        lengths[k] = longest;
    }
    sweep_free(white);
}

/* @return whether the path is so long that the matrix should not learn from it */
static bool move(struct gaussian *gaussian, const struct weights *weights, const double *step)
{
    size_t n = gaussian->n;
    double keep = 1 - weights->c_sigma;
    double gain = sqrt(weights->c_sigma * (2 - weights->c_sigma) * weights->mu_eff);
    double *white = make_array(n);
    whiten(gaussian, step, white);
    for (size_t i = 0; i < n; i++) {
        gaussian->mean[i] += gaussian->sigma * step[i]; /* without A, which only widens */
        gaussian->path_sigma[i] = keep * gaussian->path_sigma[i] + gain * white[i];
    }
    sweep_free(white);
    double length = norm(gaussian->path_sigma, n);
    double limit = (1.4 + 2 / ((double)n + 1)) * weights->length;
    double so_far = 1 - pow(keep, 2 * ((double)gaussian->generation + 1));
    gaussian->sigma *= exp(weights->c_sigma / weights->d_sigma * (length / weights->length - 1));
    return length / sqrt(so_far) >= limit;
}

static void move_path(struct gaussian *gaussian, const struct weights *weights, const double *step,
                      bool stalls)
{
    double rate = weights->c_path;
    double gain = stalls ? 0 : sqrt(rate * (2 - rate) * weights->mu_eff);
    for (size_t i = 0; i < gaussian->n; i++)
        gaussian->path_matrix[i] = (1 - rate) * gaussian->path_matrix[i] + gain * step[i];
}

static void add_outer(struct gaussian *gaussian, double weight, const double *vector)
{
    size_t n = gaussian->n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            gaussian->covariance[i * n + j] += weight * vector[i] * vector[j];
}

static void update_matrix(struct gaussian *gaussian, const struct weights *weights,
                          const struct generation *generation, const double *steps,
                          const double *lengths, bool stalls)
{
    size_t n = gaussian->n;
    double lost = stalls ? weights->c_one * weights->c_path * (2 - weights->c_path) : 0;
    double sum = 0;
    for (size_t k = 0; k < weights->lambda; k++)
        sum += generation->matrix[k];
    double keep = 1 + lost - weights->c_one - weights->c_mu * sum;
    for (size_t i = 0; i < n * n; i++)
        gaussian->covariance[i] *= keep;
    add_outer(gaussian, weights->c_one, gaussian->path_matrix);
    for (size_t k = 0; k < weights->lambda; k++) {
        double weight = weights->c_mu * generation->matrix[k];
        if (weight < 0) /* long bad steps must not turn the matrix negative (equation 46) */
            weight *= (double)n / (lengths[k] * lengths[k] + 1e-8);
        add_outer(gaussian, weight, steps + k * n);
    }
}

static void decompose(struct gaussian *gaussian)
{
    size_t n = gaussian->n;
    gsl_matrix *matrix = gsl_matrix_alloc(n, n);
    gsl_vector *values = gsl_vector_alloc(n);
    gsl_matrix_view vectors = gsl_matrix_view_array(gaussian->vectors, n, n);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(n);
    memcpy(matrix->data, gaussian->covariance, n * n * sizeof *matrix->data);
    gsl_eigen_symmv(matrix, values, &vectors.matrix, work);
    for (size_t i = 0; i < n; i++)
        gaussian->roots[i] = sqrt(fmax(gsl_vector_get(values, i), EIGENVALUE_MIN));
    gsl_eigen_symmv_free(work);
    gsl_vector_free(values);
    gsl_matrix_free(matrix);
}

void gaussian_learn(struct gaussian *gaussian, const struct weights *weights,
                    const struct generation *generation)
{
    size_t n = gaussian->n;
    if (n == 0)
        return;
    double *steps = make_array(weights->lambda * n);
    double *lengths = make_array(weights->lambda);
    double *step = make_array(n);
    standardise(gaussian, generation, weights->lambda, steps, lengths);
    for (size_t k = 0; k < weights->lambda; k++)
        for (size_t i = 0; i < n; i++)
            step[i] += generation->mean[k] * steps[k * n + i];
    gaussian->generation++;
    bool stalls = move(gaussian, weights, step);
    move_path(gaussian, weights, step, stalls);
    update_matrix(gaussian, weights, generation, steps, lengths, stalls);
    decompose(gaussian);
    sweep_free(steps);
    sweep_free(lengths);
    sweep_free(step);
}
