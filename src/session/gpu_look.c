/*
 * Waits for the process that asks the driver.
 */
#include "session/gpu_look.h"

#include <fcntl.h>
#include <poll.h>

#include "base/clock.h"
#include "base/sys.h"
#include "box/gpu/survey.h"
#include "box/gpu/visible.h"

static bool survey_wait(int program_fd, struct gpu_list *list, struct sweep_error *err)
{
    struct survey survey = {0};
    enum survey_state state = SURVEY_PENDING;
    if (!survey_begin(&survey, program_fd, clock_boot_ms(), err))
        return false;
    while (state == SURVEY_PENDING) {
        struct pollfd wait = {.fd = survey.fd, .events = POLLIN};
        int64_t left_ms = survey.deadline_ms - clock_boot_ms();
        (void)poll(&wait, 1, left_ms > 0 ? (int)left_ms : 0);
        state = survey_step(&survey, clock_boot_ms(), list, err);
    }
    return state == SURVEY_DONE;
}

bool gpu_look(char *const *environment, struct gpu_list *list, size_t *hidden,
              struct sweep_error *err)
{
    int program_fd = sys_open(AT_FDCWD, "/proc/self/exe", O_PATH, 0);
    *list = (struct gpu_list){0};
    bool done = program_fd >= 0 ? survey_wait(program_fd, list, err)
                                : sweep_error_set(err, SWEEP_IO, "/proc is not mounted");
    sys_close(program_fd);
    if (!done)
        return false;
    size_t count = list->count;
    visible_keep_environment(list, environment);
    *hidden = count - list->count;
    return true;
}
