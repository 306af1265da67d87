/*
 * Words about what is not there. The counting is metrics/census'.
 */
#include "session/proposal.h"

#include <inttypes.h>
#include <string.h>

#include "metrics/likeness.h"
#include "view/term/text.h"
#include "view/term/trial_text.h"

#define NAMES_SHOWN 4

#define PATTERN_MAX ((size_t)1024)

/* The names that were seen, in the order in which they are proposed. */
struct candidates {
    const struct census_row *rows[NAMES_SHOWN]; /* [count] the likest first */
    int likeness[NAMES_SHOWN];
    size_t count;
    size_t total;
};

/* Stable: of names that are as like, the census' first stays the first. */
static void insert(struct candidates *found, const struct census_row *row, int likeness)
{
    size_t place = found->count;

    while (place > 0 && likeness > found->likeness[place - 1])
        place--;
    if (place == NAMES_SHOWN)
        return;
    found->count += found->count < NAMES_SHOWN;
    for (size_t i = found->count - 1; i > place; i--) {
        found->rows[i] = found->rows[i - 1];
        found->likeness[i] = found->likeness[i - 1];
    }
    found->rows[place] = row;
    found->likeness[place] = likeness;
}

/* What counts the steps is nobody's objective. */
static bool is_step(const struct run_settings *run, const char *name)
{
    return run->step_pattern >= 0 && strcmp(run->patterns[run->step_pattern].name, name) == 0;
}

static struct candidates find_candidates(const struct yield *yield, const char *wanted)
{
    struct candidates found = {0};
    const struct census_row *rows = census_list(yield->census, &found.total);

    size_t count = found.total;
    for (size_t i = 0; i < count; i++) {
        if (is_step(yield->run, rows[i].name))
            found.total--;
        else
            insert(&found, &rows[i], likeness_of(wanted, rows[i].name));
    }
    return found;
}

void proposal_append_row(const struct census_row *row, struct strbuf *out)
{
    const char *unit = row->is_percent ? "%" : "";

    text_append_safe(out, strview_of(row->name));
    strbuf_printf(out, " (%" PRIu64 "x, ", row->count);
    trial_text_number(row->min, out);
    strbuf_append_text(out, unit);
    if (row->min < row->max) {
        strbuf_append_text(out, "..");
        trial_text_number(row->max, out);
        strbuf_append_text(out, unit);
    }
    strbuf_append_char(out, ')');
}

static void append_seen(const struct candidates *found, struct strbuf *out)
{
    strbuf_append_text(out, " Seen: ");
    for (size_t i = 0; i < found->count; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        proposal_append_row(found->rows[i], out);
    }
    if (found->total > found->count)
        strbuf_printf(out, ", and %zu more", found->total - found->count);
    strbuf_append_char(out, '.');
}

/* @param wanted  the metric */
static void append_try(const struct spec_pattern *wanted, const struct census_row *row,
                       struct strbuf *out)
{
    if (row->is_percent) {
        struct strbuf pattern;
        strbuf_init(&pattern, PATTERN_MAX);
        census_pattern(row, &pattern);
        strbuf_append_text(out, " Try metric.pattern: '");
        text_append_safe(out, strbuf_view(&pattern));
        strbuf_append_char(out, '\'');
        strbuf_release(&pattern);
        return;
    }
    strbuf_append_text(out, " Try ");
    if (strcmp(row->name, wanted->name) != 0) {
        strbuf_append_text(out, "metric.name: ");
        text_append_safe(out, strview_of(row->name));
        strbuf_append_text(out, wanted->pattern != NULL ? ", " : "");
    }
    if (wanted->pattern != NULL)
        strbuf_append_text(out, "without metric.pattern");
}

void proposal_append_amount(const struct yield *yield, struct strbuf *out)
{
    uint64_t lines = census_lines(yield->census);

    if (lines > 0 || yield->rows == 0)
        strbuf_printf(out, "%" PRIu64 " line%s", lines, lines == 1 ? "" : "s");
    if (lines > 0 && yield->rows > 0)
        strbuf_append_text(out, " and ");
    if (yield->rows > 0)
        strbuf_printf(out, "%" PRIu64 " call%s of wandb.log()", yield->rows,
                      yield->rows == 1 ? "" : "s");
}

