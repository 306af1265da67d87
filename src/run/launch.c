/*
 * Preparing an attempt: the trial's directory and its files of parameters, the command, the
 * environment, the spec; then the back end starts its shim, blocked.
 */
#include "run/runner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/sys.h"
#include "exec/container/engine.h"
#include "journal/handshake.h"
#include "run/runc_bundle.h"
#include "run/wandb_params.h"
#include "space/derive.h"
#include "space/space.h"
#include "trial/trial.h"
#include "json/params.h"

#define DIRECTORY_MODE 0700
#define FILE_MODE      0600
#define PARAMS_MAX     ((size_t)16 * 1024 * 1024)

/* Of an output that is longer than both together the middle is dropped on disk. */
#define OUTPUT_HEAD_BYTES (UINT64_C(16) << 20)
#define OUTPUT_TAIL_BYTES (UINT64_C(48) << 20)

#define US_PER_SECOND 1000000
#define MS_PER_SECOND 1000

/* The paths of one trial, relative to `trials` and absolute. */
struct paths {
    char name[HANDSHAKE_NAME_MAX];
    const char *absolute;
    const char *params;
    const char *wandb_params;
    const char *wandb_directory; /* NULL: the trial's own */
    const char *bundle;
    const char *checkpoints;
};

static struct paths make_paths(struct runner *runner, struct arena *arena, struct attempt_key key)
{
    struct paths paths = {0};
    handshake_trial_directory(key.trial, paths.name);
    paths.absolute =
        arena_printf(arena, "%s/trials/%s", runner->request->directory->path, paths.name);
    paths.params = arena_printf(arena, "%s/params.json", paths.name);
    paths.wandb_params = arena_printf(arena, "%s/wandb.yaml", paths.name);
    if (key.number > 1) {
        char directory[HANDSHAKE_NAME_MAX];
        handshake_file_name(HANDSHAKE_WANDB_DIR, key.number, directory);
        paths.wandb_directory = arena_printf(arena, "%s/%s", paths.name, directory);
    }
    paths.checkpoints = arena_printf(arena, "%s/checkpoints", paths.name);
    char bundle[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_BUNDLE, key.number, bundle);
    paths.bundle = arena_printf(arena, "%s/%s", paths.name, bundle);
    return paths;
}

static bool make_directory(struct runner *runner, const char *path, struct sweep_error *err)
{
    if (sys_mkdir(runner->request->directory->trials_fd, path, DIRECTORY_MODE) || errno == EEXIST)
        return true;
    return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create trials/%s", path);
}

static bool write_file(struct runner *runner, const char *path, struct strview text,
                       struct sweep_error *err)
{
    int fd = sys_open(runner->request->directory->trials_fd, path, O_WRONLY | O_CREAT | O_TRUNC,
                      FILE_MODE);
    bool written = fd >= 0 && sys_write(fd, text.data, text.size);
    int error_number = errno;
    sys_close(fd);
    if (!written)
        return sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot write trials/%s", path);
    return true;
}

/* For scripts that read them as JSON, and for those that call wandb. */
static bool write_params(struct runner *runner, const struct paths *paths,
                         const struct sweep_value *params, struct sweep_error *err)
{
    struct arena arena = {0};
    const struct sweep_space *space = space_passed(runner->settings->space);
    struct strbuf text;
    struct json_writer writer;
    params = space_pass(&arena, runner->settings->space, params);
    strbuf_init(&text, PARAMS_MAX);
    json_init(&writer, &text);
    params_write_first(&writer, space, params, space_told_count(space));
    strbuf_append_char(&text, '\n');
    bool written = write_file(runner, paths->params, strbuf_view(&text), err);
    strbuf_reset(&text);
    wandb_params_format(space, params, &text);
    written = written && write_file(runner, paths->wandb_params, strbuf_view(&text), err);
    strbuf_release(&text);
    arena_release(&arena);
    return written;
}

