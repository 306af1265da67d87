/*
 * Nothing of an attempt escapes: each row of the table starts processes that try to, in the ways
 * that a training script's helpers do, and all of them have to be found and killed.
 */
#include "proc/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proc/identity.h"
#include "proc/spawn.h"
#include "scratch.h"
#include "sweep/mem.h"
#include "vector.h"
#include "wait.h"

#define TIMEOUT_MS 20000

/* Processes as an attempt has them; each leaves a file `up.N` in the directory they run in. */
struct family {
    char token[40];
    char *cgroup;
    pid_t leader;
    struct scratch scratch;
    int wanted;
};

static bool all_are_up(void *context)
{
    const struct family *family = context;
    for (int i = 0; i < family->wanted; i++) {
        char name[16];
        snprintf(name, sizeof name, "up.%d", i);
        if (faccessat(family->scratch.fd, name, F_OK, 0) < 0)
            return false;
    }
    return true;
}

/* Run a script in a session of its own and wait until `wanted` processes are up. */
static struct family start_family(const char *script, int wanted, bool with_cgroup)
{
    static unsigned count;
    struct family family = {.wanted = wanted};
    scratch_open(&family.scratch);
    snprintf(family.token, sizeof family.token, "%08x%08x%016llx", count++, (unsigned)getpid(),
             (unsigned long long)time(NULL));
    char variable[64];
    char group[64];
    snprintf(variable, sizeof variable, TREE_TOKEN_VARIABLE "=%s", family.token);
    snprintf(group, sizeof group, TREE_CGROUP_PREFIX "%s", family.token);
    char *argv[] = {TEXT("sh"), TEXT("-c"), TEXT(script), NULL};
    char *envp[] = {TEXT("PATH=/usr/bin:/bin"), variable, NULL};
    struct spawn_request request = {.path = "/bin/sh",
                                    .argv = argv,
                                    .envp = envp,
                                    .workdir = family.scratch.path,
                                    .new_session = true};
    if (with_cgroup) {
        family.cgroup = tree_create_cgroup(group);
        request.cgroup_fd =
            family.cgroup ? open(family.cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    }
    struct sweep_error err = {0};
    if (!spawn_process(&request, &family.leader, NULL, &err))
        fail_msg("%s", err.message);
    if (request.cgroup_fd > 0)
        close(request.cgroup_fd);
    if (!wait_until(all_are_up, &family, TIMEOUT_MS))
        fail_msg("not all are up: %s", script);
    return family;
}

static void end_family(struct family *family)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    tree_remove_cgroup(family->cgroup);
    sweep_free(family->cgroup);
    scratch_close(&family->scratch);
}

static void assert_gone(const struct family *family, const char *name)
{
    const struct tree by_token = {.token = family->token};
    const struct tree by_session = {.session = family->leader};
    if (tree_signal(&by_token, 0) + tree_signal(&by_session, 0) > 0)
        fail_msg("'%s': something of it is still alive", name);
}

#define SLEEPER(n) "sh -c ': > up." #n "; exec sleep 1000'"

static const struct {
    const char *name;
    const char *script;
    int wanted;
    size_t alive;
} hidings[] = {
    {"a plain command", ": > up.0; exec sleep 1000", 1, 1},
    {"with children", SLEEPER(0) "& " SLEEPER(1) "& : > up.2; wait", 3, 3},
    {"ignores what it can", "trap '' TERM INT HUP; : > up.0; while :; do sleep 1000; done", 1, 2},
    {"a child's own session", "setsid " SLEEPER(0) "& : > up.1; wait", 2, 2},
    {"a daemon beside it", "(setsid " SLEEPER(0) " &); : > up.1; exec sleep 1000", 2, 2},
    {"a daemon that outlived it", "(setsid " SLEEPER(0) " &); : > up.1", 2, 1},
    {"a daemon's daemon", "(setsid sh -c '(setsid sleep 1000 &); : > up.0' &)", 1, 1},
    {"stopped", ": > up.0; kill -STOP $$", 1, 1},
};

struct census {
    struct tree tree;
    size_t alive;
};

