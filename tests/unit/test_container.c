/*
 * A container is gone when its engine has said so, and never before.
 *
 * The engine is shell scripts: its containers are files in a directory, and what its clients do is
 * written down.
 */
#include "proc/container.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "scratch.h"
#include "vector.h"

#define WAIT_MAX_MS 20000
#define LOG_MAX     4096

/* Clients; each begins in the scratch directory. */
#define CLIENT(script)                                                           \
    {                                                                            \
        TEXT("sh"), TEXT("-c"), TEXT("cd \"$SCRATCH\" || exit 1; " script), NULL \
    }

static char *list[] = CLIENT("echo list >>log; [ ! -e down ] || { echo no daemon >&2; exit 1; }; "
                             "ls containers");
static char *remove_it[] = CLIENT("echo remove >>log; rm -f containers/sweep-1");
static char *remove_second[] =
    CLIENT("echo remove >>log; [ -e tried ] && rm -f containers/sweep-1; touch tried");
static char *terminate[] = CLIENT("echo terminate >>log; [ -e containers/sweep-1 ]");
static char *hang[] = CLIENT("echo hang >>log; exec sleep 1000");
static char *flood[] = CLIENT("echo list >>log; exec head -c 3000000 /dev/zero");

struct world {
    struct scratch scratch;
    char variable[128];
    char *envp[3];
    struct container_commands commands;
    struct container container;
};

static void open_world(struct world *world)
{
    *world = (struct world){0};
    scratch_open(&world->scratch);
    (void)snprintf(world->variable, sizeof world->variable, "SCRATCH=%s", world->scratch.path);
    world->envp[0] = TEXT("PATH=/usr/bin:/bin");
    world->envp[1] = world->variable;
    world->commands = (struct container_commands){.name = "sweep-1",
                                                  .terminate = terminate,
                                                  .remove = remove_it,
                                                  .list = list,
                                                  .envp = world->envp};
    assert_int_equal(mkdirat(world->scratch.fd, "containers", 0700), 0);
    container_init(&world->container, &world->commands);
}

static void close_world(struct world *world)
{
    container_release(&world->container);
    scratch_close(&world->scratch);
}

