/*
 * `sweep pause`, `stop`, `cancel` (Weights & Biases' words), `retry` and `note`: each one request
 * to the sweep.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/ask/ask.h"
#include "cli/ask/assignment.h"
#include "cli/commands.h"
#include "directory/directory.h"
#include "directory/locate.h"
#include "view/record/record.h"

#define NOTE_MISSING "TEXT is missing, as in: sweep note 12 'diverged after the warm-up'"

/* A trial that is not there is told before anybody is asked. */
static bool check_trial(const char *path, uint64_t trial, struct sweep_error *err)
{
    struct record record;
    struct strbuf operand;
    const struct sweep_trial *found;
    strbuf_init(&operand, 4096);
    strbuf_printf(&operand, "%s/%" PRIu64, path, trial);
    bool exists = record_open_trial(&record, strbuf_text(&operand), &found, err);
    record_close(&record);
    strbuf_release(&operand);
    return exists;
}

/* The line after what was done: how to take it back, or how to make use of it. */
static const char *advice(struct arena *arena, enum request_verb verb, const struct target *target)
{
    const char *operand = locate_quoted(arena, target->path);
    switch (verb) {
    case REQUEST_CANCEL:
        if (target->trial > 0)
            break;
        return arena_printf(arena, "go on with: sweep resume %s", operand);
    case REQUEST_PAUSE:
    case REQUEST_STOP:
        return arena_printf(arena, "go on with: sweep resume %s", operand);
    case REQUEST_ADD:
    case REQUEST_RETRY:
    case REQUEST_SET:
        if (directory_is_locked(target->path))
            break;
        return arena_printf(arena, "nobody runs the sweep now; go on with: sweep resume %s",
                            operand);
    case REQUEST_RESUME:
    case REQUEST_NOTE:
        break;
    }
    return NULL;
}

static bool ask_for(const struct invocation *call, struct asking *asking, bool takes_trial,
                    enum exit_status *status, struct sweep_error *err)
{
    struct arena arena = {0};
    struct target target;
    struct answer answer;
    enum request_verb verb = asking->request.verb;
    bool done = locate_target(&arena, call->operand, call->subcommand->name, &target, err);
    if (done && target.trial > 0 && !takes_trial)
        done = sweep_error_set(err, SWEEP_USAGE, "`sweep %s` is for a sweep, not for one trial%s%s",
                               call->subcommand->name,
                               verb == REQUEST_STOP ? "; a trial is ended with: sweep cancel " : "",
                               verb == REQUEST_STOP ? call->operand : "");
    if (done && target.trial > 0)
        done = check_trial(target.path, target.trial, err);
    asking->call = call;
    asking->path = target.path;
    asking->request.trial = target.trial;
    done = done && ask(asking, &arena, &answer, err) &&
           answer_deliver(asking, &answer, advice(&arena, verb, &target), status, err);
    arena_release(&arena);
    return done;
}

static bool cmd_pause(const struct invocation *call, enum exit_status *status,
                      struct sweep_error *err)
{
    struct asking asking = {.request = {.verb = REQUEST_PAUSE}};
    return ask_for(call, &asking, false, status, err);
}

static bool cmd_stop(const struct invocation *call, enum exit_status *status,
                     struct sweep_error *err)
{
    struct asking asking = {.request = {.verb = REQUEST_STOP}};
    return ask_for(call, &asking, false, status, err);
}

static bool cmd_cancel(const struct invocation *call, enum exit_status *status,
                       struct sweep_error *err)
{
    struct asking asking = {.request = {.verb = REQUEST_CANCEL}};
    return ask_for(call, &asking, true, status, err);
}

static bool cmd_retry(const struct invocation *call, enum exit_status *status,
                      struct sweep_error *err)
{
    struct asking asking = {.request = {.verb = REQUEST_RETRY}};
    return ask_for(call, &asking, true, status, err);
}

/* All together or none: one request. */
static bool set(const struct invocation *call, const char *const *assignments, const char *sweep,
                enum exit_status *status, struct sweep_error *err)
{
    struct invocation target = *call;
    struct strbuf body;
    strbuf_init(&body, 2 * REQUEST_BODY_MAX);
    for (const char *const *each = assignments; *each != NULL; each++)
        strbuf_printf(&body, "%s%s", each == assignments ? "" : "\n", *each);
    target.operand = sweep;
    struct asking asking = {.request = {.verb = REQUEST_SET, .body = strbuf_text(&body)}};
    bool done = ask_for(&target, &asking, false, status, err);
    strbuf_release(&body);
    return done;
}

