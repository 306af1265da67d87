/* A sweep whose trials somebody else runs: what strategies get to see, budgets, and restarts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "advisor/advisor.h"
#include "store_fixture.h"

/* A strategy that answers with what it was asked: momentum says how many trials it saw finished and
 * pending, and batch how the last finished one ended. */
static void *witness_create(const struct sweep_space *space, struct sweep_error *err)
{
    (void)err;
    return memcpy(sweep_alloc(sizeof space), &space, sizeof space);
}

static enum sweep_answer witness_ask(void *state, const struct sweep_ask *ask,
                                     struct sweep_suggestion *out)
{
    const struct sweep_space *space;
    const struct sweep_history *history = ask->history;
    memcpy(&space, state, sizeof space);
    if (ask->number > 20)
        return SWEEP_EXHAUSTED;
    for (size_t i = 0; i < FIXTURE_WIDTH; i++)
        out->params[i] = sweep_parameter_draw(sweep_space_parameter(space, i), 0);
    out->params[4].real =
        (double)history->finished_count / 100 + (double)history->pending_count / 10000;
    if (history->finished_count > 0)
        out->params[1].integer = 16 + history->finished[history->finished_count - 1]->state;
    return SWEEP_SUGGESTED;
}

static void witness_free(void *state)
{
    sweep_free(state);
}

static const struct sweep_strategy witness = {.name = "witness",
                                              .summary = "says what it sees",
                                              .uses_results = true,
                                              .create = witness_create,
                                              .ask = witness_ask,
                                              .free = witness_free};

static struct advisor *create(struct store_fixture *f, const struct sweep_strategy *strategy,
                              uint64_t trials)
{
    const struct advisor_settings settings = {.strategy = strategy,
                                              .space = f->space,
                                              .seed = 7,
                                              .maximize = true,
                                              .trials = trials,
                                              .store = f->store};
    struct advisor *advisor = advisor_create(&settings, &f->error);
    if (advisor == NULL)
        fail_msg("%s", f->error.message);
    return advisor;
}

static const struct sweep_trial *ask(struct store_fixture *f, struct advisor *advisor)
{
    struct advisor_trials trials;
    MUST(advisor_ask(advisor, 1, &trials, err));
    assert_int_equal(trials.count, 1);
    return trials.items[0];
}

static void assert_seen(const struct sweep_trial *trial, size_t finished, size_t pending)
{
    assert_true(fabs(trial->params[4].real - (double)finished / 100 - (double)pending / 10000) <
                1e-9);
}

static void tell(struct store_fixture *f, struct advisor *advisor, uint64_t number, double value)
{
    const struct advisor_result result = {SWEEP_TRIAL_COMPLETE, true, value};
    MUST(advisor_tell(advisor, number, &result, err));
}

static void assert_refused(struct store_fixture *f, bool done, const char *message)
{
    assert_false(done);
    assert_true(f->error.code == SWEEP_BAD_INPUT || f->error.code == SWEEP_NOT_FOUND);
    assert_string_equal(f->error.message, message);
}

static void test_strategies_see_the_runner_s_history(void **state)
{
    (void)state;
    struct store_fixture f;
    fixture_open(&f);
    struct advisor *advisor = create(&f, &witness, 0);
    assert_seen(ask(&f, advisor), 0, 0);
    assert_seen(ask(&f, advisor), 0, 1);
    assert_seen(ask(&f, advisor), 0, 2);
    tell(&f, advisor, 2, 0.5);
    const struct sweep_trial *fourth = ask(&f, advisor);
    assert_seen(fourth, 1, 2);
    assert_int_equal(fourth->number, 4);
    assert_int_equal(fourth->params[1].integer, 16 + SWEEP_TRIAL_COMPLETE);
    const struct advisor_result failed = {.state = SWEEP_TRIAL_FAILED};
    assert_true(advisor_tell(advisor, 1, &failed, &f.error));
    assert_int_equal(ask(&f, advisor)->params[1].integer, 16 + SWEEP_TRIAL_FAILED);
    advisor_free(advisor);
    fixture_close(&f);
}

static void test_batch_knows_its_own(void **state)
{
    (void)state;
    struct store_fixture f;
    struct advisor_trials trials;
    fixture_open(&f);
    struct advisor *advisor = create(&f, &witness, 5);
    assert_true(advisor_ask(advisor, 9, &trials, &f.error));
    assert_int_equal(trials.count, 5);
    for (size_t i = 0; i < trials.count; i++) {
        assert_int_equal(trials.items[i]->number, i + 1);
        assert_seen(trials.items[i], 0, i);
    }
    assert_true(advisor_ask(advisor, 9, &trials, &f.error));
    assert_int_equal(trials.count, 0);
    assert_string_equal(trials.reason, "the budget is used up");
    assert_null(advisor_end(advisor));
    for (uint64_t number = 1; number <= 5; number++)
        tell(&f, advisor, number, 1);
    assert_string_equal(advisor_end(advisor), "the budget is used up");
    advisor_free(advisor);
    fixture_close(&f);
}

