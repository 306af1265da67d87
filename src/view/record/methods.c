/*
 * Tells a search in words, from its record alone, so that somebody else could do it again.
 */
#include "view/record/methods.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/number.h"
#include "space/space.h"
#include "trial/trial.h"
#include "view/record/selection.h"
#include "view/record/standing.h"
#include "view/term/text.h"

#define WORD_MAX 1024 /* [bytes] */

static void append_count(struct strbuf *out, uint64_t count, const char *noun)
{
    strbuf_printf(out, "%" PRIu64 " %s%s", count, noun, count == 1 ? "" : "s");
}

static void append_name(struct strbuf *out, const char *name)
{
    text_append_safe(out, strview_of(name));
}

static void append_real(struct strbuf *out, double value)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(value, text);
    size_t length = strlen(text);
    bool is_whole = length > 2 && strcmp(text + length - 2, ".0") == 0;
    strbuf_append(out, text, is_whole ? length - 2 : length);
}

/* --- the method ------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    const char *words;
    bool is_random;
} METHODS[] = {
    {"grid", "an exhaustive grid search", false},
    {"random", "random search", true},
    {"sobol", "quasi-random search (a scrambled Sobol sequence)", true},
    {"bayes", "Bayesian optimisation", true},
    {"tpe", "tree-structured Parzen estimators (TPE)", true},
    {"cmaes", "the covariance matrix adaptation evolution strategy (CMA-ES)", true},
};

static void append_method(const struct record *record, struct strbuf *out)
{
    const char *method = record->sweep.method;
    size_t i = 0;
    while (i < ARRAY_LENGTH(METHODS) && strcmp(METHODS[i].name, method) != 0)
        i++;
    bool is_known = i < ARRAY_LENGTH(METHODS);
    strbuf_append_text(out, "Hyperparameters were chosen by ");
    if (is_known)
        strbuf_append_text(out, METHODS[i].words);
    else
        strbuf_printf(out, "the method '%s'", method);
    if (!is_known || METHODS[i].is_random)
        strbuf_printf(out, " with seed %" PRIu64, record->sweep.seed);
    strbuf_printf(out, ", with the program sweep (version %s)", record->sweep.version);
}

/* --- the space -------------------------------------------------------------------------------- */

static void append_choices(struct strbuf *out, const struct sweep_parameter *parameter)
{
    struct strbuf word;
    strbuf_init(&word, WORD_MAX);
    for (size_t i = 0; i < parameter->choice_count; i++) {
        bool is_last = i + 1 == parameter->choice_count;
        strbuf_reset(&word);
        space_format_value(&parameter->choices[i], &word);
        strbuf_append_text(out, i == 0 ? "" : is_last ? " or " : ", ");
        text_append_safe(out, strbuf_view(&word));
    }
    strbuf_release(&word);
}

static void append_range(struct strbuf *out, const struct sweep_parameter *parameter)
{
    append_real(out, parameter->min);
    strbuf_append_text(out, " to ");
    append_real(out, parameter->max);
    if (parameter->step > 0) {
        strbuf_append_text(out, " in steps of ");
        append_real(out, parameter->step);
    }
}

static void append_pair(struct strbuf *out, const char *first, double a, const char *second,
                        double b)
{
    strbuf_append_text(out, first);
    append_real(out, a);
    strbuf_append_text(out, second);
    append_real(out, b);
}

/* `0.1 to 0.9, on a logarithmic scale` */
static void append_reals(struct strbuf *out, const struct sweep_parameter *parameter)
{
    switch (parameter->distribution) {
    case SWEEP_CONSTANT:
    case SWEEP_CATEGORICAL:
        append_choices(out, parameter);
        break;
    case SWEEP_UNIFORM:
    case SWEEP_INT_UNIFORM:
        append_range(out, parameter);
        strbuf_append_text(out, parameter->distribution == SWEEP_INT_UNIFORM ? ", integers" : "");
        break;
    case SWEEP_LOG_UNIFORM:
    case SWEEP_INT_LOG:
        append_range(out, parameter);
        strbuf_append_text(out, parameter->distribution == SWEEP_INT_LOG
                                    ? ", integers, on a logarithmic scale"
                                    : ", on a logarithmic scale");
        break;
    case SWEEP_NORMAL:
        append_pair(out, "normal with mean ", parameter->mu, " and standard deviation ",
                    parameter->sigma);
        break;
    case SWEEP_LOG_NORMAL:
        append_pair(out, "log-normal with mean ", parameter->mu, " and standard deviation ",
                    parameter->sigma);
        strbuf_append_text(out, " of the logarithm");
        break;
    case SWEEP_BETA:
        append_pair(out, "beta with a = ", parameter->a, " and b = ", parameter->b);
        break;
    }
}

