/* The splitter and the command template. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "config/command.h"
#include "space/space.h"

/* Words joined by '|'. */
static void join(char *const *words, size_t count, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i > 0 ? "|" : "", words[i]);
}

static void test_split(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } rows[] = {
        {"", ""},
        {"  \t\r\n ", ""},
        {"python train.py", "python|train.py"},
        {"  a   b\tc\nd ", "a|b|c|d"},
        {"'a b' c", "a b|c"},
        {"\"a b\" c", "a b|c"},
        {"a'b'\"c\"d", "abcd"},
        {"''", ""},
        {"a '' b", "a||b"},
        {"'a\\b'", "a\\b"},
        {"\"a\\b \\\\ \\\"\"", "a\\b \\ \""},
        {"a\\ b \\' \\\" \\\\", "a b|'|\"|\\"},
        {"\\n", "n"},
        {"end\\", "end\\"},
        {"'\"' \"'\"", "\"|'"},
        {"$HOME `ls` *.py ~ #x", "$HOME|`ls`|*.py|~|#x"},
        {"a;b && c > d", "a;b|&&|c|>|d"},
        {"--name='two words'", "--name=two words"},
        {"gr\xc3\xb6\xc3\x9f"
         "e",
         "gr\xc3\xb6\xc3\x9f"
         "e"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct arena arena = {0};
        struct sweep_error err = {0};
        char **words = NULL;
        size_t count = 0;
        char joined[256];
        assert_true(command_split(&arena, strview_of(rows[i].text), &words, &count, &err));
        assert_null(words[count]);
        join(words, count, joined, sizeof joined);
        assert_string_equal(joined, rows[i].words);
        arena_release(&arena);
    }
}

static void test_split_refuses(void **state)
{
    (void)state;
    static const struct {
        struct strview text;
        const char *message;
    } rows[] = {
        {{"a 'b c", 6}, "the quote ' that opens at character 3 of the command is never closed"},
        {{"\"b\\\"", 4}, "the quote \" that opens at character 1 of the command is never closed"},
        {{"a\0b", 3}, "character 2 of the command is a NUL, which no argument can hold"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct arena arena = {0};
        struct sweep_error err = {0};
        char **words = NULL;
        size_t count = 0;
        assert_false(command_split(&arena, rows[i].text, &words, &count, &err));
        assert_int_equal(err.code, SWEEP_BAD_INPUT);
        assert_string_equal(err.message, rows[i].message);
        arena_release(&arena);
    }
}

static const struct sweep_value choices[] = {
    {.kind = SWEEP_VALUE_REAL, .real = 1e-5, .text = "1e-5"},
    {.kind = SWEEP_VALUE_TEXT, .text = "a b"},
};

static struct sweep_space *make_space(struct arena *arena)
{
    const struct sweep_parameter parameters[] = {
        {.name = "lr", .distribution = SWEEP_CATEGORICAL, .choices = choices, .choice_count = 2},
        {.name = "momentum", .distribution = SWEEP_UNIFORM, .min = 0, .max = 0.99},
        {.name = "model.depth", .distribution = SWEEP_INT_UNIFORM, .min = 2, .max = 9},
    };
    struct sweep_error err = {0};
    struct sweep_space *space = space_create(arena, parameters, ARRAY_LENGTH(parameters), &err);
    assert_non_null(space);
    return space;
}

static const char *program; /* of `${program}` */

static bool compile(struct arena *arena, const struct sweep_space *space, const char *text,
                    struct command *command, struct sweep_error *err)
{
    char **words = NULL;
    size_t count = 0;
    assert_true(command_split(arena, strview_of(text), &words, &count, err));
    const struct command_scope scope = {
        .space = space, .program = program, .is_head = program != NULL};
    return command_parse(arena, words, count, &scope, command, err);
}

static void test_expand(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } rows[] = {
        {"train ${lr}", "train|1e-5"},
        {"train --lr=${lr}x${momentum}", "train|--lr=1e-5x0.25"},
        {"train ${model.depth:-3} ${momentum:-0.5}", "train|3|0.25"},
        {"train [${model.depth}] ${model.depth:-}", "train|[]|"},
        {"train ${args} -v", "train|--lr=1e-5|--momentum=0.25|-v"},
        {"train ${args} ${args}", "train|--lr=1e-5|--momentum=0.25|--lr=1e-5|--momentum=0.25"},
        {"train $$ $${lr} $$${lr} a$b 5$", "train|$|${lr}|$1e-5|a$b|5$"},
        {"'${lr}' \"${lr}\" ''", "1e-5|1e-5|"},
    };
    const struct sweep_value params[] = {
        choices[0], {.kind = SWEEP_VALUE_REAL, .real = 0.25}, {.kind = SWEEP_VALUE_NONE}};
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct arena arena = {0};
        struct sweep_error err = {0};
        struct command command = {0};
        char joined[256];
        size_t count = 0;
        struct sweep_space *space = make_space(&arena);
        if (!compile(&arena, space, rows[i].text, &command, &err))
            fail_msg("%s: %s", rows[i].text, err.message);
        char **arguments = command_expand(&arena, &command, space, params, NULL);
        while (arguments[count] != NULL)
            count++;
        join(arguments, count, joined, sizeof joined);
        assert_string_equal(joined, rows[i].words);
        arena_release(&arena);
    }
}