static void put(const struct world *world, const char *path)
{
    int fd = openat(world->scratch.fd, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static bool is_there(const struct world *world, const char *path)
{
    return faccessat(world->scratch.fd, path, F_OK, 0) == 0;
}

static void assert_log(const struct world *world, const char *expected)
{
    struct strbuf text;
    strbuf_init(&text, LOG_MAX);
    assert_true(file_read(world->scratch.fd, "log", &text, NULL));
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_release(&text);
}

static void step(struct world *world)
{
    int64_t wait_ms = container_deadline(&world->container) - clock_boot_ms();
    assert_true(container_deadline(&world->container) < INT64_MAX);
    if (wait_ms > 0)
        (void)poll(NULL, 0, (int)wait_ms);
    container_step(&world->container, clock_boot_ms());
}

static void run_until_gone(struct world *world)
{
    int64_t until_ms = clock_boot_ms() + WAIT_MAX_MS;
    while (!container_is_gone(&world->container) && clock_boot_ms() < until_ms)
        step(world);
    assert_true(container_is_gone(&world->container));
}

static void test_nothing_is_asked_for_nothing(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    container_step(&world.container, clock_boot_ms());
    assert_true(container_deadline(&world.container) == INT64_MAX);
    assert_false(container_is_gone(&world.container));
    assert_false(is_there(&world, "log"));
    close_world(&world);
}

static void test_one_list_is_enough_where_it_is_gone(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    put(&world, "containers/sweep-2");
    container_remove(&world.container);
    assert_false(container_is_gone(&world.container));
    run_until_gone(&world);
    assert_log(&world, "list\n");
    assert_true(is_there(&world, "containers/sweep-2"));
    close_world(&world);
}

static void test_it_is_removed_until_no_list_names_it(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    world.commands.remove = remove_second;
    put(&world, "containers/sweep-1");
    container_remove(&world.container);
    run_until_gone(&world);
    assert_log(&world, "list\nremove\nlist\nremove\nlist\n");
    assert_false(is_there(&world, "containers/sweep-1"));
    close_world(&world);
}

/* That the daemon does not answer is no proof of anything, and is said after a while. */
static void test_no_answer_is_not_gone(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    put(&world, "containers/sweep-1");
    put(&world, "down");
    world.commands.remove = terminate; /* which removes nothing */
    container_remove(&world.container);
    int64_t until_ms = clock_boot_ms() + WAIT_MAX_MS;
    while (container_trouble(&world.container) == NULL && clock_boot_ms() < until_ms)
        step(&world);
    assert_false(container_is_gone(&world.container));
    assert_string_equal(container_trouble(&world.container), "no daemon");
    world.commands.remove = remove_it;
    assert_int_equal(unlinkat(world.scratch.fd, "down", 0), 0);
    run_until_gone(&world);
    assert_null(container_trouble(&world.container));
    close_world(&world);
}

static void test_a_program_that_is_missing_is_not_gone(void **state)
{
    (void)state;
    struct world world;
    char *missing[] = {TEXT("no-such-engine"), NULL};
    open_world(&world);
    world.commands.list = missing;
    container_remove(&world.container);
    for (int i = 0; i < 6; i++)
        step(&world);
    assert_false(container_is_gone(&world.container));
    assert_non_null(strstr(container_trouble(&world.container), "no-such-engine"));
    close_world(&world);
}

/* Who prints without an end may have left out the name. */
static void test_a_list_that_is_too_long_is_not_believed(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    world.commands.list = flood;
    container_remove(&world.container);
    for (int i = 0; i < 200 && world.container.unanswered == 0; i++)
        step(&world);
    assert_true(world.container.unanswered > 0);
    assert_false(container_is_gone(&world.container));
    close_world(&world);
}

/* It may be told to end before its client has started it. */
static void test_it_is_told_to_end_until_it_hears(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    container_terminate(&world.container);
    while (world.container.is_to_end && !world.container.helper.has_status)
        step(&world);
    assert_true(world.container.is_to_end);
    put(&world, "containers/sweep-1");
    int64_t until_ms = clock_boot_ms() + WAIT_MAX_MS;
    while (world.container.is_to_end && clock_boot_ms() < until_ms)
        step(&world);
    assert_false(world.container.is_to_end);
    assert_true(container_deadline(&world.container) == INT64_MAX);
    close_world(&world);
}

/* Politeness that hangs does not put off the end. */
static void test_a_client_that_hangs_is_killed(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    world.commands.terminate = hang;
    put(&world, "containers/sweep-1");
    container_terminate(&world.container);
    while (!is_there(&world, "log"))
        step(&world);
    pid_t client = world.container.helper.pid;
    container_remove(&world.container);
    run_until_gone(&world);
    assert_int_equal(kill(client, 0), -1);
    close_world(&world);
}

/* A subreaper takes the status of whatever child has ended. */
static void test_a_status_that_somebody_else_took(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    while (waitpid(-1, NULL, 0) > 0)
        continue; /* of the tests before */
    container_remove(&world.container);
    int64_t until_ms = clock_boot_ms() + WAIT_MAX_MS;
    while (!container_is_gone(&world.container) && clock_boot_ms() < until_ms) {
        int status = 0;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid > 0)
            assert_true(container_take_status(&world.container, pid, status));
        step(&world);
    }
    assert_false(container_take_status(&world.container, getpid(), 0));
    assert_true(container_is_gone(&world.container));
    close_world(&world);
}

/* Whoever could have started it meanwhile is dead only now. */
static void test_once_more_is_anew(void **state)
{
    (void)state;
    struct world world;
    open_world(&world);
    container_remove(&world.container);
    run_until_gone(&world);
    put(&world, "containers/sweep-1");
    container_remove(&world.container);
    assert_false(container_is_gone(&world.container));
    run_until_gone(&world);
    assert_log(&world, "list\nlist\nremove\nlist\n");
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_asked_for_nothing),
        cmocka_unit_test(test_one_list_is_enough_where_it_is_gone),
        cmocka_unit_test(test_it_is_removed_until_no_list_names_it),
        cmocka_unit_test(test_no_answer_is_not_gone),
        cmocka_unit_test(test_a_program_that_is_missing_is_not_gone),
        cmocka_unit_test(test_a_list_that_is_too_long_is_not_believed),
        cmocka_unit_test(test_it_is_told_to_end_until_it_hears),
        cmocka_unit_test(test_a_client_that_hangs_is_killed),
        cmocka_unit_test(test_a_status_that_somebody_else_took),
        cmocka_unit_test(test_once_more_is_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
