/* What is written to sweep.db comes back bit by bit, and what must never happen is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <sys/stat.h>

#include "store_fixture.h"

static int set_up(void **state)
{
    *state = sweep_alloc(sizeof(struct store_fixture));
    fixture_open(*state);
    return 0;
}

static int tear_down(void **state)
{
    fixture_close(*state);
    sweep_free(*state);
    return 0;
}

/* Same bits, but that all NaNs are one and SQLite drops the sign of zero. */
static bool same(double a, double b)
{
    if ((isnan(a) && isnan(b)) || (a == 0 && b == 0))
        return true;
    return memcmp(&a, &b, sizeof a) == 0;
}

static void assert_same_trial(const struct sweep_trial *a, const struct sweep_trial *b)
{
    assert_int_equal(a->number, b->number);
    assert_true(sweep_params_equal(a->params, b->params, FIXTURE_WIDTH));
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->reason, b->reason);
    assert_int_equal(a->reason_detail, b->reason_detail);
    assert_int_equal(a->attempts, b->attempts);
    assert_int_equal(a->objective, b->objective);
    assert_true(same(a->value, b->value));
    assert_true(a->step == b->step);
    assert_true(same(a->last, b->last));
    assert_true(a->created_us == b->created_us);
    assert_true(a->started_us == b->started_us);
    assert_true(a->finished_us == b->finished_us);
    assert_true(a->duration_us == b->duration_us);
    assert_int_equal(a->arrival, b->arrival);
    assert_int_equal(a->seen, b->seen);
}

static void test_the_sweep_comes_back(void **state)
{
    struct store_fixture *f = *state;
    struct store_sweep expected = fixture_sweep(), got;

    MUST(store_begin(f->store, err));
    MUST(store_record_state(f->store, "interrupted", "by you, 3 trials wait", INT64_MAX / 3, err));
    MUST(store_commit(f->store, err));
    fixture_reopen(f, STORE_READ);
    MUST(store_load_sweep(f->store, &f->arena, &got, err));
    assert_string_equal(got.name, expected.name);
    assert_string_equal(got.uuid, expected.uuid);
    assert_int_equal(got.yaml.size, expected.yaml.size);
    assert_memory_equal(got.yaml.data, expected.yaml.data, expected.yaml.size);
    assert_true(got.seed == expected.seed);
    assert_true(got.maximize);
    assert_string_equal(got.objective, expected.objective);
    assert_string_equal(got.method, expected.method);
    assert_string_equal(got.workdir, expected.workdir);
    assert_true(got.created_us == expected.created_us);
    assert_string_equal(got.state, "interrupted");
    assert_string_equal(got.note, "by you, 3 trials wait");
    assert_true(got.running_us == INT64_MAX / 3);
}

/* Each name that the loop records. */
static void test_every_state_of_a_sweep_is_accepted(void **state)
{
    static const char *const names[] = {"running",  "paused",   "interrupted",
                                        "finished", "detached", "broken"};
    struct store_fixture *f = *state;
    struct store_sweep got;

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        MUST(store_begin(f->store, err));
        MUST(store_record_state(f->store, names[i], "", 0, err));
        MUST(store_commit(f->store, err));
        MUST(store_load_sweep(f->store, &f->arena, &got, err));
        assert_string_equal(got.state, names[i]);
    }
}

static void test_name_and_yaml_may_be_replaced(void **state)
{
    struct store_fixture *f = *state;
    struct store_sweep got;

    MUST(store_begin(f->store, err));
    const struct store_sweep edited = {
        .name = "other", .yaml = strview_of("command: y\n"), .objective = "f1", .maximize = true};
    MUST(store_record_revision(f->store, &edited, err));
    MUST(store_commit(f->store, err));
    MUST(store_load_sweep(f->store, &f->arena, &got, err));
    assert_string_equal(got.name, "other");
    assert_true(strview_is(got.yaml, "command: y\n"));
    assert_string_equal(got.method, "random");
    assert_string_equal(got.objective, "f1");
    assert_true(got.maximize);
}

