/*
 * Looks at the keys of the file and at the words of its command, before either is read.
 */
#include "config/dialect.h"

#include <string.h>

#include "config/command_item.h"

static const struct key *find_key(const char *name)
{
    for (size_t i = 0; i < config_section.count; i++)
        if (strcmp(config_section.keys[i].name, name) == 0)
            return &config_section.keys[i];
    return NULL;
}

static bool has_key_of(const struct node *root, enum key_origin origin)
{
    for (size_t i = 0; i < root->count; i++) {
        const struct key *key = find_key(root->keys[i]->text);
        if (key != NULL && key->origin == origin)
            return true;
    }
    return false;
}

/* A macro of theirs, and no parameter that happens to be called `env` or `program`. */
static bool is_foreign(const char *word, const struct node *parameters)
{
    if (!command_macro_is_foreign(word))
        return false;
    for (size_t i = 0; parameters != NULL && parameters->kind == NODE_MAP && i < parameters->count;
         i++) {
        const char *name = parameters->keys[i]->text;
        size_t size = strlen(name);
        if (strncmp(word + 2, name, size) == 0 && strcmp(word + 2 + size, "}") == 0)
            return false;
    }
    return true;
}

/* A text is not split yet: its macros stand between blanks. */
static bool is_foreign_text(struct arena *arena, const char *text, const struct node *parameters)
{
    while (*text != '\0') {
        size_t size = strcspn(text, " \t\n");
        if (is_foreign(arena_copy(arena, (struct strview){text, size}), parameters))
            return true;
        text += size + strspn(text + size, " \t\n");
    }
    return false;
}

static bool is_foreign_command(struct arena *arena, const struct node *command,
                               const struct node *parameters)
{
    if (command == NULL)
        return false;
    if (command->kind == NODE_SCALAR)
        return is_foreign_text(arena, command->text, parameters);
    for (size_t i = 0; i < command->count; i++)
        if (command->values[i]->kind == NODE_SCALAR &&
            is_foreign(command->values[i]->text, parameters))
            return true;
    return false;
}

void dialect_find(struct reader *reader, const struct node *root)
{
    reader->is_wandb =
        has_key_of(root, KEY_WANDB) || is_foreign_command(reader->arena, node_find(root, "command"),
                                                          node_find(root, "parameters"));
    reader->is_lenient = reader->is_wandb && !has_key_of(root, KEY_OURS);
}
