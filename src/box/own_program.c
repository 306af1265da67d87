/* Our own program as a process beside the runner. */
#include "box/own_program.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"
#include "proc/spawn.h"
#include "sweep/mem.h"

bool own_program_start(int program_fd, const char *command, int in_fd, int out_fd, pid_t *pid,
                       struct sweep_error *err)
{
    char name[] = "sweep";
    char *copy = sweep_strdup(command);
    char *argv[] = {name, copy, NULL};
    int null_fd = sys_open(AT_FDCWD, "/dev/null", O_RDWR, 0);
    const struct spawn_descriptor descriptors[] = {
        {in_fd >= 0 ? in_fd : null_fd, 0}, {out_fd, 1}, {null_fd, 2}};
    const struct spawn_request request = {
        .exec_fd = program_fd,
        .path = name,
        .argv = argv,
        .envp = environ,
        .new_group = true,
        .descriptors = descriptors,
        .descriptor_count = ARRAY_LENGTH(descriptors),
    };
    bool started = null_fd >= 0 && spawn_process(&request, pid, NULL, err);
    sys_close(null_fd);
    sweep_free(copy);
    return started;
}
