/*
 * Reads the last block of an output and says its last lines. The whole of it is for `sweep log`.
 */
#include "cli/run/last_words.h"

#include <inttypes.h>
#include <string.h>

#include "view/record/attempt_output.h"

#define LINES_SHOWN 10
#define BLOCK_SIZE  4096
#define LINE_SHOWN  500 /* bytes */

static size_t read_block(struct attempt_output *output, char block[BLOCK_SIZE])
{
    size_t used = 0;
    ssize_t got;
    attempt_output_skip_to_last(output, BLOCK_SIZE);
    while (used < BLOCK_SIZE &&
           (got = attempt_output_read(output, block + used, BLOCK_SIZE - used)) > 0)
        used += (size_t)got;
    return used;
}

/* Where the last lines begin. */
static size_t find_start(const char *block, size_t size)
{
    size_t lines = 0;
    for (size_t i = size; i > 0; i--)
        if (block[i - 1] == '\n' && i < size && ++lines == LINES_SHOWN)
            return i;
    return 0;
}

static void say_lines(struct console *console, const char *block, size_t size)
{
    for (size_t at = find_start(block, size); at < size;) {
        const char *end = memchr(block + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - (block + at)) : size - at;
        console_say(console, "    %.*s", length < LINE_SHOWN ? (int)length : LINE_SHOWN,
                    block + at);
        at += length + 1;
    }
}

void last_words_say(struct console *console, const char *sweep_path, struct attempt_key key)
{
    struct attempt_output output;
    struct sweep_error reason = {0};
    char block[BLOCK_SIZE];
    size_t size = 0;
    if (attempt_output_open(&output, sweep_path, key, &reason))
        size = read_block(&output, block);
    attempt_output_close(&output);
    if (size == 0)
        return;
    console_say(console,
                "the last lines of trial %" PRIu64 " (sweep log %s/%" PRIu64 " shows all):",
                key.trial, console->operand, key.trial);
    say_lines(console, block, size);
}
