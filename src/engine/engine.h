/*
 * The scheduler: events in, actions out. No clock, no process, no file, no database, no model.
 *
 *     struct engine_actions actions;
 *     engine_step(engine, &event, &actions);
 *     for (size_t i = 0; i < actions.count; i++)
 *         carry_out(&actions.items[i]);
 *
 * The caller feeds news one at a time and carries out what comes back, in order; actions that need
 * the world (a launch) answer with an event later. The same events give the same actions: whole
 * sweeps are tested as text with virtual time (tests/trace).
 *
 * Ownership: the engine owns the unfinished trials; a pointer in an action is valid until the next
 * engine_step(). A finished trial leaves the engine with its ENGINE_UPDATE.
 *
 * @see cowsql/raft's raft_step() for the shape.
 */
#ifndef SWEEP_ENGINE_ENGINE_H
#define SWEEP_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "sweep/trial.h"
#include "trial/attempt.h"
#include "trial/objective.h"

/** When a sweep has had enough. Zero means that there is no such limit. */
struct engine_limits {
    int64_t time_ms;       /* running time, summed over runs */
    int64_t gpu_ms;        /* that GPUs may be in use, each by itself, summed over runs */
    double cost;           /* only to be named: cost_gpu_ms is what it buys */
    int64_t cost_gpu_ms;   /* the same as gpu_ms */
    int64_t energy_mj;     /* that they may take */
    int64_t finish_ms;     /* how long trials that run when one of these is reached may go on */
    uint64_t patience;     /* complete or pruned trials in a row without a better one */
    uint64_t max_failures; /* failed trials; without it the breaker's rules hold (breaker.c) */
    bool has_target;
    double target; /* a complete trial with a value at least as good is enough */
};

/** What governs one run. Zero means the default where there is one. */
struct engine_settings {
    uint64_t trials;    /* budget; 0: no limit */
    uint32_t parallel;  /* slots, at least 1 */
    uint32_t ask_ahead; /* suggestions to hold beyond the free slots; 0 where results matter */
    bool has_objective;
    const char *objective_name; /* for people; NULL means "the metric" */
    struct objective_settings objective;
    size_t param_count;       /* values per trial */
    uint32_t lost_max;        /* lost attempts that a trial may have before it fails; default 5 */
    uint32_t not_started_max; /* commands in a row that could not be started before the sweep ends;
                                 default 3 */
    bool shares_gpus;         /* a trial that runs out of GPU memory is tried alone, once */
    uint32_t retries;         /* how often a trial that failed by itself is started again */
    bool may_give_up;         /* the strategy is a program that ends when it likes */
    struct engine_limits limits;
};

enum engine_event_kind {
    ENGINE_TICK,          /* time passed; also the first event */
    ENGINE_SUGGESTED,     /* `trial`, `params`, `memo`: the answer to ENGINE_ASK */
    ENGINE_EXHAUSTED,     /* the other answer: no point is left */
    ENGINE_LAUNCHED,      /* `key`, `fresh`: its shim is up and blocked */
    ENGINE_LAUNCH_FAILED, /* `key`: no shim could be had now (EAGAIN and the like); `text`: why, or
                             NULL. It is tried again under the same key, ever less often */
    ENGINE_REPORT,        /* `key`, `value`, `step`: the objective was reported */
    ENGINE_ENDED,         /* `key`, `outcome` */
    ENGINE_INTERRUPT,     /* ^C: first no new trials, then stop the running ones, then kill them */
    ENGINE_TERMINATE,     /* stop the running trials with grace and end */
    ENGINE_DETACH,        /* end at once, trials go on */
    ENGINE_PAUSE,         /* `cause`, `text`: no new trials until its ENGINE_UNPAUSE */
    ENGINE_UNPAUSE,       /* `cause`; a person's takes back an ENGINE_CLOSE too */
    ENGINE_CLOSE, /* no new trials; when the running ones have ended the sweep is finished */
    ENGINE_ADD, /* `params`, `origin`, `trial` (that is retried): a trial that people want next; its
                   number is the newest then */
    ENGINE_SET, /* `settings`: from now on; only numbers and limits may differ */
    ENGINE_CANCEL,   /* `trial`: stop it for good; 0: ENGINE_CLOSE, and all that run */
    ENGINE_CAPACITY, /* `capacity`: from now on */
    ENGINE_SPENT     /* `spending`: until now, and how it goes on */
};

