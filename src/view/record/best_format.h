/*
 * A configuration in the form that somebody wants: `sweep best --format`.
 */
#ifndef SWEEP_VIEW_RECORD_BEST_FORMAT_H
#define SWEEP_VIEW_RECORD_BEST_FORMAT_H

#include "view/record/record.h"

struct best_format {
    const char *name;
    bool has_header; /* lines that begin with # are comments in it */
    bool (*append)(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                   struct sweep_error *err);
};

/** Find by name, or NULL. */
const struct best_format *best_format_find(const char *name);

/**
 * Append a trial's configuration.
 *
 * @param remark  a line for the header, or NULL
 * @error SWEEP_BAD_INPUT when the format has no way to say it
 */
bool best_format_append(const struct best_format *format, struct record *record,
                        const struct sweep_trial *trial, const char *remark, struct strbuf *out,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
