/*
 * Writes one configuration in the forms of other programs. How each is spelled is view/export's.
 */
#include "view/record/best_format.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "base/shell.h"
#include "space/derive.h"
#include "space/space.h"
#include "view/export/hydra.h"
#include "view/export/shell_variables.h"
#include "view/export/yaml.h"
#include "view/record/as_run.h"
#include "view/record/fixed_space.h"
#include "view/record/rows.h"
#include "view/record/standing.h"
#include "view/term/text.h"

#define WORD_MAX (1024 * 1024) /* [bytes] */

static void append_exact(double value, struct strbuf *out)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(value, text);
    strbuf_append_text(out, text);
}

/* `# val_acc: 0.9666666666666667 (maximize; last 0.941)` and the step. */
static void append_objective(const struct record *record, const struct sweep_trial *trial,
                             struct strbuf *out)
{
    const struct config_metric *metric = &record->document.config->metric;
    strbuf_append_text(out, "# ");
    text_append_safe(out, strview_of(metric->name));
    strbuf_append_text(out, ": ");
    append_exact(trial->value, out);
    strbuf_append_text(out, record->sweep.maximize ? " (maximize" : " (minimize");
    if (!(trial->last == trial->value)) {
        strbuf_append_text(out, "; last ");
        append_exact(trial->last, out);
    }
    strbuf_append_text(out, ")\n");
    if (trial->step == SWEEP_STEP_NONE)
        return;
    strbuf_append_text(out, "# ");
    text_append_safe(out, strview_of(metric->step != NULL ? metric->step : "step"));
    strbuf_printf(out, ": %" PRId64 "\n", trial->step);
}

static bool append_header(struct record *record, const struct sweep_trial *trial,
                          const char *remark, struct strbuf *out, struct sweep_error *err)
{
    bool is_outside;
    if (!record_is_outside(record, trial, &is_outside, err))
        return false;
    struct standing standing = standing_take(record);
    strbuf_append_text(out, "# sweep ");
    text_append_safe(out, strview_of(record->sweep.name));
    strbuf_append_text(out, ", ");
    standing_append_counts(&standing, out);
    if (!standing.is_finished) {
        strbuf_append_text(out, "\n# ");
        standing_append_state(&standing, record, out);
    }
    strbuf_append_char(out, '\n');
    if (remark != NULL)
        strbuf_printf(out, "# %s\n", remark);
    if (is_outside)
        strbuf_append_text(out, "# outside of the space, which was changed since\n");
    append_objective(record, trial, out);
    strbuf_printf(out, "# trial: %" PRIu64 "\n# seed: %" PRIu32 "\n# sweep's seed: %" PRIu64 "\n",
                  trial->number, record_trial_seed(record, trial), record->sweep.seed);
    return true;
}

/* What the script got: derived values too. */
static const struct sweep_value *passed(struct record *record, const struct sweep_trial *trial)
{
    return space_pass(&record->arena, record->space, trial->params);
}

static bool append_yaml(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                        struct sweep_error *err)
{
    (void)err;
    yaml_append_params(out, space_passed(record->space), passed(record, trial));
    return true;
}

static bool append_nested(struct record *record, const struct sweep_trial *trial,
                          struct strbuf *out, struct sweep_error *err)
{
    return yaml_append_nested(out, space_passed(record->space), passed(record, trial), err);
}

static bool append_variables(struct record *record, const struct sweep_trial *trial,
                             struct strbuf *out, struct sweep_error *err)
{
    return shell_variables_append(out, space_passed(record->space), passed(record, trial), err);
}

static bool append_hydra(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                         struct sweep_error *err)
{
    struct strbuf word;
    (void)err;
    strbuf_init(&word, WORD_MAX);
    const struct sweep_space *space = space_passed(record->space);
    const struct sweep_value *params = passed(record, trial);
    for (size_t i = 0; i < space_told_count(space); i++) {
        if (params[i].kind == SWEEP_VALUE_NONE)
            continue;
        strbuf_reset(&word);
        hydra_append(&word, sweep_space_parameter(space, i)->name, &params[i]);
        if (i > 0)
            strbuf_append_char(out, ' ');
        shell_append(out, strbuf_text(&word));
    }
    strbuf_append_char(out, '\n');
    strbuf_release(&word);
    return true;
}

static bool append_space(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                         struct sweep_error *err)
{
    return fixed_space_append(
        record, trial,
        arena_printf(&record->arena, "%s-%" PRIu64, record->sweep.name, trial->number), out, err);
}

static bool append_json(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                        struct sweep_error *err)
{
    struct row_context context = record_row_context(record);
    return rows_append(record, &context, ROWS_JSONL, trial, out, err);
}

static bool append_args(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                        struct sweep_error *err)
{
    static const struct command_item ARGS = {.arguments = &command_arguments_plain};
    const struct command command = {
        .items = &ARGS, .count = 1, .is_dotted = record->document.config->command.is_dotted};
    (void)err;
    shell_append_all(out,
                     command_expand(&record->arena, &command, record->space, trial->params, NULL));
    strbuf_append_char(out, '\n');
    return true;
}

static bool append_whole_command(struct record *record, const struct sweep_trial *trial,
                                 struct strbuf *out, struct sweep_error *err)
{
    struct command_surroundings around = record->document.around;
    if (record->document.config->command.count == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "%s has no command; take another --format",
                               record->sweep.name);
    around.params_path = record_params_path(record, trial->number);
    shell_append_all(out, as_run(record, trial, &around));
    strbuf_append_char(out, '\n');
    return true;
}

static const struct best_format FORMATS[] = {
    {"yaml", true, append_yaml},     {"json", false, append_json},
    {"args", false, append_args},    {"command", false, append_whole_command},
    {"hydra", false, append_hydra},  {"lightning", true, append_nested},
    {"env", true, append_variables}, {"space", true, append_space},
};

const struct best_format *best_format_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FORMATS); i++)
        if (strcmp(FORMATS[i].name, name) == 0)
            return &FORMATS[i];
    return NULL;
}

bool best_format_append(const struct best_format *format, struct record *record,
                        const struct sweep_trial *trial, const char *remark, struct strbuf *out,
                        struct sweep_error *err)
{
    if (format->has_header && !append_header(record, trial, remark, out, err))
        return false;
    return format->append(record, trial, out, err);
}
