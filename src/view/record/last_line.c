/*
 * Reads the end of an output. Not for more than one line: facts_text.c and last_words.c.
 */
#include "view/record/last_line.h"

#include <string.h>

#include "trial/reason.h"
#include "view/record/attempt_output.h"
#include "view/term/text.h"

#define BLOCK_SIZE 4096
#define SAFE_MAX   (8 * BLOCK_SIZE)
#define ESC        '\x1b'
#define BEL        '\x07'

static size_t read_block(const char *sweep_path, struct attempt_key key, char block[BLOCK_SIZE])
{
    struct attempt_output output;
    size_t used = 0;
    ssize_t got;
    if (attempt_output_open(&output, sweep_path, key, NULL)) {
        attempt_output_skip_to_last(&output, BLOCK_SIZE);
        while (used < BLOCK_SIZE &&
               (got = attempt_output_read(&output, block + used, BLOCK_SIZE - used)) > 0)
            used += (size_t)got;
    }
    attempt_output_close(&output);
    return used;
}

/* Behind the escape sequence at `at`: a colour (ESC [ ... m), a title (ESC ] ... BEL), or two
 * bytes. */
static size_t skip_escape(const char *text, size_t at, size_t size)
{
    size_t i = at + 1;
    if (i < size && text[i] == '[') {
        for (i++; i < size && !(text[i] >= 0x40 && text[i] <= 0x7e);)
            i++;
    } else if (i < size && text[i] == ']') {
        while (i < size && text[i] != BEL && text[i] != ESC)
            i++;
    }
    return i < size ? i + 1 : size;
}

/* In place. @return the size that is left */
static size_t drop_escapes(char *text, size_t size)
{
    size_t kept = 0;
    for (size_t i = 0; i < size;) {
        if (text[i] == ESC)
            i = skip_escape(text, i, size);
        else
            text[kept++] = text[i++];
    }
    return kept;
}

static bool is_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || is_end(c);
}

/* The last line with something in it, without blanks around. */
static struct strview find_line(const char *text, size_t size)
{
    while (size > 0 && is_blank(text[size - 1]))
        size--;
    size_t start = size;
    while (start > 0 && !is_end(text[start - 1]))
        start--;
    while (start < size && is_blank(text[start]))
        start++;
    return (struct strview){text + start, size - start};
}

bool last_line_read(const char *sweep_path, struct attempt_key key, struct strbuf *out)
{
    char block[BLOCK_SIZE];
    struct strbuf safe;
    size_t size = drop_escapes(block, read_block(sweep_path, key, block));
    struct strview line = find_line(block, size);
    strbuf_init(&safe, SAFE_MAX);
    text_append_safe(&safe, line);
    struct strview shown = strbuf_view(&safe);
    size_t fits = text_fit(shown, LAST_LINE_COLUMNS);
    if (fits < shown.size)
        fits = text_fit(shown, LAST_LINE_COLUMNS - 3);
    strbuf_append(out, shown.data, fits);
    strbuf_append_text(out, fits < shown.size ? "..." : "");
    strbuf_release(&safe);
    return line.size > 0;
}

bool last_line_tells(const struct sweep_trial *trial)
{
    bool has_failed = trial->state == SWEEP_TRIAL_FAILED || trial->state == SWEEP_TRIAL_WAITING;
    return has_failed && trial->attempts > 0 && reason_kind(trial->reason)->has_last_line;
}

void last_line_append(const char *sweep_path, const struct sweep_trial *trial, struct strbuf *out)
{
    size_t size = out->size;
    const struct attempt_key key = {trial->number, trial->attempts};
    if (!last_line_tells(trial))
        return;
    strbuf_append_text(out, ": ");
    if (last_line_read(sweep_path, key, out))
        return;
    out->size = size; /* there is none */
    out->data[size] = '\0';
}
