/*
 * Words for trials. Not for layout, and never for programs.
 */
#include "view/term/trial_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "space/space.h"
#include "trial/trial.h"
#include "view/term/text.h"

#define VALUE_MAX 4096 /* [bytes] */

static const char *reduce_name(enum reduce reduce)
{
    switch (reduce) {
    case REDUCE_BEST:
        return "best";
    case REDUCE_LAST:
        return "last";
    case REDUCE_MIN:
        return "min";
    case REDUCE_MAX:
        return "max";
    case REDUCE_MEAN:
        return "mean";
    }
    return "";
}

/* ` (best, epoch 12; last 0.941)`, as far as it says something. */
static void append_origin(const struct trial_words *words, const struct sweep_trial *trial,
                          struct strbuf *out)
{
    bool has_step = words->step_name != NULL && trial->step != SWEEP_STEP_NONE;
    bool differs = words->objective.reduce != REDUCE_LAST && !(trial->last == trial->value) &&
                   !isnan(trial->value);
    if (!has_step && !differs)
        return;
    strbuf_printf(out, " (%s", reduce_name(words->objective.reduce));
    if (has_step) {
        strbuf_append_text(out, ", ");
        text_append_safe(out, strview_of(words->step_name));
        strbuf_printf(out, " %" PRId64, trial->step);
    }
    if (differs) {
        strbuf_append_text(out, "; last ");
        trial_text_number(trial->last, out);
    }
    strbuf_append_char(out, ')');
}

void trial_text_number(double value, struct strbuf *out)
{
    char text[NUMBER_TEXT_MAX];
    (void)snprintf(text, sizeof text, "%.5g", value);
    /* printf writes a sign before some NaNs, which would only puzzle. */
    strbuf_append_text(out, isnan(value) ? "nan" : text);
}

void trial_text_value(const struct trial_words *words, const struct sweep_trial *trial,
                      struct strbuf *out)
{
    switch (trial->objective) {
    case SWEEP_OBJECTIVE_NONE:
        strbuf_append_char(out, '-');
        break;
    case SWEEP_OBJECTIVE_FINITE:
        trial_text_number(trial->value, out);
        append_origin(words, trial, out);
        break;
    case SWEEP_OBJECTIVE_NAN:
        strbuf_append_text(out, "nan");
        break;
    case SWEEP_OBJECTIVE_POSITIVE_INFINITE:
        strbuf_append_text(out, "inf");
        break;
    case SWEEP_OBJECTIVE_NEGATIVE_INFINITE:
        strbuf_append_text(out, "-inf");
        break;
    }
}

void trial_text_state(const struct sweep_trial *trial, struct strbuf *out)
{
    bool pruned = trial->state == SWEEP_TRIAL_PRUNED;
    strbuf_append_text(out, pruned ? "stopped early" : trial_state_name(trial->state));
    bool says_more = trial->reason != SWEEP_REASON_NONE && trial->reason != SWEEP_REASON_CANCELLED;
    if (says_more) {
        strbuf_append_text(out, ": ");
        trial_format_reason(trial->reason, trial->reason_detail, out);
    }
}

void trial_text_param(const struct sweep_value *value, struct strbuf *out)
{
    if (value->kind == SWEEP_VALUE_REAL && value->text == NULL) {
        trial_text_number(value->real, out);
        return;
    }
    struct strbuf text;
    strbuf_init(&text, VALUE_MAX);
    space_format_value(value, &text);
    text_append_safe(out, strbuf_view(&text));
    strbuf_release(&text);
}

void trial_text_params(const struct trial_words *words, const struct sweep_trial *trial,
                       struct strbuf *out)
{
    const char *separator = "";
    for (size_t i = 0; i < sweep_space_count(words->space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(words->space, i);
        if (!trial_text_is_searched(parameter) || trial->params[i].kind == SWEEP_VALUE_NONE)
            continue;
        strbuf_append_text(out, separator);
        text_append_safe(out, strview_of(parameter->name));
        strbuf_append_char(out, '=');
        trial_text_param(&trial->params[i], out);
        separator = " ";
    }
}

void trial_text_bytes(uint64_t bytes, struct strbuf *out)
{
    static const char *const UNITS[] = {"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) {
        strbuf_printf(out, "%" PRIu64 " bytes", bytes);
        return;
    }
    double size = (double)bytes / 1024;
    size_t unit = 0;
    for (; size >= 1024 && unit + 1 < ARRAY_LENGTH(UNITS); unit++)
        size /= 1024;
    strbuf_printf(out, "%.1f %s", size, UNITS[unit]);
}

bool trial_text_is_searched(const struct sweep_parameter *parameter)
{
    return parameter->distribution != SWEEP_CONSTANT;
}
