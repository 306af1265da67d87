/*
 * A process is recognised, and another one with the same pid is not.
 */
#include "proc/identity.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "valgrind.h"
#include "wait.h"

static pid_t start_sleeper(const char *name)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_NAME, name);
        for (;;)
            pause();
    }
    return pid;
}

static void test_boot_id(void **state)
{
    (void)state;
    char first[IDENTITY_BOOT_ID_MAX];
    char second[IDENTITY_BOOT_ID_MAX];
    identity_boot_id(first);
    identity_boot_id(second);
    assert_string_equal(first, second);
    assert_int_equal(strlen(first), 36);
    assert_null(strchr(first, '\n'));
}

static void test_a_name_cannot_confuse(void **state)
{
    /* Field 2 of /proc/PID/stat is the name as it is, blanks and parentheses included. */
    static const char *const names[] = {"plain", "a b", ") R 1 1 1 1", "((", "x) Z (y"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint64_t own;
        uint64_t start;
        pid_t pid = start_sleeper(names[i]);
        assert_true(identity_start_time(getpid(), &own));
        assert_true(identity_start_time(pid, &start));
        assert_true(start >= own && start < own + 100 * 60);
        assert_true(identity_is_alive(pid, start));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        assert_false(identity_start_time(pid, &start));
    }
}

static bool is_zombie_now(void *context)
{
    const uint64_t *start = context;
    return !identity_is_alive((pid_t)start[0], start[1]);
}

static void test_a_zombie_is_not_alive(void **state)
{
    (void)state;
    uint64_t start;
    pid_t pid = start_sleeper("sleeper");
    assert_true(identity_start_time(pid, &start));
    kill(pid, SIGKILL);
    uint64_t context[] = {(uint64_t)pid, start};
    assert_true(wait_until(is_zombie_now, context, 10000));
    assert_true(identity_start_time(pid, &start)); /* still there, as a zombie */
    assert_int_equal(identity_open(pid, start), -1);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_open(void **state)
{
    (void)state;
    uint64_t start;
    pid_t pid = start_sleeper("sleeper");
    assert_true(identity_start_time(pid, &start));
    assert_int_equal(identity_open(pid, start + 1), -1);
    assert_false(identity_is_alive(pid, start + 1));
    int fd = identity_open(pid, start);
    if (fd < 0 && errno == ENOSYS && is_under_valgrind()) { /* 3.19 has no pidfd_open */
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        skip();
    }
    assert_true(fd >= 0);
    struct pollfd end = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&end, 1, 0), 0);
    kill(pid, SIGKILL);
    assert_int_equal(poll(&end, 1, 10000), 1);
    waitpid(pid, NULL, 0);
    close(fd);
    assert_int_equal(identity_open(pid, start), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boot_id),
        cmocka_unit_test(test_a_name_cannot_confuse),
        cmocka_unit_test(test_a_zombie_is_not_alive),
        cmocka_unit_test(test_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
