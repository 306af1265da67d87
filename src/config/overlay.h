/*
 * Keys that were set apart from the file, as if they stood in it: `budget.trials` -> `50`.
 *
 * Ownership: the tree that comes back shares what did not change with the one that was given.
 */
#ifndef SWEEP_CONFIG_OVERLAY_H
#define SWEEP_CONFIG_OVERLAY_H

#include "config/config.h"
#include "config/node.h"

/** Put settings into a document. A value is read as YAML; mistakes in it go to `diagnostics`. */
const struct node *overlay_apply(struct arena *arena, const struct node *root,
                                 const struct config_settings *settings,
                                 struct diagnostics *diagnostics);

/** The node at a path such as `budget.trials`, or NULL. */
const struct node *overlay_find(const struct node *root, const char *key);

/** Whether two nodes, or NULL, are written alike. */
bool overlay_is_same(const struct node *a, const struct node *b);

#endif
