/*
 * Finds and reads files; what stands in them is source_wandb.c's.
 */
#include "metrics/wandb_runs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/folder.h"
#include "base/sys.h"
#include "sweep/mem.h"
#include "sweep/trial.h"

#define PIECE_BYTES ((size_t)64 * 1024)
#define PATH_BYTES  (2 * NAME_MAX + 16)

static const char *const prefixes[] = {"offline-run-", "run-"};

struct run {
    char name[NAME_MAX + 1]; /* of its directory */
    int fd;
    uint64_t offset; /* what is before it was read */
    struct source_wandb *source;
    bool has_row;
    bool is_counted; /* it counts its steps anew: they are not to be used */
};

struct wandb_runs {
    struct wandb_runs_settings settings;
    DIR *folder; /* NULL: not there yet */
    bool exist;
    bool has_own;     /* a run with the attempt's ID was found */
    struct run *runs; /* [count] */
    size_t count;
    size_t capacity;
    size_t current; /* of which `piece` is */
    char *piece;    /* [PIECE_BYTES], or NULL */
};

struct wandb_runs *wandb_runs_create(const struct wandb_runs_settings *settings)
{
    struct wandb_runs *runs = sweep_alloc(sizeof *runs);
    runs->settings = *settings;
    return runs;
}

void wandb_runs_free(struct wandb_runs *runs)
{
    if (runs == NULL)
        return;
    for (size_t i = 0; i < runs->count; i++) {
        source_wandb_free(runs->runs[i].source);
        sys_close(runs->runs[i].fd);
    }
    if (runs->folder != NULL)
        (void)closedir(runs->folder);
    sweep_free(runs->runs);
    sweep_free(runs->piece);
    sweep_free(runs);
}

/* --- finding -------------------------------------------------------------------------------- */

bool wandb_runs_exist(struct wandb_runs *runs)
{
    struct stat status;
    if (!runs->exist)
        runs->exist = fstatat(runs->settings.dir_fd, runs->settings.folder, &status,
                              AT_SYMLINK_NOFOLLOW) == 0 &&
                      S_ISDIR(status.st_mode);
    return runs->exist;
}

/* The ID in a directory's name, `PREFIX DATE_TIME-ID`; NULL where it is no run's. */
static const char *find_id(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(prefixes); i++) {
        size_t length = strlen(prefixes[i]);
        const char *dash =
            strncmp(name, prefixes[i], length) == 0 ? strchr(name + length, '-') : NULL;
        if (dash != NULL)
            return dash[1] != '\0' ? dash + 1 : NULL;
    }
    return NULL;
}

static int open_file(const struct wandb_runs *runs, const char *name, const char *id, int id_length)
{
    char path[PATH_BYTES];
    struct stat status;
    int length = snprintf(path, sizeof path, "%s/run-%.*s.wandb", name, id_length, id);
    if (length < 0 || (size_t)length >= sizeof path)
        return -1;
    int fd = sys_open(dirfd(runs->folder), path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return fd;
    sys_close(fd);
    return -1;
}

/* In the order of their names, which is that of time. */
static void add_run(struct wandb_runs *runs, const char *name, int fd)
{
    size_t place = runs->count;
    runs->runs = array_reserve(runs->runs, runs->count + 1, &runs->capacity, sizeof *runs->runs);
    for (; place > 0 && strcmp(runs->runs[place - 1].name, name) > 0; place--)
        runs->runs[place] = runs->runs[place - 1];
    runs->runs[place] = (struct run){.fd = fd};
    (void)snprintf(runs->runs[place].name, sizeof runs->runs[place].name, "%s", name);
    runs->runs[place].source = source_wandb_create(runs->settings.step_name);
    runs->count++;
}

static bool is_known(const struct wandb_runs *runs, const char *name)
{
    for (size_t i = 0; i < runs->count; i++)
        if (strcmp(runs->runs[i].name, name) == 0)
            return true;
    return false;
}

/* Open the file of a run if it is there by now. Two runs that begin in the same second with the
 * same ID are told apart by a number behind it, in the directory's name only. */
static void try_run(struct wandb_runs *runs, const char *name, bool own)
{
    const char *own_id = runs->settings.run_id;
    const char *id = find_id(name);
    if (id == NULL || is_known(runs, name) || runs->count == WANDB_RUNS_MAX || (own && !own_id))
        return;
    int fd = -1;
    if (own) {
        fd = open_file(runs, name, own_id, (int)strlen(own_id));
        runs->has_own = runs->has_own || fd >= 0;
    } else {
        const char *dash = strrchr(id, '-');
        fd = open_file(runs, name, id, (int)strlen(id));
        if (fd < 0 && dash != NULL)
            fd = open_file(runs, name, id, (int)(dash - id));
    }
    if (fd >= 0)
        add_run(runs, name, fd);
}

static void scan(struct wandb_runs *runs, bool own)
{
    const struct dirent *entry;
    rewinddir(runs->folder);
    while ((entry = readdir(runs->folder)) != NULL)
        try_run(runs, entry->d_name, own);
}

void wandb_runs_look(struct wandb_runs *runs)
{
    if (runs->folder == NULL) {
        runs->folder = folder_open(runs->settings.dir_fd, runs->settings.folder);
        if (runs->folder == NULL)
            return;
        runs->exist = true;
    }
    scan(runs, true);
    if (!runs->has_own)
        scan(runs, false);
}

/* --- reading -------------------------------------------------------------------------------- */

static bool feed_run(struct wandb_runs *runs, struct run *run)
{
    if (source_wandb_is_foreign(run->source))
        return false;
    if (runs->piece == NULL)
        runs->piece = sweep_alloc(PIECE_BYTES);
    ssize_t got = pread(run->fd, runs->piece, PIECE_BYTES, (off_t)run->offset);
    if (got <= 0)
        return false;
    run->offset += (uint64_t)got;
    source_wandb_feed(run->source, runs->piece, (size_t)got);
    return true;
}

bool wandb_runs_feed(struct wandb_runs *runs)
{
    for (size_t i = 0; i < runs->count; i++)
        if (feed_run(runs, &runs->runs[i])) {
            runs->current = i;
            return true;
        }
    return false;
}

bool wandb_runs_next(struct wandb_runs *runs, struct wandb_number *number)
{
    if (runs->current >= runs->count)
        return false;
    struct run *run = &runs->runs[runs->current];
    if (!source_wandb_next(run->source, number))
        return false;
    if (number->is_summary)
        return true;
    if (!run->has_row)
        run->is_counted = runs->settings.resumes && !runs->settings.step_name && number->step == 0;
    run->has_row = true;
    if (run->is_counted)
        number->step = SWEEP_STEP_NONE;
    return true;
}

uint64_t wandb_runs_rows(const struct wandb_runs *runs)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < runs->count; i++)
        rows += source_wandb_rows(runs->runs[i].source);
    return rows;
}

uint64_t wandb_runs_damaged(const struct wandb_runs *runs)
{
    uint64_t damaged = 0;
    for (size_t i = 0; i < runs->count; i++)
        damaged += source_wandb_damaged(runs->runs[i].source) +
                   source_wandb_is_foreign(runs->runs[i].source);
    return damaged;
}
