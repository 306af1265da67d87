/* Tries every condition on every parameter, and takes the least likely one. */
#include "explain/blame.h"

#include <math.h>
#include <stdio.h>

#include "base/number.h"

/* Fewer failures have nothing in common. */
#define FAILURES_MIN 3

#define CHANCE_MAX 0.05

/* Bounds of one parameter that are tried; of more failures every so-many-th gives one. */
#define BOUNDS_MAX 200

/* --- who failed ------------------------------------------------------------------------------- */

/* @param[out] failed  set where it was judged */
static bool is_judged(const struct sweep_trial *trial, bool *failed)
{
    switch (trial->state) {
    case SWEEP_TRIAL_COMPLETE:
        *failed =
            trial->objective != SWEEP_OBJECTIVE_FINITE && trial->objective != SWEEP_OBJECTIVE_NONE;
        return true;
    case SWEEP_TRIAL_PRUNED:
        *failed = false;
        return true;
    case SWEEP_TRIAL_FAILED:
        *failed = true;
        return sweep_reason_is_of_params(trial->reason);
    case SWEEP_TRIAL_WAITING:
    case SWEEP_TRIAL_RUNNING:
    case SWEEP_TRIAL_CANCELLED:
        return false;
    }
    return false;
}

static void count_reason(struct blame *blame, const struct sweep_trial *trial)
{
    struct blame_reason *reasons = blame->reasons;
    size_t i = 0;
    while (i < blame->reason_count &&
           (reasons[i].reason != trial->reason || reasons[i].detail != trial->reason_detail))
        i++;
    if (i == blame->reason_count && i < BLAME_REASONS)
        reasons[blame->reason_count++] =
            (struct blame_reason){trial->reason, trial->reason_detail, 0};
    if (i < blame->reason_count)
        reasons[i].count++;
}

/* --- rules ------------------------------------------------------------------------------------ */

struct suspect {
    const struct sweep_value *params;
    bool failed;
    bool is_inside; /* the rules found so far hold */
};

struct inquiry {
    struct blame *blame;
    const struct sweep_space *space;
    struct suspect *suspects; /* [blame->judged] */
    double *places;           /* [blame->judged] of the parameter that is looked at; NAN: absent */
    size_t tried;             /* conditions */
    double chance;            /* of the best one */
    struct blame_rule best;
    size_t failures; /* inside */
    size_t inside;
};

static double place_of(const struct inquiry *inquiry, size_t parameter,
                       const struct sweep_value *value)
{
    return sweep_parameter_unit(sweep_space_parameter(inquiry->space, parameter), value);
}

static bool holds(const struct inquiry *inquiry, const struct blame_rule *rule,
                  const struct sweep_value *params)
{
    const struct sweep_value *value = &params[rule->parameter];
    if (value->kind == SWEEP_VALUE_NONE)
        return false;
    if (rule->relation == BLAME_EQUALS)
        return sweep_value_equal(value, &rule->value);
    double here = place_of(inquiry, rule->parameter, value);
    double bound = place_of(inquiry, rule->parameter, &rule->value);
    return rule->relation == BLAME_AT_LEAST ? here >= bound : here <= bound;
}

