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

static struct node *copy_map(struct arena *arena, const struct node *map, size_t room)
{
    struct node *copy = arena_alloc(arena, sizeof *copy);
    size_t count = map != NULL && map->kind == NODE_MAP ? map->count : 0;
    if (map != NULL)
        *copy = *map;
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

static struct node *key_node(struct arena *arena, const char *name)
{
    struct node *node = arena_alloc(arena, sizeof *node);
    node->kind = NODE_SCALAR;
    node->text = name;
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
    struct node *copy = copy_map(arena, map, 1);
    size_t index = index_of(copy, name);
    if (index == copy->count) {
        copy->keys[index] = key_node(arena, name);
        copy->values[index] = NULL;
        copy->count++;
    }
    copy->values[index] = rest == NULL ? value : with(arena, copy->values[index], rest, value);
    return copy;
}

/* Another word for a key that is set must not contradict it. */
static void drop_synonym(struct node *root, const char *key)
{
    size_t index = index_of(root, "run_cap");
    if (strcmp(key, "budget.trials") != 0 || index == root->count)
        return;
    root->count--;
    memmove(&root->keys[index], &root->keys[index + 1], (root->count - index) * sizeof *root->keys);
    memmove(&root->values[index], &root->values[index + 1],
            (root->count - index) * sizeof *root->values);
}

/* Marks would point into the file, where it does not stand. */
static void forget_marks(struct node *node)
{
    node->mark = (struct mark){0};
    for (size_t i = 0; i < node->count; i++) {
        forget_marks(node->values[i]);
        if (node->kind == NODE_MAP)
            forget_marks(node->keys[i]);
    }
}

static struct node *parse_value(struct arena *arena, const struct config_setting *setting,
                                struct diagnostics *diagnostics)
{
    const char *text = arena_printf(arena, "value: %s\n", setting->value);
    size_t errors = diagnostics->errors;
    const struct node *root = node_parse(arena, strview_of(text), diagnostics);
    if (root == NULL || diagnostics->errors > errors || root->count != 1) {
        if (diagnostics->errors == errors)
            diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                            "'%s' is no value for '%s'", setting->value, setting->key);
        return NULL;
    }
    forget_marks(root->values[0]);
    return root->values[0];
}

const struct node *overlay_apply(struct arena *arena, const struct node *root,
                                 const struct config_settings *settings,
                                 struct diagnostics *diagnostics)
{
    for (size_t i = 0; i < settings->count; i++) {
        struct node *value = parse_value(arena, &settings->items[i], diagnostics);
        if (value == NULL)
            continue;
        struct node *changed = with(arena, root, settings->items[i].key, value);
        drop_synonym(changed, settings->items[i].key);
        root = changed;
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
