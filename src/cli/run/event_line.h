/*
 * What `--json` of run and resume prints: one JSON object a line.
 *
 *     {"event":"trial_ended","finished":3,"running":2,"budget":16,"best":2,"row":{...}}
 */
#ifndef SWEEP_CLI_RUN_EVENT_LINE_H
#define SWEEP_CLI_RUN_EVENT_LINE_H

#include "base/strbuf.h"
#include "run/run.h"
#include "view/export/row.h"

struct event_line {
    const char *event;                      /* see event_line_name(), and `ended` */
    const char *text;                       /* or NULL */
    const struct engine_progress *progress; /* or NULL */
    const struct sweep_trial *trial;        /* or NULL */
    const struct store_captures *captured;  /* of the trial; NULL: not known */
};

/** The word for a notice. */
const char *event_line_name(enum run_notice_kind kind);

/** Append one line. */
void event_line_append(const struct event_line *line, const struct row_context *rows,
                       struct strbuf *out);

#endif
