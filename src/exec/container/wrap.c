/*
 * A trial's command as that of an engine's client. The order of its words: what the engine always
 * gets, who and where, limits, GPUs, mounts, environment, the person's own options, image, command.
 */
#include "exec/container/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/strbuf.h"

#define LIST_MAX ((size_t)64 * 1024)

/* Where a user without a name in the image has no home that he could write to. */
#define HOME "HOME=/tmp"

#define PREFIX "APPTAINERENV_"

/* A growing vector in the arena: how many words there will be is known only at the end. */
struct words {
    struct arena *arena;
    char **items; /* [count], and NULL */
    size_t count;
    size_t room;
};

static void put(struct words *words, const char *word)
{
    if (words->count + 1 >= words->room) {
        size_t room = words->room > 0 ? 2 * words->room : 64;
        char **items = arena_alloc_array(words->arena, room, sizeof *items);
        if (words->count > 0)
            memcpy(items, words->items, words->count * sizeof *items);
        words->items = items;
        words->room = room;
    }
    words->items[words->count++] = arena_strdup(words->arena, word);
    words->items[words->count] = NULL;
}

static void put_all(struct words *words, char *const *list)
{
    for (size_t i = 0; list[i] != NULL; i++)
        put(words, list[i]);
}

/* --- environment ------------------------------------------------------------------------------ */

/* What the client itself heeds: it keeps its own, and the trial's is passed by its value. */
static const char *const client_names[] = {"PATH",      "HOME", "TMPDIR",    "LD_",    "DOCKER_",
                                           "BUILDKIT_", "XDG_", "CONTAINER", "PODMAN_"};

static bool has_same_name(const char *entry, const char *other)
{
    size_t size = strcspn(entry, "=");
    return strncmp(entry, other, size) == 0 && other[size] == '=';
}

static bool has_name(char *const *list, const char *entry)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        if (has_same_name(entry, list[i]))
            return true;
    return false;
}

static bool is_of_client(const char *entry)
{
    for (size_t i = 0; i < ARRAY_LENGTH(client_names); i++)
        if (strncmp(entry, client_names[i], strlen(client_names[i])) == 0)
            return true;
    return false;
}

static const char *name_of(struct arena *arena, const char *entry)
{
    return arena_printf(arena, "%.*s", (int)strcspn(entry, "="), entry);
}

/* What goes in, with a home where there is none. */
static char **inner_environment(struct arena *arena, const struct container_request *request)
{
    const struct container_settings *settings = request->settings;
    struct words words = {.arena = arena};
    put_all(&words, request->own);
    bool is_foreign = settings->user != 0 && !settings->is_mapped;
    if (settings->engine->environment == CONTAINER_BY_NAME && is_foreign &&
        !has_name(words.items, HOME))
        put(&words, HOME);
    return words.items;
}

static char **client_environment(struct arena *arena, const struct container_request *request,
                                 char *const *inner)
{
    enum container_environment kind = request->settings->engine->environment;
    struct words words = {.arena = arena};
    for (size_t i = 0; request->inherited[i] != NULL; i++) {
        const char *entry = request->inherited[i];
        bool is_passed =
            kind == CONTAINER_BY_NAME && has_name(inner, entry) && !is_of_client(entry);
        if (!is_passed && !has_same_name("SWEEP_TOKEN", entry))
            put(&words, entry);
    }
    for (size_t i = 0; inner[i] != NULL; i++) {
        /* The mark by which its processes are found, and killed, is the client's too. */
        bool is_mark = has_same_name("SWEEP_TOKEN", inner[i]);
        if (is_mark || (kind == CONTAINER_BY_NAME && !is_of_client(inner[i])))
            put(&words, inner[i]);
        if (kind == CONTAINER_BY_PREFIX)
            put(&words, arena_printf(arena, PREFIX "%s", inner[i]));
    }
    return words.items;
}

static void put_environment(struct words *words, char *const *inner)
{
    for (size_t i = 0; inner[i] != NULL; i++)
        put(words,
            arena_printf(words->arena, "--env=%s",
                         is_of_client(inner[i]) ? inner[i] : name_of(words->arena, inner[i])));
}