static const struct {
    const char *name;
    enum sweep_trial_state state;
    enum sweep_reason reason;
    int detail;
    enum sweep_objective_kind objective;
    double value, last;
    int64_t step;
} endings[] = {
    {"finite", SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0, SWEEP_OBJECTIVE_FINITE,
     0.95292837465019283, 0.94110298374650123, 12},
    {"minus zero", SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0, SWEEP_OBJECTIVE_FINITE, -0.0, -0.0,
     1},
    {"subnormal", SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0, SWEEP_OBJECTIVE_FINITE,
     4.9406564584124654e-324, -2.2250738585072011e-308, INT64_MAX},
    {"largest", SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0, SWEEP_OBJECTIVE_FINITE, DBL_MAX,
     -DBL_MAX, INT64_MIN + 1},
    {"1e308", SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0, SWEEP_OBJECTIVE_FINITE, -1e308, INFINITY,
     -3},
    {"whole number", SWEEP_TRIAL_PRUNED, SWEEP_REASON_NONE, 0, SWEEP_OBJECTIVE_FINITE,
     9007199254740993.0, -7, 0},
    {"nan", SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0, SWEEP_OBJECTIVE_NAN, NAN, NAN, 5},
    {"infinite", SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0, SWEEP_OBJECTIVE_POSITIVE_INFINITE,
     INFINITY, 1.5, 2},
    {"minus infinite", SWEEP_TRIAL_FAILED, SWEEP_REASON_SIGNAL, 11,
     SWEEP_OBJECTIVE_NEGATIVE_INFINITE, -INFINITY, -INFINITY, 3},
    {"no objective", SWEEP_TRIAL_FAILED, SWEEP_REASON_SPAWN, 2, SWEEP_OBJECTIVE_NONE, NAN, NAN,
     SWEEP_STEP_NONE},
    {"cancelled", SWEEP_TRIAL_CANCELLED, SWEEP_REASON_CANCELLED, 0, SWEEP_OBJECTIVE_NONE, NAN, NAN,
     SWEEP_STEP_NONE},
    {"out of memory", SWEEP_TRIAL_FAILED, SWEEP_REASON_HOST_MEMORY, -1, SWEEP_OBJECTIVE_FINITE,
     1.0 / 3, 2.0 / 3, 100},
};

static void test_trials_come_back_bit_by_bit(void **state)
{
    struct store_fixture *f = *state;
    struct sweep_trial expected[ARRAY_LENGTH(endings) + 1];
    struct store_trials got;

    MUST(store_begin(f->store, err));
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        struct sweep_trial trial = fixture_start(f, i + 1);

        trial.state = endings[i].state;
        trial.reason = endings[i].reason;
        trial.reason_detail = endings[i].detail;
        trial.attempts = UINT32_MAX - (uint32_t)i;
        trial.objective = endings[i].objective;
        trial.value = endings[i].value;
        trial.last = endings[i].last;
        trial.step = endings[i].step;
        trial.finished_us = trial.started_us + 1000003;
        trial.duration_us = INT64_MAX - (int64_t)i;
        trial.arrival = (uint64_t)INT64_MAX - i;
        MUST(store_update_trial(f->store, &trial, err));
        expected[i] = trial;
    }
    expected[ARRAY_LENGTH(endings)] = fixture_trial(f, ARRAY_LENGTH(endings) + 1);
    MUST(store_record_trial(f->store, f->space, &expected[ARRAY_LENGTH(endings)], err));
    MUST(store_commit(f->store, err));

    fixture_reopen(f, STORE_READ);
    MUST(store_load_trials(f->store, f->space, &f->arena, false, &got, err));
    assert_int_equal(got.count, ARRAY_LENGTH(expected));
    for (size_t i = 0; i < got.count; i++) {
        assert_same_trial(&expected[i], &got.items[i]);
        assert_null(got.items[i].pending);
        assert_null(got.items[i].memo);
    }
    for (size_t i = 0; i < got.count; i++) {
        struct sweep_trial one;

        MUST(store_load_trial(f->store, f->space, &f->arena, i + 1, &one, err));
        assert_same_trial(&expected[i], &one);
    }
}

static void test_a_trial_that_is_not_there_is_not_found(void **state)
{
    static const uint64_t numbers[] = {0, 2, UINT64_MAX};
    struct store_fixture *f = *state;
    struct sweep_trial trial;

    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    MUST(store_commit(f->store, err));
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
        struct sweep_error error = {0};

        assert_false(store_load_trial(f->store, f->space, &f->arena, numbers[i], &trial, &error));
        assert_int_equal(error.code, SWEEP_NOT_FOUND);
    }
}

