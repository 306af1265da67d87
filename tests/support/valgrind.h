/*
 * What no program can do or measure under valgrind: a test leaves out that much there and no more,
 * and says why where it does.
 *
 *     if (!is_under_valgrind())
 *         assert_true(growth_kb < MEMORY_MAX_KB);
 */
#ifndef SUPPORT_VALGRIND_H
#define SUPPORT_VALGRIND_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/** Whether valgrind runs this program: it preloads its replacement of malloc. */
static inline bool is_under_valgrind(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded && strstr(preloaded, "/vgpreload_");
}

#endif
