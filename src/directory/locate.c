/*
 * Finds sweeps by name, folder or YAML file. Opens no database: record.c does.
 */
#include "directory/locate.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/shell.h"
#include "base/sys.h"
#include "directory/document.h"
#include "directory/trials.h"
#include "sweep/mem.h"

#define NAMES_MAX  10000 /* sweeps in one directory that are looked at */
#define QUOTED_MAX 16384

/* The names of what is in ./sweeps. */
struct names {
    const char **items; /* [count], in the arena */
    size_t count;
    size_t capacity;
};

static void list_names(struct arena *arena, struct names *names)
{
    DIR *dir = opendir(LOCATE_DIRECTORY);
    struct dirent *entry;
    while (dir != NULL && names->count < NAMES_MAX && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.' || !locate_exists(locate_named(arena, entry->d_name)))
            continue;
        names->items =
            array_reserve(names->items, names->count + 1, &names->capacity, sizeof *names->items);
        names->items[names->count++] = arena_strdup(arena, entry->d_name);
    }
    if (dir != NULL)
        (void)closedir(dir);
}

static const char *lock_path(struct arena *arena, const char *path)
{
    return arena_printf(arena, "%s/runner.lock", path);
}

/* When its last runner started: it writes its name into the lock's file. */
static struct timespec last_start(struct arena *arena, const char *name)
{
    struct stat status;
    const char *path = lock_path(arena, locate_named(arena, name));
    return stat(path, &status) == 0 ? status.st_mtim : (struct timespec){0};
}

static const char *latest(struct arena *arena, const struct names *names)
{
    const char *best = names->items[0];
    struct timespec best_start = last_start(arena, best);
    for (size_t i = 1; i < names->count; i++) {
        struct timespec start = last_start(arena, names->items[i]);
        if (start.tv_sec > best_start.tv_sec ||
            (start.tv_sec == best_start.tv_sec && start.tv_nsec > best_start.tv_nsec)) {
            best = names->items[i];
            best_start = start;
        }
    }
    return best;
}

/* `digits-replay-12` beside digits is what `sweep replay` made of it: where nobody says which
 * sweep, the first one is meant. */
static bool is_replay(const struct names *names, const char *name)
{
    const char *infix = strstr(name, LOCATE_REPLAY);
    for (size_t i = 0; infix != NULL && i < names->count; i++)
        if (strlen(names->items[i]) == (size_t)(infix - name) &&
            strncmp(names->items[i], name, (size_t)(infix - name)) == 0)
            return true;
    return false;
}

static void drop_replays(struct names *names)
{
    size_t kept = 0;
    struct names all = *names;
    all.items = sweep_alloc_array(names->count, sizeof(const char *));
    if (names->count > 0)
        memcpy(all.items, names->items, names->count * sizeof(const char *));
    for (size_t i = 0; i < all.count; i++)
        if (!is_replay(&all, all.items[i]))
            names->items[kept++] = all.items[i];
    names->count = kept;
    sweep_free(all.items);
}

static bool locate_latest(struct arena *arena, struct location *out, struct sweep_error *err)
{
    struct names names = {0};
    list_names(arena, &names);
    drop_replays(&names);
    if (names.count > 0) {
        out->alternatives = names.count;
        out->path = locate_named(arena, latest(arena, &names));
    }
    sweep_free(names.items);
    if (names.count == 0)
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "there is no sweep in ./" LOCATE_DIRECTORY
                               "; start one with: sweep run FILE.yaml");
    return true;
}

/* A sweep's directory whose database is gone, or, where its runner was killed at once, was not made
 * yet. */
static bool fail_broken(struct arena *arena, const char *path, struct sweep_error *err)
{
    int fd = sys_open(AT_FDCWD, arena_printf(arena, "%s/trials", path), O_RDONLY | O_DIRECTORY, 0);
    bool is_broken = fd >= 0 && !locate_exists(path);
    bool has_trials = is_broken && trials_are_there(fd);
    sys_close(fd);
    if (!is_broken || (!has_trials && access(lock_path(arena, path), F_OK) != 0))
        return false;
    if (has_trials)
        sweep_error_set(err, SWEEP_DATABASE,
                        "the database %s/" LOCATE_DATABASE " is missing, and the files of its "
                        "trials are there; rebuild it: sweep doctor --repair %s",
                        path, locate_quoted(arena, path));
    else
        sweep_error_set(err, SWEEP_NOT_FOUND,
                        "the sweep in %s has neither a database nor trials, as when its start was "
                        "interrupted; start it again: sweep run FILE.yaml",
                        path);
    return true;
}

