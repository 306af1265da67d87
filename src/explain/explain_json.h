/*
 * What `sweep explain --json` prints; the fields are described in man sweep-explain.
 */
#ifndef SWEEP_EXPLAIN_EXPLAIN_JSON_H
#define SWEEP_EXPLAIN_EXPLAIN_JSON_H

#include "base/strbuf.h"
#include "explain/account.h"
#include "explain/lesson.h"

/** Append one object and a newline. */
void explain_json_append_lesson(const struct lesson *lesson, struct strbuf *out);

/** The same of one trial. */
void explain_json_append_account(const struct account *account, struct strbuf *out);

#endif
