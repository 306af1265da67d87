/*
 * Changing a document's tree without touching it: the maps on the way are copied. What the keys
 * mean is found out when the tree is read.
 */
#include "config/overlay.h"

#include <string.h>

size_t overlay_part(const struct node *map, const char *key)
{
    size_t size = strcspn(key, ".");
    for (size_t i = 0; map != NULL && map->kind == NODE_MAP && i < map->count; i++) {
        const char *name = map->keys[i]->text;
        size_t length = strlen(name);
        if (length > size && strncmp(key, name, length) == 0 &&
            (key[length] == '.' || key[length] == '\0'))
            size = length;
    }
    return size;
}

/* The first part of `budget.trials`, in the arena, and the rest; NULL where it is the last. */
static const char *first_part(struct arena *arena, const struct node *map, const char *key,
                              const char **rest)
{
    size_t size = overlay_part(map, key);
    *rest = key[size] == '.' ? key + size + 1 : NULL;
    return arena_copy(arena, (struct strview){key, size});
}

/* `mark`: of a map that is not there yet. */
static struct node *copy_map(struct arena *arena, const struct node *map, size_t room,
                             struct mark mark)
{
    struct node *copy = arena_alloc(arena, sizeof *copy);
    size_t count = map != NULL && map->kind == NODE_MAP ? map->count : 0;
    if (map != NULL)
        *copy = *map;
    else
        copy->mark = mark;
    copy->kind = NODE_MAP;
    copy->count = count;
    copy->keys = arena_alloc_array(arena, count + room, sizeof(struct node *));
    copy->values = arena_alloc_array(arena, count + room, sizeof(struct node *));
    if (count > 0) {
        memcpy(copy->keys, map->keys, count * sizeof(struct node *));
        memcpy(copy->values, map->values, count * sizeof(struct node *));
    }
    return copy;
}

static struct node *text_node(struct arena *arena, const char *text, struct mark mark)
{
    struct node *node = arena_alloc(arena, sizeof *node);
    node->kind = NODE_SCALAR;
    node->text = text;
    node->mark = mark;
    return node;
}

static size_t index_of(const struct node *map, const char *name)
{
    size_t index = 0;
    while (index < map->count && strcmp(map->keys[index]->text, name) != 0)
        index++;
    return index;
}

/* As deep as a key has parts, which is as deep as the key table. */
static struct node *with(struct arena *arena, const struct node *map, const char *key,
                         struct node *value)
{
    const char *rest;
    const char *name = first_part(arena, map, key, &rest);
    struct node *copy = copy_map(arena, map, 1, value->mark);
    size_t index = index_of(copy, name);
    if (index == copy->count) {
        copy->keys[index] = text_node(arena, name, value->mark);
        copy->values[index] = NULL;
        copy->count++;
    }
    copy->values[index] = rest == NULL ? value : with(arena, copy->values[index], rest, value);
    return copy;
}

static void drop(struct node *root, const char *name)
{
    size_t index = index_of(root, name);
    if (index == root->count)
        return;
    root->count--;
    memmove(&root->keys[index], &root->keys[index + 1], (root->count - index) * sizeof *root->keys);
    memmove(&root->values[index], &root->values[index + 1],
            (root->count - index) * sizeof *root->values);
}

/* `maximize val_acc` as a map, in which a key can be set. What is no such text stays. */
static struct node *expand_metric(struct arena *arena, struct node *metric)
{
    if (metric == NULL || metric->kind != NODE_SCALAR)
        return metric;
    size_t size = strcspn(metric->text, " ");
    const char *name = metric->text + size + strspn(metric->text + size, " ");
    bool has_goal = *name != '\0';
    struct node *map = copy_map(arena, NULL, 2, metric->mark);
    if (has_goal) {
        const char *goal = arena_copy(arena, (struct strview){metric->text, size});
        map->keys[map->count] = text_node(arena, "goal", metric->mark);
        map->values[map->count++] = text_node(arena, goal, metric->mark);
    }
    map->keys[map->count] = text_node(arena, "name", metric->mark);
    map->values[map->count++] = text_node(arena, has_goal ? name : metric->text, metric->mark);
    return map;
}

/* What the file has in another form must neither be lost nor contradict a key that is set. */
static struct node *make_way(struct arena *arena, const struct node *root, const char *key)
{
    static const char metric[] = "metric";
    struct node *copy = copy_map(arena, root, 0, (struct mark){0});
    size_t index = index_of(copy, metric);
    if (strcmp(key, "budget.trials") == 0)
        drop(copy, "run_cap");
    if (strncmp(key, metric, sizeof metric - 1) == 0 && key[sizeof metric - 1] == '.' &&
        index < copy->count)
        copy->values[index] = expand_metric(arena, copy->values[index]);
    return copy;
}

/* Marks would point into the file, where it does not stand. */
static void replace_marks(struct node *node, struct mark mark)
{
    node->mark = mark;
    for (size_t i = 0; i < node->count; i++) {
        replace_marks(node->values[i], mark);
        if (node->kind == NODE_MAP)
            replace_marks(node->keys[i], mark);
    }
}

/* What the reader of YAML says counts columns that nobody wrote. */
static struct node *refuse_value(const struct config_setting *setting, struct mark mark,
                                 const struct diagnostics *found, struct diagnostics *diagnostics)
{
    diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, mark, "'%s' is no YAML value", setting->value);
    if (found->count > 0 && found->items[0].hint != NULL)
        diagnostics_hint(diagnostics, "%s", found->items[0].hint);
    return NULL;
}

static struct node *parse_value(struct arena *arena, const struct config_setting *setting,
                                struct diagnostics *diagnostics)
{
    const struct mark mark = {
        .setting = arena_printf(arena, "%s=%s", setting->key, setting->value),
    };
    const char *text = arena_printf(arena, "value: %s\n", setting->value);
    struct diagnostics found = {0};
    const struct node *root = node_parse(arena, strview_of(text), &found);
    struct node *value = root == NULL || found.errors > 0 || root->count != 1
                             ? refuse_value(setting, mark, &found, diagnostics)
                             : root->values[0];
    diagnostics_release(&found);
    if (value != NULL)
        replace_marks(value, mark);
    return value;
}

const struct node *overlay_apply(struct arena *arena, const struct node *root,
                                 const struct config_settings *settings,
                                 struct diagnostics *diagnostics)
{
    for (size_t i = 0; i < settings->count; i++) {
        const char *key = settings->items[i].key;
        if (strcmp(key, CONFIG_FORMER) == 0)
            continue; /* it is no key of the document: see former.h */
        struct node *value = parse_value(arena, &settings->items[i], diagnostics);
        if (value != NULL)
            root = with(arena, make_way(arena, root, key), key, value);
    }
    return root;
}

const struct node *overlay_find(const struct node *root, const char *key)
{
    char name[CONFIG_SETTING_KEY_MAX + 1];
    while (root != NULL) {
        size_t size = overlay_part(root, key);
        if (size >= sizeof name)
            return NULL;
        memcpy(name, key, size);
        name[size] = '\0';
        root = root->kind == NODE_MAP ? node_find(root, name) : NULL;
        if (key[size] == '\0')
            return root;
        key += size + 1;
    }
    return NULL;
}

bool overlay_is_same(const struct node *a, const struct node *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == NODE_SCALAR)
        return strcmp(a->text, b->text) == 0;
    for (size_t i = 0; i < a->count; i++) {
        bool same_key = a->kind != NODE_MAP || strcmp(a->keys[i]->text, b->keys[i]->text) == 0;
        if (!same_key || !overlay_is_same(a->values[i], b->values[i]))
            return false;
    }
    return true;
}
