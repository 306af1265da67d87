/* Words for what lesson.c found. Each paragraph is left out where there is nothing to say. */
#include "explain/lesson_words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "explain/finding_words.h"
#include "explain/words.h"
#include "trial/ranking.h"
#include "view/record/standing.h"
#include "view/term/text.h"

/* Of what a parameter does together with others: below the first part it has no direction of its
 * own, below the other one the rest is told. */
#define ALONE_MIN      0.25
#define TOGETHER_SHOWN 0.6

/* Probability of a better trial from which on the predicted best is worth a hint. */
#define PROSPECT_MIN 0.05

/* What interactions have to be at least to be told, of the whole. */
#define TOGETHER_MIN 0.05

static const char *metric_of(const struct lesson *lesson)
{
    return lesson->insight.record.document.config->metric.name;
}

static bool maximizes(const struct lesson *lesson)
{
    return lesson->insight.record.sweep.maximize;
}

static void append_name(const struct lesson *lesson, size_t parameter, struct strbuf *out)
{
    words_append_name(lesson->insight.searched, parameter, out);
}

static void append_metric(const struct lesson *lesson, double value, struct strbuf *out)
{
    text_append_safe(out, strview_of(metric_of(lesson)));
    strbuf_append_char(out, ' ');
    trial_text_number(value, out);
}

/* --- the sweep -------------------------------------------------------------------------------- */

static void append_method(const struct lesson *lesson, struct strbuf *out)
{
    const char *method = lesson->insight.record.sweep.method;
    strbuf_append_text(out, "method: ");
    if (strcmp(lesson->method, "auto") != 0) {
        text_append_safe(out, strview_of(method));
        strbuf_append_text(out, ", as the file says\n");
        return;
    }
    strbuf_append_text(out, "auto chose ");
    text_append_safe(out, strview_of(method));
    if (lesson->why != NULL)
        strbuf_printf(out, ": %s\n", lesson->why);
    else
        strbuf_append_text(out, " when the sweep began; now it would choose another one\n");
}

static void append_heading(struct lesson *lesson, struct strbuf *out)
{
    struct record *record = &lesson->insight.record;
    struct standing standing = standing_take(record);
    strbuf_printf(out, "%s: ", record_operand(record));
    standing_append_counts(&standing, out);
    strbuf_append_char(out, '\n');
    append_method(lesson, out);
    if (lesson->outside > 0)
        strbuf_printf(out, "left out: %zu trial%s outside of the space, which was changed since\n",
                      lesson->outside, lesson->outside == 1 ? "" : "s");
}

/* --- what mattered ---------------------------------------------------------------------------- */

static void append_trust(const struct lesson *lesson, struct strbuf *out)
{
    const struct sweep_explanation *explanation = &lesson->explanation;
    switch (lesson_trust(lesson)) {
    case LESSON_NO_TRUST:
        strbuf_printf(out,
                      "  It cannot be told yet: a model of %zu trials predicts others no better "
                      "than their mean does,\n  or there are too few of them to know. What follows "
                      "is a guess.\n",
                      explanation->known);
        break;
    case LESSON_SOME_TRUST:
        strbuf_append_text(out, "  A rough picture: of the differences between trials that it was "
                                "not shown, the model predicts ");
        words_append_share(explanation->skill, out);
        strbuf_append_text(out, ".\n");
        break;
    case LESSON_TRUST:
        strbuf_append_text(out, "  Of the differences between trials that it was not shown, the "
                                "model predicts ");
        words_append_share(explanation->skill, out);
        strbuf_append_text(out, ".\n");
        break;
    }
}

/* The searched parameters by their shares, the largest first. @return how many */
static size_t order_parameters(const struct lesson *lesson, struct arena *arena, size_t **order)
{
    const struct sweep_space *space = lesson->insight.searched;
    size_t count = 0;
    *order = arena_alloc_array(arena, sweep_space_count(space), sizeof **order);
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        if (!trial_text_is_searched(sweep_space_parameter(space, i)))
            continue;
        size_t place = count++;
        double share = lesson->explanation.influences[i].share;
        for (; place > 0 && lesson->explanation.influences[(*order)[place - 1]].share < share;
             place--)
            (*order)[place] = (*order)[place - 1];
        (*order)[place] = i;
    }
    return count;
}

