/* Words for what the trials themselves show. */
#include "explain/finding_words.h"

#include "explain/words.h"
#include "space/space.h"
#include "trial/trial.h"
#include "view/term/text.h"

static void append_name(const struct lesson *lesson, size_t parameter, struct strbuf *out)
{
    words_append_name(lesson->insight.searched, parameter, out);
}

/* --- ends, choices, what was not tried -------------------------------------------------------- */

static void append_edge(const struct lesson *lesson, const struct finding_edge *edge,
                        struct strbuf *out)
{
    const struct sweep_parameter *parameter =
        sweep_space_parameter(lesson->insight.searched, edge->parameter);
    bool is_list = parameter->distribution == SWEEP_CATEGORICAL;
    strbuf_append_text(out, "  ");
    append_name(lesson, edge->parameter, out);
    strbuf_printf(out, ": the best %d trials have it at its %s end, ", FINDINGS_BEST,
                  edge->is_upper ? "upper" : "lower");
    trial_text_param(&edge->bound, out);
    if (is_list)
        strbuf_append_text(out, ": add values beyond it\n");
    else
        strbuf_printf(out, ": widen it with another %s\n", edge->is_upper ? "max" : "min");
}

static void append_poor(const struct lesson *lesson, const struct finding_poor *poor,
                        struct strbuf *out)
{
    strbuf_append_text(out, "  ");
    append_name(lesson, poor->parameter, out);
    strbuf_append_char(out, '=');
    trial_text_param(&poor->choice, out);
    strbuf_printf(out, ": the best of its %zu trials, ", poor->trials);
    trial_text_number(poor->best, out);
    strbuf_append_text(out, ", is worse than half of all trials (");
    trial_text_number(lesson->findings.median, out);
    strbuf_append_text(out, "): consider leaving it out\n");
}

static void append_untried(const struct lesson *lesson, const struct finding_untried *untried,
                           struct strbuf *out)
{
    strbuf_append_text(out, "  ");
    append_name(lesson, untried->parameter, out);
    if (!untried->is_whole) {
        strbuf_append_char(out, '=');
        trial_text_param(&untried->choice, out);
    }
    if (untried->trials == 0)
        strbuf_append_text(out, untried->is_whole ? " was never active" : " was never tried");
    else
        strbuf_printf(out, " %s in only %zu of %zu trials",
                      untried->is_whole ? "was active" : "was tried", untried->trials,
                      lesson->findings.finished);
    if (untried->has_value) {
        strbuf_append_text(out, ", with ");
        trial_text_number(untried->best, out);
        strbuf_append_text(out, " at best");
    }
    const char *condition = space_condition(lesson->insight.searched, untried->parameter);
    if (condition != NULL && untried->is_whole) {
        strbuf_append_text(out, "; it needs ");
        text_append_safe(out, strview_of(condition));
    }
    strbuf_append_char(out, '\n');
}

static void append_findings(const struct lesson *lesson, struct strbuf *out)
{
    const struct findings *findings = &lesson->findings;
    if (findings->edge_count + findings->poor_count + findings->untried_count == 0)
        return;
    strbuf_append_text(out, "\nthe space\n");
    for (size_t i = 0; i < findings->edge_count; i++)
        append_edge(lesson, &findings->edges[i], out);
    for (size_t i = 0; i < findings->poor_count; i++)
        append_poor(lesson, &findings->poor[i], out);
    for (size_t i = 0; i < findings->untried_count; i++)
        append_untried(lesson, &findings->untried[i], out);
    if (findings->edge_count > 0)
        strbuf_append_text(out, "  After an edit of the file: sweep run FILE --accept-changes\n");
}

/* --- failures --------------------------------------------------------------------------------- */

static void append_rule(const struct lesson *lesson, const struct blame_rule *rule,
                        struct strbuf *out)
{
    static const char *const SIGNS[] = {
        [BLAME_AT_LEAST] = " >= ",
        [BLAME_AT_MOST] = " <= ",
        [BLAME_EQUALS] = " = ",
    };
    append_name(lesson, rule->parameter, out);
    strbuf_append_text(out, SIGNS[rule->relation]);
    trial_text_param(&rule->value, out);
}

static void append_rules(const struct lesson *lesson, struct strbuf *out)
{
    const struct blame *blame = &lesson->blame;
    if (blame->failures_inside == blame->failures)
        strbuf_append_text(out, "  all of them have ");
    else
        strbuf_printf(out, "  %zu of the %zu have ", blame->failures_inside, blame->failures);
    for (size_t i = 0; i < blame->rule_count; i++) {
        strbuf_append_text(out, i > 0 ? " and " : "");
        append_rule(lesson, &blame->rules[i], out);
    }
    if (blame->inside == blame->failures_inside)
        strbuf_append_text(out, "; no trial there came out\n");
    else
        strbuf_printf(out, "; %zu of %zu trials there failed\n", blame->failures_inside,
                      blame->inside);
}

static void append_failures(const struct lesson *lesson, struct strbuf *out)
{
    const struct blame *blame = &lesson->blame;
    if (blame->failures == 0)
        return;
    strbuf_printf(out, "\nfailures\n  %zu of %zu trials", blame->failures, blame->judged);
    for (size_t i = 0; i < blame->reason_count; i++) {
        strbuf_append_text(out, i == 0 ? ": " : ", ");
        if (blame->reasons[i].reason == SWEEP_REASON_NONE)
            strbuf_append_text(out, "no finite value");
        else
            trial_format_reason(blame->reasons[i].reason, blame->reasons[i].detail, out);
        if (blame->reason_count > 1)
            strbuf_printf(out, " (%zu)", blame->reasons[i].count);
    }
    strbuf_append_char(out, '\n');
    if (blame->rule_count > 0)
        append_rules(lesson, out);
    else if (blame->failures > 2)
        strbuf_append_text(out, "  too few to tell where they lie, or they lie anywhere\n");
}

void finding_words_append(const struct lesson *lesson, struct strbuf *out)
{
    append_findings(lesson, out);
    append_failures(lesson, out);
}
