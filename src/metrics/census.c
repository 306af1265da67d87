/*
 * Counting named numbers; see census.h. The grammar of a name and its number is that of pattern.c,
 * by hand, since here the name is what is looked for.
 *
 * Names live in a table like a processor's cache: a name's hash chooses a bucket, in which it
 * replaces the rarest name when there is no place. So a log of a million names costs no more time
 * a name than one of ten.
 */
#include "metrics/census.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/checksum.h"
#include "base/number.h"
#include "metrics/extractor.h"
#include "metrics/line.h"
#include "sweep/mem.h"

#define WAYS    8
#define BUCKETS (CENSUS_NAMES_MAX / WAYS)

/* Of our own lines in the output; see shim/output.h. */
#define OURS "[sweep: "

struct slot {
    struct census_row row; /* row.name is set when it is listed */
    char name[CENSUS_NAME_MAX + 1];
    size_t size;
    bool is_long;        /* two words */
    bool stands_alone;   /* one word, and at least once without a word before it */
    bool is_logged;      /* what is printed of it does not count */
    uint64_t line;       /* of `value`; 0: the slot is free */
    double value;        /* the last in that line, not in `row` yet */
    bool with_separator; /* and how it was written */
};

struct census {
    struct line_splitter splitter;
    uint64_t line; /* that is looked at; what is logged counts as one each */
    struct heading heading;
    struct slot slots[CENSUS_NAMES_MAX];
    struct census_row rows[CENSUS_NAMES_MAX];
};

/* A number behind a name. */
struct reading {
    double value;
    bool with_separator;
    bool is_percent;
};

/* --- the table of names ---------------------------------------------------------------------- */

static void settle(struct slot *slot)
{
    struct census_row *row = &slot->row;
    row->count++;
    row->min = fmin(row->min, slot->value);
    row->max = fmax(row->max, slot->value);
    row->has_fraction |= !isfinite(slot->value) || floor(slot->value) < slot->value;
    row->has_separator |= slot->with_separator;
}

static bool is_rarer(const struct slot *a, const struct slot *b)
{
    return a->row.count != b->row.count ? a->row.count < b->row.count : a->line < b->line;
}

/* The place of a name: its own, a free one, or that of the rarest in its bucket. */
static struct slot *claim(struct census *census, struct strview name, bool is_percent)
{
    uint32_t hash = checksum_crc32c(is_percent, name.data, name.size);
    struct slot *bucket = &census->slots[(size_t)(hash % BUCKETS) * WAYS];
    struct slot *place = bucket;
    for (struct slot *slot = bucket; slot < bucket + WAYS; slot++) {
        if (slot->line > 0 && slot->row.is_percent == is_percent && slot->size == name.size &&
            memcmp(slot->name, name.data, name.size) == 0)
            return slot;
        if (place->line > 0 && (slot->line == 0 || is_rarer(slot, place)))
            place = slot;
    }
    *place =
        (struct slot){.row = {.min = NAN, .max = NAN, .is_percent = is_percent}, .size = name.size};
    memcpy(place->name, name.data, name.size);
    return place;
}

static struct slot *note(struct census *census, struct strview name, const struct reading *reading)
{
    struct slot *slot = claim(census, name, reading->is_percent);
    if (slot->is_logged)
        return slot;
    if (slot->line > 0 && slot->line != census->line)
        settle(slot);
    slot->line = census->line;
    slot->value = reading->value;
    slot->with_separator = reading->with_separator;
    return slot;
}

/* --- a line ---------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* In a name; the first must be a letter. Bytes of UTF-8 may be those of a letter too. */
static bool is_inner(char c)
{
    return is_letter(c) || is_digit(c) || (unsigned char)c >= 0x80 ||
           (c != '\0' && strchr("./-@", c) != NULL);
}

static const char *skip(const char *at, const char *end, bool (*is_skipped)(char))
{
    while (at < end && is_skipped(*at))
        at++;
    return at;
}

static bool is_in_number(char c)
{
    return is_digit(c) || c == '.' || c == ',' || c == '_';
}

