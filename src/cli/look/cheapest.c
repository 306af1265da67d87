/*
 * Weighs a little of the objective against the cost of a trial.
 */
#include "cli/look/cheapest.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "cli/look/row_names.h"
#include "trial/ranking.h"
#include "view/term/text.h"

/* How far from the best a value may be. */
static bool parse_tolerance(const char *text, double best, double *out, struct sweep_error *err)
{
    size_t length = strlen(text);
    bool is_relative = length > 0 && text[length - 1] == '%';
    if (strcmp(text, "1se") == 0)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--within 1se: each configuration ran once, and the standard error "
                               "of one run is not known; give a share, as in 1%%, or a difference");
    struct strview number = {text, length - is_relative};
    if (number_parse_double(number, out) != NUMBER_OK || !isfinite(*out) || *out < 0)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--within: '%s' is neither a share of the best value, as in 1%%, "
                               "nor a difference, as in 0.01",
                               text);
    if (is_relative)
        *out *= fabs(best) / 100;
    return true;
}

/* The search for it. */
struct search {
    const struct record *record;
    struct row_names *names;
    struct expr *by;
    const char *by_text;
    double tolerance;
};

static bool cost_of(struct search *search, const struct sweep_trial *trial, double *out,
                    struct sweep_error *err)
{
    struct expr_value value;
    *out = (double)NAN;
    if (!row_names_set(search->names, search->record, trial, err) ||
        !expr_evaluate(search->by, &value, err))
        return false;
    if (value.kind == EXPR_TEXT)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--by: %s is a text ('%s'), and a cost is a number, as duration is",
                               search->by_text, value.text);
    if (value.kind == EXPR_NUMBER)
        *out = value.number;
    return true;
}

/* 0.95 and 0.94 differ by 0.01, though their nearest doubles differ by a little more. */
static bool is_near(const struct search *search, const struct sweep_trial *trial)
{
    double best = search->record->best->value;
    return ranking_is_eligible(trial) &&
           fabs(trial->value - best) <= search->tolerance + 1e-12 * fabs(best);
}

/* Of two that cost the same the better one. */
static bool find(struct search *search, struct cheapest *out, struct sweep_error *err)
{
    const struct record *record = search->record;
    bool maximize = record->sweep.maximize;
    if (!cost_of(search, record->best, &out->best_cost, err))
        return false;
    for (size_t i = 0; i < record->trials.count; i++) {
        const struct sweep_trial *trial = &record->trials.items[i];
        double cost = (double)NAN;
        if (!is_near(search, trial))
            continue;
        if (!cost_of(search, trial, &cost, err))
            return false;
        if (isnan(cost) || (out->trial != NULL && cost > out->cost))
            continue;
        if (out->trial != NULL && cost == out->cost &&
            ranking_compare(out->trial, trial, maximize) < 0)
            continue;
        out->trial = trial;
        out->cost = cost;
    }
    return out->trial != NULL ||
           sweep_error_set(err, SWEEP_USAGE, "--by: no trial within %s of the best has a '%s'",
                           out->within, out->by);
}

bool cheapest_find(const struct record *record, const char *within, const char *by,
                   struct cheapest *out, struct sweep_error *err)
{
    struct search search = {.record = record, .by_text = by};
    *out = (struct cheapest){.within = within, .by = by};
    if (!parse_tolerance(within, record->best->value, &search.tolerance, err))
        return false;
    search.names = row_names_create(record, 1);
    search.by = row_names_compile(search.names, "--by", by, err);
    bool done = search.by != NULL && find(&search, out, err);
    expr_free(search.by);
    row_names_free(search.names);
    return done;
}

static void append_cost(const struct cheapest *cheapest, double cost, struct strbuf *out)
{
    text_append_safe(out, strview_of(cheapest->by));
    strbuf_append_char(out, ' ');
    if (isnan(cost))
        strbuf_append_text(out, "not known");
    else
        trial_text_number(cost, out);
}

static void append_loss(double loss, double best, struct strbuf *out)
{
    if (loss == 0) {
        strbuf_append_text(out, ", as good");
        return;
    }
    strbuf_append_text(out, ", worse by ");
    trial_text_number(loss, out);
    if (best != 0)
        strbuf_printf(out, " (%.2g%%)", 100 * loss / fabs(best));
}

void cheapest_append_words(const struct cheapest *cheapest, const struct record *record,
                           struct strbuf *out)
{
    const struct sweep_trial *best = record->best;
    if (cheapest->trial == best) {
        strbuf_append_text(out, "the best is also the cheapest within ");
        text_append_safe(out, strview_of(cheapest->within));
        strbuf_append_text(out, ": ");
        append_cost(cheapest, cheapest->cost, out);
        return;
    }
    strbuf_append_text(out, "the cheapest within ");
    text_append_safe(out, strview_of(cheapest->within));
    strbuf_append_text(out, " of the best: ");
    append_cost(cheapest, cheapest->cost, out);
    append_loss(fabs(best->value - cheapest->trial->value), best->value, out);
    strbuf_printf(out, "; the best, trial %" PRIu64 ", has ", best->number);
    trial_text_number(best->value, out);
    strbuf_append_text(out, " and ");
    append_cost(cheapest, cheapest->best_cost, out);
}
