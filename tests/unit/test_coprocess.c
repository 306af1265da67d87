/* A child that answers lines, and all the ways in which it does not. */
#include "asker/coprocess.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/clock.h"
#include "vector.h"

static char *plain_envp[] = {TEXT("PATH=/usr/bin:/bin"), NULL};

struct fixture {
    struct coprocess_settings settings;
    char *argv[4];
    struct coprocess *coprocess;
    struct strbuf answer;
    struct sweep_error error;
};

static void open_fixture(struct fixture *f, const char *script)
{
    *f = (struct fixture){.argv = {TEXT("sh"), TEXT("-c"), TEXT(script), NULL}};
    f->settings = (struct coprocess_settings){
        .command = f->argv, .environment = plain_envp, .deadline_ms = 20000};
    f->coprocess = coprocess_create(&f->settings, &f->error);
    assert_non_null(f->coprocess);
    strbuf_init(&f->answer, COPROCESS_LINE_MAX);
}

static void close_fixture(struct fixture *f)
{
    coprocess_free(f->coprocess);
    strbuf_release(&f->answer);
}

static bool call(struct fixture *f, struct strview line)
{
    return coprocess_call(f->coprocess, line, &f->answer, &f->error);
}

static void test_lines_come_back(void **state)
{
    (void)state;
    struct fixture f;
    struct strbuf large;
    open_fixture(&f, "cat");
    assert_true(call(&f, strview_of("one")));
    assert_string_equal(strbuf_text(&f.answer), "one");
    assert_true(call(&f, strview_of("")));
    assert_string_equal(strbuf_text(&f.answer), "");
    strbuf_init(&large, COPROCESS_LINE_MAX); /* more than both pipes hold */
    for (size_t i = 0; i < 1000000; i++)
        strbuf_append_char(&large, (char)('a' + i % 26));
    assert_true(call(&f, strbuf_view(&large)));
    assert_true(strview_equal(strbuf_view(&f.answer), strbuf_view(&large)));
    strbuf_release(&large);
    close_fixture(&f);
}

static void test_failures(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        const char *message;
    } rows[] = {
        {"exit 3", "the strategy 'sh' has ended with exit code 3 instead of answering"},
        {"read line; exit 0", "the strategy 'sh' has ended with exit code 0 instead of answering"},
        {"read line; kill -9 $$", "the strategy 'sh' was killed by signal 9 instead of answering"},
        {"read line; printf 'a\\nb\\n'; sleep 30",
         "the strategy 'sh' gave more than one line to one question"},
        {"yes | tr -d '\\n'", "the strategy 'sh' gave an answer of more than 1 MiB"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct fixture f;
        open_fixture(&f, rows[i].script);
        assert_false(call(&f, strview_of("x")));
        assert_int_equal(f.error.code, SWEEP_SPAWN);
        if (strcmp(f.error.message, rows[i].message) != 0)
            fail_msg("row %zu: %s", i, f.error.message);
        close_fixture(&f);
    }
}

static void test_missing_program(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "");
    f.argv[0] = TEXT("/nowhere/strategy");
    assert_false(call(&f, strview_of("x")));
    assert_int_equal(f.error.code, SWEEP_SPAWN);
    assert_non_null(strstr(f.error.message, "/nowhere/strategy"));
    assert_false(call(&f, strview_of("x")));
    close_fixture(&f);
}

static void test_deadline(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "exec sleep 100");
    f.settings.deadline_ms = 200;
    int64_t start_ms = clock_boot_ms();
    assert_false(call(&f, strview_of("x")));
    assert_string_equal(f.error.message, "the strategy 'sh' gave no answer within 0.2 s");
    close_fixture(&f); /* it does not look at its input, and is killed */
    assert_true(clock_boot_ms() - start_ms < 20000);
}

static void test_cancelled(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "exec sleep 100");
    coprocess_cancel(f.coprocess);
    assert_false(call(&f, strview_of("x")));
    assert_int_equal(f.error.code, SWEEP_IO);
    close_fixture(&f);
}

static void test_never_called(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, "exit 1");
    close_fixture(&f);
    coprocess_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_come_back), cmocka_unit_test(test_failures),
        cmocka_unit_test(test_missing_program), cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_cancelled),       cmocka_unit_test(test_never_called),
    };
    (void)signal(SIGPIPE, SIG_IGN); /* the asker's thread takes no signals */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
