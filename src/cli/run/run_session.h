/*
 * Running a session to its end, and telling the person who waits how it goes.
 *
 *     struct session session = {.environment = call->environment};
 *     if (session_open(&session, path, err) && run_session(&session, call, wish, status, err)) ...
 *     session_close(&session);
 */
#ifndef SWEEP_CLI_RUN_RUN_SESSION_H
#define SWEEP_CLI_RUN_RUN_SESSION_H

#include <stdbool.h>

#include "cli/subcommand.h"
#include "session/session.h"

/** What is to be done about a sweep that people paused or stopped. */
enum run_wish {
    RUN_WISH_KEEP, /* leave it so: nothing is started in it */
    RUN_WISH_LIFT  /* they want it to run again */
};

/** Run it to its end, an interruption, or a detach. */
bool run_session(struct session *session, const struct invocation *call, enum run_wish wish,
                 enum exit_status *status, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
