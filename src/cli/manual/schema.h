/*
 * The JSON Schema of a space.yaml, for editors: made from the key table.
 *
 * It knows the form of each value, not how keys go together: `sweep check` says that.
 */
#ifndef SWEEP_CLI_MANUAL_SCHEMA_H
#define SWEEP_CLI_MANUAL_SCHEMA_H

#include "base/strbuf.h"

/** Append it as one line. */
void schema_append(struct strbuf *out);

#endif