static double log_choose(size_t n, size_t k)
{
    return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

/* The probability that of m trials drawn from n, of which k failed, at least x failed. */
static double chance_of(size_t n, size_t k, size_t m, size_t x)
{
    double sum = 0;
    for (; x <= k && x <= m; x++)
        if (m - x <= n - k)
            sum += exp(log_choose(k, x) + log_choose(n - k, m - x) - log_choose(n, m));
    return fmin(sum, 1);
}

/* The same as holds() by the places of the parameter that is looked at. */
static bool holds_at(const struct inquiry *inquiry, const struct blame_rule *rule, size_t suspect,
                     double bound)
{
    double here = inquiry->places[suspect];
    switch (rule->relation) {
    case BLAME_AT_LEAST:
        return here >= bound;
    case BLAME_AT_MOST:
        return here <= bound;
    case BLAME_EQUALS:
        return here == bound;
    }
    return false;
}

static void try_rule(struct inquiry *inquiry, const struct blame_rule *rule)
{
    double bound = place_of(inquiry, rule->parameter, &rule->value);
    size_t n = 0;
    size_t k = 0;
    size_t m = 0;
    size_t x = 0;
    for (size_t i = 0; i < inquiry->blame->judged; i++) {
        const struct suspect *suspect = &inquiry->suspects[i];
        if (!suspect->is_inside)
            continue;
        bool is_in = holds_at(inquiry, rule, i, bound);
        n++;
        k += suspect->failed;
        m += is_in;
        x += is_in && suspect->failed;
    }
    inquiry->tried++;
    double chance = chance_of(n, k, m, x);
    if (x < FAILURES_MIN || chance >= inquiry->chance)
        return;
    inquiry->chance = chance;
    inquiry->best = *rule;
    inquiry->inside = m;
    inquiry->failures = x;
}

/* Whether an earlier one that failed stands at the same place, so that its bounds were tried. */
static bool is_repeated(const struct inquiry *inquiry, size_t suspect)
{
    for (size_t i = 0; i < suspect; i++)
        if (inquiry->suspects[i].is_inside && inquiry->suspects[i].failed &&
            inquiry->places[i] == inquiry->places[suspect])
            return true;
    return false;
}

static void try_parameter(struct inquiry *inquiry, size_t index)
{
    const struct sweep_parameter *parameter = sweep_space_parameter(inquiry->space, index);
    bool is_choice = parameter->distribution == SWEEP_CATEGORICAL;
    size_t stride = inquiry->blame->failures / BOUNDS_MAX + 1;
    size_t failure = 0;
    for (size_t i = 0; i < inquiry->blame->judged; i++) {
        const struct sweep_value *value = &inquiry->suspects[i].params[index];
        inquiry->places[i] =
            value->kind != SWEEP_VALUE_NONE ? place_of(inquiry, index, value) : (double)NAN;
    }
    for (size_t i = 0; is_choice && i < parameter->choice_count; i++)
        try_rule(inquiry, &(struct blame_rule){index, BLAME_EQUALS, parameter->choices[i]});
    if (is_choice && !parameter->is_ordered)
        return;
    for (size_t i = 0; i < inquiry->blame->judged; i++) {
        const struct suspect *suspect = &inquiry->suspects[i];
        struct sweep_value value = suspect->params[index];
        if (!suspect->is_inside || !suspect->failed || value.kind == SWEEP_VALUE_NONE ||
            is_repeated(inquiry, i) || failure++ % stride != 0)
            continue;
        try_rule(inquiry, &(struct blame_rule){index, BLAME_AT_LEAST, value});
        try_rule(inquiry, &(struct blame_rule){index, BLAME_AT_MOST, value});
    }
}

/* --- bounds that can be read ------------------------------------------------------------------ */

/* The nearest value of the other trials on the far side of a bound, or NAN. */
static double beyond(const struct inquiry *inquiry, const struct blame_rule *rule)
{
    double nearest = NAN;
    for (size_t i = 0; i < inquiry->blame->judged; i++) {
        const struct suspect *suspect = &inquiry->suspects[i];
        const struct sweep_value *value = &suspect->params[rule->parameter];
        if (!suspect->is_inside || value->kind != SWEEP_VALUE_REAL ||
            holds(inquiry, rule, suspect->params))
            continue;
        bool is_nearer =
            rule->relation == BLAME_AT_LEAST ? value->real > nearest : value->real < nearest;
        if (isnan(nearest) || is_nearer)
            nearest = value->real;
    }
    return nearest;
}

/* The number of fewest digits that parts the same trials. */
static void shorten(const struct inquiry *inquiry, struct blame_rule *rule)
{
    char text[NUMBER_TEXT_MAX];
    double bound = rule->value.real;
    double outside = beyond(inquiry, rule);
    if (rule->relation == BLAME_EQUALS || rule->value.kind != SWEEP_VALUE_REAL || isnan(outside))
        return;
    for (int digits = 1; digits < 17; digits++) {
        double number;
        (void)snprintf(text, sizeof text, "%.*g", digits, bound / 2 + outside / 2);
        if (number_parse_double(strview_of(text), &number) != NUMBER_OK)
            return;
        bool parts = rule->relation == BLAME_AT_LEAST ? number > outside && number <= bound
                                                      : number < outside && number >= bound;
        if (!parts)
            continue;
        rule->value.real = number;
        rule->value.text = NULL;
        return;
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

/* @return whether one was found among those for which the others hold */
static bool find_rule(struct inquiry *inquiry)
{
    struct blame *blame = inquiry->blame;
    inquiry->chance = 1;
    inquiry->tried = 0;
    for (size_t i = 0; i < sweep_space_count(inquiry->space); i++)
        if (trial_text_is_searched(sweep_space_parameter(inquiry->space, i)))
            try_parameter(inquiry, i);
    if (inquiry->chance * (double)inquiry->tried >= CHANCE_MAX)
        return false;
    shorten(inquiry, &inquiry->best);
    blame->rules[blame->rule_count++] = inquiry->best;
    blame->inside = inquiry->inside;
    blame->failures_inside = inquiry->failures;
    for (size_t i = 0; i < blame->judged; i++)
        inquiry->suspects[i].is_inside &=
            holds(inquiry, &inquiry->best, inquiry->suspects[i].params);
    return true;
}

void blame_find(struct blame *blame, struct insight *insight, const struct insight_ask *ask)
{
    const struct sweep_history *history = &ask->history;
    struct inquiry inquiry = {.blame = blame, .space = insight->searched};
    inquiry.suspects = arena_alloc_array(&insight->record.arena, history->finished_count,
                                         sizeof *inquiry.suspects);
    inquiry.places =
        arena_alloc_array(&insight->record.arena, history->finished_count, sizeof *inquiry.places);
    *blame = (struct blame){0};
    for (size_t i = 0; i < history->finished_count; i++) {
        const struct sweep_trial *trial = history->finished[i];
        bool failed;
        if (!is_judged(trial, &failed))
            continue;
        if (failed)
            count_reason(blame, trial);
        blame->failures += failed;
        inquiry.suspects[blame->judged++] = (struct suspect){trial->params, failed, true};
    }
    while (blame->failures >= FAILURES_MIN && blame->rule_count < BLAME_RULES &&
           find_rule(&inquiry))
        continue;
}
