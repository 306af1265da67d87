/* Parameters that are gone from a space, and what trials that have them are in the new one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/former.h"
#include "space/feasible.h"
#include "space/nesting.h"
#include "space/space.h"
#include "json/params.h"

#define HEAD "command: 'true ${args}'\nmethod: random\nparameters:\n"

static const char OLD[] =
    HEAD "  x: {values: [1, 2]}\n"
         "  opt: {parameters: {lr: {values: [1e-3, 1.0]}, beta: {value: 7}}}\n"
         "  r: {min: 0.0, max: 1.0, when: 'x = 1'}\n"
         "  k: {value: 'a \"b\"'}\n"
         "replicates: {seeds: [3, 4], pass_as: seed}\n";

static const char NEW[] = HEAD "  x: {values: [1, 2]}\n"
                               "  opt: {parameters: {lr: {values: [1e-3, 1.0]}}}\n"
                               "  c: {value: 5}\n"
                               "  d: {value: 6, when: 'x = 2'}\n"
                               "replicates: {seeds: [3, 4], pass_as: seed}\n";

static struct config *load(struct arena *arena, const char *yaml, const char *former)
{
    const struct config_setting item = {CONFIG_FORMER, former};
    const struct config_settings settings = {&item, former != NULL};
    struct diagnostics diagnostics = {0};
    struct config *config = config_load_with(arena, "a.yaml", strview_of(yaml),
                                             CONFIG_NEEDS_COMMAND, &settings, &diagnostics);
    assert_int_equal(diagnostics.errors, 0);
    diagnostics_release(&diagnostics);
    assert_non_null(config);
    return config;
}

/* OLD, then NEW. */
static struct config *change(struct arena *arena, struct strbuf *former)
{
    const struct config *old = load(arena, OLD, NULL);
    assert_null(config_find_clash(old, load(arena, NEW, NULL)));
    config_append_former(old, load(arena, NEW, NULL), former);
    return load(arena, NEW, strbuf_text(former));
}

