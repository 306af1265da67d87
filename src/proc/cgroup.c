/*
 * Making, limiting, killing and removing a control group.
 *
 * All of it is best effort: where we may not, or where there is no version 2, trees are found by
 * other means.
 */
#include "proc/cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strview.h"
#include "base/sys.h"
#include "proc/stat.h"
#include "proc/tree.h"
#include "sweep/mem.h"

#define PATH_SIZE 4096
#define NAME_SIZE 256
#define DEPTH_MAX 16 /* of the groups that an attempt may have made within its own */

/* "%s/%s"; false when it does not fit. */
static bool join(char out[PATH_SIZE], const char *directory, const char *name)
{
    return snprintf(out, PATH_SIZE, "%s/%s", directory, name) < PATH_SIZE;
}

bool cgroup_is_populated(const char *path)
{
    char file[PATH_SIZE];
    char events[256];
    int fd = join(file, path, "cgroup.events") ? sys_open(AT_FDCWD, file, O_RDONLY, 0) : -1;
    ssize_t size = fd < 0 ? -1 : sys_read(fd, events, sizeof events - 1);
    sys_close(fd);
    if (size <= 0)
        return false;
    events[size] = '\0';
    return strstr(events, "populated 1") != NULL;
}

void cgroup_kill(const char *path)
{
    char file[PATH_SIZE];
    int fd = join(file, path, "cgroup.kill") ? sys_open(AT_FDCWD, file, O_WRONLY, 0) : -1;
    bool ignored = fd >= 0 && sys_write(fd, "1", 1);
    (void)ignored; /* its members are killed one by one as well */
    sys_close(fd);
}

/* Where version 2 is mounted: alone, or beside version 1. */
static const char *find_mount(void)
{
    static const char *const usual[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
    struct statfs status;
    for (size_t i = 0; i < ARRAY_LENGTH(usual); i++)
        if (statfs(usual[i], &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC)
            return usual[i];
    return NULL;
}

/* Our own group's directory: the mount and the line `0::PATH`. */
static bool find_own(char out[PATH_SIZE])
{
    char lines[PATH_SIZE];
    const char *mount = find_mount();
    ssize_t size = mount ? proc_read(getpid(), "cgroup", lines, sizeof lines - 1) : -1;
    if (size <= 0)
        return false;
    lines[size] = '\0';
    /* It is the last line beside version 1, and the only one without. */
    char *own = strncmp(lines, "0::/", 4) == 0 ? lines : strstr(lines, "\n0::/");
    if (!own)
        return false;
    own = strchr(own, '/') + 1;
    own[strcspn(own, "\n")] = '\0';
    return join(out, mount, own);
}

static bool find_below_own(char out[PATH_SIZE], const char *name)
{
    char own[PATH_SIZE];
    return find_own(own) && join(out, own, name);
}

char *tree_create_cgroup(const char *name)
{
    char path[PATH_SIZE];
    if (!find_below_own(path, name) || !sys_mkdir(AT_FDCWD, path, 0700))
        return NULL;
    return sweep_strdup(path);
}

/* --- limits ----------------------------------------------------------------------------------- */

static bool write_setting(const char *directory, const char *name, const char *text)
{
    char file[PATH_SIZE];
    int fd = join(file, directory, name) ? sys_open(AT_FDCWD, file, O_WRONLY, 0) : -1;
    bool written = fd >= 0 && sys_write(fd, text, strlen(text));
    sys_close(fd);
    return written;
}

static bool write_limit(const char *directory, const char *name, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return value > 0 && write_setting(directory, name, text);
}

/* A group has a controller's files only where its parent hands the controller down. That the kernel
 * looks at all groups for it takes milliseconds, so only where a limit is wanted. */
static bool hand_down_memory(const char *path)
{
    char parent[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    return slash != NULL &&
           snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path) < PATH_SIZE &&
           write_setting(parent, "cgroup.subtree_control", "+memory");
}

static bool limit_memory(const char *path, uint64_t bytes)
{
    return write_limit(path, "memory.max", bytes) ||
           (bytes > 0 && hand_down_memory(path) && write_limit(path, "memory.max", bytes));
}

struct tree_limited tree_limit_cgroup(const char *path, const struct tree_limits *limits)
{
    struct tree_limited limited = {0};
    if (path == NULL)
        return limited;
    limited.memory = limit_memory(path, limits->memory_bytes);
    limited.processes = write_limit(path, "pids.max", limits->processes);
    if (limited.memory) {
        /* What does not fit is not swapped out, and all of the attempt ends, not its worst half. */
        bool ignored = write_setting(path, "memory.swap.max", "0");
        ignored = write_setting(path, "memory.oom.group", "1") || ignored;
        (void)ignored; /* older kernels and those without swap have neither */
    }
    return limited;
}

uint64_t tree_count_oom_kills(const char *path)
{
    static const char key[] = "oom_kill ";
    char file[PATH_SIZE];
    char events[512];
    uint64_t count = 0;
    int fd = path != NULL && join(file, path, "memory.events")
                 ? sys_open(AT_FDCWD, file, O_RDONLY, 0)
                 : -1;
    ssize_t size = fd < 0 ? -1 : sys_read(fd, events, sizeof events - 1);
    sys_close(fd);
    if (size <= 0)
        return 0;
    events[size] = '\0';
    const char *found = strstr(events, key);
    const char *value = found != NULL ? found + sizeof key - 1 : "";
    bool is_number =
        number_parse_uint64((struct strview){value, strcspn(value, "\n")}, &count) == NUMBER_OK;
    return is_number ? count : 0;
}

/* --- the end ---------------------------------------------------------------------------------- */

static void remove_group(const char *path, int depth)
{
    DIR *directory = depth < DEPTH_MAX ? opendir(path) : NULL;
    const struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        char below[PATH_SIZE];
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.' && join(below, path, entry->d_name))
            remove_group(below, depth + 1);
    }
    if (directory)
        closedir(directory);
    rmdir(path);
}

void tree_remove_cgroup(const char *path)
{
    if (path && rmdir(path) < 0)
        remove_group(path, 0);
}

void tree_remove_cgroup_of(const char *token)
{
    char name[NAME_SIZE];
    char path[PATH_SIZE];
    if (snprintf(name, sizeof name, TREE_CGROUP_PREFIX "%s", token) < NAME_SIZE &&
        find_below_own(path, name))
        tree_remove_cgroup(path);
}
