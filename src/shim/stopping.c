/*
 * The timetable of an end: SIGTERM, grace, SIGKILL. Not for sending them.
 */
#include "shim/stopping.h"

/* A duration of centuries must not wrap around. */
static int64_t later(int64_t now_ms, int64_t duration_ms)
{
    return duration_ms > INT64_MAX - now_ms ? INT64_MAX : now_ms + duration_ms;
}

static int64_t limit_at(int64_t now_ms, int64_t duration_ms)
{
    return duration_ms > 0 ? later(now_ms, duration_ms) : INT64_MAX;
}

void stopping_init(struct stopping *stopping, const struct spec *spec, int64_t now_ms)
{
    *stopping = (struct stopping){
        .timeout_at_ms = limit_at(now_ms, spec->timeout_ms),
        .stall_ms = spec->stall_ms,
        .stall_at_ms = limit_at(now_ms, spec->stall_ms),
        .grace_ms = spec->grace_ms > 0 ? spec->grace_ms : 0,
        .kill_at_ms = INT64_MAX,
    };
}

void stopping_heard(struct stopping *stopping, int64_t now_ms)
{
    stopping->stall_at_ms = limit_at(now_ms, stopping->stall_ms);
}

void stopping_slept(struct stopping *stopping, int64_t duration_ms)
{
    stopping->stall_at_ms = later(duration_ms, stopping->stall_at_ms);
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
    if (stopping->reason != ATTEMPT_STOP_NONE)
        return STOPPING_NOTHING;
    if (now_ms >= stopping->timeout_at_ms)
        return stopping_request(stopping, ATTEMPT_STOP_TIMEOUT, now_ms);
    if (now_ms >= stopping->stall_at_ms)
        return stopping_request(stopping, ATTEMPT_STOP_STALL, now_ms);
    return STOPPING_NOTHING;
}

int64_t stopping_deadline(const struct stopping *stopping)
{
    if (stopping->reason != ATTEMPT_STOP_NONE)
        return stopping->kill_at_ms;
    return stopping->timeout_at_ms < stopping->stall_at_ms ? stopping->timeout_at_ms
                                                           : stopping->stall_at_ms;
}
