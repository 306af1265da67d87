/*
 * Compares documents as they are written. What they mean is compared by those who know the keys.
 */
#include "config/difference.h"

#include <string.h>

#include "config/key.h"
#include "config/overlay.h"

#define VALUE_MAX  160 /* of a value that is shown [bytes] */
#define FLOW_MAX   ((size_t)16 * 1024)
#define LONG_VALUE 60 /* [bytes]: of longer ones what they share is left out */
#define COMMON_MIN 20
#define NOTHING    "none"

/* Where in the two documents we are. */
struct place {
    const char *path;
    const struct section *section; /* the keys of the map at this place; NULL: any */
    const char *standard;          /* what nothing means here, or NULL */
};

struct comparison {
    struct arena *arena;
    const char *separator;
    struct strbuf *out;
};

/* --- a value on one line ---------------------------------------------------------------------- */

static void append_flow(const struct node *node, struct strbuf *out)
{
    bool is_map = node->kind == NODE_MAP;
    if (node->kind == NODE_SCALAR) {
        strbuf_append_text(out, node->text);
        return;
    }
    strbuf_append_char(out, is_map ? '{' : '[');
    for (size_t i = 0; i < node->count && !out->truncated; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        if (is_map)
            strbuf_printf(out, "%s: ", node->keys[i]->text);
        append_flow(node->values[i], out);
    }
    strbuf_append_char(out, is_map ? '}' : ']');
}

/* What a place holds, or what nothing means there. */
static void write_value(const struct node *node, const char *standard, struct strbuf *out)
{
    strbuf_init(out, FLOW_MAX);
    if (node != NULL)
        append_flow(node, out);
    else
        strbuf_append_text(out, standard != NULL ? standard : NOTHING);
}

/* How much of the beginning two long values share, up to the last blank: a command is recognised
 * by less of it, and what differs must not be cut off. */
static size_t common_beginning(const char *a, const char *b)
{
    size_t common = 0;
    size_t end = 0;
    for (; a[common] != '\0' && a[common] == b[common]; common++)
        if (a[common] == ' ')
            end = common + 1;
    bool is_long = strlen(a) > LONG_VALUE || strlen(b) > LONG_VALUE;
    return is_long && end > COMMON_MIN ? end : 0;
}

static void append_value(const char *value, size_t skip, struct strbuf *out)
{
    size_t size = strlen(value + skip);
    size_t fits = size;
    if (size > VALUE_MAX)
        for (fits = VALUE_MAX; fits > 0 && (value[skip + fits] & 0xC0) == 0x80;)
            fits--;
    strbuf_append_text(out, skip > 0 ? "... " : "");
    strbuf_append(out, value + skip, fits);
    strbuf_append_text(out, fits < size ? " ..." : "");
}

/* What one of them leaves out, and the other writes as it is anyway, is no difference to tell. */
static bool is_default_written(const struct node *old, const struct node *edited,
                               const struct strbuf *before, const struct strbuf *after)
{
    return (old == NULL || edited == NULL) && strcmp(strbuf_text(before), strbuf_text(after)) == 0;
}

static void append_both(const struct comparison *c, const struct place *place,
                        const struct node *old, const struct node *edited)
{
    struct strbuf before;
    struct strbuf after;
    write_value(old, place->standard, &before);
    write_value(edited, place->standard, &after);
    if (!is_default_written(old, edited, &before, &after)) {
        size_t skip = common_beginning(strbuf_text(&before), strbuf_text(&after));
        strbuf_printf(c->out, "%s%s ", c->out->size > 0 ? c->separator : "", place->path);
        append_value(strbuf_text(&before), skip, c->out);
        strbuf_append_text(c->out, " -> ");
        append_value(strbuf_text(&after), skip, c->out);
    }
    strbuf_release(&before);
    strbuf_release(&after);
}

/* --- walking both ----------------------------------------------------------------------------- */

static const struct key *find_key(const struct section *section, const char *name)
{
    for (size_t i = 0; section != NULL && i < section->count; i++)
        if (strcmp(section->keys[i].name, name) == 0)
            return &section->keys[i];
    return NULL;
}

/* The names of parameters are anybody's; below them the section of a parameter holds. */
static struct place place_below(struct arena *arena, const struct place *place, const char *name)
{
    const struct key *key = find_key(place->section, name);
    bool is_parameter = place->section == NULL && strcmp(place->path, "parameters") == 0;
    bool has_section = key != NULL && key->section != NULL && key->section != &parameter_section;
    return (struct place){
        .path = arena_printf(arena, "%s%s%s", place->path, place->path[0] != '\0' ? "." : "", name),
        .section = is_parameter  ? &parameter_section
                   : has_section ? key->section
                                 : NULL,
        .standard = key != NULL ? key->standard : NULL,
    };
}

static void compare(const struct comparison *c, const struct place *place, const struct node *old,
                    const struct node *edited);

static void compare_below(const struct comparison *c, const struct place *place, const char *name,
                          const struct node *old, const struct node *edited)
{
    struct place below = place_below(c->arena, place, name);
    compare(c, &below, old, edited);
}

static const struct node *value_of(const struct node *map, const char *name)
{
    return map != NULL && map->kind == NODE_MAP ? node_find(map, name) : NULL;
}

static void compare_maps(const struct comparison *c, const struct place *place,
                         const struct node *old, const struct node *edited)
{
    for (size_t i = 0; old != NULL && i < old->count; i++) {
        const char *name = old->keys[i]->text;
        compare_below(c, place, name, old->values[i], value_of(edited, name));
    }
    for (size_t i = 0; edited != NULL && i < edited->count; i++) {
        const char *name = edited->keys[i]->text;
        if (value_of(old, name) == NULL)
            compare_below(c, place, name, NULL, edited->values[i]);
    }
}

static bool is_map(const struct node *node)
{
    return node != NULL && node->kind == NODE_MAP;
}

/* As deep as the documents, whose depth is limited. */
static void compare(const struct comparison *c, const struct place *place, const struct node *old,
                    const struct node *edited)
{
    bool has_keys = place->section != NULL && place->section != &parameter_section;
    bool both = is_map(old) && is_map(edited);
    bool either = (old == NULL && is_map(edited)) || (edited == NULL && is_map(old));
    if (overlay_is_same(old, edited))
        return;
    if (both || (either && has_keys)) {
        compare_maps(c, place, old, edited);
        return;
    }
    append_both(c, place, old, edited);
}

void config_append_changes(const struct config *old, const struct config *edited, const char *key,
                           const char *separator, struct strbuf *out)
{
    struct arena arena = {0};
    const struct comparison comparison = {&arena, separator, out};
    const struct node *a = old->root;
    const struct node *b = edited->root;
    struct place place = {.path = "", .section = &config_section};
    while (*key != '\0') {
        size_t size = overlay_part(b != NULL ? b : a, key);
        const char *name = arena_copy(&arena, (struct strview){key, size});
        place = place_below(&arena, &place, name);
        a = value_of(a, name);
        b = value_of(b, name);
        key += size + (key[size] == '.');
    }
    compare(&comparison, &place, a, b);
    arena_release(&arena);
}
