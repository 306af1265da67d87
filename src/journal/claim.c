/*
 * One file, created once.
 */
#include "journal/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sys.h"
#include "journal/handshake.h"

#define US_PER_S  1000000
#define NS_PER_US 1000

bool claim_take(int dir_fd, uint32_t attempt, const char *who, int *fd, struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_CLAIM, attempt, name);
    int claim_fd = sys_open(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (claim_fd < 0 && errno == EEXIST)
        return sweep_error_set(err, SWEEP_BUSY, "somebody has %s already", name);
    if (claim_fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create %s", name);
    /* The name is what counts, also where a full disk has no room for the words. */
    (void)sys_write(claim_fd, who, strlen(who));
    (void)sys_fsync(dir_fd);
    if (fd != NULL)
        *fd = claim_fd;
    else
        sys_close(claim_fd);
    return true;
}

void claim_beat(int fd)
{
    (void)futimens(fd, NULL);
}

struct claim claim_look(int dir_fd, uint32_t attempt)
{
    char name[HANDSHAKE_NAME_MAX];
    struct stat status;
    struct claim claim = {0};
    handshake_file_name(HANDSHAKE_CLAIM, attempt, name);
    int fd = sys_open(dir_fd, name, O_RDONLY, 0); /* opening asks the server, stat() need not */
    claim.is_there = fd >= 0;
    if (fd >= 0 && fstat(fd, &status) == 0)
        claim.beat_us =
            (int64_t)status.st_mtim.tv_sec * US_PER_S + status.st_mtim.tv_nsec / NS_PER_US;
    if (fd >= 0 && sys_read(fd, claim.words, sizeof claim.words - 1) > 0)
        claim.is_runners = strcmp(claim.words, CLAIM_RUNNER) == 0;
    sys_close(fd);
    return claim;
}
