/*
 * Readers of the trial's keys that take more than a plain value.
 */
#include "config/reader.h"

#include <string.h>

#include "base/number.h"

/* [A-Za-z_][A-Za-z0-9_]* */
static bool is_variable_name(const char *name)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    return strspn(name, first) > 0 && name[strspn(name, rest)] == '\0';
}

static void check_variable(struct reader *reader, const struct node *name, const struct node *value)
{
    if (!is_variable_name(name->text))
        reader_error(reader, name, "'%s' is no name for an environment variable", name->text);
    else if (strncmp(name->text, "SWEEP_", 6) == 0)
        reader_error(reader, name, "'%s' cannot be set here: names with SWEEP_ are sweep's own",
                     name->text);
    if (value->kind != NODE_SCALAR)
        reader_error(reader, value, "the value of '%s' must be a text or a number, not %s",
                     name->text, node_describe(value));
}

void read_keep_checkpoints(struct reader *reader, const struct key *key, const struct node *node,
                           void *field)
{
    static const char best[] = "best ";
    struct config_trial *trial = field;
    const char *text = node->kind == NODE_SCALAR ? node->text : "";
    uint64_t count;

    if (strcmp(text, "all") == 0)
        trial->keep_checkpoints = CONFIG_KEEP_ALL;
    else if (strcmp(text, "none") == 0)
        trial->keep_checkpoints = 0;
    else if (strncmp(text, best, sizeof best - 1) == 0 &&
             number_parse_uint64(strview_of(text + sizeof best - 1), &count) == NUMBER_OK &&
             count <= CONFIG_KEEP_MAX)
        trial->keep_checkpoints = (uint32_t)count;
    else
        reader_error(reader, node, "'%s' takes %s; N is at most %d", key->name, key->takes,
                     CONFIG_KEEP_MAX);
}

void read_environment(struct reader *reader, const struct key *key, const struct node *node,
                      void *field)
{
    struct config_trial *trial = field;
    if (node->kind != NODE_MAP) {
        reader_refuse(reader, key, node);
        return;
    }
    struct config_variable *variables =
        arena_alloc_array(reader->arena, node->count, sizeof *variables);
    for (size_t i = 0; i < node->count; i++) {
        const struct node *value = node->values[i];
        check_variable(reader, node->keys[i], value);
        variables[i].name = node->keys[i]->text;
        variables[i].value = value->kind == NODE_SCALAR ? value->text : "";
    }
    trial->env = variables;
    trial->env_count = node->count;
}
