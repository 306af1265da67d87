/*
 * Leases of GPUs: exclusive, shared, inherited, and in directories that are no good; and how many
 * attempts a pool then has room for.
 */
#include "box/gpu/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "box/gpu/pool.h"
#include "scratch.h"

#define GPU "GPU-4c1c0a2e-0a5f-7a1d-8d3e-0d8f2f5e6a7b"

static struct scratch scratch;
static int dir_fd;

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
    close(dir_fd);
    scratch_close(&scratch);
    return 0;
}

static enum sweep_code take(const char *name, uint32_t units, struct lease *lease)
{
    struct sweep_error err = {0};
    return lease_take(dir_fd, name, units, lease, &err) ? SWEEP_OK : err.code;
}

static uint32_t free_of(const char *name)
{
    int fd = lease_open(dir_fd, name, NULL);
    uint32_t units = lease_free(fd);
    close(fd);
    return units;
}

static bool can_be_had(const char *name, struct sweep_error *err)
{
    int fd = lease_open(dir_fd, name, err);
    close(fd);
    return fd >= 0;
}

static void test_what_is_in_the_way(void **state)
{
    struct sweep_error err = {0};
    (void)state;
    assert_true(can_be_had("GPU-0", &err));
    assert_int_equal(mkfifoat(dir_fd, "GPU-1", 0666), 0);
    assert_false(can_be_had("GPU-1", &err));
    assert_int_equal(err.code, SWEEP_IO);
    assert_int_equal(symlinkat("/etc/passwd", dir_fd, "GPU-2"), 0);
    assert_false(can_be_had("GPU-2", &err));
}

static void test_whole(void **state)
{
    struct lease first = {0};
    struct lease second = {0};
    (void)state;
    assert_int_equal(free_of(GPU), LEASE_UNITS);
    assert_int_equal(take(GPU, LEASE_UNITS, &first), SWEEP_OK);
    assert_int_equal(free_of(GPU), 0);
    assert_int_equal(take(GPU, LEASE_UNITS, &second), SWEEP_BUSY);
    assert_int_equal(take("GPU-other", LEASE_UNITS, &second), SWEEP_OK);
    lease_drop(&second);
    lease_drop(&second);
    assert_int_equal(take(GPU, 1, &second), SWEEP_BUSY);
    assert_false(second.is_held);
    lease_drop(&first);
    assert_int_equal(take(GPU, 1, &second), SWEEP_OK);
    assert_int_equal(take(GPU, LEASE_UNITS, &first), SWEEP_BUSY);
    lease_drop(&second);
}

/* What is left may lie in pieces: it is as good. */
static void test_parts(void **state)
{
    struct lease parts[4] = {0};
    struct lease other = {0};
    const uint32_t quarter = LEASE_UNITS / 4;
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(take(GPU, quarter, &parts[i]), SWEEP_OK);
    assert_int_equal(take(GPU, 1, &other), SWEEP_BUSY);
    lease_drop(&parts[0]);
    lease_drop(&parts[2]);
    assert_int_equal(free_of(GPU), 2 * quarter);
    assert_int_equal(take(GPU, 2 * quarter + 1, &other), SWEEP_BUSY);
    assert_int_equal(free_of(GPU), 2 * quarter); /* nothing stays of what was tried */
    assert_int_equal(take(GPU, 2 * quarter, &other), SWEEP_OK);
    assert_int_equal(free_of(GPU), 0);
    lease_drop(&parts[1]);
    lease_drop(&other);
    assert_int_equal(free_of(GPU), 3 * quarter);
    lease_drop(&parts[3]);
    assert_int_equal(free_of(GPU), LEASE_UNITS);
}

/* It is held for as long as any process has it, not by whoever took it. */
static void test_inherited(void **state)
{
    struct lease lease = {0};
    struct lease other = {0};
    (void)state;
    assert_int_equal(take(GPU, LEASE_UNITS, &lease), SWEEP_OK);
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    lease_drop(&lease);
    assert_int_equal(take(GPU, LEASE_UNITS, &other), SWEEP_BUSY);
    (void)kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(take(GPU, LEASE_UNITS, &other), SWEEP_OK);
    lease_drop(&other);
}

/* Who stands in the door for good, as one that is suspended, keeps others out, and nobody waits. */
static void test_door(void **state)
{
    struct lease lease = {0};
    (void)state;
    assert_int_equal(take(GPU, 1, &lease), SWEEP_OK);
    lease_drop(&lease);
    int fd = openat(dir_fd, GPU, O_RDONLY);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(take(GPU, 1, &lease), SWEEP_BUSY);
    assert_int_equal(free_of(GPU), LEASE_UNITS);
    close(fd);
    assert_int_equal(take(GPU, 1, &lease), SWEEP_OK);
    lease_drop(&lease);
}

