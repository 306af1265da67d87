/*
 * NAME=VALUE arguments against a space. What a scalar means is config's.
 */
#include "cli/ask/assignment.h"

#include <math.h>
#include <string.h>

#include "config/scalar.h"
#include "space/feasible.h"
#include "space/space.h"
#include "sweep/mem.h"
#include "json/params.h"

#define TREE_MAX ((size_t)64 * 1024)

#define MEANT_MAX 1024 /* [bytes] what is said of names */

bool assignment_is_one(const char *argument)
{
    const char *equals = strchr(argument, '=');
    return equals != NULL && equals > argument;
}

static void refuse_name(const struct sweep_space *space, const char *name, struct sweep_error *err)
{
    struct strbuf meant;
    strbuf_init(&meant, MEANT_MAX);
    space_append_nearest(space, name, &meant);
    sweep_error_set(err, SWEEP_USAGE, "there is no parameter '%s'%s", name, strbuf_text(&meant));
    strbuf_release(&meant);
}

static bool find_parameter(const struct sweep_space *space, const char *argument, size_t *index,
                           struct sweep_error *err)
{
    size_t size = strcspn(argument, "=");
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const char *name = sweep_space_parameter(space, i)->name;
        if (!space_is_former(space, i) && strlen(name) == size &&
            memcmp(name, argument, size) == 0) {
            *index = i;
            return true;
        }
    }
    char *name = sweep_strdup(argument);
    name[size] = '\0';
    refuse_name(space, name, err);
    sweep_free(name);
    return false;
}

static struct sweep_value as_text(const char *text)
{
    return (struct sweep_value){.kind = SWEEP_VALUE_TEXT, .text = text};
}

static struct sweep_value value_of(const char *text)
{
    const struct node node = {.kind = NODE_SCALAR, .text = text};
    struct scalar scalar = scalar_read(&node);
    const char *spelling = scalar.is_decimal ? text : NULL;
    switch (scalar.kind) {
    case SCALAR_NULL:
        return (struct sweep_value){.kind = SWEEP_VALUE_NULL};
    case SCALAR_BOOL:
        return (struct sweep_value){.kind = SWEEP_VALUE_BOOL, .boolean = scalar.boolean};
    case SCALAR_INT:
        return (struct sweep_value){
            .kind = SWEEP_VALUE_INT, .integer = scalar.integer, .text = spelling};
    case SCALAR_REAL:
        if (isfinite(scalar.real))
            return (struct sweep_value){
                .kind = SWEEP_VALUE_REAL, .real = scalar.real, .text = spelling};
        break;
    case SCALAR_TEXT:
        if (scalar.surprise == SURPRISE_WORD)
            return (struct sweep_value){.kind = SWEEP_VALUE_BOOL, .boolean = scalar.boolean};
        break;
    case SCALAR_TOO_LARGE:
    case SCALAR_MISTAGGED:
        break;
    }
    return as_text(text);
}

/* A list or a map is given as JSON, or as the command line shows it. */
static bool take_tree(const struct sweep_parameter *parameter, const char *text,
                      struct sweep_value *out)
{
    struct arena scratch = {0};
    struct strbuf shown;
    bool done = false;
    const struct json_node *node = json_tree_parse(&scratch, strview_of(text), NULL);
    if (node != NULL) {
        const struct sweep_value value = params_value_of(&scratch, node);
        done = space_accept_value(parameter, &value, out, NULL);
    }
    arena_release(&scratch);
    strbuf_init(&shown, TREE_MAX);
    for (size_t i = 0; i < parameter->choice_count && !done; i++) {
        strbuf_reset(&shown);
        space_format_value(&parameter->choices[i], &shown);
        done = strcmp(strbuf_text(&shown), text) == 0;
        if (done)
            *out = parameter->choices[i];
    }
    strbuf_release(&shown);
    return done;
}

/* A listed text may look like a number: nobody types quotes for it. */
static bool take_value(const struct sweep_parameter *parameter, const char *text,
                       struct sweep_value *out, struct sweep_error *err)
{
    const struct sweep_value value = value_of(text);
    const struct sweep_value bare = as_text(text);
    if ((*text == '[' || *text == '{') && take_tree(parameter, text, out))
        return true;
    if (space_accept_value(parameter, &value, out, err) ||
        space_accept_value(parameter, &bare, out, NULL))
        return true;
    if (text[0] == '\0')
        return sweep_error_set(err, SWEEP_USAGE, "'%s=' has no value", parameter->name);
    err->code = SWEEP_USAGE;
    return false;
}

bool assignment_parse(const struct sweep_space *space, const char *const *arguments, uint64_t seed,
                      struct sweep_value *params, struct sweep_error *err)
{
    for (size_t i = 0; i < sweep_space_count(space); i++)
        params[i] = (struct sweep_value){.kind = SWEEP_VALUE_NONE};
    for (; *arguments != NULL; arguments++) {
        size_t index = 0;
        if (!assignment_is_one(*arguments))
            return sweep_error_set(err, SWEEP_USAGE, "'%s' is not NAME=VALUE", *arguments);
        if (!find_parameter(space, *arguments, &index, err))
            return false;
        const struct sweep_parameter *parameter = sweep_space_parameter(space, index);
        if (params[index].kind != SWEEP_VALUE_NONE)
            return sweep_error_set(err, SWEEP_USAGE, "parameter '%s' is given twice",
                                   parameter->name);
        if (!take_value(parameter, strchr(*arguments, '=') + 1, &params[index], err))
            return false;
    }
    return space_draw_missing(space, seed, params, err) || (err->code = SWEEP_USAGE, false);
}