/** Who pauses a sweep: it goes on when nobody does any more. */
enum engine_cause {
    ENGINE_BY_TROUBLE, /* such as a full disk */
    ENGINE_BY_PERSON
};

/** What a sweep has spent, over all its runs. */
struct engine_spending {
    int64_t gpu_ms; /* that GPUs were in use, until the event */
    uint32_t gpus;  /* that are in use from then on */
    int64_t energy_mj;
};

/** One piece of news. Fields that its kind does not name are ignored. */
struct engine_event {
    enum engine_event_kind kind;
    int64_t now_ms;  /* on a clock that does not jump */
    int64_t wall_us; /* since 1970, only to be stored */
    uint64_t trial;
    struct attempt_key key;
    bool fresh; /* the attempt begins anew: what earlier ones reported does not count */
    const struct sweep_value *params; /* [param_count] */
    const void *memo;
    size_t memo_size;
    double value;
    int64_t step;
    uint32_t capacity; /* how many attempts there is room for, besides settings.parallel */
    struct engine_spending spending;
    const struct attempt_outcome *outcome;
    enum engine_cause cause;
    enum sweep_origin origin;
    const struct engine_settings *settings;
    const char *text;
    bool no_room; /* the box has less than it was thought to have, which ENGINE_CAPACITY told */
};

/* What an event means, beyond its name: until the first ENGINE_TICK nothing is started and nothing
 * ends by itself, so that what was asked for meanwhile counts first. The answer to a first
 * ENGINE_INTERRUPT with nothing running is ENGINE_DONE; a second one (or ENGINE_TERMINATE) stops
 * what runs with grace, a third without. Interrupted, lost, rebooted and preempted attempts put
 * their trial back to waiting. A cancelled trial never runs again, whatever becomes of its attempt;
 * cancelled twice it gets no grace. Until the objective is seen, only one trial is started at a
 * time; one that exits 0 without it is not finished by that: it waits with the reason
 * METRIC_MISSING and is not started again, and the run ends. After ENGINE_DONE every event is
 * ignored. */

enum engine_action_kind {
    ENGINE_ASK,    /* ask the strategy to fill `trial->number`; `trial` has seen and pending */
    ENGINE_RECORD, /* `trial` is new: insert it */
    ENGINE_LAUNCH, /* start attempt `key` of `trial`, blocked */
    ENGINE_UPDATE, /* `trial` changed: update it; if finished, tell the strategy and the person */
    ENGINE_STOP,   /* stop attempt `key`: `stop`, `force` */
    ENGINE_SAY,    /* `text` to the person */
    ENGINE_DONE    /* the runner ends: `end`, `text` says why */
};

/** How a run ended. */
enum engine_end {
    ENGINE_FINISHED,    /* budget used up, space exhausted, target reached */
    ENGINE_INTERRUPTED, /* by ^C or terminate: resume goes on */
    ENGINE_DETACHED,    /* trials still run */
    ENGINE_BROKEN,      /* the command cannot be started, or too many trials failed; `key` is the
                           last attempt that did, or zero */
    ENGINE_UNSEEN       /* attempt `key` ended without the objective, which was never seen: the way
                           in which it is looked for is to be mended */
};

/** One thing to do. */
struct engine_action {
    enum engine_action_kind kind;
    const struct sweep_trial *trial;
    struct attempt_key key;
    enum attempt_stop stop;
    bool force; /* do not wait out the grace */
    bool alone; /* LAUNCH: on a GPU that nobody shares */
    enum engine_end end;
    char text[256];
};

struct engine_actions {
    const struct engine_action *items; /* [count]; the engine's own, until the next step */
    size_t count;
};

struct engine;

struct engine *engine_create(const struct engine_settings *settings);
void engine_free(struct engine *engine);

/** Put back how long earlier runners were up, before the first step. */
void engine_restore_running(struct engine *engine, int64_t running_ms);