static void test_a_value_is_one_argument(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct command command = {0};
    struct sweep_space *space = make_space(&arena);
    const struct sweep_value params[] = {
        choices[1], {.kind = SWEEP_VALUE_NONE}, {.kind = SWEEP_VALUE_INT, .integer = 7}};
    assert_true(compile(&arena, space, "train ${lr} ${args}", &command, &err));
    char **arguments = command_expand(&arena, &command, space, params, NULL);
    assert_string_equal(arguments[1], "a b");
    assert_string_equal(arguments[2], "--lr=a b");
    assert_string_equal(arguments[3], "--model.depth=7");
    assert_null(arguments[4]);
    arena_release(&arena);
}

static void test_parse_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } rows[] = {
        {"", "the command is empty"},
        {"t ${lrr}", "there is no parameter 'lrr'; did you mean '${lr}'?"},
        {"t ${momentun:-1}", "there is no parameter 'momentun'; did you mean '${momentum}'?"},
        {"t ${arg}", "there is no parameter 'arg'; did you mean '${args}'?"},
        {"t --x=${args}", "'${args}' becomes several arguments and must stand alone"},
        {"${args} t", "the command begins with '${args}'; the program to run comes first"},
        {"t ${lr", "'${' is never closed by '}'; write '$${' for the text itself"},
        {"t ${}", "'${}' names no parameter; write '$${}' for the text itself"},
        {"t ${:-3}", "'${}' names no parameter; write '$${}' for the text itself"},
        {"t ${CUDA_HOME}",
         "there is no parameter 'CUDA_HOME'; an environment variable is '${envvar:CUDA_HOME}'"},
        {"t ${program}",
         "'${program}' stands for the script that 'program: ...' names, and there is no such key"},
        {"t ${args_dict}",
         "'${args_dict}' is no macro for a command; '${args_json}' is all parameters in one "
         "argument"},
        {"t x${args_no_hyphens}",
         "'${args_no_hyphens}' becomes several arguments and must stand alone"},
        {"${args_no_equals} t",
         "the command begins with '${args_no_equals}'; the program to run comes first"},
        {"t ${envvar:}", "'${envvar:}' names no environment variable, as '${envvar:HOME}' does"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct arena arena = {0};
        struct sweep_error err = {0};
        struct command command = {0};
        struct sweep_space *space = make_space(&arena);
        assert_false(compile(&arena, space, rows[i].text, &command, &err));
        assert_int_equal(err.code, SWEEP_BAD_INPUT);
        assert_string_equal(err.message, rows[i].message);
        arena_release(&arena);
    }
}

static const struct sweep_value listed[] = {
    {.kind = SWEEP_VALUE_BOOL, .boolean = true},
    {.kind = SWEEP_VALUE_TEXT, .text = "cart"},
    {.kind = SWEEP_VALUE_BOOL},
    {.kind = SWEEP_VALUE_REAL, .real = 1e-5},
    {.kind = SWEEP_VALUE_NULL},
};
static const char *const names[] = {"b", "env", "f", "lr", "n"};

