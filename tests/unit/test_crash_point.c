/*
 * A process dies at the point that its environment names, and nowhere else.
 */
#include "base/crash_point.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "scratch.h"

enum {
    ROUNDS = 3
};

/* A child passes three points, three times each, and writes one byte after each. @return how many
 * points it survived; 9 is all */
static int count_survived(const char *wish, const char *file)
{
    char trail[ROUNDS * 3 + 1];
    ssize_t length;
    int status;
    int ends[2];
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("SWEEP_CRASH_POINT", wish, 1);
        if (file)
            setenv("SWEEP_CRASH_FILE", file, 1);
        for (int i = 0; i < ROUNDS * 3; i++) {
            crash_point(i % 3 == 0   ? CRASH_shim_before_journal
                        : i % 3 == 1 ? CRASH_shim_before_result
                                     : CRASH_shim_after_result);
            (void)!write(ends[1], ".", 1);
        }
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    length = read(ends[0], trail, sizeof trail);
    close(ends[0]);
    assert_true(length == ROUNDS * 3 ? WIFEXITED(status) && WEXITSTATUS(status) == 0
                                     : WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return (int)length;
}

static void test_points(void **state)
{
    static const struct {
        const char *wish;
        int survived;
    } rows[] = {
        {"shim_before_journal", 0},
        {"shim_before_result", 1},
        {"shim_before_result:1", 1},
        {"shim_before_result:2", 4},
        {"shim_after_result:3", 8},
        {"shim_before_result:4", 9},
        {"shim_before_result:0", 9},
        {"shim_before_result:", 9},
        {"shim_before_result:x", 9},
        {"shim_before_resul", 9},
        {"shim_before_results", 9},
        {"runner_after_go", 9},
        {"", 9},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        if (count_survived(rows[i].wish, NULL) != rows[i].survived)
            fail_msg("'%s': survived %d points", rows[i].wish, count_survived(rows[i].wish, NULL));
}

/* With a file, only the first of many processes dies. */
static void test_only_one_dies(void **state)
{
    struct scratch scratch;
    char file[128];
    int fd;

    (void)state;
    scratch_open(&scratch);
    snprintf(file, sizeof file, "%s/once", scratch.path);
    fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(count_survived("shim_before_result", file), 1);
    assert_int_equal(access(file, F_OK), -1);
    assert_int_equal(count_survived("shim_before_result", file), 9);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_only_one_dies),
    };

#ifndef SWEEP_CRASH_POINTS
    return 0; /* this build has no points to die at */
#endif
    return cmocka_run_group_tests(tests, NULL, NULL);
}
