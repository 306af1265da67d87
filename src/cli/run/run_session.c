/*
 * What is said before a sweep runs and after it; what is said meanwhile is console.c's.
 */
#include "cli/run/run_session.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/sys.h"
#include "cli/run/console.h"
#include "cli/run/last_words.h"
#include "cli/surroundings.h"
#include "session/reread.h"
#include "session/setting_list.h"
#include "view/term/usage_text.h"

#define NEWS_MAX  (16 * 1024)
#define US_PER_MS 1000

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

/* Trials that are jobs of their own do not end with whatever ends us. */
static enum run_on_terminate on_terminate(const struct session *session,
                                          const struct invocation *call)
{
    const char *said = call->options.on_term;

    if (said != NULL)
        return strcmp(said, "stop") == 0 ? RUN_STOP : RUN_DETACH;
    if (session->settings.run.is_slurm)
        return RUN_DETACH;
    return surroundings_supervisor(call->environment) != NULL ? RUN_STOP : RUN_DETACH;
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

static void say_paused(struct session *session, const struct invocation *call)
{
    struct console console;

    console_init(&console, &session->settings, session->store, session->directory.path, call,
                 session->operand);
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
static bool run_and_read(struct session *session, const struct run_request *request, bool again,
                         struct console *console, struct run_summary *summary,
                         struct sweep_error *err)
{
    struct reread reread;

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

bool run_session(struct session *session, const struct invocation *call, enum run_wish wish,
                 enum exit_status *status, struct sweep_error *err)
{
    struct console console;
    struct run_summary summary;

    if (wish == RUN_WISH_KEEP && !session->is_new && strcmp(session->sweep.wish, "pause") == 0) {
        say_paused(session, call);
        *status = STATUS_UNFINISHED;
        return true;
    }
    int shim_fd = surroundings_open_shim(err);
    if (shim_fd < 0 ||
        !gear_choose(&session->gear, session->document.config, session->environment, err)) {
        sys_close(shim_fd);
        return false;
    }
    gear_equip(&session->gear, &session->settings);
    console_init(&console, &session->settings, session->store, session->directory.path, call,
                 session->operand);
    say_beginning(session, &console);
    struct run_request request =
        session_request(session, wish == RUN_WISH_LIFT ? RUN_RESUME : RUN_SWEEP, shim_fd);
    request.on_terminate = on_terminate(session, call);
    request.listener = console_listener(&console);
    bool done = run_and_read(session, &request, call->options.rerun, &console, &summary, err) &&
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
