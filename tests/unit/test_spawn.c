/*
 * A process gets exactly what it was promised, and a failure names its reason.
 */
#include "proc/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proc/tree.h"
#include "scratch.h"
#include "sweep/mem.h"
#include "valgrind.h"
#include "vector.h"

static char *plain_envp[] = {TEXT("PATH=/usr/bin:/bin"), TEXT("LC_ALL=C"), NULL};

/* Run a shell command by a request; @return its output without the last newline */
static const char *output_of(struct spawn_request request, const char *command, char out[4096])
{
    int pipe_fds[2];
    assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
    char *argv[] = {TEXT("sh"), TEXT("-c"), TEXT(command), NULL};
    struct spawn_descriptor descriptors[8] = {{pipe_fds[1], 1}};
    for (size_t i = 0; i < request.descriptor_count; i++)
        descriptors[i + 1] = request.descriptors[i];
    request.path = "/bin/sh";
    request.argv = argv;
    request.envp = plain_envp;
    request.descriptors = descriptors;
    request.descriptor_count++;
    pid_t pid;
    struct sweep_error err = {0};
    if (!spawn_process(&request, &pid, NULL, &err))
        fail_msg("%s", err.message);
    close(pipe_fds[1]);
    size_t used = 0;
    ssize_t count;
    while ((count = read(pipe_fds[0], out + used, 4095 - used)) > 0)
        used += (size_t)count;
    close(pipe_fds[0]);
    waitpid(pid, NULL, 0);
    while (used > 0 && out[used - 1] == '\n')
        used--;
    out[used] = '\0';
    return out;
}

static void test_environment_and_directory(void **state)
{
    (void)state;
    char out[4096];
    struct spawn_request request = {.workdir = "/usr"};
    assert_string_equal(output_of(request, "pwd; env | grep -v '^[_P]' | sort", out),
                        "/usr\nLC_ALL=C");
}

static void test_signals_are_as_after_login(void **state)
{
    (void)state;
    char out[4096];
    sigset_t blocked;
    sigset_t before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGUSR2);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    void (*old)(int) = signal(SIGINT, SIG_IGN);
    struct spawn_request request = {0};
    const char *command = "grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f2";
    assert_string_equal(output_of(request, command, out), "0000000000000000\n0000000000000000");
    signal(SIGINT, old);
    sigset_t after;
    sigprocmask(SIG_SETMASK, &before, &after);
    assert_true(sigismember(&after, SIGUSR2) && !sigismember(&after, SIGHUP));
}

static void test_only_named_descriptors(void **state)
{
    (void)state;
    char out[4096];
    int leaky = open("/dev/null", O_RDONLY); /* as a careless library leaves it */
    int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    const struct spawn_descriptor descriptors[] = {{zero, 77}, {leaky, 0}};
    struct spawn_request request = {.descriptors = descriptors, .descriptor_count = 2};
    /* The one that the shell opened to expand the pattern is gone when it is looked at. */
    const char *command = "for f in /proc/$$/fd/*; do [ -e $f ] && echo ${f##*/}; done;"
                          " readlink /proc/$$/fd/0 /proc/$$/fd/77";
    assert_string_equal(output_of(request, command, out), "0\n1\n2\n77\n/dev/null\n/dev/zero");
    close(leaky);
    close(zero);
}

/* Each descriptor goes to the other's number, so a plain loop of dup2 would lose one. */
static void test_descriptors_may_swap(void **state)
{
    (void)state;
    char out[4096];
    int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    const struct spawn_descriptor descriptors[] = {{null_fd, zero_fd}, {zero_fd, null_fd}};
    struct spawn_request request = {.descriptors = descriptors, .descriptor_count = 2};
    char command[256];
    snprintf(command, sizeof command, "readlink /proc/$$/fd/%d /proc/$$/fd/%d", null_fd, zero_fd);
    assert_string_equal(output_of(request, command, out), "/dev/zero\n/dev/null");
    close(null_fd);
    close(zero_fd);
}

