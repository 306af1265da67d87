/*
 * What the engine knows, for the files that share it: engine.c (steps), attempts.c (news of
 * attempts), people.c (news of people, the end of a run), ends.c and stops.c (what both do to
 * trials), limits.c and breaker.c (when it is enough),
 * sight.c (until the metric is seen).
 *
 * Each engine_on_...() takes one event in and appends what follows from it at once; what may go on
 * after any event (launches, asks, the end) is found by engine.c alone.
 */
#ifndef SWEEP_ENGINE_STATE_H
#define SWEEP_ENGINE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "engine/actions.h"
#include "engine/engine.h"
#include "engine/entry.h"
#include "trial/trial.h"

/** How far ^C has been pressed. */
enum stage {
    STAGE_RUNNING,
    STAGE_WAITING,  /* no new trials; the running ones may finish */
    STAGE_STOPPING, /* they were told to stop */
    STAGE_KILLING,  /* and then without grace */
    STAGE_OVER      /* ENGINE_DONE was given out */
};

/** Why no further trial is wanted, by how much it matters. */
enum limit {
    LIMIT_NONE,
    LIMIT_BREAKER,
    LIMIT_FAILURES,
    LIMIT_TARGET,
    LIMIT_PATIENCE,
    LIMIT_ENERGY,
    LIMIT_COST,
    LIMIT_GPU_TIME,
    LIMIT_TIME
};

/** What is counted for the limits. */
struct progress_counts {
    int64_t began_ms;             /* this run, on the event's clock, as if never idle */
    int64_t earlier_ms;           /* running time of earlier runs */
    uint64_t stale;               /* complete or pruned trials since the best one */
    struct attempt_key failed;    /* the last attempt that made a trial fail, or zero */
    enum limit said;              /* the person knows */
    struct engine_spending spent; /* at spent_ms */
    int64_t spent_ms;
    int64_t over_ms; /* when it was seen that something is used up, but for the time; or 0 */
};

/** What this run has seen. */
struct breaker {
    uint64_t failures;
    uint64_t early;   /* of these in its first minute */
    uint64_t others;  /* complete or pruned trials */
    bool is_hopeless; /* nearly all failed */
    uint64_t same;    /* failures in a row that ended alike: as `last` */
    enum sweep_reason last;
    int last_detail;
};

struct engine {
    struct engine_settings settings;
    struct progress_counts counts;
    struct breaker breaker;
    struct entry_list unfinished;
    struct entry *asked; /* the trial of the ENGINE_ASK that is not answered yet, or NULL */
    struct action_list actions;
    struct engine_progress progress; /* running and waiting are counted when asked for */
    uint64_t newest;                 /* the largest number given out */
    uint64_t uncounted; /* of these: retries, and those withdrawn; the budget does not count them */
    uint64_t added;     /* of these: with params of people, retries, of another space */
    uint64_t arrival;
    uint32_t launching; /* entries in each phase; the others wait */
    uint32_t live;
    uint32_t capacity; /* of both together, by what the box has; UINT32_MAX: any number */

    enum stage stage;
    bool metric_seen;     /* some trial has reported the objective */
    bool said_alone;      /* the person knows that there is only one trial until then */
    bool begun;           /* the first ENGINE_TICK has come */
    bool exhausted;       /* the strategy has no point left */
    bool closing;         /* people want no more trials */
    unsigned paused;      /* bits by enum engine_cause */
    uint32_t not_started; /* commands in a row that could not be started */
    int not_started_detail;

    int64_t backoff_ms;  /* the current wait; 0: launches work */
    int64_t retry_at_ms; /* no launch before */
    int64_t now_ms;      /* of the current event */
    int64_t wall_us;
};

/** ends.c: how many trials have no live attempt and none on its way. */
uint64_t engine_waiting(const struct engine *engine);

/** ends.c: whether the budget has room for one more. */
bool engine_has_budget(const struct engine *engine);

/** ends.c: whether every trial that may be is finished. */
bool engine_is_all_done(const struct engine *engine);

