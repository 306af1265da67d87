/* What an ask believes. */
#include "models.h"

#include "evidence.h"
#include "failures.h"
#include "fit.h"
#include "kernel.h"
#include "theta_memo.h"
#include "warp.h"

/* Models beside the first, and the most trials with which they are made: with more of them theta is
 * known well, and each costs as much as the first. */
#define OTHERS     7
#define OTHERS_MAX 120

/* Streams of random numbers of one ask. */
#define NUMBERS_OF_MODELS UINT64_C(0x6d6f6465) /* added to the seed */

/* Theta is fitted anew at every so-many-th ask: the more trials, the less another one says. */
static bool is_fit_due(uint64_t number, size_t known)
{
    uint64_t period = known < 100 ? 1 : known < 200 ? 2 : known < 600 ? 5 : known / 100;
    return number % period == 0;
}

static void learn(struct models *models, const struct sweep_ask *ask, double *theta)
{
    const struct embedding *embedding = models->embedding;
    struct active *active = &models->active;
    struct points known = active->points;
    known.count = active->known;
    bool is_warm = theta_memo_read(ask->history, embedding, theta);
    if (!is_warm || is_fit_due(ask->number, active->known))
        fit_theta(embedding, &known, active->values, is_warm, theta);
    thetas_init(&models->thetas, theta, embedding->count + KERNEL_EXTRA);
    if (active->known <= OTHERS_MAX) {
        struct evidence *evidence = evidence_create(embedding, &known, active->values);
        thetas_draw(&models->thetas, evidence, embedding, &models->rng, OTHERS);
        evidence_free(evidence);
    }
    for (size_t i = 0; i < active->known; i++)
        active->values[i] =
            warp_value(active->values[i], theta[KERNEL_BEND(embedding->count)], NULL);
}

/* The model of one theta, to which pending trials come to their means: what is expected elsewhere
 * stays as it is, and less is to be learnt next to them. */
static bool add_model(struct models *models, size_t theta)
{
    const struct active *active = &models->active;
    struct posterior *posterior = &models->objective[models->count];
    if (!posterior_init(posterior, models->embedding, &active->points,
                        models->thetas.values + theta * models->thetas.size)) {
        posterior_release(posterior);
        return false;
    }
    posterior_set(posterior, active->values, active->known);
    models->count++;
    return true;
}

bool models_init(struct models *models, const struct embedding *embedding,
                 const struct outcomes *outcomes, const struct sweep_ask *ask,
                 struct sweep_suggestion *out)
{
    double theta[EMBEDDING_MAX + KERNEL_EXTRA];
    *models = (struct models){.embedding = embedding};
    sweep_rng_init(&models->rng, ask->seed + NUMBERS_OF_MODELS, ask->number);
    active_init(&models->active, embedding, outcomes);
    learn(models, ask, theta);
    theta_memo_write(out, embedding, theta);
    models->has_failures = failures_model(&models->failures, embedding, outcomes, theta);
    return add_model(models, 0);
}

bool models_init_failures(struct models *models, const struct embedding *embedding,
                          const struct outcomes *outcomes)
{
    double theta[EMBEDDING_MAX + KERNEL_EXTRA];
    *models = (struct models){.embedding = embedding};
    evidence_bounds(embedding, NULL, NULL, theta);
    models->has_failures = failures_model(&models->failures, embedding, outcomes, theta);
    return models->has_failures;
}

void models_release(struct models *models)
{
    for (size_t m = 0; m < models->count; m++)
        posterior_release(&models->objective[m]);
    posterior_release(&models->failures);
    thetas_release(&models->thetas);
    active_release(&models->active);
}

const struct posterior *models_objective(const struct models *models)
{
    return models->count > 0 ? &models->objective[0] : NULL;
}

const struct posterior *models_feasibility(const struct models *models)
{
    return models->has_failures ? &models->failures : NULL;
}

bool models_widen(struct models *models, struct acquisition *acquisition)
{
    for (size_t k = 1; k < models->thetas.count; k++)
        if (add_model(models, k))
            acquisition_add(acquisition, &models->objective[models->count - 1],
                            models->thetas.log_weights[k]);
    return models->count > 1;
}
