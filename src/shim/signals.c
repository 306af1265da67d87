/*
 * Blocking signals and reading them. Not for acting on them.
 */
#include "shim/signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "base/array.h"
#include "base/sys.h"

int signals_open(int time_signal, struct sweep_error *err)
{
    /* A fault of our own must not be put off. */
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t blocked;
    sigset_t read;
    sigfillset(&blocked);
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++)
        sigdelset(&blocked, faults[i]);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    /* With SIGCHLD ignored, as some parents leave it, exit codes would be gone. */
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&read);
    sigaddset(&read, SIGTERM);
    sigaddset(&read, SIGCHLD);
    if (time_signal > 0)
        sigaddset(&read, time_signal);
    int fd = signalfd(-1, &read, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read signals from a descriptor");
    return fd;
}

/* A runner queues SIGTERM with its reason; any other SIGTERM means that the machine wants us gone.
 */
static enum attempt_stop reason_of(const struct signalfd_siginfo *info)
{
    if (info->ssi_code != SI_QUEUE)
        return ATTEMPT_STOP_PREEMPTED;
    switch ((enum attempt_stop)info->ssi_int) {
    case ATTEMPT_STOP_CANCEL:
        return ATTEMPT_STOP_CANCEL;
    case ATTEMPT_STOP_PRUNE:
        return ATTEMPT_STOP_PRUNE;
    case ATTEMPT_STOP_INTERRUPT:
        return ATTEMPT_STOP_INTERRUPT;
    case ATTEMPT_STOP_NONE:
    case ATTEMPT_STOP_TIMEOUT:
    case ATTEMPT_STOP_PREEMPTED:
    case ATTEMPT_STOP_STALL:
        break;
    }
    return ATTEMPT_STOP_PREEMPTED;
}

bool signals_next(int fd, enum attempt_stop *stop)
{
    struct signalfd_siginfo info;
    if (sys_read(fd, &info, sizeof info) != (ssize_t)sizeof info)
        return false;
    switch (info.ssi_signo) {
    case SIGCHLD:
        *stop = ATTEMPT_STOP_NONE;
        break;
    case SIGTERM:
        *stop = reason_of(&info);
        break;
    default: /* the time signal: the system's numbers, not ours */
        *stop = ATTEMPT_STOP_TIMEOUT;
        break;
    }
    return true;
}
