/* The lock of a sweep's directory: whose it is, and what a runner that was killed leaves of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "directory/directory.h"
#include "scratch.h"

#define HEIR_NS 300000000

struct rig {
    struct scratch scratch;
    char path[128];
};

static void open_rig(struct rig *rig)
{
    scratch_open(&rig->scratch);
    (void)snprintf(rig->path, sizeof rig->path, "%s/demo", rig->scratch.path);
}

/* A runner that ends at once, and a process of its that has its lock a while longer. */
static void leave_heir(const struct rig *rig)
{
    struct directory directory = {0};
    const struct timespec while_longer = {.tv_nsec = HEIR_NS};
    pid_t runner = fork();
    if (runner == 0) {
        if (!directory_create(&directory, rig->path, strview_of("name: demo\n"), NULL))
            _exit(1);
        if (fork() == 0)
            (void)nanosleep(&while_longer, NULL);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(runner, &status, 0), runner);
    assert_int_equal(status, 0);
}

static void test_a_dead_runner(void **state)
{
    struct rig rig;
    struct directory directory = {0};
    (void)state;
    open_rig(&rig);
    leave_heir(&rig);
    assert_true(directory_is_locked(rig.path));
    assert_true(directory_open(&directory, rig.path, NULL));
    directory_close(&directory);
    scratch_close(&rig.scratch);
}

static void test_one_that_lives(void **state)
{
    struct rig rig;
    struct directory mine = {0};
    struct directory other = {0};
    struct sweep_error err = {0};
    (void)state;
    open_rig(&rig);
    assert_true(directory_create(&mine, rig.path, strview_of("name: demo\n"), NULL));
    assert_false(directory_open(&other, rig.path, &err));
    assert_int_equal(err.code, SWEEP_BUSY);
    directory_close(&other);
    directory_close(&mine);
    assert_true(directory_open(&other, rig.path, NULL));
    directory_close(&other);
    scratch_close(&rig.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_dead_runner),
        cmocka_unit_test(test_one_that_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
