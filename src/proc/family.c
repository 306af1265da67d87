/*
 * Walking /proc/PID/task/TID/children, and reading what /proc/PID/stat says of time and memory.
 */
#include "proc/family.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strview.h"
#include "base/sys.h"
#include "proc/stat.h"
#include "sweep/mem.h"

#define US_PER_SECOND INT64_C(1000000)
#define CHUNK         4096

void family_init(struct family *family, pid_t top, uint64_t start)
{
    *family = (struct family){.top = {top, start}};
}

void family_release(struct family *family)
{
    sweep_free(family->members);
    *family = (struct family){0};
}

bool family_has(const struct family *family, pid_t pid)
{
    for (size_t i = 0; i < family->count; i++)
        if (family->members[i].pid == pid)
            return true;
    return false;
}

static void add(struct family *family, pid_t pid)
{
    if (family->count == FAMILY_MAX || pid <= 0 || family_has(family, pid))
        return;
    family->members = array_reserve(family->members, family->count + 1, &family->capacity,
                                    sizeof *family->members);
    family->members[family->count++] = (struct family_member){pid, 0};
}

/* Pids separated by blanks. A list longer than the buffer is cut between two reads: such a process
 * has hundreds of children. */
static void add_children_of_thread(struct family *family, int task_fd, const char *thread)
{
    char path[32];
    char text[CHUNK];
    (void)snprintf(path, sizeof path, "%.16s/children", thread);
    int fd = sys_open(task_fd, path, O_RDONLY, 0);
    if (fd < 0)
        return;
    ssize_t size = sys_read(fd, text, sizeof text);
    sys_close(fd);
    struct strview rest = {text, size > 0 ? (size_t)size : 0};
    struct strview word;
    uint64_t pid;
    while (strview_take(&rest, ' ', &word))
        if (number_parse_uint64(word, &pid) == NUMBER_OK && pid <= INT32_MAX)
            add(family, (pid_t)pid);
}

static void add_children(struct family *family, pid_t pid)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        return;
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks))
        if (entry->d_name[0] != '.')
            add_children_of_thread(family, dirfd(tasks), entry->d_name);
    (void)closedir(tasks);
}

static int64_t ticks_to_us(uint64_t ticks)
{
    long per_second = sysconf(_SC_CLK_TCK);
    return per_second > 0 ? (int64_t)(ticks * (uint64_t)US_PER_SECOND / (uint64_t)per_second) : 0;
}

/* A pid that is another's meanwhile is not counted. */
static void count(struct family *family, struct family_member *member)
{
    struct proc_stat stat;
    if (!proc_stat_read(member->pid, &stat) || (member->start != 0 && member->start != stat.start))
        return;
    member->start = stat.start;
    family->cpu_us += ticks_to_us(stat.cpu_ticks + stat.reaped_ticks);
    family->memory_bytes += (int64_t)(stat.resident_pages * (uint64_t)sysconf(_SC_PAGESIZE));
}

bool family_look(struct family *family, bool anew)
{
    struct proc_stat stat;
    if (!proc_stat_read(family->top.pid, &stat) || stat.start != family->top.start)
        return false;
    family->cpu_us = ticks_to_us(stat.reaped_ticks);
    family->memory_bytes = 0;
    if (anew) {
        family->count = 0;
        add_children(family, family->top.pid);
        for (size_t i = 0; i < family->count; i++) /* the list grows as it is walked */
            add_children(family, family->members[i].pid);
    }
    for (size_t i = 0; i < family->count; i++)
        count(family, &family->members[i]);
    return true;
}
