/*
 * How much each parameter matters: the variance of the model's predictions all over the space, and
 * what part of it goes with each parameter.
 *
 *     struct influences influences;
 *     influences_init(&influences, embedding, judge, n);
 *     variance = influences_measure(&influences, &posterior, bend, influences.bases, out);
 *     influences_release(&influences);
 *
 * Points of Sobol's sequence are the bases; from each of them every parameter is moved through its
 * levels, all others staying as they are. With f the prediction and V its variance over the bases,
 *
 *     alone of j = Var over levels of (mean over bases of f)       of V: the first-order index
 *     total of j = mean over bases of (Var over levels of f)       of V: the total index
 *
 * Coordinates are those before conditions: what a condition makes inactive has no effect there, and
 * what moves a condition has all the effect of that. Points that constraints forbid are left out.
 * The same points serve several models, so that their shares can be compared.
 *
 * Ownership: init and release; embedding and judge are borrowed.
 *
 * @see Sobol 2001, "Global sensitivity indices for nonlinear mathematical models"; Hutter, Hoos and
 *      Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance" (of a
 *      forest's predictions)
 */
#ifndef SWEEP_BAYES_INFLUENCE_H
#define SWEEP_BAYES_INFLUENCE_H

#include <stdbool.h>

#include "posterior.h"
#include "sweep/explanation.h"

/** How one dimension is moved. */
struct influence_levels {
    struct sweep_value values[SWEEP_LEVELS_MAX]; /* [count] */
    double weights[SWEEP_LEVELS_MAX];            /* sum 1 */
    size_t count;
};

struct influences {
    const struct embedding *embedding;
    struct influence_levels *levels; /* [dimensions] */
    size_t bases;
    size_t stride;        /* points of one base: itself, and all its moves */
    struct points points; /* [bases x stride] */
    bool *is_allowed;     /* [bases x stride] */
    bool *is_active;      /* [bases x dimensions] */
    double *predicted;    /* [bases x stride] scratch */
};

/** @param n  trials of the model: the more, the fewer bases */
void influences_init(struct influences *influences, const struct embedding *embedding,
                     struct sweep_judge *judge, size_t n);

void influences_release(struct influences *influences);

/** What comes out for one dimension. */
struct influence {
    double alone;                   /* variance that is due to it alone */
    double total;                   /* and together with others */
    double means[SWEEP_LEVELS_MAX]; /* [count of its levels] over bases in which it is active */
    bool is_known;                  /* it was active in one */
};

/**
 * Measure.
 *
 * @param bend      of the scale of the model's values: variances are those on the scale before it
 * @param bases     the first so many are used
 * @param[out] out  [dimensions]
 * @return V
 */
double influences_measure(struct influences *influences, const struct posterior *posterior,
                          double bend, size_t bases, struct influence *out);

#endif
