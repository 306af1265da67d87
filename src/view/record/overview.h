/*
 * What sweeps there are in ./sweeps and how they stand, a line each, the newest first: `list`.
 *
 *     struct overview overview;
 *     overview_open(&overview);
 *     overview_append(&overview, terminal, &text);
 *     overview_close(&overview);
 */
#ifndef SWEEP_VIEW_RECORD_OVERVIEW_H
#define SWEEP_VIEW_RECORD_OVERVIEW_H

#include <stdbool.h>

#include "view/record/record.h"
#include "view/record/standing.h"
#include "view/term/terminal.h"

/** One sweep; one that cannot be read is there too. */
struct overview_line {
    const char *name;
    struct record record;
    struct standing standing;
    bool is_readable;
    struct sweep_error reason; /* why not */
};

struct overview {
    struct arena arena;
    struct overview_line *lines; /* [count] */
    size_t count;
};

void overview_open(struct overview *overview);

/** Append a table. */
void overview_append(const struct overview *overview, const struct terminal *terminal,
                     struct strbuf *out);

/** Append one JSON object a line. */
void overview_append_json(const struct overview *overview, struct strbuf *out);

void overview_close(struct overview *overview);

#endif
