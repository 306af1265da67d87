/*
 * Starting a process. Not for waiting for it, nor for killing it.
 *
 * Between vfork and execve the child runs in our memory: it calls only what is async-signal-safe,
 * allocates nothing and changes nothing but its own locals.
 *
 * One that is to live in a cgroup is born there, as a copy of us: to move a process that exists,
 * the kernel first waits until no processor is in the middle of a fork (an RCU grace period, 10 ms
 * and more), and the command would wait with it. The copy costs as much as we have memory, which is
 * little in a shim. Where the kernel or a container's filter refuses, the child moves itself.
 */
#include "proc/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/strbuf.h"
#include "base/sys.h"
#include "base/variable.h"
#include "sweep/mem.h"

#define DEFAULT_PATH    "/usr/local/bin:/usr/bin:/bin"
#define DESCRIPTORS_MAX 48

/* What went wrong in the child; the parent finds the words. */
enum stage {
    STAGE_SESSION,
    STAGE_DESCRIPTOR,
    STAGE_WORKDIR,
    STAGE_EXECUTE
};

struct failure {
    enum stage stage;
    int error_number;
};

/* All that the child needs, made ready before it exists. */
struct plan {
    const struct spawn_request *request;
    const char *path;   /* found; NULL with exec_fd */
    char oom_score[16]; /* "" when it is left alone */
    int report_fd;      /* where a failure is written */
    bool enters_cgroup; /* the child is not born in it */
};

static _Noreturn void fail_in_child(int report_fd, enum stage stage)
{
    struct failure failure = {.stage = stage, .error_number = errno};
    ssize_t ignored = write(report_fd, &failure, sizeof failure);
    (void)ignored; /* the exit code is all that is left to say it with */
    _exit(127);
}

/* The mask is still full here, so no handler of the parent can run in the child. */
static void reset_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        sigaction(signal_number, &action, NULL);
}

static void write_small_file(int fd, const char *text)
{
    ssize_t ignored = write(fd, text, strlen(text));
    (void)ignored; /* a cgroup or score that cannot be had is no error */
}

static void enter_cgroup(int cgroup_fd)
{
    int fd = openat(cgroup_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    if (fd >= 0)
        write_small_file(fd, "0");
    close(fd);
}

static void adjust_oom_score(const char *score)
{
    if (score[0] == '\0')
        return;
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0)
        write_small_file(fd, score);
    close(fd);
}

/* Not the address space, of which CUDA reserves more than any box has. */
static void limit_data(uint64_t bytes)
{
    struct rlimit limit;
    if (bytes == 0 || getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur <= bytes)
        return;
    limit.rlim_cur = bytes;
    limit.rlim_max = limit.rlim_max < bytes ? limit.rlim_max : bytes;
    setrlimit(RLIMIT_DATA, &limit);
}

/* First out of the way, above every target, then each to its place: the lists may overlap. */
static bool place_descriptors(const struct spawn_request *request, int above)
{
    int moved[DESCRIPTORS_MAX];
    for (size_t i = 0; i < request->descriptor_count; i++) {
        moved[i] = fcntl(request->descriptors[i].from, F_DUPFD_CLOEXEC, above);
        if (moved[i] < 0)
            return false;
    }
    for (size_t i = 0; i < request->descriptor_count; i++)
        if (dup2(moved[i], request->descriptors[i].to) < 0)
            return false;
    return true;
}

static int highest_target(const struct spawn_request *request)
{
    int highest = STDERR_FILENO;
    for (size_t i = 0; i < request->descriptor_count; i++)
        if (request->descriptors[i].to > highest)
            highest = request->descriptors[i].to;
    return highest;
}

static void execute(const struct plan *plan, int exec_fd)
{
    const struct spawn_request *request = plan->request;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (exec_fd > 0)
        syscall(SYS_execveat, exec_fd, "", request->argv, request->envp, AT_EMPTY_PATH);
    else
        execve(plan->path, request->argv, request->envp);
}

