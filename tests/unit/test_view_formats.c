/* One assignment for Hydra, for LightningCLI and for a shell. What Hydra 1.3 makes of each override
 * was looked up in its own parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/shell.h"
#include "space/space.h"
#include "view/export/hydra.h"
#include "view/export/shell_variables.h"
#include "view/export/yaml.h"

static const struct {
    struct sweep_value value;
    const char *override;
} OVERRIDES[] = {
    {{.kind = SWEEP_VALUE_INT, .integer = 64, .text = "64"}, "x=64"},
    {{.kind = SWEEP_VALUE_REAL, .real = 1e-5}, "x=1e-05"},
    {{.kind = SWEEP_VALUE_BOOL, .boolean = true}, "x=true"},
    {{.kind = SWEEP_VALUE_NULL}, "x=null"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "adam"}, "x=adam"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "/a/b-c.d"}, "x=/a/b-c.d"},
    {{.kind = SWEEP_VALUE_TEXT, .text = ""}, "x=''"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "True"}, "x='True'"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "null"}, "x='null'"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "12"}, "x='12'"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "a b"}, "x='a b'"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "[1]"}, "x='[1]'"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "it's"}, "x='it\\'s'"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "a\\b"}, "x='a\\b'"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "a\\'b"}, "x='a\\\\\\'b'"},
    {{.kind = SWEEP_VALUE_TEXT, .text = "C:\\"}, "x='C:\\\\'"},
};

static void test_hydra(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(OVERRIDES); i++) {
        struct strbuf out;
        strbuf_init(&out, 1000);
        hydra_append(&out, "x", &OVERRIDES[i].value);
        assert_string_equal(strbuf_text(&out), OVERRIDES[i].override);
        strbuf_release(&out);
    }
}

#define NAMES_MAX 6

/* Names, each with its place as its value, and what comes of them; NULL: it is refused. */
static const struct {
    const char *names[NAMES_MAX];
    const char *nested;
    const char *variables;
} SPACES[] = {
    {{"lr", "depth"}, "lr: 0\ndepth: 1\n", "lr=0\ndepth=1\n"},
    {{"model.lr", "data.size", "model.net.depth", "model.net.width", "seed"},
     "model:\n  lr: 0\n  net:\n    depth: 2\n    width: 3\ndata:\n  size: 1\nseed: 4\n",
     "model_lr=0\ndata_size=1\nmodel_net_depth=2\nmodel_net_width=3\nseed=4\n"},
    {{"model", "model.lr"}, NULL, "model=0\nmodel_lr=1\n"},
    {{"model.lr", "model"}, NULL, "model_lr=0\nmodel=1\n"},
    {{"a.b.c", "a.b"}, NULL, "a_b_c=0\na_b=1\n"},
    {{"a..b"}, NULL, "a__b=0\n"},
    {{".a"}, NULL, "_a=0\n"},
    {{"a."}, NULL, "a_=0\n"},
    {{"models.x", "model.x"}, "models:\n  x: 0\nmodel:\n  x: 1\n", "models_x=0\nmodel_x=1\n"},
    {{"a.b", "a_b"}, "a:\n  b: 0\na_b: 1\n", NULL},
    {{"2lr", "learning-rate"}, "\"2lr\": 0\nlearning-rate: 1\n", "_lr=0\nlearning_rate=1\n"},
};

static size_t make_parameters(const char *const *names, struct sweep_parameter *parameters,
                              struct sweep_value *params)
{
    size_t count = 0;
    for (; count < NAMES_MAX && names[count] != NULL; count++) {
        params[count] = (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = (int64_t)count};
        parameters[count] = (struct sweep_parameter){
            .name = names[count], .choices = &params[count], .choice_count = 1};
    }
    return count;
}

static void assert_made(bool made, const struct strbuf *out, const char *expected,
                        const struct sweep_error *err)
{
    assert_int_equal(made, expected != NULL);
    if (made)
        assert_string_equal(strbuf_text(out), expected);
    else
        assert_int_equal(err->code, SWEEP_BAD_INPUT);
}

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(SPACES); i++) {
        struct arena arena = {0};
        struct sweep_error err = {0};
        struct sweep_parameter parameters[NAMES_MAX];
        struct sweep_value params[NAMES_MAX];
        size_t count = make_parameters(SPACES[i].names, parameters, params);
        struct sweep_space *space = space_create(&arena, parameters, count, &err);
        struct strbuf out;
        assert_non_null(space);
        strbuf_init(&out, 1000);
        assert_made(yaml_append_nested(&out, space, params, &err), &out, SPACES[i].nested, &err);
        strbuf_reset(&out);
        assert_made(shell_variables_append(&out, space, params, &err), &out, SPACES[i].variables,
                    &err);
        strbuf_release(&out);
        arena_release(&arena);
    }
}

/* A parameter that is not active is in none of them, and takes no name. */
static void test_inactive(void **state)
{
    (void)state;
    static const char *const names[NAMES_MAX] = {"a.b", "a", "c"};
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct sweep_parameter parameters[NAMES_MAX];
    struct sweep_value params[NAMES_MAX];
    struct strbuf out;
    size_t count = make_parameters(names, parameters, params);
    struct sweep_space *space = space_create(&arena, parameters, count, &err);
    assert_non_null(space);
    params[1] = (struct sweep_value){0};
    strbuf_init(&out, 1000);
    assert_true(yaml_append_nested(&out, space, params, &err));
    assert_string_equal(strbuf_text(&out), "a:\n  b: 0\nc: 2\n");
    strbuf_reset(&out);
    assert_true(shell_variables_append(&out, space, params, &err));
    assert_string_equal(strbuf_text(&out), "a_b=0\nc=2\n");
    strbuf_release(&out);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hydra),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_inactive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
