/*
 * Which named numbers there are in some output: what to propose when the wanted one is not found.
 *
 *     census_log(census, name, value);         what a script gave to wandb.log(), first of all
 *     census_feed(census, data, size);         pieces of output, cut anywhere
 *     census_end(census);
 *     rows = census_list(census, &count);
 *
 * A row is a name that the extractor, given it without a pattern, would find as often and with the
 * same bounds. Where a percent sign follows the number it needs census_pattern(). Of names that end
 * in the same word, as `Train Loss` and `Val Loss`, the longer ones are listed where the word alone
 * would mix them up. Lines of our own, `[sweep: ...]`, do not count. Of a name that was logged
 * only that counts, not what is printed of it.
 *
 * The memory is bounded: of more than CENSUS_NAMES_MAX names, some rare ones are forgotten. Lines
 * are those of the extractor (line.h).
 *
 * Ownership: opaque, census_free(); rows are valid until the next call.
 */
#ifndef SWEEP_METRICS_CENSUS_H
#define SWEEP_METRICS_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/strview.h"
#include "metrics/heading.h"

#define CENSUS_NAME_MAX  64 /* [bytes] */
#define CENSUS_NAMES_MAX 1024

/** A name and its numbers, one a line: where a line has several, the last one counts. */
struct census_row {
    const char *name;
    uint64_t count;
    double min; /* NaN is no bound; NaN when there is nothing else */
    double max;
    bool has_fraction;  /* not all are whole numbers */
    bool has_separator; /* a colon or an equals sign stood between name and number at least once */
    bool is_percent;    /* it is found by its pattern only */
};

struct census;

struct census *census_create(void);
void census_free(struct census *census);

/** Count a number that has its name without looking for it; too long a name is left out. */
void census_log(struct census *census, struct strview name, double value);

void census_feed(struct census *census, const void *data, size_t size);

/** The output has ended: an unfinished last line counts as a line. */
void census_end(struct census *census);

/** A table under a line of names, whose numbers no name stands before; NULL: none was seen. */
const struct heading *census_table(const struct census *census);

/** Lines seen so far. */
uint64_t census_lines(const struct census *census);

/** All names: those that look like a metric first, frequent ones before rare ones. */
const struct census_row *census_list(struct census *census, size_t *count);

/** Append a pattern that finds the numbers of a row where its name alone does not. */
void census_pattern(const struct census_row *row, struct strbuf *out);

#endif
