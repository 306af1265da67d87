/*
 * libyaml's events -> a tree of nodes. The only file that knows libyaml; what its short complaints
 * mean to a person is complaint.c.
 */
#include "config/node.h"
#include "config/node_map.h"
#include "config/scalar.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

#include "base/array.h"
#include "config/complaint.h"
#include "sweep/mem.h"

/* An anchor that has been read whole. */
struct anchor {
    const char *name;
    struct node *node;
};

/* A list or map that is still open: its children so far, keys and values in turn for a map. */
struct open_node {
    struct node *node;
    const char *anchor;
    struct node **children;
    size_t count;
    size_t capacity;
};

/* The tree in progress. Each count has a ceiling in node.h. */
struct builder {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct open_node open[DOCUMENT_DEPTH_MAX];
    size_t depth;
    struct anchor *anchors;
    size_t anchor_count;
    size_t anchor_capacity;
    size_t events;
    size_t aliases;
    size_t nodes; /* with aliases written out */
    struct node *root;
    bool is_complete;
};

/* libyaml counts lines and columns (in code points) from 0. */
static struct mark mark_of(const yaml_event_t *event)
{
    const yaml_mark_t *start = &event->start_mark;
    const yaml_mark_t *end = &event->end_mark;
    bool one_line = start->line == end->line && end->column > start->column;
    return (struct mark){
        .line = start->line + 1,
        .column = start->column + 1,
        .width = one_line ? end->column - start->column : 1,
    };
}

static bool refuse(struct builder *builder, const yaml_event_t *event, const char *message)
{
    diagnostics_add(builder->diagnostics, DIAGNOSTIC_ERROR, mark_of(event), "%s", message);
    return false;
}

/* The core tag of a node; a foreign one is reported and then taken for none. */
static enum node_tag read_tag(struct builder *builder, const yaml_event_t *event,
                              const yaml_char_t *tag)
{
    static const struct {
        const char *uri;
        yaml_event_type_t type;
        enum node_tag tag;
    } core[] = {
        {YAML_NULL_TAG, YAML_SCALAR_EVENT, TAG_NULL},
        {YAML_BOOL_TAG, YAML_SCALAR_EVENT, TAG_BOOL},
        {YAML_INT_TAG, YAML_SCALAR_EVENT, TAG_INT},
        {YAML_FLOAT_TAG, YAML_SCALAR_EVENT, TAG_FLOAT},
        {YAML_STR_TAG, YAML_SCALAR_EVENT, TAG_STR},
        {"!", YAML_SCALAR_EVENT, TAG_STR},
        {YAML_SEQ_TAG, YAML_SEQUENCE_START_EVENT, TAG_NONE},
        {YAML_MAP_TAG, YAML_MAPPING_START_EVENT, TAG_NONE},
    };
    if (tag == NULL)
        return TAG_NONE;
    for (size_t i = 0; i < ARRAY_LENGTH(core); i++)
        if (event->type == core[i].type && strcmp((const char *)tag, core[i].uri) == 0)
            return core[i].tag;
    const size_t prefix_size = strlen("tag:yaml.org,2002:");
    bool is_standard = strncmp((const char *)tag, "tag:yaml.org,2002:", prefix_size) == 0;
    diagnostics_add(builder->diagnostics, DIAGNOSTIC_ERROR, mark_of(event),
                    "the tag '%s%s' means nothing here", is_standard ? "!!" : "",
                    (const char *)tag + (is_standard ? prefix_size : 0));
    diagnostics_hint(builder->diagnostics,
                     "known are !!str, !!int, !!float, !!bool and !!null; leave it out, or put the "
                     "text in quotes");
    return TAG_NONE;
}

static struct node *new_node(struct builder *builder, const yaml_event_t *event,
                             enum node_kind kind)
{
    struct node *node = arena_alloc(builder->arena, sizeof *node);
    node->kind = kind;
    node->mark = mark_of(event);
    node->weight = 1;
    return node;
}

