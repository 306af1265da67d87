/*
 * `derive` -> values that are computed for the script, each mistake shown at its place.
 */
#include "config/reader.h"

#include <string.h>

#include "config/rule_fault.h"
#include "space/derive.h"

/* As many as anybody would compute. */
#define DERIVE_MAX 1000

static bool take_items(struct reader *reader, const struct node *map, struct space_derived *items)
{
    const struct sweep_space *space = reader->draft.config.space;
    size_t errors = reader->diagnostics->errors;
    for (size_t i = 0; i < map->count; i++) {
        const struct node *name = map->keys[i];
        const struct node *value = map->values[i];
        reader_check_parameter_name(reader, name);
        if (space_find(space, name->text) != SPACE_NOT_FOUND)
            reader_error(reader, name, "'%s' is a parameter, and cannot be derived too",
                         name->text);
        if (value->kind != NODE_SCALAR || value->text[0] == '\0') {
            reader_error(reader, value, "a derived value is an expression, not %s",
                         node_describe(value));
            reader_hint(reader, "as in {warmup: \"ceil(1000 / batch)\"}");
        }
        items[i] = (struct space_derived){name->text, value->text};
    }
    return reader->diagnostics->errors == errors;
}

void read_derive(struct reader *reader)
{
    const struct node *map = reader->draft.derive;
    struct sweep_space *space = reader->draft.config.space;
    struct space_derive_faults faults;
    if (map == NULL || space == NULL)
        return;
    if (map->kind != NODE_MAP || map->count > DERIVE_MAX) {
        reader_error(reader, map, "'derive' takes a map of at most %d expressions", DERIVE_MAX);
        reader_hint(reader, "for example {warmup: \"ceil(1000 / batch)\"}");
        return;
    }
    struct space_derived *items = arena_alloc_array(reader->arena, map->count, sizeof *items);
    if (map->count == 0 || !take_items(reader, map, items) ||
        space_derive(reader->arena, space, items, map->count, &faults))
        return;
    for (size_t i = 0; i < faults.count; i++) {
        const struct space_derive_fault *fault = &faults.items[i];
        rule_fault_add(reader, rule_fault_mark(reader, map->values[fault->index], &fault->place),
                       arena_printf(reader->arena, "'%s'", items[fault->index].name),
                       &fault->error);
    }
}
