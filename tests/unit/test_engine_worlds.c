/*
 * Thousands of random sequences of events, each held against a small model of the world: no trial
 * twice alive, dense numbers, one ask at a time, no more than the slots (one until the metric is
 * seen, none when a trial ended without it), nothing new after ^C or in a pause, a finished trial
 * never heard of again, and always an end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "engine/engine.h"
#include "sweep/mem.h"
#include "sweep/rng.h"
#include "trial/trial.h"

#define WORLD_TRIALS 60
#define WORLD_STEPS  400

enum place {
    UNKNOWN,
    ASKED,
    WAITING,
    LAUNCHING,
    LIVE,
    HELD, /* ended without the metric, which nobody had reported */
    FINISHED
};

/** What a careful observer knows, told by actions alone. */
struct world {
    struct engine *engine;
    struct engine_settings settings;
    struct sweep_rng rng;
    int64_t now_ms;
    int64_t told_ms; /* when the engine heard last */
    int64_t ran_ms;  /* without the time in which it was paused and nothing ran */
    enum place places[WORLD_TRIALS + 1]; /* by number */
    uint32_t attempts[WORLD_TRIALS + 1];
    uint64_t recorded;
    uint64_t arrival;
    uint64_t asked; /* 0: none */
    bool has_seen;  /* the metric was reported */
    bool is_paused;
    bool is_ending; /* interrupted or terminated */
    bool is_done;
};

static size_t count_places(const struct world *world, enum place place)
{
    size_t count = 0;
    for (size_t i = 1; i <= WORLD_TRIALS; i++)
        count += world->places[i] == place;
    return count;
}

static size_t count_failed(const struct world *world)
{
    struct engine_progress progress;
    engine_progress(world->engine, &progress);
    return progress.failed;
}

static void check_ask(struct world *world, const struct sweep_trial *trial)
{
    size_t pending = 0;
    assert_int_equal(world->asked, 0);
    assert_int_equal(trial->number, world->recorded + 1);
    assert_true(trial->number <= world->settings.trials);
    assert_int_equal(trial->seen, count_places(world, FINISHED));
    for (uint64_t number = 1; number <= world->recorded; number++)
        if (world->places[number] != FINISHED) {
            assert_true(pending < trial->pending_count);
            assert_int_equal(trial->pending[pending++], number);
        }
    assert_int_equal(trial->pending_count, pending);
    assert_false(world->is_paused || world->is_ending);
    world->asked = trial->number;
    world->places[trial->number] = ASKED;
}

static void check_launch(struct world *world, struct attempt_key key)
{
    assert_int_equal(world->places[key.trial], WAITING);
    assert_int_equal(key.number, world->attempts[key.trial] + 1);
    assert_false(world->is_paused || world->is_ending);
    assert_true(world->settings.limits.time_ms == 0 ||
                world->ran_ms < world->settings.limits.time_ms);
    assert_true(world->settings.limits.max_failures == 0 ||
                count_failed(world) < world->settings.limits.max_failures);
    assert_int_equal(count_places(world, HELD), 0);
    world->places[key.trial] = LAUNCHING;
    size_t slots = world->settings.has_objective && !world->has_seen ? 1 : world->settings.parallel;
    assert_true(count_places(world, LAUNCHING) + count_places(world, LIVE) <= slots);
}

static void check_update(struct world *world, const struct sweep_trial *trial)
{
    enum place *place = &world->places[trial->number];
    assert_int_equal(trial->attempts, world->attempts[trial->number]);
    if (trial->state == SWEEP_TRIAL_RUNNING)
        assert_int_equal(*place, LIVE);
    else if (trial->state == SWEEP_TRIAL_WAITING) {
        assert_int_equal(*place, WAITING);
        if (trial->reason == SWEEP_REASON_METRIC_MISSING) {
            assert_true(world->settings.has_objective && !world->has_seen);
            *place = HELD;
        }
    } else {
        assert_true(trial_is_finished(trial->state));
        assert_int_equal(*place, WAITING);
        assert_true(trial->arrival > world->arrival);
        world->arrival = trial->arrival;
        *place = FINISHED;
    }
}

static bool is_overtime(const struct world *world)
{
    const struct engine_limits *limits = &world->settings.limits;
    return limits->time_ms > 0 && world->ran_ms >= limits->time_ms + limits->finish_ms;
}

