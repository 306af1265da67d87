/*
 * Leases of GPUs: exclusive, shared, inherited, and in directories that are no good; and how many
 * attempts a pool then has room for.
 */
#include "exec/gpu/lease.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "exec/gpu/pool.h"
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

static enum sweep_code take(const char *uuid, int share, struct lease *lease)
{
    struct sweep_error err = {0};
    return lease_take(dir_fd, uuid, share, lease, &err) ? SWEEP_OK : err.code;
}

static void test_whole(void **state)
{
    struct lease first = {0};
    struct lease second = {0};
    (void)state;
    assert_false(lease_is_taken(dir_fd, GPU));
    assert_int_equal(take(GPU, LEASE_WHOLE, &first), SWEEP_OK);
    assert_true(lease_is_taken(dir_fd, GPU));
    assert_int_equal(take(GPU, LEASE_WHOLE, &second), SWEEP_BUSY);
    assert_int_equal(take("GPU-other", LEASE_WHOLE, &second), SWEEP_OK);
    lease_drop(&second);
    lease_drop(&second);
    assert_int_equal(take(GPU, 0, &second), SWEEP_BUSY);
    assert_int_equal(second.fd_count, 0);
    lease_drop(&first);
    assert_int_equal(take(GPU, 0, &second), SWEEP_OK);
    lease_drop(&second);
}

static void test_shares(void **state)
{
    struct lease shares[3] = {0};
    struct lease other = {0};
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(take(GPU, i, &shares[i]), SWEEP_OK);
    assert_int_equal(take(GPU, 1, &other), SWEEP_BUSY);
    assert_int_equal(take(GPU, LEASE_WHOLE, &other), SWEEP_BUSY);
    lease_drop(&shares[1]);
    assert_int_equal(take(GPU, LEASE_WHOLE, &other), SWEEP_BUSY);
    assert_int_equal(take(GPU, 1, &other), SWEEP_OK);
    lease_drop(&other);
    lease_drop(&shares[0]);
    lease_drop(&shares[2]);
    assert_int_equal(take(GPU, LEASE_WHOLE, &other), SWEEP_OK);
    lease_drop(&other);
}

/* It is held for as long as any process has it, not by whoever took it. */
static void test_inherited(void **state)
{
    struct lease lease = {0};
    struct lease other = {0};
    (void)state;
    assert_int_equal(take(GPU, LEASE_WHOLE, &lease), SWEEP_OK);
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    lease_drop(&lease);
    assert_int_equal(take(GPU, LEASE_WHOLE, &other), SWEEP_BUSY);
    (void)kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(take(GPU, LEASE_WHOLE, &other), SWEEP_OK);
    lease_drop(&other);
}

/* A name can lead nowhere else, and what somebody put in its place is not followed. */
static void test_names(void **state)
{
    struct lease lease = {0};
    char path[128];
    (void)state;
    assert_int_equal(take("../escape", LEASE_WHOLE, &lease), SWEEP_OK);
    lease_drop(&lease);
    assert_int_equal(faccessat(scratch.fd, "escape", F_OK, 0), -1);
    assert_int_equal(faccessat(dir_fd, "_._escape", F_OK, 0), 0);
    (void)snprintf(path, sizeof path, "%s/elsewhere", scratch.path);
    assert_int_equal(symlinkat(path, dir_fd, "GPU-link"), 0);
    assert_int_equal(take("GPU-link", LEASE_WHOLE, &lease), SWEEP_IO);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(mkfifoat(dir_fd, "GPU-pipe", 0600), 0);
    assert_int_equal(take("GPU-pipe", LEASE_WHOLE, &lease), SWEEP_IO);
    assert_true(lease_is_taken(dir_fd, "GPU-pipe"));
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
    (void)snprintf(path, sizeof path, "%s/no/such", scratch.path);
    assert_int_equal(lease_open_directory(path, &err), -1);
}

/* An attempt of an earlier runner: with one lease for its GPU it has all of it. */
static void test_adopted(void **state)
{
    static struct gpu_list gpus;
    char uuid[] = GPU;
    char *const uuids[] = {uuid, NULL};
    struct pool pool;
    (void)state;
    gpu_set_text(gpu_list_add(&gpus, GPU_NVIDIA)->uuid, GPU);
    const struct pool_settings settings = {
        .gpus = &gpus, .per_trial = 1, .shares = 3, .lease_fd = dir_fd, .program_fd = -1};
    pool_open(&pool, &settings, 0);
    assert_int_equal(pool_capacity(&pool), 3);
    pool_adopt(&pool, (struct attempt_key){.trial = 1, .number = 1}, uuids, LEASE_FDS);
    assert_int_equal(pool_capacity(&pool), 3);
    pool_give_back(&pool, (struct attempt_key){.trial = 1, .number = 1});
    pool_adopt(&pool, (struct attempt_key){.trial = 1, .number = 2}, uuids, 1);
    assert_int_equal(pool_capacity(&pool), 1);
    pool_close(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shares, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_inherited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_directory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_adopted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
