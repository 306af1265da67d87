/*
 * Writes and reads `charter`. Not for the database, which has all of it too.
 */
#include "directory/charter.h"

#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"

#define CHARTER_NAME "charter"
#define CHARTER_MODE 0600
#define CHARTER_MAX  ((size_t)1024 * 1024)
#define SET          "set"

bool charter_save(int dir_fd, const struct store_sweep *sweep,
                  const struct store_settings *settings, struct sweep_error *err)
{
    struct strbuf text;

    strbuf_init(&text, CHARTER_MAX);
    strbuf_printf(&text,
                  "name: %s\nuuid: %s\nseed: %" PRIu64 "\nmethod: %s\ncreated_us: %" PRId64 "\n",
                  sweep->name, sweep->uuid, sweep->seed, sweep->method, sweep->created_us);
    for (size_t i = 0; i < settings->count; i++)
        strbuf_printf(&text, SET ": %s=%s\n", settings->items[i].key, settings->items[i].value);
    strbuf_printf(&text, "workdir: %s\n", sweep->workdir);
    bool saved = !text.truncated
                     ? file_replace(dir_fd, CHARTER_NAME, strbuf_view(&text), CHARTER_MODE, err)
                     : sweep_error_set(err, SWEEP_BAD_INPUT, "too much is set apart from the file");
    strbuf_release(&text);
    return saved;
}

/* Take the line `key: value` off the front. */
static bool take(struct strview *rest, const char *key, struct strview *value)
{
    size_t size = strlen(key);
    const char *end = memchr(rest->data, '\n', rest->size);

    if (end == NULL || rest->size < size + 2 || memcmp(rest->data, key, size) != 0 ||
        memcmp(rest->data + size, ": ", 2) != 0)
        return false;
    *value = (struct strview){rest->data + size + 2, (size_t)(end - rest->data) - size - 2};
    rest->size -= (size_t)(end + 1 - rest->data);
    rest->data = end + 1;
    return true;
}

/* Take the lines of what is set. */
static bool take_settings(struct strview *rest, struct arena *arena,
                          struct store_settings *settings)
{
    struct strview line;
    struct strview ahead = *rest;
    size_t count = 0;

    while (take(&ahead, SET, &line))
        count++;
    settings->items = arena_alloc_array(arena, count, sizeof *settings->items);
    for (settings->count = 0; take(rest, SET, &line); settings->count++) {
        char *key = arena_copy(arena, line);
        char *value = strchr(key, '=');
        if (value == NULL)
            return false;
        *value++ = '\0';
        settings->items[settings->count] = (struct store_setting){key, value};
    }
    return true;
}

static bool parse(struct strview rest, struct arena *arena, struct store_sweep *sweep,
                  struct store_settings *settings)
{
    static const char path[] = "workdir: ";
    struct strview value;

    if (!take(&rest, "name", &value))
        return false;
    sweep->name = arena_copy(arena, value);
    if (!take(&rest, "uuid", &value) || value.size != sizeof sweep->uuid - 1)
        return false;
    memcpy(sweep->uuid, value.data, value.size);
    sweep->uuid[value.size] = '\0';
    if (!take(&rest, "seed", &value) || number_parse_uint64(value, &sweep->seed) != NUMBER_OK ||
        !take(&rest, "method", &value))
        return false;
    sweep->method = arena_copy(arena, value);
    if (!take(&rest, "created_us", &value) ||
        number_parse_int64(value, &sweep->created_us) != NUMBER_OK ||
        !take_settings(&rest, arena, settings))
        return false;
    if (rest.size < sizeof path || memcmp(rest.data, path, sizeof path - 1) != 0 ||
        rest.data[rest.size - 1] != '\n')
        return false;
    sweep->workdir =
        arena_copy(arena, (struct strview){rest.data + sizeof path - 1, rest.size - sizeof path});
    return true;
}

bool charter_load(int dir_fd, struct arena *arena, struct store_sweep *sweep,
                  struct store_settings *settings, struct sweep_error *err)
{
    struct strbuf text;

    strbuf_init(&text, CHARTER_MAX);
    bool loaded = file_read(dir_fd, CHARTER_NAME, &text, err);
    if (loaded && !parse(strbuf_view(&text), arena, sweep, settings))
        loaded = sweep_error_set(err, SWEEP_BAD_INPUT, "the file '" CHARTER_NAME "' is damaged");
    strbuf_release(&text);
    return loaded;
}