/* `'val_acc' not found in 212 lines.` */
static void append_lack(const struct yield *yield, const struct spec_pattern *wanted,
                        struct strbuf *out)
{
    strbuf_append_char(out, '\'');
    text_append_safe(out, strview_of(wanted->name));
    strbuf_append_text(out, wanted->pattern != NULL ? "' not found by its pattern" : "' not found");
    if (census_lines(yield->census) == 0 && yield->rows == 0) {
        strbuf_append_text(out, ": nothing was printed.");
        return;
    }
    strbuf_append_text(out, " in ");
    proposal_append_amount(yield, out);
    strbuf_append_char(out, '.');
}

/* The column that is probably meant; else the last one that could be. */
static size_t choose_column(const struct heading *table, const char *wanted, bool *is_probable)
{
    size_t best = 1;
    int most = 0;
    for (size_t i = 1; i < table->count; i++) {
        int likeness = likeness_of(wanted, table->names[i]);
        if (likeness > most) {
            most = likeness;
            best = i;
        }
    }
    *is_probable = most >= LIKENESS_PROBABLE;
    return best;
}

/* `Seen as columns of a table: epoch, train_loss, accuracy. Try metric.name: ...` */
static void append_table(const struct heading *table, const char *wanted, struct strbuf *out)
{
    bool is_probable;
    size_t column = choose_column(table, wanted, &is_probable);
    struct strbuf pattern;
    strbuf_append_text(out, " Seen as columns of a table: ");
    for (size_t i = 0; i < table->count; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        text_append_safe(out, strview_of(table->names[i]));
    }
    strbuf_append_text(out, is_probable ? ". Try "
                                        : ". Set metric.name to the one that is meant, as in ");
    if (strcmp(table->names[column], wanted) != 0) {
        strbuf_append_text(out, "metric.name: ");
        text_append_safe(out, strview_of(table->names[column]));
        strbuf_append_text(out, ", ");
    }
    strbuf_init(&pattern, PATTERN_MAX);
    heading_pattern(table, column, &pattern);
    strbuf_append_text(out, "metric.pattern: '");
    text_append_safe(out, strbuf_view(&pattern));
    strbuf_append_char(out, '\'');
    strbuf_release(&pattern);
}

void proposal_append_metric(const struct yield *yield, struct strbuf *out)
{
    const struct spec_pattern *wanted = &yield->run->patterns[yield->run->objective_pattern];
    const struct candidates found = find_candidates(yield, wanted->name);

    append_lack(yield, wanted, out);
    const struct heading *table = census_table(yield->census);
    if (table != NULL && (found.count == 0 || found.likeness[0] < LIKENESS_PROBABLE)) {
        append_table(table, wanted->name, out);
        return;
    }
    if (found.count == 0) {
        strbuf_append_text(out, " No other named number was seen: print one, such as '");
        text_append_safe(out, strview_of(wanted->name));
        strbuf_append_text(out, ": 0.93'");
        return;
    }
    append_seen(&found, out);
    if (found.total == 1 || found.likeness[0] >= LIKENESS_PROBABLE)
        append_try(wanted, found.rows[0], out);
    else
        strbuf_append_text(out, " Set metric.name to the one that is meant, or metric.pattern");
}

void proposal_append_capture(const struct yield *yield, size_t pattern, struct strbuf *out)
{
    const struct spec_pattern *wanted = &yield->run->patterns[pattern];
    const struct candidates found = find_candidates(yield, wanted->name);

    append_lack(yield, wanted, out);
    if (found.count == 0 || found.likeness[0] < LIKENESS_PROBABLE)
        return;
    strbuf_append_text(out, " Like it: ");
    proposal_append_row(found.rows[0], out);
}
