/*
 * The list of actions that one engine_step() fills, and what they point to.
 *
 *     actions_add(&list, ENGINE_UPDATE)->trial = &entry->trial;
 *     actions_keep(&list, entry);     (it is finished: free it at the next step)
 *
 * Ownership: the list frees the entries handed to actions_keep() when it is reset or released.
 */
#ifndef SWEEP_ENGINE_ACTIONS_H
#define SWEEP_ENGINE_ACTIONS_H

#include <stddef.h>

#include "engine/engine.h"
#include "engine/entry.h"
#include "sweep/error.h"

/** Zeroed is empty. */
struct action_list {
    struct engine_action *items; /* [count] */
    size_t count;
    size_t capacity;
    struct entry **kept; /* [kept_count] */
    size_t kept_count;
    size_t kept_capacity;
};

/** Append an action of a kind, zeroed otherwise; the pointer is valid until the next one. */
struct engine_action *actions_add(struct action_list *list, enum engine_action_kind kind);

/** Append words to the person. */
void actions_say(struct action_list *list, const char *format, ...) SWEEP_PRINTF(2, 3);

/** Hold an entry that actions point to until the next reset. */
void actions_keep(struct action_list *list, struct entry *entry);

/** Start the next step: forget the actions, free what was kept for them. */
void actions_reset(struct action_list *list);

void actions_release(struct action_list *list);

#endif
