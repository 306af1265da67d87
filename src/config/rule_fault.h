/*
 * Mistakes in expressions, shown at their place in the file.
 */
#ifndef SWEEP_CONFIG_RULE_FAULT_H
#define SWEEP_CONFIG_RULE_FAULT_H

#include "config/reader.h"
#include "expr/expr.h"

/** The place of a part of an expression, or of the whole scalar where quoting hides it. */
struct mark rule_fault_mark(const struct reader *reader, const struct node *node,
                            const struct expr_place *place);

/** Add `what: message`; what comes after its semicolon is advice. */
void rule_fault_add(struct reader *reader, struct mark mark, const char *what,
                    const struct sweep_error *err);

#endif
