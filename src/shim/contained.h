/*
 * The container of an attempt, for its shim: with its keeper, and the order of its end.
 *
 *     contained_init(&contained, spec);
 *     contained_start(&contained);                 before the command is started
 *     if (contained_kill(&contained, now_ms)) ...  the grace is over
 *     contained_remove(&contained);                the command has ended
 *     while (contained_is_there(&contained)) ...   container_step(&contained.container, now_ms)
 *     contained_dismiss(&contained);
 *     contained_release(&contained);
 *
 * Where the command is the client of no engine, or of one whose containers end with it, there is
 * none: then all of this does nothing, and nothing is there.
 *
 * Ownership: contained_release(); the spec is borrowed until then.
 */
#ifndef SWEEP_SHIM_CONTAINED_H
#define SWEEP_SHIM_CONTAINED_H

#include <stdbool.h>
#include <stdint.h>

#include "journal/spec.h"
#include "proc/container.h"
#include "shim/keeper.h"

struct contained {
    const struct spec *spec;
    bool exists; /* it has a name: the command is the client of its engine */
    struct container_commands commands;
    struct container container;
    struct keeper keeper;
    bool is_killing; /* the grace is over */
    int64_t client_kill_ms;
    bool is_said; /* that its engine gives no answer */
};

void contained_init(struct contained *contained, const struct spec *spec);
void contained_release(struct contained *contained);

/** Start its keeper. */
void contained_start(struct contained *contained);

/**
 * Remove it; its client, through which its last output comes, ends by itself.
 *
 * @return whether that is enough for now: it is there, and its client has not had its time
 */
bool contained_kill(struct contained *contained, int64_t now_ms);

/** Its client has ended: whatever became of it, the container is to go. */
void contained_remove(struct contained *contained);

/** Whether it may still be there. */
bool contained_is_there(const struct contained *contained);

/** When to step it at the latest, or `other_ms` if that is sooner. */
int64_t contained_deadline(const struct contained *contained, int64_t other_ms);

/** Once, why it is not known whether it is there; else NULL. */
const char *contained_trouble(struct contained *contained);

/** It is gone: its keeper ends. */
void contained_dismiss(struct contained *contained);

#endif
