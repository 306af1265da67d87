/*
 * Reads YAML files for the commands. What the keys mean is config's.
 */
#include "directory/document.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/nearest.h"
#include "base/say.h"

#define FILES_MAX      1000 /* of a directory that are looked at */
#define COMPLAINTS_MAX ((size_t)1 << 30)

/* The file in the same directory whose name is nearest, or NULL. */
static const char *nearest_file(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t head = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    DIR *dir = opendir(head > 0 ? arena_copy(arena, (struct strview){path, head}) : ".");
    const char **names = arena_alloc_array(arena, FILES_MAX, sizeof *names);
    size_t count = 0;
    struct dirent *entry;
    while (dir != NULL && count < FILES_MAX && (entry = readdir(dir)) != NULL)
        if (entry->d_type == DT_REG || entry->d_type == DT_LNK)
            names[count++] = arena_strdup(arena, entry->d_name);
    if (dir != NULL)
        (void)closedir(dir);
    const char *nearest = nearest_word(path + head, names, count);
    return nearest != NULL ? arena_printf(arena, "%.*s%s", (int)head, path, nearest) : NULL;
}

static bool fail_missing(const char *path, struct sweep_error *err)
{
    struct arena arena = {0};
    const struct sweep_error reason = *err;
    const char *nearest = nearest_file(&arena, path);
    if (nearest != NULL)
        sweep_error_set(err, reason.code, "%s; did you mean '%s'?", reason.message, nearest);
    arena_release(&arena);
    return false;
}

bool document_read(struct document *document, const char *path, enum config_need need,
                   struct sweep_error *err)
{
    return document_read_with(document, path, need, &(struct store_settings){0}, err);
}

bool document_read_with(struct document *document, const char *path, enum config_need need,
                        const struct store_settings *settings, struct sweep_error *err)
{
    struct strbuf source;

    *document = (struct document){0};
    strbuf_init(&source, CONFIG_SIZE_MAX);
    bool done = file_read(AT_FDCWD, path, &source, err);
    if (done)
        document_parse_with(document, path, strbuf_view(&source), need, settings);
    strbuf_release(&source);
    return done || (err != NULL && err->code == SWEEP_NOT_FOUND && fail_missing(path, err));
}

void document_parse(struct document *document, const char *name, struct strview source,
                    enum config_need need)
{
    document_parse_with(document, name, source, need, &(struct store_settings){0});
}

void document_parse_with(struct document *document, const char *name, struct strview source,
                         enum config_need need, const struct store_settings *settings)
{
    *document = (struct document){0};
    strbuf_init(&document->source, CONFIG_SIZE_MAX);
    strbuf_append(&document->source, source.data, source.size);
    document->file = arena_strdup(&document->arena, name);
    struct config_setting *items =
        arena_alloc_array(&document->arena, settings->count, sizeof *items);
    for (size_t i = 0; i < settings->count; i++)
        items[i] =
            (struct config_setting){arena_strdup(&document->arena, settings->items[i].key),
                                    arena_strdup(&document->arena, settings->items[i].value)};
    const struct config_settings set = {items, settings->count};
    for (size_t i = 0; i < settings->count; i++)
        document->has_settings |= strcmp(settings->items[i].key, CONFIG_FORMER) != 0;
    document->config =
        config_load_with(&document->arena, name, source, need, &set, &document->diagnostics);
}

bool document_finish(const struct document *document, struct sweep_error *err)
{
    const struct diagnostics *list = &document->diagnostics;
    if (list->count > 0) {
        struct strbuf text;
        strbuf_init(&text, COMPLAINTS_MAX);
        diagnostics_format(list, document->file, strbuf_view(&document->source), &text);
        say(&text);
        strbuf_release(&text);
    }
    if (list->errors > 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "%s%s has %zu mistake%s", document->file,
                               document->has_settings ? " with what is set" : "", list->errors,
                               list->errors == 1 ? "" : "s");
    return true;
}

void document_release(struct document *document)
{
    diagnostics_release(&document->diagnostics);
    strbuf_release(&document->source);
    arena_release(&document->arena);
    *document = (struct document){0};
}
