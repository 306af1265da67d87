/*
 * Wrapped system calls: short writes, interruptions, descriptors that do not leak.
 */
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

/* What the next calls do instead of their work: fail with an error, or do a part of it. */
struct script {
    int interruptions; /* calls that fail with EINTR first */
    size_t at_most;    /* bytes of each write; 0: all */
    int error_number;  /* after the interruptions, if not 0 */
    int calls;
};

static struct script script;

static bool is_diverted(void)
{
    script.calls++;
    if (script.interruptions > 0) {
        script.interruptions--;
        errno = EINTR;
        return true;
    }
    errno = script.error_number;
    return script.error_number != 0;
}

static size_t shorten(size_t size)
{
    return script.at_most > 0 && size > script.at_most ? script.at_most : size;
}

ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
ssize_t __real_pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset);
int __real_fsync(int fd);
int __wrap_fsync(int fd);

ssize_t __wrap_write(int fd, const void *data, size_t size)
{
    return is_diverted() ? -1 : __real_write(fd, data, shorten(size));
}

ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset)
{
    return is_diverted() ? -1 : __real_pwrite(fd, data, shorten(size), offset);
}

int __wrap_fsync(int fd)
{
    return is_diverted() ? -1 : __real_fsync(fd);
}

static int open_new(const struct scratch *scratch, const char *name)
{
    int fd = sys_open(scratch->fd, name, O_RDWR | O_CREAT | O_EXCL, 0600);

    assert_true(fd >= 0);
    return fd;
}

static void test_write_in_pieces(void **state)
{
    static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    const size_t size = sizeof text - 1;
    struct scratch scratch;
    char back[64] = {0};
    int fd;

    (void)state;
    scratch_open(&scratch);
    fd = open_new(&scratch, "file");
    script = (struct script){.interruptions = 3, .at_most = 7};
    assert_true(sys_write(fd, text, size));
    assert_int_equal(script.calls, 3 + 6);
    script = (struct script){.interruptions = 2, .at_most = 5};
    assert_true(sys_pwrite(fd, text + 10, 12, 4));
    assert_int_equal(script.calls, 2 + 3);
    script = (struct script){0};
    assert_int_equal(pread(fd, back, sizeof back, 0), size);
    assert_string_equal(back, "0123abcdefghijklghijklmnopqrstuvwxyz");
    assert_true(sys_truncate(fd, 4));
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(sys_read(fd, back, sizeof back), 4);
    assert_int_equal(sys_read(fd, back, sizeof back), 0);
    assert_true(sys_fdatasync(fd));
    sys_close(fd);
    scratch_close(&scratch);
}

static void test_write_fails(void **state)
{
    struct scratch scratch;
    int fd;

    (void)state;
    scratch_open(&scratch);
    fd = open_new(&scratch, "file");
    script = (struct script){.interruptions = 1, .error_number = ENOSPC};
    assert_false(sys_write(fd, "x", 1));
    assert_int_equal(errno, ENOSPC);
    assert_false(sys_pwrite(fd, "x", 1, 0));
    assert_int_equal(errno, ENOSPC);
    assert_true(sys_write(fd, "", 0));
    script = (struct script){0};
    sys_close(fd);
    scratch_close(&scratch);
}

/* After a failure the page may be gone and marked clean: asking again would say "fine". */
static void test_fsync_is_not_repeated_after_failure(void **state)
{
    struct scratch scratch;
    int fd;

    (void)state;
    scratch_open(&scratch);
    fd = open_new(&scratch, "file");
    script = (struct script){.error_number = EIO};
    assert_false(sys_fsync(fd));
    assert_int_equal(errno, EIO);
    assert_int_equal(script.calls, 1);
    script = (struct script){.interruptions = 2};
    assert_true(sys_fsync(fd));
    assert_int_equal(script.calls, 3);
    script = (struct script){0};
    sys_close(fd);
    scratch_close(&scratch);
}

static void test_open(void **state)
{
    struct scratch scratch;
    char path[128];
    int fd;

    (void)state;
    scratch_open(&scratch);
    fd = open_new(&scratch, "file");
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    sys_close(fd);
    assert_int_equal(symlinkat("file", scratch.fd, "link"), 0);
    assert_int_equal(sys_open(scratch.fd, "link", O_RDONLY, 0), -1);
    assert_int_equal(errno, ELOOP);
    snprintf(path, sizeof path, "%s/link", scratch.path);
    fd = sys_open(AT_FDCWD, path, O_RDONLY, 0);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    sys_close(fd);
    errno = E2BIG;
    sys_close(fd); /* closed already: fails inside */
    sys_close(-1);
    assert_int_equal(errno, E2BIG);
    scratch_close(&scratch);
}

static void test_names(void **state)
{
    struct scratch scratch;
    struct stat status;

    (void)state;
    scratch_open(&scratch);
    assert_true(sys_mkdir(scratch.fd, "one", 0700));
    assert_false(sys_mkdir(scratch.fd, "one", 0700));
    assert_int_equal(errno, EEXIST);
    assert_true(sys_rename(scratch.fd, "one", "two"));
    assert_int_equal(fstatat(scratch.fd, "two", &status, 0), 0);
    sys_close(open_new(&scratch, "file"));
    assert_true(sys_unlink(scratch.fd, "file"));
    assert_false(sys_unlink(scratch.fd, "file"));
    assert_int_equal(errno, ENOENT);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_in_pieces),
        cmocka_unit_test(test_write_fails),
        cmocka_unit_test(test_fsync_is_not_repeated_after_failure),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
