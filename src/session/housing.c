/*
 * Paths and questions. What an engine is told is exec/container's.
 */
#include "session/housing.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"

/* What images have there themselves. */
static const char *const systems[] = {"/",     "/bin", "/dev",  "/etc", "/lib", "/lib64",
                                      "/proc", "/run", "/sbin", "/sys", "/usr"};

static const char *const AMD_DEVICE = "/dev/kfd";

bool housing_look(const struct config *config, char *const *environment, struct ask_state *state,
                  struct sweep_error *err)
{
    const struct config_container *container = &config->trial.container;
    *state = (struct ask_state){0};
    if (container->engine == NULL)
        return true;
    const struct container_engine *engine = container_engine_find(container->engine);
    struct sweep_error reason = {0};
    return (ask_engine(engine, environment, state, &reason) &&
            ask_image(engine, container->image, environment, &reason)) ||
           sweep_error_set(err, SWEEP_BAD_INPUT, "%s", reason.message);
}

/* --- paths ------------------------------------------------------------------------------------ */

/* Without `.` and `..`, by its letters: a link on the way is taken for what it says. */
static const char *make_absolute(struct arena *arena, const char *directory, const char *path)
{
    char *text =
        path[0] == '/' ? arena_strdup(arena, path) : arena_printf(arena, "%s/%s", directory, path);
    char *end = text; /* of what is kept */
    for (const char *at = text; *at != '\0';) {
        at += strspn(at, "/");
        size_t size = strcspn(at, "/");
        if (size == 2 && at[0] == '.' && at[1] == '.') {
            while (end > text && *--end != '/')
                continue;
        } else if (size > 0 && !(size == 1 && at[0] == '.')) {
            *end++ = '/';
            memmove(end, at, size);
            end += size;
        }
        at += size;
    }
    if (end == text)
        *end++ = '/';
    *end = '\0';
    return text;
}

static bool check_path(const char *path, struct sweep_error *err)
{
    if (strpbrk(path, ",:\"\n") == NULL)
        return true;
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "%s has a comma, a colon or a quote in its name, and engines of "
                           "containers cannot take such a path",
                           path);
}

/* What is seen at the place where the image has its own would hide that. */
static bool is_of_image(const char *path)
{
    for (size_t i = 0; i < ARRAY_LENGTH(systems); i++)
        if (strcmp(path, systems[i]) == 0)
            return true;
    return false;
}

static bool check_directory(const char *path, struct sweep_error *err)
{
    if (is_of_image(path))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "trials in containers would see %s of this machine instead of the "
                               "image's: start the sweep in a directory of its own",
                               path);
    return check_path(path, err);
}

/* --- what is seen ----------------------------------------------------------------------------- */

static bool place_mount(struct arena *arena, const char *directory,
                        const struct config_mount *mount, struct container_mount *out,
                        struct sweep_error *err)
{
    out->host = make_absolute(arena, directory, mount->host);
    out->inside = mount->inside != NULL ? make_absolute(arena, "/", mount->inside) : out->host;
    out->is_read_only = mount->is_read_only;
    if (access(out->host, F_OK) != 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "trial.container.mounts names %s, and there is nothing of that name",
                               out->host);
    if (is_of_image(out->inside))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "trial.container.mounts puts %s over the image's own %s",
                               mount->host, out->inside);
    return check_path(out->host, err) && check_path(out->inside, err);
}

static bool is_mounted(const struct container_mount *mounts, size_t count, const char *inside)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(mounts[i].inside, inside) == 0)
            return true;
    return false;
}

static bool place_mounts(struct arena *arena, const struct config_container *container,
                         const char *directory, struct container_settings *out,
                         struct sweep_error *err)
{
    struct container_mount *mounts =
        arena_alloc_array(arena, container->mount_count + 1, sizeof *mounts);
    size_t count = 0;
    for (size_t i = 0; i < container->mount_count; i++)
        if (!place_mount(arena, directory, &container->mounts[i], &mounts[count++], err))
            return false;
    if (!is_mounted(mounts, count, directory)) {
        /* In front, so that what the person mounts within it lies over it. */
        memmove(mounts + 1, mounts, count * sizeof *mounts);
        mounts[0] = (struct container_mount){directory, directory, false};
        count++;
    }
    out->mounts = mounts;
    out->mount_count = count;
    return true;
}

static bool place_image(struct arena *arena, const struct config_container *container,
                        const char *directory, struct container_settings *out,
                        struct sweep_error *err)
{
    const struct container_engine *engine = out->engine;
    out->image = container->image;
    if (engine->image == CONTAINER_IMAGE_NAMED)
        return true;
    out->image = make_absolute(arena, directory, container->image);
    bool is_bundle = engine->image == CONTAINER_IMAGE_BUNDLE;
    const char *wanted = is_bundle ? arena_printf(arena, "%s/config.json", out->image) : out->image;
    if (access(wanted, R_OK) == 0)
        return true;
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           is_bundle ? "there is no bundle in %s, which has a config.json and the "
                                       "root file system that it names: %s DIR makes one"
                                     : "there is no image %s: %s makes one",
                           out->image, engine->fetch);
}

/* --- the whole -------------------------------------------------------------------------------- */

static enum container_gpus gpus_of(enum config_container_gpus gpus)
{
    switch (gpus) {
    case CONFIG_GPUS_AUTO:
        break;
    case CONFIG_GPUS_CDI:
        return CONTAINER_GPUS_CDI;
    case CONFIG_GPUS_NONE:
        return CONTAINER_GPUS_NONE;
    }
    return CONTAINER_GPUS_AUTO;
}

/* As much as /dev/shm of a machine has by itself: what is not used costs nothing. */
static uint64_t half_of_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages / 2 * (uint64_t)size : 0;
}

bool housing_place(struct arena *arena, const struct config *config,
                   const struct housing_place *place, struct container_settings *settings,
                   struct sweep_error *err)
{
    const struct config_container *container = &config->trial.container;
    struct stat status;
    if (container->engine == NULL)
        return true;
    settings->engine = container_engine_find(container->engine);
    settings->options = container->options;
    settings->option_count = container->option_count;
    settings->gpus = gpus_of(container->gpus);
    settings->user = getuid();
    settings->group = getgid();
    settings->has_amd_group = stat(AMD_DEVICE, &status) == 0;
    settings->amd_group = settings->has_amd_group ? status.st_gid : 0;
    settings->shared_memory_bytes = half_of_memory();
    return check_directory(place->directory, err) && check_directory(place->workdir, err) &&
           place_mounts(arena, container, place->directory, settings, err) &&
           place_image(arena, container, place->directory, settings, err);
}
