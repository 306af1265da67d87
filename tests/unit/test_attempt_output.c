/* The output of an attempt is one stream: its log, what is missing, its segments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "scratch.h"
#include "view/record/attempt_output.h"

#define DIRECTORY "trials/000012"
#define MISSING   "\n[sweep: some of the output not kept]\n"

static const struct attempt_key FIRST = {12, 1};
static const struct attempt_key SECOND = {12, 2};

/* A sweep's directory with these files, NAME CONTENTS, in that of trial 12. */
static void make_files(struct scratch *scratch, const char *const (*files)[2], size_t count)
{
    scratch_open(scratch);
    assert_int_equal(mkdirat(scratch->fd, "trials", 0700), 0);
    assert_int_equal(mkdirat(scratch->fd, DIRECTORY, 0700), 0);
    int dir_fd = openat(scratch->fd, DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < count; i++)
        assert_true(file_replace(dir_fd, files[i][0],
                                 (struct strview){files[i][1], strlen(files[i][1])}, 0600, NULL));
    close(dir_fd);
}

/* All of it, or its last `bytes`, read in pieces of seven bytes. */
static void expect_output(const struct scratch *scratch, struct attempt_key key, uint64_t bytes,
                          const char *expected)
{
    struct attempt_output output;
    struct sweep_error err = {0};
    struct strbuf text;
    char piece[7];
    ssize_t got;
    strbuf_init(&text, 10000);
    if (!attempt_output_open(&output, scratch->path, key, &err))
        fail_msg("%s", err.message);
    attempt_output_skip_to_last(&output, bytes);
    assert_int_equal(attempt_output_rest(&output), strlen(expected));
    while ((got = attempt_output_read(&output, piece, sizeof piece)) > 0)
        strbuf_append(&text, piece, (size_t)got);
    assert_int_equal(got, 0);
    assert_string_equal(strbuf_text(&text), expected);
    attempt_output_close(&output);
    strbuf_release(&text);
}

static void test_log_alone(void **state)
{
    static const char *const FILES[][2] = {
        {"output.log", "first\n"},         {"output.2.log", "second\n"},
        {"output.log.txt", "foreign"},     {"output.log.7", "foreign"},
        {"output.log.0000007", "foreign"},
    };
    struct scratch scratch;
    (void)state;
    make_files(&scratch, FILES, ARRAY_LENGTH(FILES));
    expect_output(&scratch, FIRST, UINT64_MAX, "first\n");
    expect_output(&scratch, SECOND, UINT64_MAX, "second\n");
    expect_output(&scratch, SECOND, 3, "nd\n");
    expect_output(&scratch, SECOND, 0, "");
    scratch_close(&scratch);
}

static void test_segments(void **state)
{
    static const char *const ALL[][2] = {
        {"output.log.000001", "cd"}, {"output.log", "head "}, {"output.log.000000", "ab"}};
    static const char *const LAST[][2] = {
        {"output.log", "head"}, {"output.log.1000000", "cd"}, {"output.log.999999", "ab"}};
    struct scratch scratch;
    (void)state;
    make_files(&scratch, ALL, ARRAY_LENGTH(ALL));
    expect_output(&scratch, FIRST, UINT64_MAX, "head abcd");
    expect_output(&scratch, FIRST, 3, "bcd");
    expect_output(&scratch, FIRST, 5, " abcd");
    scratch_close(&scratch);
    make_files(&scratch, LAST, ARRAY_LENGTH(LAST));
    expect_output(&scratch, FIRST, UINT64_MAX, "head" MISSING "abcd");
    expect_output(&scratch, FIRST, 4 + 6, "kept]\nabcd");
    scratch_close(&scratch);
}

/* More than a shim leaves: the newest of them. */
static void test_too_many_segments(void **state)
{
    static const char *const FILES[][2] = {
        {"output.log", ""},         {"output.log.000006", "6"}, {"output.log.000002", "2"},
        {"output.log.000005", "5"}, {"output.log.000001", "1"}, {"output.log.000003", "3"},
        {"output.log.000004", "4"}, {"output.log.000007", "7"},
    };
    struct scratch scratch;
    (void)state;
    make_files(&scratch, FILES, ARRAY_LENGTH(FILES));
    expect_output(&scratch, FIRST, UINT64_MAX, MISSING "34567");
    scratch_close(&scratch);
}

static void expect_refused(const struct scratch *scratch, enum sweep_code code)
{
    struct attempt_output output;
    struct sweep_error err = {0};
    assert_false(attempt_output_open(&output, scratch->path, FIRST, &err));
    assert_int_equal(err.code, code);
    attempt_output_close(&output);
}

static void test_nothing_there(void **state)
{
    struct scratch scratch;
    (void)state;
    make_files(&scratch, NULL, 0);
    expect_refused(&scratch, SWEEP_NOT_FOUND);
    assert_int_equal(unlinkat(scratch.fd, DIRECTORY, AT_REMOVEDIR), 0);
    expect_refused(&scratch, SWEEP_NOT_FOUND);
    assert_int_equal(symlinkat("/", scratch.fd, DIRECTORY), 0);
    expect_refused(&scratch, SWEEP_IO);
    scratch_close(&scratch);
}

static void test_no_plain_file(void **state)
{
    struct scratch scratch;
    (void)state;
    make_files(&scratch, NULL, 0);
    assert_int_equal(mkfifoat(scratch.fd, DIRECTORY "/output.log", 0600), 0);
    expect_refused(&scratch, SWEEP_IO);
    assert_int_equal(unlinkat(scratch.fd, DIRECTORY "/output.log", 0), 0);
    assert_int_equal(symlinkat("/etc/passwd", scratch.fd, DIRECTORY "/output.log"), 0);
    expect_refused(&scratch, SWEEP_IO);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_alone),         cmocka_unit_test(test_segments),
        cmocka_unit_test(test_too_many_segments), cmocka_unit_test(test_nothing_there),
        cmocka_unit_test(test_no_plain_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
