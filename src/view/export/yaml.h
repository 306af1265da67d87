/*
 * Values as YAML that every reader takes for what they are.
 *
 * The two versions of YAML in use disagree: `yes`, `010`, `1:30` and `1e-5` are a boolean, an
 * octal, a sexagesimal and a text in YAML 1.1 (PyYAML), and two texts and two numbers in 1.2. What
 * is written here reads the same in both: reals have a point and a signed exponent, and every text
 * that could be taken for something else is quoted.
 */
#ifndef SWEEP_VIEW_EXPORT_YAML_H
#define SWEEP_VIEW_EXPORT_YAML_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sweep/error.h"
#include "sweep/space.h"

/** Append a text, in double quotes where it needs any. */
void yaml_append_text(struct strbuf *out, const char *text);

/** Append a value. SWEEP_VALUE_NONE appends nothing. */
void yaml_append_value(struct strbuf *out, const struct sweep_value *value);

/** The same with numbers spelled as on a command line. */
void yaml_append_as_passed(struct strbuf *out, const struct sweep_value *value);

/** Append `name: value` lines for all active parameters. */
void yaml_append_params(struct strbuf *out, const struct sweep_space *space,
                        const struct sweep_value *params);

/**
 * The same, nested by the dots of the names: `model.depth: 2` is depth: 2 below model:.
 *
 * @error SWEEP_BAD_INPUT when a name is both a value and a level, as `model` and `model.depth`
 */
bool yaml_append_nested(struct strbuf *out, const struct sweep_space *space,
                        const struct sweep_value *params, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
