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

/** How long the first part of a path is: up to a dot, or longer where a key of the map has dots
 * itself, as `model.lr` may. */
size_t overlay_part(const struct node *map, const char *key);

/** The node at a path such as `budget.trials`, or NULL. */
const struct node *overlay_find(const struct node *root, const char *key);

/** Whether two nodes, or NULL, are written alike. */
bool overlay_is_same(const struct node *a, const struct node *b);

#endif