static void append_padding(struct strbuf *out, size_t start, size_t width)
{
    size_t used = text_width((struct strview){out->data + start, out->size - start});
    for (; used < width; used++)
        strbuf_append_char(out, ' ');
}

static void append_verdict(const struct lesson *lesson, size_t parameter, struct strbuf *out)
{
    const struct sweep_influence *influence = &lesson->explanation.influences[parameter];
    switch (lesson_verdict(lesson, parameter)) {
    case LESSON_IDLE:
        return;
    case LESSON_UNKNOWN:
        strbuf_append_text(out,
                           influence->level_count == 0 ? "never active" : "cannot be told yet");
        return;
    case LESSON_MATTERS:
        break;
    }
    if (influence->share < ALONE_MIN * influence->total) {
        strbuf_append_text(out, "which way depends on others: with them ");
        words_append_share(influence->total, out);
        return;
    }
    words_append_trend(sweep_space_parameter(lesson->insight.searched, parameter), influence,
                       maximizes(lesson), out);
    if (influence->share > TOGETHER_SHOWN * influence->total)
        return;
    strbuf_append_text(out, "; with others ");
    words_append_share(influence->total, out);
}

static void append_influence(const struct lesson *lesson, size_t parameter, size_t width,
                             struct strbuf *out)
{
    const struct sweep_influence *influence = &lesson->explanation.influences[parameter];
    size_t start = out->size;
    strbuf_append_text(out, "  ");
    append_name(lesson, parameter, out);
    append_padding(out, start, width + 4);
    start = out->size;
    words_append_share(influence->share, out);
    strbuf_printf(out, " (%.0f .. %.0f%%)", 100 * influence->share_low,
                  100 * influence->share_high);
    append_padding(out, start, 24);
    append_verdict(lesson, parameter, out);
    strbuf_append_char(out, '\n');
}

/* In one line, since there may be many. */
static void append_idle(const struct lesson *lesson, const size_t *order, size_t count,
                        struct strbuf *out)
{
    const char *separator = "  no effect to speak of: ";
    for (size_t i = 0; i < count; i++) {
        if (lesson_verdict(lesson, order[i]) != LESSON_IDLE)
            continue;
        strbuf_append_text(out, separator);
        append_name(lesson, order[i], out);
        separator = ", ";
    }
    if (separator[0] == ',')
        strbuf_append_char(out, '\n');
}

/* What is left of the whole when each has its share. */
static void append_together(const struct lesson *lesson, const size_t *order, size_t count,
                            struct strbuf *out)
{
    double together = 1;
    for (size_t i = 0; i < count; i++)
        together -= lesson->explanation.influences[order[i]].share;
    if (together < TOGETHER_MIN)
        return;
    strbuf_append_text(out, "  ");
    words_append_share(together, out);
    strbuf_append_text(out, " is how they act on each other\n");
}

static void append_influences(struct lesson *lesson, struct strbuf *out)
{
    size_t *order;
    size_t count = order_parameters(lesson, &lesson->insight.record.arena, &order);
    size_t width = 0;
    strbuf_append_text(out, "\nwhat mattered, as shares of the differences over the space\n");
    append_trust(lesson, out);
    for (size_t i = 0; i < count; i++) {
        const char *name = sweep_space_parameter(lesson->insight.searched, order[i])->name;
        if (lesson_verdict(lesson, order[i]) != LESSON_IDLE)
            width = text_width(strview_of(name)) > width ? text_width(strview_of(name)) : width;
    }
    for (size_t i = 0; i < count; i++)
        if (lesson_verdict(lesson, order[i]) != LESSON_IDLE)
            append_influence(lesson, order[i], width, out);
    append_together(lesson, order, count, out);
    append_idle(lesson, order, count, out);
}

