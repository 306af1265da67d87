/*
 * The line of those who wait: its order, its end by any way, those in it who sleep.
 */
#include "box/gpu/queue.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "box/gpu/lease.h"
#include "scratch.h"

enum {
    SWEEPS = 3
};

static struct scratch scratch;
static int dir_fd;
static struct queue queues[SWEEPS]; /* each is another sweep's */
static int files[SWEEPS];           /* with its own look at GPU-0 */

static int set_up(void **state)
{
    char path[128];
    (void)state;
    scratch_open(&scratch);
    (void)snprintf(path, sizeof path, "%s/leases", scratch.path);
    dir_fd = lease_open_directory(path, NULL);
    for (int i = 0; i < SWEEPS; i++) {
        queue_open(&queues[i], dir_fd);
        files[i] = lease_open(dir_fd, "GPU-0", NULL);
    }
    return dir_fd < 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < SWEEPS; i++) {
        queue_close(&queues[i]);
        close(files[i]);
    }
    close(dir_fd);
    scratch_close(&scratch);
    return 0;
}

static bool is_ours(int sweep)
{
    return queue_is_ours(&queues[sweep], files[sweep]);
}

static void stand(int sweep, int64_t now_ms)
{
    assert_true(queue_enter(&queues[sweep], now_ms));
    queue_claim(&queues[sweep], files[sweep]);
    queue_claim(&queues[sweep], files[sweep]);
    assert_int_equal(queues[sweep].claim_count, 1);
}

static void test_order(void **state)
{
    (void)state;
    for (int i = 0; i < SWEEPS; i++)
        assert_true(is_ours(i));
    stand(0, 1);
    assert_false(queue_enter(&queues[0], 1));
    assert_true(is_ours(0));
    assert_false(is_ours(1)); /* that does not wait */
    assert_false(queue_is_followed(&queues[0]));
    stand(1, 2);
    stand(2, 3);
    assert_true(queue_is_followed(&queues[0]));
    assert_true(queue_is_followed(&queues[1]));
    assert_false(queue_is_followed(&queues[2]));
    assert_false(is_ours(1));
    queue_leave(&queues[0]);
    queue_leave(&queues[0]);
    assert_false(is_ours(0));
    assert_true(is_ours(1));
    assert_false(is_ours(2));
    stand(0, 4); /* behind the others */
    queue_leave(&queues[1]);
    assert_true(is_ours(2));
    assert_false(is_ours(0));
    queue_close(&queues[2]);
    assert_true(is_ours(0));
}

/* Only what is waited for. */
static void test_things(void **state)
{
    (void)state;
    int other = lease_open(dir_fd, "GPU-1", NULL);
    struct lease lease = {0};
    stand(0, 1);
    assert_true(queue_is_ours(&queues[1], other));
    assert_int_equal(lease_free(files[1]), LEASE_UNITS);
    assert_int_equal(lease_soon(files[1]), LEASE_UNITS);
    assert_true(lease_take(dir_fd, "GPU-0", LEASE_UNITS / 2, &lease, NULL));
    assert_int_equal(lease_free(files[0]), LEASE_UNITS / 2);
    assert_int_equal(lease_soon(files[0]), LEASE_UNITS);
    lease_drop(&lease);
    close(other);
}

/* What cleans up removed the file: its successor has the number of its descriptor. */
static void test_renewed(void **state)
{
    (void)state;
    int other = lease_open(dir_fd, "GPU-1", NULL);
    stand(0, 1);
    assert_int_equal(dup2(other, files[0]), files[0]);
    assert_true(queue_is_ours(&queues[1], other));
    queue_claim(&queues[0], files[0]);
    assert_int_equal(queues[0].claim_count, 1);
    assert_true(queue_is_ours(&queues[1], files[1]));
    int look = lease_open(dir_fd, "GPU-1", NULL);
    assert_false(queue_is_ours(&queues[1], look));
    queue_leave(&queues[0]);
    assert_true(queue_is_ours(&queues[1], look));
    close(look);
    close(other);
}

