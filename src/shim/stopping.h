/*
 * When to ask a command to end, and when to stop asking. Only decides; supervise.c acts.
 */
#ifndef SWEEP_SHIM_STOPPING_H
#define SWEEP_SHIM_STOPPING_H

#include <stdbool.h>
#include <stdint.h>

#include "journal/spec.h"
#include "trial/attempt.h"

struct stopping {
    int64_t timeout_at_ms; /* INT64_MAX: none */
    int64_t stall_ms;      /* 0: none */
    int64_t stall_at_ms;   /* INT64_MAX: none */
    int64_t grace_ms;
    enum attempt_stop reason; /* the first that was given: this is what is recorded */
    enum attempt_stop last;
    int64_t kill_at_ms; /* INT64_MAX: not yet asked to end */
};

enum stopping_action {
    STOPPING_NOTHING,
    STOPPING_TERMINATE, /* SIGTERM to the command's session */
    STOPPING_KILL       /* SIGKILL to everything; again every STOPPING_AGAIN_MS until it is gone */
};

/** A fork may slip through one round of killing. */
#define STOPPING_AGAIN_MS 50

/** Start, with the limits of a spec. */
void stopping_init(struct stopping *stopping, const struct spec *spec, int64_t now_ms);

/** It has printed something. */
void stopping_heard(struct stopping *stopping, int64_t now_ms);

/** The machine slept: that was no silence of the command. */
void stopping_slept(struct stopping *stopping, int64_t duration_ms);

/** Somebody wants it to end. The same reason a second time ends the grace. */
enum stopping_action stopping_request(struct stopping *stopping, enum attempt_stop reason,
                                      int64_t now_ms);

/** Time has passed. */
enum stopping_action stopping_tick(struct stopping *stopping, int64_t now_ms);

/** When to call stopping_tick(); INT64_MAX: never. */
int64_t stopping_deadline(const struct stopping *stopping);

#endif
