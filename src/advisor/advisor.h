/*
 * A sweep whose trials somebody else runs: it suggests, is told, and remembers.
 *
 *     struct advisor *advisor = advisor_create(&settings, err);
 *     advisor_ask(advisor, 1, &answer, err);
 *     advisor_tell(advisor, answer.trials[0]->number, &result, err);
 *     advisor_free(advisor);
 *
 * Suggestions are those of the runner: the same asker, the same prefix and pending set. A trial
 * that was handed out is running, without an attempt, until it is told; one that was added waits to
 * be handed out. With a store everything is durable before the call returns.
 *
 * SWEEP_BAD_INPUT and SWEEP_NOT_FOUND mean that nothing was changed. After any other error the
 * advisor is to be freed; what was acknowledged is in the store.
 *
 * Ownership: opaque, advisor_free(). Trials that it shows are its own, until it is freed.
 */
#ifndef SWEEP_ADVISOR_ADVISOR_H
#define SWEEP_ADVISOR_ADVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asker/coprocess.h"
#include "asker/plan.h"
#include "engine/engine.h"
#include "store/store.h"
#include "sweep/error.h"
#include "sweep/strategy.h"

struct advisor_settings {
    const struct sweep_strategy *strategy;
    const struct coprocess_settings *external; /* borrowed; of external_strategy: its process */
    const struct sweep_space *space;
    struct plan plan; /* see asker.h */
    uint64_t seed;
    bool maximize;
    uint64_t trials; /* budget; 0: no limit */
    struct engine_limits limits;
    int64_t running_ms;  /* that earlier conversations took */
    struct store *store; /* open for writing, borrowed; NULL: nothing is kept */
};

struct advisor;

/**
 * Start, or go on with what the store holds.
 *
 * @error whatever the strategy's create() says of the space
 */
struct advisor *advisor_create(const struct advisor_settings *settings,
                               struct sweep_error *err) SWEEP_MUST_CHECK;

/** NULL is allowed. */
void advisor_free(struct advisor *advisor);

/** Trials by number. */
struct advisor_trials {
    const struct sweep_trial *const *items; /* [count], until the next call */
    size_t count;
    const char *reason; /* why there are no more, or NULL */
};

/**
 * Hand out trials: first those that were added, then suggestions.
 *
 * @param count     how many [>= 1]; at the end of the budget or the space there are fewer, or none,
 *                  and none where a limit is reached
 * @param[out] out  the trials, or the reason
 */
bool advisor_ask(struct advisor *advisor, uint64_t count, struct advisor_trials *out,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

/** How a trial ended. */
struct advisor_result {
    enum sweep_trial_state state; /* a final one */
    bool has_value;
    double value; /* in the user's direction; may be NaN or infinite */
};

/** Finish a trial that was handed out. @error SWEEP_NOT_FOUND, SWEEP_BAD_INPUT (not handed out, or
 * finished) */
bool advisor_tell(struct advisor *advisor, uint64_t number, const struct advisor_result *result,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Note an intermediate value of a trial that was handed out.
 *
 * @param step        or SWEEP_STEP_NONE
 * @param[out] prune  whether to stop it; false as long as there is no stopper
 * @error as advisor_tell()
 */
bool advisor_report(struct advisor *advisor, uint64_t number, int64_t step, double value,
                    bool *prune, struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Add params of one's own.
 *
 * @param params       [space count], all values that their parameters can take; texts outlive the
 *                     advisor
 * @param evidence     how they turned out: the trial is finished and does not count in the budget;
 *                     NULL: it is handed out next, and counts
 * @param[out] number  of the new trial
 * @error SWEEP_BAD_INPUT when the budget is used up
 */
bool advisor_add(struct advisor *advisor, const struct sweep_value *params,
                 const struct advisor_result *evidence, uint64_t *number,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

/** The best trial so far, or NULL. */
const struct sweep_trial *advisor_best(const struct advisor *advisor);

/** The trials that were handed out and not told; no reason. */
void advisor_pending(struct advisor *advisor, struct advisor_trials *out);

/** Why nothing more will come, with nothing pending: NULL while something may. */
const char *advisor_end(struct advisor *advisor);

#endif