static void test_evidence_comes_back_when_asked_for(void **state)
{
    static const uint64_t pending[] = {1, 2, 4294967311, INT64_MAX};
    static const unsigned char memo[SWEEP_MEMO_MAX] = {0, 255, 0, 17, [SWEEP_MEMO_MAX - 1] = 42};
    struct store_fixture *f = *state;
    struct sweep_trial full = fixture_trial(f, 1), bare = fixture_trial(f, 2);
    struct store_trials got;

    full.pending = pending;
    full.pending_count = ARRAY_LENGTH(pending);
    full.memo = memo;
    full.memo_size = sizeof memo;
    MUST(store_begin(f->store, err));
    MUST(store_record_trial(f->store, f->space, &full, err));
    MUST(store_record_trial(f->store, f->space, &bare, err));
    MUST(store_commit(f->store, err));
    MUST(store_load_trials(f->store, f->space, &f->arena, true, &got, err));
    assert_int_equal(got.items[0].pending_count, ARRAY_LENGTH(pending));
    assert_memory_equal(got.items[0].pending, pending, sizeof pending);
    assert_int_equal(got.items[0].memo_size, sizeof memo);
    assert_memory_equal(got.items[0].memo, memo, sizeof memo);
    assert_int_equal(got.items[1].pending_count, 0);
    assert_int_equal(got.items[1].memo_size, 0);
}

static void test_inactive_parameters_stay_absent(void **state)
{
    struct store_fixture *f = *state;
    struct sweep_trial trial = fixture_trial(f, 1);
    struct sweep_value params[FIXTURE_WIDTH];
    struct store_trials got;

    memcpy(params, trial.params, sizeof params);
    params[4] = (struct sweep_value){0};
    trial.params = params;
    MUST(store_begin(f->store, err));
    MUST(store_record_trial(f->store, f->space, &trial, err));
    MUST(store_commit(f->store, err));
    MUST(store_load_trials(f->store, f->space, &f->arena, false, &got, err));
    assert_int_equal(got.items[0].params[4].kind, SWEEP_VALUE_NONE);
    assert_true(sweep_params_equal(got.items[0].params, params, FIXTURE_WIDTH));
}

static void test_attempts_and_outcomes_come_back(void **state)
{
    static const struct attempt_outcome outcome = {.end = ATTEMPT_SIGNALED,
                                                   .detail = 15,
                                                   .stop = ATTEMPT_STOP_PREEMPTED,
                                                   .started_us = 1764000000999999,
                                                   .ended_us = 1764000007777777,
                                                   .duration_us = 6777778,
                                                   .cpu_us = 1234567,
                                                   .rss_peak_kb = 7654321,
                                                   .output_bytes = UINT64_C(10737418241),
                                                   .output_dropped = UINT64_C(10670309377),
                                                   .leftovers = 3};
    struct store_fixture *f = *state;
    struct attempt_identity second = {.key = {1, 2},
                                      .token = "fedcba98765432100123456789abcdef",
                                      .boot_id = "b",
                                      .pid = 77,
                                      .pid_start = 5};
    struct store_attempts live, all;

    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    fixture_start(f, 2);
    MUST(store_record_offset(f->store, (struct attempt_key){1, 1}, UINT64_C(1) << 40, 88, err));
    MUST(store_record_outcome(f->store, (struct attempt_key){1, 1}, &outcome, 9, err));
    MUST(store_record_attempt(f->store, &second, 1764000008000000, false, err));
    MUST(store_commit(f->store, err));
    fixture_reopen(f, STORE_WRITE);

    MUST(store_load_attempts(f->store, &f->arena, 0, &live, err));
    assert_int_equal(live.count, 2);
    assert_int_equal(live.items[0].identity.key.trial, 1);
    assert_int_equal(live.items[0].identity.key.number, 2);
    assert_true(live.items[0].live);
    assert_string_equal(live.items[0].identity.token, second.token);
    assert_int_equal(live.items[1].identity.key.trial, 2);
    assert_true(live.items[1].identity.pid_start == UINT64_MAX - 2);

    MUST(store_load_attempts(f->store, &f->arena, 1, &all, err));
    assert_int_equal(all.count, 2);
    assert_false(all.items[0].live);
    assert_true(all.items[0].fresh);
    assert_false(all.items[1].fresh);
    assert_int_equal(all.items[0].identity.pid, 3999999);
    assert_true(all.items[0].journal_offset == UINT64_C(1) << 40);
    assert_int_equal(all.items[0].journal_sequence, 88);
    assert_memory_equal(&all.items[0].outcome, &outcome, sizeof outcome);
}

