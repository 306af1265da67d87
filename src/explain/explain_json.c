/* Writes what was found, with the numbers as they are. */
#include "explain/explain_json.h"

#include "trial/trial.h"
#include "json/json.h"
#include "json/params.h"

static const char *const CHOOSERS[] = {
    [CHOOSER_PERSON] = "person",       [CHOOSER_RETRY] = "retry",       [CHOOSER_START] = "start",
    [CHOOSER_REPLICATE] = "replicate", [CHOOSER_STRATEGY] = "strategy",
};

static const char *const BASES[] = {
    [SWEEP_BASIS_NONE] = "none",
    [SWEEP_BASIS_FLAT] = "flat",
    [SWEEP_BASIS_MODEL] = "model",
};

static const char *const AIMS[] = {
    [LESSON_REFINE] = "refine",
    [LESSON_IMPROVE] = "improve",
    [LESSON_EXPLORE] = "explore",
    [LESSON_WEIGH] = "weigh",
};

static const char *const VERDICTS[] = {
    [LESSON_UNKNOWN] = "unknown",
    [LESSON_MATTERS] = "matters",
    [LESSON_IDLE] = "idle",
};

static const char *const RELATIONS[] = {
    [BLAME_AT_LEAST] = ">=",
    [BLAME_AT_MOST] = "<=",
    [BLAME_EQUALS] = "=",
};

static void put_real(struct json_writer *w, const char *key, double value)
{
    json_member_real(w, key, value);
}

static void put_count(struct json_writer *w, const char *key, uint64_t value)
{
    json_member_unsigned(w, key, value);
}

/* The number of a trial; 0 is null. */
static void put_trial(struct json_writer *w, const char *key, uint64_t number)
{
    json_key(w, key);
    number > 0 ? json_put_unsigned(w, number) : json_put_null(w);
}

static void put_value(struct json_writer *w, const char *key, const struct sweep_value *value)
{
    json_key(w, key);
    params_write_value(w, value);
}

static void put_params(struct json_writer *w, const char *key, const struct sweep_space *space,
                       const struct sweep_value *params)
{
    json_key(w, key);
    params_write(w, space, params);
}

static void put_forecast(struct json_writer *w, const char *key,
                         const struct sweep_forecast *forecast)
{
    json_key(w, key);
    json_begin_object(w);
    put_real(w, "value", forecast->middle);
    put_real(w, "low", forecast->low);
    put_real(w, "high", forecast->high);
    put_real(w, "trial_low", forecast->trial_low);
    put_real(w, "trial_high", forecast->trial_high);
    put_real(w, "success", forecast->success);
    put_real(w, "gain", forecast->gain);
    put_real(w, "chance", forecast->chance);
    put_count(w, "nearest", forecast->nearest);
    put_real(w, "likeness", forecast->likeness);
    json_end_object(w);
}

static void put_model(struct json_writer *w, const struct sweep_explanation *explanation,
                      bool has_skill)
{
    json_key(w, "model");
    json_begin_object(w);
    json_member_string(w, "basis", BASES[explanation->basis]);
    put_count(w, "values", explanation->known);
    put_count(w, "failures", explanation->failures);
    if (explanation->basis == SWEEP_BASIS_MODEL) {
        if (has_skill)
            put_real(w, "skill", explanation->skill);
        put_real(w, "noise", explanation->noise);
        put_real(w, "margin", explanation->margin);
        put_count(w, "incumbent", explanation->incumbent);
    }
    json_end_object(w);
}

/* --- a sweep ---------------------------------------------------------------------------------- */

static const char *name_of(const struct lesson *lesson, size_t parameter)
{
    return sweep_space_parameter(lesson->insight.searched, parameter)->name;
}

