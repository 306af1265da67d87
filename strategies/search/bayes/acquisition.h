/*
 * How much is to be hoped for from a trial at a point: what an ask maximises.
 *
 *     acquisition = log mean over models and guesses of EI + log P(it does not fail)
 *
 * Trials that are pending are taken into account exactly: their values are drawn together from what
 * the model says of them, several times, and the improvement expected on top of each guess is
 * averaged. So many workers at once are sent to different places, without a penalty that would have
 * to be tuned.
 *
 * Ownership: init and release; models are borrowed until then.
 *
 * @see Snoek, Larochelle and Adams 2012, section 3.2 (guesses at pending values); Gelbart, Snoek
 *      and Adams 2014 (the probability that it succeeds)
 */
#ifndef SWEEP_BAYES_ACQUISITION_H
#define SWEEP_BAYES_ACQUISITION_H

#include <stddef.h>

#include "embedding.h"
#include "posterior.h"

/** Points of one block of evaluations. */
#define ACQUISITION_BLOCK 64

/** Models of the objective, at most. */
#define ACQUISITION_MODELS 16

/** A model of the objective, and how much it counts. */
struct acquisition_model {
    const struct posterior *posterior;
    double log_weight;
    double *best;                  /* [targets] the incumbent of each guess */
    double *parts;                 /* [targets] scratch */
    struct prediction *prediction; /* of ACQUISITION_BLOCK */
};

struct acquisition {
    const struct embedding *embedding;
    struct acquisition_model models[ACQUISITION_MODELS];
    size_t count;                        /* 0: no value is known, only failures count */
    const struct posterior *feasibility; /* NULL: nothing has failed */
    struct prediction *of_feasibility;
    double *slopes; /* [dimensions] scratch */
};

/**
 * At least one of the models is there; that of failures has labels 1 and -1 as its values.
 *
 * @param objective    NULL: no value is known
 * @param feasibility  NULL: nothing has failed
 */
void acquisition_init(struct acquisition *acquisition, const struct posterior *objective,
                      const struct posterior *feasibility);

/**
 * Average over one more model of the objective.
 *
 * @param log_weight  the logarithm of its weight; that of the first one is 0
 */
void acquisition_add(struct acquisition *acquisition, const struct posterior *objective,
                     double log_weight);

void acquisition_release(struct acquisition *acquisition);

/**
 * Evaluate the points [first, first + count) of `at`.
 *
 * @param count        at most ACQUISITION_BLOCK
 * @param[out] values  [count] logarithms
 */
void acquisition_values(struct acquisition *acquisition, const struct points *at, size_t first,
                        size_t count, double *values);

/**
 * The slopes at a point of the block that was evaluated last.
 *
 * @param index        [0, count)
 * @param[out] slopes  [dimensions] of DIMENSION_REAL that are active; 0 of all others
 */
void acquisition_slopes(struct acquisition *acquisition, size_t index, double *slopes);

#endif
