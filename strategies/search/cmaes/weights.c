/*
 * The tutorial's constants. Equal losses, which it leaves open, are common where a metric counts
 * right answers: whoever came first must not be taken for better.
 */
#include "weights.h"

#include <math.h>

#include "sweep/mem.h"

size_t weights_usual_lambda(size_t dimensions)
{
    return 4 + (size_t)(3 * log((double)(dimensions > 0 ? dimensions : 1)));
}

/* (sum of weights)^2 over the sum of their squares */
static double effective(const double *list, size_t count)
{
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += list[i];
        squares += list[i] * list[i];
    }
    return squares > 0 ? sum * sum / squares : 0;
}

static void set_rates(struct weights *weights)
{
    double n = (double)weights->dimensions;
    double mu_eff = weights->mu_eff;
    weights->c_one = 2 / ((n + 1.3) * (n + 1.3) + mu_eff);
    weights->c_mu = fmin(1 - weights->c_one - 1e-8,
                         2 * (mu_eff - 2 + 1 / mu_eff) / ((n + 2) * (n + 2) + mu_eff));
    weights->c_path = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n);
    weights->c_sigma = (mu_eff + 2) / (n + mu_eff + 5);
    weights->d_sigma = 1 + 2 * fmax(0, sqrt((mu_eff - 1) / (n + 1)) - 1) + weights->c_sigma;
    weights->length = sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
}

/* How much all negative ones may sum to (equations 50 to 52). */
static double negative_sum(const struct weights *weights, double mu_eff_negative)
{
    double n = (double)weights->dimensions;
    double c_one = weights->c_one;
    double c_mu = weights->c_mu;
    if (weights->dimensions == 0 || !(c_mu > 0))
        return 0;
    return fmin(fmin(1 + c_one / c_mu, 1 + 2 * mu_eff_negative / (weights->mu_eff + 2)),
                (1 - c_one - c_mu) / (n * c_mu));
}

void weights_init(struct weights *weights, size_t dimensions, size_t lambda)
{
    double positive = 0;
    double negative = 0;
    *weights = (struct weights){.dimensions = dimensions, .lambda = lambda, .mu = lambda / 2};
    double *list = weights->by_rank = sweep_alloc_array(lambda, sizeof *list);
    for (size_t i = 0; i < lambda; i++) {
        list[i] = log(((double)lambda + 1) / 2) - log((double)i + 1);
        positive += fmax(list[i], 0);
        negative += fmax(-list[i], 0);
    }
    weights->mu_eff = effective(list, weights->mu);
    set_rates(weights);
    double share = negative_sum(weights, effective(list + weights->mu, lambda - weights->mu));
    for (size_t i = 0; i < lambda; i++) {
        list[i] *= list[i] >= 0 ? 1 / positive : share / negative;
        weights->sum += list[i];
    }
}

void weights_release(struct weights *weights)
{
    sweep_free(weights->by_rank);
    *weights = (struct weights){0};
}

/* @return the end of the group of equals that begins at `first` */
static size_t share_evenly(const double *losses, size_t first, size_t count, double *list)
{
    size_t end = first;
    double sum = 0;
    for (; end < count && losses[end] == losses[first]; end++)
        sum += list[end];
    for (size_t i = first; i < end; i++)
        list[i] = sum / (double)(end - first);
    return end;
}

void weights_rank(const struct weights *weights, const double *losses, double *mean, double *matrix)
{
    size_t count = weights->lambda;
    for (size_t i = 0; i < count; i++) {
        mean[i] = fmax(weights->by_rank[i], 0);
        matrix[i] = weights->by_rank[i];
    }
    for (size_t i = 0; i < count;)
        i = share_evenly(losses, i, count, mean);
    for (size_t i = 0; i < count;)
        i = share_evenly(losses, i, count, matrix);
    for (size_t i = 0; i < count; i++)
        if (isinf(losses[i]))
            matrix[i] = mean[i] = 0;
}
