/*
 * Adaptive stochastic natural gradient over shares. Numbers and ranges are weights.c and margin.c.
 */
#include "choices.h"

#include <math.h>
#include <string.h>

#include "sweep/mem.h"

/* Constants of ASNG: the step at first, and how much signal there must be in the noise. */
#define STEP_FIRST   1.0
#define SIGNAL_RATIO 1.5

static void init_choice(struct choice *choice, const double *shares, size_t count, size_t discrete)
{
    choice->count = count;
    choice->shares = sweep_alloc_array(count, sizeof *choice->shares);
    choice->path = sweep_alloc_array(count, sizeof *choice->path);
    choice->gradient = sweep_alloc_array(count, sizeof *choice->gradient);
    choice->white = sweep_alloc_array(count, sizeof *choice->white);
    choice->margin = (1 - pow(0.73, 1 / (double)discrete)) / (double)(count - 1);
    choice->margin = fmin(choice->margin, 0.5 / (double)count);
    memcpy(choice->shares, shares, count * sizeof *shares);
}

void choices_init(struct choices *choices, const double *const *shares, const size_t *counts,
                  size_t count, size_t discrete)
{
    *choices = (struct choices){.count = count, .step = STEP_FIRST, .trust = 1};
    choices->list = sweep_alloc_array(count, sizeof *choices->list);
    for (size_t i = 0; i < count; i++) {
        init_choice(&choices->list[i], shares[i], counts[i], discrete);
        choices->freedom += (double)(counts[i] - 1);
    }
}

void choices_release(struct choices *choices)
{
    for (size_t i = 0; i < choices->count; i++) {
        sweep_free(choices->list[i].shares);
        sweep_free(choices->list[i].path);
        sweep_free(choices->list[i].gradient);
        sweep_free(choices->list[i].white);
    }
    sweep_free(choices->list);
    *choices = (struct choices){0};
}

size_t choices_draw(const struct choices *choices, size_t index, double u, double narrow)
{
    const struct choice *choice = &choices->list[index];
    double even = (1 - narrow) / (double)choice->count;
    double below = 0;
    for (size_t level = 0; level + 1 < choice->count; level++) {
        below += narrow * choice->shares[level] + even;
        if (u < below)
            return level;
    }
    return choice->count - 1;
}

/* --- learning -------------------------------------------------------------------------------- */

static void find_gradient(struct choices *choices, size_t index, const double *levels,
                          const double *weights, size_t size)
{
    struct choice *choice = &choices->list[index];
    memset(choice->gradient, 0, choice->count * sizeof *choice->gradient);
    for (size_t k = 0; k < size; k++) {
        double level = levels[k * choices->count + index];
        if (isnan(level))
            continue;
        for (size_t c = 0; c < choice->count; c++)
            choice->gradient[c] += weights[k] * ((double)((double)c == level) - choice->shares[c]);
    }
}

/* Times the square root of the Fisher matrix (Akimoto et al. 2019, appendix B).
 * @return its squared length */
static double whiten(struct choice *choice)
{
    double last = choice->shares[choice->count - 1];
    double sum = 0;
    double squares = 0;
    for (size_t c = 0; c + 1 < choice->count; c++)
        sum += choice->gradient[c];
    for (size_t c = 0; c + 1 < choice->count; c++) {
        double root = sqrt(choice->shares[c]);
        choice->white[c] = choice->gradient[c] / root + root * sum / (last + sqrt(last));
        squares += choice->white[c] * choice->white[c];
    }
    return squares;
}

/* Shares below the margin are lifted to it; the others give in proportion to what they have more.
 */
static void keep_margin(struct choice *choice)
{
    double sum = 0;
    for (size_t c = 0; c < choice->count; c++) {
        choice->shares[c] = fmax(choice->shares[c], choice->margin);
        sum += choice->shares[c];
    }
    double above = sum - choice->margin * (double)choice->count;
    for (size_t c = 0; c < choice->count; c++)
        choice->shares[c] -= (sum - 1) * (choice->shares[c] - choice->margin) / above;
}

static double move_paths(struct choices *choices, double rate, double length)
{
    double gain = sqrt(rate * (2 - rate)) / length;
    double squares = 0;
    for (size_t i = 0; i < choices->count; i++) {
        struct choice *choice = &choices->list[i];
        for (size_t c = 0; c + 1 < choice->count; c++) {
            choice->path[c] = (1 - rate) * choice->path[c] + gain * choice->white[c];
            squares += choice->path[c] * choice->path[c];
        }
    }
    return squares;
}

void choices_learn(struct choices *choices, const double *levels, const double *weights,
                   size_t size)
{
    double squares = 0;
    for (size_t i = 0; i < choices->count; i++) {
        find_gradient(choices, i, levels, weights, size);
        squares += whiten(&choices->list[i]);
    }
    double length = sqrt(squares);
    if (!(length > 1e-12))
        return; /* the parents agree with the shares: nothing to learn */
    for (size_t i = 0; i < choices->count; i++)
        for (size_t c = 0; c < choices->list[i].count; c++)
            choices->list[i].shares[c] += choices->step / length * choices->list[i].gradient[c];
    choices->step = STEP_FIRST / choices->trust;
    double rate = choices->step / sqrt(choices->freedom);
    double path = move_paths(choices, rate, length);
    choices->steady = (1 - rate) * (1 - rate) * choices->steady + rate * (2 - rate);
    choices->trust *= exp(rate * (choices->steady - path / SIGNAL_RATIO));
    for (size_t i = 0; i < choices->count; i++)
        keep_margin(&choices->list[i]);
}
