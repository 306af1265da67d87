/*
 * sweep.db: the record of one sweep.
 *
 * One runner has the only writing connection; all others open it read-only. Everything between
 * store_begin() and store_commit() is one transaction; a commit is durable when it returns (WAL,
 * synchronous=FULL).
 *
 *     if (store_begin(store, err) && store_record_trial(store, space, &trial, err) &&
 *         store_commit(store, err))
 *         return true;
 *     store_rollback(store);
 *     return false;
 *
 * All functions may fail with SWEEP_NO_SPACE (nothing of the transaction is kept: roll back, and
 * try it again as a whole when there is space), SWEEP_BUSY (somebody's sqlite3 shell), SWEEP_IO,
 * SWEEP_DATABASE (damaged; the message says what to do) and SWEEP_BUG, when the database refuses a
 * record that must be false: see schema.h for what it refuses.
 *
 * Reals come back bit by bit, NaN and infinities too; only the sign of zero is lost.
 *
 * Ownership: opaque, store_close(). Loaded things live in the arena passed in.
 */
#ifndef SWEEP_STORE_STORE_H
#define SWEEP_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strview.h"
#include "sweep/error.h"
#include "sweep/space.h"
#include "sweep/trial.h"
#include "trial/attempt.h"
#include "trial/usage.h"

struct store;

/** The sweep as a whole. */
struct store_sweep {
    const char *name;
    char uuid[37];
    struct strview yaml; /* the exact bytes */
    uint64_t seed;
    bool maximize;
    const char *objective; /* name of the metric, or NULL */
    const char *method;    /* the name of the strategy, never "auto" */
    const char *workdir;   /* absolute: where `run` first started */
    int64_t created_us;
    const char *version; /* of the program that created it; loaded only */
    int64_t running_us;  /* time that runners were up, summed */
    const char *state;   /* "running", "paused", "interrupted", "finished", "detached",
                               "broken" */
    const char *note;    /* why it is in that state, in words; may be empty */
    const char *wish;    /* what people asked for last: "run", "pause", "stop" */
};

/** A key of the YAML that people set apart from it, and its value. */
struct store_setting {
    const char *key;
    const char *value;
};

struct store_settings {
    struct store_setting *items; /* [count] by key */
    size_t count;
};

/**
 * Create the database of a new sweep (mode 0600) and open it for writing.
 *
 * It appears under its name when it is complete and durable, or not at all. The caller holds the
 * directory's lock.
 *
 * @param settings  what is set from the beginning; NULL: nothing
 * @error SWEEP_BUSY when the file exists; SWEEP_BAD_INPUT on a network file system
 */
struct store *store_create(const char *path, const struct store_sweep *sweep,
                           const struct store_settings *settings,
                           struct sweep_error *err) SWEEP_MUST_CHECK;

enum store_access {
    STORE_READ, /* cannot write or checkpoint, whatever it does */
    STORE_WRITE
};

/**
 * Open an existing one; checks application id and format.
 *
 * @error SWEEP_NOT_FOUND, SWEEP_INCOMPATIBLE (newer format), SWEEP_DATABASE (damaged)
 */
