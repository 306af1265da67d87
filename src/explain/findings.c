/* Counts trials. The thresholds say when it is no chance. */
#include "explain/findings.h"

#include <math.h>
#include <stdlib.h>

#include "trial/ranking.h"

/* Below so many trials with a value nothing is said of ends, choices and what was never tried. */
#define ENOUGH 8

/* Of a choice: one of so many trials that are none better than the median is chance once in 32. */
#define CHOICE_TRIALS 5

/* Choices that are listed at most, of one parameter. */
#define CHOICES_MAX 20

/* How near an end a number is at it, in the unit interval. */
#define NEAR 0.05

/* A parameter that has no more effect than that is at an end by chance. */
#define EFFECT_MIN 0.02

/* What is active in fewer of all trials was hardly tried. */
#define SHARE_MIN 0.05

struct taking {
    struct findings *out;
    struct insight *insight;
    const struct sweep_history *history;
    const struct sweep_explanation *explanation;
    const struct sweep_trial **ranked; /* [out->known] best first */
};

static const struct sweep_parameter *parameter_at(const struct taking *taking, size_t index)
{
    return sweep_space_parameter(taking->insight->searched, index);
}

/* --- ends ------------------------------------------------------------------------------------- */

static bool has_ends(const struct sweep_parameter *parameter)
{
    switch (parameter->distribution) {
    case SWEEP_UNIFORM:
    case SWEEP_LOG_UNIFORM:
    case SWEEP_INT_UNIFORM:
    case SWEEP_INT_LOG:
        return true;
    case SWEEP_CATEGORICAL:
        return parameter->is_ordered && parameter->choice_count > 2;
    case SWEEP_CONSTANT:
    case SWEEP_NORMAL:
    case SWEEP_LOG_NORMAL:
    case SWEEP_BETA:
        return false;
    }
    return false;
}

/* A real itself, since its logarithm and back is not quite the same. */
static struct sweep_value end_of(const struct sweep_parameter *parameter, bool is_upper)
{
    bool is_real =
        parameter->distribution == SWEEP_UNIFORM || parameter->distribution == SWEEP_LOG_UNIFORM;
    if (is_real && parameter->step == 0 && parameter->q == 0)
        return (struct sweep_value){.kind = SWEEP_VALUE_REAL,
                                    .real = is_upper ? parameter->max : parameter->min};
    return sweep_parameter_draw(parameter, is_upper ? nextafter(1, 0) : 0);
}

static bool is_at_end(const struct sweep_parameter *parameter, const struct sweep_value *value,
                      bool is_upper)
{
    if (value->kind == SWEEP_VALUE_NONE)
        return false;
    struct sweep_value end = end_of(parameter, is_upper);
    double distance =
        fabs(sweep_parameter_unit(parameter, value) - sweep_parameter_unit(parameter, &end));
    return distance <= NEAR;
}

/* Averaged over all else it is best there too, or where the best value of all is predicted. */
static bool model_agrees(const struct taking *taking, size_t index, bool is_upper)
{
    const struct sweep_explanation *explanation = taking->explanation;
    const struct sweep_influence *influence = &explanation->influences[index];
    bool maximize = taking->history->maximize;
    size_t count = influence->level_count;
    if (explanation->basis != SWEEP_BASIS_MODEL || influence->total_high < EFFECT_MIN || count == 0)
        return false;
    double at_end = influence->levels[is_upper ? count - 1 : 0].mean;
    bool is_best = true;
    for (size_t g = 0; g < count; g++)
        is_best &= !ranking_is_better(influence->levels[g].mean, at_end, maximize);
    return is_best || is_at_end(parameter_at(taking, index), &explanation->best[index], is_upper);
}

static void find_edge(struct taking *taking, size_t index, bool is_upper)
{
    const struct sweep_parameter *parameter = parameter_at(taking, index);
    if (!has_ends(parameter) || taking->out->known < ENOUGH)
        return;
    for (size_t i = 0; i < FINDINGS_BEST; i++)
        if (!is_at_end(parameter, &taking->ranked[i]->params[index], is_upper))
            return;
    if (model_agrees(taking, index, is_upper))
        taking->out->edges[taking->out->edge_count++] =
            (struct finding_edge){index, is_upper, end_of(parameter, is_upper)};
}

/* --- choices ---------------------------------------------------------------------------------- */

/* What has no effect is poor only by what else its trials had. */
static bool has_effect(const struct taking *taking, size_t index)
{
    return taking->explanation->basis != SWEEP_BASIS_MODEL ||
           taking->explanation->influences[index].total_high >= EFFECT_MIN;
}

static void find_poor(struct taking *taking, size_t index, const struct sweep_value *choice)
{
    struct findings *out = taking->out;
    struct finding_poor poor = {.parameter = index, .choice = *choice};
    for (size_t i = 0; i < out->known; i++) {
        if (!sweep_value_equal(&taking->ranked[i]->params[index], choice))
            continue;
        if (poor.trials++ == 0)
            poor.best = taking->ranked[i]->value;
    }
    if (poor.trials >= CHOICE_TRIALS && has_effect(taking, index) &&
        ranking_is_better(out->median, poor.best, taking->history->maximize))
        out->poor[out->poor_count++] = poor;
}