/* A name may be given again; aliases look from the newest back, as YAML wants it. */
static bool remember_anchor(struct builder *builder, const char *name, struct node *node,
                            const yaml_event_t *event)
{
    if (name == NULL)
        return true;
    if (builder->anchor_count == DOCUMENT_ANCHORS_MAX)
        return refuse(builder, event, "there are more than 1,000 anchors in this file");
    builder->anchors = array_reserve(builder->anchors, builder->anchor_count + 1,
                                     &builder->anchor_capacity, sizeof *builder->anchors);
    builder->anchors[builder->anchor_count++] = (struct anchor){name, node};
    return true;
}

static const char *copy_anchor(struct builder *builder, const yaml_char_t *name)
{
    return name == NULL ? NULL : arena_strdup(builder->arena, (const char *)name);
}

/* Hang a finished node into the list or map that is open, or make it the root. */
static bool attach(struct builder *builder, struct node *node, const yaml_event_t *event)
{
    if (builder->depth == 0) {
        builder->root = node;
        return true;
    }
    struct open_node *parent = &builder->open[builder->depth - 1];
    bool is_key = parent->node->kind == NODE_MAP && parent->count % 2 == 0;
    if (is_key && node->kind != NODE_SCALAR) {
        refuse(builder, event, "a key must be a word, not a list or a map");
        diagnostics_hint(builder->diagnostics, "a text with braces or brackets needs quotes");
        return false;
    }
    if (is_key && node->text[0] == '\0')
        return refuse(builder, event, "a key is missing before this ':'");
    parent->children = array_reserve(parent->children, parent->count + 1, &parent->capacity,
                                     sizeof *parent->children);
    parent->children[parent->count++] = node;
    parent->node->weight += node->weight;
    return true;
}

static bool add_scalar(struct builder *builder, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    if (memchr(text, '\0', event->data.scalar.length) != NULL)
        return refuse(builder, event, "a text holds a NUL character, which no command can take");
    struct node *node = new_node(builder, event, NODE_SCALAR);
    node->text = arena_strdup(builder->arena, text);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->tag = read_tag(builder, event, event->data.scalar.tag);
    const char *anchor = copy_anchor(builder, event->data.scalar.anchor);
    if (!remember_anchor(builder, anchor, node, event))
        return false;
    return attach(builder, node, event);
}

/*
 * An alias shares the anchor's node. Its weight is counted as if it were written out, so that
 * everything that walks the tree later is bounded too: nine levels of nine aliases are a file of
 * half a kilobyte and 387 million values.
 */
static bool add_alias(struct builder *builder, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;
    if (++builder->aliases > DOCUMENT_ALIASES_MAX)
        return refuse(builder, event, "there are more than 1,000 aliases in this file");
    for (size_t i = builder->anchor_count; i-- > 0;) {
        const struct anchor *anchor = &builder->anchors[i];
        if (strcmp(anchor->name, name) != 0)
            continue;
        builder->nodes += anchor->node->weight;
        if (builder->nodes > DOCUMENT_NODES_MAX)
            return refuse(builder, event,
                          "the aliases of this file unfold to more than 100,000 values");
        return attach(builder, anchor->node, event);
    }
    diagnostics_add(builder->diagnostics, DIAGNOSTIC_ERROR, mark_of(event),
                    "there is no finished anchor '&%s' before this alias", name);
    return false;
}

static bool open_collection(struct builder *builder, const yaml_event_t *event, enum node_kind kind,
                            const yaml_char_t *tag, const yaml_char_t *anchor)
{
    if (builder->depth == DOCUMENT_DEPTH_MAX)
        return refuse(builder, event, "lists and maps are nested deeper than 64 levels here");
    read_tag(builder, event, tag);
    struct node *node = new_node(builder, event, kind);
    builder->open[builder->depth++] =
        (struct open_node){.node = node, .anchor = copy_anchor(builder, anchor)};
    return true;
}

