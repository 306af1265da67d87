/*
 * Signalling and killing all of an attempt. Not for finding its members: that is scan.c.
 */
#include "proc/tree.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"
#include "proc/cgroup.h"
#include "proc/identity.h"
#include "proc/scan.h"
#include "proc/stat.h"
#include "sweep/mem.h"

#define PAUSE_MIN_US 200
#define PAUSE_MAX_US 20000

/* A process that forks while the table is read can hide its child from that one reading; a second
 * empty one, after the parent is gone, finds it. */
#define EMPTY_SCANS_WANTED 2

/* What was found so far. */
struct victim {
    pid_t pid;
    uint64_t start;
    bool reaped;
};

struct hunt {
    const struct tree *tree;
    bool in_cgroup; /* the caller is in the attempt's cgroup, so that it must not be killed whole */
    struct scan scan;
    struct victim *victims; /* [count] */
    size_t count;
    size_t capacity;
};

/* By descriptor, so that no other process that got the pid meanwhile is hit; only where there are
 * no such descriptors (before Linux 5.3) by pid. @return whether it was alive */
static bool signal_exactly(const struct scan_process *process, int signal_number)
{
    int fd = identity_open(process->pid, process->start);
    if (fd < 0 && errno == ESRCH)
        return false;
    if (signal_number == 0) {
        sys_close(fd);
        return true;
    }
    long sent = fd < 0 ? kill(process->pid, signal_number)
                       : syscall(SYS_pidfd_send_signal, fd, signal_number, NULL, 0);
    sys_close(fd); /* keeps errno */
    return sent == 0 || errno != ESRCH;
}

static size_t signal_members(struct scan *scan, const struct tree *tree, int signal_number)
{
    size_t alive = 0;
    if (!scan_processes(scan, tree))
        return 1; /* a table that cannot be read proves nothing */
    for (size_t i = 0; i < scan->count; i++)
        if (scan->items[i].member && signal_exactly(&scan->items[i], signal_number))
            alive++;
    return alive;
}

size_t tree_signal(const struct tree *tree, int signal_number)
{
    struct scan scan = {0};
    size_t alive = 0;
    for (int i = 0; i < EMPTY_SCANS_WANTED && alive == 0; i++)
        alive = signal_members(&scan, tree, signal_number);
    scan_release(&scan);
    return alive;
}

static bool is_named(pid_t pid, const char *name)
{
    char text[32] = "";
    ssize_t size = proc_read(pid, "comm", text, sizeof text - 1);
    return size > 0 && strcspn(text, "\n") == strlen(name) && memcmp(text, name, strlen(name)) == 0;
}

size_t tree_signal_others(const struct tree *tree, int signal_number, const char *name)
{
    struct scan scan = {0};
    size_t spared = 0;
    (void)scan_processes(&scan, tree);
    for (size_t i = 0; i < scan.count; i++) {
        if (!scan.items[i].member)
            continue;
        if (is_named(scan.items[i].pid, name))
            spared++;
        else
            (void)signal_exactly(&scan.items[i], signal_number);
    }
    scan_release(&scan);
    return spared;
}

static void remember(struct hunt *hunt, const struct scan_process *process)
{
    for (size_t i = 0; i < hunt->count; i++)
        if (hunt->victims[i].pid == process->pid && hunt->victims[i].start == process->start)
            return;
    hunt->victims =
        array_reserve(hunt->victims, hunt->count + 1, &hunt->capacity, sizeof *hunt->victims);
    hunt->victims[hunt->count++] = (struct victim){.pid = process->pid, .start = process->start};
}

/* Only what was killed here is waited for: the caller may have other children. */
static void reap(struct hunt *hunt)
{
    for (size_t i = 0; i < hunt->count; i++) {
        struct victim *victim = &hunt->victims[i];
        if (!victim->reaped && waitpid(victim->pid, NULL, WNOHANG) == victim->pid)
            victim->reaped = true;
    }
}

/* One round: find, kill, reap. @return how many were found alive */
static size_t kill_once(struct hunt *hunt)
{
    const char *cgroup = hunt->tree->cgroup;
    size_t found = 0;
    if (!scan_processes(&hunt->scan, hunt->tree))
        return 1; /* a table that cannot be read proves nothing */
    for (size_t i = 0; i < hunt->scan.count; i++) {
        if (!hunt->scan.items[i].member)
            continue;
        remember(hunt, &hunt->scan.items[i]);
        found++;
    }
    if (cgroup && !hunt->in_cgroup && cgroup_is_populated(cgroup)) {
        cgroup_kill(cgroup);
        found++;
    }
    for (size_t i = 0; i < hunt->scan.count; i++)
        if (hunt->scan.items[i].member)
            signal_exactly(&hunt->scan.items[i], SIGKILL);
    reap(hunt);
    return found;
}

static void pause_for(int64_t pause_us)
{
    struct timespec pause = {.tv_nsec = pause_us * 1000};
    nanosleep(&pause, NULL);
}

bool tree_kill(const struct tree *tree, int timeout_ms, size_t *killed)
{
    struct hunt hunt = {.tree = tree};
    if (tree->cgroup) {
        const char *slash = strrchr(tree->cgroup, '/');
        hunt.in_cgroup = scan_is_in_cgroup(getpid(), slash ? slash + 1 : tree->cgroup);
    }
    int64_t waited_us = 0;
    int64_t pause_us = PAUSE_MIN_US;
    int empty = 0;
    while (empty < EMPTY_SCANS_WANTED && waited_us <= (int64_t)timeout_ms * 1000) {
        empty = kill_once(&hunt) == 0 ? empty + 1 : 0;
        if (empty > 0)
            continue;
        pause_for(pause_us);
        waited_us += pause_us;
        pause_us = pause_us * 2 < PAUSE_MAX_US ? pause_us * 2 : PAUSE_MAX_US;
    }
    if (killed)
        *killed = hunt.count;
    scan_release(&hunt.scan);
    sweep_free(hunt.victims);
    return empty == EMPTY_SCANS_WANTED;
}
