/*
 * Columns and cells of `sweep top`. How a table fits a screen is view/term/table.c's.
 */
#include "view/record/top_table.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "directory/directory.h"
#include "sweep/mem.h"
#include "view/export/document_table.h"
#include "view/record/last_line.h"
#include "view/term/table.h"
#include "view/term/text.h"

#define CELL_MAX 1024 /* [bytes] */

/* How the trials are shown. */
struct layout {
    size_t count;          /* of sweeps */
    const char *metric;    /* the title of its column; NULL: there is none */
    const char *step_name; /* the title of the column of steps, where it is split; or NULL */
    bool has_last;         /* some last report may be another one */
    bool is_split; /* value, step and last report in columns of their own: that is narrower */
    bool has_notes;
    bool has_states;
    bool is_complete; /* each trial is */
    const char *key;  /* the title of the column that has what they are sorted by; NULL: none */
    bool is_key_negated;
    bool has_lines;      /* what failed trials printed last */
    const char **models; /* of the GPUs of each trial, where they are not all the same; or NULL */
    const char **parameters; /* [parameter_count] the searched ones of all sweeps, by name */
    size_t parameter_count;
};

static bool has_step_column(const struct layout *layout)
{
    return layout->is_split && layout->step_name != NULL;
}

static bool has_last_column(const struct layout *layout)
{
    return layout->is_split && layout->has_last;
}

/* The name that all sweeps have for something, or else a word for it; NULL where none has any. */
static const char *common_name(const char *known, const char *name, const char *word)
{
    if (known == NULL || name == NULL)
        return known != NULL ? known : name;
    return strcmp(known, name) == 0 ? known : word;
}

static bool is_listed(const struct layout *layout, const char *parameter)
{
    for (size_t i = 0; i < layout->parameter_count; i++)
        if (strcmp(layout->parameters[i], parameter) == 0)
            return true;
    return false;
}

