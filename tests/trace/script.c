/*
 * The little language of traces. Playing a script is test_trace.c's.
 */
#include "script.h"

#include <string.h>

#include "base/array.h"
#include "base/number.h"

/* --- words ----------------------------------------------------------------------------------- */

/* The next word of a line, cut off in place; an empty one at its end. */
static char *take_word(char **rest)
{
    char *word = *rest + strspn(*rest, " ,");
    size_t size = strcspn(word, " ,");
    *rest = word + size;
    if (**rest != '\0')
        *(*rest)++ = '\0';
    return word;
}

static bool skip_word(char **rest, const char *expected)
{
    char *at = *rest + strspn(*rest, " ,");
    size_t size = strlen(expected);
    if (strncmp(at, expected, size) != 0 || strchr(" ,", at[size]) == NULL)
        return false;
    *rest = at + size;
    return true;
}

static bool take_unsigned(char **rest, uint64_t *out)
{
    return number_parse_uint64(strview_of(take_word(rest)), out) == NUMBER_OK;
}

static bool take_int(char **rest, int32_t *out)
{
    int64_t number;
    if (number_parse_int64(strview_of(take_word(rest)), &number) != NUMBER_OK)
        return false;
    *out = (int32_t)number;
    return true;
}

static bool take_real(char **rest, double *out)
{
    return number_parse_double(strview_of(take_word(rest)), out) == NUMBER_OK;
}

static bool take_duration(char **rest, int64_t *out)
{
    return number_parse_duration_ms(strview_of(take_word(rest)), out) == NUMBER_OK;
}

/* --- settings -------------------------------------------------------------------------------- */

static bool set_goal(struct engine_settings *settings, const char *goal)
{
    settings->has_objective = strcmp(goal, "none") != 0;
    settings->objective.maximize = strcmp(goal, "maximize") == 0;
    return !settings->has_objective || settings->objective.maximize ||
           strcmp(goal, "minimize") == 0;
}

static bool set_target(struct engine_settings *settings, const char *text)
{
    settings->limits.has_target = true;
    return number_parse_double(strview_of(text), &settings->limits.target) == NUMBER_OK;
}

static bool set_time(struct engine_settings *settings, const char *text)
{
    return number_parse_duration_ms(strview_of(text), &settings->limits.time_ms) == NUMBER_OK;
}

static bool set_finish(struct engine_settings *settings, const char *text)
{
    return number_parse_duration_ms(strview_of(text), &settings->limits.finish_ms) == NUMBER_OK;
}

static bool set_gpu_time(struct engine_settings *settings, const char *text)
{
    return number_parse_duration_ms(strview_of(text), &settings->limits.gpu_ms) == NUMBER_OK;
}

/* GPU time that the cost buys; a second costs 1. */
static bool set_cost(struct engine_settings *settings, const char *text)
{
    bool done = number_parse_double(strview_of(text), &settings->limits.cost) == NUMBER_OK;
    settings->limits.cost_gpu_ms = (int64_t)(settings->limits.cost * 1000);
    return done;
}

static bool set_energy(struct engine_settings *settings, const char *text)
{
    return number_parse_int64(strview_of(text), &settings->limits.energy_mj) == NUMBER_OK;
}

static bool set_shares(struct engine_settings *settings, const char *text)
{
    settings->shares_gpus = strcmp(text, "yes") == 0;
    return settings->shares_gpus;
}

static bool set_number(struct engine_settings *settings, const char *name, const char *text)
{
    struct {
        const char *name;
        uint32_t *small;
        uint64_t *large;
    } const numbers[] = {
        {"trials", NULL, &settings->trials},
        {"parallel", &settings->parallel, NULL},
        {"ahead", &settings->ask_ahead, NULL},
        {"lost_max", &settings->lost_max, NULL},
        {"not_started_max", &settings->not_started_max, NULL},
        {"retries", &settings->retries, NULL},
        {"patience", NULL, &settings->limits.patience},
        {"max_failures", NULL, &settings->limits.max_failures},
    };
    uint64_t number;
    if (number_parse_uint64(strview_of(text), &number) != NUMBER_OK)
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
        if (strcmp(name, numbers[i].name) != 0)
            continue;
        if (numbers[i].small != NULL)
            *numbers[i].small = (uint32_t)number;
        else
            *numbers[i].large = number;
        return true;
    }
    return false;
}

/* `name=value` */
static bool parse_setting(struct engine_settings *settings, char *word)
{
    static const struct {
        const char *name;
        bool (*set)(struct engine_settings *, const char *);
    } others[] = {
        {"goal", set_goal},     {"target", set_target},      {"time", set_time},
        {"finish", set_finish}, {"shares_gpus", set_shares}, {"gpu_time", set_gpu_time},
        {"cost", set_cost},     {"energy", set_energy},
    };
    char *value = strchr(word, '=');
    if (value == NULL)
        return false;
    *value++ = '\0';
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++)
        if (strcmp(word, others[i].name) == 0)
            return others[i].set(settings, value);
    return set_number(settings, word, value);
}

