/*
 * Keeping unfinished trials: copies, order, look-up. Nothing about when they run: that is engine.c.
 */
#include "engine/entry.h"

#include <string.h>

#include "base/array.h"
#include "sweep/mem.h"

static void *copy_of(const void *items, size_t count, size_t size)
{
    if (items == NULL || count == 0)
        return NULL;
    void *copy = sweep_alloc_array(count, size);
    memcpy(copy, items, count * size);
    return copy;
}

struct entry *entry_create(const struct engine_settings *settings, uint64_t number)
{
    struct entry *entry = sweep_alloc(sizeof *entry);
    tries_init(&entry->tries);
    objective_init(&entry->objective, &settings->objective);
    entry->trial.number = number;
    objective_result(&entry->objective, &entry->trial);
    return entry;
}

void entry_free(struct entry *entry)
{
    if (entry == NULL)
        return;
    objective_release(&entry->objective);
    sweep_free(entry->params);
    sweep_free(entry->pending);
    sweep_free(entry->memo);
    sweep_free(entry);
}

void entry_set_params(struct entry *entry, const struct sweep_value *params, size_t count)
{
    sweep_free(entry->params);
    entry->params = copy_of(params, count, sizeof *params);
    entry->trial.params = entry->params;
}

void entry_set_pending(struct entry *entry, const uint64_t *pending, size_t count)
{
    sweep_free(entry->pending);
    entry->pending = copy_of(pending, count, sizeof *pending);
    entry->trial.pending = entry->pending;
    entry->trial.pending_count = entry->pending == NULL ? 0 : count;
}

void entry_set_memo(struct entry *entry, const void *memo, size_t size)
{
    sweep_free(entry->memo);
    entry->memo = copy_of(memo, size, 1);
    entry->trial.memo = entry->memo;
    entry->trial.memo_size = entry->memo == NULL ? 0 : size;
}

void entry_begin_anew(struct entry *entry)
{
    objective_reset(&entry->objective);
    objective_result(&entry->objective, &entry->trial);
}

bool entry_is_started(const struct entry *entry)
{
    return entry->phase == ENTRY_LAUNCHING || entry->phase == ENTRY_LIVE;
}

struct attempt_key entry_key(const struct entry *entry)
{
    uint32_t started = entry->trial.attempts;
    return (struct attempt_key){.trial = entry->trial.number,
                                .number = entry->phase == ENTRY_LIVE ? started : started + 1};
}

/* The first place whose number is not below `number`. */
static size_t place_of(const struct entry_list *list, uint64_t number)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle]->trial.number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void entry_list_add(struct entry_list *list, struct entry *entry)
{
    list->items = array_reserve(list->items, list->count + 1, &list->capacity, sizeof *list->items);
    size_t place = place_of(list, entry->trial.number);
    memmove(&list->items[place + 1], &list->items[place],
            (list->count - place) * sizeof *list->items);
    list->items[place] = entry;
    list->count++;
}

struct entry *entry_list_find(const struct entry_list *list, uint64_t number)
{
    size_t place = place_of(list, number);
    bool is_there = place < list->count && list->items[place]->trial.number == number;
    return is_there ? list->items[place] : NULL;
}

void entry_list_remove(struct entry_list *list, const struct entry *entry)
{
    size_t place = place_of(list, entry->trial.number);
    list->count--;
    memmove(&list->items[place], &list->items[place + 1],
            (list->count - place) * sizeof *list->items);
}

static bool is_wanted_before(const struct entry *entry, const struct entry *other)
{
    return entry->trial.origin != SWEEP_FROM_STRATEGY && other->trial.origin == SWEEP_FROM_STRATEGY;
}

struct entry *entry_list_next(const struct entry_list *list)
{
    struct entry *fresh = NULL;
    for (size_t i = 0; i < list->count; i++) {
        struct entry *entry = list->items[i];
        if (entry->phase != ENTRY_WAITING)
            continue;
        if (entry->trial.attempts > 0)
            return entry;
        if (fresh == NULL || is_wanted_before(entry, fresh))
            fresh = entry;
    }
    return fresh;
}

void entry_list_release(struct entry_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        entry_free(list->items[i]);
    sweep_free(list->items);
    *list = (struct entry_list){0};
}

size_t entry_list_count(const struct entry_list *list, enum entry_phase phase)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->items[i]->phase == phase;
    return count;
}
