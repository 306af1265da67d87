/* Phrases. What they are said of is decided elsewhere. */
#include "explain/words.h"

#include <inttypes.h>
#include <math.h>

#include "trial/ranking.h"
#include "view/term/text.h"

/* Choices that are named, the best first. */
#define CHOICES_SHOWN 4

/* From that probability of a better trial on it pays to go on; below the other one hardly. */
#define CHANCE_GOOD 0.2
#define CHANCE_POOR 0.05

/* Rank correlation from which on a curve goes one way. */
#define ONE_WAY 0.9

/* What is as good as the best level, as a part of the way to the worst. */
#define AS_GOOD 0.1

void words_append_interval(double low, double high, struct strbuf *out)
{
    trial_text_number(low, out);
    strbuf_append_text(out, " .. ");
    trial_text_number(high, out);
}

void words_append_share(double share, struct strbuf *out)
{
    bool is_tiny = share > 0 && share < 0.005;
    if (is_tiny)
        strbuf_append_text(out, "under 1%");
    else
        strbuf_printf(out, "%.0f%%", 100 * share);
}

void words_append_params(const struct sweep_space *space, const struct sweep_value *params,
                         struct strbuf *out)
{
    const struct trial_words words = {.space = space};
    const struct sweep_trial trial = {.params = params};
    trial_text_params(&words, &trial, out);
}

void words_append_name(const struct sweep_space *space, size_t parameter, struct strbuf *out)
{
    text_append_safe(out, strview_of(sweep_space_parameter(space, parameter)->name));
}

void words_append_forecast(const char *metric, const struct sweep_forecast *forecast,
                           struct strbuf *out)
{
    text_append_safe(out, strview_of(metric));
    strbuf_append_char(out, ' ');
    trial_text_number(forecast->middle, out);
    strbuf_append_text(out, " (");
    words_append_interval(forecast->low, forecast->high, out);
    strbuf_append_char(out, ')');
}

void words_append_aim(enum lesson_aim aim, const struct sweep_explanation *explanation,
                      const struct sweep_forecast *forecast, struct strbuf *out)
{
    switch (aim) {
    case LESSON_REFINE:
        strbuf_printf(out, "to refine: it is close to trial %" PRIu64 ", %s", forecast->nearest,
                      forecast->nearest == explanation->incumbent ? "the best" : "among the best");
        break;
    case LESSON_IMPROVE:
        strbuf_append_text(out, "to improve: it is expected to be better than the best so far");
        break;
    case LESSON_EXPLORE:
        strbuf_append_text(out, "to explore: it is unlike everything that was tried");
        break;
    case LESSON_WEIGH:
        strbuf_printf(out,
                      "to find out: it is not expected to be better, but may be; nearest is trial "
                      "%" PRIu64,
                      forecast->nearest);
        break;
    }
}

void words_append_chance(double chance, bool is_known, struct strbuf *out)
{
    words_append_share(chance, out);
    if (!is_known)
        strbuf_append_text(out, ", which is a guess");
    else if (chance >= CHANCE_GOOD)
        strbuf_append_text(out, ": to go on is worth it");
    else if (chance < CHANCE_POOR)
        strbuf_append_text(out, ": to go on is hardly worth it");
    else
        strbuf_append_text(out, ": to go on may be worth it");
}

/* --- trends ----------------------------------------------------------------------------------- */

static bool is_better(const struct sweep_influence *influence, size_t a, size_t b, bool maximize)
{
    return ranking_is_better(influence->levels[a].mean, influence->levels[b].mean, maximize);
}

static size_t find_best(const struct sweep_influence *influence, bool maximize)
{
    size_t best = 0;
    for (size_t g = 1; g < influence->level_count; g++)
        if (is_better(influence, g, best, maximize))
            best = g;
    return best;
}

/* Spearman's rank correlation of levels with how good they are: 1, the higher the better. */
static double direction(const struct sweep_influence *influence, bool maximize)
{
    double n = (double)influence->level_count;
    double sum = 0;
    for (size_t g = 0; g < influence->level_count; g++) {
        double better_than = 0;
        for (size_t h = 0; h < influence->level_count; h++)
            better_than += is_better(influence, g, h, maximize);
        sum += ((double)g - better_than) * ((double)g - better_than);
    }
    return 1 - 6 * sum / (n * (n * n - 1));
}

/* `adam 0.93, sgd 0.91` */
static void append_choices(const struct sweep_influence *influence, bool maximize,
                           struct strbuf *out)
{
    bool is_named[SWEEP_LEVELS_MAX] = {false};
    size_t shown = 0;
    for (; shown < influence->level_count && shown < CHOICES_SHOWN; shown++) {
        size_t next = SWEEP_LEVELS_MAX;
        for (size_t g = 0; g < influence->level_count; g++)
            if (!is_named[g] &&
                (next == SWEEP_LEVELS_MAX || is_better(influence, g, next, maximize)))
                next = g;
        is_named[next] = true;
        strbuf_append_text(out, shown == 0 ? "on average " : ", ");
        trial_text_param(&influence->levels[next].value, out);
        strbuf_append_char(out, ' ');
        trial_text_number(influence->levels[next].mean, out);
    }
    if (shown < influence->level_count)
        strbuf_append_text(out, ", ...");
}

static bool is_as_good(const struct sweep_influence *influence, size_t level, size_t best,
                       double spread)
{
    double behind = fabs(influence->levels[level].mean - influence->levels[best].mean);
    return behind <= AS_GOOD * spread;
}

static double spread_of_levels(const struct sweep_influence *influence)
{
    double min = influence->levels[0].mean;
    double max = min;
    for (size_t g = 1; g < influence->level_count; g++) {
        min = fmin(min, influence->levels[g].mean);
        max = fmax(max, influence->levels[g].mean);
    }
    return max - min;
}

/* `best between 0.01 and 0.03` */
static void append_range(const struct sweep_influence *influence, bool maximize, struct strbuf *out)
{
    size_t best = find_best(influence, maximize);
    double spread = spread_of_levels(influence);
    size_t low = best;
    size_t high = best;
    while (low > 0 && is_as_good(influence, low - 1, best, spread))
        low--;
    while (high + 1 < influence->level_count && is_as_good(influence, high + 1, best, spread))
        high++;
    strbuf_append_text(out, low < high ? "best between " : "best around ");
    trial_text_param(&influence->levels[low].value, out);
    if (low == high)
        return;
    strbuf_append_text(out, " and ");
    trial_text_param(&influence->levels[high].value, out);
}

void words_append_trend(const struct sweep_parameter *parameter,
                        const struct sweep_influence *influence, bool maximize, struct strbuf *out)
{
    size_t count = influence->level_count;
    if (count < 2)
        return;
    if (parameter->distribution == SWEEP_CATEGORICAL && !parameter->is_ordered) {
        append_choices(influence, maximize, out);
        return;
    }
    double way = count > 2 ? direction(influence, maximize)
                           : (is_better(influence, 1, 0, maximize) ? 1 : -1);
    if (way >= ONE_WAY)
        strbuf_append_text(out, "higher is better");
    else if (way <= -ONE_WAY)
        strbuf_append_text(out, "lower is better");
    else
        append_range(influence, maximize, out);
}
