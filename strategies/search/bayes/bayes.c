/*
 * Bayesian search: a Gaussian process of what was seen, and the point that promises most.
 *
 * Method: the first trials are Sobol's points (spread.h). From then on each ask fits the model's
 * theta to all finished trials (models.h), believes the pending ones to be what it expects of them,
 * evaluates candidates (pool.h) by what is to be hoped for (acquisition.h) and climbs from the best
 * of them (climb.h). That is EI, or a bound: beside pending trials, and in turns with EI where all
 * parameters are reals and many values are known. Points are compared as embedding.h says; trials
 * that failed are learnt from as failures (outcomes.h). With one or two values among failures, what
 * is most likely not to fail is tried.
 *
 * The memo of a trial is the theta that its ask found; the next fit begins there. Nothing else is
 * kept, so that an ask is the same whoever makes it, and when.
 *
 * Deviations from the textbook: no mean is estimated (kernel.h); the incumbent is the lowest mean
 * at a trial, not the lowest value.
 *
 * Cost per ask, n finished trials: n^3 operations for each of 5 to 60 evaluations of the density
 * (of FIT_POINTS at most), n^3 / 3 for the factor, n^2 for each candidate. Needs of the space: at
 * most EMBEDDING_MAX parameters that vary.
 *
 * @see Jones, Schonlau and Welch 1998, "Efficient global optimization of expensive black-box
 *      functions"; Snoek, Larochelle and Adams 2012, "Practical Bayesian optimization of machine
 *      learning algorithms"
 */
#include <math.h>
#include <string.h>

#include "../spread.h"
#include "../untried.h"
#include "acquisition.h"
#include "candidates.h"
#include "climb.h"
#include "embedding.h"
#include "explain.h"
#include "kernel.h"
#include "linear.h"
#include "models.h"
#include "outcomes.h"
#include "pool.h"
#include "sweep/mem.h"
#include "sweep/rng.h"
#include "sweep/strategy.h"

/* Trials before the first model: another one for each so many dimensions. Even a poor model finds
 * better points than no model does, above all where most parameters are inactive in a trial. */
#define START_MIN       5
#define START_PER_EXTRA 8

/* Draws for one of them, where those before were tried. */
#define START_TRIES 64

/* Values without which there is nothing to model. */
#define VALUES_MIN 3

/* Values that EI alone is led by, before the bound takes turns with it. */
#define DIGITS_MIN 20

/* Candidates that all models are asked about. */
#define PROMISING 128

/* Streams of random numbers of one ask. */
#define NUMBERS_OF_ASK UINT64_C(0x62617965) /* added to the seed */

struct bayes {
    const struct sweep_space *space;
    struct untried *untried;
    struct embedding *embedding;
};

static void bayes_free(void *state)
{
    struct bayes *bayes = state;
    if (bayes == NULL)
        return;
    untried_free(bayes->untried);
    embedding_free(bayes->embedding);
    sweep_free(bayes);
}

static void *bayes_create(const struct sweep_space *space, struct sweep_error *err)
{
    if (spread_dimensions(space) > EMBEDDING_MAX) {
        sweep_error_set(err, SWEEP_BAD_INPUT,
                        "method bayes knows %d dimensions, and this space has %zu parameters that "
                        "vary: fix some with 'value', or take method random",
                        EMBEDDING_MAX, spread_dimensions(space));
        return NULL;
    }
    if (!linear_has_room()) {
        sweep_error_set(
            err, SWEEP_BAD_INPUT,
            "method bayes needs 384 MiB of memory, and a limit (ulimit -v or -d) allows "
            "less: raise it, or take method tpe");
        return NULL;
    }
    struct untried *untried = untried_create(space, err);
    if (untried == NULL)
        return NULL;
    struct bayes *bayes = sweep_alloc(sizeof *bayes);
    bayes->space = space;
    bayes->untried = untried;
    bayes->embedding = embedding_create(space);
    linear_use_one_thread();
    return bayes;
}

/* --- one ask ---------------------------------------------------------------------------------- */

struct question {
    const struct bayes *bayes;
    const struct sweep_ask *ask;
    struct outcomes outcomes;
    struct finder finder;
};

/* How much is spent on one ask. */
struct effort {
    size_t known; /* for so many values, at most */
    size_t pool;
    struct climb_settings climb;
};

/* With more values each evaluation costs more, and a climb from fewer starts ends as high. */
static const struct effort efforts[] = {
    {300, 1024, {.climbers = 5, .evaluations = 40, .rounds = 3}},
    {600, 512, {.climbers = 3, .evaluations = 30, .rounds = 2}},
    {SIZE_MAX, 256, {.climbers = 2, .evaluations = 20, .rounds = 2}},
};

static const struct effort *effort_of(size_t known)
{
    const struct effort *effort = efforts;
    while (known > effort->known)
        effort++;
    return effort;
}

static size_t start_count(const struct bayes *bayes)
{
    return START_MIN + bayes->embedding->count / START_PER_EXTRA;
}

/* A point of the sequence; where that was tried, some other, and one that was tried only where no
 * other is found. */
static enum sweep_answer start_point(struct question *question, struct sweep_suggestion *out)
{
    const struct sweep_ask *ask = question->ask;
    const struct finder *finder = &question->finder;
    enum sweep_answer answer = SWEEP_SUGGESTED;
    double x[EMBEDDING_MAX];
    spread_fill(question->bayes->space, ask->seed, (uint32_t)(ask->number - 1), out->params);
    bool is_new = finder_settle(finder, out->params, x);
    for (int tries = 0; tries < START_TRIES && !is_new && answer == SWEEP_SUGGESTED; tries++) {
        answer = untried_draw(finder->untried, &question->finder.rng, out->params);
        is_new = answer == SWEEP_SUGGESTED && finder_settle(finder, out->params, x);
    }
    return answer;
}

