/*
 * Whole files: what is read, what a failure in the middle of replacing leaves behind, and whose a
 * lock is.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/sys.h"
#include "scratch.h"

/* Which call fails next, and how; calls are counted from 1, and 0 is none. */
struct failure {
    int write;
    int fsync;
    int rename;
    int error_number;
};

static struct failure failure;

static bool fails(int *countdown)
{
    if (*countdown == 0 || --*countdown > 0)
        return false;
    errno = failure.error_number;
    return true;
}

bool __real_sys_write(int fd, const void *data, size_t size);
bool __wrap_sys_write(int fd, const void *data, size_t size);
bool __real_sys_fsync(int fd);
bool __wrap_sys_fsync(int fd);
bool __real_sys_rename(int dir_fd, const char *from, const char *to);
bool __wrap_sys_rename(int dir_fd, const char *from, const char *to);

bool __wrap_sys_write(int fd, const void *data, size_t size)
{
    /* As on a full disk: a part of it arrives. */
    if (fails(&failure.write)) {
        int error_number = errno;

        assert_true(__real_sys_write(fd, data, size / 2));
        errno = error_number;
        return false;
    }
    return __real_sys_write(fd, data, size);
}

bool __wrap_sys_fsync(int fd)
{
    return !fails(&failure.fsync) && __real_sys_fsync(fd);
}

bool __wrap_sys_rename(int dir_fd, const char *from, const char *to)
{
    return !fails(&failure.rename) && __real_sys_rename(dir_fd, from, to);
}

static void put(const struct scratch *scratch, const char *name, const char *text)
{
    struct sweep_error err = {0};

    if (!file_replace(scratch->fd, name, strview_of(text), 0600, &err))
        fail_msg("%s", err.message);
}

static void assert_contents(const struct scratch *scratch, const char *name, const char *text)
{
    struct sweep_error err = {0};
    struct strbuf out;

    strbuf_init(&out, 1000);
    if (!file_read(scratch->fd, name, &out, &err))
        fail_msg("%s", err.message);
    assert_string_equal(strbuf_text(&out), text);
    strbuf_release(&out);
}