static void test_the_space_ends(void **state)
{
    (void)state;
    struct store_fixture f;
    struct advisor_trials trials;
    fixture_open(&f);
    struct advisor *advisor = create(&f, &witness, 0);
    assert_true(advisor_ask(advisor, 100, &trials, &f.error));
    assert_int_equal(trials.count, 20);
    assert_true(advisor_ask(advisor, 1, &trials, &f.error));
    assert_string_equal(trials.reason, "every point of the space was tried");
    advisor_free(advisor);
    fixture_close(&f);
}

/* The witness of a new process sees what that of the first would have seen. */
static void test_restart_goes_on(void **state)
{
    (void)state;
    struct store_fixture f;
    struct advisor_trials pending;
    uint64_t added;
    fixture_open(&f);
    struct advisor *advisor = create(&f, &witness, 8);
    (void)ask(&f, advisor);
    (void)ask(&f, advisor);
    (void)ask(&f, advisor);
    tell(&f, advisor, 3, (double)NAN);
    tell(&f, advisor, 1, 0.25);
    const struct sweep_trial own = fixture_trial(&f, 50);
    assert_true(advisor_add(advisor, own.params, NULL, &added, &f.error));
    assert_int_equal(added, 4);
    advisor_free(advisor);

    fixture_reopen(&f, STORE_WRITE);
    advisor = create(&f, &witness, 8);
    advisor_pending(advisor, &pending);
    assert_int_equal(pending.count, 1);
    assert_int_equal(pending.items[0]->number, 2);
    assert_int_equal(advisor_best(advisor)->number, 1);
    const struct sweep_trial *fourth = ask(&f, advisor);
    assert_int_equal(fourth->number, 4);
    assert_true(sweep_params_equal(fourth->params, own.params, FIXTURE_WIDTH));
    assert_seen(ask(&f, advisor), 2, 2);
    tell(&f, advisor, 2, 0.75);
    assert_int_equal(advisor_best(advisor)->number, 2);
    assert_seen(ask(&f, advisor), 3, 2);
    advisor_free(advisor);
    fixture_close(&f);
}

/* Evidence is finished and free of charge; what is to be tried is charged when it is added. */
static void test_evidence_and_budget(void **state)
{
    (void)state;
    struct store_fixture f;
    struct advisor_trials trials;
    uint64_t number;
    const struct advisor_result good = {SWEEP_TRIAL_COMPLETE, true, 3};
    fixture_open(&f);
    struct advisor *advisor = create(&f, &witness, 2);
    const struct sweep_trial own = fixture_trial(&f, 50);
    assert_true(advisor_add(advisor, own.params, &good, &number, &f.error));
    assert_int_equal(advisor_best(advisor)->number, 1);
    assert_seen(ask(&f, advisor), 1, 0);
    assert_true(advisor_add(advisor, own.params, NULL, &number, &f.error));
    assert_int_equal(number, 3);
    assert_refused(&f, advisor_add(advisor, own.params, NULL, &number, &f.error),
                   "the budget of 2 trials is used up: with a value the params could still be "
                   "added as evidence");
    advisor_free(advisor);
    fixture_reopen(&f, STORE_WRITE);
    advisor = create(&f, &witness, 2);
    assert_int_equal(ask(&f, advisor)->number, 3);
    assert_true(advisor_add(advisor, own.params, &good, &number, &f.error));
    assert_int_equal(number, 4);
    assert_true(advisor_ask(advisor, 1, &trials, &f.error));
    assert_string_equal(trials.reason, "the budget is used up");
    advisor_free(advisor);
    fixture_close(&f);
}