static bool cmd_set(const struct invocation *call, enum exit_status *status,
                    struct sweep_error *err)
{
    const char *const *assignments = call->operands.items;
    const char *sweep = NULL;
    if (assignments[0] != NULL && strchr(assignments[0], '=') == NULL)
        sweep = *assignments++;
    if (assignments[0] == NULL)
        return sweep_error_set(err, SWEEP_USAGE,
                               "KEY=VALUE is missing, as in: sweep set budget.trials=50");
    for (const char *const *each = assignments; *each != NULL; each++)
        if (!assignment_is_one(*each) || strchr(*each, '\n') != NULL)
            return sweep_error_set(err, SWEEP_USAGE, "'%s' is not KEY=VALUE", *each);
    return set(call, assignments, sweep, status, err);
}

/* The last operand is the note, one before it is what it is on. */
static bool cmd_note(const struct invocation *call, enum exit_status *status,
                     struct sweep_error *err)
{
    const struct operands *operands = &call->operands;
    struct invocation target = *call;
    if (operands->count == 0)
        return sweep_error_set(err, SWEEP_USAGE, NOTE_MISSING);
    if (operands->count > 2)
        return sweep_error_set(err, SWEEP_USAGE,
                               "a note is one argument: put it in quotes, as in: sweep note 12 "
                               "'diverged after the warm-up'");
    const char *text = operands->items[operands->count - 1];
    if (text[0] == '\0' || strlen(text) > REQUEST_NOTE_MAX)
        return sweep_error_set(err, SWEEP_USAGE, "a note has 1 to %d bytes", REQUEST_NOTE_MAX);
    if (operands->count == 1 && locate_is_target(text))
        return sweep_error_set(err, SWEEP_USAGE, NOTE_MISSING);
    target.operand = operands->count == 2 ? operands->items[0] : NULL;
    struct asking asking = {.request = {.verb = REQUEST_NOTE, .body = text}};
    return ask_for(&target, &asking, true, status, err);
}

const struct subcommand subcommand_pause = {
    .name = "pause",
    .operand = "[SWEEP]",
    .summary = "start no new trials until `sweep resume`; running ones go on",
    .details = "The runner stays up and waits. Ctrl-C ends it, and the sweep is still paused.",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .run = cmd_pause,
};

const struct subcommand subcommand_stop = {
    .name = "stop",
    .operand = "[SWEEP]",
    .summary = "start no new trials; running ones finish, then the sweep ends",
    .details = "`sweep resume` takes it up again.",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .run = cmd_stop,
};

const struct subcommand subcommand_cancel = {
    .name = "cancel",
    .operand = "[SWEEP|TRIAL]",
    .summary = "stop all running trials for good and end the sweep, or stop one",
    .details = "A trial gets SIGTERM and, after its grace, SIGKILL. Cancelled twice it gets no"
               " grace.",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .run = cmd_cancel,
};

const struct subcommand subcommand_retry = {
    .name = "retry",
    .operand = "[SWEEP|TRIAL]",
    .summary = "run all failed trials again, or one that failed or was stopped",
    .details = "A finished trial never changes: each is run again as a new trial with the same"
               " parameters,\nwhich the budget does not count.",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .run = cmd_retry,
};

const struct subcommand subcommand_set = {
    .name = "set",
    .operand = "[SWEEP] KEY=VALUE ...",
    .summary = "change budget, parallel or limits of a sweep, also while it runs",
    .details =
        "As in: sweep set budget.trials=50 parallel=4 trial.timeout=2h. The file stays as it is;"
        "\nwhat is set wins over it until the file itself says something else of that key.",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .takes_several = true,
    .run = cmd_set,
};

const struct subcommand subcommand_note = {
    .name = "note",
    .operand = "[SWEEP|TRIAL] TEXT",
    .summary = "note something on a sweep or a trial",
    .details = "`sweep show` has all notes of a trial, `sweep top` the latest of each.",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .takes_several = true,
    .run = cmd_note,
};
