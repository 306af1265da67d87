/*
 * Walks a tree by descriptors, so that nobody who renames things meanwhile can lead us elsewhere.
 */
#include "base/remove_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"

#define BYTES_PER_BLOCK 512 /* of st_blocks */

struct removal {
    bool dry;
    dev_t device;
    uint64_t bytes; /* so far */
    struct sweep_error *err;
};

static bool fail(struct removal *removal, const char *name)
{
    return sweep_error_set_errno(removal->err, SWEEP_IO, errno, "cannot remove '%s'", name);
}

static bool take(struct removal *removal, int dir_fd, const char *name, int flags)
{
    if (removal->dry || unlinkat(dir_fd, name, flags) == 0 || errno == ENOENT)
        return true;
    return fail(removal, name);
}

static bool remove_entry(struct removal *removal, int dir_fd, const char *name,
                         unsigned depth); // NOLINT(misc-no-recursion)

static bool is_itself_or_above(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as REMOVE_TREE_DEPTH_MAX
static bool remove_contents(struct removal *removal, int fd, const char *name, unsigned depth)
{
    DIR *dir = fdopendir(fd);
    const struct dirent *entry;
    bool done = true;

    if (dir == NULL) {
        sys_close(fd);
        return fail(removal, name);
    }
    while (done && (entry = readdir(dir)) != NULL)
        if (!is_itself_or_above(entry->d_name))
            done = remove_entry(removal, dirfd(dir), entry->d_name, depth);
    (void)closedir(dir);
    return done;
}

// NOLINTNEXTLINE(misc-no-recursion)
static bool remove_directory(struct removal *removal, int dir_fd, const char *name, unsigned depth)
{
    if (depth >= REMOVE_TREE_DEPTH_MAX)
        return sweep_error_set(removal->err, SWEEP_IO,
                               "'%s' is not removed: it lies more than %d directories deep", name,
                               REMOVE_TREE_DEPTH_MAX);
    int fd = sys_open(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd < 0)
        return errno == ENOENT || fail(removal, name);
    return remove_contents(removal, fd, name, depth + 1) &&
           take(removal, dir_fd, name, AT_REMOVEDIR);
}

// NOLINTNEXTLINE(misc-no-recursion)
static bool remove_entry(struct removal *removal, int dir_fd, const char *name, unsigned depth)
{
    struct stat status;

    if (fstatat(dir_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || fail(removal, name);
    if (status.st_dev != removal->device)
        return sweep_error_set(removal->err, SWEEP_IO,
                               "'%s' is not removed: another file system is mounted there", name);
    removal->bytes += (uint64_t)status.st_blocks * BYTES_PER_BLOCK;
    if (S_ISDIR(status.st_mode))
        return remove_directory(removal, dir_fd, name, depth);
    return take(removal, dir_fd, name, 0);
}

bool remove_tree(int dir_fd, const char *name, bool dry, uint64_t *bytes, struct sweep_error *err)
{
    struct stat status;

    if (fstatat(dir_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
        return true;
    struct removal removal = {.dry = dry, .device = status.st_dev, .err = err};
    bool done = remove_entry(&removal, dir_fd, name, 0);
    *bytes += removal.bytes;
    return done;
}
