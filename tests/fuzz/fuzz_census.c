/* Any output, cut anywhere, has the names that it has whole; and what is listed is what the
 * extractor finds, unless there were so many names that some were forgotten. The first byte chooses
 * the cut. */
#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "metrics/census.h"
#include "metrics/extractor.h"

#define NAMES_CHECKED 4
#define CHECKED_SIZE  100 /* [bytes] too few for names enough that some are forgotten */

static struct census *take(const uint8_t *data, size_t size, size_t cut)
{
    struct census *census = census_create();
    for (size_t at = 0; at < size; at += cut)
        census_feed(census, data + at, size - at < cut ? size - at : cut);
    census_end(census);
    return census;
}

static bool is_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || !(a < b || b < a);
}

static void compare(const struct census_row *a, const struct census_row *b)
{
    fuzz_require(strcmp(a->name, b->name) == 0 && a->count == b->count);
    fuzz_require(is_same(a->min, b->min) && is_same(a->max, b->max));
}

/* Lines of our own are the extractor's too, and to it a letter that is not ASCII is none. */
static bool is_plain(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] >= 0x80 || memchr("[@\x1b", data[i], 3) != NULL)
            return false;
    return true;
}

static void check(const struct census_row *row, const uint8_t *data, size_t size)
{
    const struct extractor_pattern pattern = {row->name, NULL};
    struct sweep_error err = {0};
    struct extractor *extractor = extractor_create(&pattern, 1, &err);
    struct extractor_found found;
    struct census_row seen = {.name = row->name, .min = (double)NAN, .max = (double)NAN};
    bool has_others = false; /* what is no number hides a number before it in its line */
    fuzz_require(extractor != NULL);
    extractor_feed(extractor, data, size);
    for (int part = 0; part < 2; part++) {
        while (extractor_next(extractor, &found)) {
            has_others = has_others || found.kind != EXTRACTOR_NUMBER;
            if (has_others)
                continue;
            seen.count++;
            seen.min = fmin(seen.min, found.value);
            seen.max = fmax(seen.max, found.value);
        }
        extractor_end(extractor);
    }
    extractor_free(extractor);
    if (!has_others)
        compare(row, &seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct census *whole = take(data + 1, size - 1, size);
    struct census *cut = take(data + 1, size - 1, data[0] % 13U + 1);
    size_t count;
    size_t cut_count;
    const struct census_row *rows = census_list(whole, &count);
    const struct census_row *cut_rows = census_list(cut, &cut_count);
    fuzz_require(count == cut_count && census_lines(whole) == census_lines(cut));
    for (size_t i = 0; i < count; i++)
        compare(&rows[i], &cut_rows[i]);
    for (size_t i = 0; i < count && i < NAMES_CHECKED && size < CHECKED_SIZE; i++)
        if (!rows[i].is_percent && is_plain(data + 1, size - 1))
            check(&rows[i], data + 1, size - 1);
    census_free(whole);
    census_free(cut);
    return 0;
}
