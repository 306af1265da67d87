/*
 * The loop that runs a sweep: waits, turns descriptors, signals and time into events, carries out
 * actions.
 *
 * One turn: collect news -> engine_step until quiet -> spawn shims, blocked -> ONE transaction
 * (outcomes, reports, decisions, new attempts) -> only then GO, signals, words to the person.
 *
 *     struct run_request request = {.config = config, .directory = &directory, ...};
 *     if (!run_sweep(&request, &summary, err)) ...
 *
 * Ownership: the request is borrowed until run_sweep() returns.
 */
#ifndef SWEEP_RUN_RUN_H
#define SWEEP_RUN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "directory/directory.h"
#include "engine/engine.h"
#include "exec/backend.h"
#include "run/settings.h"
#include "store/store.h"
#include "sweep/error.h"
#include "sweep/strategy.h"

/** What happened, for whoever shows it. Pointers are valid during the call only. */
enum run_notice_kind {
    RUN_STARTED,       /* a runner is up; progress has what was there already */
    RUN_TRIAL_STARTED, /* trial */
    RUN_TRIAL_RETRIED, /* trial: it is waiting again; text says why */
    RUN_TRIAL_ENDED,   /* trial, finished */
    RUN_MESSAGE,       /* text */
    RUN_HEARTBEAT,     /* a minute without other news */
    RUN_TICK           /* running: as often as the listener wants it; may not be durable yet */
};

struct run_notice {
    enum run_notice_kind kind;
    const struct sweep_trial *trial;
    struct engine_progress progress;
    const char *text;
    int64_t wall_us;
    const struct engine_running *running; /* [running_count] */
    size_t running_count;
    int64_t time_left_ms; /* RUN_TICK: of the budget's time; INT64_MAX: no such limit */
};

/** The most running trials that a RUN_TICK names. */
#define RUN_TICK_MAX 64

/** Who is told. Must not block for long. */
struct run_listener {
    void *context;
    void (*tell)(void *context, const struct run_notice *notice);
    int64_t tick_ms; /* between two RUN_TICK; 0: none */
};

/** What SIGTERM means. */
enum run_on_terminate {
    RUN_DETACH, /* leave the trials running, end; resume finds them */
    RUN_STOP    /* stop them with grace: under Slurm, systemd, in a container */
};

/** What a runner is there for. */
enum run_purpose {
    RUN_SWEEP,  /* run the sweep, as far as people want it to run */
    RUN_RESUME, /* the same, and people want it to run from now on */
    RUN_SERVE   /* do what is asked for in `control/` and end; start nothing */
};

/**
 * Make settings of what people set of a running sweep.
 *
 * @param assignments  lines of KEY=VALUE
 * @param words        receives what that changes, for people: `parallel 1 -> 2`
 * @return the settings from now on, valid until the run ends, or NULL
 * @error what is wrong with them, in words
 */
typedef const struct run_settings *run_change(void *context, const char *assignments,
                                              struct strbuf *words, struct sweep_error *err);

struct run_request {
    enum run_purpose purpose;
    const struct run_settings *settings;
    const struct backend *backend;
    const struct sweep_strategy *strategy;
    struct directory *directory; /* open and locked */
    struct store *store;         /* open for writing */
    int shim_fd;
    char *const *environment; /* that trials inherit; ends with NULL */
    enum run_on_terminate on_terminate;
    struct run_listener listener;
    run_change *change;
    void *change_context;
};

/** How it ended. */
struct run_summary {
    enum engine_end end;
    char text[256];            /* why */
    struct attempt_key failed; /* ENGINE_BROKEN: the last attempt that failed, or zero;
                                  ENGINE_UNSEEN: the one without the objective */
    struct engine_progress progress;
    struct engine_spending spent; /* over all runs */
};

/**
 * Run until the sweep ends, is interrupted or detached. What people ask for in its `control/` is
 * done on the way.
 *
 * Blocks SIGINT, SIGTERM, SIGHUP, SIGCHLD in the calling thread while it runs.
 *
 * @error SWEEP_NO_SPACE, SWEEP_IO, SWEEP_DATABASE: nothing acknowledged is lost; trials go on and
 *        resume finds them
 */
bool run_sweep(const struct run_request *request, struct run_summary *summary,
               struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
