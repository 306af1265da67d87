/*
 * A YAML file, read, understood and complained about.
 *
 *     struct document document;
 *     if (!document_read(&document, path, CONFIG_NEEDS_COMMAND, err)) ...
 *     settings_prepare(..., &document.diagnostics);
 *     if (!document_finish(&document, err)) ...
 *
 * Between the two calls other rooms add what they find; document_finish() prints everything at
 * once.
 *
 * Ownership: document_release() frees everything, the config too.
 */
#ifndef SWEEP_DIRECTORY_DOCUMENT_H
#define SWEEP_DIRECTORY_DOCUMENT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "config/config.h"
#include "store/store.h"

struct document {
    struct arena arena;
    const char *file;      /* as the person named it */
    struct strbuf source;  /* its exact bytes */
    struct config *config; /* NULL when it has mistakes */
    struct diagnostics diagnostics;
    bool has_settings;                  /* set apart from it */
    struct command_surroundings around; /* of its command; zero until lookup_surroundings() */
};

/**
 * Read and parse a file.
 *
 * @param settings  keys that win over the file's
 * @return false only if it cannot be read; mistakes in it are in `diagnostics`
 * @error SWEEP_NOT_FOUND, SWEEP_BAD_INPUT (not a file, too long), SWEEP_IO
 */
bool document_read_with(struct document *document, const char *path, enum config_need need,
                        const struct store_settings *settings,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** The same with nothing set. */
bool document_read(struct document *document, const char *path, enum config_need need,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** The same for bytes that are there already; `name` is for messages. They are copied. */
void document_parse(struct document *document, const char *name, struct strview source,
                    enum config_need need);

/** The same with what people set apart from it. */
void document_parse_with(struct document *document, const char *name, struct strview source,
                         enum config_need need, const struct store_settings *settings);

/**
 * Say all diagnostics, see base/say.h.
 *
 * @error SWEEP_BAD_INPUT when there is at least one mistake
 */
bool document_finish(const struct document *document, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Free everything; a zeroed one is allowed. */
void document_release(struct document *document);

#endif