static _Noreturn void run_child(const struct plan *plan)
{
    const struct spawn_request *request = plan->request;
    reset_signals();
    if (plan->enters_cgroup)
        enter_cgroup(request->cgroup_fd);
    adjust_oom_score(plan->oom_score);
    limit_data(request->data_bytes);

    int above = highest_target(request) + 1;
    int report_fd = fcntl(plan->report_fd, F_DUPFD_CLOEXEC, above);
    int exec_fd = request->exec_fd;
    if (report_fd < 0)
        fail_in_child(plan->report_fd, STAGE_DESCRIPTOR);
    if (exec_fd > 0 && (exec_fd = fcntl(exec_fd, F_DUPFD_CLOEXEC, above)) < 0)
        fail_in_child(report_fd, STAGE_DESCRIPTOR);

    if ((request->new_session && setsid() < 0) || (request->new_group && setpgid(0, 0) < 0))
        fail_in_child(report_fd, STAGE_SESSION);
    if (request->workdir && chdir(request->workdir) < 0)
        fail_in_child(report_fd, STAGE_WORKDIR);
    /* Also what others left open without close-on-exec; where the kernel is older than 5.11, our
     * own descriptors are close-on-exec anyway. */
    syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
    if (!place_descriptors(request, above))
        fail_in_child(report_fd, STAGE_DESCRIPTOR);
    execute(plan, exec_fd);
    fail_in_child(report_fd, STAGE_EXECUTE);
}

/*
 * A function of its own: nothing in it is live across vfork, so nothing can be clobbered.
 * clang-tidy asks for posix_spawn, which can do too little of run_child's work, and for execve as
 * the child's first call; what the child may do is said at the top of this file.
 */
__attribute__((noinline)) static pid_t start_child(const struct plan *plan)
{
    pid_t pid = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */
    if (pid == 0)
        run_child(plan); /* NOLINT(clang-analyzer-unix.Vfork) */
    return pid;
}

/* By its number, since the C library has no function for it; a copy of our memory may return. */
static pid_t start_child_in_cgroup(const struct plan *plan)
{
    struct clone_args arguments = {.flags = CLONE_INTO_CGROUP,
                                   .exit_signal = SIGCHLD,
                                   .cgroup = (unsigned)plan->request->cgroup_fd};
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0)
        run_child(plan);
    return pid;
}

static pid_t start_anyhow(struct plan *plan)
{
    plan->enters_cgroup = false;
    pid_t pid = plan->request->cgroup_fd > 0 ? start_child_in_cgroup(plan) : -1;
    if (pid > 0)
        return pid;
    plan->enters_cgroup = plan->request->cgroup_fd > 0;
    return start_child(plan);
}

static pid_t start_with_signals_blocked(struct plan *plan)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = start_anyhow(plan);
    int error_number = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error_number;
    return pid;
}

/* Whether the file to execute is there, seen from where the child would be. */
static bool is_there(const struct plan *plan)
{
    struct stat found;
    char path[PATH_MAX];
    const char *workdir = plan->request->workdir != NULL ? plan->request->workdir : ".";
    if (plan->path[0] == '/')
        return stat(plan->path, &found) == 0;
    int length = snprintf(path, sizeof path, "%s/%s", workdir, plan->path);
    return length > 0 && (size_t)length < sizeof path && stat(path, &found) == 0;
}

/* What execve means by its errno, where the errno alone would send people the wrong way. */
static const char *hint_of(const struct plan *plan, int error_number)
{
    if (error_number == ENOEXEC)
        return " (a script needs a first line such as #!/bin/sh)";
    if (error_number == ENOENT && plan->path != NULL && is_there(plan))
        return " (the file is there, but not the interpreter that its first line names)";
    return "";
}