/* --- the best --------------------------------------------------------------------------------- */

static void append_observed(const struct lesson *lesson, struct strbuf *out)
{
    const struct sweep_forecast *forecast = &lesson->of_best;
    double value = lesson->best->value;
    strbuf_printf(out, "  observed: trial %" PRIu64 ", ", lesson->best->number);
    append_metric(lesson, value, out);
    strbuf_append_text(out, "; its true value is likely ");
    trial_text_number(forecast->middle, out);
    strbuf_append_text(out, " (");
    words_append_interval(forecast->low, forecast->high, out);
    strbuf_append_char(out, ')');
    bool is_lucky = ranking_is_better(value, maximizes(lesson) ? forecast->high : forecast->low,
                                      maximizes(lesson));
    strbuf_append_text(out, is_lucky ? ": the rest was luck\n" : "\n");
}

static void append_predicted(struct lesson *lesson, struct strbuf *out)
{
    const struct sweep_explanation *explanation = &lesson->explanation;
    strbuf_append_text(out, "  predicted: ");
    words_append_forecast(metric_of(lesson), &explanation->of_best, out);
    if (lesson->predicted_trial > 0) {
        strbuf_printf(out, ", of trial %" PRIu64 "\n", lesson->predicted_trial);
        return;
    }
    strbuf_append_text(out, " with ");
    words_append_params(lesson->insight.searched, explanation->best, out);
    strbuf_append_text(out, ", which was not tried\n");
}

static void append_best(struct lesson *lesson, struct strbuf *out)
{
    strbuf_append_text(out, "\nthe best\n");
    append_observed(lesson, out);
    append_predicted(lesson, out);
    strbuf_append_text(out, "  The same configuration again would differ by about ");
    trial_text_number(lesson->explanation.noise, out);
    strbuf_append_text(out, ".\n");
}

/* --- what comes next -------------------------------------------------------------------------- */

static void append_reason(const struct lesson *lesson, struct strbuf *out)
{
    const struct sweep_explanation *explanation = &lesson->explanation;
    const struct insight *insight = &lesson->insight;
    switch (lesson->next.chooser) {
    case CHOOSER_PERSON:
    case CHOOSER_RETRY:
        return;
    case CHOOSER_START:
        strbuf_append_text(out, "  the file lists it under 'start'\n");
        return;
    case CHOOSER_REPLICATE:
        strbuf_append_text(out, "  the same configuration with another seed\n");
        return;
    case CHOOSER_STRATEGY:
        break;
    }
    if (!insight->strategy->uses_results)
        strbuf_printf(out, "  the next point of %s, whatever came out so far\n",
                      insight->strategy->name);
    else if (insight->model != insight->strategy)
        strbuf_printf(out, "  %s takes it\n", insight->strategy->name);
    else if (explanation->is_start)
        strbuf_append_text(out, "  one of the first points, spread evenly before there is a "
                                "model\n");
    else if (lesson_has_model(lesson)) {
        strbuf_append_text(out, "  ");
        words_append_aim(lesson_aim(explanation, &lesson->of_next, maximizes(lesson)), explanation,
                         &lesson->of_next, out);
        strbuf_append_char(out, '\n');
    }
}

static void append_hopes(const struct lesson *lesson, struct strbuf *out)
{
    const struct sweep_forecast *forecast = &lesson->of_next;
    strbuf_append_text(out, "  expected: ");
    words_append_forecast(metric_of(lesson), forecast, out);
    strbuf_append_text(out, "; expected improvement over the best: ");
    trial_text_number(forecast->gain, out);
    if (forecast->success < 0.95) {
        strbuf_append_text(out, "; it fails with a probability of ");
        words_append_share(1 - forecast->success, out);
    }
    strbuf_append_char(out, '\n');
}