static void write_influence(struct json_writer *w, const struct lesson *lesson, size_t parameter)
{
    const struct sweep_influence *influence = &lesson->explanation.influences[parameter];
    json_begin_object(w);
    json_member_string(w, "parameter", name_of(lesson, parameter));
    json_member_string(w, "verdict", VERDICTS[lesson_verdict(lesson, parameter)]);
    put_real(w, "share", influence->share);
    put_real(w, "share_low", influence->share_low);
    put_real(w, "share_high", influence->share_high);
    put_real(w, "total", influence->total);
    put_real(w, "total_low", influence->total_low);
    put_real(w, "total_high", influence->total_high);
    json_key(w, "levels");
    json_begin_array(w);
    for (size_t g = 0; g < influence->level_count; g++) {
        json_begin_object(w);
        put_value(w, "at", &influence->levels[g].value);
        put_real(w, "value", influence->levels[g].mean);
        json_end_object(w);
    }
    json_end_array(w);
    json_end_object(w);
}

static void write_influences(struct json_writer *w, const struct lesson *lesson)
{
    const struct sweep_space *space = lesson->insight.searched;
    json_key(w, "parameters");
    json_begin_array(w);
    for (size_t i = 0; lesson_has_model(lesson) && i < sweep_space_count(space); i++)
        if (trial_text_is_searched(sweep_space_parameter(space, i)))
            write_influence(w, lesson, i);
    json_end_array(w);
}

static void write_best(struct json_writer *w, const struct lesson *lesson)
{
    json_key(w, "observed");
    if (lesson->best == NULL) {
        json_put_null(w);
    } else {
        json_begin_object(w);
        put_count(w, "trial", lesson->best->number);
        put_real(w, "value", lesson->best->value);
        if (lesson_has_model(lesson))
            put_forecast(w, "forecast", &lesson->of_best);
        json_end_object(w);
    }
    json_key(w, "predicted");
    if (!lesson_has_model(lesson)) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    put_params(w, "params", lesson->insight.searched, lesson->explanation.best);
    put_trial(w, "trial", lesson->predicted_trial);
    put_forecast(w, "forecast", &lesson->explanation.of_best);
    json_end_object(w);
}

static void write_next(struct json_writer *w, const struct lesson *lesson)
{
    const struct insight_ask *next = &lesson->next;
    bool is_of_model = next->chooser == CHOOSER_STRATEGY &&
                       lesson->insight.model == lesson->insight.strategy &&
                       lesson_has_model(lesson) && !lesson->explanation.is_start;
    json_key(w, "next");
    if (next->params == NULL) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    put_params(w, "params", lesson->insight.record.space, next->params);
    json_member_string(w, "chosen_by", CHOOSERS[next->chooser]);
    json_member_string(w, "aim",
                       is_of_model ? AIMS[lesson_aim(&lesson->explanation, &lesson->of_next,
                                                     lesson->insight.record.sweep.maximize)]
                                   : NULL);
    if (lesson_has_model(lesson))
        put_forecast(w, "forecast", &lesson->of_next);
    json_end_object(w);
}