/* Whether an earlier attempt left something to go on from. */
static bool has_checkpoint(struct runner *runner, const struct paths *paths)
{
    DIR *directory = folder_open(runner->request->directory->trials_fd, paths->checkpoints);
    if (directory == NULL)
        return false;
    const struct dirent *entry;
    do {
        entry = readdir(directory);
    } while (entry != NULL &&
             (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
    (void)closedir(directory);
    return entry != NULL;
}

static bool make_token(char token[ATTEMPT_TOKEN_MAX], struct sweep_error *err)
{
    unsigned char bytes[(ATTEMPT_TOKEN_MAX - 1) / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot draw random bytes");
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof bytes; i++) {
        token[2 * i] = digits[bytes[i] >> 4];
        token[2 * i + 1] = digits[bytes[i] & 15];
    }
    token[ATTEMPT_TOKEN_MAX - 1] = '\0';
    return true;
}

/* One attempt on its way. */
struct preparation {
    const struct sweep_trial *trial;
    struct attempt_key key;
    struct gpus_grant box;
    bool fresh;
};

static char **make_environment(struct runner *runner, struct arena *arena, struct spec *spec,
                               const struct paths *paths, const struct preparation *preparation)
{
    const struct run_settings *settings = runner->settings;
    char run_id[HANDSHAKE_RUN_ID_MAX];
    handshake_run_id(spec->token, run_id);
    struct environment_trial trial = {
        .name = settings->name,
        .trial = spec->key.trial,
        .attempt = spec->key.number,
        .directory = paths->absolute,
        .token = spec->token,
        .wandb_directory = paths->absolute,
        .run_id = run_id,
        .seed = trial_seed(settings->space, settings->seed, spec->key.trial,
                           preparation->trial->params),
        .resumes = !preparation->fresh,
    };
    if (paths->wandb_directory != NULL)
        trial.wandb_directory = arena_printf(
            arena, "%s/trials/%s", runner->request->directory->path, paths->wandb_directory);
    if (settings->timeout_ms > 0)
        trial.deadline_s = runner->wall_us / US_PER_SECOND + settings->timeout_ms / MS_PER_SECOND;
    gpus_describe(runner, arena, &preparation->box, spec, &trial);
    return environment_make(&runner->environment, arena, &trial);
}

void launch_environment(struct runner *runner)
{
    static char *const nothing[] = {NULL};
    const struct run_settings *settings = runner->settings;
    bool has_container = settings->container.engine != NULL;
    environment_init(&runner->environment, has_container ? nothing : runner->request->environment,
                     settings->extra_environment,
                     settings->gpus.per_trial > 0 || settings->hides_gpus || settings->is_slurm);
}

/* The UUIDs of its GPUs of one vendor. */
static char **list_uuids(struct arena *arena, const struct pool_grant *grant,
                         enum gpu_vendor vendor)
{
    char **uuids = arena_alloc_array(arena, grant->count + 1, sizeof *uuids);
    size_t count = 0;
    for (size_t i = 0; i < grant->count; i++)
        if (grant->gpus[i]->vendor == vendor)
            uuids[count++] = arena_strdup(arena, grant->gpus[i]->uuid);
    return uuids;
}

/* Make the command that of an engine's client. The spec has it, and its environment. */
static bool move_into_container(struct runner *runner, struct arena *arena,
                                const struct preparation *preparation, const struct paths *paths,
                                struct spec *spec, struct sweep_error *err)
{
    const struct run_settings *settings = runner->settings;
    const struct pool_grant *gpus = &preparation->box.gpus;
    const struct container_request request = {
        .settings = &settings->container,
        .sweep = settings->name,
        .key = spec->key,
        .token = spec->token,
        .workdir = spec->workdir,
        .directory = paths->absolute,
        .argv = spec->argv,
        .own = spec->envp,
        .inherited = runner->request->environment,
        .nvidia = list_uuids(arena, gpus, GPU_NVIDIA),
        .has_amd = list_uuids(arena, gpus, GPU_AMD)[0] != NULL,
        .cpus = preparation->box.host.cpus,
        .cpu_count = preparation->box.host.cpu_count,
        .memory_bytes = spec->memory_bytes,
        .bundle =
            arena_printf(arena, "%s/trials/%s", runner->request->directory->path, paths->bundle),
    };
    if (settings->container.engine == NULL)
        return true;
    if (settings->container.engine->image == CONTAINER_IMAGE_BUNDLE &&
        !runc_bundle_write(runner->request->directory->trials_fd, paths->bundle, &request, err))
        return false;
    container_wrap(arena, &request, spec);
    return true;
}

static bool start(struct runner *runner, struct arena *arena, struct preparation *preparation,
                  struct sweep_error *err)
{
    const struct run_settings *settings = runner->settings;
    const struct sweep_trial *trial = preparation->trial;
    const struct attempt_key key = preparation->key;
    const struct paths paths = make_paths(runner, arena, key);
    struct spec spec = {
        .key = key,
        .workdir = settings->workdir,
        .timeout_ms = settings->timeout_ms,
        .grace_ms = settings->grace_ms,
        .stall_ms = settings->stall_ms,
        .memory_bytes = settings->memory_bytes,
        .output_head_bytes = OUTPUT_HEAD_BYTES,
        .output_tail_bytes = OUTPUT_TAIL_BYTES,
        .patterns = settings->patterns,
        .pattern_count = settings->pattern_count,
        .step_pattern = settings->step_pattern,
    };
    if (!make_directory(runner, paths.name, err) ||
        !make_directory(runner, paths.checkpoints, err) ||
        (paths.wandb_directory != NULL && !make_directory(runner, paths.wandb_directory, err)) ||
        !write_params(runner, &paths, trial->params, err) || !make_token(spec.token, err))
        return false;
    preparation->fresh = key.number == 1 || !has_checkpoint(runner, &paths);
    spec.argv = settings->expand(settings->expand_context, arena, trial->params,
                                 arena_printf(arena, "%s/params.json", paths.absolute));
    spec.envp = make_environment(runner, arena, &spec, &paths, preparation);
    if (!move_into_container(runner, arena, preparation, &paths, &spec, err))
        return false;
    const struct backend_launch launch = {&spec, preparation->box.leases, runner->now_ms};
    struct turn_attempt attempt = {.started_us = runner->wall_us, .fresh = preparation->fresh};
    if (!runner->request->backend->launch(runner->attempts, &launch, &attempt.identity, err))
        return false;
    if (attempt.identity.pid > 0)
        host_pin(&preparation->box.host, attempt.identity.pid); /* before it is let go */
    turn_add_attempt(&runner->turn, &attempt);
    gpus_record(runner, key, &preparation->box.gpus);
    turn_go(&runner->turn, key);
    struct live *live = live_add(runner, &attempt.identity, runner->wall_us);
    live->is_new = true;
    watching_begin(runner, live, spec.gpus);
    return true;
}

void launch_attempt(struct runner *runner, const struct engine_action *action)
{
    const struct attempt_key key = action->key;
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct preparation preparation = {.trial = action->trial, .key = key, .fresh = true};
    const struct pool_need need = gpus_need(runner, action->trial, action->alone);
    bool started = gpus_take(runner, key, &need, &preparation.box, &err) &&
                   start(runner, &arena, &preparation, &err);
    gpus_drop(&preparation.box); /* its shim has them now */
    arena_release(&arena);
    if (!started) {
        pool_give_back(&runner->gpus, key);
        host_give_back(&runner->host, key);
    }
    uint32_t capacity = runner->capacity;
    gpus_expect(runner, started ? NULL : &need);
    spending_note(runner, 0);
    struct engine_event event =
        runner_event(runner, started ? ENGINE_LAUNCHED : ENGINE_LAUNCH_FAILED);
    event.key = key;
    event.fresh = preparation.fresh;
    event.no_room = !started && err.code == SWEEP_BUSY && runner->capacity < capacity;
    if (!started)
        event.text = arena_strdup(&runner->turn.arena, err.message);
    if (!started && err.code == SWEEP_NO_SPACE)
        trouble_begin(runner, &err);
    else if (!started && err.code != SWEEP_BUSY)
        runner_fail(runner, &err);
    runner_feed(runner, &event);
}
