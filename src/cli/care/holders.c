/*
 * The locks tell how much is leased; whose processes have the file open, /proc.
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

#include "base/sys.h"
#include "box/gpu/lease.h"
#include "session/gear.h"

#define PATH_SIZE 512

static DIR *open_folder(const char *path)
{
    int fd = sys_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (folder == NULL)
        sys_close(fd);
    return folder;
}

static bool has_open(const char *pid, const struct stat *file)
{
    char path[PATH_SIZE];
    const struct dirent *entry;
    struct stat status;
    bool found = false;
    (void)snprintf(path, sizeof path, "/proc/%.32s/fd", pid);
    DIR *folder = open_folder(path);
    while (folder != NULL && !found && (entry = readdir(folder)) != NULL)
        found = fstatat(dirfd(folder), entry->d_name, &status, 0) == 0 &&
                status.st_dev == file->st_dev && status.st_ino == file->st_ino;
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
    DIR *folder = open_folder("/proc");
    (void)snprintf(own, sizeof own, "%ld", (long)getpid());
    while (folder != NULL && user[0] == '\0' && (entry = readdir(folder)) != NULL)
        if (isdigit((unsigned char)entry->d_name[0]) && strcmp(entry->d_name, own) != 0 &&
            has_open(entry->d_name, file))
            name_user(entry->d_name, user);
    if (folder != NULL)
        (void)closedir(folder);
}

/* Nothing is made here: a lease that nobody ever had has no file. */
static void look(int dir_fd, const char *uuid, struct holder *holder)
{
    struct stat status;
    int fd = uuid[0] == '\0' || strchr(uuid, '/') != NULL
                 ? -1
                 : sys_open(dir_fd, uuid, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
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