/* The candidates that promise most by the first model, judged by all of them. */
static void narrow(struct models *models, struct acquisition *acquisition,
                   struct candidates *candidates)
{
    climb_evaluate(candidates, acquisition, 0);
    if (!models_widen(models, acquisition))
        return;
    candidates_keep_best(candidates, PROMISING);
    climb_evaluate(candidates, acquisition, 0);
}

/* Whether the bound may have every second ask: it comes to the next digit of a minimum sooner, once
 * EI has left the poor ones. Levels and choices have no digits to come to, and it gained nothing
 * there; nor did it before so many values were known. */
static bool is_for_digits(const struct question *question)
{
    return question->outcomes.known >= DIGITS_MIN && question->ask->number % 2 == 0 &&
           !embedding_has_levels(question->bayes->embedding);
}

/* EI where nothing is pending, but for its turns. Beside pending trials EI of any kind (over draws
 * of their values, or with their means believed) looks around too much: on functions of reals with
 * 4 workers, the bound came to better values in three of four runs; with 16, and on other tasks,
 * they were about alike. */
static enum acquisition_hope hope_of(const struct question *question)
{
    bool is_alone = question->outcomes.points.count == question->outcomes.known;
    return is_alone && !is_for_digits(question) ? HOPE_EXPECTED : HOPE_BOUND;
}

static enum sweep_answer best_point(struct question *question, struct models *models,
                                    struct sweep_suggestion *out)
{
    struct acquisition acquisition;
    struct candidates candidates;
    const struct posterior *objective = models_objective(models);
    const struct posterior *feasibility = models_feasibility(models);
    const double *inverse = (objective != NULL ? objective : feasibility)->kernel.inverse;
    const struct effort *effort = effort_of(models->active.known);
    acquisition_init(&acquisition, hope_of(question), objective, feasibility);
    candidates_init(&candidates, &question->finder, effort->pool + CLIMB_ROOM(&effort->climb));
    pool_fill(&candidates, effort->pool, &question->outcomes, inverse, question->ask);
    enum sweep_answer answer = SWEEP_GAVE_UP;
    if (candidates.count > 0) {
        narrow(models, &acquisition, &candidates);
        size_t best = climb(&candidates, &acquisition, inverse, &effort->climb);
        memcpy(out->params, candidates_params(&candidates, best),
               sweep_space_count(question->bayes->space) * sizeof *out->params);
        answer = SWEEP_SUGGESTED;
    }
    candidates_release(&candidates);
    acquisition_release(&acquisition);
    return answer;
}

/* Among failures one success is enough to look for more next to it. Before the first, points that
 * fill the space find it sooner than what the model knows least, which is in the corners; and
 * pending ones would all be sent to one place. */
static bool is_success_worth_more(const struct outcomes *outcomes)
{
    return outcomes->known > 0 && outcomes->failures > 0 &&
           outcomes->points.count == outcomes->known;
}

static enum sweep_answer modelled_point(struct question *question, struct sweep_suggestion *out)
{
    struct models *models = sweep_alloc(sizeof *models);
    const struct embedding *embedding = question->bayes->embedding;
    const struct outcomes *outcomes = &question->outcomes;
    bool is_fitted = false;
    if (outcomes->known >= VALUES_MIN && !outcomes->is_flat)
        is_fitted = models_init(models, embedding, outcomes, question->ask, out);
    else if (outcomes->known < VALUES_MIN && is_success_worth_more(outcomes))
        is_fitted = models_init_failures(models, embedding, outcomes);
    enum sweep_answer answer = is_fitted ? best_point(question, models, out) : SWEEP_GAVE_UP;
    models_release(models);
    sweep_free(models);
    return answer;
}

static enum sweep_answer answer(struct question *question, struct sweep_suggestion *out)
{
    if (question->bayes->embedding->count == 0 ||
        question->ask->number <= start_count(question->bayes))
        return start_point(question, out);
    enum sweep_answer found = modelled_point(question, out);
    return found == SWEEP_GAVE_UP ? start_point(question, out) : found;
}

static enum sweep_answer bayes_ask(void *state, const struct sweep_ask *ask,
                                   struct sweep_suggestion *out)
{
    struct bayes *bayes = state;
    if (!untried_update(bayes->untried, ask->history))
        return SWEEP_EXHAUSTED;
    struct question *question = sweep_alloc(sizeof *question);
    question->bayes = bayes;
    question->ask = ask;
    outcomes_init(&question->outcomes, bayes->embedding, ask->history);
    question->finder = (struct finder){
        .embedding = bayes->embedding,
        .untried = bayes->untried,
        .points = &question->outcomes.points,
        .judged = &question->outcomes.judged,
    };
    sweep_rng_init(&question->finder.rng, ask->seed + NUMBERS_OF_ASK, ask->number);
    enum sweep_answer found = answer(question, out);
    outcomes_release(&question->outcomes);
    sweep_free(question);
    return found;
}

static void bayes_explain(void *state, const struct sweep_ask *ask, struct sweep_explanation *out)
{
    const struct bayes *bayes = state;
    explain_history(bayes->embedding, ask, out);
    out->is_start = out->basis != SWEEP_BASIS_MODEL || ask->number <= start_count(bayes);
}

const struct sweep_strategy sweep_strategy_bayes = {
    .name = "bayes",
    .summary = "a model of what was seen says what to try next",
    .needs_objective = true,
    .uses_results = true,
    .create = bayes_create,
    .ask = bayes_ask,
    .explain = bayes_explain,
    .free = bayes_free,
};
