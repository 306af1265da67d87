/*
 * Processors and memory of the box: what is reserved of them, and which processors are near a GPU.
 */
#include "box/host.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "box/gpu/lease.h"
#include "scratch.h"

static struct scratch scratch;
static int dir_fd;
static struct host host;

static int set_up(void **state)
{
    char path[128];
    (void)state;
    scratch_open(&scratch);
    (void)snprintf(path, sizeof path, "%s/leases", scratch.path);
    dir_fd = lease_open_directory(path, NULL);
    return dir_fd < 0;
}

static int tear_down(void **state)
{
    (void)state;
    host_close(&host);
    close(dir_fd);
    scratch_close(&scratch);
    return 0;
}

/* A box of eight processors and 100 GiB, whatever this one has. */
static void open_box(uint32_t cpus, uint64_t gib)
{
    host_open(&host, &(struct host_settings){.cpus = cpus,
                                             .memory_bytes = gib << 30,
                                             .lease_fd = dir_fd,
                                             .sys = scratch.path});
    assert_true(host_join(&host, NULL));
    host.cpu_count = 8;
    for (uint32_t i = 0; i < 8; i++)
        host.cpus[i] = i;
    host.memory_bytes = UINT64_C(100) << 30;
}

static bool take(uint64_t trial, const struct gpu *gpu, struct host_grant *grant)
{
    return host_take(&host, (struct attempt_key){trial, 1}, &gpu, gpu != NULL, grant, NULL);
}

static void test_nothing_reserved(void **state)
{
    static struct host_grant grant;
    (void)state;
    open_box(0, 0);
    assert_int_equal(host_capacity(&host), UINT32_MAX);
    assert_true(take(1, NULL, &grant));
    assert_int_equal(grant.lease_count, 0);
    assert_int_equal(grant.cpu_count, 0);
    assert_int_equal(host_capacity(&host), UINT32_MAX);
}

static void test_reserves(void **state)
{
    static struct host_grant first;
    static struct host_grant second;
    static struct host_grant third;
    (void)state;
    open_box(3, 40);
    assert_int_equal(host_room(&host), 2);
    assert_int_equal(host_capacity(&host), 2);
    assert_true(take(1, NULL, &first));
    assert_true(take(2, NULL, &second));
    assert_int_equal(host_capacity(&host), 2);
    assert_int_equal(first.cpu_count, 3);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++)
            assert_int_not_equal(first.cpus[i], second.cpus[k]);
    assert_false(take(3, NULL, &third));
    assert_int_equal(third.lease_count, 0);
    host_drop(&first);
    host_give_back(&host, (struct attempt_key){1, 1});
    assert_int_equal(host_capacity(&host), 2);
    assert_true(take(3, NULL, &third));
    host_drop(&second);
    host_drop(&third);
}

static void put_list(const char *device, const char *list)
{
    char path[256];
    static const char *const parts[] = {"bus", "bus/pci", "bus/pci/devices"};
    for (size_t i = 0; i < 3; i++)
        (void)mkdirat(scratch.fd, parts[i], 0700);
    (void)snprintf(path, sizeof path, "bus/pci/devices/%s", device);
    assert_int_equal(mkdirat(scratch.fd, path, 0700), 0);
    (void)snprintf(path, sizeof path, "bus/pci/devices/%s/local_cpulist", device);
    int fd = openat(scratch.fd, path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, list, strlen(list)), strlen(list));
    close(fd);
}

static void test_near(void **state)
{
    static struct host_grant grant;
    struct gpu gpu = {.bus_id = "00000000:3B:00.0"};
    (void)state;
    put_list("0000:3b:00.0", "4-5,7,900\n");
    open_box(2, 0);
    assert_true(take(1, &gpu, &grant));
    assert_int_equal(grant.cpu_count, 2);
    assert_int_equal(grant.cpus[0], 4);
    assert_int_equal(grant.cpus[1], 5);
    static struct host_grant next;
    assert_true(take(2, &gpu, &next)); /* one near, and then any */
    assert_int_equal(next.cpus[0], 7);
    assert_int_equal(next.cpus[1], 0);
    host_drop(&grant);
    host_drop(&next);
    host_close(&host);
    open_box(0, 0); /* without some of its own it has all near ones */
    assert_true(take(3, &gpu, &grant));
    assert_int_equal(grant.cpu_count, 3);
    assert_int_equal(grant.cpus[2], 7);
    struct gpu unknown = {.bus_id = "00000000:99:00.0"};
    assert_true(take(4, &unknown, &grant));
    assert_int_equal(grant.cpu_count, 0);
    struct gpu hostile = {.bus_id = "../../etc"};
    assert_true(take(5, &hostile, &grant));
    assert_int_equal(grant.cpu_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_reserved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reserves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_near, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
