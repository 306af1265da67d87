/*
 * The engine where a trace would not show it: copies, stale news, restoring.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "engine/engine.h"

static const struct engine_settings one_slot = {
    .trials = 10, .parallel = 1, .has_objective = true, .objective = {.maximize = true}};

static struct engine_actions step(struct engine *engine, struct engine_event event)
{
    struct engine_actions actions;
    event.wall_us = event.now_ms * 1000 + 1;
    engine_step(engine, &event, &actions);
    return actions;
}

static struct engine_actions tick(struct engine *engine)
{
    return step(engine, (struct engine_event){.kind = ENGINE_TICK});
}

/* Bring trial 1 of a fresh engine to its first live attempt. */
static void start_first(struct engine *engine)
{
    tick(engine);
    step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = 1});
    step(engine, (struct engine_event){.kind = ENGINE_LAUNCHED, .key = {1, 1}});
}

/* --- copies ---------------------------------------------------------------------------------- */

static void test_suggestion_is_copied(void **state)
{
    (void)state;
    struct engine_settings settings = one_slot;
    settings.param_count = 2;
    struct engine *engine = engine_create(&settings);
    struct sweep_value params[] = {
        {.kind = SWEEP_VALUE_INT, .integer = 4711},
        {.kind = SWEEP_VALUE_REAL, .real = 0.0625},
    };
    unsigned char memo[] = {0xCA, 0xFE, 0x00, 0x42};
    tick(engine);
    struct engine_actions actions = step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED,
                                                                       .now_ms = 5,
                                                                       .trial = 1,
                                                                       .params = params,
                                                                       .memo = memo,
                                                                       .memo_size = sizeof memo});
    memset(params, 0, sizeof params);
    memset(memo, 0, sizeof memo);
    assert_int_equal(actions.items[0].kind, ENGINE_RECORD);
    const struct sweep_trial *trial = actions.items[0].trial;
    assert_int_equal(trial->params[0].integer, 4711);
    assert_true(trial->params[1].real == 0.0625);
    assert_memory_equal(trial->memo, "\xCA\xFE\x00\x42", 4);
    assert_int_equal(trial->memo_size, 4);
    assert_int_equal(trial->created_us, 5001);
    assert_int_equal(trial->attempts, 0);
    engine_free(engine);
}

static void test_times_and_durations(void **state)
{
    (void)state;
    struct engine *engine = engine_create(&one_slot);
    const struct attempt_outcome lost = {.end = ATTEMPT_LOST, .duration_us = 250};
    const struct attempt_outcome exited = {
        .end = ATTEMPT_EXITED, .detail = 3, .ended_us = 987654, .duration_us = 4000};
    tick(engine);
    step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .now_ms = 3, .trial = 1});
    step(engine, (struct engine_event){.kind = ENGINE_LAUNCHED, .now_ms = 4, .key = {1, 1}});
    step(engine,
         (struct engine_event){.kind = ENGINE_ENDED, .now_ms = 5, .key = {1, 1}, .outcome = &lost});
    step(engine, (struct engine_event){.kind = ENGINE_LAUNCHED, .now_ms = 6, .key = {1, 2}});
    struct engine_actions actions =
        step(engine, (struct engine_event){
                         .kind = ENGINE_ENDED, .now_ms = 7, .key = {1, 2}, .outcome = &exited});
    const struct sweep_trial *trial = actions.items[0].trial;
    assert_int_equal(trial->started_us, 4001);
    assert_int_equal(trial->finished_us, 987654);
    assert_int_equal(trial->duration_us, 4250);
    assert_int_equal(trial->attempts, 2);
    assert_int_equal(trial->state, SWEEP_TRIAL_FAILED);
    assert_int_equal(trial->reason, SWEEP_REASON_EXIT_CODE);
    engine_free(engine);
}

/* --- room ------------------------------------------------------------------------------------ */

