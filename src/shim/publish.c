/*
 * Writing the result file. As base/file.h does it, but step by step, since each step is a point
 * where a crash test kills us.
 */
#include "shim/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/crash_point.h"
#include "base/file.h"
#include "base/sync.h"
#include "base/sys.h"
#include "journal/handshake.h"

#define TEMPORARY_NAME_MAX (HANDSHAKE_NAME_MAX + 8)
#define RESULT_SIZE_MAX    1024

bool publish_is_done(int dir_fd, uint32_t attempt)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_RESULT, attempt, name);
    return faccessat(dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool write_temporary(int dir_fd, const char *name, const struct result *result)
{
    struct strbuf bytes;
    strbuf_init(&bytes, RESULT_SIZE_MAX);
    result_format(result, &bytes);
    int fd = sys_open(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0600);
    bool written = fd >= 0 && sys_write(fd, bytes.data, bytes.size);
    sys_close(fd); /* keeps errno */
    strbuf_release(&bytes);
    return written;
}

bool publish_result(int dir_fd, const struct result *result, struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    char temporary[TEMPORARY_NAME_MAX];
    handshake_file_name(HANDSHAKE_RESULT, result->key.number, name);
    snprintf(temporary, sizeof temporary, "%s.tmp", name);
    if (!write_temporary(dir_fd, temporary, result))
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot write '%s'", temporary);
    crash_point(CRASH_shim_before_rename);
    if (!sys_rename(dir_fd, temporary, name))
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot rename '%s'", temporary);
    crash_point(CRASH_shim_after_rename);
    return true;
}

bool publish_result_once(int dir_fd, const struct result *result, struct sweep_error *err)
{
    crash_point(CRASH_shim_before_rename);
    bool published = result_publish(dir_fd, result, "job", err);
    crash_point(CRASH_shim_after_rename);
    return published;
}

/* Who removed the directory wants none of it. */
static bool sync_directories(int dir_fd, const char *name, struct sweep_error *err)
{
    int parent_fd = sys_open(dir_fd, "..", O_RDONLY | O_DIRECTORY, 0);
    bool synced = sync_directory(dir_fd, name, err) &&
                  (parent_fd < 0 || sync_directory(parent_fd, "..", err));
    sys_close(parent_fd);
    return synced;
}

bool publish_sync(int dir_fd, uint32_t attempt, struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_RESULT, attempt, name);
    int fd = sys_open(dir_fd, name, O_RDONLY, 0);
    bool synced = fd >= 0 && sys_fsync(fd);
    int error_number = errno;
    sys_close(fd);
    if (!synced)
        return sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot write '%s'", name);
    return sync_directories(dir_fd, name, err);
}
