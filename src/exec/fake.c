/*
 * Attempts as rows of a table and points in time. Nothing is started, nothing is written; the time
 * is the latest one that a call brought.
 */
#include "exec/fake.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "sweep/mem.h"

/** An attempt that was launched and has not ended. */
struct fake_live {
    struct attempt_key key;
    const struct fake_attempt *fate;
    bool is_ready; /* READY was given out */
    bool may_go;
    int64_t started_ms;
    int64_t ends_ms;
    enum attempt_end end; /* as it will end: its fate, or a stop */
    int32_t detail;
    enum attempt_stop stop;
    size_t announced; /* reports that JOURNAL was given out for */
    size_t taken;
};

struct backend_state {
    struct fake_world world;
    uint32_t *refused;      /* [world.count] launches refused so far */
    struct fake_live *live; /* [live_count] in order of launch */
    size_t live_count;
    size_t live_capacity;
    int64_t now_ms;
};

static const struct fake_attempt fate_default = {.runs_ms = 1000, .end = ATTEMPT_EXITED};

/* --- rows ------------------------------------------------------------------------------------ */

static const struct fake_attempt *fate_of(const struct backend_state *state, struct attempt_key key)
{
    for (size_t i = 0; i < state->world.count; i++) {
        const struct fake_attempt *row = &state->world.attempts[i];
        if ((row->trial == 0 || row->trial == key.trial) &&
            (row->number == 0 || row->number == key.number))
            return row;
    }
    return &fate_default;
}

bool fake_goes_on(struct backend_state *state, struct attempt_key key)
{
    return fate_of(state, key)->goes_on;
}

static bool is_refused(struct backend_state *state, const struct fake_attempt *fate)
{
    if (fate == &fate_default)
        return false;
    uint32_t *refused = &state->refused[fate - state->world.attempts];
    if (*refused >= fate->launch_failures)
        return false;
    (*refused)++;
    return true;
}

static struct fake_live *find(struct backend_state *state, struct attempt_key key)
{
    for (size_t i = 0; i < state->live_count; i++)
        if (state->live[i].key.trial == key.trial && state->live[i].key.number == key.number)
            return &state->live[i];
    return NULL;
}

static void add(struct backend_state *state, struct attempt_key key)
{
    const struct fake_attempt *fate = fate_of(state, key);
    state->live = array_reserve(state->live, state->live_count + 1, &state->live_capacity,
                                sizeof *state->live);
    state->live[state->live_count++] = (struct fake_live){
        .key = key,
        .fate = fate,
        .started_ms = state->now_ms,
        .ends_ms = state->now_ms + fate->runs_ms,
        .end = fate->end,
        .detail = fate->detail,
        .stop = fate->stop,
    };
}

static void remove_live(struct backend_state *state, struct fake_live *live)
{
    size_t place = (size_t)(live - state->live);
    state->live_count--;
    memmove(live, live + 1, (state->live_count - place) * sizeof *live);
}

/* --- what is due ----------------------------------------------------------------------------- */

static const struct fake_report *next_report(const struct fake_live *live)
{
    if (live->announced >= live->fate->report_count)
        return NULL;
    const struct fake_report *report = &live->fate->reports[live->announced];
    return live->started_ms + report->after_ms <= live->ends_ms ? report : NULL;
}

/* When the next event of an attempt is due; INT64_MAX while it waits for GO. */
static int64_t due_ms(const struct fake_live *live)
{
    if (!live->is_ready)
        return live->started_ms;
    if (!live->may_go)
        return INT64_MAX;
    const struct fake_report *report = next_report(live);
    return report != NULL ? live->started_ms + report->after_ms : live->ends_ms;
}

static struct fake_live *first_due(const struct backend_state *state)
{
    struct fake_live *first = NULL;
    for (size_t i = 0; i < state->live_count; i++)
        if (first == NULL || due_ms(&state->live[i]) < due_ms(first))
            first = &state->live[i];
    return first;
}

static struct attempt_outcome outcome_of(const struct fake_live *live)
{
    bool is_known = live->end != ATTEMPT_LOST && live->end != ATTEMPT_REBOOTED;
    return (struct attempt_outcome){
        .end = live->end,
        .detail = live->detail,
        .stop = live->stop,
        .short_of =
            live->stop == ATTEMPT_STOP_NONE ? live->fate->short_of : ATTEMPT_SHORT_OF_NOTHING,
        .started_us = is_known ? live->started_ms * 1000 : 0,
        .ended_us = is_known ? live->ends_ms * 1000 : 0,
        .duration_us = is_known ? (live->ends_ms - live->started_ms) * 1000 : 0,
    };
}

