/*
 * Opening a sweep for its runner, and running it. Commands that only look use record.c.
 */
#include "session/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/shell.h"
#include "base/sys.h"
#include "cli/run/console.h"
#include "cli/run/last_words.h"
#include "cli/surroundings.h"
#include "directory/charter.h"
#include "directory/locate.h"
#include "directory/lookup.h"
#include "run/external.h"
#include "run/rebuild.h"
#include "session/change.h"
#include "session/reread.h"
#include "session/revise.h"
#include "session/setting_list.h"
#include "view/term/usage_text.h"

#define NEWS_MAX       (16 * 1024)
#define NAME_MAX_BYTES (4 * PATH_MAX)
#define US_PER_MS      1000

static const char *database_path(struct session *session)
{
    return arena_printf(&session->arena, "%s/" LOCATE_DATABASE, session->directory.path);
}

/* --- a new sweep ---------------------------------------------------------------------------- */

static bool draw(void *bytes, size_t size, struct sweep_error *err)
{
    if (getrandom(bytes, size, 0) != (ssize_t)size)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot draw random bytes");
    return true;
}

static bool make_uuid(char uuid[37], struct sweep_error *err)
{
    unsigned char b[16];

    if (!draw(b, sizeof b, err))
        return false;
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* RFC 4122: version 4, its variant */
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    (void)snprintf(uuid, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                   b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
                   b[13], b[14], b[15]);
    return true;
}

bool session_choose_seed(const struct config *config, uint64_t *seed, struct sweep_error *err)
{
    *seed = config->seed;
    if (config->has_seed)
        return true;
    uint32_t drawn;
    if (!draw(&drawn, sizeof drawn, err))
        return false;
    *seed = drawn & INT32_MAX;
    return true;
}

static bool create_store(struct session *session, struct sweep_error *err)
{
    const struct config *config = session->document.config;
    const char *workdir =
        session->workdir != NULL ? session->workdir : surroundings_directory(&session->arena, err);
    struct store_sweep *sweep = &session->sweep;

    *sweep = (struct store_sweep){
        .name = config->name,
        .yaml = strbuf_view(&session->document.source),
        .maximize = config->metric.name != NULL && config->metric.objective.maximize,
        .objective = config->metric.name,
        .method = session->settings.strategy->name,
        .workdir = workdir,
        .created_us = clock_wall_us(),
        .state = "running",
        .note = "",
    };
    if (workdir == NULL || !make_uuid(sweep->uuid, err) ||
        !session_choose_seed(config, &sweep->seed, err) ||
        !settings_place(&session->settings, sweep->seed, workdir, err))
        return false;
    session->is_new = true;
    session->applied = session->given;
    if (!charter_save(session->directory.fd, sweep, &session->applied, err))
        return false;
    session->store = store_create(database_path(session), sweep, &session->applied, err);
    return session->store != NULL;
}

/* --- one that is there ---------------------------------------------------------------------- */

static bool load_store(struct session *session, struct sweep_error *err)
{
    session->store = store_open(database_path(session), STORE_WRITE, err);
    return session->store != NULL &&
           store_load_sweep(session->store, &session->arena, &session->sweep, err) &&
           store_load_settings(session->store, &session->arena, &session->applied, err);
}

/* Under its own name, also where the recorded YAML has none and its copy is called otherwise; and
 * under the strategy that it was started with, also where `auto` would now choose another. */
static bool place(struct session *session, struct sweep_error *err)
{
    const struct store_sweep *sweep = &session->sweep;

    session->settings.run.name = sweep->name;
    session->settings.strategy = session->document.config->method_command != NULL
                                     ? &external_strategy
                                     : sweep_strategy_find(sweep->method);
    session->settings.why = NULL;
    if (session->settings.strategy == NULL)
        return sweep_error_set(err, SWEEP_INCOMPATIBLE,
                               "this version does not know the method '%s' of the sweep",
                               sweep->method);
    return settings_place(&session->settings, sweep->seed, sweep->workdir, err);
}

static bool parse_recorded(struct session *session, struct sweep_error *err)
{
    document_parse_with(&session->document,
                        arena_printf(&session->arena, "%s/" LOCATE_YAML, session->directory.path),
                        session->sweep.yaml, session->need, &session->applied);
    settings_prepare(&session->settings, &session->document);
    lookup_surroundings(&session->document, session->call->environment);
    /* What was only warned about was said when it was started. */
    return session->document.diagnostics.errors == 0 || document_finish(&session->document, err);
}

/* --- opening -------------------------------------------------------------------------------- */