static bool has_that_many(void *context)
{
    const struct census *census = context;
    return tree_signal(&census->tree, 0) == census->alive;
}

static void test_by_token_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hidings / sizeof hidings[0]; i++) {
        struct family family = start_family(hidings[i].script, hidings[i].wanted, false);
        struct census census = {.tree.token = family.token, .alive = hidings[i].alive};
        if (!wait_until(has_that_many, &census, TIMEOUT_MS))
            fail_msg("'%s': %zu found", hidings[i].name, tree_signal(&census.tree, 0));
        size_t killed = 0;
        assert_true(tree_kill(&census.tree, TIMEOUT_MS, &killed));
        assert_true(killed >= hidings[i].alive);
        assert_gone(&family, hidings[i].name);
        end_family(&family);
    }
}

/* As a shim that is a subreaper does it: whatever they did, they are its descendants. */
static void test_by_descent_alone(void **state)
{
    (void)state;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (size_t i = 0; i < sizeof hidings / sizeof hidings[0]; i++) {
        struct family family = start_family(hidings[i].script, hidings[i].wanted, false);
        const struct tree tree = {.root = getpid()};
        assert_true(tree_kill(&tree, TIMEOUT_MS, NULL));
        assert_gone(&family, hidings[i].name);
        end_family(&family);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
        assert_int_equal(errno, ECHILD);
    }
    prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/* No environment, no parent, a session of its own: only the cgroup knows. */
static const char vanish[] =
    "(env -i /usr/bin/setsid /bin/sh -c 'echo $$ > pid; : > up.0; exec /bin/sleep 1000' &)"
    "; : > up.1";

static pid_t read_pid(const struct family *family, uint64_t *start)
{
    char text[16] = "";
    int fd = openat(family->scratch.fd, "pid", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0 && read(fd, text, sizeof text - 1) > 1);
    close(fd);
    pid_t pid = 0;
    for (const char *digit = text; *digit >= '0' && *digit <= '9'; digit++)
        pid = pid * 10 + (*digit - '0');
    assert_true(identity_start_time(pid, start));
    return pid;
}

static void test_by_cgroup(void **state)
{
    (void)state;
    for (int by_token = 0; by_token <= 1; by_token++) {
        struct family family = start_family(vanish, 2, true);
        uint64_t start;
        pid_t pid = read_pid(&family, &start);
        if (!family.cgroup) {
            kill(pid, SIGKILL);
            end_family(&family);
            skip(); /* no control groups of version 2 for us here */
        }
        /* Found by the group's path, and by its name where nobody remembers the path. */
        const struct tree tree = {.token = by_token ? family.token : NULL,
                                  .cgroup = by_token ? NULL : family.cgroup};
        size_t killed = 0;
        assert_true(tree_kill(&tree, TIMEOUT_MS, &killed));
        assert_int_equal(killed, 1);
        assert_false(identity_is_alive(pid, start));
        end_family(&family);
    }
}

/* What README says that we cannot do: if this ever fails, README can promise more. */
static void test_beyond_us(void **state)
{
    (void)state;
    struct family family = start_family(vanish, 2, false);
    uint64_t start;
    pid_t pid = read_pid(&family, &start);
    const struct tree tree = {.token = family.token, .session = family.leader};
    assert_true(tree_kill(&tree, TIMEOUT_MS, NULL));
    assert_true(identity_is_alive(pid, start));
    kill(pid, SIGKILL);
    end_family(&family);
}

static void test_others_are_left_alone(void **state)
{
    (void)state;
    struct family ours = start_family(hidings[1].script, hidings[1].wanted, false);
    struct family other = start_family(hidings[1].script, hidings[1].wanted, false);
    char prefix[40];
    snprintf(prefix, sizeof prefix, "%.31s", ours.token);
    const struct tree shorter = {.token = prefix};
    assert_int_equal(tree_signal(&shorter, SIGKILL), 0);
    const struct tree tree = {.token = ours.token};
    assert_true(tree_kill(&tree, TIMEOUT_MS, NULL));
    const struct tree rest = {.token = other.token};
    assert_int_equal(tree_signal(&rest, 0), 3);
    assert_true(tree_kill(&rest, TIMEOUT_MS, NULL));
    end_family(&ours);
    end_family(&other);
}

/* A runner has children of its own: their exit status is not ours to take. */
static void test_only_members_are_reaped(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0)
        _exit(23);
    struct family family = start_family(hidings[1].script, hidings[1].wanted, false);
    const struct tree tree = {.token = family.token};
    size_t killed = 0;
    assert_true(tree_kill(&tree, TIMEOUT_MS, &killed));
    assert_int_equal(killed, 3);
    assert_int_equal(waitpid(family.leader, NULL, WNOHANG), -1); /* this one was */
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 23);
    end_family(&family);
}

