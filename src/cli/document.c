/*
 * Reads YAML files for the commands. What the keys mean is config's.
 */
#include "cli/document.h"

#include <fcntl.h>

#include "base/file.h"
#include "cli/output.h"

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
    return done;
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
    document->has_settings = settings->count > 0;
    document->config =
        config_load_with(&document->arena, name, source, need, &set, &document->diagnostics);
}

bool document_finish(const struct document *document, struct sweep_error *err)
{
    const struct diagnostics *list = &document->diagnostics;
    if (list->count > 0) {
        struct strbuf text;
        strbuf_init(&text, OUTPUT_MAX);
        diagnostics_format(list, document->file, strbuf_view(&document->source), &text);
        output_warn(&text);
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
