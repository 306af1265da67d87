/*
 * One assignment to JSON and back: kinds, spellings, what is absent, what is damaged.
 */
#include "json/params.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "space/space.h"
#include "sweep/rng.h"

static const struct sweep_value rates[] = {
    {.kind = SWEEP_VALUE_REAL, .real = 1e-5, .text = "1e-5"},
    {.kind = SWEEP_VALUE_REAL, .real = 1e-3, .text = ".001"},
    {.kind = SWEEP_VALUE_INT, .integer = 1, .text = "1"},
    {.kind = SWEEP_VALUE_REAL, .real = 1, .text = "1.0"},
    {.kind = SWEEP_VALUE_INT, .integer = 16, .text = "0x10"},
    {.kind = SWEEP_VALUE_REAL, .real = 64, .text = "64"},
    {.kind = SWEEP_VALUE_REAL, .real = 7, .text = "+7.0"},
};

static const struct sweep_value optimizers[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
    {.kind = SWEEP_VALUE_TEXT, .text = "a \"quoted\"\n\xC3\xA9"},
    {.kind = SWEEP_VALUE_NULL},
    {.kind = SWEEP_VALUE_BOOL, .boolean = true},
    {.kind = SWEEP_VALUE_BOOL, .boolean = false},
};

static const struct sweep_parameter parameters[] = {
    {.name = "lr",
     .distribution = SWEEP_CATEGORICAL,
     .choices = rates,
     .choice_count = ARRAY_LENGTH(rates)},
    {.name = "optimizer",
     .distribution = SWEEP_CATEGORICAL,
     .choices = optimizers,
     .choice_count = ARRAY_LENGTH(optimizers)},
    {.name = "momentum", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    {.name = "batch.size", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 100},
};

enum {
    COUNT = ARRAY_LENGTH(parameters)
};

static struct sweep_space *make_space(struct arena *arena)
{
    struct sweep_error err = {0};
    struct sweep_space *space = space_create(arena, parameters, COUNT, &err);

    if (!space)
        fail_msg("%s", err.message);
    return space;
}

static void write_params(const struct sweep_space *space, const struct sweep_value *params,
                         struct strbuf *out)
{
    struct json_writer writer;

    strbuf_reset(out);
    json_init(&writer, out);
    params_write(&writer, space, params);
}

static void test_written_form(void **state)
{
    static const struct {
        const char *name;
        struct sweep_value params[COUNT];
        const char *json;
    } rows[] = {
        {"spelling kept",
         {{.kind = SWEEP_VALUE_REAL, .real = 1e-5, .text = "1e-5"},
          {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
          {.kind = SWEEP_VALUE_REAL, .real = 0.1},
          {.kind = SWEEP_VALUE_INT, .integer = -9007199254740993}},
         "{\"lr\":1e-5,\"optimizer\":\"sgd\",\"momentum\":0.1,\"batch.size\":-9007199254740993}"},
        {"spelling is not JSON",
         {{.kind = SWEEP_VALUE_REAL, .real = 1e-3, .text = ".001"},
          {.kind = SWEEP_VALUE_REAL, .real = 7, .text = "+7.0"},
          {.kind = SWEEP_VALUE_INT, .integer = 16, .text = "0x10"},
          {.kind = SWEEP_VALUE_INT, .integer = 7, .text = "007"}},
         "{\"lr\":0.001,\"optimizer\":7.0,\"momentum\":16,\"batch.size\":7}"},
        {"spelling would change the kind",
         {{.kind = SWEEP_VALUE_REAL, .real = 64, .text = "64"},
          {.kind = SWEEP_VALUE_INT, .integer = 100, .text = "1e2"},
          {.kind = SWEEP_VALUE_REAL, .real = 5, .text = "5."},
          {.kind = SWEEP_VALUE_REAL, .real = 50, .text = "5e+1"}},
         "{\"lr\":64.0,\"optimizer\":100,\"momentum\":5.0,\"batch.size\":5e+1}"},
        {"absent, null, truth",
         {{.kind = SWEEP_VALUE_NONE},
          {.kind = SWEEP_VALUE_NULL},
          {.kind = SWEEP_VALUE_BOOL, .boolean = true},
          {.kind = SWEEP_VALUE_BOOL, .boolean = false}},
         "{\"optimizer\":null,\"momentum\":true,\"batch.size\":false}"},
        {"all absent", {{.kind = SWEEP_VALUE_NONE}}, "{}"},
    };
    struct arena arena = {0};
    struct strbuf out;
    struct sweep_space *space = make_space(&arena);

    (void)state;
    strbuf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        write_params(space, rows[i].params, &out);
        if (strcmp(strbuf_text(&out), rows[i].json) != 0)
            fail_msg("%s: %s", rows[i].name, strbuf_text(&out));
    }
    strbuf_release(&out);
    arena_release(&arena);
}

/* Each choice comes back as the space's own: same kind, same spelling, same pointer. */
static void test_choices_come_back(void **state)
{
    struct arena arena = {0};
    struct strbuf out;
    struct sweep_space *space = make_space(&arena);

    (void)state;
    strbuf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LENGTH(rates) * ARRAY_LENGTH(optimizers); i++) {
        const struct sweep_value *rate = &rates[i / ARRAY_LENGTH(optimizers)];
        const struct sweep_value *optimizer = &optimizers[i % ARRAY_LENGTH(optimizers)];
        struct sweep_value params[COUNT] = {*rate, *optimizer};
        struct sweep_value back[COUNT];
        struct sweep_error err = {0};

        write_params(space, params, &out);
        if (!params_read(&arena, space, strbuf_text(&out), back, &err))
            fail_msg("%s", err.message);
        assert_true(sweep_params_equal(params, back, COUNT));
        assert_ptr_equal(back[0].text, rate->text);
        assert_ptr_equal(back[1].text, optimizer->text);
        assert_int_equal(back[2].kind, SWEEP_VALUE_NONE);
    }
    strbuf_release(&out);
    arena_release(&arena);
}