/* Many at once: what all of them have together is never more than there is. */
static void test_rush(void **state)
{
    enum {
        TAKERS = 8,
        ROUNDS = 200
    };
    const uint32_t third = LEASE_UNITS / 3;
    (void)state;
    for (int i = 0; i < TAKERS; i++) {
        if (fork() != 0)
            continue;
        for (int round = 0; round < ROUNDS; round++) {
            struct lease lease = {0};
            uint32_t before = free_of(GPU);
            if (lease_take(dir_fd, GPU, third, &lease, NULL) && free_of(GPU) > 2 * third)
                _exit(1); /* ours is not seen */
            if (before > LEASE_UNITS)
                _exit(2);
            sched_yield();
            lease_drop(&lease);
        }
        _exit(0);
    }
    for (int i = 0; i < TAKERS; i++) {
        int status = -1;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(free_of(GPU), LEASE_UNITS);
}

/* A name can lead nowhere else, and what somebody put in its place is not followed. */
static void test_names(void **state)
{
    struct lease lease = {0};
    char path[128];
    (void)state;
    assert_int_equal(take("../escape", LEASE_UNITS, &lease), SWEEP_OK);
    lease_drop(&lease);
    assert_int_equal(faccessat(scratch.fd, "escape", F_OK, 0), -1);
    assert_int_equal(faccessat(dir_fd, "_._escape", F_OK, 0), 0);
    int found = lease_find(dir_fd, "../escape");
    assert_int_equal(lease_free(found), LEASE_UNITS);
    close(found);
    assert_int_equal(lease_find(dir_fd, "MIG-GPU-5c/1/0"), -1);
    assert_int_equal(faccessat(dir_fd, "MIG-GPU-5c_1_0", F_OK, 0), -1);
    (void)snprintf(path, sizeof path, "%s/elsewhere", scratch.path);
    assert_int_equal(symlinkat(path, dir_fd, "GPU-link"), 0);
    assert_int_equal(take("GPU-link", LEASE_UNITS, &lease), SWEEP_IO);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(mkfifoat(dir_fd, "GPU-pipe", 0600), 0);
    assert_int_equal(take("GPU-pipe", LEASE_UNITS, &lease), SWEEP_IO);
    assert_int_equal(free_of("GPU-pipe"), 0);
    assert_int_equal(lease_find(dir_fd, "GPU-pipe"), -1);
}

static void test_directory(void **state)
{
    struct stat status;
    struct sweep_error err = {0};
    char path[128];
    (void)state;
    assert_int_equal(fstat(dir_fd, &status), 0);
    assert_int_equal(status.st_mode & 07777, 01777);
    (void)snprintf(path, sizeof path, "%s/link", scratch.path);
    assert_int_equal(symlink("leases", path), 0);
    assert_int_equal(lease_open_directory(path, &err), -1);
    assert_int_equal(err.code, SWEEP_IO);
    (void)snprintf(path, sizeof path, "%s/open", scratch.path);
    assert_int_equal(mkdir(path, 0700), 0);
    int fd = lease_open_directory(path, NULL);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(chmod(path, 0777), 0);
    assert_int_equal(lease_open_directory(path, &err), -1);
    assert_non_null(strstr(err.message, "others can remove files"));
    mode_t mask = umask(077); /* ours, of which nobody else is to know */
    (void)snprintf(path, sizeof path, "%s/masked", scratch.path);
    fd = lease_open_directory(path, NULL);
    assert_int_equal(fstat(fd, &status), 0);
    assert_int_equal(status.st_mode & 07777, 01777);
    close(lease_open(fd, GPU, NULL));
    assert_int_equal(fstatat(fd, GPU, &status, 0), 0);
    assert_int_equal(status.st_mode & 07777, 01444);
    close(fd);
    assert_int_equal(umask(mask), 077);
    (void)snprintf(path, sizeof path, "%s/no/such", scratch.path);
    assert_int_equal(lease_open_directory(path, &err), -1);
}

/* By whoever cleans up: those who have it open make it again, and meet there. */
static void test_directory_is_removed(void **state)
{
    char path[128];
    struct lease lease = {0};
    (void)state;
    (void)snprintf(path, sizeof path, "%s/leases", scratch.path);
    int other_fd = lease_open_directory(path, NULL);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(take(GPU, LEASE_UNITS, &lease), SWEEP_OK);
    assert_int_equal(fcntl(dir_fd, F_GETFD), FD_CLOEXEC);
    int fd = lease_open(other_fd, GPU, NULL);
    assert_int_equal(lease_free(fd), 0);
    assert_false(lease_is_removed(fd));
    assert_int_equal(unlinkat(dir_fd, GPU, 0), 0);
    assert_true(lease_is_removed(fd));
    close(fd);
    close(other_fd);
    lease_drop(&lease);
    (void)snprintf(path, sizeof path, "%s/leases", scratch.path);
    assert_int_equal(rmdir(path), 0);
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(lease_open(dir_fd, GPU, NULL), -1);
    close(file);
}

/* --- a pool ----------------------------------------------------------------------------------- */

static struct gpu_list gpus;

/* GPUs of so many GiB each, 0 being the end. */
static struct pool_settings box(const uint64_t *gib, bool by_memory)
{
    gpus = (struct gpu_list){0};
    for (size_t i = 0; gib[i] != 0; i++) {
        struct gpu *gpu = gpu_list_add(&gpus, GPU_NVIDIA);
        char uuid[32];
        (void)snprintf(uuid, sizeof uuid, "GPU-%zu", i);
        gpu_set_text(gpu->uuid, uuid);
        gpu->memory_bytes = gib[i] << 30;
    }
    return (struct pool_settings){.gpus = &gpus,
                                  .per_trial = 1,
                                  .shares = 3,
                                  .by_memory = by_memory,
                                  .lease_fd = dir_fd,
                                  .program_fd = -1};
}

static const struct pool_need ANY = {0};
static const struct pool_need ALONE = {.alone = true};
static const struct pool_need SIX = {.memory_bytes = UINT64_C(6) << 30};
static const struct pool_need TEN = {.memory_bytes = UINT64_C(10) << 30};

static bool pool_gives(struct pool *pool, uint64_t trial, const struct pool_need *need,
                       const char *uuid, struct pool_grant *grant)
{
    const struct attempt_key key = {trial, 1};
    return pool_take(pool, key, need, grant, NULL) && strcmp(grant->gpus[0]->uuid, uuid) == 0;
}

static void test_pool_shares(void **state)
{
    struct pool pool;
    struct pool_grant grants[4];
    (void)state;
    const struct pool_settings settings = box((const uint64_t[]){24, 0}, false);
    assert_true(pool_open(&pool, &settings, 0, NULL));
    assert_int_equal(pool_capacity(&pool, &ANY), 3);
    assert_int_equal(pool_capacity(&pool, &ALONE), 1);
    assert_true(pool_gives(&pool, 1, &ANY, "GPU-0", &grants[0]));
    assert_int_equal(pool_capacity(&pool, &ANY), 3);
    assert_int_equal(pool_capacity(&pool, &ALONE), 1); /* itself, and no other */
    assert_false(pool_gives(&pool, 2, &ALONE, "GPU-0", &grants[1]));
    pool_drop(&grants[0]);
    pool_give_back(&pool, (struct attempt_key){1, 1});
    assert_true(pool_gives(&pool, 2, &ALONE, "GPU-0", &grants[1]));
    assert_int_equal(pool_capacity(&pool, &ANY), 1);
    pool_drop(&grants[1]);
    pool_close(&pool);
}

/* An attempt of an earlier runner counts, whatever it has of its GPU. */
static void test_pool_adopts(void **state)
{
    struct pool pool;
    struct lease lease = {0};
    char uuid[] = "GPU-0";
    char *const uuids[] = {uuid, NULL};
    (void)state;
    const struct pool_settings settings = box((const uint64_t[]){24, 0}, true);
    assert_int_equal(take("GPU-0", LEASE_UNITS / 2, &lease), SWEEP_OK);
    assert_true(pool_open(&pool, &settings, 0, NULL));
    pool_adopt(&pool, (struct attempt_key){1, 1}, uuids);
    assert_int_equal(pool_capacity(&pool, &SIX), 3);
    lease_drop(&lease);
    pool_give_back(&pool, (struct attempt_key){1, 1});
    assert_int_equal(pool_capacity(&pool, &SIX), 4);
    pool_close(&pool);
}

static void test_pool_memory(void **state)
{
    struct pool left;
    struct pool right;
    struct pool_grant grants[8] = {0};
    (void)state;
    const struct pool_settings settings = box((const uint64_t[]){24, 8, 0}, true);
    assert_true(pool_open(&left, &settings, 0, NULL));
    assert_true(pool_open(&right, &settings, 0, NULL));
    assert_int_equal(pool_room(&settings, &SIX), 5);
    assert_int_equal(pool_room(&settings, &TEN), 2);
    assert_int_equal(pool_capacity(&left, &SIX), 5);
    assert_true(pool_gives(&left, 1, &SIX, "GPU-0", &grants[0]));
    assert_true(pool_gives(&left, 2, &SIX, "GPU-1", &grants[1])); /* the emptiest */
    assert_int_equal(pool_capacity(&right, &SIX), 3);
    assert_true(pool_gives(&right, 1, &TEN, "GPU-0", &grants[2]));
    assert_int_equal(pool_capacity(&left, &TEN), 2); /* those that it has */
    assert_true(pool_gives(&left, 3, &SIX, "GPU-0", &grants[3]));
    assert_int_equal(pool_capacity(&left, &SIX), 3);
    assert_false(pool_gives(&left, 4, &SIX, "GPU-0", &grants[4]));
    for (int i = 0; i < 4; i++)
        pool_drop(&grants[i]);
    pool_close(&left);
    pool_close(&right);
}

/* Memory that somebody without a lease has is not given out, beside a lease neither. */
static void test_pool_strangers(void **state)
{
    struct pool pool;
    struct lease lease = {0};
    (void)state;
    const struct pool_settings settings = box((const uint64_t[]){24, 0}, true);
    assert_int_equal(take("GPU-0", LEASE_UNITS / 4, &lease), SWEEP_OK);
    gpus.items[0].used_bytes = UINT64_C(6) << 30; /* the holder's own */
    gpus.items[0].pids[gpus.items[0].pid_count++] = 1;
    assert_true(pool_open(&pool, &settings, 0, NULL));
    assert_int_equal(pool_capacity(&pool, &SIX), 3);
    pool_close(&pool);
    gpus.items[0].used_bytes = UINT64_C(18) << 30;
    assert_true(pool_open(&pool, &settings, 0, NULL));
    assert_int_equal(pool_capacity(&pool, &SIX), 1);
    pool_close(&pool);
    lease_drop(&lease);
    assert_true(pool_open(&pool, &settings, 0, NULL));
    assert_int_equal(pool_capacity(&pool, &SIX), 0);
    pool_close(&pool);
}

/* Of two that others have, one whose lease nobody can ever give back is not waited for. */
static void test_pool_claims(void **state)
{
    struct pool pool;
    struct queue queue;
    struct queue behind;
    struct lease halves[2] = {0};
    (void)state;
    struct pool_settings settings = box((const uint64_t[]){24, 24, 0}, false);
    settings.shares = 2;
    assert_int_equal(mkdirat(dir_fd, "GPU-0", 0700), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(take("GPU-1", LEASE_UNITS / 2, &halves[i]), SWEEP_OK);
    assert_true(pool_open(&pool, &settings, 0, NULL));
    queue_open(&queue, dir_fd);
    queue_open(&behind, dir_fd);
    pool.queue = &queue;
    assert_true(queue_enter(&queue, 1));
    pool_claim(&pool, &ALONE);
    int look = lease_open(dir_fd, "GPU-1", NULL);
    assert_false(queue_is_ours(&behind, look));
    close(look);
    queue_close(&queue);
    queue_close(&behind);
    pool_close(&pool);
    for (int i = 0; i < 2; i++)
        lease_drop(&halves[i]);
}

/* Somebody removes the lease of a GPU that a trial has: nobody else gets the GPU before it is gone.
 */
static void test_pool_removed(void **state)
{
    struct pool pool;
    struct pool_grant grants[2];
    struct strbuf names;
    const struct pool_settings settings = box((const uint64_t[]){80, 0}, false);
    (void)state;
    strbuf_init(&names, 1024);
    assert_true(pool_open(&pool, &settings, 0, NULL));
    assert_true(pool_gives(&pool, 1, &ANY, "GPU-0", &grants[0]));
    assert_int_equal(pool_capacity(&pool, &ANY), 3);
    assert_int_equal(unlinkat(dir_fd, "GPU-0", 0), 0);
    assert_int_equal(pool_capacity(&pool, &ANY), 1);
    assert_true(pool_look(&pool, 10000));
    assert_int_equal(pool_capacity(&pool, &ANY), 1);
    pool_drop(&grants[0]);
    pool_give_back(&pool, (struct attempt_key){1, 1});
    assert_true(pool_look(&pool, 20000));
    assert_int_equal(pool_capacity(&pool, &ANY), 3);
    assert_true(pool_gives(&pool, 2, &ANY, "GPU-0", &grants[1]));
    assert_int_equal(free_of("GPU-0"), LEASE_UNITS / 3 * 2);
    pool_drop(&grants[1]);
    assert_int_equal(unlinkat(dir_fd, "GPU-0", 0), 0);
    assert_int_equal(mkdirat(dir_fd, "GPU-0", 0700), 0);
    assert_int_equal(pool_list_broken(&pool, &names), 0);
    assert_true(pool_look(&pool, 30000));
    assert_int_equal(pool_list_broken(&pool, &names), 1);
    strbuf_release(&names);
    pool_close(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_in_the_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_inherited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_directory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_directory_is_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_door, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rush, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pool_shares, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pool_adopts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pool_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pool_strangers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pool_claims, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pool_removed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
