/*
 * Trials as rows for programs. Not for people: that is term/.
 */
#include "view/export/row.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/number.h"
#include "space/space.h"
#include "trial/trial.h"
#include "json/params.h"

#define CELL_MAX (1024 * 1024) /* [bytes] */

/* The objective as one real; false where there is none. */
static bool objective_value(const struct sweep_trial *trial, double *out)
{
    switch (trial->objective) {
    case SWEEP_OBJECTIVE_NONE:
        return false;
    case SWEEP_OBJECTIVE_FINITE:
        *out = trial->value;
        return true;
    case SWEEP_OBJECTIVE_NAN:
        *out = (double)NAN;
        return true;
    case SWEEP_OBJECTIVE_POSITIVE_INFINITE:
        *out = (double)INFINITY;
        return true;
    case SWEEP_OBJECTIVE_NEGATIVE_INFINITE:
        *out = -(double)INFINITY;
        return true;
    }
    return false;
}

static double duration_s(const struct sweep_trial *trial)
{
    return (double)trial->duration_us / 1e6;
}

static uint32_t seed_of(const struct row_context *context, const struct sweep_trial *trial)
{
    return trial_seed(context->space, context->sweep_seed, trial->number, trial->params);
}

static void write_objective(struct json_writer *w, const struct sweep_trial *trial)
{
    double value;
    bool has_value = objective_value(trial, &value);
    json_key(w, "value");
    has_value ? json_put_real(w, value) : json_put_null(w);
    json_key(w, "step");
    has_value && trial->step != SWEEP_STEP_NONE ? json_put_integer(w, trial->step)
                                                : json_put_null(w);
    json_key(w, "last");
    has_value ? json_put_real(w, trial->last) : json_put_null(w);
}

static void write_gpus(struct json_writer *w, const struct store_captures *captured)
{
    json_key(w, "gpus");
    json_begin_array(w);
    for (size_t i = 0; captured != NULL && i < captured->gpus.count; i++)
        json_put_string(w, captured->gpus.items[i].uuid);
    json_end_array(w);
}

static void write_models(struct json_writer *w, const struct store_captures *captured)
{
    json_key(w, "gpu_models");
    json_begin_array(w);
    for (size_t i = 0; captured != NULL && i < captured->gpus.count; i++)
        json_put_string(w, captured->gpus.items[i].name);
    json_end_array(w);
}

static void write_usage(struct json_writer *w, const struct usage *usage)
{
    for (size_t i = 0; i < USAGE_FIELD_COUNT; i++) {
        double value = usage_fields[i].get(usage);
        json_key(w, usage_fields[i].name);
        if (isnan(value))
            json_put_null(w);
        else if (usage_fields[i].is_whole)
            json_put_integer(w, (int64_t)value);
        else
            json_put_real(w, value);
    }
    json_key(w, "gpu_shared");
    usage->watched_us > 0 ? json_put_boolean(w, usage->is_share) : json_put_null(w);
}

static void write_captured(struct json_writer *w, const struct store_captures *captured)
{
    json_key(w, "captured");
    json_begin_object(w);
    for (size_t i = 0; i < captured->count; i++) {
        json_member_real(w, captured->items[i].metric, captured->items[i].value);
    }
    json_end_object(w);
}

void row_write_members(struct json_writer *w, const struct row_context *context,
                       const struct sweep_trial *trial, const struct store_captures *captured)
{
    char started[CLOCK_TEXT_MAX];
    clock_format_utc(trial->started_us, started);
    if (context->sweep != NULL) {
        json_member_string(w, "sweep", context->sweep);
    }
    json_member_unsigned(w, "trial", trial->number);
    json_member_string(w, "state", trial_state_name(trial->state));
    json_member_string(w, "reason", trial_reason_name(trial->reason));
    write_objective(w, trial);
    json_key(w, "params");
    params_write(w, context->space, trial->params);
    if (captured != NULL)
        write_captured(w, captured);
    json_member_unsigned(w, "attempts", trial->attempts);
    json_member_string(w, "started", trial->started_us > 0 ? started : NULL);
    json_member_real(w, "duration_s", duration_s(trial));
    write_gpus(w, captured);
    write_models(w, captured);
    if (captured != NULL)
        write_usage(w, &captured->usage);
    json_member_unsigned(w, "seed", seed_of(context, trial));
}

void row_write_json(struct json_writer *w, const struct row_context *context,
                    const struct sweep_trial *trial, const struct store_captures *captured)
{
    json_begin_object(w);
    row_write_members(w, context, trial, captured);
    json_end_object(w);
}

/* --- CSV ------------------------------------------------------------------------------------ */

void row_append_csv_field(struct strbuf *out, const char *text)
{
    if (out->size > 0 && out->data[out->size - 1] != '\n')
        strbuf_append_char(out, ',');
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        strbuf_append_text(out, text);
        return;
    }
    strbuf_append_char(out, '"');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"')
            strbuf_append_char(out, '"');
        strbuf_append_char(out, *c);
    }
    strbuf_append_char(out, '"');
}

static void append_real(struct strbuf *out, double value)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(value, text);
    row_append_csv_field(out, text);
}

static void append_named_field(struct strbuf *out, const char *prefix, const char *name)
{
    struct strbuf field;
    strbuf_init(&field, CELL_MAX);
    strbuf_printf(&field, "%s%s", prefix, name);
    row_append_csv_field(out, strbuf_text(&field));
    strbuf_release(&field);
}

