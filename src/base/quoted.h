/*
 * A text in double quotes, on one line whatever is in it, as YAML reads it.
 *
 *     quoted_append(&out, "a \"b\"\n");        "a \"b\"\n"
 */
#ifndef SWEEP_BASE_QUOTED_H
#define SWEEP_BASE_QUOTED_H

#include "base/strbuf.h"

void quoted_append(struct strbuf *out, const char *text);

#endif