/* A directory with files in it that no runner ever locked is somebody's own. */
static bool check_is_ours(const char *path, struct sweep_error *err)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    bool has_files = false;
    bool has_lock = false;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        has_lock = has_lock || strcmp(entry->d_name, "runner.lock") == 0;
        has_files =
            has_files || (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0);
    }
    if (dir != NULL)
        (void)closedir(dir);
    if (has_files && !has_lock)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "%s is not empty and holds no sweep; name an empty directory or a "
                               "new one",
                               path);
    return true;
}

/* New trials would be written over the files of the old ones, from which it can be rebuilt. */
static bool check_has_no_trials(struct session *session, const char *path, struct sweep_error *err)
{
    const char *trials = arena_printf(&session->arena, "%s/trials", path);
    int fd = sys_open(AT_FDCWD, trials, O_RDONLY | O_DIRECTORY, 0);
    bool has_trials = fd >= 0 && rebuild_has_trials(fd);
    sys_close(fd);
    if (!has_trials)
        return true;
    return sweep_error_set(err, SWEEP_DATABASE,
                           "the database %s/" LOCATE_DATABASE
                           " is missing, and the files of its trials are there; rebuild it: sweep "
                           "doctor --repair %s",
                           path, session->operand);
}

/* `sweeps/digits` is called digits by people. Quoted, since they will copy it to their shell. */
static const char *name_for_people(struct session *session, const char *path)
{
    static const char prefix[] = LOCATE_DIRECTORY "/";
    size_t length = sizeof prefix - 1;
    bool is_named = strncmp(path, prefix, length) == 0 && strchr(path + length, '/') == NULL;
    struct strbuf quoted;

    strbuf_init(&quoted, NAME_MAX_BYTES);
    shell_append(&quoted, is_named ? path + length : path);
    const char *name = arena_copy(&session->arena, strbuf_view(&quoted));
    strbuf_release(&quoted);
    return name;
}

static void begin(struct session *session, const struct invocation *call, const char *path)
{
    session->call = call;
    session->operand = name_for_people(session, path);
    strbuf_init(&session->news, NEWS_MAX);
}

bool session_create_or_open(struct session *session, const struct invocation *call,
                            const char *path, struct sweep_error *err)
{
    struct directory *directory = &session->directory;

    begin(session, call, path);
    if (!locate_exists(path)) {
        if (!check_is_ours(path, err) || !check_has_no_trials(session, path, err) ||
            !directory_create(directory, path, strbuf_view(&session->document.source), err))
            return false;
    } else if (!directory_open(directory, path, err)) {
        return false;
    }
    /* Looked at again, since only now nobody else can make it. */
    if (!locate_exists(directory->path))
        return create_store(session, err);
    return load_store(session, err) && session_revise(session, err) && place(session, err);
}

bool session_open(struct session *session, const struct invocation *call, const char *path,
                  struct sweep_error *err)
{
    begin(session, call, path);
    return directory_open(&session->directory, path, err) && load_store(session, err) &&
           parse_recorded(session, err) && place(session, err);
}

void session_unlock(struct session *session)
{
    store_close(session->store);
    session->store = NULL;
    directory_close(&session->directory);
}

void session_close(struct session *session)
{
    store_close(session->store);
    directory_close(&session->directory);
    strbuf_release(&session->news);
    changes_free(session->changes);
    gear_release(&session->gear);
    document_release(&session->document);
    arena_release(&session->arena);
    *session = (struct session){0};
}

/* --- running -------------------------------------------------------------------------------- */

/* Whether it may end by itself; failures are no plan. */
static bool has_limit(const struct engine_limits *limits)
{
    return limits->time_ms > 0 || limits->gpu_ms > 0 || limits->cost_gpu_ms > 0 ||
           limits->energy_mj > 0 || limits->patience > 0 || limits->has_target;
}

/* Nothing is left for the strategy to choose. */
static bool is_given(const struct run_settings *run)
{
    uint64_t seeds = run->plan.seed != NULL ? run->plan.seed->choice_count : 1;
    return run->trials > 0 && run->trials <= seeds * run->plan.start_count;
}

static void append_method(const struct session *session, struct strbuf *out)
{
    const struct run_settings *run = &session->settings.run;

    if (is_given(run))
        strbuf_printf(out, "%zu given configuration%s", run->plan.start_count,
                      run->plan.start_count == 1 ? "" : "s");
    else
        strbuf_printf(out, "%s search", session->settings.strategy->name);
    if (session->settings.why != NULL)
        strbuf_printf(out, " (auto: %s)", session->settings.why);
}