static void append_parameter(struct strbuf *out, const struct sweep_parameter *parameter)
{
    append_name(out, parameter->name);
    if (parameter->distribution == SWEEP_CONSTANT) {
        strbuf_append_text(out, " = ");
        append_choices(out, parameter);
        return;
    }
    strbuf_append_text(out, " (");
    append_reals(out, parameter);
    if (parameter->q > 0) {
        strbuf_append_text(out, ", rounded to multiples of ");
        append_real(out, parameter->q);
    }
    strbuf_append_text(out, parameter->probabilities != NULL ? ", not equally likely)" : ")");
}

/* Those that are searched, or those that are not. @return how many */
static size_t append_parameters(const struct record *record, bool searched, struct strbuf *out)
{
    size_t count = 0;
    for (size_t i = 0; i < sweep_space_count(record->space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(record->space, i);
        if (trial_text_is_searched(parameter) != searched || space_is_former(record->space, i))
            continue;
        strbuf_append_text(out, count++ == 0 ? "" : ", ");
        append_parameter(out, parameter);
    }
    return count;
}

static void append_space(const struct record *record, struct strbuf *out)
{
    struct strbuf list;
    strbuf_init(&list, out->maximum);
    size_t count = append_parameters(record, true, &list);
    strbuf_append_text(out, ", from a space of ");
    append_count(out, count, "parameter");
    strbuf_append_text(out, count > 0 ? ": " : "");
    strbuf_append_text(out, strbuf_text(&list));
    strbuf_append_text(out, ". ");
    strbuf_reset(&list);
    count = append_parameters(record, false, &list);
    if (count > 0)
        strbuf_printf(out, "Fixed %s %s. ", count == 1 ? "was" : "were", strbuf_text(&list));
    if (record->document.config->was_other)
        strbuf_append_text(out,
                           "The space was changed in the course of the search, and was another "
                           "one for trials before. ");
    strbuf_release(&list);
}

/* --- the objective ---------------------------------------------------------------------------- */

static void append_reduction(const struct objective_settings *objective, struct strbuf *out)
{
    switch (objective->reduce) {
    case REDUCE_BEST:
        strbuf_append_text(out, "the best of its reports (an optimistic figure)");
        break;
    case REDUCE_LAST:
        strbuf_append_text(out, "its last report");
        break;
    case REDUCE_MIN:
        strbuf_append_text(out, "the least of its reports");
        break;
    case REDUCE_MAX:
        strbuf_append_text(out, "the greatest of its reports");
        break;
    case REDUCE_MEAN:
        strbuf_printf(out, "the mean of its last %" PRIu32 " reports", objective->window);
        break;
    }
}

static void append_objective(const struct record *record, struct strbuf *out)
{
    const struct config_metric *metric = &record->document.config->metric;
    if (metric->name == NULL) {
        strbuf_append_text(out, "No objective was measured. ");
        return;
    }
    strbuf_append_text(out, "The objective, ");
    append_name(out, metric->name);
    strbuf_append_text(out, record->sweep.maximize ? ", was maximised" : ", was minimised");
    strbuf_append_text(out, "; a trial counts with ");
    append_reduction(&metric->objective, out);
    strbuf_append_text(out, ". ");
}

/* --- what came of it -------------------------------------------------------------------------- */

/* Failures that are alike. */
struct failures {
    enum sweep_reason reason;
    int detail;
    size_t count;
};

#define KINDS_MAX 10 /* of failures that are told apart; the rest is left out */

/* What only all trials together say. */
struct outcomes {
    struct failures kinds[KINDS_MAX];
    size_t kind_count;
    size_t added;
    int64_t first_us; /* when the first trial started; 0: none has */
    int64_t last_us;  /* when the last one ended; 0: none has */
    int64_t total_us; /* how long all of them ran */
};

static void count_failure(struct outcomes *outcomes, const struct sweep_trial *trial)
{
    struct failures *kinds = outcomes->kinds;
    size_t i = 0;
    while (i < outcomes->kind_count &&
           (kinds[i].reason != trial->reason || kinds[i].detail != trial->reason_detail))
        i++;
    if (i == outcomes->kind_count && i < KINDS_MAX)
        kinds[outcomes->kind_count++] = (struct failures){trial->reason, trial->reason_detail, 0};
    if (i < outcomes->kind_count)
        kinds[i].count++;
}

static bool count_trial(void *context, const struct sweep_trial *trial, struct sweep_error *err)
{
    struct outcomes *outcomes = context;
    (void)err;
    if (trial->state == SWEEP_TRIAL_FAILED)
        count_failure(outcomes, trial);
    outcomes->added += trial->origin == SWEEP_FROM_PERSON;
    bool is_first = outcomes->first_us == 0 || trial->started_us < outcomes->first_us;
    if (trial->started_us > 0 && is_first)
        outcomes->first_us = trial->started_us;
    if (trial->finished_us > outcomes->last_us)
        outcomes->last_us = trial->finished_us;
    outcomes->total_us += trial->duration_us;
    return true;
}

static void append_reasons(const struct outcomes *outcomes, struct strbuf *out)
{
    for (size_t i = 0; i < outcomes->kind_count; i++) {
        strbuf_printf(out, "%s%zu: ", i == 0 ? " (" : ", ", outcomes->kinds[i].count);
        trial_format_reason(outcomes->kinds[i].reason, outcomes->kinds[i].detail, out);
    }
    strbuf_append_text(out, outcomes->kind_count > 0 ? ")" : "");
}

static void append_states(const struct outcomes *outcomes, const struct standing *standing,
                          struct strbuf *out)
{
    static const struct {
        enum sweep_trial_state state;
        const char *words;
    } GROUPS[] = {
        {SWEEP_TRIAL_COMPLETE, "complete"},  {SWEEP_TRIAL_PRUNED, "stopped early"},
        {SWEEP_TRIAL_FAILED, "failed"},      {SWEEP_TRIAL_CANCELLED, "cancelled"},
        {SWEEP_TRIAL_RUNNING, "unfinished"}, {SWEEP_TRIAL_WAITING, "not started"},
    };
    const char *separator = ": ";
    for (size_t i = 0; i < ARRAY_LENGTH(GROUPS); i++) {
        if (standing->counts[GROUPS[i].state] == 0)
            continue;
        strbuf_printf(out, "%s%zu %s", separator, standing->counts[GROUPS[i].state],
                      GROUPS[i].words);
        if (GROUPS[i].state == SWEEP_TRIAL_FAILED)
            append_reasons(outcomes, out);
        separator = ", ";
    }
}

static void append_people(const struct outcomes *outcomes, size_t retries, struct strbuf *out)
{
    if (outcomes->added > 0) {
        append_count(out, outcomes->added, "configuration");
        strbuf_printf(out, " of these %s chosen by hand. ", outcomes->added == 1 ? "was" : "were");
    }
    if (retries > 0) {
        append_count(out, retries, "trial");
        strbuf_printf(out, " repeated a configuration whose first trial failed. ");
    }
}

static void append_time(const struct outcomes *outcomes, struct strbuf *out)
{
    char from[CLOCK_TEXT_MAX];
    char to[CLOCK_TEXT_MAX];
    char sum[CLOCK_TEXT_MAX];
    if (outcomes->first_us == 0 || outcomes->last_us == 0)
        return;
    clock_format_utc(outcomes->first_us, from);
    clock_format_utc(outcomes->last_us, to);
    clock_format_duration(outcomes->total_us, sum);
    strbuf_printf(out, "They ran between %s and %s, %s in all. ", from, to, sum);
}

static bool append_trials(struct record *record, struct strbuf *out, struct sweep_error *err)
{
    static const struct selection_wanted ALL = {.by_number = true};
    struct standing standing = standing_take(record);
    struct outcomes outcomes = {0};
    uint64_t budget = record->document.config->trials;
    if (!selection_each(record, &ALL, count_trial, &outcomes, err))
        return false;
    append_count(out, record->tally.total, "trial");
    strbuf_append_text(out, record->tally.total == 1 ? " was run" : " were run");
    if (budget > 0)
        strbuf_printf(out, " of a budget of %" PRIu64, budget);
    append_states(&outcomes, &standing, out);
    strbuf_append_text(out, ". ");
    append_people(&outcomes, record->retries.count, out);
    append_time(&outcomes, out);
    return true;
}

static void append_best(const struct record *record, struct strbuf *out)
{
    const struct sweep_trial *best = record->best;
    const struct config_metric *metric = &record->document.config->metric;
    struct trial_words words = record_words(record);
    if (best == NULL)
        return;
    strbuf_printf(out, "The best was trial %" PRIu64 " with ", best->number);
    append_name(out, metric->name);
    strbuf_append_char(out, ' ');
    trial_text_number(best->value, out);
    if (best->step != SWEEP_STEP_NONE && metric->step != NULL) {
        strbuf_append_text(out, " at ");
        append_name(out, metric->step);
        strbuf_printf(out, " %" PRId64, best->step);
    }
    strbuf_append_text(out, " (");
    trial_text_params(&words, best, out);
    strbuf_append_text(out, ").");
}

bool methods_append(struct record *record, struct strbuf *out, struct sweep_error *err)
{
    append_method(record, out);
    append_space(record, out);
    append_objective(record, out);
    if (!append_trials(record, out, err))
        return false;
    append_best(record, out);
    while (out->size > 0 && out->data[out->size - 1] == ' ')
        out->data[--out->size] = '\0';
    strbuf_append_char(out, '\n');
    return true;
}
