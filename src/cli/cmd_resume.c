/*
 * `sweep resume [SWEEP]`: goes on with a sweep as it was recorded.
 */
#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/session.h"

/* Among several sweeps none is guessed: this command changes something. */
static bool refuse_guess(const struct location *location, struct sweep_error *err)
{
    return sweep_error_set(err, SWEEP_USAGE,
                           "there are %zu sweeps in ./" LOCATE_DIRECTORY
                           "; say which one, such as the latest: sweep resume %s",
                           location->alternatives, location->path + sizeof LOCATE_DIRECTORY);
}

bool cmd_resume(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    struct session session = {0};
    struct location location;
    bool done = locate_sweep(&session.arena, call->operand, &location, err);

    if (done && location.alternatives > 1)
        done = refuse_guess(&location, err);
    done = done && session_open(&session, call, location.path, err) &&
           session_run(&session, status, err);
    session_close(&session);
    return done;
}
