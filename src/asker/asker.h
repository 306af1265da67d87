/*
 * The worker that asks the strategy: one thread with its own copy of the history.
 *
 *     struct asker *asker = asker_create(&settings, err);
 *     asker_know(asker, trial);                    each trial as it is recorded
 *     asker_tell(asker, trial);                    each trial as it finishes
 *     asker_ask(asker, seed, trial);               fill trial->number, knowing seen and pending
 *     while (asker_take(asker, &answer)) ...       when asker_fd() is readable
 *
 * Messages are handled in order and answered in order. What a strategy gets to see depends only on
 * what was recorded: the first `seen` trials in order of arrival, and the `pending` ones by number,
 * these as they were when they were suggested. So an ask made again gives the same answer.
 *
 * Ownership: opaque, asker_free(). Trials are copied but for the texts of their values, which
 * outlive the asker; those of asker_restore() are borrowed whole.
 */
#ifndef SWEEP_ASKER_ASKER_H
#define SWEEP_ASKER_ASKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asker/coprocess.h"
#include "asker/plan.h"
#include "sweep/error.h"
#include "sweep/strategy.h"

struct asker;

/** Whom it asks. Borrowed until asker_free(). */
struct asker_settings {
    const struct sweep_strategy *strategy;
    const struct coprocess_settings *external; /* of external_strategy: its process */
    const struct sweep_space *space;
    struct plan plan; /* zeroed: the strategy chooses all of the space, for each trial */
    bool maximize;
};

/**
 * Start the worker; the strategy's create() runs in it.
 *
 * @error whatever create() says; SWEEP_SPAWN when there is no thread to be had
 */
struct asker *asker_create(const struct asker_settings *settings,
                           struct sweep_error *err) SWEEP_MUST_CHECK;

/** End the worker, after the ask it is at; that of a process is cut short. NULL is allowed. */
void asker_free(struct asker *asker);

/** Hand over all that an earlier runner recorded, by number, before anything else. */
void asker_restore(struct asker *asker, const struct sweep_trial *trials, size_t count);

/** A new trial was recorded. */
void asker_know(struct asker *asker, const struct sweep_trial *trial);

/** A trial has finished. In order of arrival. */
void asker_tell(struct asker *asker, const struct sweep_trial *trial);

/** Ask for the trial `request->number`, as one who knows `seen` and `pending` of it. */
void asker_ask(struct asker *asker, uint64_t seed, const struct sweep_trial *request);

/** One answer. */
struct asker_answer {
    uint64_t trial;
    enum sweep_answer answer;
    struct sweep_value *params; /* [space count] */
    unsigned char *memo;        /* [memo_size] */
    size_t memo_size;
    struct sweep_error error; /* code not SWEEP_OK: there is no answer, and will be none */
};

/** Take the next answer; false when there is none now. Release it. */
bool asker_take(struct asker *asker, struct asker_answer *answer);

void asker_release_answer(struct asker_answer *answer);

/** A descriptor that is readable when there may be an answer. */
int asker_fd(const struct asker *asker);

#endif
