/*
 * Opening a sweep for its runner. Commands that only look use record.c.
 */
#include "session/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "asker/external.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/shell.h"
#include "base/sys.h"
#include "directory/charter.h"
#include "directory/locate.h"
#include "directory/lookup.h"
#include "directory/trials.h"
#include "session/change.h"
#include "session/revise.h"

#define NEWS_MAX       (16 * 1024)
#define NAME_MAX_BYTES (4 * PATH_MAX)

static const char *database_path(struct session *session)
{
    return arena_printf(&session->arena, "%s/" LOCATE_DATABASE, session->directory.path);
}

/* --- a new sweep ---------------------------------------------------------------------------- */

static bool draw(void *bytes, size_t size, struct sweep_error *err)
{
    if (getrandom(bytes, size, 0) != (ssize_t)size)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot draw random bytes");
    return true;
}

static bool make_uuid(char uuid[37], struct sweep_error *err)
{
    unsigned char b[16];

    if (!draw(b, sizeof b, err))
        return false;
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* RFC 4122: version 4, its variant */
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    (void)snprintf(uuid, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                   b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
                   b[13], b[14], b[15]);
    return true;
}

bool session_choose_seed(const struct config *config, uint64_t *seed, struct sweep_error *err)
{
    *seed = config->seed;
    if (config->has_seed)
        return true;
    uint32_t drawn;
    if (!draw(&drawn, sizeof drawn, err))
        return false;
    *seed = drawn & INT32_MAX;
    return true;
}

static bool create_store(struct session *session, struct sweep_error *err)
{
    const struct config *config = session->document.config;
    const char *workdir =
        session->workdir != NULL ? session->workdir : file_working_directory(&session->arena, err);
    struct store_sweep *sweep = &session->sweep;

    *sweep = (struct store_sweep){
        .name = config->name,
        .yaml = strbuf_view(&session->document.source),
        .maximize = config->metric.name != NULL && config->metric.objective.maximize,
        .objective = config->metric.name,
        .method = session->settings.strategy->name,
        .workdir = workdir,
        .created_us = clock_wall_us(),
        .state = "running",
        .note = "",
    };
    if (workdir == NULL || !make_uuid(sweep->uuid, err) ||
        !session_choose_seed(config, &sweep->seed, err) ||
        !settings_place(&session->settings, sweep->seed, workdir, err))
        return false;
    session->is_new = true;
    session->applied = session->given;
    if (!charter_save(session->directory.fd, sweep, &session->applied, err))
        return false;
    session->store = store_create(database_path(session), sweep, &session->applied, err);
    return session->store != NULL;
}

/* --- one that is there ---------------------------------------------------------------------- */

static bool load_store(struct session *session, struct sweep_error *err)
{
    session->store = store_open(database_path(session), STORE_WRITE, err);
    return session->store != NULL &&
           store_load_sweep(session->store, &session->arena, &session->sweep, err) &&
           store_load_settings(session->store, &session->arena, &session->applied, err);
}

/* Under its own name, also where the recorded YAML has none and its copy is called otherwise; and
 * under the strategy that it was started with, also where `auto` would now choose another. */
static bool place(struct session *session, struct sweep_error *err)
{
    const struct store_sweep *sweep = &session->sweep;

    session->settings.run.name = sweep->name;
    session->settings.strategy = session->document.config->method_command != NULL
                                     ? &external_strategy
                                     : sweep_strategy_find(sweep->method);
    session->settings.why = NULL;
    if (session->settings.strategy == NULL)
        return sweep_error_set(err, SWEEP_INCOMPATIBLE,
                               "this version does not know the method '%s' of the sweep",
                               sweep->method);
    return settings_place(&session->settings, sweep->seed, sweep->workdir, err);
}

static bool parse_recorded(struct session *session, struct sweep_error *err)
{
    document_parse_with(&session->document,
                        arena_printf(&session->arena, "%s/" LOCATE_YAML, session->directory.path),
                        session->sweep.yaml, session->need, &session->applied);
    settings_prepare(&session->settings, &session->document);
    lookup_surroundings(&session->document, session->environment);
    /* What was only warned about was said when it was started. */
    return session->document.diagnostics.errors == 0 || document_finish(&session->document, err);
}