static void append_objective(struct strbuf *out, const struct sweep_trial *trial)
{
    double value;
    if (!objective_value(trial, &value)) {
        row_append_csv_field(out, "");
        row_append_csv_field(out, "");
        row_append_csv_field(out, "");
        return;
    }
    append_real(out, value);
    char step[NUMBER_TEXT_MAX] = "";
    if (trial->step != SWEEP_STEP_NONE)
        (void)snprintf(step, sizeof step, "%" PRId64, trial->step);
    row_append_csv_field(out, step);
    append_real(out, trial->last);
}

static void append_value(struct strbuf *out, const struct sweep_value *value)
{
    struct strbuf field;
    strbuf_init(&field, CELL_MAX);
    if (value->kind == SWEEP_VALUE_LIST || value->kind == SWEEP_VALUE_MAP) {
        struct json_writer w;
        json_init(&w, &field);
        params_write_value(&w, value);
    } else {
        space_format_value(value, &field);
    }
    row_append_csv_field(out, strbuf_text(&field));
    strbuf_release(&field);
}

static void append_captured(struct strbuf *out, const char *name,
                            const struct store_captures *captured)
{
    for (size_t i = 0; i < captured->count; i++) {
        if (strcmp(captured->items[i].metric, name) == 0) {
            append_real(out, captured->items[i].value);
            return;
        }
    }
    row_append_csv_field(out, "");
}

void row_append_csv_header(struct strbuf *out, const struct row_context *context)
{
    static const char *const BEFORE[] = {"trial", "state", "reason", "value", "step", "last"};
    static const char *const AFTER[] = {"attempts", "started", "duration_s", "gpus", "gpu_models"};
    for (size_t i = 0; i < ARRAY_LENGTH(BEFORE); i++)
        row_append_csv_field(out, BEFORE[i]);
    for (size_t i = 0; i < sweep_space_count(context->space); i++)
        append_named_field(out, "params.", sweep_space_parameter(context->space, i)->name);
    for (size_t i = 0; i < context->capture_count; i++)
        append_named_field(out, "captured.", context->captures[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(AFTER); i++)
        row_append_csv_field(out, AFTER[i]);
    for (size_t i = 0; i < USAGE_FIELD_COUNT; i++)
        row_append_csv_field(out, usage_fields[i].name);
    row_append_csv_field(out, "gpu_shared");
    row_append_csv_field(out, "seed");
    strbuf_append_char(out, '\n');
}

/* Separated by blanks, so that they need no quotes. */
static void append_gpus(struct strbuf *out, const struct store_gpus *gpus)
{
    struct strbuf list;
    strbuf_init(&list, 64 * 1024);
    for (size_t i = 0; i < gpus->count; i++)
        strbuf_printf(&list, "%s%s", i > 0 ? " " : "", gpus->items[i].uuid);
    row_append_csv_field(out, strbuf_text(&list));
    strbuf_release(&list);
}

/* Models have blanks in their names. */
static void append_models(struct strbuf *out, const struct store_gpus *gpus)
{
    struct strbuf list;
    strbuf_init(&list, 64 * 1024);
    for (size_t i = 0; i < gpus->count; i++)
        strbuf_printf(&list, "%s%s", i > 0 ? "; " : "", gpus->items[i].name);
    row_append_csv_field(out, strbuf_text(&list));
    strbuf_release(&list);
}

static void append_usage(struct strbuf *out, const struct usage *usage)
{
    for (size_t i = 0; i < USAGE_FIELD_COUNT; i++) {
        double value = usage_fields[i].get(usage);
        char text[NUMBER_TEXT_MAX] = "";
        if (!isnan(value) && usage_fields[i].is_whole)
            (void)snprintf(text, sizeof text, "%" PRId64, (int64_t)value);
        else if (!isnan(value))
            number_format_shortest(value, text);
        row_append_csv_field(out, text);
    }
    row_append_csv_field(out, usage->watched_us == 0 ? "" : usage->is_share ? "true" : "false");
}

void row_append_csv(struct strbuf *out, const struct row_context *context,
                    const struct sweep_trial *trial, const struct store_captures *captured)
{
    char text[CLOCK_TEXT_MAX];
    (void)snprintf(text, sizeof text, "%" PRIu64, trial->number);
    row_append_csv_field(out, text);
    row_append_csv_field(out, trial_state_name(trial->state));
    const char *reason = trial_reason_name(trial->reason);
    row_append_csv_field(out, reason != NULL ? reason : "");
    append_objective(out, trial);
    for (size_t i = 0; i < sweep_space_count(context->space); i++)
        append_value(out, &trial->params[i]);
    for (size_t i = 0; i < context->capture_count; i++)
        append_captured(out, context->captures[i], captured);
    (void)snprintf(text, sizeof text, "%" PRIu32, trial->attempts);
    row_append_csv_field(out, text);
    clock_format_utc(trial->started_us, text);
    row_append_csv_field(out, trial->started_us > 0 ? text : "");
    append_real(out, duration_s(trial));
    append_gpus(out, &captured->gpus);
    append_models(out, &captured->gpus);
    append_usage(out, &captured->usage);
    (void)snprintf(text, sizeof text, "%" PRIu32, seed_of(context, trial));
    row_append_csv_field(out, text);
    strbuf_append_char(out, '\n');
}