static void expect_room(const struct engine *engine, bool wants, bool lacks)
{
    assert_int_equal(engine_wants_room(engine), wants);
    assert_int_equal(engine_lacks_room(engine), lacks);
}

/* A turn waits for a suggestion only if a slot does. */
static void test_asking(void **state)
{
    (void)state;
    const struct engine_settings settings = {.parallel = 2, .ask_ahead = 2};
    struct engine *engine = engine_create(&settings);
    assert_false(engine_is_asking(engine)); /* before it has begun */
    tick(engine);
    assert_true(engine_is_asking(engine));
    step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = 1});
    step(engine, (struct engine_event){.kind = ENGINE_LAUNCHED, .key = {1, 1}});
    assert_true(engine_is_asking(engine));
    step(engine, (struct engine_event){.kind = ENGINE_PAUSE, .cause = ENGINE_BY_PERSON});
    assert_false(engine_is_asking(engine));
    step(engine, (struct engine_event){.kind = ENGINE_UNPAUSE, .cause = ENGINE_BY_PERSON});
    step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = 2});
    step(engine, (struct engine_event){.kind = ENGINE_LAUNCHED, .key = {2, 1}});
    assert_false(engine_is_asking(engine)); /* the next one is asked for ahead */
    engine_free(engine);
}

static struct engine_event room_for(uint32_t attempts)
{
    return (struct engine_event){.kind = ENGINE_CAPACITY, .capacity = attempts};
}

static void test_room(void **state)
{
    (void)state;
    const struct engine_settings settings = {.trials = 2, .parallel = 2};
    static const struct attempt_outcome exited = {.end = ATTEMPT_EXITED};
    struct engine *engine = engine_create(&settings);
    expect_room(engine, false, false); /* before it has begun */
    step(engine, room_for(1));
    tick(engine);
    expect_room(engine, true, false);
    step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = 1});
    step(engine, (struct engine_event){.kind = ENGINE_LAUNCHED, .key = {1, 1}});
    expect_room(engine, true, true);
    step(engine, (struct engine_event){.kind = ENGINE_PAUSE, .cause = ENGINE_BY_PERSON});
    expect_room(engine, false, false);
    step(engine, (struct engine_event){.kind = ENGINE_UNPAUSE, .cause = ENGINE_BY_PERSON});
    step(engine, room_for(2));
    expect_room(engine, true, false);
    step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = 2});
    step(engine, (struct engine_event){.kind = ENGINE_LAUNCHED, .key = {2, 1}});
    expect_room(engine, false, false); /* as many run as may */
    step(engine, room_for(1));
    step(engine, (struct engine_event){.kind = ENGINE_ENDED, .key = {1, 1}, .outcome = &exited});
    expect_room(engine, false, false); /* nothing is left */
    engine_free(engine);
}

/* What was counted wrong is counted again: it is no reason to wait before the next try. */
static void test_no_room(void **state)
{
    (void)state;
    struct engine *engine = engine_create(&one_slot);
    tick(engine);
    step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = 1});
    step(engine, room_for(0));
    step(engine,
         (struct engine_event){.kind = ENGINE_LAUNCH_FAILED, .key = {1, 1}, .no_room = true});
    expect_room(engine, true, true);
    struct engine_actions actions = step(engine, room_for(1));
    assert_int_equal(actions.count, 1);
    assert_int_equal(actions.items[0].kind, ENGINE_LAUNCH);
    engine_free(engine);
}

/* --- stale and senseless news ---------------------------------------------------------------- */

