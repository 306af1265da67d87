/*
 * Weighs a little of the objective against the cost of a trial.
 */
#include "view/record/cheapest.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "trial/ranking.h"
#include "view/record/row_names.h"
#include "view/term/text.h"

/* One standard error of the best mean (Breiman et al. 1984, "Classification and Regression Trees",
 * 3.4.3): what is nearer than that is as good as far as anybody can tell. */
static bool take_standard_error(const struct configurations *list, double *out,
                                struct sweep_error *err)
{
    const struct spread *spread = &list->best->spread;
    if (!list->are_replicated)
        return sweep_error_set(
            err, SWEEP_USAGE,
            "--within 1se needs replicates: each configuration ran once, and the "
            "standard error of one run is not known; give a share, as in 1%%, or "
            "a difference");
    if (spread->count < 2)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--within 1se: no configuration has values for two seeds yet");
    *out = spread->sd / sqrt((double)spread->count);
    return true;
}

/* How far from the best a value may be. */
static bool parse_tolerance(const char *text, const struct configurations *list, double *out,
                            struct sweep_error *err)
{
    size_t length = strlen(text);
    bool is_relative = length > 0 && text[length - 1] == '%';
    if (strcmp(text, "1se") == 0)
        return take_standard_error(list, out, err);
    struct strview number = {text, length - is_relative};
    if (number_parse_double(number, out) != NUMBER_OK || !isfinite(*out) || *out < 0)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--within: '%s' is neither a share of the best value, as in 1%%, "
                               "nor a difference, as in 0.01",
                               text);
    if (is_relative)
        *out *= fabs(list->best->spread.mean) / 100;
    return true;
}

/* The search for it. */
struct search {
    const struct record *record;
    const struct configurations *list;
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

/* On average over its trials; NaN where one has none. */
static bool mean_cost(struct search *search, const struct configuration *configuration, double *out,
                      struct sweep_error *err)
{
    size_t count = configuration->spread.count;
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        double cost = (double)NAN;
        if (!cost_of(search, configuration->trials[i], &cost, err))
            return false;
        *out += cost / (double)count;
    }
    return true;
}

/* 0.95 and 0.94 differ by 0.01, though their nearest doubles differ by a little more. */
static bool is_near(const struct search *search, const struct configuration *configuration)
{
    double best = search->list->best->spread.mean;
    return fabs(configuration->spread.mean - best) <= search->tolerance + 1e-12 * fabs(best);
}

/* Of two that cost the same the better one, or that with the lower number. */
static bool find(struct search *search, struct cheapest *out, struct sweep_error *err)
{
    const struct configurations *list = search->list;
    bool maximize = search->record->sweep.maximize;
    if (!mean_cost(search, list->best, &out->best_cost, err))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        const struct configuration *configuration = &list->items[i];
        double cost = (double)NAN;
        if (!is_near(search, configuration))
            continue;
        if (!mean_cost(search, configuration, &cost, err))
            return false;
        if (isnan(cost) || (out->configuration != NULL && cost > out->cost))
            continue;
        if (out->configuration != NULL && cost == out->cost &&
            !ranking_is_better(configuration->spread.mean, out->configuration->spread.mean,
                               maximize))
            continue;
        out->configuration = configuration;
        out->cost = cost;
    }
    return out->configuration != NULL ||
           sweep_error_set(err, SWEEP_USAGE, "--by: no trial within %s of the best has a '%s'",
                           out->within, out->by);
}

bool cheapest_find(struct record *record, const struct configurations *list, const char *within,
                   const char *by, struct cheapest *out, struct sweep_error *err)
{
    struct search search = {.record = record, .list = list, .by_text = by};
    *out = (struct cheapest){.list = list, .within = within, .by = by};
    if (!parse_tolerance(within, list, &search.tolerance, err))
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

/* Two digits are enough, and 100 is not 1e+02. */
static void append_share(double percent, struct strbuf *out)
{
    strbuf_printf(out, percent < 10 ? " (%.2g%%)" : " (%.0f%%)", percent);
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
        append_share(100 * loss / fabs(best), out);
}

void cheapest_append_words(const struct cheapest *cheapest, struct strbuf *out)
{
    const struct configuration *best = cheapest->list->best;
    double value = best->spread.mean;
    if (cheapest->configuration == best) {
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
    append_loss(fabs(value - cheapest->configuration->spread.mean), value, out);
    strbuf_printf(out, "; the best, trial %" PRIu64 ", has ", best->best->number);
    trial_text_number(value, out);
    strbuf_append_text(out, " and ");
    append_cost(cheapest, cheapest->best_cost, out);
}
