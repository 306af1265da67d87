/*
 * One JSON value from somebody else, read whole and strictly.
 *
 *     const struct json_node *line = json_tree_parse(&arena, text, err);
 *     const struct json_node *op = json_member(line, "op");
 *     if (op != NULL && op->kind == JSON_NODE_TEXT) ...
 *
 * Refused: what is no JSON, names that come twice in one object, NUL characters, numbers that
 * overflow, values nested deeper than JSON_TREE_DEPTH_MAX.
 *
 * Ownership: everything lives in the arena.
 */
#ifndef SWEEP_JSON_TREE_H
#define SWEEP_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strview.h"
#include "sweep/error.h"

#define JSON_TREE_DEPTH_MAX 24

enum json_node_kind {
    JSON_NODE_NULL,
    JSON_NODE_BOOL,
    JSON_NODE_INT, /* written without point and exponent */
    JSON_NODE_REAL,
    JSON_NODE_TEXT,
    JSON_NODE_LIST,
    JSON_NODE_MAP
};

struct json_node {
    enum json_node_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double real; /* finite */
        const char *text;
    };
    const char *const *names;      /* MAP: [count] */
    const struct json_node *items; /* MAP, LIST: [count] */
    size_t count;
};

/** Read one value that fills `text`. @error SWEEP_BAD_INPUT with the place, from 1 */
const struct json_node *json_tree_parse(struct arena *arena, struct strview text,
                                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** The member of that name; NULL where there is none, or the node is no map. */
const struct json_node *json_member(const struct json_node *node, const char *name);

/** Words for messages: "a number", "a text", "a list" ... */
const char *json_node_describe(const struct json_node *node);

#endif