static void check_action(struct world *world, const struct engine_action *action)
{
    assert_false(world->is_done);
    switch (action->kind) {
    case ENGINE_ASK:
        check_ask(world, action->trial);
        break;
    case ENGINE_RECORD:
        assert_int_equal(action->trial->number, world->recorded + 1);
        world->recorded++;
        break;
    case ENGINE_LAUNCH:
        check_launch(world, action->key);
        break;
    case ENGINE_UPDATE:
        check_update(world, action->trial);
        break;
    case ENGINE_STOP:
        assert_int_equal(world->places[action->key.trial], LIVE);
        assert_int_equal(action->key.number, world->attempts[action->key.trial]);
        assert_true(world->is_ending || is_overtime(world));
        break;
    case ENGINE_SAY:
        assert_true(strlen(action->text) > 0);
        break;
    case ENGINE_DONE:
        assert_int_equal(count_places(world, LIVE), 0);
        assert_int_equal(count_places(world, LAUNCHING), 0);
        world->is_done = true;
        break;
    }
}

/* Time passes between events only: what is live and paused now was so since the last one. */
static void keep_time(struct world *world)
{
    if (!world->is_paused || count_places(world, LIVE) + count_places(world, LAUNCHING) > 0)
        world->ran_ms += world->now_ms - world->told_ms;
    world->told_ms = world->now_ms;
}

static void tell(struct world *world, struct engine_event event)
{
    keep_time(world);
    struct engine_actions actions;
    event.now_ms = world->now_ms;
    event.wall_us = world->now_ms * 1000 + 1;
    engine_step(world->engine, &event, &actions);
    for (size_t i = 0; i < actions.count; i++)
        check_action(world, &actions.items[i]);

    assert_int_equal(engine_ran_ms(world->engine, world->now_ms), world->ran_ms);
    struct engine_progress progress;
    engine_progress(world->engine, &progress);
    assert_int_equal(progress.finished, count_places(world, FINISHED));
    assert_int_equal(progress.running, count_places(world, LIVE));
    assert_int_equal(progress.waiting,
                     count_places(world, WAITING) + count_places(world, LAUNCHING));
}

/* A trial in some place, or 0. */
static uint64_t pick(struct world *world, enum place place)
{
    size_t count = count_places(world, place);
    size_t chosen = count == 0 ? 0 : sweep_rng_below(&world->rng, count) + 1;
    for (uint64_t number = 1; number <= WORLD_TRIALS && count > 0; number++)
        if (world->places[number] == place && --chosen == 0)
            return number;
    return 0;
}

static void answer(struct world *world, bool may_exhaust)
{
    uint64_t number = world->asked;
    if (number == 0)
        return;
    world->asked = 0;
    if (may_exhaust && sweep_rng_below(&world->rng, 50) == 0) {
        world->places[number] = UNKNOWN;
        tell(world, (struct engine_event){.kind = ENGINE_EXHAUSTED, .trial = number});
        return;
    }
    world->places[number] = WAITING;
    tell(world, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = number});
}

static void come_up(struct world *world, bool may_fail)
{
    uint64_t number = pick(world, LAUNCHING);
    if (number == 0)
        return;
    struct attempt_key key = {number, world->attempts[number] + 1};
    if (may_fail && sweep_rng_below(&world->rng, 4) == 0) {
        world->places[number] = WAITING;
        tell(world, (struct engine_event){.kind = ENGINE_LAUNCH_FAILED, .key = key});
        return;
    }
    world->places[number] = LIVE;
    world->attempts[number]++;
    tell(world, (struct engine_event){.kind = ENGINE_LAUNCHED, .key = key});
}

static void end(struct world *world, const struct attempt_outcome *outcome)
{
    uint64_t number = pick(world, LIVE);
    if (number == 0)
        return;
    struct attempt_key key = {number, world->attempts[number]};
    world->places[number] = WAITING;
    tell(world, (struct engine_event){.kind = ENGINE_ENDED, .key = key, .outcome = outcome});
}

static void end_somehow(struct world *world)
{
    static const struct attempt_outcome outcomes[] = {
        {.end = ATTEMPT_EXITED},
        {.end = ATTEMPT_EXITED, .detail = 3},
        {.end = ATTEMPT_EXITED, .detail = 85},
        {.end = ATTEMPT_SIGNALED, .detail = 15, .stop = ATTEMPT_STOP_STALL},
        {.end = ATTEMPT_SIGNALED, .detail = 9},
        {.end = ATTEMPT_SIGNALED, .detail = 15, .stop = ATTEMPT_STOP_TIMEOUT},
        {.end = ATTEMPT_SIGNALED, .detail = 15, .stop = ATTEMPT_STOP_CANCEL},
        {.end = ATTEMPT_SIGNALED, .detail = 15, .stop = ATTEMPT_STOP_PRUNE},
        {.end = ATTEMPT_SIGNALED, .detail = 15, .stop = ATTEMPT_STOP_PREEMPTED},
        {.end = ATTEMPT_SIGNALED, .detail = 15, .stop = ATTEMPT_STOP_INTERRUPT},
        {.end = ATTEMPT_LOST},
        {.end = ATTEMPT_REBOOTED},
        {.end = ATTEMPT_NOT_STARTED, .detail = 2},
    };
    end(world, &outcomes[sweep_rng_below(&world->rng, ARRAY_LENGTH(outcomes))]);
}

