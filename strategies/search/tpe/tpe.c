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
 * stretch; conditions need no groups of trials (parzen.h), but a branch with more parameters of its
 * own than there are in common gets a model of its own trials (narrow_to_branch()); widths follow
 * how close together the trials are (parzen.c: measured better than gaps between neighbours or a
 * fixed width).
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

/* A point that might be tried. */
struct candidate {
    struct sweep_value *params; /* [space count] */
    double *row;                /* [axes count] */
    double gain;
    double common_gain;
};

struct tpe {
    const struct sweep_space *space;
    struct untried *untried;
    struct axes *axes;
    struct observed *observed;
    struct parzen *good;
    struct parzen *bad;
    const struct observed_trial **sorted; /* [sorted_count] better ones first */
    size_t sorted_count;
    size_t complete;   /* of them; the first ones */
    bool has_branches; /* whether a parameter has a condition */
    double *row;       /* [axes count] */
    double *branch;    /* [axes count] a row of it */
    struct candidate candidates[CANDIDATES];
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
    for (size_t i = 0; i < CANDIDATES; i++) {
        sweep_free(tpe->candidates[i].params);
        sweep_free(tpe->candidates[i].row);
    }
    sweep_free(tpe->branch);
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
    for (size_t i = 0; i < CANDIDATES; i++) {
        tpe->candidates[i].params =
            sweep_alloc_array(sweep_space_count(space), sizeof(struct sweep_value));
        tpe->candidates[i].row = sweep_alloc_array(tpe->axes->count, sizeof(double));
    }
    for (size_t i = 0; i < tpe->axes->count; i++)
        tpe->has_branches |= sweep_space_is_conditional(space, tpe->axes->list[i].index);
    tpe->branch = sweep_alloc_array(tpe->axes->count, sizeof *tpe->branch);
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

static double gain_of(const struct tpe *tpe, const double *row)
{
    return parzen_log_density(tpe->good, row) - parzen_log_density(tpe->bad, row);
}

/* How much likelier a candidate is among good trials than among others: as a whole, and by what no
 * condition can take away. */
static void judge(struct tpe *tpe, struct candidate *candidate)
{
    axes_read(tpe->axes, candidate->params, candidate->row);
    candidate->gain = gain_of(tpe, candidate->row);
    candidate->common_gain = candidate->gain;
    if (!tpe->has_branches)
        return;
    for (size_t i = 0; i < tpe->axes->count; i++) {
        bool is_conditional = sweep_space_is_conditional(tpe->space, tpe->axes->list[i].index);
        tpe->row[i] = is_conditional ? (double)NAN : candidate->row[i];
    }
    candidate->common_gain = gain_of(tpe, tpe->row);
}

/* Whether the same parameters are active. */
static bool is_same_branch(const struct tpe *tpe, const double *a, const double *b)
{
    for (size_t i = 0; i < tpe->axes->count; i++)
        if (isnan(a[i]) != isnan(b[i]))
            return false;
    return true;
}

/* @param branch  a row whose branch the candidates must be in; NULL: any */
static size_t draw_candidates(struct tpe *tpe, struct sweep_rng *rng, const double *branch)
{
    size_t count = 0;
    for (int draws = 0; draws < DRAWS_MAX && count < CANDIDATES; draws++) {
        struct candidate *candidate = &tpe->candidates[count];
        parzen_draw(tpe->good, rng, tpe->row);
        axes_write(tpe->axes, tpe->row, candidate->params);
        if (!untried_settle(tpe->untried, candidate->params))
            continue;
        judge(tpe, candidate);
        count += branch == NULL || is_same_branch(tpe, candidate->row, branch);
    }
    return count;
}

static void take_best(const struct tpe *tpe, size_t count, struct sweep_value *best)
{
    size_t chosen = 0;
    for (size_t i = 1; i < count; i++)
        if (tpe->candidates[i].gain > tpe->candidates[chosen].gain)
            chosen = i;
    memcpy(best, tpe->candidates[chosen].params, sweep_space_count(tpe->space) * sizeof *best);
}

/* Whether a branch has more parameters that others may lack than all of them have in common. */
static bool is_apart(const struct tpe *tpe, const double *row)
{
    size_t own = 0;
    size_t common = 0;
    for (size_t i = 0; i < tpe->axes->count; i++) {
        if (!sweep_space_is_conditional(tpe->space, tpe->axes->list[i].index))
            common++;
        else
            own += isnan(row[i]) ? 0 : 1;
    }
    return own > common;
}

/* Leave only the trials of a branch. @return whether they are enough for a model of their own */
static bool keep_branch(struct tpe *tpe, const double *branch)
{
    size_t count = 0;
    tpe->complete = 0;
    for (size_t i = 0; i < tpe->sorted_count; i++) {
        const struct observed_trial *trial = tpe->sorted[i];
        size_t place = (size_t)(trial - tpe->observed->trials);
        if (!is_same_branch(tpe, observed_row(tpe->observed, place), branch))
            continue;
        tpe->sorted[count++] = trial;
        tpe->complete += trial->kind == OBSERVED_COMPLETE;
    }
    tpe->sorted_count = count;
    return tpe->complete >= LOSSES_MIN;
}

/* A branch where good trials are close together is denser than one that was hardly tried, whatever
 * is in it. So a branch that is apart is chosen by what all of them have in common, and the point
 * in it by a model of its own trials, once there are some. @return how many candidates are left */
static size_t narrow_to_branch(struct tpe *tpe, struct sweep_rng *rng, size_t count)
{
    size_t leader = 0;
    for (size_t i = 1; i < count; i++)
        if (tpe->candidates[i].common_gain > tpe->candidates[leader].common_gain)
            leader = i;
    if (!is_apart(tpe, tpe->candidates[leader].row))
        return count;
    struct candidate kept = tpe->candidates[leader];
    tpe->candidates[leader] = tpe->candidates[0];
    tpe->candidates[0] = kept;
    memcpy(tpe->branch, kept.row, tpe->axes->count * sizeof *tpe->branch);
    if (!keep_branch(tpe, tpe->branch))
        return 1;
    learn(tpe);
    size_t found = draw_candidates(tpe, rng, tpe->branch);
    return found > 0 ? found : 1;
}

static bool take_from_good(struct tpe *tpe, struct sweep_rng *rng, struct sweep_value *best)
{
    size_t count = draw_candidates(tpe, rng, NULL);
    if (count > 0 && tpe->has_branches)
        count = narrow_to_branch(tpe, rng, count);
    if (count > 0)
        take_best(tpe, count, best);
    return count > 0;
}

static enum sweep_answer take_from_rest(struct tpe *tpe, struct sweep_rng *rng,
                                        struct sweep_value *best)
{
    for (size_t count = 0; count < CANDIDATES; count++) {
        enum sweep_answer answer = untried_draw(tpe->untried, rng, tpe->candidates[count].params);
        if (answer != SWEEP_SUGGESTED)
            return answer;
        judge(tpe, &tpe->candidates[count]);
    }
    take_best(tpe, CANDIDATES, best);
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
