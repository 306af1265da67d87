/*
 * Lists of what is set. What a key means, and whether it may be set, is decided elsewhere.
 */
#include "session/setting_list.h"

#include <string.h>

#include "config/config.h"

bool setting_parse(char *text, struct store_setting *out, struct sweep_error *err)
{
    char *value = strchr(text, '=');
    if (value == NULL || value == text || value - text > CONFIG_SETTING_KEY_MAX)
        return sweep_error_set(err, SWEEP_USAGE, "'%s' is not KEY=VALUE", text);
    *value++ = '\0';
    if (strcmp(text, CONFIG_FORMER) == 0)
        return sweep_error_set(err, SWEEP_USAGE, "'%s' is kept by sweep itself", text);
    *out = (struct store_setting){text, value};
    return true;
}

static bool is_at_or_below(const char *key, const char *place)
{
    size_t size = strlen(place);
    return strncmp(key, place, size) == 0 && (key[size] == '\0' || key[size] == '.');
}

/* There is room for it. */
static void put(struct store_settings *list, struct store_setting setting)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!is_at_or_below(list->items[i].key, setting.key))
            list->items[kept++] = list->items[i];
    list->items[kept++] = setting;
    list->count = kept;
}

bool setting_list_parse(struct store_settings *list, struct arena *arena,
                        const char *const *assignments, size_t count, struct sweep_error *err)
{
    list->items = arena_alloc_array(arena, count, sizeof *list->items);
    list->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct store_setting setting;
        char *text = arena_strdup(arena, assignments[i]);
        if (strchr(text, '\n') != NULL)
            return sweep_error_set(err, SWEEP_USAGE, "--set takes one line: '%s'", text);
        if (!setting_parse(text, &setting, err))
            return sweep_error_wrap(err, "--set");
        put(list, setting);
    }
    return true;
}

void setting_list_merge(struct store_settings *list, struct arena *arena,
                        const struct store_settings *before, const struct store_settings *after)
{
    struct store_settings merged = {
        .items = arena_alloc_array(arena, before->count + after->count, sizeof *merged.items)};
    for (size_t i = 0; i < before->count; i++)
        put(&merged, before->items[i]);
    for (size_t i = 0; i < after->count; i++)
        put(&merged, after->items[i]);
    *list = merged;
}

void setting_list_replace(struct store_settings *list, struct arena *arena, const char *key,
                          const char *value)
{
    struct store_settings replaced = {
        .items = arena_alloc_array(arena, list->count + 1, sizeof *replaced.items)};
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].key, key) != 0)
            replaced.items[replaced.count++] = list->items[i];
    if (value != NULL)
        replaced.items[replaced.count++] = (struct store_setting){key, value};
    *list = replaced;
}

const char *setting_list_find(const struct store_settings *list, const char *key)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].key, key) == 0)
            return list->items[i].value;
    return NULL;
}

bool setting_list_equal(const struct store_settings *a, const struct store_settings *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const char *other = setting_list_find(b, a->items[i].key);
        if (other == NULL || strcmp(a->items[i].value, other) != 0)
            return false;
    }
    return true;
}

void setting_list_append(const struct store_settings *list, struct strbuf *out)
{
    const char *separator = "";
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].key, CONFIG_FORMER) == 0)
            continue;
        strbuf_printf(out, "%s%s=%s", separator, list->items[i].key, list->items[i].value);
        separator = ", ";
    }
}
