/*
 * What one turn of the loop makes durable, and what may be done and said only then.
 *
 *     turn_add_outcome(&turn, key, &outcome);
 *     turn_say_trial(&turn, RUN_TRIAL_ENDED, ...);
 *     if (turn_commit(&turn, store, space, err))
 *         for each of turn.effects ... ; turn_reset(&turn);
 *
 * The records are kept until a commit has taken them: when it fails on a full disk the same list,
 * grown by what happened since, is written by the next one. So nothing that was seen is lost while
 * this process lives, and nothing is shown as done before it is durable.
 *
 * Ownership: everything is copied into the turn's arena; texts of values and names of metrics are
 * borrowed and outlive the turn.
 */
#ifndef SWEEP_RUN_TURN_H
#define SWEEP_RUN_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "run/run.h"
#include "store/store.h"

enum turn_kind {
    TURN_TRIAL,   /* insert */
    TURN_UPDATE,  /* of a trial */
    TURN_ATTEMPT, /* insert a live one */
    TURN_GPUS,    /* of an attempt */
    TURN_USAGE,   /* of an attempt */
    TURN_OUTCOME, /* of an attempt */
    TURN_REPORT,
    TURN_OFFSET, /* of a journal */
    TURN_EVENT,
    TURN_STATE, /* of the sweep */
    TURN_WISH,  /* of people for the sweep */
    TURN_TOLD,  /* to stop: an attempt */
    TURN_REQUEST,
    TURN_SETTING
};

struct turn_outcome {
    struct attempt_key key;
    struct attempt_outcome outcome;
    uint64_t arrival; /* known only after the engine has judged it */
};

struct turn_attempt {
    struct attempt_identity identity;
    int64_t started_us;
    bool fresh;
};

struct turn_gpus {
    struct attempt_key key;
    struct store_gpus gpus;
};

struct turn_usage {
    struct attempt_key key;
    struct usage usage;
};

struct turn_offset {
    struct attempt_key key;
    uint64_t offset;
    uint64_t sequence;
};

struct turn_state {
    const char *state;
    const char *note;
    int64_t running_us;
};

struct turn_told {
    struct attempt_key key;
    enum attempt_stop stop;
};

struct turn_record {
    enum turn_kind kind;
    union {
        const struct sweep_trial *trial;
        const struct turn_attempt *attempt;
        const struct turn_gpus *gpus;
        const struct turn_usage *usage;
        const struct turn_outcome *outcome;
        struct store_report report;
        struct turn_offset offset;
        struct store_event event;
        struct turn_state state;
        const char *wish;
        struct turn_told told;
        struct store_request request;
        struct store_setting setting;
    };
};

enum turn_effect_kind {
    TURN_GO,
    TURN_STOP,
    TURN_RECALL, /* what waits for its turn elsewhere */
    TURN_TELL,
    TURN_ANSWERED, /* a request */
    TURN_FORGET    /* what a finished trial saved */
};

struct turn_effect {
    enum turn_effect_kind kind;
    struct attempt_key key;   /* GO, STOP; FORGET: its trial */
    enum attempt_stop stop;   /* STOP */
    bool force;               /* STOP */
    struct run_notice notice; /* TELL */
    const char *request;      /* ANSWERED: its id */
};

/** Zeroed but for `param_count` is empty. */
struct turn {
    size_t param_count;
    struct arena arena;
    struct turn_record *records; /* [record_count] */
    size_t record_count;
    size_t record_capacity;
    struct turn_effect *effects; /* [effect_count] in the order in which they are to happen */
    size_t effect_count;
    size_t effect_capacity;
    size_t report_count;
    bool is_urgent; /* somebody waits for it; else it may gather more for a while */
};

void turn_release(struct turn *turn);

/** Insert a suggested trial. Not urgent: an unrecorded suggestion is made again. */
void turn_add_trial(struct turn *turn, const struct sweep_trial *trial);
void turn_add_update(struct turn *turn, const struct sweep_trial *trial);
void turn_add_attempt(struct turn *turn, const struct turn_attempt *attempt);

/** The GPUs of an attempt that was just added. */
void turn_add_gpus(struct turn *turn, struct attempt_key key, const struct store_gpus *gpus);

/** What an attempt has taken so far, if anything is known. Not urgent. */
void turn_add_usage(struct turn *turn, struct attempt_key key, const struct usage *usage);

/** @return the record, in which the arrival number is still to be set */
struct turn_outcome *turn_add_outcome(struct turn *turn, struct attempt_key key,
                                      const struct attempt_outcome *outcome);

/** Not urgent. */
void turn_add_report(struct turn *turn, const struct store_report *report);
void turn_add_offset(struct turn *turn, const struct turn_offset *offset);
void turn_add_event(struct turn *turn, int64_t at_us, struct attempt_key key, const char *kind,
                    const char *text);
void turn_add_state(struct turn *turn, const struct turn_state *state);

/** @param wish  static */
void turn_add_wish(struct turn *turn, const char *wish);

void turn_add_setting(struct turn *turn, const struct store_setting *setting);

/** What was done for a request, or why not; with it comes the effect that acknowledges it. */
void turn_add_request(struct turn *turn, const struct store_request *request);

void turn_go(struct turn *turn, struct attempt_key key);

/** Record that an attempt is told to stop, and tell it then. */
void turn_stop(struct turn *turn, struct attempt_key key, enum attempt_stop stop, bool force);

/** Take back what has been let go and has not begun, when the rest is durable. */
void turn_recall(struct turn *turn);

/** Remove the checkpoints of a finished trial when its end is durable. */
void turn_forget(struct turn *turn, uint64_t trial);

/** Say something when the rest is durable; trial and text are copied. */
void turn_tell(struct turn *turn, const struct run_notice *notice);

/** Write all records in one transaction. On failure nothing is written and all is kept. */
bool turn_commit(struct turn *turn, struct store *store, const struct sweep_space *space,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether there is nothing to write and nothing to do. */
bool turn_is_empty(const struct turn *turn);

/** Forget records and effects, keep the memory of the lists. */
void turn_reset(struct turn *turn);

#endif
