/*
 * What is wrong with a YAML file, all of it at once, each with its place.
 *
 *     diagnostics_add(&list, DIAGNOSTIC_ERROR, mark, "unknown key 'metrc'");
 *     diagnostics_hint(&list, "did you mean 'metric'?");
 *
 * Shown as
 *
 *     space.yaml:12:5: error: unknown key 'metrc'
 *         12 | metrc: {name: val_acc}
 *            | ^^^^^ did you mean 'metric'?
 *
 * At most DIAGNOSTICS_MAX are kept, errors before warnings and notes; the rest are counted.
 *
 * Ownership: texts are copied into the list's own arena.
 */
#ifndef SWEEP_CONFIG_DIAGNOSTIC_H
#define SWEEP_CONFIG_DIAGNOSTIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/strview.h"
#include "sweep/error.h"

#define DIAGNOSTICS_MAX 20

/** A place in the file, or what is set apart from it. Zero: no place, the file as a whole. */
struct mark {
    size_t line;         /* from 1 */
    size_t column;       /* from 1, in code points */
    size_t width;        /* how many characters the caret underlines; at least 1 */
    const char *setting; /* `KEY=VALUE`: it is no place of the file; or NULL; copied */
};

enum severity {
    DIAGNOSTIC_NOTE,
    DIAGNOSTIC_WARNING,
    DIAGNOSTIC_ERROR
};

struct diagnostic {
    enum severity severity;
    struct mark mark;
    const char *message;
    const char *hint; /* or NULL */
};

struct diagnostics {
    struct arena arena;
    struct diagnostic items[DIAGNOSTICS_MAX];
    size_t count;
    struct diagnostic *newest; /* for diagnostics_hint(); NULL when it was dropped */
    size_t dropped;            /* that did not fit */
    size_t errors;             /* also counts dropped ones */
};

/** Zeroed is empty; this frees and empties. */
void diagnostics_release(struct diagnostics *list);

void diagnostics_add(struct diagnostics *list, enum severity severity, struct mark mark,
                     const char *format, ...) SWEEP_PRINTF(4, 5);

/** Attach a hint to the newest one. */
void diagnostics_hint(struct diagnostics *list, const char *format, ...) SWEEP_PRINTF(2, 3);

/**
 * Append all, sorted by place, as a person reads them.
 *
 * @param file    the name to print
 * @param source  the file's bytes, for the quoted lines
 */
void diagnostics_format(const struct diagnostics *list, const char *file, struct strview source,
                        struct strbuf *out);

#endif
