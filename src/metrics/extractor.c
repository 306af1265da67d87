/*
 * Output in, named numbers out; see extractor.h. Lines come from line.c, matches from pattern.c,
 * numbers from base: this file only keeps the order.
 */
#include "metrics/extractor.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "metrics/line.h"
#include "metrics/pattern.h"
#include "sweep/mem.h"

/* What often stands behind a number and is not part of it, so that (\S+) reads `0.93,`. */
#define TRAILING ",;)]}\"'."

struct watch {
    struct pattern *pattern;
    uint32_t limit_hits; /* at EXTRACTOR_LIMIT_HITS_MAX it is switched off */
};

struct extractor {
    struct line_splitter splitter;
    struct watch *watches; /* [count] */
    size_t count;
    bool has_line; /* `line` is being looked at ... */
    struct strview line;
    size_t next_watch; /* ... and this pattern is to be tried next */
    bool ended;
    int32_t step_pattern; /* -1: none */
    int64_t step;
};

struct extractor *extractor_create(const struct extractor_pattern *patterns, size_t count,
                                   struct sweep_error *err)
{
    struct extractor *extractor = sweep_alloc(sizeof *extractor);
    line_init(&extractor->splitter, EXTRACTOR_LINE_MAX);
    extractor->step_pattern = -1;
    extractor->step = SWEEP_STEP_NONE;
    extractor->watches = sweep_alloc_array(count, sizeof *extractor->watches);
    for (size_t i = 0; i < count; i++) {
        struct watch *watch = &extractor->watches[extractor->count++];
        watch->pattern = patterns[i].pattern != NULL
                             ? pattern_create(patterns[i].pattern, err)
                             : pattern_create_by_name(patterns[i].name, err);
        if (watch->pattern == NULL) {
            extractor_free(extractor);
            sweep_error_wrap(err, "pattern of '%s'", patterns[i].name);
            return NULL;
        }
    }
    return extractor;
}

void extractor_free(struct extractor *extractor)
{
    if (extractor == NULL)
        return;
    for (size_t i = 0; i < extractor->count; i++)
        pattern_free(extractor->watches[i].pattern);
    sweep_free(extractor->watches);
    line_release(&extractor->splitter);
    sweep_free(extractor);
}

void extractor_set_step(struct extractor *extractor, int32_t pattern)
{
    extractor->step_pattern = pattern;
}

void extractor_feed(struct extractor *extractor, const void *data, size_t size)
{
    line_feed(&extractor->splitter, data, size);
}

void extractor_end(struct extractor *extractor)
{
    extractor->ended = true;
}

struct strview extractor_trim(struct strview text)
{
    while (text.size > 1 && memchr(TRAILING, text.data[text.size - 1], sizeof TRAILING - 1) != NULL)
        text.size--;
    return text;
}

static void read_number(struct strview captured, struct extractor_found *found)
{
    found->text = extractor_trim(captured);
    switch (number_parse_double(found->text, &found->value)) {
    case NUMBER_OK:
        found->kind = EXTRACTOR_NUMBER;
        break;
    case NUMBER_INVALID:
        found->kind = EXTRACTOR_NOT_A_NUMBER;
        break;
    case NUMBER_OVERFLOW:
        found->kind = EXTRACTOR_TOO_LARGE;
        break;
    }
}

/* A step that is no whole number, such as a fractional epoch, belongs to the one that has begun. */
static void take_step(struct extractor *extractor, const struct extractor_found *found)
{
    if (extractor->step_pattern < 0 || found->pattern != (size_t)extractor->step_pattern ||
        found->kind != EXTRACTOR_NUMBER)
        return;
    if (isfinite(found->value) && fabs(found->value) < 0x1p62)
        extractor->step = (int64_t)floor(found->value);
}

/* Try one pattern on the line at hand. */
static bool try_watch(struct extractor *extractor, size_t index, struct extractor_found *found)
{
    struct watch *watch = &extractor->watches[index];
    if (watch->limit_hits >= EXTRACTOR_LIMIT_HITS_MAX)
        return false;
    *found = (struct extractor_found){.pattern = index, .line = extractor->splitter.lines};
    struct strview captured = {"", 0};
    switch (pattern_match(watch->pattern, extractor->line, &captured)) {
    case PATTERN_NOT_FOUND:
        return false;
    case PATTERN_LIMIT:
        found->kind = EXTRACTOR_SWITCHED_OFF;
        return ++watch->limit_hits == EXTRACTOR_LIMIT_HITS_MAX;
    case PATTERN_FOUND:
        read_number(captured, found);
        break;
    }
    return true;
}

static bool take_line(struct extractor *extractor)
{
    extractor->next_watch = 0;
    extractor->has_line = line_next(&extractor->splitter, &extractor->line) ||
                          (extractor->ended && line_last(&extractor->splitter, &extractor->line));
    return extractor->has_line;
}

bool extractor_next(struct extractor *extractor, struct extractor_found *found)
{
    while (extractor->has_line || take_line(extractor)) {
        while (extractor->next_watch < extractor->count) {
            if (!try_watch(extractor, extractor->next_watch++, found))
                continue;
            take_step(extractor, found);
            found->step = extractor->step;
            return true;
        }
        extractor->has_line = false;
    }
    return false;
}

uint64_t extractor_lines(const struct extractor *extractor)
{
    return extractor->splitter.lines;
}