static bool has_choice(const struct sweep_trial *trial, size_t index,
                       const struct sweep_value *choice)
{
    const struct sweep_value *value = &trial->params[index];
    return choice != NULL ? sweep_value_equal(value, choice) : value->kind != SWEEP_VALUE_NONE;
}

static void find_untried(struct taking *taking, size_t index, const struct sweep_value *choice)
{
    struct findings *out = taking->out;
    struct finding_untried untried = {
        .parameter = index,
        .is_whole = choice == NULL,
        .choice = choice != NULL ? *choice : (struct sweep_value){0},
    };
    for (size_t i = 0; i < taking->history->finished_count; i++)
        untried.trials += has_choice(taking->history->finished[i], index, choice);
    if ((double)untried.trials > SHARE_MIN * (double)out->finished)
        return;
    for (size_t i = 0; i < out->known && !untried.has_value; i++) {
        untried.has_value = has_choice(taking->ranked[i], index, choice);
        untried.best = taking->ranked[i]->value;
    }
    out->untried[out->untried_count++] = untried;
}

static void look_at_parameter(struct taking *taking, size_t index)
{
    const struct sweep_parameter *parameter = parameter_at(taking, index);
    bool is_choice = parameter->distribution == SWEEP_CATEGORICAL;
    find_edge(taking, index, false);
    find_edge(taking, index, true);
    if (taking->out->finished < ENOUGH)
        return;
    if (sweep_space_is_conditional(taking->insight->searched, index)) {
        size_t before = taking->out->untried_count;
        find_untried(taking, index, NULL);
        if (taking->out->untried_count > before)
            return;
    }
    for (size_t i = 0; is_choice && i < parameter->choice_count && i < CHOICES_MAX; i++) {
        find_poor(taking, index, &parameter->choices[i]);
        find_untried(taking, index, &parameter->choices[i]);
    }
}

/* --- progress --------------------------------------------------------------------------------- */

/* In order of arrival: the best before the newest ones. */
static void look_back(struct taking *taking)
{
    struct findings *out = taking->out;
    const struct sweep_history *history = taking->history;
    if (out->known < ENOUGH)
        return;
    out->window = out->known / 2 < FINDINGS_WINDOW ? out->known / 2 : FINDINGS_WINDOW;
    size_t older = out->known - out->window;
    size_t count = 0;
    for (size_t i = 0; i < history->finished_count && count < older; i++) {
        const struct sweep_trial *trial = history->finished[i];
        if (!ranking_is_eligible(trial))
            continue;
        if (count++ == 0 || ranking_is_better(trial->value, out->before, history->maximize))
            out->before = trial->value;
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

static int compare_up(const void *a, const void *b)
{
    return ranking_compare(*(const struct sweep_trial *const *)a,
                           *(const struct sweep_trial *const *)b, true);
}

static int compare_down(const void *a, const void *b)
{
    return ranking_compare(*(const struct sweep_trial *const *)a,
                           *(const struct sweep_trial *const *)b, false);
}

static void rank(struct taking *taking, struct arena *arena)
{
    struct findings *out = taking->out;
    const struct sweep_history *history = taking->history;
    out->finished = history->finished_count;
    taking->ranked = arena_alloc_array(arena, out->finished, sizeof *taking->ranked);
    for (size_t i = 0; i < history->finished_count; i++)
        if (ranking_is_eligible(history->finished[i]))
            taking->ranked[out->known++] = history->finished[i];
    if (out->known == 0)
        return;
    qsort(taking->ranked, out->known, sizeof(const struct sweep_trial *),
          history->maximize ? compare_up : compare_down);
    out->median = taking->ranked[out->known / 2]->value;
}

/* How many findings there can be. */
static size_t count_choices(const struct sweep_space *space)
{
    size_t count = 0;
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        size_t choices = sweep_space_parameter(space, i)->choice_count;
        count += 1 + (choices < CHOICES_MAX ? choices : CHOICES_MAX);
    }
    return count;
}

void findings_take(struct findings *findings, struct insight *insight,
                   const struct insight_ask *ask, const struct sweep_explanation *explanation)
{
    struct arena *arena = &insight->record.arena;
    size_t width = sweep_space_count(insight->searched);
    size_t most = count_choices(insight->searched);
    struct taking taking = {findings, insight, &ask->history, explanation, NULL};
    *findings = (struct findings){
        .edges = arena_alloc_array(arena, 2 * width, sizeof *findings->edges),
        .poor = arena_alloc_array(arena, most, sizeof *findings->poor),
        .untried = arena_alloc_array(arena, most, sizeof *findings->untried),
    };
    rank(&taking, arena);
    for (size_t i = 0; i < width; i++)
        if (trial_text_is_searched(sweep_space_parameter(insight->searched, i)))
            look_at_parameter(&taking, i);
    look_back(&taking);
}