/**
 * Put back what an earlier runner recorded, before the first step: finished trials in the order of
 * arrival, the others by number.
 *
 * A trial recorded as running keeps its live attempt (number `attempts`) until ENGINE_ENDED; one
 * without an attempt was given to somebody else (advisor/advisor.h) and is run here after all.
 * Params of an unfinished trial are copied; the texts in them stay the caller's and outlive the
 * engine.
 */
void engine_restore_trial(struct engine *engine, const struct sweep_trial *trial);

/** Put back that an attempt of an unfinished trial began anew, before its reports. */
void engine_restore_fresh(struct engine *engine, uint64_t trial);

/** Put back a report of an unfinished trial, in order of arrival, before its attempt's outcome.
 * Reports of a trial that waits for its metric complete it with the first tick. */
void engine_restore_report(struct engine *engine, uint64_t trial, double value, int64_t step);

/** Put back how an attempt of an unfinished trial ended, by number; without it a trial that takes
 * the machine down with it would be tried again after every reboot, for ever. */
void engine_restore_outcome(struct engine *engine, uint64_t trial,
                            const struct attempt_outcome *outcome);

/** Put back that the live attempt of a trial was told to stop: if nobody heard, it is told again.
 */
void engine_restore_stop(struct engine *engine, uint64_t trial, enum attempt_stop stop);

/** One of the trials that were put back is no point of the space as it is now: their number is not
 * that of its points. */
void engine_restore_outside(struct engine *engine);

/** Put back the largest arrival number that was given out. */
void engine_restore_arrival(struct engine *engine, uint64_t arrival);

/** One event in, actions out. */
void engine_step(struct engine *engine, const struct engine_event *event,
                 struct engine_actions *actions);

/**
 * The next arrival number: each report and each outcome takes one as it is ingested.
 *
 * The outcome that finishes a trial takes its own in engine_step(): see `trial->arrival` of the
 * ENGINE_UPDATE.
 */
uint64_t engine_take_arrival(struct engine *engine);

/** When to send ENGINE_TICK at the latest [ms, the event's clock]; INT64_MAX: never. */
int64_t engine_deadline(const struct engine *engine);

/** Whether the run comes to its end: a limit is reached, or a person has asked for that; what runs
 * may finish. */
bool engine_is_closing(const struct engine *engine);

/** Whether a suggestion is on its way that would be launched at once. */
bool engine_is_asking(const struct engine *engine);

/** Whether more attempts would be started, or trials asked for them, if the box had room. */
bool engine_wants_room(const struct engine *engine);

/** The same, and it has none. */
bool engine_lacks_room(const struct engine *engine);

/** An unfinished trial, valid until the next step, or NULL. */
const struct sweep_trial *engine_trial(const struct engine *engine, uint64_t number);

/** The running time of this run so far [ms]: without the time in which it was paused and nothing
 * ran. @param now_ms  on the clock of the events */
int64_t engine_ran_ms(const struct engine *engine, int64_t now_ms);

/** How long trials may still be started, or, when that is over, may go on [ms]; INT64_MAX: no such
 * limit. @param now_ms  on the clock of the events */
int64_t engine_time_left_ms(const struct engine *engine, int64_t now_ms);

/** Append in words which limit is reached; nothing where none is. */
void engine_describe_limit(const struct engine *engine, struct strbuf *out);

/** Counts for people. */
struct engine_progress {
    uint64_t newest;   /* the largest number given out */
    uint64_t finished; /* in any final state */
    uint64_t complete;
    uint64_t failed;
    uint64_t running;
    uint64_t cancelled; /* of these: by a person, and not yet ended */
    uint64_t waiting;
    uint64_t held;   /* that ended without the objective and wait for it to be found */
    uint64_t budget; /* 0: none */
    bool is_paused;  /* by whomever */
    bool has_more;   /* something is left to run or to ask for, and no limit forbids it */
    bool has_best;
    uint64_t best_trial;
    double best_value;
    int64_t best_step;
};

void engine_progress(const struct engine *engine, struct engine_progress *out);

/** A trial with a live attempt, for people. */
struct engine_running {
    uint64_t trial;
    int64_t since_us; /* wall time at which the attempt was let go */
    bool has_report;
    double last; /* the objective's last report and its step */
    int64_t last_step;
};

/** List the running trials by number. @return how many were written, at most `max` */
size_t engine_running(const struct engine *engine, struct engine_running *out, size_t max);

#endif