static void test_stale_news_changes_nothing(void **state)
{
    (void)state;
    static const struct attempt_outcome exited = {.end = ATTEMPT_EXITED};
    static const struct {
        const char *name;
        struct engine_event event;
    } rows[] = {
        {"answer to no ask", {.kind = ENGINE_SUGGESTED, .trial = 2}},
        {"no point, unasked", {.kind = ENGINE_EXHAUSTED}},
        {"launched twice", {.kind = ENGINE_LAUNCHED, .key = {1, 1}}},
        {"launched the next", {.kind = ENGINE_LAUNCHED, .key = {1, 2}}},
        {"failed after all", {.kind = ENGINE_LAUNCH_FAILED, .key = {1, 1}}},
        {"unknown trial", {.kind = ENGINE_ENDED, .key = {9, 1}, .outcome = &exited}},
        {"earlier attempt", {.kind = ENGINE_ENDED, .key = {1, 0}, .outcome = &exited}},
        {"later attempt", {.kind = ENGINE_ENDED, .key = {1, 2}, .outcome = &exited}},
        {"report of another", {.kind = ENGINE_REPORT, .key = {1, 2}, .value = 0.5}},
        {"report of unknown", {.kind = ENGINE_REPORT, .key = {2, 1}, .value = 0.5}},
        {"unpause, not paused", {.kind = ENGINE_UNPAUSE}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct engine *engine = engine_create(&one_slot);
        struct engine_progress progress;
        start_first(engine);
        if (step(engine, rows[i].event).count != 0)
            fail_msg("%s: something is done about it", rows[i].name);
        engine_progress(engine, &progress);
        assert_int_equal(progress.running, 1);
        assert_int_equal(progress.finished, 0);
        assert_int_equal(engine_take_arrival(engine), 1);
        /* and the trial still ends without a metric */
        struct engine_actions actions = step(
            engine, (struct engine_event){.kind = ENGINE_ENDED, .key = {1, 1}, .outcome = &exited});
        assert_int_equal(actions.items[0].trial->reason, SWEEP_REASON_METRIC_MISSING);
        engine_free(engine);
    }
}

static void test_wrong_number_does_not_answer_an_ask(void **state)
{
    (void)state;
    struct engine *engine = engine_create(&one_slot);
    assert_int_equal(tick(engine).items[0].kind, ENGINE_ASK);
    assert_int_equal(
        step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = 2}).count, 0);
    struct engine_actions actions =
        step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = 1});
    assert_int_equal(actions.items[0].kind, ENGINE_RECORD);
    engine_free(engine);
}

static void test_nothing_happens_after_the_end(void **state)
{
    (void)state;
    struct engine *engine = engine_create(&one_slot);
    static const struct attempt_outcome exited = {.end = ATTEMPT_EXITED};
    start_first(engine);
    struct engine_actions actions = step(engine, (struct engine_event){.kind = ENGINE_DETACH});
    assert_int_equal(actions.count, 1);
    assert_int_equal(actions.items[0].kind, ENGINE_DONE);
    for (enum engine_event_kind kind = ENGINE_TICK; kind <= ENGINE_UNPAUSE; kind++)
        assert_int_equal(
            step(engine, (struct engine_event){.kind = kind, .key = {1, 1}, .outcome = &exited})
                .count,
            0);
    assert_true(engine_deadline(engine) == INT64_MAX);
    engine_free(engine);
}

/* A shim that dies before it is ready was never an attempt: nothing was recorded of it. */
static void test_end_before_launch_is_a_failed_launch(void **state)
{
    (void)state;
    struct engine *engine = engine_create(&one_slot);
    static const struct attempt_outcome lost = {.end = ATTEMPT_LOST};
    tick(engine);
    step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .now_ms = 40, .trial = 1});
    struct engine_actions actions = step(
        engine,
        (struct engine_event){.kind = ENGINE_ENDED, .now_ms = 50, .key = {1, 1}, .outcome = &lost});
    assert_int_equal(actions.count, 0);
    assert_int_equal(engine_deadline(engine), 150);
    actions = step(engine, (struct engine_event){.kind = ENGINE_TICK, .now_ms = 150});
    assert_int_equal(actions.items[0].kind, ENGINE_LAUNCH);
    assert_int_equal(actions.items[0].key.number, 1);
    engine_free(engine);
}

