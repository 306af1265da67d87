/*
 * Asking a sweep for something: by its runner where one is at work, else by ourselves.
 *
 *     struct asking asking = {.call = call, .path = "sweeps/digits", .request = {...}};
 *     struct answer answer;
 *     if (!ask(&asking, &arena, &answer, err)) ...
 *     answer_deliver(&asking, &answer, status, err);
 *
 * The request is a file in the sweep's `control/` (control/request.h). Who holds the sweep's lock
 * does it; while nobody does we take the lock and do all that lies there. Nothing is done twice.
 *
 * Ownership: texts live in the arena passed in.
 */
#ifndef SWEEP_CLI_ASK_ASK_H
#define SWEEP_CLI_ASK_ASK_H

#include <stdbool.h>

#include "base/arena.h"
#include "cli/subcommand.h"
#include "control/request.h"

struct asking {
    const struct invocation *call;
    const char *path;       /* of the sweep's directory */
    struct request request; /* all but its id */
};

/** What came of it. */
struct answer {
    bool is_answered;
    bool is_done;      /* answered, and not refused */
    uint64_t trial;    /* that it is about, also where it is a new one; 0: the sweep */
    const char *reply; /* in words; where it is not answered: why */
};

/**
 * Ask and wait, some seconds at most. A request that nobody answers stays and is done when somebody
 * takes it.
 *
 * @error SWEEP_NOT_FOUND, SWEEP_DATABASE, SWEEP_IO, SWEEP_NO_SPACE: nothing was asked for
 */
bool ask(struct asking *asking, struct arena *arena, struct answer *answer,
         struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Print what came of it, as JSON where that is wanted.
 *
 * @param more         a line for people after what was done, or NULL
 * @param[out] status  STATUS_NO_RESULT when it was refused, STATUS_UNFINISHED without an answer
 */
bool answer_deliver(const struct asking *asking, const struct answer *answer, const char *more,
                    enum exit_status *status, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