/* How many trials there will be, as far as that is known. */
static void append_size(const struct run_settings *run, struct strbuf *out)
{
    enum sweep_count count;
    uint64_t points;

    if (run->trials > 0)
        strbuf_printf(out, ", %" PRIu64 " trial%s", run->trials, run->trials == 1 ? "" : "s");
    else if ((count = sweep_space_count_points(run->space, SWEEP_COUNT_STEPS, &points)) !=
             SWEEP_COUNT_INFINITE)
        strbuf_printf(out, ", %s%" PRIu64 " point%s", count == SWEEP_COUNT_EXACT ? "" : "up to ",
                      points, points == 1 ? "" : "s");
    else if (!has_limit(&run->limits))
        strbuf_append_text(out, ", no budget: it goes on until you press ^C");
}

static void append_plan(const struct session *session, struct strbuf *out)
{
    const struct run_settings *run = &session->settings.run;
    char time[CLOCK_TEXT_MAX];

    append_method(session, out);
    append_size(run, out);
    if (run->plan.seed != NULL)
        strbuf_printf(out, ", each configuration with %zu seed%s", run->plan.seed->choice_count,
                      run->plan.seed->choice_count == 1 ? "" : "s");
    if (run->limits.time_ms > 0) {
        clock_format_duration(run->limits.time_ms * US_PER_MS, time);
        strbuf_printf(out, ", for at most %s", time);
    }
    if (session->document.config->parallel == 0 && run->gpus.by_memory &&
        run->gpu_memory_bytes == 0)
        strbuf_append_text(out, ", as many at a time as fit together");
    else
        strbuf_printf(out, ", %" PRIu32 " at a time", run->parallel);
}

/* Failed trials are finished and never change. */
static void say_new_command(struct session *session, struct console *console)
{
    struct store_tally tally;

    if (!session->has_new_command)
        return;
    console_say(console, "no trial has come out yet, so the command may change");
    if (store_load_tally(session->store, &tally, NULL) && tally.counts[SWEEP_TRIAL_FAILED] > 0)
        console_say(console,
                    "what failed with the old one stays as it is; run it again, too, with: sweep "
                    "retry %s",
                    session->operand);
}

static void say_beginning(struct session *session, struct console *console)
{
    const struct config_metric *metric = &session->document.config->metric;
    struct strbuf plan;

    strbuf_init(&plan, NEWS_MAX);
    append_plan(session, &plan);
    console_say(console, "sweep %s: %s", session->settings.run.name, strbuf_text(&plan));
    if (metric->name != NULL)
        console_say(console, "%s %s; seed %" PRIu64 "; recorded in %s",
                    metric->objective.maximize ? "maximizes" : "minimizes", metric->name,
                    session->sweep.seed, session->directory.path);
    else
        console_say(console, "no metric; seed %" PRIu64 "; recorded in %s", session->sweep.seed,
                    session->directory.path);
    strbuf_reset(&plan);
    gear_append(&session->gear, &session->settings.run, &plan);
    if (plan.size > 0)
        console_say(console, "%s", strbuf_text(&plan));
    if (session->news.size > 0)
        console_say(console, "changed %s%s, and applied: %s",
                    session->is_edited ? "in " : "by --set",
                    session->is_edited ? session->document.file : "", strbuf_text(&session->news));
    say_new_command(session, console);
    strbuf_reset(&plan);
    setting_list_append(&session->applied, &plan);
    if (plan.size > 0)
        console_say(console, "set, whatever the file says: %s", strbuf_text(&plan));
    strbuf_release(&plan);
}

static enum run_on_terminate on_terminate(const struct session *session)
{
    const char *said = session->call->options.on_term;

    if (said != NULL)
        return strcmp(said, "stop") == 0 ? RUN_STOP : RUN_DETACH;
    return surroundings_supervisor(session->call->environment) != NULL ? RUN_STOP : RUN_DETACH;
}

/* What it took of GPUs, over all its runs. */
static void say_spending(const struct session *session, struct console *console,
                         const struct engine_spending *spent)
{
    struct strbuf text;
    if (spent->gpu_ms == 0 || session->is_replay)
        return;
    strbuf_init(&text, NEWS_MAX);
    spending_text_append(&(struct store_spending){.gpu_us = spent->gpu_ms * US_PER_MS,
                                                  .energy_mj = spent->energy_mj,
                                                  .has_energy = spent->energy_mj > 0},
                         session->document.config->budget.cost_per_gpu_hour, &text);
    console_say(console, "took %s", strbuf_text(&text));
    strbuf_release(&text);
}

