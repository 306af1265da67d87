/* YAML, shell words and CSV that every reader takes for what they are. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/shell.h"
#include "space/space.h"
#include "view/export/row.h"
#include "view/export/yaml.h"

static const struct {
    const char *text;
    const char *yaml;
} TEXTS[] = {
    {"adam", "adam"},
    {"/data/a-b_c.csv", "/data/a-b_c.csv"},
    {"resnet50", "resnet50"},
    {"", "\"\""},
    {"yes", "\"yes\""},
    {"Off", "\"Off\""},
    {"n", "\"n\""},
    {"NULL", "\"NULL\""},
    {"nan", "\"nan\""},
    {"~", "\"~\""},
    {"12", "\"12\""},
    {"0x1f", "\"0x1f\""},
    {"1e-5", "\"1e-5\""},
    {".5", "\".5\""},
    {".inf", "\".inf\""},
    {"1:30", "\"1:30\""},
    {"2026-11-24", "\"2026-11-24\""},
    {"-x", "\"-x\""},
    {"a: b", "\"a: b\""},
    {"a #b", "\"a #b\""},
    {"- a", "\"- a\""},
    {"{a}", "\"{a}\""},
    {"say \"hi\"", "\"say \\\"hi\\\"\""},
    {"back\\slash", "\"back\\\\slash\""},
    {"two\nlines\t", "\"two\\nlines\\t\""},
    {"\x1b[0m", "\"\\x1b[0m\""},
    {"gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\""},
};

static void test_yaml_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(TEXTS); i++) {
        struct strbuf out;
        strbuf_init(&out, 1000);
        yaml_append_text(&out, TEXTS[i].text);
        assert_string_equal(strbuf_text(&out), TEXTS[i].yaml);
        strbuf_release(&out);
    }
}

static const struct {
    struct sweep_value value;
    const char *yaml;
} VALUES[] = {
    {{.kind = SWEEP_VALUE_NULL}, "null"},
    {{.kind = SWEEP_VALUE_BOOL, .boolean = true}, "true"},
    {{.kind = SWEEP_VALUE_BOOL, .boolean = false}, "false"},
    {{.kind = SWEEP_VALUE_INT, .integer = -9007199254740991}, "-9007199254740991"},
    {{.kind = SWEEP_VALUE_REAL, .real = 1e-5}, "1.0e-05"},
    {{.kind = SWEEP_VALUE_REAL, .real = 1e-5, .text = "1e-5"}, "1.0e-05"},
    {{.kind = SWEEP_VALUE_REAL, .real = 64}, "64.0"},
    {{.kind = SWEEP_VALUE_REAL, .real = 0.1}, "0.1"},
    {{.kind = SWEEP_VALUE_REAL, .real = 3.1415926535897931e-7}, "3.141592653589793e-07"},
    {{.kind = SWEEP_VALUE_REAL, .real = 1e300}, "1.0e+300"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "true"}, "\"true\""},
    {{.kind = SWEEP_VALUE_NONE}, ""},
};

static void test_yaml_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(VALUES); i++) {
        struct strbuf out;
        strbuf_init(&out, 1000);
        yaml_append_value(&out, &VALUES[i].value);
        assert_string_equal(strbuf_text(&out), VALUES[i].yaml);
        strbuf_release(&out);
    }
}

static const struct {
    const char *argument;
    const char *word;
} WORDS[] = {
    {"--lr=1e-05", "--lr=1e-05"}, {"train.py", "train.py"},     {"", "''"},   {"a b", "'a b'"},
    {"it's", "'it'\\''s'"},       {"$HOME", "'$HOME'"},         {"~", "'~'"}, {"=x", "'=x'"},
    {"a\nb", "'a\nb'"},           {"--x={1,2}", "'--x={1,2}'"}, {"*", "'*'"},
};

static void test_shell(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(WORDS); i++) {
        struct strbuf out;
        strbuf_init(&out, 1000);
        shell_append(&out, WORDS[i].argument);
        assert_string_equal(strbuf_text(&out), WORDS[i].word);
        strbuf_release(&out);
    }
}

/* One trial of a two-dimensional space, and what it captured. */
static const struct sweep_value CHOICES[] = {{.kind = SWEEP_VALUE_TEXT, .text = "ad,\"am"},
                                             {.kind = SWEEP_VALUE_TEXT, .text = "sgd"}};
