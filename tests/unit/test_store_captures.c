/* Which number of a capture goes with the objective's chosen step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_fixture.h"

#define NONE SWEEP_STEP_NONE

struct report {
    const char *metric;
    int64_t step;
    double value;
};

/* Reports of one trial in their order, the step that its objective chose, and what is expected. */
static const struct {
    const char *name;
    int64_t step;
    struct report reports[10];
    struct store_captured expected[4];
} rows[] = {
    {"nothing but the objective", 2, {{"val_acc", 1, 0.5}, {"val_acc", 2, 0.75}}, {{0}}},
    {"the same step",
     2,
     {{"loss", 1, 3.5},
      {"val_acc", 1, 0.5},
      {"loss", 2, 2.5},
      {"val_acc", 2, 0.75},
      {"loss", 3, 1.5},
      {"val_acc", 3, 0.25}},
     {{"loss", 2.5}}},
    {"sorted by name",
     1,
     {{"zeta", 1, 3}, {"alpha", 1, 1}, {"mu", 1, 2}, {"val_acc", 1, 0.5}},
     {{"alpha", 1}, {"mu", 2}, {"zeta", 3}}},
    {"the last before it",
     7,
     {{"loss", 1, 3.5}, {"loss", 5, 2.5}, {"loss", 9, 1.5}, {"val_acc", 7, 0.75}},
     {{"loss", 2.5}}},
    {"printed after the objective of its step",
     1,
     {{"val_acc", 1, 0.75}, {"loss", 1, 2.5}, {"val_acc", 2, 0.5}, {"loss", 2, 1.5}},
     {{"loss", 2.5}}},
    {"an epoch repeated after a restart",
     2,
     {{"loss", 1, 9},
      {"val_acc", 1, 1},
      {"loss", 2, 8},
      {"loss", 1, 7},
      {"loss", 2, 6},
      {"val_acc", 2, 2}},
     {{"loss", 6}}},
    {"no steps, one each",
     2,
     {{"val_acc", NONE, 0.5},
      {"loss", NONE, 3.5},
      {"val_acc", NONE, 0.75},
      {"loss", NONE, 2.5},
      {"val_acc", NONE, 0.25},
      {"loss", NONE, 1.5}},
     {{"loss", 2.5}}},
    {"no steps, many losses an epoch",
     2,
     {{"loss", NONE, 6},
      {"loss", NONE, 5},
      {"val_acc", NONE, 0.5},
      {"loss", NONE, 4},
      {"loss", NONE, 3},
      {"val_acc", NONE, 0.75},
      {"loss", NONE, 2}},
     {{"loss", 3}}},
    {"seen only later: left out",
     1,
     {{"val_acc", 1, 0.75}, {"test_acc", 9, 0.125}, {"val_acc", 2, 0.5}},
     {{0}}},
};

static void record(struct store_fixture *f, uint64_t number, const struct report *reports)
{
    MUST(store_begin(f->store, err));
    fixture_start(f, number);
    for (uint64_t i = 0; reports[i].metric; i++) {
        struct store_report report = {.key = {number, 1},
                                      .metric = reports[i].metric,
                                      .sequence = i + 1,
                                      .arrival = number * 100 + i,
                                      .step = reports[i].step,
                                      .value = reports[i].value};

        MUST(store_record_report(f->store, &report, err));
    }
    MUST(store_commit(f->store, err));
}

static void test_captures_go_with_the_chosen_step(void **state)
{
    struct store_fixture fixture, *f = &fixture;
    (void)state;

    fixture_open(f);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sweep_trial trial = {.number = i + 1, .step = rows[i].step};
        struct store_captures got;
        size_t expected = 0;

        while (rows[i].expected[expected].metric)
            expected++;
        record(f, i + 1, rows[i].reports);
        MUST(store_load_captures(f->store, &f->arena, &trial, &got, err));
        if (got.count != expected)
            fail_msg("%s: %zu captures", rows[i].name, got.count);
        for (size_t k = 0; k < expected; k++) {
            assert_string_equal(got.items[k].metric, rows[i].expected[k].metric);
            if (!(got.items[k].value >= rows[i].expected[k].value &&
                  got.items[k].value <= rows[i].expected[k].value))
                fail_msg("%s: %s is %g", rows[i].name, got.items[k].metric, got.items[k].value);
        }
    }
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_captures_go_with_the_chosen_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
