/*
 * Amounts with a unit, as people write them: `6G`, `1.5 kWh`. Durations are base/number.h's.
 *
 *     if (quantity_parse_bytes(strview_of("6G"), &bytes) == NUMBER_OK) ...
 *
 * They are never negative, and without a unit they are none. One blank may stand before the unit.
 */
#ifndef SWEEP_BASE_QUANTITY_H
#define SWEEP_BASE_QUANTITY_H

#include <stdint.h>

#include "base/number.h"

/** Parse an amount of memory [bytes]: K, M, G, T and KiB, MiB, ... count by 1024, KB, MB, ... by
 * 1000. At most 2^60. */
enum number_result quantity_parse_bytes(struct strview text, uint64_t *out);

/** Parse an amount of energy [mJ]: J, kJ, MJ, Wh, kWh, MWh. At most 2^60. */
enum number_result quantity_parse_energy_mj(struct strview text, int64_t *out);

/** Large enough for every text that quantity_format_bytes() writes. */
#define QUANTITY_TEXT_MAX 32

/** Write an amount of memory for people: `812 bytes`, `1.4 GiB`, `16 GiB`. */
void quantity_format_bytes(uint64_t bytes, char out[QUANTITY_TEXT_MAX]);

#endif
