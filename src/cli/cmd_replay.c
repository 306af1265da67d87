/*
 * `sweep replay`: trials of a sweep again, in a sweep of their own. What is run is
 * replay/replay.h's affair, and what came of it replay/report.h's and replay/twin.h's.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/run/background.h"
#include "cli/run/run_session.h"
#include "directory/locate.h"
#include "directory/lookup.h"
#include "replay/replay.h"
#include "replay/replay_space.h"
#include "replay/report.h"
#include "replay/twin.h"
#include "view/record/standing.h"

/* One command, the same or another, makes no more of them. */
#define PLACES_MAX 1000

/* Where a replay is or will be. */
struct place {
    const char *path;
    const char *yaml; /* that it runs by */
    bool is_there;
    bool is_finished;
};

/* --- finding its place ------------------------------------------------------------------------ */

static bool write_yaml(struct arena *arena, struct replay *replay, const char *name,
                       struct place *place, struct sweep_error *err)
{
    struct strbuf yaml;
    strbuf_init(&yaml, CONFIG_SIZE_MAX);
    bool done = replay_space_append(replay, name, &yaml, err);
    if (done && yaml.truncated)
        done = sweep_error_set(err, SWEEP_USAGE, "the YAML file of so many trials is too long");
    place->yaml = arena_copy(arena, strbuf_view(&yaml));
    strbuf_release(&yaml);
    return done;
}

/* Whether the sweep in the place is this replay; another one has other trials or seeds. */
static bool is_ours(struct place *place, bool *ours, struct sweep_error *err)
{
    struct record record;
    bool done = record_open_summary(&record, place->path, err);
    *ours = done && strview_equal(record.sweep.yaml, strview_of(place->yaml));
    if (*ours) {
        struct standing standing = standing_take(&record);
        place->is_finished = standing.expected > 0 && standing.finished >= standing.expected;
    }
    record_close(&record);
    return done;
}

/* Without slashes behind it, so that a suffix makes a neighbour of it; `.` has no name to suffix.
 */
static const char *path_of(struct arena *arena, const char *path)
{
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/')
        size--;
    char *copy = arena_copy(arena, (struct strview){path, size});
    const char *slash = strrchr(copy, '/');
    const char *last = slash != NULL ? slash + 1 : copy;
    if (strcmp(last, ".") != 0 && strcmp(last, "..") != 0)
        return copy;
    char real[PATH_MAX];
    return realpath(path, real) != NULL ? arena_strdup(arena, real) : copy;
}

/* The first place that has this replay, or (`again`, or where none has it) the first empty one. */
static bool find_place(struct arena *arena, struct replay *replay, const struct options *options,
                       struct place *place, struct sweep_error *err)
{
    const struct record *record = replay->record;
    const char *beside = path_of(arena, record->location.path);
    struct strbuf suffix;
    bool done = true;
    bool found = false;
    strbuf_init(&suffix, CONFIG_SIZE_MAX);
    for (int i = 1; done && !found && i <= PLACES_MAX; i++) {
        *place = (struct place){0};
        strbuf_reset(&suffix);
        replay_append_suffix(replay, options->top, &suffix);
        if (i > 1)
            strbuf_printf(&suffix, "-%d", i);
        place->path = arena_printf(arena, "%s%s", beside, strbuf_text(&suffix));
        place->is_there = locate_exists(place->path);
        done = write_yaml(arena, replay,
                          arena_printf(arena, "%s%s", record->sweep.name, strbuf_text(&suffix)),
                          place, err);
        found = !place->is_there;
        if (done && place->is_there)
            done = is_ours(place, &found, err);
        found = found && !(place->is_there && options->again);
    }
    strbuf_release(&suffix);
    if (done && !found)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "there are %d replays of it already",
                               PLACES_MAX);
    return done;
}

/* --- running it ------------------------------------------------------------------------------- */

