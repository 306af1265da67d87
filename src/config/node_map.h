/*
 * The keys of a map, each once: merge keys (`<<`) and keys that are given twice.
 */
#ifndef SWEEP_CONFIG_NODE_MAP_H
#define SWEEP_CONFIG_NODE_MAP_H

#include "config/node.h"

/**
 * Carry out the merge keys of a map that was just read and drop duplicate keys; each is reported.
 */
void node_finish_map(struct arena *arena, struct node *map, struct diagnostics *diagnostics);

#endif
