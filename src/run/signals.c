/*
 * Signals as events: ^C, SIGTERM and a closed terminal.
 *
 * SIGCHLD is not needed (the back end watches pidfds), but it must not be ignored, as it is under
 * some parents: the kernel would then reap the shims behind our back.
 */
#include "run/runner.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/sys.h"

bool signals_open(struct runner *runner, struct sweep_error *err)
{
    struct saved_signals *saved = &runner->saved;
    sigset_t wanted;
    (void)sigemptyset(&wanted);
    (void)sigaddset(&wanted, SIGINT);
    (void)sigaddset(&wanted, SIGTERM);
    (void)sigaddset(&wanted, SIGHUP);
    runner->signal_fd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    if (runner->signal_fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot listen to signals");
    (void)sigprocmask(SIG_BLOCK, &wanted, &saved->mask);
    /* A terminal or a pipe that went away must not end the runner, nor one that we may not write
     * to from the background. */
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    const struct sigaction normal = {.sa_handler = SIG_DFL};
    (void)sigaction(SIGPIPE, &ignore, &saved->pipe);
    (void)sigaction(SIGTTOU, &ignore, &saved->output);
    (void)sigaction(SIGCHLD, &normal, &saved->child);
    return true;
}

void signals_close(struct runner *runner)
{
    if (runner->signal_fd < 0)
        return;
    struct saved_signals *saved = &runner->saved;
    (void)sigaction(SIGPIPE, &saved->pipe, NULL);
    (void)sigaction(SIGTTOU, &saved->output, NULL);
    (void)sigaction(SIGCHLD, &saved->child, NULL);
    (void)sigprocmask(SIG_SETMASK, &saved->mask, NULL);
    sys_close(runner->signal_fd);
    runner->signal_fd = -1;
}

static void on_signal(struct runner *runner, uint32_t signal_number)
{
    enum engine_event_kind kind = ENGINE_INTERRUPT;
    if (signal_number == SIGHUP)
        return; /* a closed SSH session changes nothing */
    if (runner->request->purpose == RUN_SERVE)
        kind = ENGINE_DETACH;
    else if (signal_number == SIGTERM)
        kind = runner->request->on_terminate == RUN_DETACH ? ENGINE_DETACH : ENGINE_TERMINATE;
    const struct engine_event event = runner_event(runner, kind);
    runner_feed(runner, &event);
}

void signals_collect(struct runner *runner)
{
    struct signalfd_siginfo info;
    while (sys_read(runner->signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
        on_signal(runner, info.ssi_signo);
}