static bool run_replay(struct session *session, const struct invocation *call,
                       const struct place *place, enum exit_status *status, struct sweep_error *err)
{
    if (!session_create_or_open(session, place->path, err))
        return false;
    if (!call->options.detach)
        return run_session(session, call, RUN_WISH_LIFT, status, err);
    session_unlock(session); /* for the runner in the background */
    *status = STATUS_UNFINISHED;
    return background_deliver(call, place->path, err);
}

/* The file is fine, or it would not have been written; notes on how numbers are spelled in it are
 * of no use to people, who wrote none of it. */
static void read_yaml(struct document *document, const struct place *place)
{
    document_parse(document, place->path, strview_of(place->yaml), CONFIG_NEEDS_COMMAND);
    diagnostics_release(&document->diagnostics);
    const struct config *config = document->config;
    const char *name = config->replicates.pass_as;
    if (name == NULL || command_uses(&config->command, sweep_space_count(config->space) - 1))
        return;
    diagnostics_add(&document->diagnostics, DIAGNOSTIC_WARNING, (struct mark){0},
                    "the seed does not reach the command as '%s'", name);
    diagnostics_hint(&document->diagnostics,
                     "unless the script reads the file that SWEEP_PARAMS names, or SWEEP_SEED, it "
                     "runs as before");
}

/* In the directory and with the settings of the sweep; the environment is this command's. */
static bool run(const struct invocation *call, const struct record *record,
                const struct place *place, enum exit_status *status, struct sweep_error *err)
{
    struct session session = {
        .environment = call->environment, .workdir = record->sweep.workdir, .is_replay = true};
    read_yaml(&session.document, place);
    settings_prepare(&session.settings, &session.document);
    if (!place->is_there)
        lookup_command(&session.document, record->sweep.workdir, call->environment);
    bool done =
        document_finish(&session.document, err) && run_replay(&session, call, place, status, err);
    session_close(&session);
    return done;
}

/* --- what came of it -------------------------------------------------------------------------- */

/* @param[out] has_result  some trial came to something */
static bool describe(const struct invocation *call, const struct replay *replay,
                     struct record *record, struct strbuf *text, bool *has_result,
                     struct sweep_error *err)
{
    struct results results;
    struct twin twin;
    if (!replay->is_exact) {
        results_take(&results, replay, record);
        if (call->options.json)
            report_append_json(&results, text);
        else
            report_append(&results, &call->terminal, text);
        *has_result = results.rows[0].spread.count > 0;
        return true;
    }
    if (!twin_load(&twin, replay, record, err))
        return false;
    (call->options.json ? twin_append_json : twin_append)(&twin, text);
    *has_result = twin.now != NULL && twin.now->state == SWEEP_TRIAL_COMPLETE;
    return true;
}

static bool report(const struct invocation *call, const struct replay *replay,
                   const struct place *place, enum exit_status *status, struct sweep_error *err)
{
    struct record record;
    struct strbuf text;
    bool has_result = false;
    strbuf_init(&text, OUTPUT_MAX);
    bool done = record_open(&record, place->path, err);
    if (done && !place->is_finished && !call->options.json)
        strbuf_append_char(&text, '\n'); /* below what was said while it ran */
    done = done && describe(call, replay, &record, &text, &has_result, err) &&
           output_print(&text, err);
    if (*status == STATUS_OK && !has_result)
        *status = STATUS_NO_RESULT;
    record_close(&record);
    strbuf_release(&text);
    return done;
}

/* --- the command ------------------------------------------------------------------------------ */

static bool print_yaml(const struct place *place, struct sweep_error *err)
{
    struct strbuf text;
    strbuf_init(&text, OUTPUT_MAX);
    strbuf_append_text(&text, place->yaml);
    bool done = output_print(&text, err);
    strbuf_release(&text);
    return done;
}

