/*
 * Unfolds groups of parameters. What describes one parameter is read_parameter.c's.
 */
#include "config/groups.h"

#include <stdlib.h>
#include <string.h>

#include "space/nesting.h"

#define NAME_MAX_SIZE 128

/* The list in progress, and the groups around the present place. */
struct lister {
    struct reader *reader;
    struct group_entry *entries; /* [capacity]: no group has more members than nodes */
    size_t count;
    const struct node *groups[NESTING_MAX];
    size_t depth;
};

/* [A-Za-z_][A-Za-z0-9_.-]{0,127} */
static bool is_parameter_name(const char *name)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.-";
    return strspn(name, first) > 0 && name[strspn(name, rest)] == '\0' &&
           strlen(name) <= NAME_MAX_SIZE;
}

void reader_check_parameter_name(struct reader *reader, const struct node *key)
{
    if (!is_parameter_name(key->text)) {
        reader_error(reader, key, "'%s' is no name for a parameter", key->text);
        reader_hint(reader, "a letter or '_', then letters, digits, '_', '.' and '-', at most %d",
                    NAME_MAX_SIZE);
    } else if (strcmp(key->text, "args") == 0) {
        reader_error(reader, key, "a parameter cannot be called 'args'");
        reader_hint(reader, "${args} stands for all of them");
    }
}

/* --- one parameter --------------------------------------------------------------------------- */

static const char *join(struct arena *arena, const char *const *path)
{
    const char *name = path[0];
    for (size_t i = 1; path[i] != NULL; i++)
        name = arena_printf(arena, "%s.%s", name, path[i]);
    return name;
}

static void add_parameter(struct lister *lister, const struct node *key, const struct node *value)
{
    struct group_entry *entry = &lister->entries[lister->count++];
    *entry = (struct group_entry){.key = key, .value = value};
    if (lister->depth == 0)
        return;
    struct arena *arena = lister->reader->arena;
    const char **path = arena_alloc_array(arena, lister->depth + 2, sizeof *path);
    for (size_t i = 0; i < lister->depth; i++)
        path[i] = lister->groups[i]->text;
    path[lister->depth] = key->text;
    struct node *named = arena_alloc(arena, sizeof *named);
    *named = *key;
    named->text = join(arena, path);
    entry->key = named;
    entry->path = path;
}

/* --- groups ---------------------------------------------------------------------------------- */

struct member {
    const struct node *key;
    const struct node *value;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *left = a;
    const struct member *right = b;
    return strcmp(left->key->text, right->key->text);
}

static void list_members(struct lister *lister, const struct node *map, bool is_sorted);

static void list_group(struct lister *lister, const struct node *key, const struct node *value,
                       const struct node *members)
{
    struct reader *reader = lister->reader;
    for (size_t i = 0; i < value->count; i++)
        if (strcmp(value->keys[i]->text, "parameters") != 0) {
            reader_error(reader, value->keys[i], "'%s' is a group of parameters and has no '%s'",
                         key->text, value->keys[i]->text);
            reader_hint(reader, "a group takes 'parameters' and nothing else");
        }
    if (members->kind != NODE_MAP || members->count == 0)
        reader_error(reader, members, "the group '%s' takes a map with at least one parameter",
                     key->text);
    else if (lister->depth + 1 == NESTING_MAX / 2)
        reader_error(reader, members, "groups are nested deeper than %d levels here",
                     NESTING_MAX / 2 - 1);
    else {
        lister->groups[lister->depth++] = key;
        list_members(lister, members, true);
        lister->depth--;
    }
}

static bool is_known_key(const char *name)
{
    for (size_t i = 0; i < parameter_section.count; i++)
        if (strcmp(parameter_section.keys[i].name, name) == 0)
            return true;
    return false;
}

/* `optimizer: {lr: {...}}`: all that is missing is `parameters:`. */
static bool is_like_group(const struct node *value)
{
    for (size_t i = 0; i < value->count; i++)
        if (value->values[i]->kind != NODE_MAP || is_known_key(value->keys[i]->text))
            return false;
    return value->count > 0;
}

static void list_member(struct lister *lister, const struct node *key, const struct node *value)
{
    const struct node *members = value->kind == NODE_MAP ? node_find(value, "parameters") : NULL;
    reader_check_parameter_name(lister->reader, key);
    if (members != NULL) {
        list_group(lister, key, value, members);
    } else if (value->kind == NODE_MAP && is_like_group(value)) {
        reader_error(lister->reader, key, "'%s' has only maps in it, as a group of parameters has",
                     key->text);
        reader_hint(lister->reader, "write '%s: {parameters: {%s: ...}}'", key->text,
                    value->keys[0]->text);
    } else {
        add_parameter(lister, key, value);
    }
}

static void list_members(struct lister *lister, const struct node *map, bool is_sorted)
{
    struct member *members = arena_alloc_array(lister->reader->arena, map->count, sizeof *members);
    for (size_t i = 0; i < map->count; i++)
        members[i] = (struct member){map->keys[i], map->values[i]};
    if (is_sorted)
        qsort(members, map->count, sizeof *members, compare_members);
    for (size_t i = 0; i < map->count; i++)
        list_member(lister, members[i].key, members[i].value);
}

const struct group_entry *groups_list(struct reader *reader, const struct node *map, size_t *count)
{
    struct lister lister = {
        .reader = reader,
        .entries = arena_alloc_array(reader->arena, map->weight, sizeof *lister.entries),
    };
    list_members(&lister, map, reader->is_wandb);
    *count = lister.count;
    return lister.entries;
}
