/*
 * Trying a change and, if the file with it still makes sense and the trials stay comparable, taking
 * it. Recording it is the runner's.
 */
#include "cli/run/change.h"

#include <string.h>

#include "cli/run/revision.h"
#include "config/difference.h"
#include "sweep/mem.h"

#define WORDS_MAX 512

/* What may be set; all else is changed in the file. */
static const char *const SETTABLE[] = {"budget.", "parallel", "trial.", "metric.target"};

void changes_free(struct session_change *change)
{
    while (change != NULL) {
        struct session_change *next = change->next;
        document_release(&change->document);
        sweep_free(change);
        change = next;
    }
}

bool setting_is_in(const struct store_settings *settings, const char *key)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].key, key) == 0)
            return true;
    return false;
}

static bool is_settable(const char *key)
{
    for (size_t i = 0; i < sizeof SETTABLE / sizeof SETTABLE[0]; i++) {
        const char *name = SETTABLE[i];
        size_t size = strlen(name);
        bool is_group = name[size - 1] == '.';
        if (is_group ? strncmp(key, name, size) == 0 && key[size] != '\0' : strcmp(key, name) == 0)
            return true;
    }
    return false;
}

static void put(struct store_settings *settings, const char *key, const char *value)
{
    size_t i = 0;
    while (i < settings->count && strcmp(settings->items[i].key, key) != 0)
        i++;
    settings->items[i] = (struct store_setting){key, value};
    settings->count += i == settings->count;
}

static size_t count_lines(const char *text)
{
    size_t count = 1;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* Put lines of KEY=VALUE into `merged`, which has what was set before. */
static bool merge(struct session *session, const char *assignments, struct store_settings *merged,
                  struct sweep_error *err)
{
    const struct store_settings *applied = &session->applied;
    char *line = arena_strdup(&session->arena, assignments);
    merged->items = arena_alloc_array(&session->arena, applied->count + count_lines(assignments),
                                      sizeof *merged->items);
    if (applied->count > 0)
        memcpy(merged->items, applied->items, applied->count * sizeof *merged->items);
    merged->count = applied->count;
    while (line != NULL) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        char *value = strchr(line, '=');
        if (value == NULL || value == line || value - line > CONFIG_SETTING_KEY_MAX)
            return sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is not KEY=VALUE", line);
        *value++ = '\0';
        if (!is_settable(line))
            return sweep_error_set(err, SWEEP_BAD_INPUT,
                                   "'%s' cannot be set, only budget.KEY, parallel, trial.KEY and "
                                   "metric.target; for the "
                                   "rest edit the file and `sweep run` it",
                                   line);
        put(merged, line, value);
        line = end;
    }
    return true;
}

static bool refuse_mistake(const struct document *document, struct sweep_error *err)
{
    const struct diagnostics *list = &document->diagnostics;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].severity == DIAGNOSTIC_ERROR)
            return sweep_error_set(err, SWEEP_BAD_INPUT, "%s%s%s", list->items[i].message,
                                   list->items[i].hint != NULL ? "; " : "",
                                   list->items[i].hint != NULL ? list->items[i].hint : "");
    return sweep_error_set(err, SWEEP_BAD_INPUT, "the file would not be understood any more");
}

/* Whether the trials stay what they are. */
static bool check_revision(const struct session *session, const struct document *document,
                           struct sweep_error *err)
{
    const struct revision_facts facts = {.seed = session->sweep.seed};
    struct revision revision;
    revision_compare(&revision, session->document.config, document->config, &facts);
    bool fine =
        revision.refused.size == 0 || sweep_error_set(err, SWEEP_BAD_INPUT,
                                                      "this would change %s, and trials would no "
                                                      "longer compare",
                                                      strbuf_text(&revision.refused));
    revision_release(&revision);
    return fine;
}

static bool prepare(struct session *session, struct session_change *change,
                    const struct store_settings *merged, struct sweep_error *err)
{
    struct document *document = &change->document;
    document_parse_with(document, session->document.file, session->sweep.yaml, session->need,
                        merged);
    if (document->config == NULL)
        return refuse_mistake(document, err);
    settings_prepare(&change->settings, document);
    change->settings.run.name = session->settings.run.name;
    return check_revision(session, document, err) &&
           (document->diagnostics.errors == 0 || refuse_mistake(document, err)) &&
           settings_place(&change->settings, session->sweep.seed, session->sweep.workdir, err);
}

/* What the sweep is run by now: the file with what was set last. */
static const struct config *current_config(const struct session *session)
{
    return session->changes != NULL ? session->changes->document.config : session->document.config;
}

static bool is_assigned(const char *key, const char *assignments)
{
    size_t size = strlen(key);
    while (assignments != NULL) {
        if (strncmp(assignments, key, size) == 0 && assignments[size] == '=')
            return true;
        assignments = strchr(assignments, '\n');
        assignments += assignments != NULL;
    }
    return false;
}

/* What is set to what it was already is said too: somebody wants to know that it holds. */
static void append_words(const struct config *old, const struct config *edited,
                         const struct store_settings *merged, const char *assignments,
                         struct strbuf *out)
{
    struct strbuf list;
    strbuf_init(&list, WORDS_MAX);
    for (size_t i = 0; i < merged->count; i++) {
        const struct store_setting *setting = &merged->items[i];
        size_t size = list.size;
        if (!is_assigned(setting->key, assignments))
            continue;
        config_append_changes(old, edited, setting->key, ", ", &list);
        if (list.size == size)
            strbuf_printf(&list, "%s%s=%s as before", size > 0 ? ", " : "", setting->key,
                          setting->value);
    }
    strbuf_append(out, list.data, list.size);
    strbuf_release(&list);
}

const struct run_settings *session_change(void *context, const char *assignments,
                                          struct strbuf *words, struct sweep_error *err)
{
    struct session *session = context;
    struct store_settings merged = {0};
    struct session_change *change = sweep_alloc(sizeof *change);
    if (!merge(session, assignments, &merged, err) || !prepare(session, change, &merged, err)) {
        changes_free(change);
        return NULL;
    }
    append_words(current_config(session), change->document.config, &merged, assignments, words);
    change->next = session->changes;
    session->changes = change;
    session->applied = merged;
    return &change->settings.run;
}