static bool replay_in(const struct invocation *call, struct record *record, struct replay *replay,
                      enum exit_status *status, struct sweep_error *err)
{
    struct place place = {0};
    record_leave(record);
    if (!find_place(&record->arena, replay, &call->options, &place, err))
        return false;
    if (call->options.dry_run)
        return print_yaml(&place, err);
    if (!place.is_finished && !run(call, record, &place, status, err))
        return false;
    /* A result, or the end without one; else the runner has said how to go on. */
    if (*status != STATUS_OK && *status != STATUS_NO_RESULT)
        return true;
    return report(call, replay, &place, status, err);
}

static bool choose(const struct options *options, uint64_t number, struct replay *replay,
                   struct sweep_error *err)
{
    const struct replay_wanted wanted = {
        .trial = number, .top = options->top, .seeds = options->seeds, .pass_as = options->pass_as};

    if (number > 0 && options->top > 0)
        return sweep_error_set(err, SWEEP_USAGE, "give a trial, or --top, not both");
    if (number == 0 && options->top == 0)
        return sweep_error_set(err, SWEEP_USAGE,
                               "TRIAL is missing, as in: sweep replay 12; for the winners: sweep "
                               "replay --top 3 --seeds 5");
    if (number > 0 && options->seeds == NULL && options->pass_as != NULL)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--pass-as goes with --seeds: without, the trial is run as it was");
    return replay_choose(replay, &wanted, err);
}

static bool cmd_replay(const struct invocation *call, enum exit_status *status,
                       struct sweep_error *err)
{
    struct arena arena = {0};
    struct record record = {0};
    struct target target;
    struct replay replay = {.record = &record};
    bool done = locate_target(&arena, call->operand, "replay", &target, err) &&
                record_open(&record, target.path, err) &&
                choose(&call->options, target.trial, &replay, err) &&
                replay_in(call, &record, &replay, status, err);
    record_close(&record);
    arena_release(&arena);
    return done;
}

static const struct option_row TOP = {
    .name = "top",
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "the N best configurations, each with --seeds (default: 5)",
    .offset = OPTION(top),
};

static const struct option_row SEEDS = {
    .name = "seeds",
    .kind = OPTION_TEXT,
    .value = "N|LIST",
    .help =
        "with N fresh seeds, the same for each configuration, or with those of a list: 11,12,13",
    .offset = OPTION(seeds),
};

static const struct option_row PASS_AS = {
    .name = "pass-as",
    .kind = OPTION_TEXT,
    .value = "NAME",
    .help = "the script takes its seed as this parameter (default: 'seed' where the space has one; "
            "else it has SWEEP_SEED alone)",
    .offset = OPTION(pass_as),
};

static const struct option_row AGAIN = {
    .name = "again",
    .kind = OPTION_FLAG,
    .help = "once more, where this replay has been made already",
    .offset = OPTION(again),
};

static const struct option_row DRY_RUN = {
    .name = "dry-run",
    .kind = OPTION_FLAG,
    .help = "print the YAML file that it would run, and start nothing",
    .offset = OPTION(dry_run),
};

const struct subcommand subcommand_replay = {
    .name = "replay",
    .operand = "[SWEEP|TRIAL]",
    .summary = "run a trial again as it was, or the winners with fresh seeds",
    .details =
        "`sweep replay 12` runs the same command with the same params, environment and "
        "SWEEP_SEED,\n"
        "and says whether the value comes out the same.\n"
        "`sweep replay --top 3 --seeds 5` runs the three best configurations with five seeds "
        "that\n"
        "no trial had: the best of many noisy values is too good, and these are not. At the end\n"
        "stand the mean of each, its 95% interval (mean -+ t sd/sqrt(n), Student's t with n - 1\n"
        "degrees of freedom), and whether the winner can be told from the second. `sweep replay "
        "12\n"
        "--seeds 5` does it with one configuration.\n"
        "A replay is a sweep of its own beside the first, such as sweeps/digits-replay-top3. The\n"
        "same command again goes on with it, or says its result.",
    .options = SUBCOMMAND_OPTIONS(&TOP, &SEEDS, &PASS_AS, &AGAIN, &DRY_RUN, &option_detach,
                                  &option_on_term, &option_verbose, &option_json),
    .run = cmd_replay,
};