static bool parse_settings(struct script *script, char *rest)
{
    for (char *word = take_word(&rest); *word != '\0'; word = take_word(&rest))
        if (!parse_setting(&script->settings, word))
            return false;
    return true;
}

static bool parse_space(struct script *script, char *rest)
{
    return take_unsigned(&rest, &script->points);
}

static bool parse_asks(struct script *script, char *rest)
{
    return skip_word(&rest, "take") && take_duration(&rest, &script->ask_ms);
}

/* --- the world ------------------------------------------------------------------------------- */

static bool parse_report(struct script *script, struct fake_attempt *fate, char **rest)
{
    struct fake_report *report = &script->reports[script->fate_count][fate->report_count];
    if (fate->report_count == SCRIPT_REPORTS_MAX || !take_real(rest, &report->value))
        return false;
    report->step = SWEEP_STEP_NONE;
    report->after_ms = fate->runs_ms;
    fate->reports = script->reports[script->fate_count];
    fate->report_count++;
    if (skip_word(rest, "at") && !take_duration(rest, &report->after_ms))
        return false;
    uint64_t step;
    if (!skip_word(rest, "step"))
        return true;
    if (!take_unsigned(rest, &step))
        return false;
    report->step = (int64_t)step;
    return true;
}

static bool parse_end(struct fake_attempt *fate, const char *word, char **rest)
{
    static const struct {
        const char *word;
        enum attempt_end end;
        enum attempt_stop stop;
        int32_t detail;
        bool has_detail;
        enum attempt_shortage short_of;
    } ends[] = {
        {"exits", ATTEMPT_EXITED, ATTEMPT_STOP_NONE, 0, true, ATTEMPT_SHORT_OF_NOTHING},
        {"signal", ATTEMPT_SIGNALED, ATTEMPT_STOP_NONE, 0, true, ATTEMPT_SHORT_OF_NOTHING},
        {"missing", ATTEMPT_NOT_STARTED, ATTEMPT_STOP_NONE, 2, false, ATTEMPT_SHORT_OF_NOTHING},
        {"lost", ATTEMPT_LOST, ATTEMPT_STOP_NONE, 0, false, ATTEMPT_SHORT_OF_NOTHING},
        {"rebooted", ATTEMPT_REBOOTED, ATTEMPT_STOP_NONE, 0, false, ATTEMPT_SHORT_OF_NOTHING},
        {"preempted", ATTEMPT_SIGNALED, ATTEMPT_STOP_PREEMPTED, 15, false,
         ATTEMPT_SHORT_OF_NOTHING},
        {"timeout", ATTEMPT_SIGNALED, ATTEMPT_STOP_TIMEOUT, 15, false, ATTEMPT_SHORT_OF_NOTHING},
        {"stalled", ATTEMPT_SIGNALED, ATTEMPT_STOP_STALL, 15, false, ATTEMPT_SHORT_OF_NOTHING},
        {"crowded", ATTEMPT_EXITED, ATTEMPT_STOP_NONE, 1, false, ATTEMPT_SHORT_OF_GPU_MEMORY},
        {"full", ATTEMPT_EXITED, ATTEMPT_STOP_NONE, 1, false, ATTEMPT_SHORT_OF_DISK},
        {"lacking", ATTEMPT_EXITED, ATTEMPT_STOP_NONE, 1, false, ATTEMPT_SHORT_OF_SOFTWARE},
        {"broken", ATTEMPT_EXITED, ATTEMPT_STOP_NONE, 1, false, ATTEMPT_SHORT_OF_GPU},
        {"unhoused", ATTEMPT_EXITED, ATTEMPT_STOP_NONE, 125, true, ATTEMPT_SHORT_OF_ENGINE},
        {"imageless", ATTEMPT_EXITED, ATTEMPT_STOP_NONE, 127, true, ATTEMPT_SHORT_OF_COMMAND},
        {"starved", ATTEMPT_SIGNALED, ATTEMPT_STOP_NONE, 9, false, ATTEMPT_SHORT_OF_MEMORY},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        if (strcmp(word, ends[i].word) != 0)
            continue;
        fate->end = ends[i].end;
        fate->stop = ends[i].stop;
        fate->detail = ends[i].detail;
        fate->short_of = ends[i].short_of;
        return !ends[i].has_detail || take_int(rest, &fate->detail);
    }
    return false;
}

