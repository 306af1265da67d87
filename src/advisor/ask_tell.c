/*
 * Lines of JSON to the advisor's functions and back, by a table of operations.
 *
 * What the operations do is advisor/advisor.c's; where lines come from, cmd_ask_tell.c's.
 */
#include "advisor/ask_tell.h"

#include <string.h>

#include "advisor/ask_tell_line.h"
#include "base/array.h"
#include "base/nearest.h"
#include "json/params.h"

#define MEMBERS_MAX 5
#define MEANT_MAX   512 /* [bytes] what is said of names */

/* One line at work. */
struct request {
    struct advisor *advisor;
    const struct sweep_space *space;
    struct arena arena; /* of this line */
    const struct json_node *line;
    struct json_writer writer; /* of the answer; nothing is written before all is well */
};

/* --- answers --------------------------------------------------------------------------------- */

static void put_trial_members(struct request *request, const struct sweep_trial *trial)
{
    struct json_writer *w = &request->writer;
    json_member_unsigned(w, "trial", trial->number);
    json_key(w, "params");
    params_write(w, request->space, trial->params);
}

static void put_trials(struct request *request, const struct advisor_trials *trials)
{
    struct json_writer *w = &request->writer;
    json_begin_object(w);
    json_key(w, "trials");
    json_begin_array(w);
    for (size_t i = 0; i < trials->count; i++) {
        json_begin_object(w);
        put_trial_members(request, trials->items[i]);
        json_end_object(w);
    }
    json_end_array(w);
    json_end_object(w);
}

static void put_flag(struct request *request, const char *name, bool value)
{
    json_begin_object(&request->writer);
    json_key(&request->writer, name);
    json_put_boolean(&request->writer, value);
    json_end_object(&request->writer);
}

static void put_done(struct request *request, const char *reason)
{
    struct json_writer *w = &request->writer;
    json_begin_object(w);
    json_member_boolean(w, "done", true);
    json_member_string(w, "reason", reason);
    json_end_object(w);
}

/* --- operations ------------------------------------------------------------------------------ */

static bool do_ask(struct request *request, struct sweep_error *err)
{
    struct advisor_trials trials;
    uint64_t count;
    if (!line_take_count(request->line, "n", ASK_TELL_COUNT_MAX, 1, &count, err) ||
        !advisor_ask(request->advisor, count, &trials, err))
        return false;
    if (trials.count == 0) {
        put_done(request, trials.reason);
    } else if (line_member(request->line, "n") != NULL) {
        put_trials(request, &trials);
    } else {
        json_begin_object(&request->writer);
        put_trial_members(request, trials.items[0]);
        json_end_object(&request->writer);
    }
    return true;
}

static bool do_tell(struct request *request, struct sweep_error *err)
{
    struct advisor_result result = {0};
    uint64_t number;
    if (!line_take_trial(request->line, &number, err) ||
        !line_take_result(request->line, &result, err) ||
        !advisor_tell(request->advisor, number, &result, err))
        return false;
    put_flag(request, "ok", true);
    return true;
}

static bool do_report(struct request *request, struct sweep_error *err)
{
    struct advisor_result report = {0};
    uint64_t number;
    int64_t step;
    bool prune;
    if (!line_take_trial(request->line, &number, err) ||
        !line_take_step(request->line, &step, err) || !line_take_value(request->line, &report, err))
        return false;
    if (!report.has_value)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'value' is missing");
    if (!advisor_report(request->advisor, number, step, report.value, &prune, err))
        return false;
    put_flag(request, "prune", prune);
    return true;
}

static bool do_best(struct request *request, struct sweep_error *err)
{
    const struct sweep_trial *best = advisor_best(request->advisor);
    struct json_writer *w = &request->writer;
    if (best == NULL)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "no trial has a finite value yet");
    json_begin_object(w);
    json_member_unsigned(w, "trial", best->number);
    json_member_real(w, "value", best->value);
    json_key(w, "params");
    params_write(w, request->space, best->params);
    json_end_object(w);
    return true;
}

static bool do_add(struct request *request, struct sweep_error *err)
{
    struct advisor_result evidence = {.state = SWEEP_TRIAL_COMPLETE};
    struct sweep_value *params;
    uint64_t number;
    if (!line_take_params(request->line, request->space, &request->arena, &params, err) ||
        !line_take_value(request->line, &evidence, err) ||
        !advisor_add(request->advisor, params, evidence.has_value ? &evidence : NULL, &number, err))
        return false;
    json_begin_object(&request->writer);
    json_key(&request->writer, "ok");
    json_put_boolean(&request->writer, true);
    json_key(&request->writer, "trial");
    json_put_unsigned(&request->writer, number);
    json_end_object(&request->writer);
    return true;
}

static bool do_pending(struct request *request, struct sweep_error *err)
{
    (void)err;
    struct advisor_trials trials;
    advisor_pending(request->advisor, &trials);
    put_trials(request, &trials);
    return true;
}