/* `nan`, `inf` or `infinity` at `at`: its end, or `at`. */
static const char *skip_word_number(const char *at, const char *end)
{
    static const char *const words[] = {"infinity", "inf", "nan"};
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(words[i]);
        if ((size_t)(end - at) >= size && strncasecmp(at, words[i], size) == 0)
            return at + size;
    }
    return at;
}

static const char *skip_digits(const char *at, const char *end)
{
    const char *first = at < end && *at == '.' ? at + 1 : at;
    if (first == end || !is_digit(*first))
        return skip_word_number(at, end);
    at = skip(first, end, is_in_number);
    if (at == end || (*at != 'e' && *at != 'E'))
        return at;
    const char *exponent = at + 1;
    if (exponent < end && (*exponent == '+' || *exponent == '-'))
        exponent++;
    const char *stop = skip(exponent, end, is_digit);
    return stop > exponent ? stop : at;
}

/* `tensor(` and the like. */
static const char *skip_opening(const char *at, const char *end)
{
    const char *from = at;
    if (at == end || !is_letter(*at))
        return from;
    while (at < end && (is_letter(*at) || is_digit(*at) || *at == '.'))
        at++;
    return at < end && *at == '(' ? at + 1 : from;
}

/* The separator behind a name; NULL when there is none. */
static const char *skip_separator(const char *at, const char *end, bool *is_sign)
{
    if (at < end && is_quote(*at))
        at++;
    const char *sign = skip(at, end, is_blank);
    *is_sign = sign < end && (*sign == ':' || *sign == '=');
    if (!*is_sign)
        return sign > at ? sign : NULL;
    return skip(sign + 1, end, is_blank);
}

static bool read_number(const char *at, const char *end, struct reading *out)
{
    const char *first = at;
    if (at < end && (*at == '+' || *at == '-'))
        at++;
    const char *stop = skip_digits(at, end);
    out->is_percent = stop < end && *stop == '%';
    if (stop == at || (stop < end && (is_letter(*stop) || is_digit(*stop))))
        return false;
    struct strview text = extractor_trim((struct strview){first, (size_t)(stop - first)});
    return number_parse_double(text, &out->value) == NUMBER_OK;
}

/* The number behind a name that ends at `at`. */
static bool read_behind(const char *at, const char *end, struct reading *out)
{
    at = skip_separator(at, end, &out->with_separator);
    if (at == NULL)
        return false;
    if (at < end && is_quote(*at))
        at++;
    return read_number(skip_opening(at, end), end, out);
}

/* A word of a name: letters first, no dots or slashes at its end. */
static bool is_name(struct strview word)
{
    return word.size > 0 && word.size <= CENSUS_NAME_MAX && is_letter(word.data[0]) &&
           strchr("./-@", word.data[word.size - 1]) == NULL;
}

/* Whether the word in front, one blank apart, makes a longer name with it. */
static bool is_longer(struct strview before, struct strview word)
{
    const char *end = before.data + before.size;
    return end + 1 == word.data && is_name(before) && skip_word_number(before.data, end) != end &&
           before.size + 1 + word.size <= CENSUS_NAME_MAX;
}

static void note_word(struct census *census, struct strview before, struct strview word,
                      const struct reading *reading)
{
    struct slot *slot = note(census, word, reading);
    struct strview both = {before.data, before.size + 1 + word.size};
    if (is_longer(before, word))
        note(census, both, reading)->is_long = true;
    else
        slot->stands_alone = true;
}

static bool is_ours(struct strview line)
{
    size_t size = sizeof OURS - 1;
    return line.size > size && memcmp(line.data, OURS, size) == 0 &&
           line.data[line.size - 1] == ']';
}

static void take_line(struct census *census, struct strview line)
{
    const char *end = line.data + line.size;
    struct strview before = {line.data, 0};
    census->line++;
    if (is_ours(line))
        return;
    heading_take(&census->heading, line);
    for (const char *at = line.data; at < end;) {
        const char *stop = skip(at, end, is_inner);
        struct strview word = {at, (size_t)(stop - at)};
        struct reading reading;
        if (is_name(word) && read_behind(stop, end, &reading))
            note_word(census, before, word, &reading);
        if (word.size > 0)
            before = stop < end && *stop == ' ' ? word : (struct strview){stop, 0};
        at = stop < end ? stop + 1 : end;
    }
}