/* Terminated between spawn and READY: the shim came up, so it is recorded, and told to stop. */
static void test_launch_that_comes_up_too_late_is_stopped(void **state)
{
    (void)state;
    struct engine *engine = engine_create(&one_slot);
    tick(engine);
    step(engine, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = 1});
    assert_int_equal(step(engine, (struct engine_event){.kind = ENGINE_TERMINATE}).count, 0);
    struct engine_actions actions =
        step(engine, (struct engine_event){.kind = ENGINE_LAUNCHED, .key = {1, 1}});
    assert_int_equal(actions.count, 2);
    assert_int_equal(actions.items[0].kind, ENGINE_UPDATE);
    assert_int_equal(actions.items[1].kind, ENGINE_STOP);
    assert_int_equal(actions.items[1].key.number, 1);
    assert_int_equal(actions.items[1].stop, ATTEMPT_STOP_INTERRUPT);
    assert_false(actions.items[1].force);
    engine_free(engine);
}

/* A lost attempt left no time of its end: it ended when that was found out. */
static void test_end_without_a_time(void **state)
{
    (void)state;
    static const struct sweep_trial running = {
        .number = 1, .state = SWEEP_TRIAL_RUNNING, .attempts = 6, .started_us = 5};
    static const struct attempt_outcome lost = {.end = ATTEMPT_LOST};
    struct engine *engine = engine_create(&one_slot);
    engine_restore_trial(engine, &running);
    for (int i = 0; i < 5; i++)
        engine_restore_outcome(engine, 1, &lost);
    tick(engine);
    struct engine_actions actions = step(
        engine,
        (struct engine_event){.kind = ENGINE_ENDED, .now_ms = 83, .key = {1, 6}, .outcome = &lost});
    assert_int_equal(actions.items[0].trial->state, SWEEP_TRIAL_FAILED);
    assert_int_equal(actions.items[0].trial->reason, SWEEP_REASON_LOST);
    assert_int_equal(actions.items[0].trial->started_us, 5);
    assert_int_equal(actions.items[0].trial->finished_us, 83001);
    engine_free(engine);
}

/* --- restoring ------------------------------------------------------------------------------- */

static void test_restored_reports_count_as_seen(void **state)
{
    (void)state;
    static const struct sweep_trial running = {
        .number = 3, .state = SWEEP_TRIAL_RUNNING, .attempts = 2, .duration_us = 70};
    static const struct attempt_outcome exited = {.end = ATTEMPT_EXITED, .duration_us = 30};
    struct engine *engine = engine_create(&one_slot);
    engine_restore_trial(engine, &running);
    engine_restore_report(engine, 3, 0.75, 11);
    engine_restore_report(engine, 3, 0.25, 12);
    engine_restore_report(engine, 8, 0.99, 1); /* of no unfinished trial */
    engine_restore_arrival(engine, 41);
    engine_restore_arrival(engine, 40);
    tick(engine);
    struct engine_actions actions = step(
        engine, (struct engine_event){.kind = ENGINE_ENDED, .key = {3, 2}, .outcome = &exited});
    const struct sweep_trial *trial = actions.items[0].trial;
    assert_int_equal(trial->state, SWEEP_TRIAL_COMPLETE);
    assert_true(trial->value == 0.75);
    assert_int_equal(trial->step, 11);
    assert_true(trial->last == 0.25);
    assert_int_equal(trial->duration_us, 100);
    assert_int_equal(trial->arrival, 42);
    engine_free(engine);
}

/* What a trial was worth so far is in its reports; a value recorded with it is not believed. */
static void test_restored_value_without_reports_is_not_believed(void **state)
{
    (void)state;
    static const struct sweep_trial running = {.number = 1,
                                               .state = SWEEP_TRIAL_RUNNING,
                                               .attempts = 1,
                                               .objective = SWEEP_OBJECTIVE_FINITE,
                                               .value = 0.875};
    static const struct attempt_outcome failed = {.end = ATTEMPT_EXITED, .detail = 1};
    struct engine *engine = engine_create(&one_slot);
    engine_restore_trial(engine, &running);
    tick(engine);
    struct engine_actions actions = step(
        engine, (struct engine_event){.kind = ENGINE_ENDED, .key = {1, 1}, .outcome = &failed});
    assert_int_equal(actions.items[0].trial->objective, SWEEP_OBJECTIVE_NONE);
    engine_free(engine);
}