/* Attempt `number` of trial 1 ends after one report; it has begun anew or gone on. */
static void record_short_attempt(struct store_fixture *f, uint32_t number, bool fresh)
{
    static const struct attempt_outcome outcome = {.end = ATTEMPT_LOST};
    struct attempt_identity identity = {.key = {1, number}, .boot_id = "b"};
    const struct store_report report = {.key = {1, number},
                                        .metric = "val_acc",
                                        .sequence = 1,
                                        .arrival = 10 * number,
                                        .step = SWEEP_STEP_NONE,
                                        .value = number};

    snprintf(identity.token, sizeof identity.token, "token %u", number);
    if (number > 1)
        MUST(store_record_attempt(f->store, &identity, 1, fresh, err));
    MUST(store_record_report(f->store, &report, err));
    MUST(store_record_outcome(f->store, (struct attempt_key){1, number}, &outcome, 10 * number + 1,
                              err));
}

static void test_reports_count_from_where_the_trial_began_anew(void **state)
{
    struct store_fixture *f = *state;
    struct store_reports got;

    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    record_short_attempt(f, 1, true);
    record_short_attempt(f, 2, false);
    MUST(store_load_reports(f->store, &f->arena, 1, NULL, &got, err));
    assert_true(got.items[0].counts && got.items[1].counts);
    record_short_attempt(f, 3, true);
    record_short_attempt(f, 4, false);
    MUST(store_load_reports(f->store, &f->arena, 1, "val_acc", &got, err));
    assert_int_equal(got.count, 4);
    for (size_t i = 0; i < got.count; i++)
        assert_int_equal(got.items[i].counts, i >= 2);
    MUST(store_commit(f->store, err));
}

static const double values[] = {0.1,  -0.0,     1e308,     -1e308, 4.9406564584124654e-324,
                                NAN,  INFINITY, -INFINITY, 12,     0.30000000000000004,
                                1e22, -2.5e-310};

static void record_reports(struct store_fixture *f)
{
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
        struct store_report report = {.key = {1, 1},
                                      .metric = i % 3 ? "val_acc" : "loss \xc3\xa9",
                                      .sequence = i + 1,
                                      .arrival = 100 + i,
                                      .step = i % 2 ? (int64_t)i - 4 : SWEEP_STEP_NONE,
                                      .elapsed_ms = (int64_t)i * 1009,
                                      .value = values[i]};

        MUST(store_record_report(f->store, &report, err));
    }
}

static void test_reports_come_back_and_a_replay_changes_nothing(void **state)
{
    struct store_fixture *f = *state;
    struct store_reports got;

    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    fixture_start(f, 2);
    record_reports(f);
    MUST(store_commit(f->store, err));
    MUST(store_begin(f->store, err));
    record_reports(f);
    MUST(store_commit(f->store, err));
    fixture_reopen(f, STORE_READ);

    MUST(store_load_reports(f->store, &f->arena, 1, NULL, &got, err));
    assert_int_equal(got.count, ARRAY_LENGTH(values));
    for (size_t i = 0; i < got.count; i++) {
        assert_true(same(got.items[i].value, values[i]));
        assert_string_equal(got.items[i].metric, i % 3 ? "val_acc" : "loss \xc3\xa9");
        assert_int_equal(got.items[i].sequence, i + 1);
        assert_int_equal(got.items[i].arrival, 100 + i);
        assert_true(got.items[i].step == (i % 2 ? (int64_t)i - 4 : SWEEP_STEP_NONE));
        assert_int_equal(got.items[i].elapsed_ms, i * 1009);
        assert_int_equal(got.items[i].key.number, 1);
    }
    MUST(store_load_reports(f->store, &f->arena, 1, "loss \xc3\xa9", &got, err));
    assert_int_equal(got.count, ARRAY_LENGTH(values) / 3);
    MUST(store_load_reports(f->store, &f->arena, 1, "unknown", &got, err));
    assert_int_equal(got.count, 0);
    MUST(store_load_reports(f->store, &f->arena, 2, NULL, &got, err));
    assert_int_equal(got.count, 0);
}