/* A row per macro of the reference. */
static void test_macros(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } rows[] = {
        {"${env} ${interpreter} ${program} ${args}",
         "/usr/bin/env|python3|train.py|--b=True|--env=cart|--f=False|--lr=1e-05|--n=None"},
        {"t ${args_no_equals}", "t|--b|True|--env|cart|--f|False|--lr|1e-05|--n|None"},
        {"t ${args_no_hyphens}", "t|b=True|env=cart|f=False|lr=1e-05|n=None"},
        {"t ${args_no_boolean_flags}", "t|--b|--env=cart|--lr=1e-05|--n=None"},
        {"t ${args_append_hydra}", "t|+b=True|+env=cart|+f=False|+lr=1e-05|+n=None"},
        {"t ${args_override_hydra}", "t|++b=True|++env=cart|++f=False|++lr=1e-05|++n=None"},
        {"t ${args_json}", "t|{\"b\":true,\"env\":\"cart\",\"f\":false,\"lr\":1e-05,\"n\":null}"},
        {"t ${args_json_file}", "t|/s/params.json"},
        {"t --config=${args_json_file}", "t|--config=/s/params.json"},
        {"t ${envvar:HOME} --data=${envvar:DATA_DIR}/x", "t|/root|--data=/data/x"},
        {"t ${envvar:NOT_SET}", "t|NOT_SET"},
        {"python ${env}", "python|cart"}, /* behind the head it is the parameter */
        {"${env} ${env} x ${env}", "/usr/bin/env|/usr/bin/env|x|cart"},
        {"t ${program}.bak", "t|train.py.bak"},
    };
    struct sweep_parameter parameters[ARRAY_LENGTH(listed)];
    char home[] = "HOME=/root";
    char data_dir[] = "DATA_DIR=/data";
    char data[] = "DATA=/no";
    char *const environment[] = {home, data_dir, data, NULL};
    const struct command_surroundings around = {
        .interpreter = "python3", .params_path = "/s/params.json", .environment = environment};
    for (size_t i = 0; i < ARRAY_LENGTH(listed); i++)
        parameters[i] = (struct sweep_parameter){.name = names[i],
                                                 .distribution = SWEEP_CONSTANT,
                                                 .choices = &listed[i],
                                                 .choice_count = 1};
    program = "train.py";
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct arena arena = {0};
        struct sweep_error err = {0};
        struct command command = {0};
        char joined[256];
        size_t count = 0;
        struct sweep_space *space =
            space_create(&arena, parameters, ARRAY_LENGTH(parameters), &err);
        if (!compile(&arena, space, rows[i].text, &command, &err))
            fail_msg("%s: %s", rows[i].text, err.message);
        char **arguments = command_expand(&arena, &command, space, listed, &around);
        while (arguments[count] != NULL)
            count++;
        join(arguments, count, joined, sizeof joined);
        assert_string_equal(joined, rows[i].words);
        arena_release(&arena);
    }
    program = NULL;
}

static void test_uses(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct command command = {0};
    struct sweep_space *space = make_space(&arena);
    assert_true(compile(&arena, space, "t --m=${momentum}", &command, &err));
    assert_false(command_uses(&command, 0));
    assert_true(command_uses(&command, 1));
    assert_true(compile(&arena, space, "t ${args}", &command, &err));
    assert_true(command_uses(&command, 0));
    assert_true(compile(&arena, space, "t ${args_json_file}", &command, &err));
    assert_true(command_uses(&command, 2));
    assert_true(compile(&arena, space, "t $${momentum}", &command, &err));
    assert_false(command_uses(&command, 1));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),         cmocka_unit_test(test_split_refuses),
        cmocka_unit_test(test_expand),        cmocka_unit_test(test_a_value_is_one_argument),
        cmocka_unit_test(test_parse_refuses), cmocka_unit_test(test_uses),
        cmocka_unit_test(test_macros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
