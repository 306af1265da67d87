/* The ranking that the database's indexes give, beside the one of all trials, for random sweeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/connection.h"
#include "store_fixture.h"
#include "sweep/rng.h"
#include "trial/ranking.h"
#include "trial/trial.h"

#define SWEEPS     60
#define TRIALS_MAX 40

static size_t below(struct sweep_rng *rng, size_t limit)
{
    return (size_t)sweep_rng_below(rng, limit);
}

/* Few different ones, so that many are alike. */
static double draw_finite(struct sweep_rng *rng)
{
    static const double values[] = {0.5, 0.5, -0.0, 0.0, 1, -1, 3, 1e300, -1e300, 5e-324, 0.1};

    return values[below(rng, ARRAY_LENGTH(values))];
}

static double draw_last(struct sweep_rng *rng)
{
    switch (below(rng, 8)) {
    case 0:
        return NAN;
    case 1:
        return INFINITY;
    case 2:
        return -INFINITY;
    default:
        return draw_finite(rng);
    }
}

static double value_of(struct sweep_rng *rng, enum sweep_objective_kind kind)
{
    switch (kind) {
    case SWEEP_OBJECTIVE_NONE:
    case SWEEP_OBJECTIVE_NAN:
        return NAN;
    case SWEEP_OBJECTIVE_FINITE:
        return draw_finite(rng);
    case SWEEP_OBJECTIVE_POSITIVE_INFINITE:
        return INFINITY;
    case SWEEP_OBJECTIVE_NEGATIVE_INFINITE:
        return -INFINITY;
    }
    return NAN;
}

/* Half of them are complete with a value, so that there is something to rank. */
static void draw_outcome(struct sweep_rng *rng, struct sweep_trial *trial)
{
    bool is_ranked = below(rng, 2) == 0;

    trial->state = is_ranked ? SWEEP_TRIAL_COMPLETE : (enum sweep_trial_state)below(rng, 6);
    trial->objective =
        is_ranked ? SWEEP_OBJECTIVE_FINITE : (enum sweep_objective_kind)below(rng, 5);
    trial->value = value_of(rng, trial->objective);
    trial->last = below(rng, 3) == 0 ? trial->value : draw_last(rng);
    trial->arrival = trial_is_finished(trial->state) ? trial->number : 0;
}

static void record(struct store_fixture *f, struct sweep_rng *rng, size_t count)
{
    MUST(store_begin(f->store, err));
    for (uint64_t number = 1; number <= count; number++) {
        struct sweep_trial trial = fixture_trial(f, number);
        bool is_retry = number > 1 && below(rng, 4) == 0;

        trial.origin = is_retry ? SWEEP_FROM_RETRY : SWEEP_FROM_STRATEGY;
        trial.retry_of = is_retry ? 1 + below(rng, number - 1) : 0;
        MUST(store_record_trial(f->store, f->space, &trial, err));
        trial.state = SWEEP_TRIAL_RUNNING;
        MUST(store_update_trial(f->store, &trial, err));
        draw_outcome(rng, &trial);
        MUST(store_update_trial(f->store, &trial, err));
    }
    MUST(store_commit(f->store, err));
}

/* --- the plain way: all trials, one by one ---------------------------------------------------- */

static int up(const void *a, const void *b)
{
    return ranking_compare(a, b, false);
}

static int down(const void *a, const void *b)
{
    return ranking_compare(a, b, true);
}

static const struct sweep_trial *first_by_last(const struct store_trials *all,
                                               const struct sweep_trial *best, bool maximize)
{
    const struct sweep_trial *first = best;

    for (size_t i = 0; i < all->count; i++) {
        const struct sweep_trial *trial = &all->items[i];

        if (ranking_is_eligible(trial) && !isnan(trial->last) &&
            (isnan(first->last) || ranking_is_better(trial->last, first->last, maximize)))
            first = trial;
    }
    return first;
}

/* --- both ways -------------------------------------------------------------------------------- */

static void compare_ranking(struct store_fixture *f, const struct store_trials *all, bool maximize)
{
    struct sweep_trial sorted[TRIALS_MAX + 1];
    size_t wanted[] = {0, 1, 2, all->count / 2, all->count, all->count + 3, SIZE_MAX};

    memcpy(sorted, all->items, all->count * sizeof *sorted);
    qsort(sorted, all->count, sizeof *sorted, maximize ? down : up);
    for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
        struct store_places quick;

        MUST(store_find_ranking(f->store, &f->arena, maximize, wanted[i], &quick, err));
        assert_int_equal(quick.count, wanted[i] < all->count ? wanted[i] : all->count);
        for (size_t k = 0; k < quick.count; k++)
            assert_int_equal(quick.numbers[k], sorted[k].number);
    }
}

static void compare_best(struct store_fixture *f, const struct store_trials *all, bool maximize)
{
    const struct sweep_trial *best = ranking_best(all->items, all->count, maximize);
    uint64_t number;

    MUST(store_find_best(f->store, maximize, &number, err));
    assert_int_equal(number, best != NULL ? best->number : 0);
    if (best == NULL) {
        MUST(store_find_better_last(f->store, maximize, NAN, &number, err));
        assert_int_equal(number, 0);
        return;
    }
    const struct sweep_trial *first = first_by_last(all, best, maximize);

    MUST(store_find_better_last(f->store, maximize, best->last, &number, err));
    assert_int_equal(number, first != best ? first->number : 0);
}