static void add_parameters(struct layout *layout, const struct record *record)
{
    for (size_t i = 0; i < sweep_space_count(record->space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(record->space, i);
        if (trial_text_is_searched(parameter) && !is_listed(layout, parameter->name))
            layout->parameters[layout->parameter_count++] = parameter->name;
    }
}

/* Whether some column has it anyway. */
static bool is_shown(const struct layout *layout, const char *name)
{
    static const char *const COLUMNS[] = {"trial", "value", "state", "duration_s", "sweep"};
    for (size_t i = 0; i < ARRAY_LENGTH(COLUMNS); i++)
        if (strcmp(name, COLUMNS[i]) == 0)
            return true;
    return is_listed(layout, name) || (layout->metric != NULL && strcmp(name, layout->metric) == 0);
}

/* Of `-energy` the column is `energy`: the sign is only about the order. */
static void find_key(struct layout *layout, const char *sort)
{
    static const char NAME[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
    if (sort == NULL)
        return;
    layout->is_key_negated = sort[0] == '-' && sort[1 + strspn(sort + 1, NAME)] == '\0';
    const char *name = sort + layout->is_key_negated;
    layout->key = is_shown(layout, name) ? NULL : name;
}

static void layout_init(struct layout *layout, const struct record *records, size_t count)
{
    size_t width = 0;
    *layout = (struct layout){.count = count};
    for (size_t i = 0; i < count; i++)
        width += sweep_space_count(records[i].space);
    layout->parameters = sweep_alloc_array(width, sizeof *layout->parameters);
    for (size_t i = 0; i < count; i++) {
        struct trial_words words = record_words(&records[i]);
        layout->metric = common_name(layout->metric, words.metric, "value");
        layout->step_name = common_name(layout->step_name, words.step_name, "step");
        layout->has_last =
            layout->has_last || (words.metric != NULL && words.objective.reduce != REDUCE_LAST);
        add_parameters(layout, &records[i]);
        for (size_t k = 0; k < records[i].notes.count; k++)
            layout->has_notes = layout->has_notes || records[i].notes.items[k].trial > 0;
    }
}

static size_t add_objective_columns(const struct layout *layout, struct table_column *columns)
{
    size_t used = 0;
    if (layout->metric != NULL)
        columns[used++] = (struct table_column){.title = layout->metric};
    if (has_step_column(layout))
        columns[used++] =
            (struct table_column){.title = layout->step_name, .right = true, .rank = 2};
    if (has_last_column(layout))
        columns[used++] = (struct table_column){.title = "last", .rank = 5};
    return used;
}

/* The columns. On a narrow screen the trial, its value and as many parameters as fit are worth
 * most; a state is no news where all are complete, else it says how much a value is worth. */
static size_t make_columns(const struct layout *layout, struct table_column *columns)
{
    size_t used = 0;
    if (layout->count > 1)
        columns[used++] = (struct table_column){.title = "sweep"};
    columns[used++] = (struct table_column){.title = "trial", .right = true};
    used += add_objective_columns(layout, columns + used);
    if (layout->has_states)
        columns[used++] =
            (struct table_column){.title = "state", .rank = layout->is_complete ? 3 : 0};
    if (layout->key != NULL)
        columns[used++] = (struct table_column){.title = layout->key};
    columns[used++] = (struct table_column){.title = "time", .right = true, .rank = 4};
    if (layout->models != NULL)
        columns[used++] = (struct table_column){.title = "GPU", .rank = 4};
    for (size_t i = 0; i < layout->parameter_count; i++)
        columns[used++] = (struct table_column){.title = layout->parameters[i], .rank = 1};
    if (layout->has_notes)
        columns[used++] = (struct table_column){.title = "note", .rank = 6};
    if (layout->has_lines)
        columns[used++] = (struct table_column){.title = "last line", .rank = 7};
    return used;
}

static enum table_style state_style(const struct sweep_trial *trial)
{
    switch (trial->state) {
    case SWEEP_TRIAL_FAILED:
        return TABLE_BAD;
    case SWEEP_TRIAL_COMPLETE:
        return TABLE_PLAIN;
    case SWEEP_TRIAL_WAITING:
    case SWEEP_TRIAL_RUNNING:
    case SWEEP_TRIAL_PRUNED:
    case SWEEP_TRIAL_CANCELLED:
        return TABLE_FAINT;
    }
    return TABLE_PLAIN;
}

/* Move what is in `text` to the next cell. */
static void put_cell(struct table *table, enum table_style style, struct strbuf *text)
{
    table_text(table, style, strbuf_view(text));
    strbuf_reset(text);
}

static void put_objective(struct table *table, const struct layout *layout,
                          const struct chosen *chosen, enum table_style style, struct strbuf *text)
{
    const struct sweep_trial *trial = chosen->trial;
    struct trial_words words = record_words(chosen->record);
    if (layout->is_split) { /* then the value stands alone */
        words.step_name = NULL;
        words.objective.reduce = REDUCE_LAST;
    }
    bool has_value = trial->objective != SWEEP_OBJECTIVE_NONE;
    if (layout->metric != NULL) {
        trial_text_value(&words, trial, text);
        put_cell(table, style, text);
    }
    if (has_step_column(layout)) {
        if (has_value && trial->step != SWEEP_STEP_NONE)
            strbuf_printf(text, "%" PRId64, trial->step);
        put_cell(table, style, text);
    }
    if (has_last_column(layout)) {
        if (has_value)
            trial_text_number(trial->last, text);
        put_cell(table, style, text);
    }
}

static void put_parameter(struct table *table, const char *name, const struct chosen *chosen,
                          enum table_style style, struct strbuf *text)
{
    const struct sweep_space *space = chosen->record->space;
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (strcmp(sweep_space_parameter(space, i)->name, name) == 0)
            trial_text_param(&chosen->trial->params[i], text);
    put_cell(table, style, text);
}

/* With whose retry it is, or what its own is. */
static void put_state(struct table *table, const struct chosen *chosen, struct strbuf *text)
{
    const struct sweep_trial *trial = chosen->trial;
    uint64_t retry = record_retry(chosen->record, trial->number);
    if (trial->state == SWEEP_TRIAL_RUNNING && !directory_is_locked(chosen->record->location.path))
        strbuf_append_text(text, "left ");
    trial_text_state(trial, text);
    if (trial->retry_of > 0)
        strbuf_printf(text, ", retry of %" PRIu64, trial->retry_of);
    if (retry > 0)
        strbuf_printf(text, ", again as %" PRIu64, retry);
    put_cell(table, state_style(trial), text);
}

static void put_last_line(struct table *table, const struct chosen *chosen, struct strbuf *text)
{
    const struct sweep_trial *trial = chosen->trial;
    const struct attempt_key key = {trial->number, trial->attempts};
    if (last_line_tells(trial))
        (void)last_line_read(chosen->record->location.path, key, text);
    put_cell(table, TABLE_PLAIN, text);
}

/* These names are of what a trial took, and of nothing else: what could be several things has no
 * plain name in an expression. */
static void append_key_number(const char *key, double number, struct strbuf *out)
{
    if (strcmp(key, "gpu_memory") == 0 || strcmp(key, "memory") == 0) {
        trial_text_bytes((uint64_t)number, out);
        return;
    }
    trial_text_number(number, out);
    if (strcmp(key, "energy") == 0)
        strbuf_append_text(out, " J");
}

static void put_key(struct table *table, const struct layout *layout, const struct chosen *chosen,
                    struct strbuf *text)
{
    switch (chosen->key.kind) {
    case EXPR_NULL:
        break;
    case EXPR_NUMBER:
        append_key_number(layout->key,
                          layout->is_key_negated ? -chosen->key.number : chosen->key.number, text);
        break;
    case EXPR_TEXT:
        text_append_safe(text, strview_of(chosen->key.text));
        break;
    }
    put_cell(table, TABLE_PLAIN, text);
}

static void put_row(struct table *table, const struct layout *layout,
                    const struct selection *selection, size_t index, struct strbuf *text)
{
    const struct chosen *chosen = &selection->items[index];
    const struct sweep_trial *trial = chosen->trial;
    const struct sweep_trial *best = chosen->record->best;
    bool is_best = best != NULL && best->number == trial->number;
    enum table_style style = is_best ? TABLE_STRONG : TABLE_PLAIN;
    char time[CLOCK_TEXT_MAX] = "";
    if (layout->count > 1)
        table_text(table, style, strview_of(chosen->record->sweep.name));
    table_cell(table, style, "%" PRIu64, trial->number);
    put_objective(table, layout, chosen, style, text);
    if (layout->has_states)
        put_state(table, chosen, text);
    if (layout->key != NULL)
        put_key(table, layout, chosen, text);
    if (trial->duration_us > 0)
        clock_format_duration(trial->duration_us, time);
    table_text(table, TABLE_PLAIN, strview_of(time));
    if (layout->models != NULL) {
        text_append_safe(text, strview_of(layout->models[index]));
        put_cell(table, TABLE_PLAIN, text);
    }
    for (size_t i = 0; i < layout->parameter_count; i++)
        put_parameter(table, layout->parameters[i], chosen, style, text);
    if (layout->has_notes) {
        const char *note = record_note(chosen->record, trial->number);
        table_text(table, TABLE_PLAIN, strview_of(note != NULL ? note : ""));
    }
    if (layout->has_lines)
        put_last_line(table, chosen, text);
}

static void fill_table(struct table *table, const struct layout *layout,
                       const struct table_column *columns, size_t width,
                       const struct selection *selection)
{
    struct strbuf text;
    strbuf_init(&text, CELL_MAX);
    table_init(table, columns, width);
    for (size_t i = 0; i < selection->count; i++)
        put_row(table, layout, selection, i, &text);
    strbuf_release(&text);
}

/* Those of the last attempt of a trial, each model once. */
static const char *load_models(const struct chosen *chosen, struct arena *arena)
{
    const struct attempt_key key = {chosen->trial->number, chosen->trial->attempts};
    struct store_gpus gpus;
    struct strbuf text;
    strbuf_init(&text, CELL_MAX);
    if (key.number > 0 && chosen->record->store != NULL &&
        store_load_gpus(chosen->record->store, arena, key, &gpus, NULL))
        for (size_t i = 0; i < gpus.count; i++)
            if (strstr(strbuf_text(&text), gpus.items[i].name) == NULL)
                strbuf_printf(&text, "%s%s", text.size > 0 ? ", " : "", gpus.items[i].name);
    const char *models = arena_copy(arena, strbuf_view(&text));
    strbuf_release(&text);
    return models;
}

/* Where all have the same, or none has any, that is no news. */
static void find_models(struct layout *layout, const struct selection *selection,
                        struct arena *arena)
{
    const char **models = arena_alloc_array(arena, selection->count, sizeof *models);
    const char *known = "";
    for (size_t i = 0; i < selection->count; i++) {
        models[i] = load_models(&selection->items[i], arena);
        if (models[i][0] != '\0' && known[0] != '\0' && strcmp(models[i], known) != 0)
            layout->models = models;
        known = models[i][0] != '\0' ? models[i] : known;
    }
}

static bool are_complete(const struct selection *selection)
{
    for (size_t i = 0; i < selection->count; i++)
        if (selection->items[i].trial->state != SWEEP_TRIAL_COMPLETE)
            return false;
    return true;
}

static bool have_lines(const struct selection *selection)
{
    for (size_t i = 0; i < selection->count; i++)
        if (last_line_tells(selection->items[i].trial))
            return true;
    return false;
}

/* On a screen that is wide enough the value has its origin beside it. */
static bool must_split(const struct layout *layout, struct table_column *columns,
                       const struct selection *selection, const struct terminal *terminal)
{
    struct table table;
    if (layout->metric == NULL || terminal->width == 0)
        return false;
    fill_table(&table, layout, columns, make_columns(layout, columns), selection);
    bool is_too_wide = table_width(&table) > terminal->width;
    table_release(&table);
    return is_too_wide;
}

static void append_form(const struct table *table, enum top_table_form form,
                        const struct terminal *terminal, struct strbuf *out)
{
    switch (form) {
    case TOP_TABLE_SCREEN:
        table_format(table, terminal, out);
        break;
    case TOP_TABLE_LATEX:
        document_table_append_latex(table, out);
        break;
    case TOP_TABLE_MARKDOWN:
        document_table_append_markdown(table, out);
        break;
    }
}

void top_table_append(const struct selection *selection, struct record *records, size_t count,
                      enum top_table_form form, const struct terminal *terminal, struct strbuf *out)
{
    struct layout layout;
    struct table table;
    struct arena arena = {0};
    bool is_screen = form == TOP_TABLE_SCREEN;
    layout_init(&layout, records, count);
    find_key(&layout, selection->sort);
    if (is_screen)
        find_models(&layout, selection, &arena);
    layout.is_complete = are_complete(selection);
    layout.has_states = is_screen || !layout.is_complete;
    struct table_column *columns = sweep_alloc_array(layout.parameter_count + 11, sizeof *columns);
    layout.is_split =
        layout.metric != NULL && (!is_screen || must_split(&layout, columns, selection, terminal));
    layout.has_lines = is_screen && have_lines(selection); /* in what room is left */
    fill_table(&table, &layout, columns, make_columns(&layout, columns), selection);
    append_form(&table, form, terminal, out);
    table_release(&table);
    arena_release(&arena);
    sweep_free(columns);
    sweep_free(layout.parameters);
}
