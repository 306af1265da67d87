/*
 * The words that are spoken with a strategy in a process of its own.
 */
#include "asker/external.h"

#include "asker/given.h"
#include "space/space.h"
#include "space/step_grid.h"
#include "sweep/mem.h"
#include "trial/trial.h"
#include "json/params.h"
#include "json/tree.h"

#define QUESTION_MAX ((size_t)64 * 1024 * 1024)
#define SHOWN_MAX    200 /* of an answer in a message [bytes] */

const struct sweep_strategy external_strategy = {
    .name = "external",
    .summary = "a program of your own",
    .uses_results = true,
};

struct external {
    const struct coprocess_settings *settings;
    const struct sweep_space *space;
    struct coprocess *coprocess;
    bool is_started;
    size_t told; /* trials of the finished prefix */
    struct strbuf question;
    struct strbuf answer;
    struct json_writer writer; /* of the question */
};

/* --- the questions --------------------------------------------------------------------------- */

static struct json_writer *begin_question(struct external *external, const char *op)
{
    struct json_writer *w = &external->writer;
    strbuf_reset(&external->question);
    json_init(w, &external->question);
    json_begin_object(w);
    json_member_string(w, "op", op);
    return w;
}

static void put_choices(struct json_writer *w, const struct sweep_parameter *parameter)
{
    json_key(w, "values");
    json_begin_array(w);
    for (size_t i = 0; i < parameter->choice_count; i++)
        params_write_value(w, &parameter->choices[i]);
    json_end_array(w);
    if (parameter->probabilities == NULL)
        return;
    json_key(w, "probabilities");
    json_begin_array(w);
    for (size_t i = 0; i < parameter->choice_count; i++)
        json_put_real(w, parameter->probabilities[i]);
    json_end_array(w);
}

static void put_range(struct json_writer *w, const struct sweep_parameter *parameter)
{
    enum sweep_distribution distribution = parameter->distribution;
    json_member_real(w, "min", parameter->min);
    json_member_real(w, "max", parameter->max);
    if (parameter->step > 0)
        json_member_real(w, "step", parameter->step);
    json_member_boolean(w, "log",
                        distribution == SWEEP_LOG_UNIFORM || distribution == SWEEP_INT_LOG);
    json_member_boolean(w, "integer", step_grid_is_integer(parameter));
}

/* Those without bounds have a name. */
static void put_numbers(struct json_writer *w, const struct sweep_parameter *parameter)
{
    bool is_normal = parameter->distribution == SWEEP_NORMAL;
    if (is_normal || parameter->distribution == SWEEP_LOG_NORMAL) {
        json_member_string(w, "distribution", is_normal ? "normal" : "log_normal");
        json_member_real(w, "mu", parameter->mu);
        json_member_real(w, "sigma", parameter->sigma);
    } else if (parameter->distribution == SWEEP_BETA) {
        json_member_string(w, "distribution", "beta");
        json_member_real(w, "a", parameter->a);
        json_member_real(w, "b", parameter->b);
    } else {
        put_range(w, parameter);
    }
    if (parameter->q == 0)
        return;
    json_key(w, "q");
    if (parameter->q_is_int)
        json_put_integer(w, (int64_t)parameter->q);
    else
        json_put_real(w, parameter->q);
}

static void put_constraints(struct json_writer *w, const struct sweep_space *space)
{
    if (space_constraint_count(space) == 0)
        return;
    json_key(w, "constraints");
    json_begin_array(w);
    for (size_t i = 0; i < space_constraint_count(space); i++)
        json_put_string(w, space_constraint(space, i));
    json_end_array(w);
}

