/*
 * What a replay with several seeds says at its end: a table and sentences, or JSON.
 */
#ifndef SWEEP_REPLAY_REPORT_H
#define SWEEP_REPLAY_REPORT_H

#include "replay/results.h"
#include "view/term/terminal.h"

/** Append it for people. */
void report_append(const struct results *results, const struct terminal *terminal,
                   struct strbuf *out);

/** Append it as one line of JSON. */
void report_append_json(const struct results *results, struct strbuf *out);

#endif
