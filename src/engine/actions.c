/*
 * The growing list of actions of one step. Nothing about when to act: that is engine.c.
 */
#include "engine/actions.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/array.h"
#include "sweep/mem.h"

struct engine_action *actions_add(struct action_list *list, enum engine_action_kind kind)
{
    list->items = array_reserve(list->items, list->count + 1, &list->capacity, sizeof *list->items);
    struct engine_action *action = &list->items[list->count++];
    *action = (struct engine_action){.kind = kind};
    return action;
}

void actions_say(struct action_list *list, const char *format, ...)
{
    struct engine_action *action = actions_add(list, ENGINE_SAY);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(action->text, sizeof action->text, format, arguments);
    va_end(arguments);
}

void actions_keep(struct action_list *list, struct entry *entry)
{
    list->kept =
        array_reserve(list->kept, list->kept_count + 1, &list->kept_capacity, sizeof *list->kept);
    list->kept[list->kept_count++] = entry;
}

void actions_reset(struct action_list *list)
{
    for (size_t i = 0; i < list->kept_count; i++)
        entry_free(list->kept[i]);
    list->kept_count = 0;
    list->count = 0;
}

void actions_release(struct action_list *list)
{
    actions_reset(list);
    sweep_free(list->items);
    sweep_free(list->kept);
    *list = (struct action_list){0};
}
