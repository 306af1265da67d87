/* Puts together what the model, the trials and the settings say. The words are lesson_words.c's. */
#include "explain/lesson.h"

#include <math.h>

#include "trial/ranking.h"

/* Trials with a value that there must be, above the number of parameters: of fewer, what has no
 * effect cannot be told from what was not seen. */
#define SPARE_TRIALS 4

/* Shares of the variance of trials that were predicted. */
#define SKILL_SOME 0.2
#define SKILL_GOOD 0.6

/* Effects, as shares of all variance. */
#define EFFECT_NONE 0.03
#define EFFECT_SURE 0.02

/* Correlations with the nearest trial. */
#define LIKE   0.85
#define UNLIKE 0.4

/* Margins behind the best within which a trial is good too. */
#define GOOD 5

/* --- judgements ------------------------------------------------------------------------------- */

bool lesson_has_model(const struct lesson *lesson)
{
    return lesson->explanation.basis == SWEEP_BASIS_MODEL;
}

static size_t count_searched(const struct sweep_space *space)
{
    size_t count = 0;
    for (size_t i = 0; i < sweep_space_count(space); i++)
        count += trial_text_is_searched(sweep_space_parameter(space, i));
    return count;
}

enum lesson_trust lesson_trust(const struct lesson *lesson)
{
    double skill = lesson->explanation.skill;
    if (lesson->explanation.known < count_searched(lesson->insight.searched) + SPARE_TRIALS)
        return LESSON_NO_TRUST;
    return skill < SKILL_SOME   ? LESSON_NO_TRUST
           : skill < SKILL_GOOD ? LESSON_SOME_TRUST
                                : LESSON_TRUST;
}

enum lesson_verdict lesson_verdict(const struct lesson *lesson, size_t parameter)
{
    const struct sweep_influence *influence = &lesson->explanation.influences[parameter];
    if (lesson_trust(lesson) == LESSON_NO_TRUST)
        return LESSON_UNKNOWN;
    if (influence->total_high < EFFECT_NONE)
        return LESSON_IDLE;
    return influence->total_low > EFFECT_SURE ? LESSON_MATTERS : LESSON_UNKNOWN;
}

/* Hardly worse than the incumbent. */
static bool is_good(const struct sweep_explanation *explanation,
                    const struct sweep_forecast *forecast)
{
    double behind = fabs(forecast->middle - explanation->of_incumbent.middle);
    return forecast->nearest == explanation->incumbent || behind < GOOD * explanation->margin;
}

enum lesson_aim lesson_aim(const struct sweep_explanation *explanation,
                           const struct sweep_forecast *forecast, bool maximize)
{
    if (forecast->likeness >= LIKE && is_good(explanation, forecast))
        return LESSON_REFINE;
    if (forecast->likeness < UNLIKE)
        return LESSON_EXPLORE;
    return ranking_is_better(forecast->middle, explanation->of_incumbent.middle, maximize)
               ? LESSON_IMPROVE
               : LESSON_WEIGH;
}

/* --- taking ----------------------------------------------------------------------------------- */

/* Why `auto` is what it is. With what was set since it could be another one. */
static void find_why(struct lesson *lesson)
{
    const struct insight *insight = &lesson->insight;
    lesson->method = insight->record.document.config->method;
    if (insight->strategy != NULL && insight->settings.strategy == insight->strategy)
        lesson->why = insight->settings.why;
}

static void find_predicted(struct lesson *lesson)
{
    const struct sweep_history *history = &lesson->next.history;
    for (size_t i = 0; i < history->finished_count && lesson->predicted_trial == 0; i++)
        if (insight_is_same(&lesson->insight, history->finished[i]->params,
                            lesson->explanation.best))
            lesson->predicted_trial = history->finished[i]->number;
}

static void find_best(struct lesson *lesson)
{
    const struct sweep_history *history = &lesson->next.history;
    for (size_t i = 0; i < history->finished_count; i++) {
        const struct sweep_trial *trial = history->finished[i];
        if (ranking_is_eligible(trial) &&
            (lesson->best == NULL || ranking_compare(trial, lesson->best, history->maximize) < 0))
            lesson->best = trial;
    }
}

static void explain(struct lesson *lesson)
{
    struct arena *arena = &lesson->insight.record.arena;
    size_t width = sweep_space_count(lesson->insight.record.space);
    const struct sweep_value *points[2];
    struct sweep_forecast forecasts[2];
    size_t count = 0;
    if (lesson->best != NULL)
        points[count++] = lesson->best->params;
    if (lesson->next.params != NULL)
        points[count++] = lesson->next.params;
    lesson->explanation = (struct sweep_explanation){
        .points = points,
        .point_count = count,
        .forecasts = forecasts,
        .influences = arena_alloc_array(arena, width, sizeof(struct sweep_influence)),
        .best = arena_alloc_array(arena, width, sizeof(struct sweep_value)),
    };
    insight_explain(&lesson->insight, &lesson->next, &lesson->explanation);
    if (!lesson_has_model(lesson))
        return;
    lesson->of_best = forecasts[0];
    lesson->of_next = forecasts[count - 1];
    find_predicted(lesson);
}

bool lesson_take(struct lesson *lesson, const char *operand, struct sweep_error *err)
{
    *lesson = (struct lesson){0};
    if (!insight_open(&lesson->insight, operand, err))
        return false;
    insight_ask_next(&lesson->insight, &lesson->next);
    lesson->outside = lesson->insight.known.finished_count - lesson->next.history.finished_count;
    find_best(lesson);
    explain(lesson);
    findings_take(&lesson->findings, &lesson->insight, &lesson->next, &lesson->explanation);
    blame_find(&lesson->blame, &lesson->insight, &lesson->next);
    find_why(lesson);
    return true;
}

void lesson_release(struct lesson *lesson)
{
    insight_close(&lesson->insight);
}