static void test_restored_trial_keeps_its_evidence(void **state)
{
    (void)state;
    uint64_t pending[] = {2, 3};
    char memo[] = "trust region";
    struct sweep_value value = {.kind = SWEEP_VALUE_INT, .integer = 88};
    struct sweep_trial waiting = {.number = 4,
                                  .params = &value,
                                  .seen = 1,
                                  .pending = pending,
                                  .pending_count = 2,
                                  .memo = memo,
                                  .memo_size = sizeof memo};
    struct engine_settings settings = one_slot;
    settings.param_count = 1;
    struct engine *engine = engine_create(&settings);
    engine_restore_trial(engine, &waiting);
    memset(pending, 0, sizeof pending);
    memset(memo, 0, sizeof memo);
    value.integer = 0;
    struct engine_actions actions = tick(engine);
    assert_int_equal(actions.items[0].kind, ENGINE_LAUNCH);
    const struct sweep_trial *trial = actions.items[0].trial;
    assert_int_equal(trial->params[0].integer, 88);
    assert_int_equal(trial->seen, 1);
    assert_int_equal(trial->pending_count, 2);
    assert_int_equal(trial->pending[1], 3);
    assert_string_equal(trial->memo, "trust region");
    engine_free(engine);
}

static void test_restored_counts(void **state)
{
    (void)state;
    static const struct {
        enum sweep_trial_state state;
        double value;
    } rows[] = {
        {SWEEP_TRIAL_COMPLETE, 0.5}, {SWEEP_TRIAL_COMPLETE, 0.25},  {SWEEP_TRIAL_FAILED, 0.99},
        {SWEEP_TRIAL_PRUNED, 0.98},  {SWEEP_TRIAL_CANCELLED, 0.97}, {SWEEP_TRIAL_COMPLETE, 0.5},
        {SWEEP_TRIAL_RUNNING, 0.96}, {SWEEP_TRIAL_WAITING, 0.95},
    };
    struct engine *engine = engine_create(&one_slot);
    struct engine_progress progress;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        engine_restore_trial(engine, &(struct sweep_trial){.number = i + 1,
                                                           .state = rows[i].state,
                                                           .attempts = 1,
                                                           .objective = SWEEP_OBJECTIVE_FINITE,
                                                           .value = rows[i].value,
                                                           .step = (int64_t)i + 70});
    engine_progress(engine, &progress);
    assert_int_equal(progress.finished, 6);
    assert_int_equal(progress.complete, 3);
    assert_int_equal(progress.failed, 1);
    assert_int_equal(progress.running, 1);
    assert_int_equal(progress.waiting, 1);
    assert_int_equal(progress.budget, 10);
    assert_true(progress.has_best);
    assert_int_equal(progress.best_trial, 1);
    assert_true(progress.best_value == 0.5);
    assert_int_equal(progress.best_step, 70);
    engine_free(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suggestion_is_copied),
        cmocka_unit_test(test_times_and_durations),
        cmocka_unit_test(test_asking),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_stale_news_changes_nothing),
        cmocka_unit_test(test_wrong_number_does_not_answer_an_ask),
        cmocka_unit_test(test_nothing_happens_after_the_end),
        cmocka_unit_test(test_end_before_launch_is_a_failed_launch),
        cmocka_unit_test(test_launch_that_comes_up_too_late_is_stopped),
        cmocka_unit_test(test_end_without_a_time),
        cmocka_unit_test(test_restored_reports_count_as_seen),
        cmocka_unit_test(test_restored_value_without_reports_is_not_believed),
        cmocka_unit_test(test_restored_trial_keeps_its_evidence),
        cmocka_unit_test(test_restored_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
