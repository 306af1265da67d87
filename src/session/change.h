/*
 * What people set of a sweep that is there: `budget.trials=50`, apart from its file.
 *
 * The file stays as it is; what is set wins over it until the file itself says something else of
 * the key. Only what does not change what the trials are may be set: see revision.h.
 */
#ifndef SWEEP_SESSION_CHANGE_H
#define SWEEP_SESSION_CHANGE_H

#include <stdbool.h>

#include "session/session.h"

/** The settings that came of one change; the documents behind them live as long as the session. */
struct session_change {
    struct session_change *next;
    struct document document;
    struct settings settings;
};

/** Free a list. */
void changes_free(struct session_change *change);

#endif
