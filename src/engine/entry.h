/*
 * An unfinished trial inside the engine, and the list of all of them by number.
 *
 * The list is as long as there are slots and suggestions held ahead, however long the sweep.
 *
 *     struct entry *entry = entry_create(&settings, number);
 *     entry_list_add(&list, entry);
 *
 * Ownership: an entry owns its copies of params, pending and memo; a list owns its entries until
 * they are removed.
 */
#ifndef SWEEP_ENGINE_ENTRY_H
#define SWEEP_ENGINE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "engine/tries.h"

/** Where an entry stands; finer than the trial's state, which is what is recorded. */
enum entry_phase {
    ENTRY_WAITING,
    ENTRY_LAUNCHING, /* ENGINE_LAUNCH was given out and not answered; the trial is still waiting */
    ENTRY_LIVE,      /* has a live attempt: number trial.attempts */
    ENTRY_HELD       /* ended without the metric, which no trial has reported: see sight.c */
};

struct entry {
    struct sweep_trial trial; /* its pointers are those below */
    struct sweep_value *params;
    uint64_t *pending;
    void *memo;
    struct objective objective;
    enum entry_phase phase;
    struct tries tries;
    bool is_cancelled;     /* by a person: it shall not run again */
    int64_t live_since_us; /* wall time, only to be shown */
};

/** Make an empty waiting trial. */
struct entry *entry_create(const struct engine_settings *settings, uint64_t number);

/** Free one; NULL is allowed. */
void entry_free(struct entry *entry);

/** Copy values into the trial. @param params  [count], or NULL for none */
void entry_set_params(struct entry *entry, const struct sweep_value *params, size_t count);

/** Copy the trials that the strategy knew to be unfinished. */
void entry_set_pending(struct entry *entry, const uint64_t *pending, size_t count);

/** Copy what the strategy left for itself. */
void entry_set_memo(struct entry *entry, const void *memo, size_t size);

/** Forget what earlier attempts reported: the next one has nothing of theirs. */
void entry_begin_anew(struct entry *entry);

/** Whether it has an attempt that is live or on its way. */
bool entry_is_started(const struct entry *entry);

/** The attempt that is live or would be launched next. */
struct attempt_key entry_key(const struct entry *entry);

/** Unfinished trials by number. Zeroed is empty. */
struct entry_list {
    struct entry **items; /* [count] */
    size_t count;
    size_t capacity;
};

/** Put an entry in its place; its number must not be there yet. */
void entry_list_add(struct entry_list *list, struct entry *entry);

/** The entry of a trial, or NULL. */
struct entry *entry_list_find(const struct entry_list *list, uint64_t number);

/** Take an entry out; it is the caller's then. */
void entry_list_remove(struct entry_list *list, const struct entry *entry);

/** Which one to launch next: those that were started before, then those that people want, then by
 * number; NULL: none waits. */
struct entry *entry_list_next(const struct entry_list *list);

/** How many are in a phase. */
size_t entry_list_count(const struct entry_list *list, enum entry_phase phase);

void entry_list_release(struct entry_list *list);

#endif