static bool parse_clause(struct script *script, struct fake_attempt *fate, char **rest)
{
    uint64_t number;
    char *word = take_word(rest);
    if (strcmp(word, "runs") == 0)
        return take_duration(rest, &fate->runs_ms);
    if (strcmp(word, "reports") == 0)
        return parse_report(script, fate, rest);
    if (strcmp(word, "ignores") == 0)
        return fate->ignores_stop = skip_word(rest, "stop");
    if (strcmp(word, "goes") == 0)
        return fate->goes_on = skip_word(rest, "on");
    if (strcmp(word, "stops") == 0)
        return skip_word(rest, "in") && take_duration(rest, &fate->stops_in_ms);
    if (strcmp(word, "refused") == 0) {
        bool is_number = take_unsigned(rest, &number);
        fate->launch_failures = is_number ? (uint32_t)number : 0;
        return is_number;
    }
    return parse_end(fate, word, rest);
}

/* `*:`, `3:` or `3.1:` */
static bool parse_which(struct fake_attempt *fate, char *word)
{
    size_t size = strlen(word);
    uint64_t attempt;
    if (size == 0 || word[size - 1] != ':')
        return false;
    word[size - 1] = '\0';
    if (strcmp(word, "*") == 0)
        return true;
    char *dot = strchr(word, '.');
    if (dot != NULL) {
        *dot = '\0';
        if (number_parse_uint64(strview_of(dot + 1), &attempt) != NUMBER_OK)
            return false;
        fate->number = (uint32_t)attempt;
    }
    return number_parse_uint64(strview_of(word), &fate->trial) == NUMBER_OK;
}

static bool parse_trial(struct script *script, char *rest)
{
    if (script->fate_count == SCRIPT_ROWS_MAX)
        return false;
    struct fake_attempt *fate = &script->fates[script->fate_count];
    fate->runs_ms = 1000;
    fate->end = ATTEMPT_EXITED;
    if (!parse_which(fate, take_word(&rest)))
        return false;
    while (rest[strspn(rest, " ,")] != '\0')
        if (!parse_clause(script, fate, &rest))
            return false;
    script->fate_count++;
    return true;
}

/* --- people ---------------------------------------------------------------------------------- */

static bool set_deed(struct script *script, struct script_deed *deed, char *rest)
{
    struct script changed = {.settings = script->settings};
    bool done = parse_settings(&changed, rest);
    deed->settings = changed.settings;
    deed->settings.param_count = 1;
    return done;
}

/* GPU time, GPUs in use, millijoule */
static bool parse_spending(struct engine_spending *spending, char **rest)
{
    int32_t gpus;
    if (!take_duration(rest, &spending->gpu_ms) || !take_int(rest, &gpus))
        return false;
    spending->gpus = (uint32_t)gpus;
    return number_parse_int64(strview_of(take_word(rest)), &spending->energy_mj) == NUMBER_OK;
}

static bool parse_deed(struct script *script, char *rest)
{
    static const struct {
        const char *word;
        enum engine_event_kind kind;
        enum attempt_stop stop;
        enum engine_cause cause;
        enum sweep_origin origin;
    } deeds[] = {
        {.word = "interrupt", .kind = ENGINE_INTERRUPT},
        {.word = "terminate", .kind = ENGINE_TERMINATE},
        {.word = "detach", .kind = ENGINE_DETACH},
        {.word = "pause", .kind = ENGINE_PAUSE},
        {.word = "unpause", .kind = ENGINE_UNPAUSE},
        {.word = "hold", .kind = ENGINE_PAUSE, .cause = ENGINE_BY_PERSON},
        {.word = "unhold", .kind = ENGINE_UNPAUSE, .cause = ENGINE_BY_PERSON},
        {.word = "close", .kind = ENGINE_CLOSE},
        {.word = "cancel", .kind = ENGINE_CANCEL},
        {.word = "capacity", .kind = ENGINE_CAPACITY},
        {.word = "spent", .kind = ENGINE_SPENT},
        {.word = "add", .kind = ENGINE_ADD},
        {.word = "set", .kind = ENGINE_SET},
        {.word = "again", .kind = ENGINE_ADD, .origin = SWEEP_FROM_RETRY},
        {.word = "kill", .stop = ATTEMPT_STOP_CANCEL},
        {.word = "prune", .stop = ATTEMPT_STOP_PRUNE},
    };
    struct script_deed *deed = &script->deeds[script->deed_count];
    if (script->deed_count == SCRIPT_ROWS_MAX || !take_duration(&rest, &deed->at_ms))
        return false;
    const char *word = take_word(&rest);
    for (size_t i = 0; i < ARRAY_LENGTH(deeds); i++) {
        if (strcmp(word, deeds[i].word) != 0)
            continue;
        script->deed_count++;
        deed->kind = deeds[i].kind;
        deed->stop = deeds[i].stop;
        deed->cause = deeds[i].cause;
        deed->is_stop = deed->stop != ATTEMPT_STOP_NONE;
        deed->origin = deeds[i].origin;
        bool has_trial = deed->is_stop || deed->kind == ENGINE_CANCEL ||
                         deed->kind == ENGINE_CAPACITY || deed->origin == SWEEP_FROM_RETRY;
        if (deed->kind == ENGINE_SET)
            return set_deed(script, deed, rest);
        if (deed->kind == ENGINE_SPENT)
            return parse_spending(&deed->spending, &rest);
        if (deed->kind == ENGINE_ADD && !has_trial)
            deed->origin = SWEEP_FROM_PERSON;
        deed->text = has_trial || *rest == '\0' ? NULL : rest;
        return !has_trial || take_unsigned(&rest, &deed->trial);
    }
    return false;
}