static void test_session_and_group(void **state)
{
    (void)state;
    char out[4096];
    char expected[64];
    const char *command = "set -- $(cut -d' ' -f5,6 /proc/$$/stat); [ $1 = $$ ] && echo leads;"
                          " [ $2 = $$ ] && echo own session || echo session $2";
    assert_string_equal(output_of((struct spawn_request){.new_session = true}, command, out),
                        "leads\nown session");
    snprintf(expected, sizeof expected, "leads\nsession %d", (int)getsid(0));
    assert_string_equal(output_of((struct spawn_request){.new_group = true}, command, out),
                        expected);
    assert_string_equal(output_of((struct spawn_request){0}, command, out),
                        strchr(expected, '\n') + 1);
}

static void test_oom_score(void **state)
{
    (void)state;
    char out[4096];
    struct spawn_request request = {.oom_score_adjust = 517};
    assert_string_equal(output_of(request, "cat /proc/$$/oom_score_adj", out), "517");
}

/* As a container's filter does that knows no clone3. */
static void refuse_clone3(int error_number)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error_number),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(77);
}

/* In a process of its own, since a filter stays. @return its exit code: 0 is as it should be */
static int spawn_into(const char *cgroup, int error_number)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        char out[4096];
        char line[256];
        if (error_number != 0)
            refuse_clone3(error_number);
        struct spawn_request request = {.cgroup_fd =
                                            open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        snprintf(line, sizeof line, "%s", strrchr(cgroup, '/'));
        output_of(request, "sed -n 's/^0:://p' /proc/$$/cgroup", out);
        size_t length = strlen(out);
        size_t wanted = strlen(line);
        _exit(length >= wanted && strcmp(out + length - wanted, line) == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_cgroup(void **state)
{
    static const int refusals[] = {0, ENOSYS, EINVAL, EPERM, EACCES, EOPNOTSUPP};
    (void)state;
    char name[64];
    snprintf(name, sizeof name, "sweep-spawn-%d", (int)getpid());
    char *cgroup = tree_create_cgroup(name);
    if (cgroup == NULL)
        skip(); /* not ours to make here */
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        int code = spawn_into(cgroup, refusals[i]);
        if (code != 0 && code != 77)
            fail_msg("not in its cgroup when clone3 says %d", refusals[i]);
    }
    char *argv[] = {TEXT("/no/such/program"), NULL};
    struct spawn_request request = {.path = argv[0],
                                    .argv = argv,
                                    .envp = plain_envp,
                                    .cgroup_fd = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    pid_t pid;
    int error_number = 0;
    assert_false(spawn_process(&request, &pid, &error_number, NULL));
    assert_int_equal(error_number, ENOENT);
    close(request.cgroup_fd);
    tree_remove_cgroup(cgroup);
    sweep_free(cgroup);
}

/* A group that is no group: the command runs without. */
static void test_cgroup_that_cannot_be_entered(void **state)
{
    (void)state;
    char out[4096];
    struct spawn_request request = {.cgroup_fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    assert_string_equal(output_of(request, "echo runs", out), "runs");
    close(request.cgroup_fd);
}

static void test_open_file_is_executed(void **state)
{
    (void)state;
    int fd = open("/bin/sh", O_RDONLY | O_CLOEXEC);
    char *argv[] = {TEXT("renamed"), TEXT("-c"), TEXT("exit 41"), NULL};
    /* The target has the number of the file itself: it has to be moved away first. */
    const struct spawn_descriptor descriptors[] = {{0, fd}};
    struct spawn_request request = {.exec_fd = fd,
                                    .argv = argv,
                                    .envp = plain_envp,
                                    .descriptors = descriptors,
                                    .descriptor_count = 1};
    pid_t pid;
    int status;
    assert_true(spawn_process(&request, &pid, NULL, NULL));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 41);
    close(fd);
}

static void make_file(const struct scratch *scratch, const char *name, const char *text,
                      mode_t mode)
{
    int fd = openat(scratch->fd, name, O_WRONLY | O_CREAT, mode);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    fchmod(fd, mode);
    close(fd);
}

static void test_failures_say_why(void **state)
{
    static const struct {
        const char *path;
        const char *workdir;
        int error_number;
        const char *words;
    } rows[] = {
        {"no-such-program-41", NULL, ENOENT, "cannot execute 'no-such-program-41'"},
        {"", NULL, ENOENT, "No such file"},
        {"./missing", NULL, ENOENT, "cannot execute './missing'"},
        {"./plain", NULL, EACCES, "Permission denied"},
        {"./bare", NULL, ENOEXEC, "#!/bin/sh"},
        {"./broken", NULL, ENOENT, "cannot execute './broken'"},
        {"/bin/true", "no-directory", ENOENT, "/no-directory': No such"},
        {"/tmp", NULL, EACCES, "Permission denied"},
    };
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    make_file(&scratch, "plain", "#!/bin/sh\n", 0644);
    make_file(&scratch, "bare", "exit 3\n", 0755);
    make_file(&scratch, "broken", "#!/no/such/interpreter\n", 0755);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        /* valgrind kills the child where execve fails and it did not foresee it. */
        if (is_under_valgrind() && strcmp(rows[i].path, "./broken") == 0)
            continue;
        char workdir[128];
        snprintf(workdir, sizeof workdir, "%s/%s", scratch.path,
                 rows[i].workdir ? rows[i].workdir : "");
        char *argv[] = {TEXT(rows[i].path), NULL};
        struct spawn_request request = {
            .path = rows[i].path, .argv = argv, .envp = plain_envp, .workdir = workdir};
        pid_t pid = -7;
        int error_number = 0;
        struct sweep_error err = {0};
        bool started = spawn_process(&request, &pid, &error_number, &err);
        if (started || error_number != rows[i].error_number || pid != -7 ||
            err.code != SWEEP_SPAWN || !strstr(err.message, rows[i].words))
            fail_msg("'%s': started %d, errno %d, %s", rows[i].path, started, error_number,
                     err.message);
    }
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombie stays */
    assert_int_equal(errno, ECHILD);
    scratch_close(&scratch);
}

static void test_too_long_arguments(void **state)
{
    (void)state;
    if (is_under_valgrind()) /* see above */
        skip();
    char *huge = test_malloc(4 << 20);
    memset(huge, 'x', (4 << 20) - 1);
    huge[(4 << 20) - 1] = '\0';
    char *argv[] = {TEXT("true"), huge, NULL};
    struct spawn_request request = {.path = "true", .argv = argv, .envp = plain_envp};
    pid_t pid;
    int error_number = 0;
    assert_false(spawn_process(&request, &pid, &error_number, NULL));
    assert_int_equal(error_number, E2BIG);
    test_free(huge);
}

static void test_find_executable(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    make_file(&scratch, "tool", "#!/bin/sh\n", 0755);
    make_file(&scratch, "data", "", 0644);
    mkdirat(scratch.fd, "folder", 0755);
    char path[256];
    snprintf(path, sizeof path, "/no/such/place:%s:/bin", scratch.path);
    char expected[128];
    snprintf(expected, sizeof expected, "%s/tool", scratch.path);
    char *found = spawn_find_executable("tool", path);
    assert_string_equal(found, expected);
    sweep_free(found);
    found = spawn_find_executable("a/b", path);
    assert_string_equal(found, "a/b");
    sweep_free(found);
    assert_null(spawn_find_executable("data", path));
    assert_int_equal(errno, EACCES);
    assert_null(spawn_find_executable("folder", path));
    assert_int_equal(errno, EACCES);
    assert_null(spawn_find_executable("nothing", path));
    assert_int_equal(errno, ENOENT);
    assert_null(spawn_find_executable("", path));
    found = spawn_find_executable("true", NULL);
    assert_non_null(found);
    sweep_free(found);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_environment_and_directory),
        cmocka_unit_test(test_signals_are_as_after_login),
        cmocka_unit_test(test_only_named_descriptors),
        cmocka_unit_test(test_descriptors_may_swap),
        cmocka_unit_test(test_session_and_group),
        cmocka_unit_test(test_oom_score),
        cmocka_unit_test(test_cgroup),
        cmocka_unit_test(test_cgroup_that_cannot_be_entered),
        cmocka_unit_test(test_open_file_is_executed),
        cmocka_unit_test(test_failures_say_why),
        cmocka_unit_test(test_too_long_arguments),
        cmocka_unit_test(test_find_executable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
