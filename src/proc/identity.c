/*
 * Recognising a process again. Not for finding processes: that is tree.c.
 */
#include "proc/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sys.h"
#include "proc/stat.h"

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"

void identity_boot_id(char out[IDENTITY_BOOT_ID_MAX])
{
    ssize_t size = -1;
    int fd = sys_open(AT_FDCWD, BOOT_ID_PATH, O_RDONLY, 0);
    if (fd >= 0)
        size = sys_read(fd, out, IDENTITY_BOOT_ID_MAX - 1);
    sys_close(fd);
    if (size <= 0) {
        memcpy(out, "unknown", sizeof "unknown");
        return;
    }
    out[size] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

bool identity_start_time(pid_t pid, uint64_t *start)
{
    struct proc_stat stat;
    if (!proc_stat_read(pid, &stat))
        return false;
    *start = stat.start;
    return true;
}

bool identity_is_alive(pid_t pid, uint64_t start)
{
    struct proc_stat stat;
    return proc_stat_read(pid, &stat) && stat.start == start && proc_stat_is_alive(&stat);
}

bool identity_is_suspended(pid_t pid)
{
    struct proc_stat stat;

    return proc_stat_read(pid, &stat) && stat.state == 'T';
}

int identity_open(pid_t pid, uint64_t start)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    /* Looked at after the descriptor was opened: if the process is the right one now, then so is
     * the descriptor's, since a pid is not reused while its process exists. */
    if (fd >= 0 && !identity_is_alive(pid, start)) {
        sys_close(fd);
        errno = ESRCH;
        return -1;
    }
    return fd;
}