/* --- the back end ---------------------------------------------------------------------------- */

struct backend_state *fake_open(const struct fake_world *world)
{
    struct backend_state *state = sweep_alloc(sizeof *state);
    state->world = *world;
    state->refused = sweep_alloc_array(world->count, sizeof *state->refused);
    return state;
}

bool fake_take_report(struct backend_state *state, struct attempt_key key,
                      struct fake_report *report)
{
    struct fake_live *live = find(state, key);
    if (live == NULL || live->taken >= live->announced)
        return false;
    *report = live->fate->reports[live->taken++];
    return true;
}

static struct backend_state *open_empty(const struct backend_settings *settings,
                                        struct sweep_error *err)
{
    (void)settings;
    (void)err;
    return fake_open(&(struct fake_world){0});
}

static bool fake_launch(struct backend_state *state, const struct backend_launch *launch,
                        struct attempt_identity *identity, struct sweep_error *err)
{
    struct attempt_key key = launch->spec->key;
    state->now_ms = launch->now_ms;
    if (is_refused(state, fate_of(state, key)))
        return sweep_error_set_errno(err, SWEEP_BUSY, EAGAIN, "cannot start a process");
    add(state, key);
    *identity = (struct attempt_identity){.key = key, .pid = 1};
    memcpy(identity->token, launch->spec->token, sizeof identity->token);
    snprintf(identity->boot_id, sizeof identity->boot_id, "fake");
    return true;
}

static void fake_go(struct backend_state *state, struct attempt_key key)
{
    struct fake_live *live = find(state, key);
    if (live != NULL)
        live->may_go = true;
}

static void fake_abandon(struct backend_state *state, struct attempt_key key)
{
    struct fake_live *live = find(state, key);
    if (live != NULL && !live->may_go)
        remove_live(state, live);
}

static bool fake_adopt(struct backend_state *state, const struct attempt_identity *identity,
                       struct sweep_error *err)
{
    (void)err;
    add(state, identity->key);
    struct fake_live *live = &state->live[state->live_count - 1];
    live->is_ready = true;
    live->may_go = true;
    return true;
}

static void fake_stop(struct backend_state *state, struct attempt_key key, enum attempt_stop stop,
                      bool force)
{
    struct fake_live *live = find(state, key);
    if (live == NULL || (live->fate->ignores_stop && !force))
        return;
    int64_t ends_ms = state->now_ms + (force ? 0 : live->fate->stops_in_ms);
    if (ends_ms >= live->ends_ms)
        return;
    live->ends_ms = ends_ms;
    live->end = ATTEMPT_SIGNALED;
    live->detail = force ? 9 : 15;
    live->stop = stop;
}

static int fake_fd(struct backend_state *state)
{
    (void)state;
    return -1; /* poll() passes over it; there is only the deadline */
}

static int64_t fake_deadline(struct backend_state *state)
{
    const struct fake_live *first = first_due(state);
    return first == NULL ? INT64_MAX : due_ms(first);
}

static bool fake_next(struct backend_state *state, int64_t now_ms, struct backend_event *event)
{
    state->now_ms = now_ms;
    struct fake_live *live = first_due(state);
    if (live == NULL || due_ms(live) > now_ms)
        return false;
    *event = (struct backend_event){.key = live->key};
    if (!live->is_ready) {
        event->kind = BACKEND_READY;
        live->is_ready = true;
    } else if (next_report(live) != NULL) {
        event->kind = BACKEND_JOURNAL;
        live->announced++;
    } else {
        event->kind = BACKEND_ENDED;
        event->outcome = outcome_of(live);
        remove_live(state, live);
    }
    return true;
}

static void fake_close(struct backend_state *state)
{
    if (state == NULL)
        return;
    sweep_free(state->refused);
    sweep_free(state->live);
    sweep_free(state);
}

const struct backend backend_fake = {
    .name = "fake",
    .open = open_empty,
    .launch = fake_launch,
    .go = fake_go,
    .abandon = fake_abandon,
    .adopt = fake_adopt,
    .stop = fake_stop,
    .fd = fake_fd,
    .deadline = fake_deadline,
    .next = fake_next,
    .close = fake_close,
};