static void test_computed_values_come_back(void **state)
{
    struct arena arena = {0};
    struct strbuf out;
    struct sweep_space *space = make_space(&arena);
    struct sweep_value params[COUNT] = {{.kind = SWEEP_VALUE_NONE},
                                        {.kind = SWEEP_VALUE_TEXT, .text = "not listed"},
                                        {.kind = SWEEP_VALUE_REAL, .real = 0.1 + 0.2},
                                        {.kind = SWEEP_VALUE_INT, .integer = 64}};
    struct sweep_value back[COUNT];
    struct sweep_error err = {0};

    (void)state;
    strbuf_init(&out, 1000);
    write_params(space, params, &out);
    assert_true(params_read(&arena, space, strbuf_text(&out), back, &err));
    strbuf_release(&out);
    assert_true(sweep_params_equal(params, back, COUNT));
    assert_null(back[2].text);
    params[2].real = 1;
    strbuf_init(&out, 1000);
    write_params(space, params, &out);
    assert_true(params_read(&arena, space, strbuf_text(&out), back, &err));
    assert_int_equal(back[2].kind, SWEEP_VALUE_REAL);
    strbuf_release(&out);
    arena_release(&arena);
}

/* Groups are objects; a listed list or map comes back as the space's own, whatever its order. */
static void test_trees_come_back(void **state)
{
    static const char *const lr_path[] = {"optimizer", "lr", NULL};
    static const char *const beta_path[] = {"optimizer", "nadam", "beta", NULL};
    static const struct sweep_value sizes[] = {{.kind = SWEEP_VALUE_INT, .integer = 55},
                                               {.kind = SWEEP_VALUE_REAL, .real = 110}};
    static const struct sweep_items list = {.values = sizes, .count = 2};
    static const char *const names[] = {"a", "b"};
    static const struct sweep_items map = {.values = sizes, .names = names, .count = 2};
    static const struct sweep_value trees[] = {{.kind = SWEEP_VALUE_LIST, .items = &list},
                                               {.kind = SWEEP_VALUE_MAP, .items = &map}};
    static const struct sweep_parameter nested[] = {
        {.name = "x", .distribution = SWEEP_CATEGORICAL, .choices = trees, .choice_count = 2},
        {.name = "optimizer.lr", .path = lr_path, .distribution = SWEEP_UNIFORM, .max = 1},
        {.name = "optimizer.nadam.beta",
         .path = beta_path,
         .distribution = SWEEP_CATEGORICAL,
         .choices = trees,
         .choice_count = 2},
    };
    static const struct {
        struct sweep_value params[3];
        const char *json;
    } rows[] = {
        {{{.kind = SWEEP_VALUE_LIST, .items = &list},
          {.kind = SWEEP_VALUE_REAL, .real = 0.5},
          {.kind = SWEEP_VALUE_MAP, .items = &map}},
         "{\"x\":[55,110.0],\"optimizer\":{\"lr\":0.5,\"nadam\":{\"beta\":{\"a\":55,\"b\":110.0}}}"
         "}"},
        {{{.kind = SWEEP_VALUE_LIST, .items = &list}, {.kind = SWEEP_VALUE_REAL, .real = 0.5}},
         "{\"x\":[55,110.0],\"optimizer\":{\"lr\":0.5}}"},
        {{{.kind = SWEEP_VALUE_LIST, .items = &list}}, "{\"x\":[55,110.0]}"},
    };
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct sweep_value back[3];
    struct strbuf out;
    struct sweep_space *space = space_create(&arena, nested, 3, &err);

    (void)state;
    strbuf_init(&out, 1000);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        write_params(space, rows[i].params, &out);
        assert_string_equal(strbuf_text(&out), rows[i].json);
        assert_true(params_read(&arena, space, strbuf_text(&out), back, &err));
        assert_true(sweep_params_equal(rows[i].params, back, 3));
        assert_ptr_equal(back[0].items, &list);
    }
    assert_true(params_read(&arena, space,
                            "{\"optimizer\":{\"nadam\":{\"beta\":{\"b\":110.0,\"a\":55}}}}", back,
                            &err));
    assert_ptr_equal(back[2].items, &map);
    assert_false(params_read(&arena, space, "{\"optimizer\":1}", back, &err));
    assert_false(params_read(&arena, space, "{\"optimizer\":{\"wd\":1}}", back, &err));
    strbuf_release(&out);
    arena_release(&arena);
}