static const struct sweep_parameter PARAMETERS[] = {
    {.name = "lr", .distribution = SWEEP_UNIFORM, .min = 0.125, .max = 7.5},
    {.name = "opt", .distribution = SWEEP_CATEGORICAL, .choices = CHOICES, .choice_count = 2},
};
static const struct sweep_value PARAMS[] = {{.kind = SWEEP_VALUE_REAL, .real = 0.8125},
                                            {.kind = SWEEP_VALUE_TEXT, .text = "ad,\"am"}};
static const char *const CAPTURES[] = {"epoch", "val_loss"};
static struct store_captured CAPTURED[] = {{"val_loss", (double)NAN}};
static const struct store_gpu GPUS[] = {{"GPU-1", "A100"}, {"GPU-0", "A100"}};
static const struct store_captures CAPTURED_LIST = {CAPTURED,
                                                    1,
                                                    {GPUS, 2},
                                                    {.watched_us = 4000000,
                                                     .gpu_memory_bytes = 5368709120,
                                                     .gpu_busy_us = 3000000,
                                                     .energy_mj = 1234567,
                                                     .is_share = true,
                                                     .cpu_us = USAGE_UNKNOWN,
                                                     .memory_bytes = 1024}};

static const struct sweep_trial TRIAL = {
    .number = 37,
    .params = PARAMS,
    .state = SWEEP_TRIAL_COMPLETE,
    .attempts = 2,
    .objective = SWEEP_OBJECTIVE_FINITE,
    .value = 0.96875,
    .step = 12,
    .last = -(double)INFINITY,
    .started_us = 1795516867000000,
    .duration_us = 3250000,
};

static struct row_context make_context(struct arena *arena)
{
    struct sweep_error err;
    struct sweep_space *space = space_create(arena, PARAMETERS, ARRAY_LENGTH(PARAMETERS), &err);
    assert_non_null(space);
    return (struct row_context){.space = space,
                                .sweep_seed = 18446744073709551615u,
                                .captures = CAPTURES,
                                .capture_count = 2};
}

static void test_csv(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct row_context context = make_context(&arena);
    struct strbuf out;
    strbuf_init(&out, 10000);
    row_append_csv_header(&out, &context);
    row_append_csv(&out, &context, &TRIAL, &CAPTURED_LIST);
    assert_string_equal(
        strbuf_text(&out),
        "trial,state,reason,value,step,last,params.lr,params.opt,captured.epoch,captured.val_loss,"
        "attempts,started,duration_s,gpus,gpu_models,energy_j,gpu_memory_bytes,gpu_busy_percent,"
        "cpu_s,memory_bytes,gpu_shared,seed\n"
        "37,complete,,0.96875,12,-inf,0.8125,\"ad,\"\"am\",,nan,2,2026-11-24T10:41:07Z,3.25,GPU-1 "
        "GPU-0,A100; A100,1234.567,5368709120,75.0,,1024,true,"
        "260863732\n");
    strbuf_release(&out);
    arena_release(&arena);
}

static void test_json(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct row_context context = make_context(&arena);
    struct strbuf out;
    struct json_writer writer;
    strbuf_init(&out, 10000);
    json_init(&writer, &out);
    row_write_json(&writer, &context, &TRIAL, &CAPTURED_LIST);
    assert_string_equal(
        strbuf_text(&out),
        "{\"trial\":37,\"state\":\"complete\",\"reason\":null,\"value\":0.96875,"
        "\"step\":12,\"last\":\"-inf\",\"params\":{\"lr\":0.8125,\"opt\":"
        "\"ad,\\\"am\"},\"captured\":{\"val_loss\":\"nan\"},\"attempts\":2,"
        "\"started\":\"2026-11-24T10:41:07Z\",\"duration_s\":3.25,"
        "\"gpus\":[\"GPU-1\",\"GPU-0\"],\"gpu_models\":[\"A100\",\"A100\"],\"energy_j\":1234.567,"
        "\"gpu_memory_bytes\":5368709120,\"gpu_busy_percent\":75.0,"
        "\"cpu_s\":null,\"memory_bytes\":1024,\"gpu_shared\":true,"
        "\"seed\":260863732}");
    strbuf_release(&out);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yaml_text), cmocka_unit_test(test_yaml_values),
        cmocka_unit_test(test_shell),     cmocka_unit_test(test_csv),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
