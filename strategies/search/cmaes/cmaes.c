/*
 * CMA-ES: a normal distribution that moves to where trials were good and takes their shape.
 *
 * Method: Hansen 2016, "The CMA evolution strategy: a tutorial" (arXiv 1604.00772), with active
 * update, in the unit cube of the parameters' own distributions. Levels have a margin (Hamano et
 * al. 2022, arXiv 2205.13482), choices without order have shares (Hamano et al. 2025, CatCMA with
 * margin, arXiv 2504.07884), a run that has converged starts again (Auger and Hansen 2005).
 *
 * Deviations, for trials that come one by one and in any order: generations are made of trials as
 * they arrive (evolution.h), also of those that people added; a point that comes from an earlier
 * distribution is learnt from as an injected one (gaussian.c). Where values must stay within bounds
 * a point outside is drawn again, and at last put on the bound. Equal losses share their weights.
 * Failed and pruned trials rank last and have no weight; those that a machine or a person ended are
 * left out. Pending trials change nothing: all of a generation are drawn from one distribution.
 *
 * A parameter that a condition takes away keeps what was drawn for it, which no loss depends on: on
 * average it stays where it is. What rules forbid, and a point of a finite space that was tried, is
 * drawn again, after some draws from a distribution that gets wider and wider.
 *
 * Each trial's memo is the point it was drawn as (latent.h), so that an ask needs no draws of the
 * past. Cost per ask: a draw of d^2; once per generation an eigendecomposition of d^3, and where a
 * runner starts again, all those of the past. Needs of the space: nothing; with more than
 * LATENT_MAX numbers, levels are learnt from as their middles.
 */
#include <math.h>
#include <stdbool.h>

#include "../axis.h"
#include "../observed.h"
#include "../untried.h"
#include "evolution.h"
#include "latent.h"
#include "sweep/mem.h"
#include "sweep/rng.h"
#include "sweep/strategy.h"

/* Draws of one ask, and how many of them until the distribution is widened. */
#define DRAWS_MAX   512
#define DRAWS_EQUAL 32
#define WIDEN       1.5

/* Serial number of points that were drawn from a wider distribution. */
#define NO_GENERATION UINT64_MAX

struct cmaes {
    const struct sweep_space *space;
    struct untried *untried;
    struct axes *axes;
    struct observed *observed;
    struct evolution *evolution;
    double *point; /* [evolution_dimensions()] */
    double *row;   /* [axes count] */
};

static void cmaes_free(void *state)
{
    struct cmaes *cmaes = state;
    if (cmaes == NULL)
        return;
    evolution_free(cmaes->evolution);
    observed_free(cmaes->observed);
    axes_free(cmaes->axes);
    untried_free(cmaes->untried);
    sweep_free(cmaes->point);
    sweep_free(cmaes->row);
    sweep_free(cmaes);
}

static void *cmaes_create(const struct sweep_space *space, struct sweep_error *err)
{
    struct untried *untried = untried_create(space, err);
    if (untried == NULL)
        return NULL;
    struct cmaes *cmaes = sweep_alloc(sizeof *cmaes);
    cmaes->space = space;
    cmaes->untried = untried;
    cmaes->axes = axes_create(space);
    cmaes->observed = observed_create(cmaes->axes);
    cmaes->evolution = evolution_create(cmaes->axes);
    cmaes->point = sweep_alloc_array(evolution_dimensions(cmaes->evolution), sizeof *cmaes->point);
    cmaes->row = sweep_alloc_array(cmaes->axes->count, sizeof *cmaes->row);
    return cmaes;
}

static bool draw(struct cmaes *cmaes, struct sweep_rng *rng, struct sweep_suggestion *out)
{
    for (int tries = 0; tries < DRAWS_MAX; tries++) {
        int widenings = tries / DRAWS_EQUAL;
        double spread = pow(WIDEN, widenings);
        evolution_draw(cmaes->evolution, rng, spread, cmaes->point, cmaes->row);
        axes_write(cmaes->axes, cmaes->row, out->params);
        if (!untried_settle(cmaes->untried, out->params))
            continue;
        latent_write(out, spread > 1 ? NO_GENERATION : evolution_generation(cmaes->evolution),
                     cmaes->point, evolution_dimensions(cmaes->evolution));
        return true;
    }
    return false;
}

static enum sweep_answer cmaes_ask(void *state, const struct sweep_ask *ask,
                                   struct sweep_suggestion *out)
{
    struct cmaes *cmaes = state;
    struct sweep_rng rng;
    if (!untried_update(cmaes->untried, ask->history))
        return SWEEP_EXHAUSTED;
    observed_update(cmaes->observed, ask->history);
    evolution_follow(cmaes->evolution, ask->seed, cmaes->observed);
    sweep_rng_init(&rng, ask->seed, ask->number);
    if (draw(cmaes, &rng, out))
        return SWEEP_SUGGESTED;
    return untried_draw(cmaes->untried, &rng, out->params);
}

const struct sweep_strategy sweep_strategy_cmaes = {
    .name = "cmaes",
    .summary = "a normal distribution that moves to where trials were good",
    .needs_objective = true,
    .uses_results = true,
    .create = cmaes_create,
    .ask = cmaes_ask,
    .free = cmaes_free,
};