static bool fail_not_found(struct arena *arena, const char *operand, struct sweep_error *err)
{
    struct names names = {0};
    if (fail_broken(arena, operand, err) || fail_broken(arena, locate_named(arena, operand), err))
        return false;
    list_names(arena, &names);
    const char *nearest = nearest_word(operand, names.items, names.count);
    sweep_free(names.items);
    if (nearest != NULL)
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "there is no sweep '%s' in ./" LOCATE_DIRECTORY
                               "; did you mean '%s'?",
                               operand, nearest);
    if (names.count > 0)
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "there is no sweep '%s'; `sweep list` shows those that there are",
                               operand);
    return sweep_error_set(err, SWEEP_NOT_FOUND,
                           "there is no sweep '%s', and none at all in ./" LOCATE_DIRECTORY,
                           operand);
}

/* The copy of the YAML in a sweep's own directory means that sweep, whatever its name. */
static bool locate_by_copy(struct arena *arena, const char *file, struct location *out)
{
    const char *slash = strrchr(file, '/');
    const char *home = ".";

    if (slash != NULL)
        home = arena_copy(arena, (struct strview){file, (size_t)(slash - file)});
    if (strcmp(slash != NULL ? slash + 1 : file, LOCATE_YAML) != 0 || !locate_exists(home))
        return false;
    out->path = home;
    return true;
}

/* The sweep that `run FILE` makes: a file with mistakes may still be named after its sweep. */
static bool locate_by_yaml(struct arena *arena, const char *file, struct location *out,
                           struct sweep_error *err)
{
    struct document document;
    if (!document_read(&document, file, CONFIG_WAS_READ, err))
        return false;
    bool fine = document.config != NULL;
    if (fine)
        out->path = locate_named(arena, document.config->name);
    else
        fine = document_finish(&document, err);
    document_release(&document);
    if (!fine)
        return false;
    if (!locate_exists(out->path))
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "%s was not run yet: there is no sweep in %s; start it with: "
                               "sweep run %s",
                               file, out->path, file);
    return true;
}

static bool is_yaml_file(const char *operand)
{
    struct stat status;
    return stat(operand, &status) == 0 && S_ISREG(status.st_mode);
}

const char *locate_named(struct arena *arena, const char *name)
{
    return arena_printf(arena, LOCATE_DIRECTORY "/%s", name);
}

size_t locate_names(struct arena *arena, const char ***names)
{
    struct names found = {0};
    list_names(arena, &found);
    *names = arena_alloc_array(arena, found.count, sizeof **names);
    if (found.count > 0)
        memcpy(*names, found.items, found.count * sizeof **names);
    sweep_free(found.items);
    return found.count;
}

bool locate_exists(const char *path)
{
    char database[4096];
    int length = snprintf(database, sizeof database, "%s/" LOCATE_DATABASE, path);
    return length > 0 && (size_t)length < sizeof database &&
           faccessat(AT_FDCWD, database, F_OK, AT_SYMLINK_NOFOLLOW) == 0; /* it may be elsewhere */
}

bool locate_sweep(struct arena *arena, const char *operand, struct location *out,
                  struct sweep_error *err)
{
    *out = (struct location){0};
    if (operand == NULL)
        return locate_latest(arena, out, err);
    /* A script called as its sweep is no YAML. */
    if (is_yaml_file(operand) && !locate_exists(locate_named(arena, operand)))
        return locate_by_copy(arena, operand, out) || locate_by_yaml(arena, operand, out, err);
    const char *candidates[] = {arena_strdup(arena, operand), locate_named(arena, operand)};
    for (size_t i = 0; i < ARRAY_LENGTH(candidates); i++) {
        if (locate_exists(candidates[i])) {
            out->path = candidates[i];
            return true;
        }
    }
    return fail_not_found(arena, operand, err);
}

