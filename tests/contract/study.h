/*
 * A sweep reduced to what a strategy sees of it: ask, finish, ask again.
 *
 *     struct study study;
 *     study_open(&study, strategy, space, seed);
 *     while (study_ask(&study) == SWEEP_SUGGESTED)
 *         study_finish(&study, study.count, SWEEP_TRIAL_COMPLETE, 0.5);
 *     study_close(&study);
 *
 * Ownership: study_close(); params of trials live as long as the study.
 */
#ifndef CONTRACT_STUDY_H
#define CONTRACT_STUDY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/strategy.h"

#define STUDY_TRIALS_MAX 256
#define STUDY_PARAMS_MAX 128

struct study {
    const struct sweep_strategy *strategy;
    const struct sweep_space *space;
    void *state;
    uint64_t seed;
    bool maximize;
    struct sweep_judge *judge; /* of the space, for checks */
    struct sweep_value params[STUDY_TRIALS_MAX][STUDY_PARAMS_MAX];
    unsigned char memos[STUDY_TRIALS_MAX][SWEEP_MEMO_MAX];
    struct sweep_trial trials[STUDY_TRIALS_MAX]; /* [count] by number */
    size_t count;
    const struct sweep_trial *finished[STUDY_TRIALS_MAX]; /* [finished_count] by arrival */
    size_t finished_count;
};

/** Start one; fails the running test where the strategy refuses the space. */
void study_open(struct study *study, const struct sweep_strategy *strategy,
                const struct sweep_space *space, uint64_t seed);

void study_close(struct study *study);

/** Forget the strategy's state, as a new runner would. */
void study_restart(struct study *study);

/** Ask for the next trial; if there is one it is pending now, the last of `trials`. */
enum sweep_answer study_ask(struct study *study);

/** Ask for trial `number` again, knowing only trials below it; compare with what it was then. */
void study_assert_same_answer(struct study *study, uint64_t number);

/** Finish a pending trial. */
void study_finish(struct study *study, uint64_t number, enum sweep_trial_state state, double value);

/** A value like that of a real objective: in no order, all different. */
double study_value(uint64_t number);

/** Ask for so many trials more and finish each with its study_value() before the next. */
void study_run(struct study *study, size_t trials);

/** Turn the order of arrival round. */
void study_reverse_arrivals(struct study *study);

/** Check that a trial's params are values that their parameters can take, and keep to the rules. */
void study_assert_valid(const struct study *study, uint64_t number);

/** Check that two studies of the same space have the same trials. */
void study_assert_same_trials(const struct study *a, const struct study *b);

/** How many trials below `number` have the same params. */
size_t study_count_same(const struct study *study, uint64_t number);

#endif