/** ends.c: count a trial in a final state, and whether it is the best. */
void engine_count_finished(struct engine *engine, const struct sweep_trial *trial);

/** ends.c: give a trial a state that may follow its own. */
void engine_set_state(struct entry *entry, enum sweep_trial_state state, enum sweep_reason reason,
                      int detail);

/** ends.c: give out that a trial has changed. */
void engine_update(struct engine *engine, const struct entry *entry);

/** ends.c: a trial has a final state. @param ended_us  when its attempt ended; 0: now */
void engine_finish_trial(struct engine *engine, struct entry *entry, int64_t ended_us);

/** ends.c: end a trial that has no attempt and is not cancelled. */
void engine_conclude(struct engine *engine, struct entry *entry, struct trial_verdict verdict);

/** ends.c: end a trial that a person cancelled and that has no attempt. */
void engine_drop(struct engine *engine, struct entry *entry);

/** stops.c: tell a live attempt to stop as hard as the stage says. */
void engine_stop(struct engine *engine, const struct entry *entry);

/** stops.c: tell all live attempts to stop. @param hint  whether ^C would do more */
void engine_stop_all(struct engine *engine, enum stage stage, bool hint);

/** people.c: give out ENGINE_DONE with a sentence. */
void engine_finish(struct engine *engine, enum engine_end end);

/** limits.c: the limit that is reached now. */
enum limit engine_limit(const struct engine *engine);

/** limits.c: how a run ends at a limit. */
enum engine_end engine_limit_end(enum limit limit);

/** limits.c: say that a limit is reached. @return whether what runs is to be stopped now */
bool engine_watch_limits(struct engine *engine);

/** limits.c: an event has come; until then nothing has happened since the last one. */
void engine_keep_time(struct engine *engine, int64_t now_ms);

/** limits.c: when to look again; INT64_MAX: at the next event. */
int64_t engine_limit_deadline(const struct engine *engine);

/** breaker.c: count a trial that finished in this run. */
void breaker_count(struct engine *engine, const struct sweep_trial *trial);

/** breaker.c: whether so many commands in a row could not be started that the next will not. */
bool engine_is_broken(const struct engine *engine);

/** breaker.c: whether this run has seen too many failures. */
bool breaker_is_open(const struct engine *engine);
void breaker_describe(const struct engine *engine, struct strbuf *out);

/** sight.c: whether trials are started one at a time, since the metric was never seen. */
bool sight_is_alone(const struct engine *engine);

/** sight.c: whether a trial ended without the metric, and it was not found in its output since. */
bool sight_is_missing(const struct entry *entry);

/** sight.c: a trial that ended without the metric and keeps the sweep from going on, or NULL. */
const struct entry *sight_held(const struct engine *engine);

/** sight.c: say once that a trial that is launched now runs alone. */
void sight_say_alone(struct engine *engine, const struct entry *entry);

/** sight.c: whether a trial without the metric has failed, or is held. */
struct trial_verdict sight_judge(const struct engine *engine, struct trial_verdict verdict);

/** sight.c: finish the trials that are held, if that can be decided now. */
void sight_settle(struct engine *engine);
void sight_describe(const struct engine *engine, struct strbuf *out);

void engine_on_launched(struct engine *engine, const struct engine_event *event);
void engine_on_launch_failed(struct engine *engine, const struct engine_event *event);
void engine_on_report(struct engine *engine, const struct engine_event *event);
void engine_on_ended(struct engine *engine, const struct engine_event *event);

void engine_on_interrupt(struct engine *engine, const struct engine_event *event);
void engine_on_terminate(struct engine *engine, const struct engine_event *event);
void engine_on_detach(struct engine *engine, const struct engine_event *event);
void engine_on_pause(struct engine *engine, const struct engine_event *event);
void engine_on_unpause(struct engine *engine, const struct engine_event *event);
void engine_on_close(struct engine *engine, const struct engine_event *event);
void engine_on_cancel(struct engine *engine, const struct engine_event *event);

#endif