static void report(struct world *world)
{
    uint64_t number = pick(world, LIVE);
    if (number == 0)
        return;
    uint64_t arrival = engine_take_arrival(world->engine);
    assert_true(arrival > world->arrival);
    world->arrival = arrival;
    world->has_seen = true;
    tell(world, (struct engine_event){.kind = ENGINE_REPORT,
                                      .key = {number, world->attempts[number]},
                                      .value = sweep_rng_uniform(&world->rng),
                                      .step = SWEEP_STEP_NONE});
}

static void toggle_pause(struct world *world)
{
    world->is_paused = !world->is_paused;
    tell(world, (struct engine_event){.kind = world->is_paused ? ENGINE_PAUSE : ENGINE_UNPAUSE,
                                      .text = "no room"});
}

static void interrupt(struct world *world)
{
    world->is_ending = true;
    tell(world, (struct engine_event){.kind = ENGINE_INTERRUPT});
}

static void pass_time(struct world *world)
{
    world->now_ms += (int64_t)sweep_rng_below(&world->rng, 400);
    tell(world, (struct engine_event){.kind = ENGINE_TICK});
}

static void happen(struct world *world)
{
    uint64_t dice = sweep_rng_below(&world->rng, 100);
    if (dice < 25)
        answer(world, true);
    else if (dice < 50)
        come_up(world, true);
    else if (dice < 65)
        report(world);
    else if (dice < 85)
        end_somehow(world);
    else if (dice < 95)
        pass_time(world);
    else if (dice < 99)
        toggle_pause(world);
    else if (sweep_rng_below(&world->rng, 4) == 0)
        interrupt(world);
}

/* From now on everything works: the sweep must come to its end. */
static void let_it_end(struct world *world)
{
    static const struct attempt_outcome exited = {.end = ATTEMPT_EXITED};
    if (world->is_paused)
        toggle_pause(world);
    for (int i = 0; i < 10 * WORLD_TRIALS && !world->is_done; i++) {
        answer(world, false);
        come_up(world, false);
        end(world, &exited);
        world->now_ms += 5000;
        if (!world->is_done)
            tell(world, (struct engine_event){.kind = ENGINE_TICK});
    }
    assert_true(world->is_done);
}

/* Each in some worlds only, so that the others live long. */
static void set_limits(struct world *world)
{
    struct engine_limits *limits = &world->settings.limits;
    bool some[3];
    for (size_t i = 0; i < ARRAY_LENGTH(some); i++)
        some[i] = sweep_rng_below(&world->rng, 4) == 0;
    if (some[0]) {
        limits->time_ms = 1 + (int64_t)sweep_rng_below(&world->rng, 8000);
        limits->finish_ms = (int64_t)sweep_rng_below(&world->rng, 3000);
    }
    if (some[1])
        limits->patience = 1 + sweep_rng_below(&world->rng, 20);
    if (some[2] || sweep_rng_below(&world->rng, 2) == 0)
        limits->max_failures = 1 + sweep_rng_below(&world->rng, WORLD_TRIALS);
}

static void play_world(uint64_t seed)
{
    struct world *world = sweep_alloc(sizeof *world);
    sweep_rng_init(&world->rng, seed, 1);
    world->settings.has_objective = sweep_rng_below(&world->rng, 4) != 0;
    world->settings.trials = 1 + sweep_rng_below(&world->rng, WORLD_TRIALS);
    world->settings.parallel = 1 + (uint32_t)sweep_rng_below(&world->rng, 6);
    world->settings.ask_ahead = (uint32_t)sweep_rng_below(&world->rng, 4);
    world->settings.not_started_max = 1 + (uint32_t)sweep_rng_below(&world->rng, 8);
    world->settings.retries = (uint32_t)sweep_rng_below(&world->rng, 3);
    set_limits(world);
    world->engine = engine_create(&world->settings);
    tell(world, (struct engine_event){.kind = ENGINE_TICK});
    for (int i = 0; i < WORLD_STEPS && !world->is_done; i++)
        happen(world);
    if (!world->is_done)
        let_it_end(world);
    engine_free(world->engine);
    sweep_free(world);
}

static void test_random_sequences(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++)
        play_world(seed * UINT64_C(0x9E3779B97F4A7C15));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_sequences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
