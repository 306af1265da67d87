/*
 * A hash set of point numbers that follows the history, plus the few points that are pending.
 *
 * The set has open addressing with linear probing, at most half full, so that a look-up costs
 * about two probes whatever its size. Not for choosing points: that is up to the strategies.
 */
#include "used_points.h"

#include <stddef.h>

#include "point.h"
#include "sweep/mem.h"

#define CAPACITY_FIRST 64 /* a power of two */

struct used_points {
    const struct sweep_space *space;
    struct sweep_judge *judge;

    uint64_t *slots; /* [capacity] point + 1; 0: empty */
    size_t capacity; /* a power of two */
    size_t count;    /* taken */

    size_t known;         /* finished trials that are in the set */
    uint64_t last_number; /* the last of them, to recognise the history by */
    uint64_t last_arrival;
    uint64_t last_point;

    uint64_t *pending; /* [pending_count] points of pending trials that are not in the set */
    size_t pending_count;
    size_t pending_capacity;
};

/* No point has this number: a space has fewer points. */
static const uint64_t no_point = UINT64_MAX;

/* --- the set --------------------------------------------------------------------------------- */

/* Fibonacci hashing: neighbouring points end up far apart. The slot of a point or the empty one
 * where it belongs. */
static size_t slot_of(const struct used_points *used, uint64_t point)
{
    uint64_t hash = point * UINT64_C(0x9E3779B97F4A7C15);
    size_t slot = (size_t)(hash >> 32) & (used->capacity - 1);
    while (used->slots[slot] != 0 && used->slots[slot] != point + 1)
        slot = (slot + 1) & (used->capacity - 1);
    return slot;
}

static void insert(struct used_points *used, uint64_t point)
{
    size_t slot = slot_of(used, point);
    if (used->slots[slot] != 0)
        return;
    used->slots[slot] = point + 1;
    used->count++;
}

static void grow(struct used_points *used)
{
    uint64_t *old = used->slots;
    size_t old_capacity = used->capacity;
    used->capacity *= 2;
    used->slots = sweep_alloc_array(used->capacity, sizeof *used->slots);
    used->count = 0;
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i] != 0)
            insert(used, old[i] - 1);
    sweep_free(old);
}

static bool is_in_set(const struct used_points *used, uint64_t point)
{
    return used->slots[slot_of(used, point)] != 0;
}

static void forget_all(struct used_points *used)
{
    sweep_free(used->slots);
    used->capacity = CAPACITY_FIRST;
    used->slots = sweep_alloc_array(used->capacity, sizeof *used->slots);
    used->count = 0;
    used->known = 0;
}

/* --- following the history ------------------------------------------------------------------- */

/* Params that are no point of this space (those of an earlier one, say) use up nothing. */
static uint64_t point_or_none(const struct used_points *used, const struct sweep_trial *trial)
{
    uint64_t point;
    bool is_point = point_of(used->space, trial->params, &point) &&
                    sweep_judge_is_feasible(used->judge, trial->params);
    return is_point ? point : no_point;
}

/* A later history begins with the earlier one (sweep/history.h), so its newest known trial tells
 * whether this is a later one: number and arrival say which trial, its point says which sweep. */
static bool is_extension(const struct used_points *used, const struct sweep_history *history)
{
    if (used->known == 0)
        return true;
    if (history->finished_count < used->known)
        return false;
    const struct sweep_trial *last = history->finished[used->known - 1];
    return last->number == used->last_number && last->arrival == used->last_arrival &&
           point_or_none(used, last) == used->last_point;
}

static void add_finished(struct used_points *used, const struct sweep_trial *trial)
{
    uint64_t point = point_or_none(used, trial);
    if (2 * (used->count + 1) > used->capacity)
        grow(used);
    if (point != no_point)
        insert(used, point);
    used->known++;
    used->last_number = trial->number;
    used->last_arrival = trial->arrival;
    used->last_point = point;
}

static bool is_pending(const struct used_points *used, uint64_t point)
{
    for (size_t i = 0; i < used->pending_count; i++)
        if (used->pending[i] == point)
            return true;
    return false;
}

static void set_pending(struct used_points *used, const struct sweep_history *history)
{
    if (history->pending_count > used->pending_capacity) {
        used->pending_capacity = history->pending_count;
        used->pending =
            sweep_realloc_array(used->pending, used->pending_capacity, sizeof *used->pending);
    }
    used->pending_count = 0;
    for (size_t i = 0; i < history->pending_count; i++) {
        uint64_t point = point_or_none(used, history->pending[i]);
        if (point != no_point && !used_points_has(used, point)) /* not even as a pending one */
            used->pending[used->pending_count++] = point;
    }
}

struct used_points *used_points_create(const struct sweep_space *space, struct sweep_judge *judge)
{
    struct used_points *used = sweep_alloc(sizeof *used);
    used->space = space;
    used->judge = judge;
    forget_all(used);
    return used;
}

void used_points_free(struct used_points *used)
{
    if (used == NULL)
        return;
    sweep_free(used->slots);
    sweep_free(used->pending);
    sweep_free(used);
}

void used_points_update(struct used_points *used, const struct sweep_history *history)
{
    if (!is_extension(used, history))
        forget_all(used);
    for (size_t i = used->known; i < history->finished_count; i++)
        add_finished(used, history->finished[i]);
    set_pending(used, history);
}

bool used_points_has(const struct used_points *used, uint64_t point)
{
    return is_in_set(used, point) || is_pending(used, point);
}

uint64_t used_points_count(const struct used_points *used)
{
    return used->count + used->pending_count;
}
