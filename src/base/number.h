/*
 * Text to number and back, the only door for both: no locale, full consumption.
 *
 * Accepted reals: [+-] digits [. digits] [e [+-] digits], `.5`, `5.`, and in any case `nan`,
 * `inf`, `infinity` with a sign. Refused: anything else, such as `1,5`, `1_000`, hexadecimal,
 * leading or trailing blanks, non-ASCII digits.
 */
#ifndef SWEEP_BASE_NUMBER_H
#define SWEEP_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strview.h"

enum number_result {
    NUMBER_OK,
    NUMBER_INVALID, /* not a number; the output is not set */
    NUMBER_OVERFLOW /* a number too large for the type, such as 1e999; the output is not set */
};

/** Large enough for every text that the format functions write, with the final NUL. */
#define NUMBER_TEXT_MAX 40

enum number_result number_parse_double(struct strview text, double *out);
enum number_result number_parse_int64(struct strview text, int64_t *out);
enum number_result number_parse_uint64(struct strview text, uint64_t *out);

/**
 * Write a real as Python's repr() does: the shortest text that parses back to the same bits, with
 * an exponent below 1e-4 and from 1e16 on (`1e-05`, `64.0`, `0.1`, `1e+16`, `nan`, `inf`).
 */
void number_format_shortest(double value, char out[NUMBER_TEXT_MAX]);

/**
 * Parse a duration such as `90`, `30s`, `1.5h`, `20m`, `2d`, `500ms` into milliseconds.
 *
 * A bare number is seconds. The result is not negative and at most 100 years.
 */
enum number_result number_parse_duration_ms(struct strview text, int64_t *out);

#endif
