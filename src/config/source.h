/*
 * The bytes of the file as a person sees them: lines and code points.
 *
 * A byte order mark belongs to no line. Bytes that are not UTF-8 count as one code point each where
 * they begin one.
 */
#ifndef SWEEP_CONFIG_SOURCE_H
#define SWEEP_CONFIG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strview.h"

/** Line `number`, from 1, without its end; empty if there is none. */
struct strview source_line(struct strview source, size_t number);

/** The number of the line that holds the byte at `offset`. */
size_t source_line_number(struct strview source, size_t offset);

/** Whether a byte goes on with a code point that began before it. */
bool source_is_continuation(char byte);

/** How many code points begin in a text. */
size_t source_count(struct strview text);

/** The text from its code point number `count` on, from 0. */
struct strview source_skip(struct strview text, size_t count);

#endif
