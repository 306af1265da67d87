/*
 * One sweep, opened for running: what `run` and `resume` have in common.
 *
 *     struct session session = {.environment = environment};
 *     if (session_create_or_open(&session, path, err)) {
 *         struct run_request request = session_request(&session, RUN_SWEEP, shim_fd);
 *         ...
 *     }
 *     session_close(&session);
 *
 * Ownership: session_close() frees everything.
 */
#ifndef SWEEP_SESSION_SESSION_H
#define SWEEP_SESSION_SESSION_H

#include <stdbool.h>

#include "directory/directory.h"
#include "directory/document.h"
#include "run/run.h"
#include "session/gear.h"
#include "session/settings.h"
#include "store/store.h"

struct session {
    /* Set before it is opened. */
    char *const *environment; /* of this process; ends with NULL; borrowed */
    bool accepts_changes;     /* of the space */
    enum config_need need;    /* for session_open(): whether trials are to be started */
    const char *workdir;      /* where a new one's trials run; NULL: here */
    bool is_replay;           /* its best trial is lucky, and not said */

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
    const char *operand;            /* what names the sweep on a command line */
    bool is_new;                    /* no runner was here before */
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
bool session_create_or_open(struct session *session, const char *path,
                            struct sweep_error *err) SWEEP_MUST_CHECK;

/** Open an existing sweep with the YAML that is recorded in it. */
bool session_open(struct session *session, const char *path,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** The file's seed, or one that is drawn: small, since people will type it. */
bool session_choose_seed(const struct config *config, uint64_t *seed,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

/** What its runner is to do, but for who listens. @param shim_fd  -1: nothing is started */
struct run_request session_request(struct session *session, enum run_purpose purpose, int shim_fd);

/** Do what is asked for in its `control/`; start nothing, say nothing. */
bool session_serve(struct session *session, struct sweep_error *err) SWEEP_MUST_CHECK;

/** What people set while it runs, for the runner, see run_change. @param context  the session */
const struct run_settings *session_change(void *context, const char *assignments,
                                          struct strbuf *words, struct sweep_error *err);

/** Leave the sweep to another runner; what was read of its YAML stays. */
void session_unlock(struct session *session);

/** Close; zeroed and half opened ones are allowed. */
void session_close(struct session *session);

#endif
