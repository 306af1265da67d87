/*
 * Readers of single keys at the top of the file: name, method, seed, nested, run_cap, parallel; and
 * of the budget those that need another key.
 */
#include "config/reader.h"

#include <string.h>

/* A sweep's folder is called like it: no path, nothing hidden, no option. */
static const char *find_name_fault(const char *name)
{
    if (name[0] == '.' || name[0] == '-')
        return "it begins with '.' or '-'";
    if (strchr(name, '/') != NULL)
        return "it holds a '/'";
    return NULL;
}

void read_name(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct draft *draft = field;
    const char *name = NULL;
    read_word(reader, key, node, &name);
    const char *fault = name == NULL ? NULL : find_name_fault(name);
    if (fault != NULL && reader->is_lenient) {
        reader_warning(reader, node, "'name' names a folder, but %s", fault);
        reader_hint(reader, "the sweep is called like its file instead");
    } else if (fault != NULL)
        reader_error(reader, node, "'name' names a folder, but %s", fault);
    else if (name != NULL)
        draft->config.name = name;
}

/* The program of a strategy of one's own, and its arguments. */
static void read_method_command(struct reader *reader, const struct node *list)
{
    char **words = arena_alloc_array(reader->arena, list->count + 1, sizeof *words);
    for (size_t i = 0; i < list->count; i++) {
        const struct node *item = list->values[i];
        if (item->kind != NODE_SCALAR) {
            reader_error(reader, item, "a word of the method's command must be a text, not %s",
                         node_describe(item));
            return;
        }
        words[i] = arena_strdup(reader->arena, item->text);
    }
    if (list->count == 0 || words[0][0] == '\0') {
        reader_error(reader, list, "the method's command is empty");
        return;
    }
    reader->draft.config.method = "external";
    reader->draft.config.method_command = words;
}

void read_method(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct draft *draft = field;
    draft->config.method_mark = node->mark;
    if (node->kind == NODE_LIST) {
        read_method_command(reader, node);
    } else if (node->kind == NODE_SCALAR && strcmp(node->text, "custom") == 0) {
        reader_error(reader, node,
                     "method 'custom' lets a program of yours, on the servers of "
                     "Weights & Biases, choose the trials");
        reader_hint(reader, "here that is 'method: [./my_strategy, ...]', or a method of ours");
    } else {
        read_word(reader, key, node, &draft->config.method);
    }
}

void read_seed(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct draft *draft = field;
    size_t errors = reader->diagnostics->errors;
    read_count(reader, key, node, &draft->config.seed);
    draft->config.has_seed = reader->diagnostics->errors == errors;
}

void read_run_cap(struct reader *reader, const struct key *key, const struct node *node,
                  void *field)
{
    reader->draft.run_cap = node;
    read_count(reader, key, node, field);
}

void read_parallel(struct reader *reader, const struct key *key, const struct node *node,
                   void *field)
{
    struct draft *draft = field;
    if (node->kind == NODE_SCALAR && strcmp(node->text, "auto") == 0) {
        draft->config.parallel = 0;
        return;
    }
    uint64_t parallel = 0;
    read_count(reader, key, node, &parallel);
    draft->config.parallel = (uint32_t)parallel;
}

void read_finish(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    reader->draft.finish = node;
    read_duration(reader, key, node, field);
}

void read_patience(struct reader *reader, const struct key *key, const struct node *node,
                   void *field)
{
    reader->draft.patience = node;
    read_count(reader, key, node, field);
}

void read_nested(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    const char *text = node->kind == NODE_SCALAR ? node->text : "";
    if (strcmp(text, "dict") != 0 && strcmp(text, "dotted") != 0)
        reader_refuse(reader, key, node);
    else
        *(bool *)field = strcmp(text, "dotted") == 0;
}
