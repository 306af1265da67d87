/*
 * Trials that misbehave, for test_zoo.sh: each leaves processes behind that hide in another way, or
 * does not want to end.
 *
 *     ZOO=FILE zoo_trial KIND      every process of it appends `KIND PID START` to the file
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define BOMB_MAX   100
#define HOPS_MAX   2000
#define FLOOD_LINE 1000

static const char *kind;
static int notes_fd = -1;

/* Field 22 of /proc/PID/stat: with the pid it names a process for good. */
static unsigned long long start_time(void)
{
    char text[1024];
    FILE *file = fopen("/proc/self/stat", "re");
    size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    text[size] = '\0';
    const char *at = strrchr(text, ')');
    for (int field = 2; at != NULL && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at != NULL ? strtoull(at, NULL, 10) : 0;
}

static void note(void)
{
    char line[128];
    int size = snprintf(line, sizeof line, "%s %d %llu\n", kind, (int)getpid(), start_time());
    if (write(notes_fd, line, (size_t)size) != size)
        abort();
}

static _Noreturn void stay(void)
{
    note();
    for (;;)
        pause();
}

static void close_all(void)
{
    for (int fd = 0; fd < 1024; fd++)
        if (fd != notes_fd)
            close(fd);
}

/* Twice, with a session of its own: its parent is gone. */
static int become_daemon(void)
{
    int ends[2];
    char byte = 0;
    if (pipe(ends) != 0)
        abort();
    if (fork() != 0) {
        close(ends[1]);
        while (read(ends[0], &byte, 1) > 0) /* until the daemon is up */
            continue;
        close(ends[0]);
        return 0;
    }
    setsid();
    if (fork() != 0)
        _exit(0);
    note();
    close(ends[0]);
    close(ends[1]);
    return 1;
}

static void leave_daemon(void)
{
    if (become_daemon())
        stay();
}

static void leave_session(void)
{
    if (fork() == 0) {
        setsid();
        stay();
    }
}

static void ignore_signals(void)
{
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_IGN);
    for (;;)
        pause();
}

static void respawn(int signal_number)
{
    (void)signal_number;
    if (fork() != 0)
        _exit(0);
    setsid();
    note();
}

/* Whoever asks it to end gets another one. */
static void trap_everything(void)
{
    struct sigaction action = {.sa_handler = respawn, .sa_flags = SA_NODEFER};
    for (int i = 1; i < NSIG; i++)
        if (i != SIGCHLD)
            sigaction(i, &action, NULL);
    for (;;)
        pause();
}

/* Never the same process for long. */
static void leave_hopper(void)
{
    if (!become_daemon())
        return;
    for (int i = 0; i < HOPS_MAX; i++) {
        if (fork() != 0)
            _exit(0);
        usleep(1000);
    }
    stay();
}

static void explode(void)
{
    int *count =
        mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (count == MAP_FAILED || fork() != 0)
        return;
    while (__atomic_add_fetch(count, 1, __ATOMIC_RELAXED) < BOMB_MAX)
        if (fork() < 0)
            break;
    stay();
}

static void hold_output(void)
{
    if (become_daemon()) {
        dup2(STDOUT_FILENO, 100);
        dup2(STDERR_FILENO, 101);
        stay();
    }
}

static void leave_cgroup(void)
{
    static const char *const doors[] = {"/sys/fs/cgroup/cgroup.procs",
                                        "/sys/fs/cgroup/unified/cgroup.procs"};
    if (!become_daemon())
        return;
    for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++) {
        int fd = open(doors[i], O_WRONLY | O_CLOEXEC);
        ssize_t ignored = fd >= 0 ? write(fd, "0", 1) : 0;
        (void)ignored; /* where it may not, it stays */
        close(fd);
    }
    stay();
}

/* Nothing of us is left in its arguments and its environment. */
static void undress(void)
{
    char *argv[] = {(char[]){"sleep"}, (char[]){"100000"}, NULL};
    char *envp[] = {NULL};
    if (!become_daemon())
        return;
    close_all();
    execve("/bin/sleep", argv, envp);
    _exit(1);
}

static void close_locks(void)
{
    if (!become_daemon())
        return;
    close_all();
    stay();
}

static void stop_itself(void)
{
    for (;;)
        raise(SIGSTOP);
}

static void hide_memory(void)
{
    if (!become_daemon())
        return;
    prctl(PR_SET_DUMPABLE, 0);
    stay();
}

/* One holds the other in its hands. */
static void trace(void)
{
    if (!become_daemon())
        return;
    pid_t other = fork();
    if (other == 0)
        stay();
    ptrace(PTRACE_ATTACH, other, NULL, NULL);
    waitpid(other, NULL, 0);
    stay();
}

static void lag_behind(void)
{
    struct sched_param param = {0};
    if (!become_daemon())
        return;
    setpriority(PRIO_PROCESS, 0, 19);
    sched_setscheduler(0, SCHED_IDLE, &param);
    for (;;)
        getpid();
}

static void flood(void)
{
    char line[FLOOD_LINE];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    for (int i = 0; i < 20000; i++)
        if (write(STDOUT_FILENO, line, sizeof line) < 0)
            return;
}

static void remove_directory(void)
{
    const char *directory = getenv("SWEEP_DIR");
    char *argv[] = {(char[]){"rm"}, (char[]){"-rf"}, strdup(directory), NULL};
    leave_daemon();
    if (fork() == 0) {
        execv("/bin/rm", argv);
        _exit(1);
    }
    wait(NULL);
}

/* Once: the second attempt lets it live. */
static int is_first(void)
{
    return strcmp(getenv("SWEEP_ATTEMPT"), "1") == 0;
}

static void kill_supervisor(void)
{
    if (!is_first())
        return;
    leave_daemon();
    kill(getppid(), SIGKILL);
    stay();
}

/* The same, and what is left behind shows nothing of us. */
static void murder(void)
{
    if (!is_first())
        return;
    undress();
    kill(getppid(), SIGKILL);
    stay();
}

static const struct {
    const char *name;
    void (*act)(void);
} KINDS[] = {
    {"daemon", leave_daemon},
    {"session", leave_session},
    {"deaf", ignore_signals},
    {"trap", trap_everything},
    {"hopper", leave_hopper},
    {"bomb", explode},
    {"holder", hold_output},
    {"escaper", leave_cgroup},
    {"naked", undress},
    {"closer", close_locks},
    {"stopped", stop_itself},
    {"secret", hide_memory},
    {"tracer", trace},
    {"laggard", lag_behind},
    {"flood", flood},
    {"remover", remove_directory},
    {"killer", kill_supervisor},
    {"murderer", murder},
};

int main(int argc, char **argv)
{
    const char *file = getenv("ZOO");
    notes_fd = file != NULL ? open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (argc < 2 || notes_fd < 0)
        return 2;
    notes_fd = fcntl(notes_fd, F_DUPFD_CLOEXEC, 500);
    kind = argv[1];
    note();
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (strcmp(KINDS[i].name, kind) == 0)
            KINDS[i].act();
    printf("acc: 0.5\n");
    return 0;
}
