/*
 * As the kernel counts it for children that have ended.
 */
#include "shim/usage.h"

#include <sys/resource.h>

#define US_PER_S 1000000

void usage_count(struct attempt_outcome *outcome)
{
    struct rusage usage;
    if (getrusage(RUSAGE_CHILDREN, &usage) < 0)
        return;
    outcome->cpu_us = (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_S +
                      usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    outcome->rss_peak_kb = usage.ru_maxrss;
}
