/*
 * A child with a pipe, read to its end.
 */
#include "box/gpu/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"
#include "proc/spawn.h"

#define CHUNK 4096

static bool start(char *const *argv, int out_fd, pid_t *pid, struct sweep_error *err)
{
    int null_fd = sys_open(AT_FDCWD, "/dev/null", O_RDWR, 0);
    const struct spawn_descriptor descriptors[] = {{null_fd, 0}, {out_fd, 1}, {null_fd, 2}};
    const struct spawn_request request = {
        .path = argv[0],
        .argv = argv,
        .envp = environ,
        .descriptors = descriptors,
        .descriptor_count = ARRAY_LENGTH(descriptors),
    };
    int error_number = errno; /* of the open, if that failed */
    bool started = null_fd >= 0 && spawn_process(&request, pid, &error_number, NULL);
    sys_close(null_fd);
    return started ||
           sweep_error_set_errno(err, error_number == ENOENT ? SWEEP_NOT_FOUND : SWEEP_IO,
                                 error_number, "cannot run %s", argv[0]);
}

static bool finish(pid_t pid, const char *name, struct sweep_error *err)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFEXITED(status))
        return sweep_error_set(err, SWEEP_IO, "%s exits with status %d", name, WEXITSTATUS(status));
    return sweep_error_set(err, SWEEP_IO, "%s is killed by signal %d", name, WTERMSIG(status));
}

bool capture_output(char *const *argv, struct strbuf *out, struct sweep_error *err)
{
    int ends[2];
    char chunk[CHUNK];
    ssize_t size;
    pid_t pid = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot make a pipe");
    bool started = start(argv, ends[1], &pid, err);
    sys_close(ends[1]);
    while (started && (size = sys_read(ends[0], chunk, sizeof chunk)) > 0)
        strbuf_append(out, chunk, (size_t)size);
    sys_close(ends[0]);
    return started && finish(pid, argv[0], err);
}