static bool say_end(struct session *session, struct console *console,
                    const struct run_summary *summary, struct sweep_error *err)
{
    struct sweep_trial best;
    bool has_best = summary->progress.has_best && !session->is_replay;
    console->is_replay = session->is_replay;

    if (has_best && !store_load_trial(session->store, session->settings.run.space, &session->arena,
                                      summary->progress.best_trial, &best, err))
        return false;
    if (summary->end == ENGINE_BROKEN && summary->failed.trial != 0)
        last_words_say(console, session->directory.path, summary->failed);
    say_spending(session, console, &summary->spent);
    console_end(console, summary, has_best ? &best : NULL);
    return true;
}

bool session_serve(struct session *session, struct sweep_error *err)
{
    struct run_summary summary;
    const struct run_request request = {
        .purpose = RUN_SERVE,
        .settings = &session->settings.run,
        .backend = &backend_local,
        .strategy = session->settings.strategy,
        .directory = &session->directory,
        .store = session->store,
        .shim_fd = -1, /* nothing is started */
        .environment = session->call->environment,
        .change = session_change,
        .change_context = session,
    };
    return run_sweep(&request, &summary, err);
}

static void say_paused(struct session *session)
{
    struct console console;

    console_init(&console, &session->settings, session->store, session->directory.path,
                 session->call, session->operand);
    console_say(&console,
                "sweep %s is paused, as asked: nothing is started; go on with: sweep resume %s",
                session->settings.run.name, session->operand);
    console_release(&console);
}

/* Each line by itself. */
static void say_lines(struct console *console, struct strview text)
{
    while (text.size > 0) {
        const char *end = memchr(text.data, '\n', text.size);
        size_t size = end != NULL ? (size_t)(end - text.data) : text.size;
        console_say(console, "%.*s", (int)size, text.data);
        size_t taken = end != NULL ? size + 1 : size;
        text = (struct strview){text.data + taken, text.size - taken};
    }
}

/* A trial that ended without the metric is read with the patterns of today, which need not be those
 * that its shim had: before the run, and where one comes up in it. */
static bool run_and_read(struct session *session, const struct run_request *request,
                         struct console *console, struct run_summary *summary,
                         struct sweep_error *err)
{
    struct reread reread;
    bool again = session->call->options.rerun;

    reread_init(&reread, session->store, request->settings, session->directory.path);
    bool done = again ? reread_run_again(&reread, err) : reread_held(&reread, err);
    do {
        if (reread.found > 0)
            say_lines(console, strbuf_view(&reread.words));
        done = done && run_sweep(request, summary, err) &&
               (summary->end != ENGINE_UNSEEN || reread_held(&reread, err));
    } while (done && summary->end == ENGINE_UNSEEN && reread.found > 0);
    if (done && summary->end == ENGINE_UNSEEN)
        say_lines(console, strbuf_view(&reread.words));
    reread_release(&reread);
    return done;
}

bool session_run(struct session *session, enum session_wish wish, enum exit_status *status,
                 struct sweep_error *err)
{
    struct console console;
    struct run_summary summary;

    if (wish == SESSION_KEEP && !session->is_new && strcmp(session->sweep.wish, "pause") == 0) {
        say_paused(session);
        *status = STATUS_UNFINISHED;
        return true;
    }
    int shim_fd = surroundings_open_shim(err);
    if (shim_fd < 0 || !gear_choose(&session->gear, session->document.config, session->call, err)) {
        sys_close(shim_fd);
        return false;
    }
    gear_equip(&session->gear, &session->settings);
    console_init(&console, &session->settings, session->store, session->directory.path,
                 session->call, session->operand);
    say_beginning(session, &console);
    const struct run_request request = {
        .purpose = wish == SESSION_LIFT ? RUN_RESUME : RUN_SWEEP,
        .settings = &session->settings.run,
        .backend = &backend_local,
        .strategy = session->settings.strategy,
        .directory = &session->directory,
        .store = session->store,
        .shim_fd = shim_fd,
        .environment = session->call->environment,
        .on_terminate = on_terminate(session),
        .listener = console_listener(&console),
        .change = session_change,
        .change_context = session,
    };
    bool done = run_and_read(session, &request, &console, &summary, err) &&
                say_end(session, &console, &summary, err);
    if (done) {
        const struct engine_progress *progress = &summary.progress;
        *status = exit_status_of_end(summary.end, session->settings.run.has_objective
                                                      ? progress->has_best
                                                      : progress->complete > 0);
    }
    console_release(&console);
    sys_close(shim_fd);
    return done;
}