static bool refuse_trial(struct arena *arena, const char *operand, struct sweep_error *err)
{
    if (locate_exists(operand) || locate_exists(locate_named(arena, operand)))
        return sweep_error_set(err, SWEEP_USAGE,
                               "'%s' is a sweep; name one of its trials, such as %s/1", operand,
                               operand);
    return sweep_error_set(err, SWEEP_USAGE,
                           "'%s' is no trial; expected a number such as 12, or digits/12", operand);
}

bool locate_trial(struct arena *arena, const char *operand, struct location *out, uint64_t *trial,
                  struct sweep_error *err)
{
    const char *slash = strrchr(operand, '/');
    const char *number = slash != NULL ? slash + 1 : operand;
    if (number_parse_uint64(strview_of(number), trial) != NUMBER_OK || *trial == 0)
        return refuse_trial(arena, operand, err);
    const char *name = NULL;
    if (slash != NULL)
        name = arena_copy(arena, (struct strview){operand, (size_t)(slash - operand)});
    return locate_sweep(arena, name, out, err);
}

const char *locate_operand(const char *path)
{
    static const char home[] = LOCATE_DIRECTORY "/";
    size_t length = sizeof home - 1;
    bool is_named = strncmp(path, home, length) == 0 && strchr(path + length, '/') == NULL;
    return is_named ? path + length : path;
}

const char *locate_quoted(struct arena *arena, const char *path)
{
    struct strbuf quoted;
    strbuf_init(&quoted, QUOTED_MAX);
    shell_append(&quoted, locate_operand(path));
    const char *text = arena_copy(arena, strbuf_view(&quoted));
    strbuf_release(&quoted);
    return text;
}

/* `12`, or a SWEEP and `/12`. */
static bool is_trial(const char *operand)
{
    const char *slash = strrchr(operand, '/');
    const char *number = slash != NULL ? slash + 1 : operand;
    return *number != '\0' && number[strspn(number, "0123456789")] == '\0';
}

static bool is_sweep(struct arena *arena, const char *operand)
{
    return locate_exists(operand) || locate_exists(locate_named(arena, operand));
}

bool locate_is_trial(const char *operand)
{
    struct arena arena = {0};
    bool is_one = is_trial(operand) && !is_sweep(&arena, operand);
    arena_release(&arena);
    return is_one;
}

bool locate_is_target(const char *operand)
{
    struct arena arena = {0};
    bool is_one = is_trial(operand) || is_sweep(&arena, operand);
    arena_release(&arena);
    return is_one;
}

static bool refuse_guess(struct arena *arena, const struct location *location, const char *command,
                         const struct target *target, struct sweep_error *err)
{
    const char *latest_name = locate_quoted(arena, location->path);
    const char *trial =
        target->trial > 0 ? arena_printf(arena, "/%llu", (unsigned long long)target->trial) : "";
    return sweep_error_set(err, SWEEP_USAGE,
                           "there are %zu sweeps in ./" LOCATE_DIRECTORY
                           "; say which one, such as the latest: sweep %s %s%s",
                           location->alternatives, command, latest_name, trial);
}

bool locate_target(struct arena *arena, const char *operand, const char *command,
                   struct target *out, struct sweep_error *err)
{
    struct location location = {0};
    *out = (struct target){0};
    bool wants_trial = operand != NULL && is_trial(operand);
    if (wants_trial && is_sweep(arena, operand))
        return sweep_error_set(err, SWEEP_USAGE,
                               "'%s' could be a sweep or a trial; say ./" LOCATE_DIRECTORY
                               "/%s/ for the sweep, NAME/%s for the trial",
                               operand, operand, operand);
    if (wants_trial ? !locate_trial(arena, operand, &location, &out->trial, err)
                    : !locate_sweep(arena, operand, &location, err))
        return false;
    out->path = location.path;
    return location.alternatives < 2 || refuse_guess(arena, &location, command, out, err);
}
