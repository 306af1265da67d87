/*
 * The live lines of a run: what they say, and that they are never wider than the screen.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/run/glance.h"
#include "space/space.h"
#include "view/term/text.h"

#define SECOND INT64_C(1000000)

static const struct terminal SCREEN = {.width = 100, .height = 24};

static struct sweep_space *make_space(struct arena *arena)
{
    static const struct sweep_parameter x = {
        .name = "x", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 9};

    return space_create(arena, &x, 1, NULL);
}

static struct run_notice ended(const struct sweep_trial *trial, bool is_best)
{
    return (struct run_notice){
        .kind = RUN_TRIAL_ENDED,
        .trial = trial,
        .progress = {.finished = 1, .budget = 5, .has_best = true, .best_trial = is_best ? 1 : 9}};
}

static void test_says_how_far_it_is(void **state)
{
    struct arena arena = {0};
    const struct trial_words words = {.space = make_space(&arena),
                                      .metric = "acc",
                                      .step_name = "epoch",
                                      .objective = {.maximize = true}};
    const struct sweep_value x = {.kind = SWEEP_VALUE_INT, .integer = 7};
    const struct sweep_trial trial = {.number = 1,
                                      .params = &x,
                                      .state = SWEEP_TRIAL_COMPLETE,
                                      .objective = SWEEP_OBJECTIVE_FINITE,
                                      .value = 0.75,
                                      .last = 0.75,
                                      .step = SWEEP_STEP_NONE,
                                      .duration_us = 8 * SECOND};
    const struct engine_running running[] = {
        {.trial = 2, .since_us = 100 * SECOND},
        {.trial = 3, .since_us = 103 * SECOND, .has_report = true, .last = 0.5, .last_step = 4}};
    struct run_notice tick = {.kind = RUN_TICK,
                              .wall_us = 105 * SECOND,
                              .progress = {.finished = 1,
                                           .failed = 1,
                                           .running = 3,
                                           .budget = 5,
                                           .has_best = true,
                                           .best_trial = 1,
                                           .best_value = 0.75},
                              .running = running,
                              .running_count = 2,
                              .time_left_ms = INT64_MAX};
    struct glance glance;
    struct strbuf out;

    (void)state;
    glance_init(&glance, "digits", 2);
    assert_true(glance_seconds_left(&glance, &tick) < 0);
    const struct run_notice end = ended(&trial, true);
    glance_note_ended(&glance, &words, &end);
    /* One more trial of 8 s, 3 s and 6 s of those that run, two at a time. */
    assert_true(fabs(glance_seconds_left(&glance, &tick) - 8.5) < 1e-9);
    struct run_notice timed = tick;
    timed.time_left_ms = 60000;
    assert_true(fabs(glance_seconds_left(&glance, &timed) - 8.5) < 1e-9);
    timed.time_left_ms = 5250;
    assert_true(fabs(glance_seconds_left(&glance, &timed) - 5.25) < 1e-9);
    timed.progress.budget = 0;
    assert_true(fabs(glance_seconds_left(&glance, &timed) - 5.25) < 1e-9);
    strbuf_init(&out, 4096);
    glance_format(&glance, &words, &tick, &SCREEN, &out);
    assert_string_equal(strbuf_text(&out),
                        "digits  ####................  1/5  3 running  1 failed  about 9s left\n"
                        "best  0.75  trial 1  x=7\n"
                        "trial 2  5.00s\n"
                        "trial 3  2.00s  acc 0.5 epoch 4\n"
                        "and 1 more running\n");
    strbuf_release(&out);
    glance_release(&glance);
    arena_release(&arena);
}

static void test_fits_any_screen(void **state)
{
    struct arena arena = {0};
    const struct trial_words words = {.space = make_space(&arena), .metric = "acc"};
    struct engine_running running[RUN_TICK_MAX];
    struct run_notice tick = {.kind = RUN_TICK,
                              .wall_us = SECOND,
                              .progress = {.finished = 1, .running = 200, .has_best = true},
                              .running = running,
                              .running_count = RUN_TICK_MAX};
    struct glance glance;
    struct strbuf out;

    (void)state;
    for (size_t i = 0; i < RUN_TICK_MAX; i++)
        running[i] = (struct engine_running){.trial = i + 1, .has_report = true, .last = 1.0 / 3};
    glance_init(&glance, "a name that is longer than many screens are wide, one would think", 2);
    strbuf_init(&out, 64 * 1024);
    for (size_t width = 20; width < 80; width++) {
        const struct terminal terminal = {.width = width, .height = 10};
        size_t lines = 0;
        strbuf_reset(&out);
        glance_format(&glance, &words, &tick, &terminal, &out);
        for (const char *line = strbuf_text(&out); *line != '\0'; line = strchr(line, '\n') + 1) {
            size_t size = strcspn(line, "\n");
            assert_true(text_width((struct strview){line, size}) < width);
            if (lines == 0) /* the name is cut, and that is seen */
                assert_memory_equal(line + size - 3, "...", 3);
            lines++;
        }
        assert_in_range(lines, 3, 10 - 1);
    }
    strbuf_release(&out);
    glance_release(&glance);
    arena_release(&arena);
}

static void test_guesses_by_what_runs_at_once(void **state)
{
    struct arena arena = {0};
    const struct trial_words words = {.space = make_space(&arena), .metric = "acc"};
    const struct sweep_trial trial = {.number = 2, .duration_us = 8 * SECOND};
    const struct run_notice end = {
        .kind = RUN_TRIAL_ENDED, .trial = &trial, .progress = {.finished = 1, .running = 2}};
    struct run_notice tick = {.kind = RUN_TICK,
                              .progress = {.finished = 1, .running = 2, .budget = 9},
                              .time_left_ms = INT64_MAX};
    struct glance glance;

    (void)state;
    glance_init(&glance, "digits", 100);
    glance_note_ended(&glance, &words, &end);
    /* Six more of 8 s: a hundred may run, but three did. */
    assert_true(fabs(glance_seconds_left(&glance, &tick) - 16) < 1e-9);
    tick.progress.running = 4;
    assert_true(fabs(glance_seconds_left(&glance, &tick) - 8) < 1e-9);
    glance_release(&glance);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says_how_far_it_is),
        cmocka_unit_test(test_guesses_by_what_runs_at_once),
        cmocka_unit_test(test_fits_any_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
