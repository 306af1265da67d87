/*
 * The locks tell how much is leased; whose they are, /proc. Whoever waits for a lease or looks at
 * it has its file open too, so that alone tells nothing.
 */
#include "cli/care/holders.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "base/strview.h"
#include "base/sys.h"
#include "box/gpu/lease.h"
#include "session/gear.h"

#define PATH_SIZE 512
#define LOCKS_MAX ((size_t)256 * 1024)

/* Which words behind `lock:` say what kind of lock it is, and where it begins. */
#define LOCK_KIND  1
#define LOCK_START 6

/* `lock: 1: OFDLCK ADVISORY READ -1 08:01:17 0 720719`, with a tab and sometimes more blanks: one
 * that begins behind the units of a lease is a claim (box/gpu/queue.h), and FLOCK its door. */
static bool is_lease(struct strview line)
{
    struct strview word = {0};
    uint64_t start = LEASE_UNITS;
    bool is_ours = false;
    bool is_more = true;
    if (!strview_take(&line, '\t', &word) || !strview_is(word, "lock:"))
        return false;
    for (int i = 0; i <= LOCK_START && is_more;) {
        is_more = strview_take(&line, ' ', &word);
        if (word.size == 0)
            continue;
        is_ours = is_ours || (i == LOCK_KIND && strview_is(word, "OFDLCK"));
        if (i++ == LOCK_START && number_parse_uint64(word, &start) != NUMBER_OK)
            return false;
    }
    return is_ours && start < LEASE_UNITS;
}

/* The kernel names the locks of each descriptor, also of one that was inherited. */
static bool has_lease(const char *pid, const char *fd)
{
    char path[PATH_SIZE];
    struct strbuf text;
    struct strview line;
    bool found = false;
    (void)snprintf(path, sizeof path, "/proc/%.32s/fdinfo/%.32s", pid, fd);
    strbuf_init(&text, LOCKS_MAX);
    bool is_read = file_read(AT_FDCWD, path, &text, NULL);
    struct strview rest = strbuf_view(&text);
    while (is_read && !found && strview_take(&rest, '\n', &line))
        found = is_lease(line);
    strbuf_release(&text);
    return found;
}

static bool is_holder(const char *pid, const struct stat *file)
{
    char path[PATH_SIZE];
    const struct dirent *entry;
    struct stat status;
    bool found = false;
    (void)snprintf(path, sizeof path, "/proc/%.32s/fd", pid);
    DIR *folder = folder_open(AT_FDCWD, path);
    while (folder != NULL && !found && (entry = readdir(folder)) != NULL)
        found = fstatat(dirfd(folder), entry->d_name, &status, 0) == 0 &&
                status.st_dev == file->st_dev && status.st_ino == file->st_ino &&
                has_lease(pid, entry->d_name);
    if (folder != NULL)
        (void)closedir(folder);
    return found;
}

static void name_user(const char *pid, char user[HOLDER_NAME_MAX])
{
    char path[PATH_SIZE];
    struct stat status;
    (void)snprintf(path, sizeof path, "/proc/%.32s", pid);
    const struct passwd *owner = stat(path, &status) == 0 ? getpwuid(status.st_uid) : NULL;
    (void)snprintf(user, HOLDER_NAME_MAX, "%s", owner != NULL ? owner->pw_name : "");
}

static void find_user(const struct stat *file, char user[HOLDER_NAME_MAX])
{
    const struct dirent *entry;
    char own[32];
    DIR *folder = folder_open(AT_FDCWD, "/proc");
    (void)snprintf(own, sizeof own, "%ld", (long)getpid());
    while (folder != NULL && user[0] == '\0' && (entry = readdir(folder)) != NULL)
        if (isdigit((unsigned char)entry->d_name[0]) && strcmp(entry->d_name, own) != 0 &&
            is_holder(entry->d_name, file))
            name_user(entry->d_name, user);
    if (folder != NULL)
        (void)closedir(folder);
}

/* Nothing is made here: a lease that nobody ever had has no file. */
static void look(int dir_fd, const char *uuid, struct holder *holder)
{
    struct stat status;
    int fd = uuid[0] == '\0' ? -1 : lease_find(dir_fd, uuid);
    if (fd >= 0 && fstat(fd, &status) == 0) {
        uint32_t leased = LEASE_UNITS - lease_free(fd);
        holder->percent = leased / (LEASE_UNITS / 100);
        if (leased > 0)
            find_user(&status, holder->user);
    }
    sys_close(fd);
}

void holders_find(struct holder holders[GPU_MAX], const struct gpu_list *list,
                  char *const *environment)
{
    int dir_fd = gear_open_leases(environment, NULL);
    for (size_t i = 0; i < list->count; i++) {
        holders[i] = (struct holder){0};
        if (dir_fd >= 0)
            look(dir_fd, list->items[i].uuid, &holders[i]);
    }
    sys_close(dir_fd);
}

size_t holders_count_free(const struct holder *holders, const struct gpu_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += gpu_judge(&list->items[i]) == GPU_FREE && holders[i].percent < 100;
    return count;
}