/* --- what is seen in it ----------------------------------------------------------------------- */

static void put_mount(struct words *words, const struct container_engine *engine,
                      const struct container_mount *mount)
{
    if (engine->environment == CONTAINER_BY_PREFIX)
        put(words, arena_printf(words->arena, "--bind=%s:%s%s", mount->host, mount->inside,
                                mount->is_read_only ? ":ro" : ""));
    else
        put(words,
            arena_printf(words->arena, "--mount=type=bind,source=%s,target=%s%s", mount->host,
                         mount->inside, mount->is_read_only ? ",readonly" : ""));
}

static bool is_within(const char *path, const char *directory)
{
    size_t size = strlen(directory);
    return strncmp(path, directory, size) == 0 && (path[size] == '\0' || path[size] == '/');
}

size_t container_mounts(struct arena *arena, const struct container_request *request,
                        const struct container_mount **out)
{
    const struct container_settings *settings = request->settings;
    const char *const own[] = {request->workdir, request->directory};
    struct container_mount *mounts =
        arena_alloc_array(arena, settings->mount_count + ARRAY_LENGTH(own), sizeof *mounts);
    size_t count = 0;
    for (size_t i = 0; i < settings->mount_count; i++)
        mounts[count++] = settings->mounts[i];
    for (size_t i = 0; i < ARRAY_LENGTH(own); i++) {
        bool is_seen = false;
        for (size_t k = 0; k < count && !is_seen; k++)
            is_seen = !mounts[k].is_read_only && strcmp(mounts[k].host, mounts[k].inside) == 0 &&
                      is_within(own[i], mounts[k].inside);
        if (!is_seen)
            mounts[count++] = (struct container_mount){own[i], own[i], false};
    }
    *out = mounts;
    return count;
}

static void put_mounts(struct words *words, const struct container_request *request)
{
    const struct container_mount *mounts;
    size_t count = container_mounts(words->arena, request, &mounts);
    for (size_t i = 0; i < count; i++)
        put_mount(words, request->settings->engine, &mounts[i]);
}

static char *list_words(struct arena *arena, char *const *items)
{
    struct strbuf list;
    strbuf_init(&list, LIST_MAX);
    for (size_t i = 0; items[i] != NULL; i++)
        strbuf_printf(&list, "%s%s", i > 0 ? "," : "", items[i]);
    char *text = arena_copy(arena, strbuf_view(&list));
    strbuf_release(&list);
    return text;
}

static void put_amd(struct words *words, const struct container_settings *settings)
{
    put(words, "--device=/dev/kfd");
    put(words, "--device=/dev/dri");
    if (settings->has_amd_group)
        put(words, arena_printf(words->arena, "--group-add=%ju", (uintmax_t)settings->amd_group));
}

/* Docker takes its list of devices as one field of a CSV record: in quotes of its own. */
static void put_gpus(struct words *words, const struct container_request *request)
{
    const struct container_settings *settings = request->settings;
    bool is_docker = strcmp(settings->engine->name, "docker") == 0;
    if (settings->gpus == CONTAINER_GPUS_NONE)
        return;
    if (settings->engine->environment == CONTAINER_BY_PREFIX) {
        if (request->nvidia[0] != NULL)
            put(words, "--nv");
        if (request->has_amd)
            put(words, "--rocm");
        return;
    }
    if (request->nvidia[0] != NULL && is_docker && settings->gpus == CONTAINER_GPUS_AUTO)
        put(words, arena_printf(words->arena, "--gpus=\"device=%s\"",
                                list_words(words->arena, request->nvidia)));
    else
        for (size_t i = 0; request->nvidia[i] != NULL; i++)
            put(words,
                arena_printf(words->arena, "--device=nvidia.com/gpu=%s", request->nvidia[i]));
    if (request->has_amd)
        put_amd(words, settings);
}

/* --- who, where, how much --------------------------------------------------------------------- */

/* Without root podman's containers begin as children of ours, and on our processors. */
static bool needs_cpu_list(const struct container_settings *settings)
{
    return strcmp(settings->engine->name, "podman") != 0 || settings->user == 0;
}