/* --- opening -------------------------------------------------------------------------------- */

/* A directory with files in it that no runner ever locked is somebody's own. */
static bool check_is_ours(const char *path, struct sweep_error *err)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    bool has_files = false;
    bool has_lock = false;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        has_lock = has_lock || strcmp(entry->d_name, "runner.lock") == 0;
        has_files =
            has_files || (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0);
    }
    if (dir != NULL)
        (void)closedir(dir);
    if (has_files && !has_lock)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "%s is not empty and holds no sweep; name an empty directory or a "
                               "new one",
                               path);
    return true;
}

/* New trials would be written over the files of the old ones, from which it can be rebuilt. */
static bool check_has_no_trials(struct session *session, const char *path, struct sweep_error *err)
{
    const char *trials = arena_printf(&session->arena, "%s/trials", path);
    int fd = sys_open(AT_FDCWD, trials, O_RDONLY | O_DIRECTORY, 0);
    bool has_trials = fd >= 0 && trials_are_there(fd);
    sys_close(fd);
    if (!has_trials)
        return true;
    return sweep_error_set(err, SWEEP_DATABASE,
                           "the database %s/" LOCATE_DATABASE
                           " is missing, and the files of its trials are there; rebuild it: sweep "
                           "doctor --repair %s",
                           path, session->operand);
}

/* `sweeps/digits` is called digits by people. Quoted, since they will copy it to their shell. */
static const char *name_for_people(struct session *session, const char *path)
{
    static const char prefix[] = LOCATE_DIRECTORY "/";
    size_t length = sizeof prefix - 1;
    bool is_named = strncmp(path, prefix, length) == 0 && strchr(path + length, '/') == NULL;
    struct strbuf quoted;

    strbuf_init(&quoted, NAME_MAX_BYTES);
    shell_append(&quoted, is_named ? path + length : path);
    const char *name = arena_copy(&session->arena, strbuf_view(&quoted));
    strbuf_release(&quoted);
    return name;
}

static void begin(struct session *session, const char *path)
{
    session->operand = name_for_people(session, path);
    strbuf_init(&session->news, NEWS_MAX);
}

bool session_create_or_open(struct session *session, const char *path, struct sweep_error *err)
{
    struct directory *directory = &session->directory;

    begin(session, path);
    if (!locate_exists(path)) {
        if (!check_is_ours(path, err) || !check_has_no_trials(session, path, err) ||
            !directory_create(directory, path, strbuf_view(&session->document.source), err))
            return false;
    } else if (!directory_open(directory, path, err)) {
        return false;
    }
    /* Looked at again, since only now nobody else can make it. */
    if (!locate_exists(directory->path))
        return create_store(session, err);
    return load_store(session, err) && session_revise(session, err) && place(session, err);
}

bool session_open(struct session *session, const char *path, struct sweep_error *err)
{
    begin(session, path);
    return directory_open(&session->directory, path, err) && load_store(session, err) &&
           parse_recorded(session, err) && place(session, err);
}

void session_unlock(struct session *session)
{
    store_close(session->store);
    session->store = NULL;
    directory_close(&session->directory);
}

void session_close(struct session *session)
{
    store_close(session->store);
    directory_close(&session->directory);
    strbuf_release(&session->news);
    changes_free(session->changes);
    gear_release(&session->gear);
    document_release(&session->document);
    arena_release(&session->arena);
    *session = (struct session){0};
}

/* --- at work -------------------------------------------------------------------------------- */

struct run_request session_request(struct session *session, enum run_purpose purpose, int shim_fd)
{
    return (struct run_request){
        .purpose = purpose,
        .settings = &session->settings.run,
        .backend = session->settings.run.is_slurm ? &backend_slurm : &backend_local,
        .strategy = session->settings.strategy,
        .directory = &session->directory,
        .store = session->store,
        .shim_fd = shim_fd,
        .environment = session->environment,
        .change = session_change,
        .change_context = session,
    };
}

bool session_serve(struct session *session, struct sweep_error *err)
{
    struct run_summary summary;
    const struct run_request request = session_request(session, RUN_SERVE, -1);
    return run_sweep(&request, &summary, err);
}