static void test_arrival_is_the_largest_of_all_news(void **state)
{
    struct attempt_outcome outcome = {.end = ATTEMPT_EXITED};
    struct store_fixture *f = *state;
    struct store_report report = {.key = {2, 1}, .metric = "m", .sequence = 1, .arrival = 57};
    struct sweep_trial trial;
    uint64_t arrival = 1;

    MUST(store_load_arrival(f->store, &arrival, err));
    assert_int_equal(arrival, 0);
    MUST(store_begin(f->store, err));
    trial = fixture_start(f, 1);
    fixture_start(f, 2);
    MUST(store_record_outcome(f->store, (struct attempt_key){1, 1}, &outcome, 55, err));
    MUST(store_load_arrival(f->store, &arrival, err));
    assert_int_equal(arrival, 55);
    trial.state = SWEEP_TRIAL_COMPLETE;
    trial.arrival = 56;
    MUST(store_update_trial(f->store, &trial, err));
    MUST(store_load_arrival(f->store, &arrival, err));
    assert_int_equal(arrival, 56);
    MUST(store_record_report(f->store, &report, err));
    MUST(store_load_arrival(f->store, &arrival, err));
    assert_int_equal(arrival, 57);
    MUST(store_commit(f->store, err));
}

static void test_events_come_back_in_order(void **state)
{
    struct store_fixture *f = *state;
    struct store_events got;

    MUST(store_begin(f->store, err));
    MUST(store_record_event(f->store, 300, (struct attempt_key){0, 0}, "started", "seed 7", err));
    MUST(store_record_event(f->store, 200, (struct attempt_key){3, 2}, "lost", "shim \"x\"", err));
    MUST(store_record_event(f->store, 100, (struct attempt_key){4, 1}, "stopped", NULL, err));
    MUST(store_commit(f->store, err));
    MUST(store_load_events(f->store, &f->arena, 0, &got, err));
    assert_int_equal(got.count, 3);
    assert_string_equal(got.items[0].kind, "started");
    assert_int_equal(got.items[1].at_us, 200);
    assert_string_equal(got.items[2].text, "");
    MUST(store_load_events(f->store, &f->arena, 3, &got, err));
    assert_int_equal(got.count, 1);
    assert_int_equal(got.items[0].key.number, 2);
    assert_string_equal(got.items[0].text, "shim \"x\"");
}

static void test_a_rollback_leaves_no_trace(void **state)
{
    struct store_fixture *f = *state;
    struct store_trials trials;
    struct store_reports reports;
    struct store_report report = {.key = {1, 1}, .metric = "fresh", .sequence = 1, .arrival = 1};

    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    MUST(store_record_report(f->store, &report, err));
    store_rollback(f->store);
    store_rollback(f->store); /* nothing was begun: nothing happens */
    MUST(store_load_trials(f->store, f->space, &f->arena, false, &trials, err));
    assert_int_equal(trials.count, 0);

    /* The metric's row is gone too, so its name must be recorded anew. */
    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    report.metric = "other";
    MUST(store_record_report(f->store, &report, err));
    report.metric = "fresh";
    report.sequence = 2;
    MUST(store_record_report(f->store, &report, err));
    MUST(store_commit(f->store, err));
    MUST(store_load_reports(f->store, &f->arena, 1, "fresh", &reports, err));
    assert_int_equal(reports.count, 1);
    assert_int_equal(reports.items[0].sequence, 2);
    MUST(store_check(f->store, err));
}

static void test_a_second_live_attempt_is_refused(void **state)
{
    struct store_fixture *f = *state;
    struct attempt_identity twin = {.key = {1, 2}, .token = "0", .boot_id = "b"};
    struct attempt_identity orphan = {.key = {99, 1}, .token = "1", .boot_id = "b"};

    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    assert_false(store_record_attempt(f->store, &twin, 1, true, &f->error));
    assert_int_equal(f->error.code, SWEEP_BUG);
    assert_false(store_record_attempt(f->store, &orphan, 1, true, &f->error));
    assert_int_equal(f->error.code, SWEEP_BUG);
    MUST(store_commit(f->store, err));
}