static void test_replace_and_read(void **state)
{
    struct scratch scratch;
    struct stat status;

    (void)state;
    scratch_open(&scratch);
    put(&scratch, "a", "first, and longer than the second");
    put(&scratch, "a", "second");
    assert_contents(&scratch, "a", "second");
    put(&scratch, "empty", "");
    assert_contents(&scratch, "empty", "");
    assert_int_equal(fstatat(scratch.fd, "a", &status, 0), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(faccessat(scratch.fd, "a.tmp", F_OK, 0), -1);
    scratch_close(&scratch);
}

/* What an earlier crash left is overwritten, however long it is. */
static void test_replace_over_leftover(void **state)
{
    struct scratch scratch;

    (void)state;
    scratch_open(&scratch);
    put(&scratch, "a.tmp", "half a file that a crash left here, longer than what follows");
    put(&scratch, "a", "whole");
    assert_contents(&scratch, "a", "whole");
    assert_int_equal(faccessat(scratch.fd, "a.tmp", F_OK, 0), -1);
    scratch_close(&scratch);
}

static void test_replace_by_path(void **state)
{
    struct scratch scratch;
    struct sweep_error err = {0};
    char path[128];

    (void)state;
    scratch_open(&scratch);
    snprintf(path, sizeof path, "%s/by-path", scratch.path);
    assert_true(file_replace(AT_FDCWD, path, strview_of("7f3a"), 0644, &err));
    assert_contents(&scratch, "by-path", "7f3a");
    snprintf(path, sizeof path, "%s/nowhere/by-path", scratch.path);
    assert_false(file_replace(AT_FDCWD, path, strview_of("7f3a"), 0644, &err));
    assert_int_equal(err.code, SWEEP_NOT_FOUND);
    assert_non_null(strstr(err.message, "nowhere/by-path"));
    scratch_close(&scratch);
}

/* Whatever fails: the old file or the new one, whole, and nothing beside it. */
static void test_replace_fails_cleanly(void **state)
{
    static const struct {
        const char *name;
        struct failure failure;
        enum sweep_code code;
        const char *left;
        const char *says;
    } rows[] = {
        {"disk full", {.write = 1, .error_number = ENOSPC}, SWEEP_NO_SPACE, "old", "write 'f'"},
        {"quota", {.write = 1, .error_number = EDQUOT}, SWEEP_NO_SPACE, "old", "write 'f'"},
        {"first fsync", {.fsync = 1, .error_number = EIO}, SWEEP_IO, "old", "bring 'f'"},
        {"fsync, full", {.fsync = 1, .error_number = ENOSPC}, SWEEP_NO_SPACE, "old", "disk"},
        {"rename", {.rename = 1, .error_number = EACCES}, SWEEP_IO, "old", "replace 'f'"},
        {"directory", {.fsync = 2, .error_number = EIO}, SWEEP_IO, "new", "the directory '.'"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sweep_error err = {0};
        struct scratch scratch;

        scratch_open(&scratch);
        put(&scratch, "f", "old");
        failure = rows[i].failure;
        if (file_replace(scratch.fd, "f", strview_of("new"), 0600, &err))
            fail_msg("%s: did not fail", rows[i].name);
        failure = (struct failure){0};
        assert_int_equal(err.code, rows[i].code);
        if (!strstr(err.message, rows[i].says))
            fail_msg("%s: %s", rows[i].name, err.message);
        assert_contents(&scratch, "f", rows[i].left);
        assert_int_equal(faccessat(scratch.fd, "f.tmp", F_OK, 0), -1);
        scratch_close(&scratch);
    }
}

static void assert_unreadable(const struct scratch *scratch, const char *name, size_t maximum,
                              enum sweep_code code)
{
    struct sweep_error err = {0};
    struct strbuf out;

    strbuf_init(&out, maximum);
    assert_false(file_read(scratch->fd, name, &out, &err));
    if (err.code != code || !strstr(err.message, name))
        fail_msg("'%s': code %d: %s", name, (int)err.code, err.message);
    strbuf_release(&out);
}

static void test_read_refuses(void **state)
{
    struct scratch scratch;

    (void)state;
    scratch_open(&scratch);
    put(&scratch, "ten", "0123456789");
    assert_int_equal(mkdirat(scratch.fd, "folder", 0700), 0);
    assert_int_equal(mkfifoat(scratch.fd, "fifo", 0600), 0);
    assert_int_equal(symlinkat("ten", scratch.fd, "link"), 0);
    assert_unreadable(&scratch, "ten", 9, SWEEP_BAD_INPUT);
    assert_unreadable(&scratch, "none", 100, SWEEP_NOT_FOUND);
    assert_unreadable(&scratch, "folder", 100, SWEEP_BAD_INPUT);
    assert_unreadable(&scratch, "fifo", 100, SWEEP_BAD_INPUT);
    assert_unreadable(&scratch, "link", 100, SWEEP_IO);
    scratch_close(&scratch);
}

/* A path that the user gave may be a link, and a file may be exactly as long as its ceiling. */
static void test_read_by_path(void **state)
{
    struct scratch scratch;
    struct sweep_error err = {0};
    struct strbuf out;
    char path[128];

    (void)state;
    scratch_open(&scratch);
    put(&scratch, "ten", "0123456789");
    assert_int_equal(symlinkat("ten", scratch.fd, "link"), 0);
    snprintf(path, sizeof path, "%s/link", scratch.path);
    strbuf_init(&out, 10);
    assert_true(file_read(AT_FDCWD, path, &out, &err));
    assert_string_equal(strbuf_text(&out), "0123456789");
    assert_false(out.truncated);
    strbuf_release(&out);
    scratch_close(&scratch);
}

static void test_make_directories(void **state)
{
    struct scratch scratch;
    struct sweep_error err = {0};
    struct stat status;
    char path[128];

    (void)state;
    scratch_open(&scratch);
    snprintf(path, sizeof path, "%s/a//b/c/", scratch.path);
    for (int twice = 0; twice < 2; twice++)
        if (!file_make_directories(path, 0700, &err))
            fail_msg("%s", err.message);
    assert_int_equal(fstatat(scratch.fd, "a/b/c", &status, 0), 0);
    assert_true(S_ISDIR(status.st_mode));
    put(&scratch, "file", "in the way");
    snprintf(path, sizeof path, "%s/file/c", scratch.path);
    assert_false(file_make_directories(path, 0700, &err));
    assert_non_null(strstr(err.message, "/file' exists and is not a directory"));
    scratch_close(&scratch);
}

static int open_file(const struct scratch *scratch)
{
    int fd = sys_open(scratch->fd, "lock", O_RDWR | O_CREAT, 0600);

    assert_true(fd >= 0);
    return fd;
}

static void test_lock_is_exclusive(void **state)
{
    struct scratch scratch;
    struct sweep_error err = {0};
    int first;
    int second;

    (void)state;
    scratch_open(&scratch);
    first = open_file(&scratch);
    second = open_file(&scratch);
    assert_false(file_is_locked(second));
    assert_true(file_lock(first, "lock", &err));
    assert_true(file_is_locked(second));
    assert_false(file_is_locked(first)); /* its own lock is nobody else's */
    assert_false(file_lock(second, "lock", &err));
    assert_int_equal(err.code, SWEEP_BUSY);
    assert_non_null(strstr(err.message, "'lock'"));
    sys_close(first);
    assert_false(file_is_locked(second));
    assert_true(file_lock(second, "lock", &err)); /* asking did not take it */
    sys_close(second);
    assert_true(file_is_locked(second)); /* a question that fails is answered with yes */
    scratch_close(&scratch);
}

/* The lock lives as long as the last process that inherited it: that is how a trial's shim is seen
 * after its runner died. */
static void test_lock_is_inherited(void **state)
{
    struct scratch scratch;
    struct sweep_error err = {0};
    int until_closed[2];
    int held;
    int other;
    pid_t child;

    (void)state;
    scratch_open(&scratch);
    held = open_file(&scratch);
    other = open_file(&scratch);
    assert_true(file_lock(held, "lock", &err));
    assert_int_equal(pipe2(until_closed, O_CLOEXEC), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char byte;

        close(until_closed[1]);
        (void)!read(until_closed[0], &byte, 1);
        _exit(0);
    }
    close(until_closed[0]);
    sys_close(held);
    assert_true(file_is_locked(other));
    close(until_closed[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_false(file_is_locked(other));
    sys_close(other);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replace_and_read),  cmocka_unit_test(test_replace_over_leftover),
        cmocka_unit_test(test_replace_by_path),   cmocka_unit_test(test_replace_fails_cleanly),
        cmocka_unit_test(test_read_refuses),      cmocka_unit_test(test_read_by_path),
        cmocka_unit_test(test_make_directories),  cmocka_unit_test(test_lock_is_exclusive),
        cmocka_unit_test(test_lock_is_inherited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