static void compare_tally(struct store_fixture *f, const struct store_trials *all)
{
    struct store_tally tally;

    MUST(store_load_tally(f->store, &tally, err));
    assert_int_equal(tally.total, all->count);
    for (size_t state = 0; state <= SWEEP_TRIAL_CANCELLED; state++) {
        size_t count = 0;
        uint64_t first = 0;
        uint64_t number;

        for (size_t i = all->count; i-- > 0;) {
            const struct sweep_trial *trial = &all->items[i];

            count += trial->state == state;
            if (trial->state == state && !ranking_is_eligible(trial))
                first = trial->number;
        }
        assert_int_equal(tally.counts[state], count);
        MUST(store_find_unranked(f->store, (enum sweep_trial_state)state, &number, err));
        assert_int_equal(number, first);
    }
}

static void compare_retries(struct store_fixture *f, const struct store_trials *all)
{
    struct store_retries retries;
    size_t count = 0;

    MUST(store_load_retries(f->store, &f->arena, &retries, err));
    for (size_t i = 0; i < all->count; i++)
        count += all->items[i].origin == SWEEP_FROM_RETRY;
    assert_int_equal(retries.count, count);
    for (size_t i = 0; i < retries.count; i++) {
        const struct store_retry *retry = &retries.items[i];

        assert_int_equal(all->items[retry->number - 1].retry_of, retry->of);
        assert_true(i == 0 || retry[-1].of < retry->of ||
                    (retry[-1].of == retry->of && retry[-1].number < retry->number));
    }
}

static void test_indexes_and_all_trials_agree(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SWEEPS; seed++) {
        struct store_fixture fixture, *f = &fixture;
        struct sweep_rng rng;
        struct store_trials all;

        sweep_rng_init(&rng, 20261128, seed);
        fixture_open(f);
        record(f, &rng, seed == 0 ? 0 : 1 + below(&rng, TRIALS_MAX));
        MUST(store_load_trials(f->store, f->space, &f->arena, false, &all, err));
        for (int maximize = 0; maximize < 2; maximize++) {
            compare_ranking(f, &all, maximize);
            compare_best(f, &all, maximize);
        }
        compare_tally(f, &all);
        compare_retries(f, &all);
        fixture_close(f);
    }
}

static void test_all_are_of_the_moment_that_is_held(void **state)
{
    struct store_fixture fixture, *f = &fixture;
    struct store_tally tally;
    struct store_places ranking;
    (void)state;

    fixture_open(f);
    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    MUST(store_commit(f->store, err));
    struct store *reader = store_open(f->path, STORE_READ, &f->error);

    assert_non_null(reader);
    MUST(store_hold(reader, err));
    MUST(store_load_tally(reader, &tally, err));
    MUST(store_begin(f->store, err));
    fixture_start(f, 2);
    MUST(store_commit(f->store, err));
    MUST(store_find_ranking(reader, &f->arena, true, 10, &ranking, err));
    assert_int_equal(tally.counts[SWEEP_TRIAL_RUNNING], 1);
    assert_int_equal(ranking.count, 1);
    store_close(reader);
    fixture_close(f);
}

/* Steps of SQLite's machine: the time that it takes, on any machine. */
static int steps_of(const struct store *store, enum statement_id id)
{
    return sqlite3_stmt_status(store->statements[id], SQLITE_STMTSTATUS_VM_STEP, 0);
}

static void test_few_of_many_trials_are_read(void **state)
{
    struct store_fixture fixture, *f = &fixture;
    struct store_places ranking;
    struct store_tally tally;
    uint64_t number_by_last;
    (void)state;

    fixture_open(f);
    MUST(store_begin(f->store, err));
    for (uint64_t number = 1; number <= 3000; number++) {
        struct sweep_trial trial = fixture_trial(f, number);

        MUST(store_record_trial(f->store, f->space, &trial, err));
        trial.state = number % 100 == 0 ? SWEEP_TRIAL_FAILED : SWEEP_TRIAL_COMPLETE;
        trial.objective = SWEEP_OBJECTIVE_FINITE;
        trial.value = (double)(number * 7919 % 3001);
        trial.last = (double)(number * 104729 % 3001);
        trial.arrival = number;
        MUST(store_update_trial(f->store, &trial, err));
    }
    MUST(store_commit(f->store, err));
    for (int maximize = 0; maximize < 2; maximize++)
        MUST(store_find_ranking(f->store, &f->arena, maximize, 20, &ranking, err));
    MUST(store_load_tally(f->store, &tally, err));
    assert_int_equal(tally.counts[SWEEP_TRIAL_FAILED], 30);
    assert_in_range(steps_of(f->store, STATEMENT_RANK_UP), 20, 1000);
    assert_in_range(steps_of(f->store, STATEMENT_RANK_DOWN), 20, 1000);
    assert_in_range(steps_of(f->store, STATEMENT_COUNT_REST), 30, 1000);
    MUST(store_find_better_last(f->store, true, -1, &number_by_last, err));
    assert_int_not_equal(number_by_last, 0);
    assert_in_range(steps_of(f->store, STATEMENT_LAST_MAX), 1, 100);
    assert_in_range(steps_of(f->store, STATEMENT_FIND_LAST), 1, 100);
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_indexes_and_all_trials_agree),
        cmocka_unit_test(test_all_are_of_the_moment_that_is_held),
        cmocka_unit_test(test_few_of_many_trials_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
