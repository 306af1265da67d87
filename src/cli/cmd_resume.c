/*
 * `sweep resume [SWEEP]`: goes on with a sweep as it was recorded. Where its runner is at work and
 * people paused or stopped it, the runner is asked to go on.
 */
#include <string.h>

#include "cli/ask/ask.h"
#include "cli/commands.h"
#include "cli/run/background.h"
#include "cli/run/resume_all.h"
#include "cli/run/run_session.h"
#include "directory/directory.h"
#include "directory/locate.h"

/* Whether a living runner only waits for this word. */
static bool is_held(struct arena *arena, const char *path)
{
    struct store_sweep sweep;
    if (!directory_is_locked(path))
        return false;
    struct store *store =
        store_open(arena_printf(arena, "%s/" LOCATE_DATABASE, path), STORE_READ, NULL);
    bool is_held = store != NULL && store_load_sweep(store, arena, &sweep, NULL) &&
                   strcmp(sweep.wish, "run") != 0;
    store_close(store);
    return is_held;
}

static bool ask_runner(const struct invocation *call, struct arena *arena, const char *path,
                       enum exit_status *status, struct sweep_error *err)
{
    struct answer answer;
    struct asking asking = {.call = call, .path = path, .request = {.verb = REQUEST_RESUME}};
    return ask(&asking, arena, &answer, err) && answer_deliver(&asking, &answer, NULL, status, err);
}

static bool resume(const struct invocation *call, const char *path, enum exit_status *status,
                   struct sweep_error *err)
{
    struct session session = {.environment = call->environment};
    bool done = session_open(&session, path, err) &&
                run_session(&session, call, RUN_WISH_LIFT, status, err);
    session_close(&session);
    return done;
}

static bool cmd_resume(const struct invocation *call, enum exit_status *status,
                       struct sweep_error *err)
{
    struct arena arena = {0};
    struct target target;
    if (call->options.all && call->operand != NULL)
        return sweep_error_set(err, SWEEP_USAGE, "either --all, or one sweep");
    if (call->options.all)
        return resume_all(call, status, err);
    bool done = locate_target(&arena, call->operand, "resume", &target, err);
    if (done && target.trial > 0)
        done =
            sweep_error_set(err, SWEEP_USAGE, "`sweep resume` is for a sweep, not for one trial");
    if (done && is_held(&arena, target.path))
        done = ask_runner(call, &arena, target.path, status, err);
    else if (done && call->options.detach)
        done = background_deliver(call, target.path, err);
    else
        done = done && resume(call, target.path, status, err);
    arena_release(&arena);
    return done;
}

static const struct option_row ALL = {
    .name = "all",
    .kind = OPTION_FLAG,
    .help = "every interrupted sweep in ./sweeps, each in the background",
    .offset = OPTION(all),
};

const struct subcommand subcommand_resume = {
    .name = "resume",
    .operand = "[SWEEP]",
    .summary = "go on with an interrupted or paused sweep; nothing is run twice",
    .details =
        "With --all, as after a reboot, what people paused or stopped is left so. What runners\n"
        "in the background say is in `runner.log` in the sweep's folder.",
    .options = SUBCOMMAND_OPTIONS(&ALL, &option_detach, &option_rerun, &option_on_term,
                                  &option_verbose, &option_json),
    .run = cmd_resume,
};
