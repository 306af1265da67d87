/*
 * Events of sweeps that run now, since their runners started: a runner that starts tries all GPUs.
 */
#include "cli/care/aside.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "directory/directory.h"
#include "directory/locate.h"
#include "store/store.h"
#include "sweep/mem.h"
#include "view/term/text.h"

#define EVENT     "gpu_fault"
#define SEPARATOR ": " /* between the GPUs and the reason in its text */

static bool is_known(const struct asides *asides, const char *sweep, const char *uuids)
{
    for (size_t i = 0; i < asides->count; i++)
        if (strcmp(asides->items[i].sweep, sweep) == 0 &&
            strcmp(asides->items[i].uuids, uuids) == 0)
            return true;
    return false;
}

static void add(struct asides *asides, size_t *capacity, const char *sweep,
                const struct store_event *event)
{
    const char *end = strstr(event->text, SEPARATOR);
    if (end == NULL)
        return;
    const struct strview uuids = {event->text, (size_t)(end - event->text)};
    const struct aside aside = {
        .sweep = sweep,
        .at_us = event->at_us,
        .trial = event->key.trial,
        .uuids = arena_copy(&asides->arena, uuids),
        .reason = arena_strdup(&asides->arena, end + strlen(SEPARATOR)),
    };
    if (is_known(asides, sweep, aside.uuids))
        return;
    asides->items =
        array_reserve(asides->items, asides->count + 1, capacity, sizeof *asides->items);
    asides->items[asides->count++] = aside;
}

static void look_at_sweep(struct asides *asides, size_t *capacity, const char *name)
{
    const char *path = locate_named(&asides->arena, name);
    struct directory_runner runner;
    struct store_events events;
    if (!directory_find_runner(path, &runner))
        return;
    struct store *store =
        store_open(arena_printf(&asides->arena, "%s/" LOCATE_DATABASE, path), STORE_READ, NULL);
    if (store != NULL && store_load_events(store, &asides->arena, 0, &events, NULL))
        for (size_t i = 0; i < events.count; i++)
            if (strcmp(events.items[i].kind, EVENT) == 0 &&
                events.items[i].at_us >= runner.started_us)
                add(asides, capacity, locate_quoted(&asides->arena, path), &events.items[i]);
    store_close(store);
}

void asides_find(struct asides *asides)
{
    const char **names;
    size_t capacity = 0;
    *asides = (struct asides){0};
    size_t count = locate_names(&asides->arena, &names);
    for (size_t i = 0; i < count; i++)
        look_at_sweep(asides, &capacity, names[i]);
}

void asides_release(struct asides *asides)
{
    sweep_free(asides->items);
    arena_release(&asides->arena);
}

static bool is_listed(const char *uuids, const char *uuid)
{
    size_t size = strlen(uuid);
    for (const char *at = uuids; size > 0 && (at = strstr(at, uuid)) != NULL; at += size)
        if ((at == uuids || at[-1] == ' ') && (at[size] == '\0' || at[size] == ','))
            return true;
    return false;
}

bool aside_is_of(const struct aside *aside, const struct gpu *gpu)
{
    return is_listed(aside->uuids, gpu->uuid) || is_listed(aside->uuids, gpu->parent);
}

void aside_append(const struct aside *aside, struct strbuf *out)
{
    char at[CLOCK_TEXT_MAX];
    clock_format_local(aside->at_us, at);
    strbuf_printf(out, "sweep %s gives it to no trial since %s: ", aside->sweep, at);
    text_append_safe(out, strview_of(aside->reason));
    strbuf_printf(out, "; `sweep stop %s` and `sweep resume %s` try it again", aside->sweep,
                  aside->sweep);
}
