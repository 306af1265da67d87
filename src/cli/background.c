/*
 * Starting a runner that outlives this command. What a runner does is session.c's.
 */
#include "cli/background.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "base/sys.h"
#include "proc/spawn.h"
#include "run/directory.h"

#define PATIENCE_MS 10000
#define LOOK_MS     20
#define LOG_MODE    0600
#define TAIL_BYTES  2048

static int open_log(const struct background_start *start, int flags, struct sweep_error *err)
{
    struct strbuf path;
    strbuf_init(&path, PATH_MAX);
    strbuf_printf(&path, "%s/" BACKGROUND_LOG, start->path);
    int fd = sys_open(AT_FDCWD, strbuf_text(&path), flags | O_NOFOLLOW | O_NOCTTY, LOG_MODE);
    if (fd < 0)
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open %s", strbuf_text(&path));
    strbuf_release(&path);
    return fd;
}

static bool spawn(const struct background_start *start, int log_fd, pid_t *pid,
                  struct sweep_error *err)
{
    char self[PATH_MAX];
    bool is_known = realpath("/proc/self/exe", self) != NULL;
    int null_fd = sys_open(AT_FDCWD, "/dev/null", O_RDONLY, 0);
    const struct spawn_descriptor descriptors[] = {{null_fd, 0}, {log_fd, 1}, {log_fd, 2}};
    const struct spawn_request request = {
        .path = self,
        .argv = start->argv,
        .envp = start->environment,
        .new_session = true,
        .descriptors = descriptors,
        .descriptor_count = sizeof descriptors / sizeof descriptors[0],
    };
    bool done = is_known && null_fd >= 0
                    ? spawn_process(&request, pid, NULL, err)
                    : sweep_error_set_errno(err, SWEEP_SPAWN, errno, "cannot start a runner");
    sys_close(null_fd);
    return done;
}

/* The last line that it wrote: why it ended. */
static bool fail_ended(const struct background_start *start, struct sweep_error *err)
{
    char bytes[TAIL_BYTES + 1] = "";
    int fd = open_log(start, O_RDONLY, NULL);
    off_t end = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
    off_t from = end > TAIL_BYTES ? end - TAIL_BYTES : 0;
    ssize_t size = fd >= 0 ? pread(fd, bytes, TAIL_BYTES, from) : 0;
    sys_close(fd);
    while (size > 0 && bytes[size - 1] == '\n')
        size--;
    bytes[size > 0 ? size : 0] = '\0';
    const char *line = strrchr(bytes, '\n');
    return sweep_error_set(err, SWEEP_SPAWN, "%s", line != NULL ? line + 1 : bytes);
}

static bool is_runner(const char *path, pid_t pid)
{
    struct directory_runner runner;
    return directory_find_runner(path, &runner) && runner.pid == pid;
}

static bool wait_for_runner(const struct background_start *start, pid_t pid,
                            struct sweep_error *err)
{
    int64_t end_ms = clock_boot_ms() + PATIENCE_MS;
    while (!is_runner(start->path, pid)) {
        int status;
        if (waitpid(pid, &status, WNOHANG) == pid) {
            bool was_quick = WIFEXITED(status) && WEXITSTATUS(status) == 0;
            return was_quick || fail_ended(start, err);
        }
        if (clock_boot_ms() > end_ms)
            return sweep_error_set(err, SWEEP_SPAWN,
                                   "process %ld was started and is not its runner yet; see "
                                   "%s/" BACKGROUND_LOG,
                                   (long)pid, start->path);
        (void)poll(NULL, 0, LOOK_MS);
    }
    return true;
}

bool background_start(const struct background_start *start, pid_t *pid, struct sweep_error *err)
{
    int log_fd = open_log(start, O_WRONLY | O_CREAT | O_APPEND, err);
    bool done = log_fd >= 0 && spawn(start, log_fd, pid, err) && wait_for_runner(start, *pid, err);
    sys_close(log_fd);
    return done;
}
