/*
 * `sweep run FILE`: begins a sweep, or goes on with it.
 */
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/run/background.h"
#include "cli/run/run_session.h"
#include "cli/run/sample.h"
#include "directory/locate.h"
#include "directory/lookup.h"
#include "session/setting_list.h"

/* Nothing is made, not even a seed: where the file has none, another one will be drawn. */
static bool dry_run(struct session *session, struct sweep_error *err)
{
    const struct config *config = session->document.config;
    struct strbuf text;

    strbuf_init(&text, OUTPUT_MAX);
    strbuf_printf(&text, "%s would run commands such as\n", config->name);
    sample_append(&session->settings, config->seed, &text);
    bool done = output_print(&text, err);
    strbuf_release(&text);
    return done;
}

/* What is set while another runner is at work is for that one. */
static bool explain_busy(const struct session *session, struct sweep_error *err)
{
    if (err->code == SWEEP_BUSY && session->given.count > 0)
        sweep_error_set(err, SWEEP_BUSY, "%s; of a sweep that runs: sweep set %s KEY=VALUE",
                        err->message, session->operand);
    return false;
}

static bool run_prepared(struct session *session, const struct invocation *call, const char *path,
                         enum exit_status *status, struct sweep_error *err)
{
    if (call->options.dry_run)
        return dry_run(session, err);
    if (!gear_choose(&session->gear, session->document.config, call->environment, err))
        return false;
    if (!session_create_or_open(session, path, err))
        return explain_busy(session, err);
    const char *wish = session->sweep.wish;
    bool is_held = wish != NULL && strcmp(wish, "run") != 0;
    if (!call->options.detach || is_held) /* a paused one only says so */
        return run_session(session, call, RUN_WISH_KEEP, status, err);
    session_unlock(session); /* for the runner in the background */
    return background_deliver(call, path, err);
}

/* Where the sweep is or will be; NULL while the file has mistakes. */
static const char *path_of(struct session *session, const struct invocation *call)
{
    if (call->options.dir != NULL || session->document.config == NULL)
        return call->options.dir;
    return locate_named(&session->arena, session->document.config->name);
}

/* What contradicts itself, and the name of a sweep where its file is wanted. */
static bool check_call(const struct invocation *call, struct sweep_error *err)
{
    const struct options *options = &call->options;
    struct arena arena = {0};
    bool is_sweep =
        locate_exists(call->operand) ||
        (access(call->operand, F_OK) != 0 && locate_exists(locate_named(&arena, call->operand)));
    arena_release(&arena);
    if (options->dry_run && (options->detach || options->json))
        return sweep_error_set(err, SWEEP_USAGE, "--dry-run and --%s exclude each other%s",
                               options->detach ? "detach" : "json",
                               options->detach ? "" : "; for programs: sweep check FILE --json");
    return !is_sweep || sweep_error_set(err, SWEEP_USAGE,
                                        "'%s' is a sweep, and run takes its YAML file; to go on "
                                        "with it: sweep resume %s",
                                        call->operand, call->operand);
}

static bool cmd_run(const struct invocation *call, enum exit_status *status,
                    struct sweep_error *err)
{
    struct session session = {.environment = call->environment,
                              .accepts_changes = call->options.accept_changes};
    if (!check_call(call, err))
        return false;
    bool done = setting_list_parse(&session.given, &session.arena, call->options.set.items,
                                   call->options.set.count, err) &&
                document_read_with(&session.document, call->operand, CONFIG_NEEDS_COMMAND,
                                   &session.given, err);

    if (done) {
        settings_prepare(&session.settings, &session.document);
        lookup_surroundings(&session.document, call->environment);
        const char *path = path_of(&session, call);
        if (path != NULL && !locate_exists(path)) /* else its trials may run elsewhere */
            lookup_command(&session.document, ".", call->environment);
        done = document_finish(&session.document, err) &&
               run_prepared(&session, call, path, status, err);
    }
    session_close(&session);
    return done;
}

static const struct option_row DRY_RUN = {
    .name = "dry-run",
    .kind = OPTION_FLAG,
    .help = "print the first commands and start nothing",
    .offset = OPTION(dry_run),
};

static const struct option_row DIR = {
    .name = "dir",
    .kind = OPTION_TEXT,
    .value = "DIR",
    .help = "the sweep's directory (default: sweeps/NAME)",
    .offset = OPTION(dir),
};

static const struct option_row SET = {
    .name = "set",
    .kind = OPTION_LIST,
    .value = "KEY=VALUE",
    .help = "a key of the file, such as budget.trials=50 or parameters.lr.max=0.1, has this value "
            "whatever the file says; may be given again for other keys",
    .offset = OPTION(set),
};

const struct subcommand subcommand_run = {
    .name = "run",
    .rank = SUBCOMMAND_FIRST,
    .operand = "FILE",
    .summary = "run a sweep, or go on with it if it was interrupted",
    .details = "Everything is kept in sweeps/NAME. Ctrl-C once lets running trials finish, twice "
               "stops them;\neither way `sweep resume` goes on and loses nothing.",
    .options =
        SUBCOMMAND_OPTIONS(&SET, &DIR, &DRY_RUN, &option_detach, &option_rerun,
                           &option_accept_changes, &option_on_term, &option_verbose, &option_json),
    .run = cmd_run,
};
