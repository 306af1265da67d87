/*
 * What an ask believes: models of the objective, and one of failures.
 *
 *     struct models models;
 *     if (models_init(&models, embedding, &outcomes, ask, out)) {
 *         acquisition_init(&acquisition, hope, models_objective(&models),
 *                          models_feasibility(&models));
 *         ...
 *         models_widen(&models, &acquisition);
 *     }
 *     models_release(&models);
 *
 * The first model is that of the most likely theta; while there are few trials others stand beside
 * it (thetas.h), which models_widen() makes and adds: by the first alone, most candidates can be
 * seen to be not worth more.
 *
 * Ownership: init and release; everything else is borrowed until then.
 */
#ifndef SWEEP_BAYES_MODELS_H
#define SWEEP_BAYES_MODELS_H

#include <stdbool.h>

#include "acquisition.h"
#include "active.h"
#include "outcomes.h"
#include "posterior.h"
#include "sweep/rng.h"
#include "sweep/strategy.h"
#include "thetas.h"

struct models {
    const struct embedding *embedding;
    struct active active;
    struct thetas thetas;
    struct posterior objective[ACQUISITION_MODELS]; /* [count] */
    size_t count;
    struct posterior failures;
    bool has_failures;
    struct sweep_rng rng;
};

/**
 * Fit the first model, from the memo of the history on, and leave a memo.
 *
 * @param outcomes  of the history, with at least one value
 * @return false where nothing could be fitted
 */
bool models_init(struct models *models, const struct embedding *embedding,
                 const struct outcomes *outcomes, const struct sweep_ask *ask,
                 struct sweep_suggestion *out);

/**
 * Model failures alone, by the theta that is most likely before anything is known.
 *
 * @return false where there are none
 */
bool models_init_failures(struct models *models, const struct embedding *embedding,
                          const struct outcomes *outcomes);

void models_release(struct models *models);

/** The first; NULL where failures alone are modelled. */
const struct posterior *models_objective(const struct models *models);

/** NULL where nothing has failed. */
const struct posterior *models_feasibility(const struct models *models);

/** Average over the other models too. @return whether there are others */
bool models_widen(struct models *models, struct acquisition *acquisition);

#endif
