/*
 * The clocks. Only rooms beside a loop or a person ask for the time (tests/style/test_banned.sh);
 * everything else is handed it.
 */
#ifndef SWEEP_BASE_CLOCK_H
#define SWEEP_BASE_CLOCK_H

#include <stdint.h>

/** Time that never jumps and counts while suspended [ms since boot]; for durations and deadlines.
 */
int64_t clock_boot_ms(void);

/** The same in microseconds. */
int64_t clock_boot_us(void);

/** Time that never jumps and stands still while suspended [ms]; for silences. */
int64_t clock_awake_ms(void);

/** Processor time that this process has taken [us]. */
int64_t clock_cpu_us(void);

/** Wall time [us since 1970]; only to be shown and stored, never to compute a timeout. */
int64_t clock_wall_us(void);

#define CLOCK_TEXT_MAX 32

/** Write wall time as `2026-11-24T10:41:07Z`. */
void clock_format_utc(int64_t wall_us, char out[CLOCK_TEXT_MAX]);

/** Write wall time for people, as their clock shows it, with its zone: `2026-11-24 11:41:07 CET`.
 * The zone is the one of the machine, or of TZ. */
void clock_format_local(int64_t wall_us, char out[CLOCK_TEXT_MAX]);

/** Write a duration for people: `0.42s`, `12.3s`, `4m07s`, `2h15m`, `3d04h`. */
void clock_format_duration(int64_t duration_us, char out[CLOCK_TEXT_MAX]);

#endif
