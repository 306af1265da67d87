/*
 * One assignment of parameters, to JSON and back: nested parameters as nested objects.
 *
 * The kind of each value survives: an integer is written without point or exponent, a real with
 * one of them. Not for what a command line gets: see config/command.h.
 */
#include "json/params.h"

#include <jansson.h>
#include <string.h>

#include "space/derive.h"
#include "space/nesting.h"
#include "json/scan.h"

static struct sweep_value convert(struct arena *arena, json_t *json);

static struct sweep_value convert_list(struct arena *arena, json_t *json)
{
    struct sweep_items *items = arena_alloc(arena, sizeof *items);
    size_t count = json_array_size(json);
    struct sweep_value *values = arena_alloc_array(arena, count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = convert(arena, json_array_get(json, i));
    *items = (struct sweep_items){.values = values, .count = count};
    return (struct sweep_value){.kind = SWEEP_VALUE_LIST, .items = items};
}

static struct sweep_value convert_map(struct arena *arena, json_t *json)
{
    struct sweep_items *items = arena_alloc(arena, sizeof *items);
    size_t count = json_object_size(json);
    struct sweep_value *values = arena_alloc_array(arena, count, sizeof *values);
    const char **names = arena_alloc_array(arena, count, sizeof *names);
    size_t i = 0;
    for (void *at = json_object_iter(json); at != NULL; at = json_object_iter_next(json, at), i++) {
        names[i] = arena_strdup(arena, json_object_iter_key(at));
        values[i] = convert(arena, json_object_iter_value(at));
    }
    *items = (struct sweep_items){.values = values, .names = names, .count = count};
    return (struct sweep_value){.kind = SWEEP_VALUE_MAP, .items = items};
}

static struct sweep_value convert(struct arena *arena, json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_NULL:
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        return (struct sweep_value){.kind = SWEEP_VALUE_BOOL, .boolean = json_is_true(json)};
    case JSON_INTEGER:
        return (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = json_integer_value(json)};
    case JSON_REAL:
        return (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = json_real_value(json)};
    case JSON_STRING:
        return (struct sweep_value){.kind = SWEEP_VALUE_TEXT,
                                    .text = arena_strdup(arena, json_string_value(json))};
    case JSON_OBJECT:
        return convert_map(arena, json);
    case JSON_ARRAY:
        return convert_list(arena, json);
    }
    return (struct sweep_value){.kind = SWEEP_VALUE_NULL};
}

/* The value as the space lists it, with the YAML's spelling; else a copy of its own. */
static struct sweep_value settle(struct arena *arena, const struct sweep_parameter *parameter,
                                 json_t *json)
{
    struct arena scratch = {0};
    const struct sweep_value *found = NULL;
    if (parameter->choice_count > 0) {
        struct sweep_value value = convert(&scratch, json);
        for (size_t i = 0; i < parameter->choice_count && found == NULL; i++)
            if (sweep_value_equal(&parameter->choices[i], &value))
                found = &parameter->choices[i];
    }
    arena_release(&scratch);
    return found != NULL ? *found : convert(arena, json);
}

/* Whether all names of an object, at `path`, are of groups and parameters. */
static bool check_names(const struct sweep_space *space, json_t *object,
                        const char *path[NESTING_MAX], size_t depth, struct sweep_error *err)
{
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        json_t *value = json_object_iter_value(at);
        path[depth] = json_object_iter_key(at);
        enum nesting_place place = nesting_find(space, path, depth + 1);
        if (place == NESTING_PARAMETER)
            continue;
        if (place == NESTING_NOTHING || !json_is_object(value) || depth + 1 == NESTING_MAX)
            return sweep_error_set(err, SWEEP_DATABASE,
                                   "the stored parameters name '%s', which the space does not have",
                                   path[depth]);
        if (!check_names(space, value, path, depth + 1, err))
            return false;
    }
    return true;
}

/* NULL where the parameter was not active. */
static json_t *find_value(json_t *object, const struct sweep_parameter *parameter)
{
    if (parameter->path == NULL)
        return json_object_get(object, parameter->name);
    for (size_t i = 0; object != NULL && parameter->path[i] != NULL; i++)
        object = json_object_get(object, parameter->path[i]);
    return object;
}

static bool read_object(struct arena *arena, const struct sweep_space *space, json_t *object,
                        struct sweep_value *params, struct sweep_error *err)
{
    const char *path[NESTING_MAX];
    if (!check_names(space_passed(space), object, path, 0, err))
        return false; /* what was derived stands in the script's file, and is not wanted here */
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        json_t *json = find_value(object, parameter);
        params[i] = json == NULL ? (struct sweep_value){0} : settle(arena, parameter, json);
    }
    return true;
}

void params_write(struct json_writer *writer, const struct sweep_space *space,
                  const struct sweep_value *params)
{
    params_write_first(writer, space, params, sweep_space_count(space));
}

void params_write_first(struct json_writer *writer, const struct sweep_space *space,
                        const struct sweep_value *params, size_t count)
{
    struct arena scratch = {0};
    struct sweep_value all = nesting_gather(&scratch, space, params, count);
    params_write_value(writer, &all);
    arena_release(&scratch);
}

bool params_read(struct arena *arena, const struct sweep_space *space, const char *text,
                 struct sweep_value *params, struct sweep_error *err)
{
    if (scan_params(arena, space, text, params))
        return true;

    json_error_t fault;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
    bool done = false;

    if (!object)
        sweep_error_set(err, SWEEP_DATABASE, "the stored parameters are damaged at byte %d: %s",
                        fault.position, fault.text);
    else if (!json_is_object(object))
        sweep_error_set(err, SWEEP_DATABASE, "the stored parameters are not a JSON object");
    else
        done = read_object(arena, space, object, params, err);
    json_decref(object);
    return done;
}