static void take_children(struct builder *builder, struct open_node *open)
{
    struct node *node = open->node;
    size_t stride = node->kind == NODE_MAP ? 2 : 1;
    node->count = open->count / stride;
    node->values = arena_alloc_array(builder->arena, node->count, sizeof *node->values);
    if (node->kind == NODE_MAP)
        node->keys = arena_alloc_array(builder->arena, node->count, sizeof *node->keys);
    for (size_t i = 0; i < node->count; i++) {
        node->values[i] = open->children[i * stride + stride - 1];
        if (node->kind == NODE_MAP)
            node->keys[i] = open->children[i * stride];
    }
}

/* Only now its anchor can be used: an alias inside its own anchor would be an endless tree. */
static bool close_collection(struct builder *builder, const yaml_event_t *event)
{
    assert(builder->depth > 0); /* libyaml ends only what it began */
    struct open_node open = builder->open[--builder->depth];
    take_children(builder, &open);
    sweep_free(open.children);
    if (open.node->kind == NODE_MAP)
        node_finish_map(builder->arena, open.node, builder->diagnostics);
    if (!remember_anchor(builder, open.anchor, open.node, event))
        return false;
    return attach(builder, open.node, event);
}

static bool start_document(struct builder *builder, const yaml_event_t *event)
{
    if (!builder->is_complete)
        return true;
    refuse(builder, event, "a second document begins here; a sweep is one document");
    diagnostics_hint(builder->diagnostics,
                     "remove the '---', or put the rest in a file of its own");
    return false;
}

static bool take_event(struct builder *builder, const yaml_event_t *event)
{
    builder->nodes++;
    if (++builder->events > DOCUMENT_EVENTS_MAX)
        return refuse(builder, event,
                      "the file has more than 100,000 elements; read on no further");
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return add_scalar(builder, event);
    case YAML_ALIAS_EVENT:
        return add_alias(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(builder, event, NODE_LIST, event->data.sequence_start.tag,
                               event->data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
        return open_collection(builder, event, NODE_MAP, event->data.mapping_start.tag,
                               event->data.mapping_start.anchor);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_collection(builder, event);
    case YAML_DOCUMENT_START_EVENT:
        return start_document(builder, event);
    case YAML_DOCUMENT_END_EVENT:
        builder->is_complete = true;
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
        return true;
    }
    return true;
}

static bool parse_events(struct builder *builder, yaml_parser_t *parser, struct strview source)
{
    bool more = true;
    while (more) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            complaint_add(builder->diagnostics, parser, source);
            return false;
        }
        bool ok = take_event(builder, &event);
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (!ok)
            return false;
    }
    return true;
}

/* The root of an empty file is an empty scalar, or no event at all. */
static struct node *check_root(struct builder *builder)
{
    struct node *root = builder->root;
    bool is_empty = root == NULL || (root->kind == NODE_SCALAR && root->text[0] == '\0');
    if (!is_empty && root->kind == NODE_MAP)
        return root;
    if (is_empty) {
        diagnostics_add(builder->diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                        "the file is empty");
        diagnostics_hint(builder->diagnostics, "it needs at least 'command:' and 'parameters:'");
    } else {
        diagnostics_add(builder->diagnostics, DIAGNOSTIC_ERROR, root->mark,
                        "expected 'key: value' lines at the top of the file, found %s",
                        node_describe(root));
    }
    return NULL;
}

struct node *node_parse(struct arena *arena, struct strview source, struct diagnostics *diagnostics)
{
    struct builder builder = {.arena = arena, .diagnostics = diagnostics};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                        "there is not enough memory to read the file");
        return NULL;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)source.data, source.size);
    bool ok = parse_events(&builder, &parser, source);
    yaml_parser_delete(&parser);
    for (size_t i = 0; i < builder.depth; i++)
        sweep_free(builder.open[i].children);
    sweep_free(builder.anchors);
    return ok ? check_root(&builder) : NULL;
}