/* --- the list -------------------------------------------------------------------------------- */

static bool ends_in(const struct slot *longer, const struct slot *word)
{
    size_t size = word->size;
    return longer->line > 0 && longer->is_long && longer->row.is_percent == word->row.is_percent &&
           longer->size > size && longer->name[longer->size - size - 1] == ' ' &&
           memcmp(longer->name + longer->size - size, word->name, size) == 0;
}

/* The one word that a name of two ends in; NULL where it was forgotten. */
static const struct slot *last_word(const struct census *census, const struct slot *longer)
{
    for (size_t i = 0; i < CENSUS_NAMES_MAX; i++) {
        const struct slot *slot = &census->slots[i];
        if (slot->line > 0 && !slot->is_long && ends_in(longer, slot))
            return slot;
    }
    return NULL;
}

static size_t count_longer(const struct census *census, const struct slot *word)
{
    size_t count = 0;
    for (size_t i = 0; i < CENSUS_NAMES_MAX; i++)
        count += ends_in(&census->slots[i], word);
    return count;
}

/* `loss` alone is no name for both `Train Loss` and `Val Loss`. */
static bool is_listed(const struct census *census, const struct slot *slot)
{
    const struct slot *word = slot->is_long ? last_word(census, slot) : slot;
    if (slot->line == 0 || word == NULL)
        return false;
    bool is_mixed = count_longer(census, word) > 1;
    return slot->is_long ? is_mixed || word->stands_alone : !is_mixed || word->stands_alone;
}

static int compare_rows(const void *left, const void *right)
{
    const struct census_row *a = left;
    const struct census_row *b = right;
    if (a->has_fraction != b->has_fraction)
        return a->has_fraction ? -1 : 1;
    if (a->has_separator != b->has_separator)
        return a->has_separator ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->name, b->name);
}

const struct census_row *census_list(struct census *census, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < CENSUS_NAMES_MAX; i++) {
        const struct slot *slot = &census->slots[i];
        if (!is_listed(census, slot))
            continue;
        struct slot whole = *slot;
        settle(&whole);
        whole.row.name = slot->name;
        census->rows[(*count)++] = whole.row;
    }
    qsort(census->rows, *count, sizeof *census->rows, compare_rows);
    return census->rows;
}

void census_pattern(const struct census_row *row, struct strbuf *out)
{
    strbuf_append_text(out, "\\b");
    for (const char *p = row->name; *p != '\0'; p++) {
        if (*p == '.')
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, *p);
    }
    strbuf_append_text(out, "\\W+?([-+.\\deE]+)%");
}

/* --- the face -------------------------------------------------------------------------------- */

struct census *census_create(void)
{
    struct census *census = sweep_alloc(sizeof *census);
    line_init(&census->splitter, EXTRACTOR_LINE_MAX);
    return census;
}

void census_free(struct census *census)
{
    if (census == NULL)
        return;
    line_release(&census->splitter);
    sweep_free(census);
}

void census_log(struct census *census, struct strview name, double value)
{
    const struct reading reading = {.value = value, .with_separator = true};
    if (name.size == 0 || name.size > CENSUS_NAME_MAX)
        return;
    census->line++;
    struct slot *slot = claim(census, name, false);
    slot->is_logged = false;
    note(census, name, &reading)->is_logged = true;
    slot->stands_alone = true;
}

void census_feed(struct census *census, const void *data, size_t size)
{
    struct strview line;
    line_feed(&census->splitter, data, size);
    while (line_next(&census->splitter, &line))
        take_line(census, line);
}

void census_end(struct census *census)
{
    struct strview line;
    if (line_last(&census->splitter, &line))
        take_line(census, line);
}

const struct heading *census_table(const struct census *census)
{
    return census->heading.rows > 0 ? &census->heading : NULL;
}

uint64_t census_lines(const struct census *census)
{
    return census->splitter.lines;
}
