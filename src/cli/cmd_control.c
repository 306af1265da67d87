/*
 * `sweep pause`, `stop`, `cancel`: Weights & Biases' words, each one request to the sweep.
 */
#include <inttypes.h>

#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/record.h"

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

static bool ask_for(const struct invocation *call, enum request_verb verb, bool takes_trial,
                    enum exit_status *status, struct sweep_error *err)
{
    struct arena arena = {0};
    struct target target;
    struct answer answer;
    bool done = locate_target(&arena, call->operand, call->subcommand->name, &target, err);
    if (done && target.trial > 0 && !takes_trial)
        done = sweep_error_set(err, SWEEP_USAGE, "`sweep %s` is for a sweep, not for one trial",
                               call->subcommand->name);
    if (done && target.trial > 0)
        done = check_trial(target.path, target.trial, err);
    struct asking asking = {
        .call = call, .path = target.path, .request = {.verb = verb, .trial = target.trial}};
    const char *more = verb == REQUEST_CANCEL && target.trial > 0
                           ? NULL
                           : arena_printf(&arena, "go on with: sweep resume %s",
                                          done ? locate_quoted(&arena, target.path) : "");
    done = done && ask(&asking, &arena, &answer, err) &&
           answer_deliver(&asking, &answer, more, status, err);
    arena_release(&arena);
    return done;
}

bool cmd_pause(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    return ask_for(call, REQUEST_PAUSE, false, status, err);
}

bool cmd_stop(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    return ask_for(call, REQUEST_STOP, false, status, err);
}

bool cmd_cancel(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    return ask_for(call, REQUEST_CANCEL, true, status, err);
}
