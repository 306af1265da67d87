/*
 * Waiting for a condition with a deadline, in place of sleeping and hoping.
 *
 *     if (!wait_until(is_there, &context, 10000))
 *         fail_msg("it never came");
 */
#ifndef SUPPORT_WAIT_H
#define SUPPORT_WAIT_H

#include <stdbool.h>
#include <time.h>

/** Ask every 2 ms; @return whether it held within `timeout_ms` */
static inline bool wait_until(bool (*holds)(void *context), void *context, int timeout_ms)
{
    const struct timespec pause = {.tv_nsec = 2000000};
    for (int waited_ms = 0; waited_ms <= timeout_ms; waited_ms += 2) {
        if (holds(context))
            return true;
        nanosleep(&pause, NULL);
    }
    return holds(context);
}

#endif
