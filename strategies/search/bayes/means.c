/* mean(x) = sum over trials of (s2 M(r2) + c) w, with w = K^-1 y. */
#include "means.h"

#include "linear.h"
#include "sweep/mem.h"

void means_at(const struct posterior *posterior, const struct points *at, size_t first,
              size_t count, double *means)
{
    const struct kernel *kernel = &posterior->kernel;
    size_t n = posterior->n;
    double x[EMBEDDING_MAX];
    double *r2 = sweep_alloc_array(3 * n, sizeof *r2);
    double *alike = r2 + n;
    double *work = alike + n;
    double constant = 0;
    for (size_t i = 0; i < n; i++)
        constant += KERNEL_CONSTANT * posterior->weights[i];
    for (size_t k = 0; k < count; k++) {
        points_get(at, kernel->embedding, first + k, x);
        kernel_distances(kernel, x, posterior->points, 0, r2, work);
        kernel_matern(n, r2, alike, NULL);
        means[k] = constant + kernel->signal * linear_dot(alike, posterior->weights, n);
    }
    sweep_free(r2);
}
