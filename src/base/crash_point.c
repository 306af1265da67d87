/*
 * Where a test kills the process; see crash_point.h. Only in builds for crash tests.
 *
 * Not for handling crashes: nothing here runs in a released program.
 */
#include "base/crash_point.h"

#ifdef SWEEP_CRASH_POINTS

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"

static const char *const names[CRASH_POINT_COUNT] = {
#define CRASH_POINT_NAME(name) #name,
    CRASH_POINTS(CRASH_POINT_NAME)
#undef CRASH_POINT_NAME
};

/* Whether `wish` is NAME or NAME:N of this point; N is 1 if absent, 0 (never) if unreadable. */
static bool is_meant(const char *wish, enum crash_point point, uint64_t *nth)
{
    size_t length = strlen(names[point]);

    if (strncmp(wish, names[point], length) != 0)
        return false;
    *nth = 1;
    if (wish[length] == '\0')
        return true;
    if (wish[length] != ':')
        return false;
    if (number_parse_uint64(strview_of(wish + length + 1), nth) != NUMBER_OK)
        *nth = 0;
    return true;
}

/* Of all processes that share SWEEP_CRASH_FILE only the one that removes it dies. */
static bool may_die(void)
{
    const char *file = getenv("SWEEP_CRASH_FILE");

    return file == NULL || unlink(file) == 0;
}

void crash_point(enum crash_point point)
{
    static uint64_t passed; /* only one point is ever meant, so one count is enough */
    const char *wish = getenv("SWEEP_CRASH_POINT");
    uint64_t nth;

    if (!wish || !is_meant(wish, point, &nth))
        return;
    passed++;
    if (passed == nth && may_die())
        kill(getpid(), SIGKILL);
}

#endif