static void test_they_are_kept(void **state)
{
    struct arena arena = {0};
    struct strbuf former;
    struct strbuf again;
    (void)state;
    strbuf_init(&former, FORMER_TEXT_MAX);
    strbuf_init(&again, FORMER_TEXT_MAX);
    const struct config *config = change(&arena, &former);
    assert_string_equal(strbuf_text(&former),
                        "[{\"path\":[\"opt\",\"beta\"],\"values\":[7]},{\"path\":[\"r\"]},"
                        "{\"path\":[\"k\"],\"values\":[\"a \\\"b\\\"\"]}]");
    assert_int_equal(sweep_space_count(config->searched), 4);
    assert_int_equal(sweep_space_count(config->space), 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(space_is_former(config->space, i), i >= 4 && i < 7);
    assert_string_equal(space_seed_parameter(config->space)->name, "seed");

    /* They are no points: what is counted and drawn has none of them. */
    uint64_t points = 0;
    assert_int_equal(sweep_space_count_points(config->space, SWEEP_COUNT_STEPS, &points),
                     SWEEP_COUNT_EXACT);
    assert_int_equal(points, 2 * 2 * 2);

    /* Those of before stay, but for one that is a parameter again. */
    config_append_former(config, load(&arena, OLD, NULL), &again);
    assert_string_equal(strbuf_text(&again), "[{\"path\":[\"c\"],\"values\":[5]},"
                                             "{\"path\":[\"d\"],\"values\":[6]}]");
    assert_int_equal(sweep_space_count(load(&arena, OLD, strbuf_text(&former))->space), 6);
    strbuf_release(&again);
    strbuf_release(&former);
    arena_release(&arena);
}

/* Damage in what is kept costs the parameter, not the sweep. */
static void test_damage(void **state)
{
    static const char *const texts[] = {
        "",
        "7",
        "[",
        "[7]",
        "[{}]",
        "[{\"path\":[]}]",
        "[{\"path\":[[1]]}]",
        "[{\"path\":[\"q\"],\"values\":7}]",
        "[{\"path\":[\"q\"],\"values\":[]}]",
        "[{\"path\":[\"x\"]}]",
        "[{\"path\":[\"opt\"]}]",
        "[{\"path\":[\"x\",\"y\"]}]",
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(sweep_space_count(load(&arena, NEW, texts[i])->space), 5);
    arena_release(&arena);
}

static void test_trials_of_before(void **state)
{
    static const struct {
        const char *params;
        enum space_fit fit;
        const char *adapted;
    } rows[] = {
        {"{\"x\":1,\"opt\":{\"lr\":1e-3},\"c\":5,\"seed\":3}", SPACE_FITS, NULL},
        {"{\"x\":2,\"opt\":{\"lr\":1e-3},\"c\":5,\"d\":6,\"seed\":3}", SPACE_FITS, NULL},
        /* what it was like then */
        {"{\"x\":2,\"opt\":{\"lr\":1e-3,\"beta\":7},\"k\":\"a \\\"b\\\"\",\"seed\":3}",
         SPACE_FITS_ADAPTED,
         "{\"x\":2,\"opt\":{\"lr\":1e-3,\"beta\":7},\"c\":5,\"d\":6,\"k\":\"a "
         "\\\"b\\\"\",\"seed\":3}"},
        {"{\"x\":1,\"opt\":{\"lr\":1e-3},\"seed\":3}", SPACE_FITS_ADAPTED,
         "{\"x\":1,\"opt\":{\"lr\":1e-3},\"c\":5,\"seed\":3}"},
        /* one of several values, or another one than the single one */
        {"{\"x\":1,\"opt\":{\"lr\":1e-3,\"beta\":7},\"r\":0.5,\"seed\":3}", SPACE_OUTSIDE, NULL},
        {"{\"x\":1,\"opt\":{\"lr\":1e-3,\"beta\":8},\"seed\":3}", SPACE_OUTSIDE, NULL},
        {"{\"x\":1,\"opt\":{\"lr\":1e-3},\"k\":\"b\",\"seed\":3}", SPACE_OUTSIDE, NULL},
        /* none where one of several is needed; one where there is none */
        {"{\"x\":1,\"seed\":3}", SPACE_OUTSIDE, NULL},
        {"{\"x\":1,\"opt\":{\"lr\":1e-3},\"c\":5,\"d\":6,\"seed\":3}", SPACE_OUTSIDE, NULL},
        {"{}", SPACE_OUTSIDE, NULL},
        /* another kind of value than today's */
        {"{\"x\":[1],\"opt\":{\"lr\":1e-3},\"c\":5,\"seed\":3}", SPACE_OUTSIDE, NULL},
    };
    struct arena arena = {0};
    struct strbuf text;
    (void)state;
    strbuf_init(&text, FORMER_TEXT_MAX);
    const struct config *config = change(&arena, &text);
    struct sweep_judge *judge = sweep_judge_create(config->searched, NULL);
    struct sweep_value params[8];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_writer w;
        assert_true(params_read(&arena, config->space, rows[i].params, params, NULL));
        assert_int_equal(space_fit(config->space, judge, params), rows[i].fit);
        strbuf_reset(&text);
        json_init(&w, &text);
        params_write(&w, config->space, params);
        assert_string_equal(strbuf_text(&text), rows[i].params);
        assert_int_equal(space_adapt(config->space, judge, params), rows[i].fit);
        if (rows[i].adapted == NULL)
            continue;
        strbuf_reset(&text);
        json_init(&w, &text);
        params_write(&w, config->space, params);
        assert_string_equal(strbuf_text(&text), rows[i].adapted);
    }
    sweep_judge_free(judge);
    strbuf_release(&text);
    arena_release(&arena);
}

static void test_clashes(void **state)
{
    static const struct {
        const char *old;
        const char *edited;
        const char *clash;
    } rows[] = {
        {HEAD "  x: {values: [1, 2]}\n", HEAD "  x: {parameters: {y: {value: 1}}}\n", "x"},
        {HEAD "  x: {parameters: {y: {value: 1}}}\n", HEAD "  x: {values: [1, 2]}\n", "x.y"},
        {HEAD "  x.y: {value: 1}\n", HEAD "  x: {parameters: {y: {value: 1}}}\n", "x.y"},
        {HEAD "  x: {parameters: {y: {value: 1}}}\n", HEAD "  x: {parameters: {z: {value: 1}}}\n",
         NULL},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *clash =
            config_find_clash(load(&arena, rows[i].old, NULL), load(&arena, rows[i].edited, NULL));
        if (rows[i].clash == NULL)
            assert_null(clash);
        else
            assert_string_equal(clash, rows[i].clash);
    }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_they_are_kept),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_trials_of_before),
        cmocka_unit_test(test_clashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
