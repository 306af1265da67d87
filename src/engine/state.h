/*
 * What the engine knows, for the files that share it: engine.c (steps), attempts.c (news of
 * attempts), people.c (news of people, words, ends).
 *
 * Each engine_on_...() takes one event in and appends what follows from it at once; what may go on
 * after any event (launches, asks, the end) is found by engine.c alone.
 */
#ifndef SWEEP_ENGINE_STATE_H
#define SWEEP_ENGINE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/actions.h"
#include "engine/engine.h"
#include "engine/entry.h"

/** How far ^C has been pressed. */
enum stage {
    STAGE_RUNNING,
    STAGE_WAITING,  /* no new trials; the running ones may finish */
    STAGE_STOPPING, /* they were told to stop */
    STAGE_KILLING,  /* and then without grace */
    STAGE_OVER      /* ENGINE_DONE was given out */
};

struct engine {
    struct engine_settings settings;
    struct entry_list unfinished;
    struct entry *asked; /* the trial of the ENGINE_ASK that is not answered yet, or NULL */
    struct action_list actions;
    struct engine_progress progress; /* running and waiting are counted when asked for */
    uint64_t newest;                 /* the largest number given out */
    uint64_t arrival;
    uint32_t launching; /* entries in each phase; the others wait */
    uint32_t live;

    enum stage stage;
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

/** Trials without a live attempt and without one on its way. */
uint64_t engine_waiting(const struct engine *engine);

/** attempts.c: count a trial in a final state, and whether it is the best. */
void engine_count_finished(struct engine *engine, const struct sweep_trial *trial);

/** attempts.c: whether so many commands in a row could not be started that the next will not. */
bool engine_is_broken(const struct engine *engine);

/** people.c: give out ENGINE_DONE with a sentence. */
void engine_finish(struct engine *engine, enum engine_end end);

/** people.c: tell a live attempt to stop as hard as the stage says. */
void engine_stop(struct engine *engine, const struct entry *entry);

/** attempts.c: end a trial that a person cancelled and that has no attempt. */
void engine_drop(struct engine *engine, struct entry *entry);

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
