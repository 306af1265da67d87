/*
 * The map of `parameters` with its groups, as a list.
 *
 * Ownership: everything lives in the reader's arena or belongs to the document.
 */
#ifndef SWEEP_CONFIG_GROUPS_H
#define SWEEP_CONFIG_GROUPS_H

#include <stddef.h>

#include "config/reader.h"

/** One parameter where it stands. */
struct group_entry {
    const struct node *key; /* its own name in the file, spelled with its groups: `optimizer.lr` */
    const struct node *value; /* what describes it */
    const char *const *path;  /* as in struct sweep_parameter */
};

/**
 * List the parameters of a map. Those of a group are sorted by name, as Weights & Biases visits
 * them; at the top the order of the file counts, unless it is one of Weights & Biases.
 *
 * @param[out] count  0 where nothing is a parameter
 * @return [count]; mistakes in names and groups are added to the diagnostics
 */
const struct group_entry *groups_list(struct reader *reader, const struct node *map, size_t *count);

#endif
