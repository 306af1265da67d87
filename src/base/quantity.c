/*
 * Tables of units.
 */
#include "base/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"

#define LARGEST 0x1p60

struct unit {
    const char *name;
    double size;
};

static const struct unit MEMORY[] = {
    {"B", 1},        {"K", 0x1p10},   {"M", 0x1p20},   {"G", 0x1p30},   {"T", 0x1p40},
    {"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30}, {"TiB", 0x1p40}, {"KB", 1e3},
    {"kB", 1e3},     {"MB", 1e6},     {"GB", 1e9},     {"TB", 1e12},    {"k", 0x1p10},
    {"m", 0x1p20},   {"g", 0x1p30},   {"t", 0x1p40},
};

static const struct unit ENERGY[] = {
    {"J", 1e3}, {"kJ", 1e6}, {"MJ", 1e9}, {"Wh", 3.6e6}, {"kWh", 3.6e9}, {"MWh", 3.6e12},
};

static enum number_result parse(struct strview text, const struct unit *units, size_t count,
                                double *out)
{
    struct strview number = text;
    while (number.size > 0 && isalpha((unsigned char)number.data[number.size - 1]))
        number.size--;
    const struct strview unit = {number.data + number.size, text.size - number.size};
    if (number.size > 1 && number.data[number.size - 1] == ' ')
        number.size--;
    /* Neither -1G nor infG is an amount. */
    if (number.size == 0 || !(isdigit((unsigned char)number.data[0]) || number.data[0] == '.'))
        return NUMBER_INVALID;
    for (size_t i = 0; i < count; i++) {
        if (!strview_is(unit, units[i].name))
            continue;
        enum number_result result = number_parse_double(number, out);
        *out *= units[i].size;
        return result == NUMBER_OK && !(*out <= LARGEST) ? NUMBER_OVERFLOW : result;
    }
    return NUMBER_INVALID;
}

enum number_result quantity_parse_bytes(struct strview text, uint64_t *out)
{
    double bytes = 0;
    enum number_result result = parse(text, MEMORY, ARRAY_LENGTH(MEMORY), &bytes);
    if (result == NUMBER_OK)
        *out = (uint64_t)llround(bytes);
    return result;
}

enum number_result quantity_parse_energy_mj(struct strview text, int64_t *out)
{
    double energy_mj = 0;
    enum number_result result = parse(text, ENERGY, ARRAY_LENGTH(ENERGY), &energy_mj);
    if (result == NUMBER_OK)
        *out = (int64_t)llround(energy_mj);
    return result;
}

void quantity_format_bytes(uint64_t bytes, char out[QUANTITY_TEXT_MAX])
{
    static const char *const names[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double amount = (double)bytes;
    size_t unit = 0;
    while (amount >= 1024 && unit + 1 < ARRAY_LENGTH(names)) {
        amount /= 1024;
        unit++;
    }
    bool is_whole = unit == 0 || amount >= 100 || fabs(amount - round(amount)) < 0.05;
    (void)snprintf(out, QUANTITY_TEXT_MAX, is_whole ? "%.0f %s" : "%.1f %s", amount, names[unit]);
}