/* Patience counts what was asked for, not evidence, and goes on after a restart. */
static void test_limits(void **state)
{
    (void)state;
    struct store_fixture f;
    struct advisor_trials trials;
    uint64_t number;
    const struct advisor_result good = {SWEEP_TRIAL_COMPLETE, true, 3};
    const struct advisor_result bad = {SWEEP_TRIAL_COMPLETE, true, -3};
    fixture_open(&f);
    struct advisor_settings settings = {.strategy = &witness,
                                        .space = f.space,
                                        .maximize = true,
                                        .limits = {.patience = 2, .has_target = true, .target = 5},
                                        .store = f.store};
    const struct sweep_trial own = fixture_trial(&f, 50);
    struct advisor *advisor = advisor_create(&settings, &f.error);
    assert_true(advisor_add(advisor, own.params, &good, &number, &f.error));
    for (int i = 0; i < 4; i++)
        assert_true(advisor_add(advisor, own.params, &bad, &number, &f.error));
    tell(&f, advisor, ask(&f, advisor)->number, 1);
    tell(&f, advisor, ask(&f, advisor)->number, 4);
    tell(&f, advisor, ask(&f, advisor)->number, 3);
    advisor_free(advisor);
    advisor = advisor_create(&settings, &f.error);
    tell(&f, advisor, ask(&f, advisor)->number, 2);
    assert_true(advisor_ask(advisor, 1, &trials, &f.error));
    assert_int_equal(trials.count, 0);
    assert_string_equal(trials.reason, "the last 2 trials brought nothing better");
    assert_string_equal(advisor_end(advisor), "the last 2 trials brought nothing better");
    const struct advisor_result best = {SWEEP_TRIAL_COMPLETE, true, 5};
    assert_true(advisor_add(advisor, own.params, &best, &number, &f.error));
    assert_true(advisor_ask(advisor, 1, &trials, &f.error));
    assert_string_equal(trials.reason, "trial 10 has reached the target");
    advisor_free(advisor);
    settings.limits = (struct engine_limits){.time_ms = 60000};
    settings.running_ms = 59000;
    advisor = advisor_create(&settings, &f.error);
    (void)ask(&f, advisor);
    advisor_free(advisor);
    settings.running_ms = 60000;
    advisor = advisor_create(&settings, &f.error);
    assert_true(advisor_ask(advisor, 1, &trials, &f.error));
    assert_string_equal(trials.reason, "the time of the budget is used up");
    advisor_free(advisor);
    fixture_close(&f);
}

static void test_what_cannot_be_told(void **state)
{
    (void)state;
    struct store_fixture f;
    bool prune;
    uint64_t number;
    const struct advisor_result good = {SWEEP_TRIAL_COMPLETE, true, 3};
    fixture_open(&f);
    struct sweep_trial live = fixture_trial(&f, 1);
    live.state = SWEEP_TRIAL_RUNNING;
    live.attempts = 1;
    assert_true(store_begin(f.store, &f.error) &&
                store_record_trial(f.store, f.space, &live, &f.error) &&
                store_commit(f.store, &f.error));
    struct advisor *advisor = create(&f, &witness, 0);
    assert_refused(&f, advisor_tell(advisor, 1, &good, &f.error),
                   "trial 1 was started by `sweep run`, which goes on with it");
    assert_refused(&f, advisor_tell(advisor, 0, &good, &f.error), "there is no trial 0");
    assert_refused(&f, advisor_tell(advisor, 2, &good, &f.error), "there is no trial 2");
    assert_true(advisor_add(advisor, live.params, NULL, &number, &f.error));
    assert_refused(&f, advisor_tell(advisor, 2, &good, &f.error), "trial 2 was not asked for yet");
    assert_int_equal(ask(&f, advisor)->number, 2);
    assert_true(advisor_report(advisor, 2, 5, 0.5, &prune, &f.error));
    assert_false(prune);
    tell(&f, advisor, 2, 1);
    assert_refused(&f, advisor_tell(advisor, 2, &good, &f.error),
                   "trial 2 is finished already: complete");
    assert_refused(&f, advisor_report(advisor, 2, 5, 0.5, &prune, &f.error),
                   "trial 2 is finished already: complete");
    struct store_events events;
    assert_true(store_load_events(f.store, &f.arena, 2, &events, &f.error));
    assert_int_equal(events.count, 1);
    assert_string_equal(events.items[0].text, "reported 0.5 at step 5");
    advisor_free(advisor);
    fixture_close(&f);
}

/* Nothing is kept, and all is the same. */
static void test_without_a_store(void **state)
{
    (void)state;
    struct store_fixture f;
    double kept[6];
    fixture_open(&f);
    struct advisor *advisor = create(&f, sweep_strategy_find("random"), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(kept); i++) {
        kept[i] = ask(&f, advisor)->params[0].real;
        tell(&f, advisor, i + 1, kept[i]);
    }
    advisor_free(advisor);
    store_close(f.store);
    f.store = NULL;
    advisor = create(&f, sweep_strategy_find("random"), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(kept); i++) {
        assert_true(ask(&f, advisor)->params[0].real == kept[i]);
        tell(&f, advisor, i + 1, kept[i]);
    }
    advisor_free(advisor);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strategies_see_the_runner_s_history),
        cmocka_unit_test(test_batch_knows_its_own),
        cmocka_unit_test(test_the_space_ends),
        cmocka_unit_test(test_restart_goes_on),
        cmocka_unit_test(test_evidence_and_budget),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_what_cannot_be_told),
        cmocka_unit_test(test_without_a_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
