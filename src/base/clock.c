/*
 * Asking for the time, and writing times for people.
 *
 * Not for timers: see run.
 */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t read_us(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_boot_ms(void)
{
    return clock_boot_us() / 1000;
}

int64_t clock_boot_us(void)
{
    return read_us(CLOCK_BOOTTIME);
}

int64_t clock_awake_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_cpu_us(void)
{
    return read_us(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t clock_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}

/* Rounded down, also before 1970. */
static time_t whole_seconds(int64_t wall_us)
{
    return (time_t)(wall_us / 1000000 - (wall_us % 1000000 < 0 ? 1 : 0));
}

void clock_format_utc(int64_t wall_us, char out[CLOCK_TEXT_MAX])
{
    time_t seconds = whole_seconds(wall_us);
    struct tm parts = {0};

    if (!gmtime_r(&seconds, &parts) ||
        strftime(out, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        out[0] = '\0';
}

void clock_format_local(int64_t wall_us, char out[CLOCK_TEXT_MAX])
{
    time_t seconds = whole_seconds(wall_us);
    struct tm parts = {0};

    tzset();
    if (!localtime_r(&seconds, &parts) ||
        strftime(out, CLOCK_TEXT_MAX, "%Y-%m-%d %H:%M:%S %Z", &parts) == 0)
        clock_format_utc(wall_us, out); /* a zone whose name is longer than the rest */
}

/* Cut, not rounded: a rounded 59.96 s would have to become 1m00s. */
void clock_format_duration(int64_t duration_us, char out[CLOCK_TEXT_MAX])
{
    int64_t us = duration_us > 0 ? duration_us : 0;
    int64_t seconds = us / 1000000;
    int64_t minutes = seconds / 60;
    int64_t hours = minutes / 60;
    int hundredths = (int)(us / 10000 % 100);

    if (seconds < 10)
        snprintf(out, CLOCK_TEXT_MAX, "%d.%02ds", (int)seconds, hundredths);
    else if (minutes < 1)
        snprintf(out, CLOCK_TEXT_MAX, "%d.%ds", (int)seconds, hundredths / 10);
    else if (hours < 1)
        snprintf(out, CLOCK_TEXT_MAX, "%dm%02ds", (int)minutes, (int)(seconds % 60));
    else if (hours < 24)
        snprintf(out, CLOCK_TEXT_MAX, "%dh%02dm", (int)hours, (int)(minutes % 60));
    else
        snprintf(out, CLOCK_TEXT_MAX, "%dd%02dh", (int)(hours / 24), (int)(hours % 24));
}
