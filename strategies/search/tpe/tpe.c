/*
 * Tree-structured Parzen estimator: tries what is common among good trials and rare among others.
 *
 * Method: Bergstra, Bardenet, Bengio, Kegl 2011, "Algorithms for hyper-parameter optimization", in
 * the multivariate form and with what Watanabe 2023, "Tree-structured Parzen estimator:
 * understanding its algorithm components and their roles for better empirical performance" (arXiv
 * 2304.11127) recommends. The best GOOD_SHARE of the complete trials, GOOD_MAX at most, make one
 * density (parzen.h), each weighted by how much better it is than the best of the others (weights
 * by expected improvement); all others make another. Of CANDIDATES points that are drawn from the
 * first the one is tried where it is largest relative to the second. The first points, START_MIN or
 * more, fill the space evenly (spread.h).
 *
 * Deviations: densities live in the unit interval of each parameter's own distribution, so that
 * what people believe beforehand is the prior's kernel as it is; levels have the mass of their
 * stretch; conditions need no groups of trials (parzen.h); widths follow how close together the
 * trials are (parzen.c: measured better than gaps between neighbours or a fixed width).
 *
 * Trials without a loss count as worse than all that have one: pruned ones (by how far they came)
 * before failed ones. So do pending ones (a constant lie): that keeps workers apart. Those that a
 * machine or a person ended are left out. Rules: what they forbid, and a point of a finite space
 * that was tried, is no candidate; where the good density holds nothing else any more, candidates
 * are drawn at random from what is left.
 *
 * Cost per ask: candidates x trials x parameters, about 1 ms for 1,000 trials of 6 to 10
 * parameters. Needs of the space: nothing.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../axis.h"
#include "../observed.h"
#include "../spread.h"
#include "../untried.h"
#include "parzen.h"
#include "sweep/mem.h"
#include "sweep/rng.h"
#include "sweep/strategy.h"

#define GOOD_SHARE 0.15
#define GOOD_MAX   25
#define CANDIDATES 24

/* Draws for that many candidates. */
#define DRAWS_MAX (8 * CANDIDATES)

/* Points before the first model, one more than there are parameters within these limits; and
 * results that a model needs. */
#define START_MIN  5
#define START_MAX  10
#define LOSSES_MIN 3

/* Another point of the sequence so many times where rules forbid one. */
#define START_TRIES 64

/* Far enough apart that no other trial of the start comes to the same points. */
#define START_STRIDE 4096

struct tpe {
    const struct sweep_space *space;
    struct untried *untried;
    struct axes *axes;
    struct observed *observed;
    struct parzen *good;
    struct parzen *bad;
    const struct observed_trial **sorted; /* [sorted_count] better ones first */
    size_t sorted_count;
    size_t complete;            /* of them; the first ones */
    struct sweep_value *params; /* [space count] of a candidate */
    double *row;                /* [axes count] of it */
};

static void tpe_free(void *state)
{
    struct tpe *tpe = state;
    if (tpe == NULL)
        return;
    parzen_free(tpe->good);
    parzen_free(tpe->bad);
    observed_free(tpe->observed);
    axes_free(tpe->axes);
    untried_free(tpe->untried);
    sweep_free(tpe->sorted);
    sweep_free(tpe->params);
    sweep_free(tpe->row);
    sweep_free(tpe);
}

static void *tpe_create(const struct sweep_space *space, struct sweep_error *err)
{
    struct untried *untried = untried_create(space, err);
    if (untried == NULL)
        return NULL;
    struct tpe *tpe = sweep_alloc(sizeof *tpe);
    tpe->space = space;
    tpe->untried = untried;
    tpe->axes = axes_create(space);
    tpe->observed = observed_create(tpe->axes);
    tpe->good = parzen_create(tpe->axes);
    tpe->bad = parzen_create(tpe->axes);
    tpe->params = sweep_alloc_array(sweep_space_count(space), sizeof *tpe->params);
    tpe->row = sweep_alloc_array(tpe->axes->count, sizeof *tpe->row);
    return tpe;
}

/* --- the two densities ----------------------------------------------------------------------- */

/* The better first: kinds are in that order. */
static int compare_trials(const void *a, const void *b)
{
    const struct observed_trial *x = *(const struct observed_trial *const *)a;
    const struct observed_trial *y = *(const struct observed_trial *const *)b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->kind == OBSERVED_PRUNED && x->step != y->step)
        return x->step > y->step ? -1 : 1;
    if (x->kind <= OBSERVED_PRUNED && x->loss != y->loss)
        return x->loss < y->loss ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static void sort_trials(struct tpe *tpe)
{
    const struct observed *observed = tpe->observed;
    tpe->sorted = sweep_realloc_array(tpe->sorted, observed->count, sizeof *tpe->sorted);
    tpe->sorted_count = 0;
    tpe->complete = 0;
    for (size_t i = 0; i < observed->count; i++) {
        if (observed->trials[i].kind != OBSERVED_NOTHING)
            tpe->sorted[tpe->sorted_count++] = &observed->trials[i];
        tpe->complete += observed->trials[i].kind == OBSERVED_COMPLETE;
    }
    qsort(tpe->sorted, tpe->sorted_count, sizeof *tpe->sorted, compare_trials);
}

