/*
 * A YAML tree as text again: block style, without comments, aliases written out.
 *
 * Scalars stay as they were spelled, so that they mean the same when they are read again. Not for
 * values that never were YAML: view/export/yaml.h.
 */
#ifndef SWEEP_CONFIG_NODE_FORMAT_H
#define SWEEP_CONFIG_NODE_FORMAT_H

#include "base/strbuf.h"
#include "config/node.h"

/** Append `key: value` and a newline, or the lines of a map or a list. */
void node_append_entry(const struct node *key, const struct node *value, struct strbuf *out);

#endif
