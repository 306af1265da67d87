/*
 * How much is to be hoped for from a trial at a point: what an ask maximises.
 *
 *     acquisition = log hope + log P(it does not fail)
 *
 * Hope is the mean over models of the expected improvement, EI; or of what a trial would improve by
 * if it came out one deviation better than its mean, best - mean + deviation. The latter, a bound
 * of confidence, is for many trials at a time: it goes on looking next to the best ones where
 * others are on their way there, while EI sends the next one far off. So it does for the last
 * digits of a smooth function.
 *
 * Ownership: init and release; models are borrowed until then.
 *
 * @see Jones, Schonlau and Welch 1998 (EI); Desautels, Krause and Burdick 2014, "Parallelizing
 *      exploration-exploitation tradeoffs in Gaussian process bandit optimization" (the bound with
 *      pending trials); Benjamins et al. 2022, "PI is back! Switching acquisition functions in
 *      Bayesian optimization" (EI first, later what looks around less); Gelbart, Snoek and
 *      Adams 2014 (the probability that it succeeds)
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
    double best;                   /* the incumbent */
    double part;                   /* scratch */
    struct prediction *prediction; /* of ACQUISITION_BLOCK */
};

/** What is hoped for. */
enum acquisition_hope {
    HOPE_EXPECTED, /* EI */
    HOPE_BOUND     /* the bound of confidence */
};

struct acquisition {
    enum acquisition_hope hope;
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
void acquisition_init(struct acquisition *acquisition, enum acquisition_hope hope,
                      const struct posterior *objective, const struct posterior *feasibility);

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