static void write_start(struct external *external, const struct sweep_ask *ask)
{
    struct json_writer *w = begin_question(external, "start");
    json_member_unsigned(w, "seed", ask->seed);
    json_member_string(w, "goal", ask->history->maximize ? "maximize" : "minimize");
    json_key(w, "parameters");
    json_begin_array(w);
    for (size_t i = 0; i < sweep_space_count(external->space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(external->space, i);
        json_begin_object(w);
        json_member_string(w, "name", parameter->name);
        if (parameter->choice_count > 0)
            put_choices(w, parameter);
        else
            put_numbers(w, parameter);
        if (space_condition(external->space, i) != NULL) {
            json_member_string(w, "when", space_condition(external->space, i));
        }
        json_end_object(w);
    }
    json_end_array(w);
    put_constraints(w, external->space);
    json_end_object(w);
}

static void put_trial(struct external *external, const struct sweep_trial *trial)
{
    struct json_writer *w = &external->writer;
    json_member_unsigned(w, "trial", trial->number);
    json_key(w, "params");
    params_write(w, external->space, trial->params);
}

static void put_objective(struct json_writer *w, const struct sweep_trial *trial)
{
    static const char *const words[] = {
        [SWEEP_OBJECTIVE_NAN] = "nan",
        [SWEEP_OBJECTIVE_POSITIVE_INFINITE] = "inf",
        [SWEEP_OBJECTIVE_NEGATIVE_INFINITE] = "-inf",
    };
    if (trial->objective == SWEEP_OBJECTIVE_NONE)
        return;
    json_key(w, "value");
    if (trial->objective == SWEEP_OBJECTIVE_FINITE)
        json_put_real(w, trial->value);
    else
        json_put_string(w, words[trial->objective]);
}

static void write_tell(struct external *external, const struct sweep_trial *trial)
{
    struct json_writer *w = begin_question(external, "tell");
    put_trial(external, trial);
    json_member_string(w, "state", trial_state_name(trial->state));
    put_objective(w, trial);
    json_end_object(w);
}

static void write_ask(struct external *external, const struct sweep_ask *ask)
{
    struct json_writer *w = begin_question(external, "ask");
    json_member_unsigned(w, "trial", ask->number);
    json_key(w, "pending");
    json_begin_array(w);
    for (size_t i = 0; i < ask->history->pending_count; i++) {
        json_begin_object(w);
        put_trial(external, ask->history->pending[i]);
        json_end_object(w);
    }
    json_end_array(w);
    json_end_object(w);
}

/* --- the answers ----------------------------------------------------------------------------- */

static bool refuse(const struct external *external, const char *why, struct sweep_error *err)
{
    size_t size = external->answer.size < SHOWN_MAX ? external->answer.size : SHOWN_MAX;
    return sweep_error_set(
        err, SWEEP_SPAWN, "the strategy '%s' answered %.*s%s: %s", external->settings->command[0],
        (int)size, strbuf_text(&external->answer), size < external->answer.size ? "..." : "", why);
}

/* Send the question. @return the answer in the arena, or NULL */
static const struct json_node *call(struct external *external, struct arena *arena,
                                    struct sweep_error *err)
{
    struct sweep_error why = {0};
    if (external->question.truncated) {
        sweep_error_set(err, SWEEP_SPAWN, "a line for the strategy has more than 64 MiB");
        return NULL;
    }
    if (!coprocess_call(external->coprocess, strbuf_view(&external->question), &external->answer,
                        err))
        return NULL;
    const struct json_node *node = json_tree_parse(arena, strbuf_view(&external->answer), &why);
    if (node == NULL)
        refuse(external, why.message, err);
    else if (node->kind != JSON_NODE_MAP)
        refuse(external, "expected an object", err);
    else if (json_member(node, "error") != NULL)
        refuse(external, "it gives up", err);
    else
        return node;
    return NULL;
}

/* A line that needs no more than an object in answer. */
static bool say(struct external *external, struct sweep_error *err)
{
    struct arena arena = {0};
    bool done = call(external, &arena, err) != NULL;
    arena_release(&arena);
    return done;
}

static bool catch_up(struct external *external, const struct sweep_ask *ask,
                     struct sweep_error *err)
{
    if (!external->is_started) {
        write_start(external, ask);
        if (!say(external, err))
            return false;
        external->is_started = true;
    }
    while (external->told < ask->history->finished_count) {
        write_tell(external, ask->history->finished[external->told]);
        if (!say(external, err))
            return false;
        external->told++;
    }
    return true;
}

static bool take_answer(struct external *external, const struct sweep_ask *ask,
                        const struct json_node *node, struct sweep_suggestion *out,
                        enum sweep_answer *answer, struct sweep_error *err)
{
    const struct json_node *done = json_member(node, "done");
    const struct json_node *trial = json_member(node, "trial");
    const struct json_node *params = json_member(node, "params");
    struct sweep_error why = {0};
    *answer = SWEEP_EXHAUSTED;
    if (done != NULL && done->kind == JSON_NODE_BOOL && done->boolean)
        return true;
    *answer = SWEEP_SUGGESTED;
    if (params == NULL)
        return refuse(external, "expected {\"params\":{...}} or {\"done\":true}", err);
    if (trial != NULL && (trial->kind != JSON_NODE_INT || trial->integer != (int64_t)ask->number))
        return refuse(external, "it was asked for another trial", err);
    return given_params(external->space, params, out->params, &why) ||
           refuse(external, why.message, err);
}

bool external_ask(struct external *external, const struct sweep_ask *ask,
                  struct sweep_suggestion *out, enum sweep_answer *answer, struct sweep_error *err)
{
    struct arena arena = {0};
    if (!catch_up(external, ask, err))
        return false;
    write_ask(external, ask);
    const struct json_node *node = call(external, &arena, err);
    bool done = node != NULL && take_answer(external, ask, node, out, answer, err);
    arena_release(&arena);
    return done;
}

/* --- life ------------------------------------------------------------------------------------ */

struct external *external_create(const struct coprocess_settings *settings,
                                 const struct sweep_space *space, struct sweep_error *err)
{
    struct coprocess *coprocess = coprocess_create(settings, err);
    if (coprocess == NULL)
        return NULL;
    struct external *external = sweep_alloc(sizeof *external);
    external->settings = settings;
    external->space = space;
    external->coprocess = coprocess;
    strbuf_init(&external->question, QUESTION_MAX);
    strbuf_init(&external->answer, COPROCESS_LINE_MAX);
    return external;
}

void external_cancel(struct external *external)
{
    coprocess_cancel(external->coprocess);
}

void external_free(struct external *external)
{
    if (external == NULL)
        return;
    coprocess_free(external->coprocess);
    strbuf_release(&external->question);
    strbuf_release(&external->answer);
    sweep_free(external);
}
