/* Reading the trials' own ledger: see ledger.h for its lines. */
#include "ledger.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/number.h"
#include "sweep/mem.h"

#define LEDGER_MAX (256 * 1024 * 1024) /* [bytes] */

static const char *const kinds[] = {
    [LEDGER_START] = "start",
    [LEDGER_METRIC] = "metric",
    [LEDGER_ALIVE] = "alive",
    [LEDGER_END] = "end",
};

/* Cut the next word off a line. */
static struct strview take_word(struct strview *line)
{
    struct strview word = {line->data, 0};

    while (word.size < line->size && line->data[word.size] != ' ')
        word.size++;
    size_t used = word.size + (word.size < line->size);

    line->data += used;
    line->size -= used;
    return word;
}

static bool parse_kind(struct strview word, enum ledger_kind *kind)
{
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (strview_is(word, kinds[i])) {
            *kind = (enum ledger_kind)i;
            return true;
        }
    return false;
}

static bool parse_line(struct arena *arena, struct strview text, struct ledger_line *out)
{
    if (!parse_kind(take_word(&text), &out->kind) ||
        number_parse_uint64(take_word(&text), &out->trial) != NUMBER_OK ||
        number_parse_uint64(take_word(&text), &out->attempt) != NUMBER_OK)
        return false;
    switch (out->kind) {
    case LEDGER_START:
        take_word(&text); /* the pid and the time are for people */
        take_word(&text);
        out->argv = arena_copy(arena, text);
        return true;
    case LEDGER_METRIC:
        return number_parse_int64(take_word(&text), &out->step) == NUMBER_OK &&
               number_parse_double(take_word(&text), &out->value) == NUMBER_OK;
    case LEDGER_ALIVE:
    case LEDGER_END:
        return true;
    }
    return false;
}

static bool parse(struct arena *arena, struct strview text, struct ledger *out)
{
    struct ledger_line *lines = NULL;
    size_t count = 0, capacity = 0;
    bool sound = true;

    while (sound && text.size) {
        const char *newline = memchr(text.data, '\n', text.size);

        if (!newline)
            break;
        struct strview line = {text.data, (size_t)(newline - text.data)};

        lines = array_reserve(lines, count + 1, &capacity, sizeof *lines);
        lines[count] = (struct ledger_line){.number = count + 1};
        sound = parse_line(arena, line, &lines[count]);
        count++;
        text.data = newline + 1;
        text.size -= line.size + 1;
    }
    struct ledger_line *kept = arena_alloc_array(arena, count, sizeof *kept);

    if (count)
        memcpy(kept, lines, count * sizeof *kept);
    sweep_free(lines);
    *out = (struct ledger){kept, count};
    return sound;
}

bool ledger_load(struct arena *arena, const char *path, struct ledger *out)
{
    struct sweep_error err = {0};
    struct strbuf text;
    bool ok;

    strbuf_init(&text, LEDGER_MAX);
    ok = file_read(AT_FDCWD, path, &text, &err);
    if (!ok) {
        fprintf(stderr, "crash_checker: %s\n", err.message);
    } else if (!parse(arena, strbuf_view(&text), out)) {
        ok = false;
        fprintf(stderr, "crash_checker: line %zu of '%s' is no line of a ledger\n", out->count,
                path);
    }
    strbuf_release(&text);
    return ok;
}

bool ledger_has(const struct ledger *ledger, enum ledger_kind kind, uint64_t trial,
                uint64_t attempt)
{
    for (size_t i = 0; i < ledger->count; i++) {
        const struct ledger_line *line = &ledger->lines[i];

        if (line->kind == kind && line->trial == trial && line->attempt == attempt)
            return true;
    }
    return false;
}
