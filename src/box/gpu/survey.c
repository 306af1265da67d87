/*
 * The process that looks: started, read without blocking, given up.
 */
#include "box/gpu/survey.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "box/gpu/told.h"
#include "box/own_program.h"

#define CHUNK 4096

#define US_PER_SECOND INT64_C(1000000)

/* Neither one that we killed nor one that is done has to be gone yet: the driver may hold it. */
bool survey_reap(struct survey *survey)
{
    struct rusage usage;
    if (survey->ending == 0)
        return true;
    pid_t gone = wait4(survey->ending, NULL, WNOHANG, &usage);
    if (gone > 0)
        survey->cost_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_SECOND +
                          usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    if (gone != 0)
        survey->ending = 0;
    return survey->ending == 0;
}

static void leave(struct survey *survey)
{
    survey->ending = survey->pid;
    survey->pid = 0;
    (void)survey_reap(survey);
    sys_close(survey->fd);
    strbuf_release(&survey->text);
}

bool survey_begin(struct survey *survey, int program_fd, int64_t now_ms, struct sweep_error *err)
{
    int ends[2];
    if (!survey_reap(survey))
        return sweep_error_set(err, SWEEP_BUSY,
                               "the last look at the GPUs still hangs in the driver");
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot make a pipe");
    bool started = own_program_start(program_fd, SURVEY_COMMAND, -1, ends[1], &survey->pid, err);
    sys_close(ends[1]);
    if (!started) {
        sys_close(ends[0]);
        return false;
    }
    survey->fd = ends[0];
    survey->deadline_ms = now_ms + SURVEY_DEADLINE_MS;
    strbuf_init(&survey->text, TOLD_MAX);
    return true;
}

void survey_end(struct survey *survey)
{
    if (survey->pid <= 0)
        return;
    (void)kill(-survey->pid, SIGKILL);
    leave(survey);
}

enum survey_state survey_step(struct survey *survey, int64_t now_ms, struct gpu_list *list,
                              struct sweep_error *err)
{
    char chunk[CHUNK];
    ssize_t size;
    while ((size = sys_read(survey->fd, chunk, sizeof chunk)) > 0)
        strbuf_append(&survey->text, chunk, (size_t)size);
    if (size == 0) {
        enum survey_state state =
            told_parse(strbuf_view(&survey->text), list, err) ? SURVEY_DONE : SURVEY_FAILED;
        leave(survey);
        return state;
    }
    if (errno == EAGAIN && now_ms < survey->deadline_ms)
        return SURVEY_PENDING;
    (void)sweep_error_set(err, SWEEP_IO,
                          "the GPU driver gives no answer within %d s: a reboot may be needed",
                          SURVEY_DEADLINE_MS / 1000);
    survey_end(survey);
    return SURVEY_FAILED;
}
