/*
 * The timetable of an end: SIGTERM, grace, SIGKILL. Not for sending them.
 */
#include "shim/stopping.h"

/* A duration of centuries must not wrap around. */
static int64_t later(int64_t now_ms, int64_t duration_ms)
{
    return duration_ms > INT64_MAX - now_ms ? INT64_MAX : now_ms + duration_ms;
}

void stopping_init(struct stopping *stopping, int64_t timeout_ms, int64_t grace_ms, int64_t now_ms)
{
    *stopping = (struct stopping){
        .timeout_at_ms = timeout_ms > 0 ? later(now_ms, timeout_ms) : INT64_MAX,
        .grace_ms = grace_ms > 0 ? grace_ms : 0,
        .kill_at_ms = INT64_MAX,
    };
}

enum stopping_action stopping_request(struct stopping *stopping, enum attempt_stop reason,
                                      int64_t now_ms)
{
    bool is_repeated = stopping->last == reason;
    stopping->last = reason;
    if (stopping->reason == ATTEMPT_STOP_NONE) {
        stopping->reason = reason;
        stopping->kill_at_ms = later(now_ms, stopping->grace_ms);
        return STOPPING_TERMINATE;
    }
    if (is_repeated && stopping->kill_at_ms > now_ms)
        stopping->kill_at_ms = now_ms;
    return STOPPING_NOTHING;
}

enum stopping_action stopping_tick(struct stopping *stopping, int64_t now_ms)
{
    if (now_ms >= stopping->kill_at_ms) {
        stopping->kill_at_ms = later(now_ms, STOPPING_AGAIN_MS);
        return STOPPING_KILL;
    }
    if (stopping->reason == ATTEMPT_STOP_NONE && now_ms >= stopping->timeout_at_ms)
        return stopping_request(stopping, ATTEMPT_STOP_TIMEOUT, now_ms);
    return STOPPING_NOTHING;
}

int64_t stopping_deadline(const struct stopping *stopping)
{
    return stopping->reason == ATTEMPT_STOP_NONE ? stopping->timeout_at_ms : stopping->kill_at_ms;
}