static void test_killed(void **state)
{
    int ready[2];
    char byte;
    (void)state;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct queue queue;
        queue_open(&queue, dir_fd);
        (void)queue_enter(&queue, 1);
        queue_claim(&queue, lease_open(dir_fd, "GPU-0", NULL));
        (void)!write(ready[1], "", 1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_false(is_ours(0));
    stand(1, 1);
    struct pollfd wait = {.fd = queue_fd(&queues[1]), .events = POLLIN};
    (void)kill(child, SIGKILL);
    assert_int_equal(poll(&wait, 1, 10000), 1); /* who waits is woken */
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(is_ours(1));
    queue_leave(&queues[1]);
    assert_true(is_ours(0));
    close(ready[0]);
    close(ready[1]);
}

/* Looks at 0, who sleeps, for so long. */
static int64_t look_for(int64_t now_ms, int64_t length_ms)
{
    for (int64_t end_ms = now_ms + length_ms; now_ms < end_ms; now_ms += 100) {
        (void)queue_heed(&queues[1], now_ms);
        (void)is_ours(1);
    }
    return now_ms;
}

static void test_suspended(void **state)
{
    (void)state;
    stand(0, 1);
    stand(1, 1);
    int64_t now_ms = look_for(1, 4000);
    assert_false(is_ours(1));
    now_ms = look_for(now_ms, 3000);
    assert_true(is_ours(1));
    queue_leave(&queues[1]);
    assert_true(is_ours(1)); /* that is remembered */
    stand(1, now_ms);
    stand(2, now_ms);
    assert_true(is_ours(1));
    assert_false(is_ours(2));             /* whom 1 is in front of, and who has to find out */
    (void)queue_heed(&queues[0], now_ms); /* it wakes up */
    now_ms = look_for(now_ms + 500, 1000);
    assert_false(is_ours(1));
}

/* That our own machine slept, or that we did, is no sign of others. */
static void test_gap(void **state)
{
    (void)state;
    stand(0, 1);
    stand(1, 1);
    for (int64_t now_ms = 1; now_ms < 8; now_ms++) {
        (void)queue_heed(&queues[1], now_ms * 3600 * 1000);
        assert_false(is_ours(1));
    }
}

/* One who is awake is waited for, however long that takes. */
static void test_awake(void **state)
{
    (void)state;
    stand(0, 1);
    stand(1, 1);
    for (int64_t now_ms = 1; now_ms < 100000; now_ms += 70) {
        (void)queue_heed(&queues[0], now_ms);
        (void)queue_heed(&queues[1], now_ms);
        assert_false(is_ours(1));
    }
}

static void test_news(void **state)
{
    struct lease lease = {0};
    (void)state;
    assert_int_equal(queue_fd(&queues[0]), -1);
    assert_int_equal(queue_deadline(&queues[0]), INT64_MAX);
    assert_false(queue_heed(&queues[0], 1));
    assert_true(lease_take(dir_fd, "GPU-0", LEASE_UNITS, &lease, NULL));
    stand(0, 1);
    assert_int_equal(queue_deadline(&queues[0]), 1); /* what was free before is not told */
    assert_true(queue_heed(&queues[0], 1));
    assert_false(queue_heed(&queues[0], 2));
    struct pollfd wait = {.fd = queue_fd(&queues[0]), .events = POLLIN};
    assert_int_equal(poll(&wait, 1, 0), 0);
    (void)lease_free(files[1]); /* looking wakes nobody */
    assert_int_equal(poll(&wait, 1, 0), 0);
    lease_drop(&lease);
    assert_int_equal(poll(&wait, 1, 10000), 1);
    assert_true(queue_heed(&queues[0], 2));
    assert_true(queue_deadline(&queues[0]) <= 4); /* its lock goes just behind */
    assert_int_equal(poll(&wait, 1, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_things, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_renewed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_killed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_suspended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gap, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_awake, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_news, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