static const struct operation {
    const char *name;
    const char *members[MEMBERS_MAX]; /* beside "op"; ends with NULL */
    bool (*run)(struct request *request, struct sweep_error *err);
} OPERATIONS[] = {
    {"ask", {"n"}, do_ask},
    {"tell", {"trial", "value", "values", "state"}, do_tell},
    {"report", {"trial", "step", "value"}, do_report},
    {"best", {NULL}, do_best},
    {"add", {"params", "value", "values"}, do_add},
    {"pending", {NULL}, do_pending},
};

static void refuse_operation(const char *op, struct sweep_error *err)
{
    const char *names[ARRAY_LENGTH(OPERATIONS)];
    struct strbuf meant;
    for (size_t i = 0; i < ARRAY_LENGTH(OPERATIONS); i++)
        names[i] = OPERATIONS[i].name;
    strbuf_init(&meant, MEANT_MAX);
    nearest_append(&meant, op, names, ARRAY_LENGTH(names));
    sweep_error_set(err, SWEEP_BAD_INPUT, "there is no op '%s'%s", op, strbuf_text(&meant));
    strbuf_release(&meant);
}

static const struct operation *find_operation(const struct json_node *line, struct sweep_error *err)
{
    const struct json_node *op = json_member(line, "op");
    if (line->kind != JSON_NODE_MAP) {
        sweep_error_set(err, SWEEP_BAD_INPUT, "a line takes an object, not %s",
                        json_node_describe(line));
        return NULL;
    }
    if (op == NULL || op->kind != JSON_NODE_TEXT) {
        sweep_error_set(err, SWEEP_BAD_INPUT, "'op' %s%s, as in {\"op\":\"ask\"}",
                        op == NULL ? "is missing" : "takes a text, not ",
                        op == NULL ? "" : json_node_describe(op));
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(OPERATIONS); i++)
        if (strcmp(OPERATIONS[i].name, op->text) == 0)
            return &OPERATIONS[i];
    refuse_operation(op->text, err);
    return NULL;
}

/* What is misspelt must not be overlooked. */
static bool check_member(const struct operation *operation, const char *name,
                         struct sweep_error *err)
{
    struct strbuf meant;
    size_t count = 0;
    if (strcmp(name, "op") == 0)
        return true;
    for (; count < MEMBERS_MAX && operation->members[count] != NULL; count++)
        if (strcmp(operation->members[count], name) == 0)
            return true;
    strbuf_init(&meant, MEANT_MAX);
    nearest_append(&meant, name, operation->members, count);
    sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' knows no '%s'%s", operation->name, name,
                    strbuf_text(&meant));
    strbuf_release(&meant);
    return false;
}

static bool check_members(const struct operation *operation, const struct json_node *line,
                          struct sweep_error *err)
{
    for (size_t i = 0; i < line->count; i++)
        if (!check_member(operation, line->names[i], err))
            return false;
    return true;
}

/* As Python's json.dumps() writes them, which is no JSON. */
static bool names_special(struct strview line)
{
    return memmem(line.data, line.size, "NaN", 3) != NULL ||
           memmem(line.data, line.size, "Infinity", 8) != NULL;
}

static bool fail_parse(struct strview line, struct sweep_error *err)
{
    if (!names_special(line))
        return false;
    struct sweep_error why = *err;
    return sweep_error_set(err, SWEEP_BAD_INPUT, "%s; write \"nan\", \"inf\" or \"-inf\", as texts",
                           why.message);
}

static bool is_blank(struct strview line)
{
    size_t i = 0;
    while (i < line.size && (line.data[i] == ' ' || line.data[i] == '\t' || line.data[i] == '\r'))
        i++;
    return i == line.size;
}

static bool run_line(struct request *request, struct strview line, struct sweep_error *err)
{
    if (is_blank(line))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "the line is empty; expected an object, as in "
                               "{\"op\":\"ask\"}");
    request->line = json_tree_parse(&request->arena, line, err);
    if (request->line == NULL)
        return fail_parse(line, err);
    const struct operation *operation = find_operation(request->line, err);
    return operation != NULL && check_members(operation, request->line, err) &&
           operation->run(request, err);
}

void ask_tell_refuse(const char *message, struct strbuf *out)
{
    struct json_writer writer;
    json_init(&writer, out);
    json_begin_object(&writer);
    json_member_string(&writer, "error", message);
    json_end_object(&writer);
    strbuf_append_char(out, '\n');
}

bool ask_tell_answer(const struct ask_tell *ask_tell, struct strview line, struct strbuf *out,
                     struct sweep_error *err)
{
    struct request request = {.advisor = ask_tell->advisor, .space = ask_tell->space};
    struct sweep_error fault = {0};
    json_init(&request.writer, out);
    bool done = run_line(&request, line, &fault);
    arena_release(&request.arena);
    if (done) {
        strbuf_append_char(out, '\n');
        return true;
    }
    if (fault.code != SWEEP_BAD_INPUT && fault.code != SWEEP_NOT_FOUND)
        return sweep_error_set(err, fault.code, "%s", fault.message);
    ask_tell_refuse(fault.message, out);
    return true;
}