static bool explain(const struct plan *plan, struct failure failure, struct sweep_error *err)
{
    const struct spawn_request *request = plan->request;
    const char *name = request->path ? request->path : request->argv[0];
    const char *reason = strerrordesc_np(failure.error_number);
    switch (failure.stage) {
    case STAGE_SESSION:
        return sweep_error_set(err, SWEEP_SPAWN, "cannot start '%s' in a session of its own: %s",
                               name, reason);
    case STAGE_DESCRIPTOR:
        return sweep_error_set(err, SWEEP_SPAWN, "cannot hand its descriptors to '%s': %s", name,
                               reason);
    case STAGE_WORKDIR:
        return sweep_error_set(err, SWEEP_SPAWN, "cannot start '%s' in directory '%s': %s", name,
                               request->workdir, reason);
    case STAGE_EXECUTE:
        return sweep_error_set(err, SWEEP_SPAWN, "cannot execute '%s': %s%s", name, reason,
                               hint_of(plan, failure.error_number));
    }
    return sweep_error_set(err, SWEEP_BUG, "cannot start '%s'", name);
}

/* Start the child and read its report: end of file means that execve closed it. */
static bool start_and_listen(struct plan *plan, pid_t *pid, int *error_number,
                             struct sweep_error *err)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) {
        *error_number = errno;
        return sweep_error_set_errno(err, SWEEP_SPAWN, errno, "cannot create a pipe");
    }
    plan->report_fd = report[1];
    *pid = start_with_signals_blocked(plan);
    *error_number = *pid < 0 ? errno : 0;
    sys_close(report[1]);
    struct failure failure;
    ssize_t size = *pid < 0 ? 0 : sys_read(report[0], &failure, sizeof failure);
    sys_close(report[0]);
    if (*pid < 0)
        return sweep_error_set_errno(err, SWEEP_SPAWN, *error_number, "cannot start a process");
    if (size != (ssize_t)sizeof failure)
        return true;
    while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    *error_number = failure.error_number;
    return explain(plan, failure, err);
}

bool spawn_process(const struct spawn_request *request, pid_t *pid, int *error_number,
                   struct sweep_error *err)
{
    int ignored;
    int *code = error_number ? error_number : &ignored;
    *code = 0;
    if (request->descriptor_count > DESCRIPTORS_MAX) {
        *code = EINVAL;
        return sweep_error_set(err, SWEEP_BUG, "more than %d descriptors for a process",
                               DESCRIPTORS_MAX);
    }
    struct plan plan = {.request = request};
    if (request->oom_score_adjust != 0)
        snprintf(plan.oom_score, sizeof plan.oom_score, "%d", request->oom_score_adjust);
    char *found = NULL;
    if (request->exec_fd <= 0) {
        found = spawn_find_executable(request->path, variable_find(request->envp, "PATH"));
        if (!found) {
            *code = errno;
            return explain(&plan, (struct failure){STAGE_EXECUTE, errno}, err);
        }
        plan.path = found;
    }
    pid_t started = -1;
    bool done = start_and_listen(&plan, &started, code, err);
    sweep_free(found);
    if (done)
        *pid = started;
    return done;
}

/* Whether it is a file that may be executed; errno says why not. */
static bool is_executable(const char *path)
{
    struct stat found;
    if (stat(path, &found) < 0)
        return false;
    errno = EACCES;
    return S_ISREG(found.st_mode) && access(path, X_OK) == 0;
}

char *spawn_find_executable(const char *name, const char *path_variable)
{
    if (strchr(name, '/'))
        return sweep_strdup(name); /* execve itself finds out whether it is there */
    const char *rest = path_variable ? path_variable : DEFAULT_PATH;
    int reason = ENOENT;
    struct strbuf candidate;
    strbuf_init(&candidate, PATH_MAX);
    char *found = NULL;
    while (rest && name[0] && !found) {
        size_t length = strcspn(rest, ":");
        errno = ENOENT;
        strbuf_reset(&candidate);
        strbuf_append(&candidate, length ? rest : ".", length ? length : 1);
        strbuf_append_char(&candidate, '/');
        strbuf_append_text(&candidate, name);
        if (!candidate.truncated && is_executable(strbuf_text(&candidate)))
            found = sweep_strdup(strbuf_text(&candidate));
        else if (errno == EACCES)
            reason = EACCES; /* as execvp: a file that may not be executed is worth more words */
        rest = rest[length] ? rest + length + 1 : NULL;
    }
    strbuf_release(&candidate);
    if (!found)
        errno = reason;
    return found;
}