static bool has_caught(void *context)
{
    const struct family *family = context;
    struct stat status;
    return fstatat(family->scratch.fd, "caught", &status, 0) == 0 && status.st_size > 0;
}

static void test_signal_reaches_each_once(void **state)
{
    (void)state;
    const char *script = "trap 'echo x >> caught' TERM; : > up.0; while :; do sleep 0.01; done";
    struct family family = start_family(script, 1, false);
    const struct tree tree = {.session = family.leader};
    assert_true(tree_signal(&tree, SIGTERM) >= 1);
    assert_true(wait_until(has_caught, &family, TIMEOUT_MS));
    assert_true(tree_kill(&tree, TIMEOUT_MS, NULL));
    struct stat status;
    assert_int_equal(fstatat(family.scratch.fd, "caught", &status, 0), 0);
    assert_int_equal(status.st_size, 2);
    assert_int_equal(tree_signal(&tree, 0), 0);
    end_family(&family);
}

static void test_a_tree_of_nothing(void **state)
{
    (void)state;
    const struct tree nothing = {0};
    size_t killed = 7;
    assert_int_equal(tree_signal(&nothing, SIGKILL), 0);
    assert_true(tree_kill(&nothing, TIMEOUT_MS, &killed));
    assert_int_equal(killed, 0);
    tree_remove_cgroup(NULL);
    tree_remove_cgroup("/no/such/group");
}

static void make_setting(const struct scratch *scratch, const char *name, const char *text)
{
    int fd = openat(scratch->fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void assert_setting(const struct scratch *scratch, const char *name, const char *wanted)
{
    char text[64] = "";
    int fd = openat(scratch->fd, name, O_RDONLY);
    assert_true(read(fd, text, sizeof text - 1) >= 0);
    assert_string_equal(text, wanted);
    close(fd);
}

/* A directory with the files that a group has: the kernel's own controllers are rarely ours. */
static void test_limits(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    const struct tree_limits limits = {.memory_bytes = (uint64_t)3 << 30, .processes = 4096};
    struct tree_limited limited = tree_limit_cgroup(scratch.path, &limits);
    assert_false(limited.memory || limited.processes); /* it has no such files */
    limited = tree_limit_cgroup(NULL, &limits);
    assert_false(limited.memory || limited.processes);
    make_setting(&scratch, "memory.max", "");
    make_setting(&scratch, "memory.oom.group", "");
    make_setting(&scratch, "pids.max", "");
    limited = tree_limit_cgroup(scratch.path, &limits);
    assert_true(limited.memory && limited.processes);
    assert_setting(&scratch, "memory.max", "3221225472");
    assert_setting(&scratch, "memory.oom.group", "1");
    assert_setting(&scratch, "pids.max", "4096");

    assert_int_equal(tree_count_oom_kills(NULL), 0);
    assert_int_equal(tree_count_oom_kills(scratch.path), 0);
    make_setting(&scratch, "memory.events", "low 0\nhigh 0\nmax 17\noom 2\noom_kill 3\n");
    assert_int_equal(tree_count_oom_kills(scratch.path), 3);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_token_alone),
        cmocka_unit_test(test_by_descent_alone),
        cmocka_unit_test(test_by_cgroup),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_beyond_us),
        cmocka_unit_test(test_others_are_left_alone),
        cmocka_unit_test(test_only_members_are_reaped),
        cmocka_unit_test(test_signal_reaches_each_once),
        cmocka_unit_test(test_a_tree_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