/* --- what is put back ------------------------------------------------------------------------ */

static bool restore_end(struct script_restore *restore, const char *word, uint32_t count)
{
    static const char *const names[SCRIPT_ENDS] = {"lost", "failed", "saved"};
    for (size_t i = 0; i < SCRIPT_ENDS; i++)
        if (strcmp(word, names[i]) == 0) {
            restore->ends[i] = count;
            return true;
        }
    return false;
}

static bool parse_restored_number(struct script_restore *restore, char *word)
{
    char *equals = strchr(word, '=');
    uint64_t number;
    if (equals == NULL) {
        restore->trial.objective = SWEEP_OBJECTIVE_FINITE;
        return number_parse_double(strview_of(word), &restore->trial.value) == NUMBER_OK;
    }
    *equals = '\0';
    if (number_parse_uint64(strview_of(equals + 1), &number) != NUMBER_OK)
        return false;
    if (strcmp(word, "attempts") == 0)
        restore->trial.attempts = (uint32_t)number;
    else if (strcmp(word, "arrival") == 0)
        restore->trial.arrival = number;
    else if (strcmp(word, "told") == 0)
        restore->told = (enum attempt_stop)number;
    else
        return restore_end(restore, word, (uint32_t)number);
    return true;
}

static bool parse_restored_state(struct script_restore *restore, const char *word)
{
    static const struct {
        const char *word;
        enum sweep_trial_state state;
        enum sweep_reason reason;
    } states[] = {
        {"waiting", SWEEP_TRIAL_WAITING, SWEEP_REASON_NONE},
        {"held", SWEEP_TRIAL_WAITING, SWEEP_REASON_METRIC_MISSING},
        {"running", SWEEP_TRIAL_RUNNING, SWEEP_REASON_NONE},
        {"complete", SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE},
        {"failed", SWEEP_TRIAL_FAILED, SWEEP_REASON_NONE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++)
        if (strcmp(word, states[i].word) == 0) {
            restore->trial.state = states[i].state;
            restore->trial.reason = states[i].reason;
            return true;
        }
    return false;
}

static bool parse_restore(struct script *script, char *rest)
{
    if (skip_word(&rest, "metric"))
        return script->metric_seen = true;
    if (skip_word(&rest, "running"))
        return take_duration(&rest, &script->running_ms);
    if (script->restore_count == SCRIPT_ROWS_MAX)
        return false;
    struct script_restore *restore = &script->restores[script->restore_count++];
    restore->trial.step = SWEEP_STEP_NONE;
    restore->is_report = skip_word(&rest, "report");
    if (restore->is_report)
        return take_unsigned(&rest, &restore->trial.number) &&
               take_real(&rest, &restore->trial.value);
    if (!skip_word(&rest, "trial") || !take_unsigned(&rest, &restore->trial.number) ||
        !parse_restored_state(restore, take_word(&rest)))
        return false;
    for (char *word = take_word(&rest); *word != '\0'; word = take_word(&rest))
        if (!parse_restored_number(restore, word))
            return false;
    return true;
}

/* --- lines ----------------------------------------------------------------------------------- */

void script_init(struct script *script)
{
    *script = (struct script){
        .settings = {.parallel = 1, .has_objective = true, .objective = {.maximize = true}}};
}

bool script_parse_line(struct script *script, char *line)
{
    static const struct {
        const char *word;
        bool (*parse)(struct script *, char *);
    } lines[] = {
        {"settings", parse_settings}, {"space", parse_space}, {"asks", parse_asks},
        {"restore", parse_restore},   {"trial", parse_trial}, {"at", parse_deed},
    };
    char *rest = line;
    const char *word = take_word(&rest);
    if (*word == '\0' || *word == '#')
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(lines); i++)
        if (strcmp(word, lines[i].word) == 0)
            return lines[i].parse(script, rest);
    return false;
}
