/*
 * Trying a change and, if the file with it still makes sense and the trials stay comparable, taking
 * it. Recording it is the runner's, but for the charter, which may be ahead: the request is done
 * again where the runner does not live to record it.
 */
#include "session/change.h"

#include <string.h>

#include "config/difference.h"
#include "directory/charter.h"
#include "session/gear.h"
#include "session/revision.h"
#include "session/setting_list.h"
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

static size_t count_lines(const char *text)
{
    size_t count = 1;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

static bool parse_line(char *line, struct store_setting *out, struct sweep_error *err)
{
    if (!setting_parse(line, out, err))
        return false;
    return is_settable(out->key) ||
           sweep_error_set(err, SWEEP_BAD_INPUT,
                           "'%s' cannot be set, only budget.KEY, parallel, trial.KEY and "
                           "metric.target; for the "
                           "rest edit the file and `sweep run` it",
                           out->key);
}

/* The lines of KEY=VALUE. */
static bool parse_lines(struct session *session, const char *assignments,
                        struct store_settings *out, struct sweep_error *err)
{
    char *line = arena_strdup(&session->arena, assignments);
    out->items = arena_alloc_array(&session->arena, count_lines(assignments), sizeof *out->items);
    while (line != NULL) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        if (!parse_line(line, &out->items[out->count++], err))
            return false;
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
    gear_carry(&session->settings, &change->settings);
    return check_revision(session, document, err) &&
           (document->diagnostics.errors == 0 || refuse_mistake(document, err)) &&
           settings_place(&change->settings, session->sweep.seed, session->sweep.workdir, err);
}

/* What the sweep is run by now: the file with what was set last. */
static const struct config *current_config(const struct session *session)
{
    return session->changes != NULL ? session->changes->document.config : session->document.config;
}

/* What is set to what it was already is said too: somebody wants to know that it holds. */
static void append_words(const struct config *old, const struct config *edited,
                         const struct store_settings *assigned, struct strbuf *out)
{
    struct strbuf list;
    strbuf_init(&list, WORDS_MAX);
    for (size_t i = 0; i < assigned->count; i++) {
        const struct store_setting *setting = &assigned->items[i];
        size_t size = list.size;
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
    struct store_settings assigned = {0};
    struct store_settings merged = {0};
    struct session_change *change = sweep_alloc(sizeof *change);
    bool done = parse_lines(session, assignments, &assigned, err);
    if (done)
        setting_list_merge(&merged, &session->arena, &session->applied, &assigned);
    done = done && prepare(session, change, &merged, err) &&
           charter_save(session->directory.fd, &session->sweep, &merged, err);
    if (!done) {
        changes_free(change);
        return NULL;
    }
    append_words(current_config(session), change->document.config, &assigned, words);
    change->next = session->changes;
    session->changes = change;
    session->applied = merged;
    return &change->settings.run;
}