static void test_what_is_finished_never_changes(void **state)
{
    struct attempt_outcome outcome = {.end = ATTEMPT_EXITED};
    struct attempt_key key = {1, 1};
    struct store_fixture *f = *state;
    struct sweep_trial trial;

    MUST(store_begin(f->store, err));
    trial = fixture_start(f, 1);
    MUST(store_record_outcome(f->store, key, &outcome, 1, err));
    trial.state = SWEEP_TRIAL_COMPLETE;
    trial.arrival = 2;
    MUST(store_update_trial(f->store, &trial, err));
    MUST(store_commit(f->store, err));

    MUST(store_begin(f->store, err));
    assert_false(store_update_trial(f->store, &trial, &f->error)); /* not even to the same */
    assert_int_equal(f->error.code, SWEEP_BUG);
    assert_non_null(strstr(f->error.message, "a finished trial never changes"));
    assert_false(store_record_outcome(f->store, key, &outcome, 3, &f->error));
    assert_non_null(strstr(f->error.message, "an ended attempt never changes"));
    assert_false(store_record_offset(f->store, key, 5, 5, &f->error));
    assert_int_equal(f->error.code, SWEEP_BUG);
    store_rollback(f->store);
}

static void test_false_records_are_refused(void **state)
{
    struct attempt_outcome outcome = {.end = ATTEMPT_EXITED};
    struct store_fixture *f = *state;
    struct sweep_trial gap = fixture_trial(f, 2), none = fixture_trial(f, 1);
    struct store_report stray = {.key = {7, 1}, .metric = "m", .sequence = 1, .arrival = 1};

    MUST(store_begin(f->store, err));
    assert_false(store_record_trial(f->store, f->space, &gap, &f->error));
    assert_int_equal(f->error.code, SWEEP_BUG);
    assert_non_null(strstr(f->error.message, "no gaps"));
    assert_false(store_update_trial(f->store, &none, &f->error)); /* was never recorded */
    assert_int_equal(f->error.code, SWEEP_BUG);
    assert_false(
        store_record_outcome(f->store, (struct attempt_key){1, 1}, &outcome, 1, &f->error));
    assert_int_equal(f->error.code, SWEEP_BUG);
    assert_false(store_record_report(f->store, &stray, &f->error));
    assert_int_equal(f->error.code, SWEEP_BUG);
    none.state = SWEEP_TRIAL_COMPLETE; /* finished, but without its place among the news */
    assert_false(store_record_trial(f->store, f->space, &none, &f->error));
    assert_int_equal(f->error.code, SWEEP_BUG);
    store_rollback(f->store);
}

static void test_the_file_is_private_and_creating_twice_is_refused(void **state)
{
    struct store_fixture *f = *state;
    struct store_sweep sweep = fixture_sweep();
    struct stat info;

    assert_int_equal(stat(f->path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_null(store_create(f->path, &sweep, NULL, &f->error));
    assert_int_equal(f->error.code, SWEEP_BUSY);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_the_sweep_comes_back),
        CASE(test_every_state_of_a_sweep_is_accepted),
        CASE(test_name_and_yaml_may_be_replaced),
        CASE(test_a_trial_that_is_not_there_is_not_found),
        CASE(test_trials_come_back_bit_by_bit),
        CASE(test_evidence_comes_back_when_asked_for),
        CASE(test_inactive_parameters_stay_absent),
        CASE(test_attempts_and_outcomes_come_back),
        CASE(test_reports_count_from_where_the_trial_began_anew),
        CASE(test_reports_come_back_and_a_replay_changes_nothing),
        CASE(test_arrival_is_the_largest_of_all_news),
        CASE(test_events_come_back_in_order),
        CASE(test_a_rollback_leaves_no_trace),
        CASE(test_a_second_live_attempt_is_refused),
        CASE(test_what_is_finished_never_changes),
        CASE(test_false_records_are_refused),
        CASE(test_the_file_is_private_and_creating_twice_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
