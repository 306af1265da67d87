/* The trials that the model is made of. */
#include "active.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "sweep/mem.h"

#define BEST    (ACTIVE_MAX / 4)
#define NEAREST (ACTIVE_MAX / 2)

/* Mark the `count` smallest that are not marked yet. */
static void mark_smallest(const double *keys, size_t n, size_t count, bool *marked)
{
    size_t *order = sweep_alloc_array(n, sizeof *order);
    gsl_sort_index(order, keys, 1, n);
    for (size_t i = 0; i < n && count > 0; i++)
        if (!marked[order[i]]) {
            marked[order[i]] = true;
            count--;
        }
    sweep_free(order);
}

static void mark_nearest(const struct embedding *embedding, const struct outcomes *outcomes,
                         bool *marked)
{
    size_t n = outcomes->known;
    size_t best = gsl_stats_min_index(outcomes->values, 1, n);
    double x[EMBEDDING_MAX];
    double *total = sweep_alloc_array(2 * n, sizeof *total);
    double *part = total + n;
    points_get(&outcomes->points, embedding, best, x);
    for (size_t j = 0; j < embedding->count; j++) {
        dimension_distances(&embedding->dimensions[j], x[j],
                            outcomes->points.x + j * outcomes->points.capacity, n, part);
        for (size_t i = 0; i < n; i++)
            total[i] += part[i];
    }
    mark_smallest(total, n, NEAREST, marked);
    sweep_free(total);
}

/* Every so-many-th of those that are left. */
static void mark_evenly(size_t n, size_t count, bool *marked)
{
    size_t left = 0;
    size_t seen = 0;
    for (size_t i = 0; i < n; i++)
        left += !marked[i];
    for (size_t i = 0; i < n; i++) {
        if (marked[i])
            continue;
        marked[i] = (seen + 1) * count / left > seen * count / left;
        seen++;
    }
}

static void add(struct active *active, const struct embedding *embedding,
                const struct outcomes *outcomes, size_t trial)
{
    double x[EMBEDDING_MAX];
    points_get(&outcomes->points, embedding, trial, x);
    points_add(&active->points, embedding, x);
}

void active_init(struct active *active, const struct embedding *embedding,
                 const struct outcomes *outcomes)
{
    size_t n = outcomes->known;
    bool *marked = sweep_alloc_array(n, sizeof *marked);
    *active = (struct active){.values = sweep_alloc_array(n, sizeof *active->values)};
    points_init(&active->points, embedding, outcomes->points.count);
    active_mark(embedding, outcomes, marked);
    for (size_t i = 0; i < n; i++) {
        if (!marked[i])
            continue;
        active->values[active->known++] = outcomes->values[i];
        add(active, embedding, outcomes, i);
    }
    for (size_t i = n; i < outcomes->points.count; i++)
        add(active, embedding, outcomes, i);
    sweep_free(marked);
}

void active_release(struct active *active)
{
    points_release(&active->points);
    sweep_free(active->values);
    *active = (struct active){0};
}

void active_mark(const struct embedding *embedding, const struct outcomes *outcomes, bool *marked)
{
    size_t n = outcomes->known;
    if (n > ACTIVE_MAX) {
        mark_smallest(outcomes->values, n, BEST, marked);
        mark_nearest(embedding, outcomes, marked);
        mark_evenly(n, ACTIVE_MAX - BEST - NEAREST, marked);
    } else {
        mark_evenly(n, n, marked);
    }
}

void active_mark_evenly(size_t n, bool *marked)
{
    mark_evenly(n, n < ACTIVE_MAX ? n : ACTIVE_MAX, marked);
}
