/*
 * The manual pages, made from the tables of commands and keys: the source of scdoc(5).
 *
 * Pages are called as their files are: sweep.1, sweep-run.1, sweep-space.5. What no table says is
 * prose, in src/cli/manual/man, and stands behind what the tables say.
 */
#ifndef SWEEP_CLI_MANUAL_MANUAL_H
#define SWEEP_CLI_MANUAL_MANUAL_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "base/strview.h"
#include "sweep/error.h"

/** Append the names of all pages, a line each. */
void manual_append_names(struct strbuf *out);

/**
 * Append the source of a page.
 *
 * @param prose  sections in scdoc's own words; may be empty
 * @error SWEEP_NOT_FOUND when there is no such page
 */
bool manual_append_page(struct strbuf *out, const char *name, struct strview prose,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