static void write_edges(struct json_writer *w, const struct lesson *lesson)
{
    json_key(w, "edges");
    json_begin_array(w);
    for (size_t i = 0; i < lesson->findings.edge_count; i++) {
        const struct finding_edge *edge = &lesson->findings.edges[i];
        json_begin_object(w);
        json_member_string(w, "parameter", name_of(lesson, edge->parameter));
        json_member_string(w, "end", edge->is_upper ? "upper" : "lower");
        put_value(w, "bound", &edge->bound);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_poor(struct json_writer *w, const struct lesson *lesson)
{
    json_key(w, "poor");
    json_begin_array(w);
    for (size_t i = 0; i < lesson->findings.poor_count; i++) {
        const struct finding_poor *poor = &lesson->findings.poor[i];
        json_begin_object(w);
        json_member_string(w, "parameter", name_of(lesson, poor->parameter));
        put_value(w, "choice", &poor->choice);
        put_count(w, "trials", poor->trials);
        put_real(w, "best", poor->best);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_untried(struct json_writer *w, const struct lesson *lesson)
{
    json_key(w, "untried");
    json_begin_array(w);
    for (size_t i = 0; i < lesson->findings.untried_count; i++) {
        const struct finding_untried *untried = &lesson->findings.untried[i];
        json_begin_object(w);
        json_member_string(w, "parameter", name_of(lesson, untried->parameter));
        if (!untried->is_whole)
            put_value(w, "choice", &untried->choice);
        put_count(w, "trials", untried->trials);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_failures(struct json_writer *w, const struct lesson *lesson)
{
    const struct blame *blame = &lesson->blame;
    json_key(w, "failures");
    json_begin_object(w);
    put_count(w, "trials", blame->judged);
    put_count(w, "failed", blame->failures);
    json_key(w, "rules");
    json_begin_array(w);
    for (size_t i = 0; i < blame->rule_count; i++) {
        json_begin_object(w);
        json_member_string(w, "parameter", name_of(lesson, blame->rules[i].parameter));
        json_member_string(w, "relation", RELATIONS[blame->rules[i].relation]);
        put_value(w, "value", &blame->rules[i].value);
        json_end_object(w);
    }
    json_end_array(w);
    put_count(w, "trials_inside", blame->inside);
    put_count(w, "failed_inside", blame->failures_inside);
    json_end_object(w);
}

static void write_progress(struct json_writer *w, const struct lesson *lesson)
{
    json_key(w, "progress");
    if (lesson->findings.window == 0) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    put_count(w, "trials", lesson->findings.window);
    put_real(w, "before", lesson->findings.before);
    put_real(w, "now", lesson->best->value);
    json_end_object(w);
}

void explain_json_append_lesson(const struct lesson *lesson, struct strbuf *out)
{
    struct json_writer w;
    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "sweep", lesson->insight.record.sweep.name);
    json_member_string(&w, "method", lesson->insight.record.sweep.method);
    json_member_string(&w, "why", lesson->why);
    put_count(&w, "outside", lesson->outside);
    put_model(&w, &lesson->explanation, true);
    write_influences(&w, lesson);
    write_best(&w, lesson);
    write_next(&w, lesson);
    write_edges(&w, lesson);
    write_poor(&w, lesson);
    write_untried(&w, lesson);
    write_failures(&w, lesson);
    write_progress(&w, lesson);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

/* --- a trial ---------------------------------------------------------------------------------- */

static void write_knowledge(struct json_writer *w, const struct sweep_history *history)
{
    put_count(w, "seen", history->finished_count);
    json_key(w, "pending");
    json_begin_array(w);
    for (size_t i = 0; i < history->pending_count; i++)
        json_put_unsigned(w, history->pending[i]->number);
    json_end_array(w);
}

void explain_json_append_account(const struct account *account, struct strbuf *out)
{
    static const char *const REPLAYS[] = {
        [ACCOUNT_SAME] = "same",
        [ACCOUNT_OTHER] = "other",
        [ACCOUNT_NOT_ASKED] = NULL,
    };
    static const char *const OUTCOMES[] = {
        [ACCOUNT_NO_VALUE] = NULL,
        [ACCOUNT_AS_EXPECTED] = "as expected",
        [ACCOUNT_BETTER] = "better",
        [ACCOUNT_WORSE] = "worse",
    };
    const struct sweep_trial *trial = account->trial;
    bool has_aim = account_is_of_model(account) && account_has_forecast(account);
    struct json_writer w;
    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "sweep", account->insight.record.sweep.name);
    put_count(&w, "trial", trial->number);
    json_member_string(&w, "state", trial_state_name(trial->state));
    put_params(&w, "params", account->insight.record.space, trial->params);
    json_member_string(&w, "method", account->insight.record.sweep.method);
    json_member_string(&w, "chosen_by", CHOOSERS[account->ask.chooser]);
    put_trial(&w, "retry_of", trial->retry_of);
    json_member_string(&w, "asked_again", REPLAYS[account->replay]);
    write_knowledge(&w, &account->ask.history);
    put_model(&w, &account->explanation, false);
    json_member_string(&w, "aim", has_aim ? AIMS[account_aim(account)] : NULL);
    if (account_has_forecast(account))
        put_forecast(&w, "forecast", &account->forecast);
    json_key(&w, "value");
    trial->objective == SWEEP_OBJECTIVE_FINITE ? json_put_real(&w, trial->value)
                                               : json_put_null(&w);
    json_member_string(&w, "outcome", OUTCOMES[account_outcome(account)]);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}
