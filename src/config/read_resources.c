/*
 * Readers of the keys of `resources` that take more than a plain value.
 */
#include <string.h>

#include "config/reader.h"

void read_gpus(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_resources *resources = field;
    uint64_t count = 0;
    read_count(reader, key, node, &count);
    resources->gpus = (uint32_t)count;
    resources->has_gpus = true;
    resources->mark = node->mark;
}

void read_gpu_ids(struct reader *reader, const struct key *key, const struct node *node,
                  void *field)
{
    struct config_resources *resources = field;
    if (node->kind != NODE_LIST) {
        reader_refuse(reader, key, node);
        return;
    }
    if (node->count == 0)
        reader_error(reader, node, "'%s' names no GPU: with 'gpus: 0' trials get none", key->name);
    const char **ids = arena_alloc_array(reader->arena, node->count, sizeof *ids);
    for (size_t i = 0; i < node->count; i++) {
        const struct node *id = node->values[i];
        ids[i] = id->kind == NODE_SCALAR ? id->text : "";
        if (id->kind != NODE_SCALAR || id->text[0] == '\0')
            reader_error(reader, id, "a GPU is named by its index or its UUID, not by %s",
                         node_describe(id));
    }
    resources->gpu_ids = ids;
    resources->gpu_id_count = node->count;
    resources->ids_mark = node->mark;
}

void read_gpu_form(struct reader *reader, const struct key *key, const struct node *node,
                   void *field)
{
    struct config_resources *resources = field;
    const char *text = node->kind == NODE_SCALAR ? node->text : "";
    resources->by_index = strcmp(text, "index") == 0;
    if (!resources->by_index && strcmp(text, "uuid") != 0)
        reader_refuse(reader, key, node);
}
