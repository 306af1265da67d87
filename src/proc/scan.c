/*
 * Finding the members of a tree in /proc. Not for doing anything to them.
 */
#include "proc/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/number.h"
#include "base/sys.h"
#include "proc/stat.h"
#include "sweep/mem.h"

#define NEEDLE_MAX 320 /* a directory's name and its neighbours */
#define WINDOW     (32 * 1024)

/* Whether /proc/PID/NAME, with `first` thought before its start, contains the bytes. */
static bool file_contains(pid_t pid, const char *name, char first, struct strview needle)
{
    char path[64];
    char window[WINDOW];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = sys_open(AT_FDCWD, path, O_RDONLY, 0);
    if (fd < 0)
        return false; /* gone, or not ours to look at: then not ours at all */
    bool found = false;
    size_t used = 1;
    window[0] = first;
    ssize_t count;
    while (!found && (count = sys_read(fd, window + used, sizeof window - used)) > 0) {
        used += (size_t)count;
        found = memmem(window, used, needle.data, needle.size) != NULL;
        /* What may be the beginning of it stays for the next round. */
        size_t keep = used < needle.size ? used : needle.size - 1;
        memmove(window, window + used - keep, keep);
        used = keep;
    }
    sys_close(fd);
    return found;
}

static bool has_token(pid_t pid, const char *token)
{
    char needle[NEEDLE_MAX];
    int size = snprintf(needle, sizeof needle, "%c" TREE_TOKEN_VARIABLE "=%s", '\0', token);
    if (size <= 0 || size >= NEEDLE_MAX)
        return false;
    /* With the NUL after it, so that no longer value is taken for ours. */
    return file_contains(pid, "environ", '\0',
                         (struct strview){.data = needle, .size = (size_t)size + 1});
}

bool scan_is_in_cgroup(pid_t pid, const char *name)
{
    static const char ends[] = "\n/"; /* it is the group itself, or one within it */
    for (size_t i = 0; i + 1 < sizeof ends; i++) {
        char needle[NEEDLE_MAX];
        int size = snprintf(needle, sizeof needle, "/%s%c", name, ends[i]);
        if (size > 0 && size < NEEDLE_MAX &&
            file_contains(pid, "cgroup", '\n',
                          (struct strview){.data = needle, .size = (size_t)size}))
            return true;
    }
    return false;
}

static bool is_marked_by_token(pid_t pid, const char *token)
{
    char name[NEEDLE_MAX];
    if (has_token(pid, token))
        return true;
    return snprintf(name, sizeof name, TREE_CGROUP_PREFIX "%s", token) < NEEDLE_MAX &&
           scan_is_in_cgroup(pid, name);
}

static bool is_marked_by_cgroup(pid_t pid, const char *path)
{
    const char *slash = strrchr(path, '/');
    return scan_is_in_cgroup(pid, slash ? slash + 1 : path);
}

/* By what it carries itself; descent comes later. */
static bool is_marked(const struct scan_process *process, const struct tree *tree)
{
    if (tree->session > 0 && process->session == tree->session)
        return true;
    if (tree->root > 0 && process->parent == tree->root)
        return true;
    if (tree->token && is_marked_by_token(process->pid, tree->token))
        return true;
    return tree->cgroup && is_marked_by_cgroup(process->pid, tree->cgroup);
}

static bool is_exempt(pid_t pid, const struct tree *tree)
{
    return pid == getpid() || pid == tree->root || pid == 1;
}

static void add_process(struct scan *scan, pid_t pid, const struct tree *tree)
{
    struct proc_stat stat;
    if (!proc_stat_read(pid, &stat))
        return;
    struct scan_process process = {.pid = pid,
                                   .start = stat.start,
                                   .parent = stat.parent,
                                   .session = stat.session,
                                   .alive = proc_stat_is_alive(&stat)};
    process.member = process.alive && !is_exempt(pid, tree) && is_marked(&process, tree);
    scan->items = array_reserve(scan->items, scan->count + 1, &scan->capacity, sizeof *scan->items);
    scan->items[scan->count++] = process;
}

static int compare_pids(const void *left, const void *right)
{
    const struct scan_process *a = left;
    const struct scan_process *b = right;
    return (a->pid > b->pid) - (a->pid < b->pid);
}

static bool has_member_for_parent(const struct scan *scan, const struct scan_process *process)
{
    struct scan_process key = {.pid = process->parent};
    const struct scan_process *parent =
        bsearch(&key, scan->items, scan->count, sizeof key, compare_pids);
    return parent && parent->member;
}

/* Children of members are members. A child mostly has the larger pid, so two passes are the rule.
 */
static void mark_descendants(struct scan *scan, const struct tree *tree)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < scan->count; i++) {
            struct scan_process *process = &scan->items[i];
            if (process->member || !process->alive || is_exempt(process->pid, tree) ||
                !has_member_for_parent(scan, process))
                continue;
            process->member = true;
            changed = true;
        }
    }
}

bool scan_processes(struct scan *scan, const struct tree *tree)
{
    scan->count = 0;
    DIR *directory = opendir("/proc");
    if (!directory)
        return false;
    const struct dirent *entry;
    while ((entry = readdir(directory))) {
        int64_t pid;
        if (number_parse_int64(strview_of(entry->d_name), &pid) == NUMBER_OK && pid > 0)
            add_process(scan, (pid_t)pid, tree);
    }
    closedir(directory);
    if (scan->count > 0) {
        qsort(scan->items, scan->count, sizeof *scan->items, compare_pids);
        mark_descendants(scan, tree);
    }
    return scan->count > 0;
}

void scan_release(struct scan *scan)
{
    sweep_free(scan->items);
    *scan = (struct scan){0};
}
