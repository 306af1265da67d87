/*
 * Matern 5/2 over arrays. Most of an ask is spent in exp(), so it stands here in a form that the
 * compiler turns into vector instructions: n = 200 points have 19,900 pairs.
 */
#include "kernel.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* exp(-745) is 0; at -700 all that follows is still a normal number. */
#define EXPONENT_MAX 700.0

/* Adding it leaves the nearest integer in the lowest bits. */
#define ROUNDER 0x1.8p52

#define LOG2_E  0x1.71547652b82fep0
#define LN2_TOP 0x1.62e42fefa38p-1 /* ends in zeros, so that k * LN2_TOP is exact */
#define LN2_END 0x1.ef35793c7673p-45

/* exp(r) for |r| <= ln(2) / 2 by its series; the next term is below 2e-16. */
static inline double exp_reduced(double r)
{
    double p = 1.0 / 479001600;
    p = p * r + 1.0 / 39916800;
    p = p * r + 1.0 / 3628800;
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    p = p * r + 1;
    return p * r + 1;
}

/* exp(-x) = 2^k exp(r), x = -(k ln 2 + r). */
static inline double exp_negative(double x)
{
    double y = -(x < EXPONENT_MAX ? x : EXPONENT_MAX);
    double rounded = y * LOG2_E + ROUNDER;
    double k = rounded - ROUNDER;
    double r = (y - k * LN2_TOP) - k * LN2_END;
    uint64_t bits;
    double scale;
    memcpy(&bits, &rounded, sizeof bits);
    bits = (bits + 1023) << 52;
    memcpy(&scale, &bits, sizeof scale);
    return exp_reduced(r) * scale;
}

void kernel_exp_negative(size_t n, const double *x, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = exp_negative(x[i]);
}

void kernel_matern(size_t n, const double *r2, double *value, double *slope)
{
    if (slope == NULL) {
        for (size_t i = 0; i < n; i++) {
            double root = sqrt(5 * r2[i]);
            value[i] = (1 + root + 5.0 / 3 * r2[i]) * exp_negative(root);
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double root = sqrt(5 * r2[i]);
        double e = exp_negative(root);
        double s = r2[i];
        value[i] = (1 + root + 5.0 / 3 * s) * e;
        slope[i] = 5.0 / 3 * (1 + root) * e;
    }
}

void kernel_init(struct kernel *kernel, const struct embedding *embedding, const double *theta)
{
    kernel->embedding = embedding;
    kernel->signal = exp(theta[KERNEL_SIGNAL(embedding->count)]);
    kernel->noise = exp(theta[KERNEL_NOISE(embedding->count)]);
    for (size_t j = 0; j < embedding->count; j++)
        kernel->inverse[j] = exp(-2 * theta[j]);
}

void kernel_distances(const struct kernel *kernel, const double *x, const struct points *others,
                      size_t first, double *r2, double *work)
{
    size_t n = others->count - first;
    memset(r2, 0, n * sizeof *r2);
    for (size_t j = 0; j < kernel->embedding->count; j++) {
        dimension_distances(&kernel->embedding->dimensions[j], x[j],
                            &others->x[j * others->capacity + first], n, work);
        double scale = kernel->inverse[j];
        for (size_t i = 0; i < n; i++)
            r2[i] += scale * work[i];
    }
}