static void append_next(struct lesson *lesson, struct strbuf *out)
{
    const struct insight_ask *next = &lesson->next;
    strbuf_append_text(out, "\nnext\n");
    if (next->params == NULL) {
        strbuf_append_text(out, next->answer == SWEEP_EXHAUSTED && lesson->insight.state != NULL
                                    ? "  nothing: every configuration was tried\n"
                                    : "  not known here: the method says it when it is asked\n");
        return;
    }
    strbuf_append_text(out, "  ");
    words_append_params(lesson->insight.record.space, next->params, out);
    strbuf_append_char(out, '\n');
    append_reason(lesson, out);
    if (lesson_has_model(lesson))
        append_hopes(lesson, out);
}

/* --- going on --------------------------------------------------------------------------------- */

static void append_past(const struct lesson *lesson, struct strbuf *out)
{
    const struct findings *findings = &lesson->findings;
    double before = findings->before;
    double now = lesson->best->value;
    strbuf_printf(out, "  the last %zu trials ", findings->window);
    if (!ranking_is_better(now, before, maximizes(lesson))) {
        strbuf_append_text(out, "brought nothing better than ");
        trial_text_number(before, out);
    } else {
        strbuf_append_text(out, "made the best better by ");
        trial_text_number(fabs(now - before), out);
        strbuf_append_text(out, ", from ");
        trial_text_number(before, out);
        strbuf_append_text(out, " to ");
        trial_text_number(now, out);
    }
    strbuf_append_char(out, '\n');
}

/* A method that goes its own way may pass the best prospect by. */
static bool is_passed_by(const struct lesson *lesson)
{
    double predicted = lesson->explanation.of_best.chance;
    return lesson->predicted_trial == 0 && lesson_trust(lesson) != LESSON_NO_TRUST &&
           predicted >= PROSPECT_MIN && predicted > 2 * lesson->of_next.chance;
}

static void append_future(const struct lesson *lesson, struct strbuf *out)
{
    bool is_known = lesson_trust(lesson) != LESSON_NO_TRUST;
    if (!lesson_has_model(lesson) || lesson->next.params == NULL)
        return;
    strbuf_append_text(out, "  the next one is better by ");
    trial_text_number(lesson->explanation.margin, out);
    strbuf_append_text(out, " or more with a probability of ");
    if (is_passed_by(lesson)) {
        words_append_share(lesson->of_next.chance, out);
        strbuf_append_text(out, "\n  the predicted best would be, with ");
        words_append_chance(lesson->explanation.of_best.chance, is_known, out);
        strbuf_append_text(out, "; to try it: sweep add\n");
    } else {
        words_append_chance(lesson->of_next.chance, is_known, out);
        strbuf_append_char(out, '\n');
    }
}

static void append_progress(const struct lesson *lesson, struct strbuf *out)
{
    if (lesson->findings.window == 0 || lesson->best == NULL)
        return;
    strbuf_append_text(out, "\ngoing on\n");
    append_past(lesson, out);
    append_future(lesson, out);
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Why the model says nothing. */
static void append_no_model(const struct lesson *lesson, struct strbuf *out)
{
    strbuf_append_text(out, "\nwhat mattered\n  ");
    if (metric_of(lesson) == NULL)
        strbuf_append_text(out, "It cannot be told: the sweep has no metric.\n");
    else if (lesson->insight.model == NULL)
        strbuf_printf(out, "There is no model of this space: %s.\n", lesson->insight.no_model);
    else if (lesson->explanation.basis == SWEEP_BASIS_FLAT)
        strbuf_append_text(out, "Nothing, as far as can be seen: all values are the same.\n");
    else
        strbuf_printf(out, "It cannot be told yet: %zu trial%s a value.\n",
                      lesson->explanation.known,
                      lesson->explanation.known == 1 ? " has" : "s have");
}

void lesson_words_append(struct lesson *lesson, struct strbuf *out)
{
    append_heading(lesson, out);
    if (lesson_has_model(lesson)) {
        append_influences(lesson, out);
        if (lesson->best != NULL)
            append_best(lesson, out);
    } else {
        append_no_model(lesson, out);
    }
    finding_words_append(lesson, out);
    append_next(lesson, out);
    append_progress(lesson, out);
}
