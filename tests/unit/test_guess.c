/* What `sweep init` makes of an option: its range, or that it stays the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "cli/file/guess.h"

static const struct {
    const char *name;
    const char *value;
    bool is_searched;
    const char *yaml;
} OPTIONS[] = {
    /* Rates: a decade each way, on a log scale, without the noise of binary fractions. */
    {"lr", "0.001", true, "{min: 0.0001, max: 0.01, log: true}"},
    {"lr", "3e-4", true, "{min: 3.0e-05, max: 0.003, log: true}"},
    {"learning-rate", "0.1", true, "{min: 0.01, max: 1.0, log: true}"},
    {"optimizer.weightDecay", "1e-2", true, "{min: 0.001, max: 0.1, log: true}"},
    {"weight_decay", "0", true, "{min: 1.0e-06, max: 0.01, log: true}"},
    {"whatever", "0.0002", true, "{min: 2.0e-05, max: 0.002, log: true}"},
    /* Whole numbers: halved and doubled. */
    {"batch_size", "64", true, "{values: [32, 64, 128]}"},
    {"layers", "3", true, "{min: 1, max: 6}"},
    {"layers", "1", true, "{min: 1, max: 2}"},
    {"layers", "4", true, "{min: 2, max: 8}"},
    {"warmup_steps", "1000", true, "{min: 500, max: 2000}"},
    {"layers", "0", false, "{value: 0}"},
    {"limit", "-1", false, "{value: -1}"},
    {"tag", "9223372036854775807", false, "{value: 9223372036854775807}"},
    /* Fractions and other reals. */
    {"dropout", "0.1", true, "{min: 0.0, max: 0.5}"},
    {"smoothing", "0.0", true, "{min: 0.0, max: 0.5}"},
    {"momentum", "0.9", true, "{min: 0.8, max: 0.999}"},
    {"beta2", "0.9999", true, "{min: 0.8, max: 0.99995}"},
    {"lr_decay", "0.7", true, "{min: 0.35, max: 1.0}"},
    {"margin", "2.0", true, "{min: 1.0, max: 4.0}"},
    {"shift", "-3.5", true, "{min: -7.0, max: -1.75}"},
    {"x", "nan", false, "{value: \"nan\"}"},
    /* Booleans, spelled as the script does. */
    {"amp", "True", true, "{values: [true, false]}"},
    {"amp", "false", true, "{values: [\"true\", \"false\"]}"},
    {"amp", "yes", true, "{values: [\"yes\", \"no\"]}"},
    /* The same in each trial, to the character. */
    {"epochs", "30", false, "{value: 30}"},
    {"numEpochs", "30", false, "{value: 30}"},
    {"max_steps", "1e5", false, "{value: \"1e5\"}"},
    {"seed", "007", false, "{value: \"007\"}"},
    {"train.data-dir", "/data/a", false, "{value: /data/a}"},
    {"test_fraction", "0.25", false, "{value: 0.25}"},
    {"note", "a: b # {c}", false, "{value: \"a: b # {c}\"}"},
    {"note", "no", true, "{values: [\"yes\", \"no\"]}"},
    {"name", "on", false, "{value: \"on\"}"},
    {"opt", "adam", false, "{value: adam}"},
    {"version", "1.2.3", false, "{value: \"1.2.3\"}"},
};

static void test_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(OPTIONS); i++) {
        struct arena arena = {0};
        struct guess guess;
        guess_option(&arena, OPTIONS[i].name, OPTIONS[i].value, &guess);
        if (guess.is_searched != OPTIONS[i].is_searched || strcmp(guess.yaml, OPTIONS[i].yaml) != 0)
            fail_msg("%s %s: %s", OPTIONS[i].name, OPTIONS[i].value, guess.yaml);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_options)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