/* How much better each good trial is than the best of the others; all the same where they are as
 * good, there are no others, or doubles do not reach so far. */
static void weigh_good(const struct tpe *tpe, size_t good, double *weights)
{
    double sum = 0;
    for (size_t i = 0; i < good; i++) {
        weights[i] = good < tpe->complete ? tpe->sorted[good]->loss - tpe->sorted[i]->loss : 0;
        sum += weights[i];
    }
    for (size_t i = 0; i < good; i++)
        weights[i] = sum > 0 && isfinite(sum) ? fmax(weights[i] / sum, 1e-12) : 1;
}

static void build(const struct tpe *tpe, struct parzen *parzen, size_t first, size_t end,
                  const double *weights)
{
    const double **rows = sweep_alloc_array(end - first, sizeof *rows);
    for (size_t i = first; i < end; i++)
        rows[i - first] =
            observed_row(tpe->observed, (size_t)(tpe->sorted[i] - tpe->observed->trials));
    parzen_build(parzen, rows, weights, end - first);
    sweep_free(rows);
}

/* At least one trial is complete. */
static void learn(const struct tpe *tpe)
{
    size_t good = (size_t)ceil(GOOD_SHARE * (double)tpe->complete);
    double *weights = sweep_alloc_array(tpe->sorted_count, sizeof *weights);
    if (good > GOOD_MAX)
        good = GOOD_MAX;
    weigh_good(tpe, good, weights);
    for (size_t i = good; i < tpe->sorted_count; i++)
        weights[i] = 1;
    build(tpe, tpe->good, 0, good, weights);
    build(tpe, tpe->bad, good, tpe->sorted_count, weights + good);
    sweep_free(weights);
}

/* --- asking ---------------------------------------------------------------------------------- */

static bool is_start(const struct tpe *tpe, uint64_t number)
{
    size_t points = tpe->axes->count + 1;
    if (points < START_MIN)
        points = START_MIN;
    if (points > START_MAX)
        points = START_MAX;
    return number <= points || tpe->complete < LOSSES_MIN;
}

static bool take_start(const struct tpe *tpe, const struct sweep_ask *ask,
                       struct sweep_value *params)
{
    for (uint64_t tries = 0; tries < START_TRIES; tries++) {
        uint64_t point = ask->number - 1 + tries * START_STRIDE;
        spread_fill(tpe->space, ask->seed, (uint32_t)point, params);
        if (untried_settle(tpe->untried, params))
            return true;
    }
    return false;
}

/* Keep a candidate if it promises more than the one that was kept. */
static void judge(const struct tpe *tpe, double *highest, struct sweep_value *best)
{
    axes_read(tpe->axes, tpe->params, tpe->row);
    double gain = parzen_log_density(tpe->good, tpe->row) - parzen_log_density(tpe->bad, tpe->row);
    if (gain <= *highest)
        return;
    *highest = gain;
    memcpy(best, tpe->params, sweep_space_count(tpe->space) * sizeof *best);
}

static bool take_from_good(const struct tpe *tpe, struct sweep_rng *rng, struct sweep_value *best)
{
    double highest = (double)-INFINITY;
    int candidates = 0;
    for (int draws = 0; draws < DRAWS_MAX && candidates < CANDIDATES; draws++) {
        parzen_draw(tpe->good, rng, tpe->row);
        axes_write(tpe->axes, tpe->row, tpe->params);
        if (!untried_settle(tpe->untried, tpe->params))
            continue;
        judge(tpe, &highest, best);
        candidates++;
    }
    return candidates > 0;
}

static enum sweep_answer take_from_rest(const struct tpe *tpe, struct sweep_rng *rng,
                                        struct sweep_value *best)
{
    double highest = (double)-INFINITY;
    for (int candidates = 0; candidates < CANDIDATES; candidates++) {
        enum sweep_answer answer = untried_draw(tpe->untried, rng, tpe->params);
        if (answer != SWEEP_SUGGESTED)
            return answer;
        judge(tpe, &highest, best);
    }
    return SWEEP_SUGGESTED;
}

static enum sweep_answer tpe_ask(void *state, const struct sweep_ask *ask,
                                 struct sweep_suggestion *out)
{
    struct tpe *tpe = state;
    struct sweep_rng rng;
    if (!untried_update(tpe->untried, ask->history))
        return SWEEP_EXHAUSTED;
    sweep_rng_init(&rng, ask->seed, ask->number);
    observed_update(tpe->observed, ask->history);
    sort_trials(tpe);
    if (is_start(tpe, ask->number))
        return take_start(tpe, ask, out->params) ? SWEEP_SUGGESTED
                                                 : untried_draw(tpe->untried, &rng, out->params);
    learn(tpe);
    if (take_from_good(tpe, &rng, out->params))
        return SWEEP_SUGGESTED;
    return take_from_rest(tpe, &rng, out->params);
}

const struct sweep_strategy sweep_strategy_tpe = {
    .name = "tpe",
    .summary = "what is common among good trials and rare among others",
    .needs_objective = true,
    .uses_results = true,
    .create = tpe_create,
    .ask = tpe_ask,
    .free = tpe_free,
};
