/*
 * Readers of the keys of `resources` that take more than a plain value.
 */
#include <string.h>

#include "base/quantity.h"

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

/* An amount of memory. @return whether it is one */
static bool read_bytes(struct reader *reader, const struct key *key, const struct node *node,
                       uint64_t *out)
{
    const char *text = node->kind == NODE_SCALAR ? node->text : "";
    uint64_t bytes = 0;
    if (quantity_parse_bytes(strview_of(text), &bytes) == NUMBER_OK && bytes > 0) {
        *out = bytes;
        return true;
    }
    reader_error(reader, node, "'%s' takes %s", key->name, key->takes);
    if (text[0] != '\0' && text[strspn(text, "0123456789.")] == '\0' && strspn(text, "0.") == 0)
        reader_hint(reader, "with its unit: '%sG' or '%sM'?", text, text);
    return false;
}

void read_gpu_memory(struct reader *reader, const struct key *key, const struct node *node,
                     void *field)
{
    struct config_resources *resources = field;
    bool is_auto = node->kind == NODE_SCALAR && strcmp(node->text, "auto") == 0;
    resources->memory_mark = node->mark;
    reader->draft.gpu_memory = node;
    if (is_auto || read_bytes(reader, key, node, &resources->gpu_memory_bytes))
        resources->has_gpu_memory = true;
}

void read_memory(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_resources *resources = field;
    (void)read_bytes(reader, key, node, &resources->memory_bytes);
}

void resources_check(struct reader *reader)
{
    const struct config_resources *resources = &reader->draft.config.resources;
    if (!resources->has_gpu_memory)
        return;
    if (resources->trials_per_gpu > 1) {
        reader_error(reader, reader->draft.gpu_memory,
                     "'gpu_memory' and 'trials_per_gpu' both say how many trials share a GPU");
        reader_hint(reader, "leave one of them out");
    }
    if (resources->has_gpus && resources->gpus == 0)
        reader_error(reader, reader->draft.gpu_memory,
                     "'gpu_memory' needs a GPU, and with 'gpus: 0' trials get none");
}