struct store *store_open(const char *path, enum store_access access,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

/** Checkpoint (a writer) and close; NULL is allowed. */
void store_close(struct store *store);

bool store_load_sweep(struct store *store, struct arena *arena, struct store_sweep *out,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/* --- writing, in a transaction ------------------------------------------------------------- */

bool store_begin(struct store *store, struct sweep_error *err) SWEEP_MUST_CHECK;
bool store_commit(struct store *store, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Undo what store_begin() began; never fails. */
void store_rollback(struct store *store);

bool store_record_state(struct store *store, const char *state, const char *note,
                        int64_t running_us, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Record what people want of the sweep: "run", "pause" or "stop"; a new one wants to run. */
bool store_record_wish(struct store *store, const char *wish,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

/** Replace name, YAML, objective and goal by those of `sweep`: what may change of a sweep once it
 * has trials is for the caller to decide. */
bool store_record_revision(struct store *store, const struct store_sweep *sweep,
                           struct sweep_error *err) SWEEP_MUST_CHECK;

/** Set a key, in place of all that was set below it, or (`value` NULL) no longer. */
bool store_record_setting(struct store *store, const char *key, const char *value,
                          struct sweep_error *err) SWEEP_MUST_CHECK;

/** Insert a trial that was suggested, in the order of numbers; the database refuses a gap. */
bool store_record_trial(struct store *store, const struct sweep_space *space,
                        const struct sweep_trial *trial, struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Update a trial's state, reason, objective, times, attempts, arrival. A finished one must have its
 * arrival.
 *
 * @error SWEEP_BUG when it was finished already: the database itself refuses
 */
bool store_update_trial(struct store *store, const struct sweep_trial *trial,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Insert a live attempt.
 *
 * @param fresh  it begins anew: what earlier attempts of its trial reported does not count
 * @error SWEEP_BUG when its trial has one already: the database refuses
 */
bool store_record_attempt(struct store *store, const struct attempt_identity *identity,
                          int64_t started_us, bool fresh, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Record that a live attempt is told to stop, before it is. */
bool store_record_told(struct store *store, struct attempt_key key, enum attempt_stop stop,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * End a live attempt; an ended one is never changed. So its last reports and offset are recorded
 * before, and `arrival` is above theirs.
 */
bool store_record_outcome(struct store *store, struct attempt_key key,
                          const struct attempt_outcome *outcome, uint64_t arrival,
                          struct sweep_error *err) SWEEP_MUST_CHECK;

/** One number from a journal. */
struct store_report {
    struct attempt_key key;
    const char *metric;
    uint64_t sequence; /* in its attempt */
    uint64_t arrival;  /* in the sweep */
    int64_t step;      /* SWEEP_STEP_NONE: none */
    int64_t elapsed_ms;
    double value; /* NaN and infinities are kept */
    bool counts;  /* when loaded: no later attempt began anew */
};

/** Insert a report; the same (attempt, sequence) again changes nothing. */
bool store_record_report(struct store *store, const struct store_report *report,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

/** Remember how far the journal of a live attempt was recorded. */
bool store_record_offset(struct store *store, struct attempt_key key, uint64_t offset,
                         uint64_t sequence, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Append to the sweep's log of events: `kind` is one word; trial 0 means the sweep as a whole. */
bool store_record_event(struct store *store, int64_t at_us, struct attempt_key key,
                        const char *kind, const char *text,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** What somebody asked of the runner, and what came of it. */
struct store_request {
    const char *id; /* drawn by who asked */
    int64_t at_us;
    const char *verb;
    uint64_t trial; /* 0: the sweep as a whole */
    const char *body;
    bool is_done; /* else refused */
    const char *reply;
};

/** Insert a request, in the transaction of what it did. @error SWEEP_BUG when its id is known */
bool store_record_request(struct store *store, const struct store_request *request,
                          struct sweep_error *err) SWEEP_MUST_CHECK;

/* --- reading ------------------------------------------------------------------------------- */

/** Find a request by its id; `found->id` is NULL when there is none. */
bool store_find_request(struct store *store, struct arena *arena, const char *id,
                        struct store_request *found, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Read the state of this moment from now on, whatever is written meanwhile. */
bool store_hold(struct store *store, struct sweep_error *err) SWEEP_MUST_CHECK;

/** The number of the newest trial that is a retry of `trial`; 0: none is. */
bool store_find_retry(struct store *store, uint64_t trial, uint64_t *out,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/** All trials by number. */
struct store_trials {
    struct sweep_trial *items; /* [count] */
    size_t count;
};

/**
 * Load all trials.
 *
 * Pending sets and memos are left out unless `with_evidence`, which costs memory.
 */
bool store_load_trials(struct store *store, const struct sweep_space *space, struct arena *arena,
                       bool with_evidence, struct store_trials *out,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

struct store_range {
    uint64_t first; /* number of a trial */
    size_t count;
};

/** Load those of a range, as far as they exist, without evidence. */
bool store_load_range(struct store *store, const struct sweep_space *space, struct arena *arena,
                      struct store_range range, struct store_trials *out,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/** Load one trial, as above. @error SWEEP_NOT_FOUND when there is none of that number */
bool store_load_trial(struct store *store, const struct sweep_space *space, struct arena *arena,
                      uint64_t number, struct sweep_trial *out,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/* --- the ranking, without reading all trials: see ranking.c ---------------------------------- */

bool store_count_trials(struct store *store, size_t *count,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** What all trials have come to. */
struct store_tally {
    size_t counts[SWEEP_TRIAL_CANCELLED + 1]; /* by state */
    size_t withdrawn; /* of those cancelled, since the space had changed: no budget counts them */
    size_t total;
};

bool store_load_tally(struct store *store, struct store_tally *out,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/** A trial that is a retry, and of which. */
struct store_retry {
    uint64_t of;
    uint64_t number;
};

struct store_retries {
    struct store_retry *items; /* [count] by the trials of which they are, then by number */
    size_t count;
};

bool store_load_retries(struct store *store, struct arena *arena, struct store_retries *out,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** Numbers of trials. */
struct store_places {
    uint64_t *numbers; /* [count] */
    size_t count;
};

/** Find the first `count` trials in the order of trial/ranking.h. */
bool store_find_ranking(struct store *store, struct arena *arena, bool maximize, size_t count,
                        struct store_places *out, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Find the best trial; 0: none has a finite value. */
bool store_find_best(struct store *store, bool maximize, uint64_t *number,
                     struct sweep_error *err) SWEEP_MUST_CHECK;

/** Find the first trial in a state that can never be best; 0: there is none. */
bool store_find_unranked(struct store *store, enum sweep_trial_state state, uint64_t *number,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Find, of the trials that can be best, the one with the best last report, if that is better than
 * `last` (NaN: any is); 0: none is.
 */
bool store_find_better_last(struct store *store, bool maximize, double last, uint64_t *number,
                            struct sweep_error *err) SWEEP_MUST_CHECK;

/** An attempt as recorded. */
struct store_attempt {
    struct attempt_identity identity;
    bool live;
    int64_t started_us;
    bool fresh;
    enum attempt_stop told;         /* to be stopped, by a runner */
    struct attempt_outcome outcome; /* when not live */
    uint64_t arrival;               /* when not live */
    uint64_t journal_offset;
    uint64_t journal_sequence;
};

struct store_gpu {
    const char *uuid;
    const char *name; /* its model; "" where that is not known */
};

struct store_gpus {
    const struct store_gpu *items; /* [count] as the command counts them */
    size_t count;
};

/** Record which GPUs an attempt was given; the attempt is recorded already. */
bool store_record_gpus(struct store *store, struct attempt_key key, const struct store_gpus *gpus,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

bool store_load_gpus(struct store *store, struct arena *arena, struct attempt_key key,
                     struct store_gpus *out, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Record what an attempt has taken so far, in place of what was recorded of it before. */
bool store_record_usage(struct store *store, struct attempt_key key, const struct usage *usage,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** Load it; see usage_init() where nothing was recorded. */
bool store_load_usage(struct store *store, struct attempt_key key, struct usage *out,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/** Load what all attempts of a trial took together; see usage_join(). Processor time and memory are
 * also those that their supervisors measured. */
bool store_load_trial_usage(struct store *store, uint64_t trial, struct usage *out,
                            struct sweep_error *err) SWEEP_MUST_CHECK;

/** What a sweep has taken of GPUs. */
struct store_spending {
    int64_t
        gpu_us; /* that GPUs were in use: of each the time in which at least one attempt had it */
    int64_t energy_mj;
    bool has_energy; /* anything is known of it */
};

/** Sum it up over all attempts; those that live count until `now_us`. */
bool store_load_spending(struct store *store, int64_t now_us, struct store_spending *out,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

struct store_attempts {
    struct store_attempt *items; /* [count] by trial, then number */
    size_t count;
};

/** Load the live attempts (trial 0), or all those of one trial. */
bool store_load_attempts(struct store *store, struct arena *arena, uint64_t trial,
                         struct store_attempts *out, struct sweep_error *err) SWEEP_MUST_CHECK;

struct store_reports {
    struct store_report *items; /* [count] by arrival */
    size_t count;
};

/**
 * Load the reports of one trial over all its attempts.
 *
 * @param metric  only this one; NULL means all
 */
bool store_load_reports(struct store *store, struct arena *arena, uint64_t trial,
                        const char *metric, struct store_reports *out,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** The number that each capture had at the trial's chosen step (or its last before it). */
struct store_captured {
    const char *metric;
    double value;
};

/** What a row shows of a trial besides itself. */
struct store_captures {
    struct store_captured *items; /* [count] by name */
    size_t count;
    struct store_gpus gpus; /* of its last attempt */
    struct usage usage;     /* of all its attempts */
};

bool store_load_captures(struct store *store, struct arena *arena, const struct sweep_trial *trial,
                         struct store_captures *out, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Find out whether the objective was never seen, and no trial ended well without it: then nothing
 * depends on what the objective is. */
bool store_is_unseen(struct store *store, bool *unseen, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Find out whether no trial has come out or can come out of what is run so far: none is complete,
 * none runs, and none that is to go on has reported the objective. Then the trials to come have
 * nothing that they must compare with; failed ones are no evidence. */
bool store_is_free(struct store *store, bool *is_free, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Find out whether the sweep went on with another YAML than it was started with: what failed
 * before may have had another objective. */
bool store_is_revised(struct store *store, bool *is_revised,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/** Find the first trial above `after` that ended without the objective and waits for it to be
 * found; 0: there is none. */
bool store_find_held(struct store *store, uint64_t after, uint64_t *trial,
                     struct sweep_error *err) SWEEP_MUST_CHECK;

/** The largest arrival number recorded; 0 at first. */
bool store_load_arrival(struct store *store, uint64_t *out,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

struct store_event {
    int64_t at_us;
    struct attempt_key key;
    const char *kind;
    const char *text;
};

struct store_events {
    struct store_event *items;
    size_t count;
};

/** Load events of one trial, or (0) of the sweep as a whole and all its trials. */
bool store_load_events(struct store *store, struct arena *arena, uint64_t trial,
                       struct store_events *out, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Load what is set. */
bool store_load_settings(struct store *store, struct arena *arena, struct store_settings *out,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

/** The latest note of people on a trial, or (0) on the sweep. */
struct store_note {
    uint64_t trial;
    const char *text;
};

struct store_notes {
    struct store_note *items; /* [count] by trial */
    size_t count;
};

/** Load the latest note of each. */
bool store_load_notes(struct store *store, struct arena *arena, struct store_notes *out,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Write a copy of the whole database to a new file that needs no other beside it.
 *
 * @error SWEEP_BAD_INPUT when there is such a file
 */
bool store_backup(struct store *store, const char *path, struct sweep_error *err) SWEEP_MUST_CHECK;

/** The version of SQLite that is in use. */
const char *store_library_version(void);

/** SQLite's integrity_check and foreign_key_check. @error SWEEP_DATABASE with its first finding */
bool store_check(struct store *store, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
