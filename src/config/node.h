/*
 * A YAML document as a tree, each node with its place in the file.
 *
 *     struct node *root = node_parse(arena, source, diagnostics);
 *     const struct node *metric = node_find(root, "metric");
 *
 * Scalars are kept as they are written; what they mean is scalar.h. Aliases share the anchor's
 * node, merge keys (`<<`) are carried out, duplicate keys are refused. Everything that grows has a
 * ceiling, so that no file can take more than a moment or a few megabytes.
 *
 * Ownership: the tree lives in the arena and does not point into the source.
 */
#ifndef SWEEP_CONFIG_NODE_H
#define SWEEP_CONFIG_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strview.h"
#include "config/diagnostic.h"

#define DOCUMENT_DEPTH_MAX   64
#define DOCUMENT_EVENTS_MAX  100000
#define DOCUMENT_ANCHORS_MAX 1000
#define DOCUMENT_ALIASES_MAX 1000
#define DOCUMENT_NODES_MAX   100000 /* aliases counted as if they were written out */

enum node_kind {
    NODE_SCALAR,
    NODE_LIST,
    NODE_MAP
};

/** The core schema's tags; a document with any other is refused. */
enum node_tag {
    TAG_NONE,
    TAG_NULL,
    TAG_BOOL,
    TAG_INT,
    TAG_FLOAT,
    TAG_STR
};

struct node {
    enum node_kind kind;
    enum node_tag tag;
    bool quoted;          /* a scalar in quotes or in block style: text, whatever it looks like */
    bool is_merged;       /* of a map's key: it came by `<<` */
    struct mark mark;     /* of its first character; an alias has its anchor's */
    const char *text;     /* the scalar's value */
    struct node **keys;   /* [count] of a map: scalars, all different */
    struct node **values; /* [count] of a map or a list */
    size_t count;
    size_t weight; /* nodes in it, itself included, aliases written out */
};

/** The value of a key of a map, or NULL. */
const struct node *node_find(const struct node *map, const char *key);

/**
 * Parse one document; the root is a map.
 *
 * @return the root, or NULL where nothing can be read; each mistake is added to `diagnostics`,
 * those that leave a usable tree too
 */
struct node *node_parse(struct arena *arena, struct strview source,
                        struct diagnostics *diagnostics) SWEEP_MUST_CHECK;

#endif