static void test_damage(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"", "damaged"},
        {"{\"lr\":1e-5", "damaged at byte"},
        {"[]", "not a JSON object"},
        {"{\"lr\":1,\"lr\":2}", "damaged"},
        {"{\"lr\":{\"a\":1},\"a\":2}", "'a'"},
        {"{\"depth\":1}", "'depth'"},
        {"{\"momentum\":1e999}", "damaged"},
        {"{\"lr\":1e-5} x", "damaged"},
        {"{\"optimizer\":\"\xff\"}", "damaged"},
    };
    struct arena arena = {0};
    struct sweep_space *space = make_space(&arena);

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sweep_value back[COUNT];
        struct sweep_error err = {0};

        assert_false(params_read(&arena, space, rows[i].text, back, &err));
        assert_int_equal(err.code, SWEEP_DATABASE);
        if (!strstr(err.message, rows[i].says))
            fail_msg("%s: %s", rows[i].text, err.message);
    }
    arena_release(&arena);
}

/* A space in front is not our spelling, so the library reads that. */
static void compare_ways(const struct sweep_space *space, const char *text)
{
    struct arena arena = {0};
    struct sweep_value quick[COUNT], plain[COUNT];
    struct sweep_error err = {0};
    bool done = params_read(&arena, space, text, quick, &err);
    bool must = params_read(&arena, space, arena_printf(&arena, " %s", text), plain, &err);

    if (done != must)
        fail_msg("%s: %d, by the library %d", text, done, must);
    for (size_t i = 0; done && i < COUNT; i++) {
        if (!sweep_value_equal(&quick[i], &plain[i]))
            fail_msg("%s: parameter %zu differs", text, i);
        assert_int_equal(signbit(quick[i].real), signbit(plain[i].real));
        assert_true(quick[i].kind == SWEEP_VALUE_TEXT || quick[i].text == plain[i].text);
    }
    arena_release(&arena);
}

static struct sweep_value draw(struct sweep_rng *rng, const struct sweep_parameter *parameter)
{
    static const struct sweep_value others[] = {
        {.kind = SWEEP_VALUE_NONE},
        {.kind = SWEEP_VALUE_NULL},
        {.kind = SWEEP_VALUE_BOOL, .boolean = true},
        {.kind = SWEEP_VALUE_INT, .integer = INT64_MIN},
        {.kind = SWEEP_VALUE_INT, .integer = INT64_MAX},
        {.kind = SWEEP_VALUE_REAL, .real = -0.0},
        {.kind = SWEEP_VALUE_REAL, .real = 5e-324},
        {.kind = SWEEP_VALUE_REAL, .real = 1.7976931348623157e308},
        {.kind = SWEEP_VALUE_TEXT, .text = ""},
        {.kind = SWEEP_VALUE_TEXT, .text = "sg"},
        {.kind = SWEEP_VALUE_TEXT, .text = "sgd2"},
        {.kind = SWEEP_VALUE_TEXT, .text = "\xC3\xA9\x7F\\"},
    };

    if (sweep_rng_below(rng, 3) == 0)
        return others[sweep_rng_below(rng, ARRAY_LENGTH(others))];
    return sweep_parameter_draw(parameter, sweep_rng_uniform(rng));
}

static void test_both_ways_of_reading_agree(void **state)
{
    static const char bytes[] = "{}[]\",:\\-+.0123456789eEtrufalsn \x01\xC3\xA9lrmobc";
    struct arena arena = {0};
    struct sweep_space *space = make_space(&arena);
    struct sweep_rng rng;
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 1000);
    sweep_rng_init(&rng, 20261128, 0);
    for (int round = 0; round < 20000; round++) {
        struct sweep_value params[COUNT];

        for (size_t i = 0; i < COUNT; i++)
            params[i] = draw(&rng, &parameters[i]);
        write_params(space, params, &out);
        compare_ways(space, strbuf_text(&out));
        for (int changes = 0; changes < 3; changes++) {
            out.data[sweep_rng_below(&rng, out.size)] =
                bytes[sweep_rng_below(&rng, sizeof bytes - 1)];
            compare_ways(space, strbuf_text(&out));
        }
    }
    strbuf_release(&out);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_form),
        cmocka_unit_test(test_choices_come_back),
        cmocka_unit_test(test_computed_values_come_back),
        cmocka_unit_test(test_trees_come_back),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_both_ways_of_reading_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