static void put_cpus(struct words *words, const struct container_request *request)
{
    struct strbuf list;
    if (request->cpu_count == 0 || !needs_cpu_list(request->settings))
        return;
    strbuf_init(&list, LIST_MAX);
    for (size_t i = 0; i < request->cpu_count; i++)
        strbuf_printf(&list, "%s%" PRIu32, i > 0 ? "," : "", request->cpus[i]);
    put(words, arena_printf(words->arena, "--cpuset-cpus=%s", strbuf_text(&list)));
    strbuf_release(&list);
}

static void put_user(struct words *words, const struct container_settings *settings)
{
    bool is_podman = strcmp(settings->engine->name, "podman") == 0;
    if (is_podman && settings->user != 0)
        put(words, "--userns=keep-id");
    if (settings->is_mapped)
        put(words, "--user=0:0");
    else
        put(words, arena_printf(words->arena, "--user=%ju:%ju", (uintmax_t)settings->user,
                                (uintmax_t)settings->group));
}

static void put_place(struct words *words, const struct container_request *request)
{
    const struct container_settings *settings = request->settings;
    struct arena *arena = words->arena;
    if (settings->engine->environment == CONTAINER_BY_PREFIX) {
        put(words, arena_printf(arena, "--pwd=%s", request->workdir));
        return;
    }
    put(words, arena_printf(arena, "--label=sweep.name=%s", request->sweep));
    put(words, arena_printf(arena, "--label=sweep.trial=%" PRIu64, request->key.trial));
    put_user(words, settings);
    put(words, arena_printf(arena, "--workdir=%s", request->workdir));
    if (settings->shared_memory_bytes > 0)
        put(words, arena_printf(arena, "--shm-size=%" PRIu64 "b", settings->shared_memory_bytes));
    if (request->memory_bytes > 0)
        put(words, arena_printf(arena, "--memory=%" PRIu64 "b", request->memory_bytes));
    put_cpus(words, request);
}

/* A bundle says everything else itself. */
static void put_bundle(struct words *words, const struct container_request *request,
                       const char *name)
{
    put(words, "--bundle");
    put(words, request->bundle);
    for (size_t i = 0; i < request->settings->option_count; i++)
        put(words, request->settings->options[i]);
    put(words, name);
}

static void put_client(struct words *words, const struct container_request *request,
                       char *const *inner)
{
    const struct container_settings *settings = request->settings;
    put_place(words, request);
    put_gpus(words, request);
    put_mounts(words, request);
    if (settings->engine->environment == CONTAINER_BY_NAME)
        put_environment(words, inner);
    for (size_t i = 0; i < settings->option_count; i++)
        put(words, settings->options[i]);
    put(words, settings->image);
    put_all(words, request->argv);
}

static void name_container(struct arena *arena, const struct container_engine *engine,
                           const char *name, struct spec_container *container)
{
    container->codes = engine->codes;
    container->code_count = engine->code_count;
    if (!engine->is_named)
        return;
    container->name = arena_strdup(arena, name);
    container->terminate = container_engine_command(arena, engine->terminate, name, NULL);
    container->remove = container_engine_command(arena, engine->remove, name, NULL);
    container->list = container_engine_command(arena, engine->list, name, NULL);
}

void container_wrap(struct arena *arena, const struct container_request *request, struct spec *spec)
{
    const struct container_engine *engine = request->settings->engine;
    char name[CONTAINER_NAME_MAX];
    struct words words = {.arena = arena};
    container_name(request->token, name);
    char **inner = inner_environment(arena, request);
    put_all(&words, container_engine_command(arena, engine->run, name, NULL));
    if (engine->image == CONTAINER_IMAGE_BUNDLE)
        put_bundle(&words, request, name);
    else
        put_client(&words, request, inner);
    spec->argv = words.items;
    spec->envp = client_environment(arena, request, inner);
    spec->memory_bytes = engine->has_groups ? 0 : request->memory_bytes;
    name_container(arena, engine, name, &spec->container);
}

void container_reach(struct arena *arena, const struct container_settings *settings,
                     const char *token, struct spec_container *container)
{
    char name[CONTAINER_NAME_MAX];
    container_name(token, name);
    name_container(arena, settings->engine, name, container);
}
