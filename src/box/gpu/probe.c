/*
 * The ways to find GPUs, in their order.
 */
#include "box/gpu/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/strbuf.h"
#include "base/sys.h"
#include "box/gpu/amd.h"
#include "box/gpu/nvml.h"
#include "box/gpu/smi.h"
#include "box/gpu/told.h"

#define CHUNK 4096

/* Exit code of the process that asks NVML. */
#define NO_LIBRARY 3

static _Noreturn void ask_nvml(struct gpu_list *list, int fd)
{
    struct sweep_error reason = {0};
    struct strbuf text;
    strbuf_init(&text, TOLD_MAX);
    bool found = nvml_survey(list, &reason);
    if (found)
        told_format(list, &text);
    else
        told_format_error(&reason, &text);
    bool written = sys_write(fd, text.data, text.size);
    _exit(!found && reason.code == SWEEP_NOT_FOUND ? NO_LIBRARY : !written);
}

static void read_all(int fd, struct strbuf *text)
{
    char chunk[CHUNK];
    ssize_t size;
    while ((size = sys_read(fd, chunk, sizeof chunk)) > 0)
        strbuf_append(text, chunk, (size_t)size);
}

static bool judge_nvml(int status, struct strview text, struct gpu_list *list,
                       struct sweep_error *err)
{
    if (WIFSIGNALED(status)) {
        const char *name = sigdescr_np(WTERMSIG(status));
        return sweep_error_set(err, SWEEP_IO, "NVIDIA's libnvidia-ml.so.1 crashed: signal %d (%s)",
                               WTERMSIG(status), name != NULL ? name : "unknown");
    }
    if (WEXITSTATUS(status) == NO_LIBRARY)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "there is no NVML");
    return told_parse(text, list, err);
}

/* In a process of its own: a library that does not fit its driver can take us with it. */
static bool look_by_nvml(struct gpu_list *list, struct sweep_error *err)
{
    int ends[2];
    int status = 0;
    struct strbuf text;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot make a pipe");
    pid_t pid = fork();
    if (pid == 0)
        ask_nvml(list, ends[1]);
    int error_number = errno;
    sys_close(ends[1]);
    strbuf_init(&text, TOLD_MAX);
    if (pid > 0)
        read_all(ends[0], &text);
    sys_close(ends[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    bool found =
        pid > 0 ? judge_nvml(status, strbuf_view(&text), list, err)
                : sweep_error_set_errno(err, SWEEP_SPAWN, error_number, "cannot start a process");
    strbuf_release(&text);
    return found;
}

static bool look_at_sys(struct gpu_list *list, struct sweep_error *err)
{
    return amd_survey(list, "/sys", err);
}

/* In this order, until one finds any. */
static bool (*const WAYS[])(struct gpu_list *list,
                            struct sweep_error *err) = {look_by_nvml, smi_survey, look_at_sys};

bool probe_look(struct gpu_list *list, struct sweep_error *err)
{
    struct sweep_error first = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(WAYS); i++) {
        struct sweep_error reason = {0};
        *list = (struct gpu_list){0};
        if (WAYS[i](list, &reason) && list->count > 0)
            return true;
        if (reason.code == SWEEP_OK || reason.code == SWEEP_NOT_FOUND)
            continue;
        if (first.code == SWEEP_OK)
            first = reason;
    }
    *list = (struct gpu_list){0};
    return first.code == SWEEP_OK || sweep_error_set(err, SWEEP_IO, "%s", first.message);
}
