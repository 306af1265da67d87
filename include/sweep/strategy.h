/*
 * How a strategy is written and found.
 *
 * A strategy is one const struct in one file (or folder) under `strategies/search/` and one row
 * in `strategies/registry.c`:
 *
 *     const struct sweep_strategy sweep_strategy_random = {
 *         .name = "random", .summary = "independent draws", .create = random_create,
 *         .ask = random_ask, .free = random_free,
 *     };
 *
 * It includes nothing of ours but `sweep/...`, has no clock, no files, no state outside the one
 * that create() made, and draws random numbers from sweep_rng streams keyed by (seed, number).
 *
 * The contract of ask() (a test battery holds every strategy to it): the answer is a function of
 * (space, seed, number, history), and feasible (sweep/space.h). Any state that create() makes may
 * only be a cache.
 *
 * Ownership: the frame owns `suggestion->params` and `suggestion->memo`; a strategy fills them.
 */
#ifndef SWEEP_STRATEGY_H
#define SWEEP_STRATEGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/error.h"
#include "sweep/explanation.h"
#include "sweep/history.h"
#include "sweep/space.h"
#include "sweep/trial.h"

/** What an ask came to. */
enum sweep_answer {
    SWEEP_SUGGESTED, /* the suggestion is filled */
    SWEEP_EXHAUSTED, /* every point of a finite space was given out: the sweep ends by itself */
    SWEEP_GAVE_UP    /* so few points are feasible that none was found: an error of the sweep */
};

/** One request. */
struct sweep_ask {
    uint64_t seed;   /* the sweep's */
    uint64_t number; /* of the trial that is to be filled, from 1 */
    const struct sweep_history *history;
};

/** One answer. */
struct sweep_suggestion {
    struct sweep_value *params; /* [space count] every one is to be set */
    unsigned char *memo;        /* [SWEEP_MEMO_MAX] optional */
    size_t memo_size;           /* 0 on entry */
};

/** A strategy. All functions are called from one thread. */
struct sweep_strategy {
    const char *name;     /* as in `method:` */
    const char *summary;  /* one line for help texts */
    bool needs_objective; /* a sweep without a metric cannot use it */
    bool uses_results;    /* false: values of finished trials do not matter, asks may run ahead */

    /**
     * Check that the space suits and make a cache for it.
     *
     * @param space  borrowed; outlives the state
     * @return the state, or NULL with `err` set
     * @error SWEEP_BAD_INPUT when the space has something that the strategy cannot handle
     */
    void *(*create)(const struct sweep_space *space, struct sweep_error *err);

    /** Fill `out` for trial `ask->number`. @return what came of it */
    enum sweep_answer (*ask)(void *state, const struct sweep_ask *ask,
                             struct sweep_suggestion *out);

    /**
     * Say what a history teaches; NULL where there is no model.
     *
     * @param ask          its history may be of any strategy
     * @param[in,out] out  see sweep/explanation.h
     */
    void (*explain)(void *state, const struct sweep_ask *ask, struct sweep_explanation *out);

    /** Free the state; NULL is allowed. */
    void (*free)(void *state);
};

/** The strategy of that name, or NULL. */
const struct sweep_strategy *sweep_strategy_find(const char *name);

/**
 * What `method: auto` means for a space: grid where the budget covers all its points; else, where
 * there is something to learn from and a budget to do so, bayes (tpe where that is too much for
 * it); else sobol (random where there are too many dimensions for that).
 *
 * @param trials         the budget; 0 means none
 * @param has_objective  whether the trials report something to learn from
 * @param[out] why       one sentence for people, static
 */
const struct sweep_strategy *sweep_strategy_choose(const struct sweep_space *space, uint64_t trials,
                                                   bool has_objective, const char **why);

/** All strategies in the order of the help text; ends with NULL. */
const struct sweep_strategy *const *sweep_strategies(void);

#endif
