/*
 * Finding in a map. Building the tree is node_parse.c.
 */
#include "config/node.h"

#include <string.h>

const struct node *node_find(const struct node *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->keys[i]->text, key) == 0)
            return map->values[i];
    return NULL;
}
