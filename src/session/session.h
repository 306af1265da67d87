/*
 * One sweep, opened for running: what `run` and `resume` have in common.
 *
 *     struct session session = {0};
 *     if (session_create_or_open(&session, call, path, err) && session_run(&session, status, err))
 *         ...
 *     session_close(&session);
 *
 * Ownership: session_close() frees everything; the invocation is borrowed.
 */
#ifndef SWEEP_SESSION_SESSION_H
#define SWEEP_SESSION_SESSION_H

#include <stdbool.h>

#include "cli/exit_status.h"
#include "cli/subcommand.h"
#include "directory/directory.h"
#include "directory/document.h"
#include "session/gear.h"
#include "session/settings.h"
#include "store/store.h"

struct session {
    const struct invocation *call;
    enum config_need need;    /* set before session_open(): whether trials are to be started */
    struct document document; /* the YAML that is run */
    struct settings settings;
    struct gear gear; /* chosen before a sweep is made, or when it is run */
    struct arena arena;
    struct directory directory;
    struct store *store;
    struct store_sweep sweep;
    struct store_settings given;    /* set by this call */
    struct store_settings applied;  /* set apart from its YAML, by this call too */
    struct session_change *changes; /* while it runs; the newest first */
    const char *workdir;            /* set before: where a new one's trials run; NULL: here */
    const char *operand;            /* what names the sweep on a command line */
    bool is_new;                    /* no runner was here before */
    bool is_replay;                 /* set before: its best trial is lucky, and not said */
    bool is_edited;                 /* its file says something else than before */
    bool has_new_command;           /* and another command, before any trial came out */
    struct strbuf news;             /* what of it was applied */
};

/**
 * Make the sweep of the YAML in session->document (read with session->given, prepared and without
 * mistakes), or open it where `path` has it already and apply what may change.
 *
 * @param path  the sweep's directory
 * @error SWEEP_BUSY; SWEEP_BAD_INPUT when the YAML changed in what must stay, or the directory
 * holds something else
 */
bool session_create_or_open(struct session *session, const struct invocation *call,
                            const char *path, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Open an existing sweep with the YAML that is recorded in it. */
bool session_open(struct session *session, const struct invocation *call, const char *path,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** The file's seed, or one that is drawn: small, since people will type it. */
bool session_choose_seed(const struct config *config, uint64_t *seed,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

/** What the call of session_run() is to do about a sweep that people paused or stopped. */
enum session_wish {
    SESSION_KEEP, /* leave it so: nothing is started in it */
    SESSION_LIFT  /* they want it to run again */
};

/** Do what is asked for in its `control/`; start nothing, say nothing. */
bool session_serve(struct session *session, struct sweep_error *err) SWEEP_MUST_CHECK;

/** What people set while it runs, for the runner, see run_change. @param context  the session */
const struct run_settings *session_change(void *context, const char *assignments,
                                          struct strbuf *words, struct sweep_error *err);

/** Run it to its end, an interruption, or a detach. */
bool session_run(struct session *session, enum session_wish wish, enum exit_status *status,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

/** Leave the sweep to another runner; what was read of its YAML stays. */
void session_unlock(struct session *session);

/** Close; zeroed and half opened ones are allowed. */
void session_close(struct session *session);

#endif
