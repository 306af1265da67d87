/*
 * Batches and their manifests: what was intended is on disk before sbatch is called, so that a
 * runner which comes later knows of each job that there may be.
 */
#include "exec/slurm/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/crash_point.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/sys.h"
#include "exec/slurm/arguments.h"
#include "sweep/mem.h"

#define SHIM_NAME       "sweep-shim"
#define SHIM_DRAFT      "sweep-shim.tmp"
#define SCRIPT_SUFFIX   ".sh"
#define DRAFT_SUFFIX    BATCH_SUFFIX ".tmp"
#define SCRIPT_SIZE_MAX (4 * 4096)
#define FILE_NAME_MAX   (JOB_NAME_MAX + 16)
#define NAME_KEPT       40 /* of the sweep's in its jobs' */

/* --- the shim ------------------------------------------------------------------------------- */

static bool copy_bytes(int from_fd, int to_fd, off_t size)
{
    off_t done = 0;
    while (done < size) {
        ssize_t count = sendfile(to_fd, from_fd, NULL, (size_t)(size - done));
        if (count <= 0)
            return false;
        done += count;
    }
    return true;
}

/* `shim_fd` may not be readable, only executable (O_PATH): opened again through /proc. */
static int open_shim(const struct backend_state *state)
{
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", state->settings.shim_fd);
    return sys_open(AT_FDCWD, link, O_RDONLY, 0);
}

/* Jobs run a copy in the sweep's own directory, which their nodes can see; another version takes
 * its place as a whole, and running ones keep theirs. */
static bool copy_shim(struct backend_state *state, struct sweep_error *err)
{
    struct stat status;
    if (state->settings.shim_fd < 0) /* nothing will be started */
        return true;
    int from_fd = open_shim(state);
    int to_fd = sys_open(state->slurm_fd, SHIM_DRAFT, O_WRONLY | O_CREAT | O_TRUNC, 0700);
    bool copied = from_fd >= 0 && to_fd >= 0 && fstat(from_fd, &status) == 0 &&
                  copy_bytes(from_fd, to_fd, status.st_size) && sys_fsync(to_fd);
    int error_number = errno;
    sys_close(from_fd);
    sys_close(to_fd);
    if (copied && sys_rename(state->slurm_fd, SHIM_DRAFT, SHIM_NAME))
        return true;
    error_number = copied ? errno : error_number;
    (void)sys_unlink(state->slurm_fd, SHIM_DRAFT); /* the disk may be full */
    return sweep_error_set_errno(err, SWEEP_IO, error_number,
                                 "cannot copy sweep-shim to the sweep's directory");
}

/* --- batches -------------------------------------------------------------------------------- */

static struct slurm_batch *add_batch(struct backend_state *state, size_t count)
{
    struct slurm_batch *batch = sweep_alloc(sizeof *batch);
    batch->attempts = sweep_alloc_array(count, sizeof(struct slurm_attempt *));
    batch->count = count;
    state->batches = array_reserve(state->batches, state->batch_count + 1, &state->batch_capacity,
                                   sizeof(struct slurm_batch *));
    state->batches[state->batch_count++] = batch;
    return batch;
}

static void remove_files(struct backend_state *state, const struct slurm_batch *batch)
{
    char name[FILE_NAME_MAX];
    (void)snprintf(name, sizeof name, "%s" BATCH_SUFFIX, batch->name);
    (void)sys_unlink(state->slurm_fd, name);
    (void)snprintf(name, sizeof name, "%s" SCRIPT_SUFFIX, batch->name);
    (void)sys_unlink(state->slurm_fd, name);
}

void batches_drop(struct backend_state *state, struct slurm_batch *batch)
{
    remove_files(state, batch);
    for (size_t i = 0; i < state->batch_count; i++)
        if (state->batches[i] == batch)
            state->batches[i] = state->batches[--state->batch_count];
    sweep_free(batch->attempts);
    sweep_free(batch);
}

void batches_leave(struct slurm_attempt *attempt)
{
    struct slurm_batch *batch = attempt->batch;
    attempt->batch = NULL;
    if (batch == NULL)
        return;
    batch->attempts[attempt->index] = NULL;
    batch->left--;
}

void batches_drop_unused(struct backend_state *state)
{
    for (size_t i = state->batch_count; i-- > 0;)
        if (state->batches[i]->left == 0 && !state->batches[i]->is_in_flight)
            batches_drop(state, state->batches[i]);
}

/* --- those of earlier runners --------------------------------------------------------------- */

/* A damaged one was never submitted: it is durable before that. */
static void load_batch(struct backend_state *state, const char *file, size_t length)
{
    struct strbuf bytes;
    struct batch read;
    strbuf_init(&bytes, BATCH_SIZE_MAX);
    bool loaded = length < JOB_NAME_MAX && file_read(state->slurm_fd, file, &bytes, NULL) &&
                  batch_parse(&state->arena, strbuf_view(&bytes), &read, NULL);
    strbuf_release(&bytes);
    if (!loaded)
        return;
    struct slurm_batch *batch = add_batch(state, read.count);
    (void)snprintf(batch->name, sizeof batch->name, "%.*s", (int)length, file);
    batch->is_array = read.count > 1;
    batch->former = read.items;
}

/* @param[out] length  of the name in front of it */
static bool ends_with(const char *name, const char *suffix, size_t *length)
{
    size_t size = strlen(name);
    size_t tail = strlen(suffix);
    *length = size > tail ? size - tail : 0;
    return size > tail && strcmp(name + *length, suffix) == 0;
}

/* What a runner leaves that dies while it makes a batch: a draft, and a script that no manifest
 * belongs to. It submitted nothing. */
static void remove_unfinished(struct backend_state *state, const char *file)
{
    size_t length;
    char manifest[FILE_NAME_MAX] = "";
    bool is_draft = ends_with(file, DRAFT_SUFFIX, &length);
    bool is_script = !is_draft && ends_with(file, SCRIPT_SUFFIX, &length) && length < JOB_NAME_MAX;
    if (is_script)
        (void)snprintf(manifest, sizeof manifest, "%.*s" BATCH_SUFFIX, (int)length, file);
    if (is_draft ||
        (is_script && faccessat(state->slurm_fd, manifest, F_OK, AT_SYMLINK_NOFOLLOW) != 0 &&
         errno == ENOENT))
        (void)sys_unlink(state->slurm_fd, file);
}

static bool load_batches(struct backend_state *state, struct sweep_error *err)
{
    DIR *directory = folder_open(state->slurm_fd, ".");
    const struct dirent *entry;
    if (directory == NULL)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read the folder of batches");
    while ((entry = readdir(directory)) != NULL) {
        size_t length;
        if (ends_with(entry->d_name, BATCH_SUFFIX, &length))
            load_batch(state, entry->d_name, length);
        else
            remove_unfinished(state, entry->d_name);
    }
    (void)closedir(directory);
    return true;
}

bool batches_open(struct backend_state *state, struct sweep_error *err)
{
    if (!sys_mkdir(state->settings.sweep_fd, BATCH_DIRECTORY, 0700) && errno != EEXIST)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create the folder of batches");
    state->slurm_fd =
        sys_open(state->settings.sweep_fd, BATCH_DIRECTORY, O_RDONLY | O_DIRECTORY, 0);
    if (state->slurm_fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open the folder of batches");
    return copy_shim(state, err) && load_batches(state, err);
}

static void join_batch(struct slurm_batch *batch, uint32_t index, struct slurm_attempt *attempt)
{
    batch->attempts[index] = attempt;
    batch->left++;
    attempt->batch = batch;
    attempt->index = index;
}

bool batches_find_attempt(struct backend_state *state, struct slurm_attempt *attempt)
{
    for (size_t i = 0; i < state->batch_count; i++) {
        struct slurm_batch *batch = state->batches[i];
        for (uint32_t k = 0; batch->former != NULL && k < batch->count; k++) {
            if (strcmp(batch->former[k].token, attempt->identity.token) != 0)
                continue;
            join_batch(batch, k, attempt);
            return true;
        }
    }
    return false;
}

/* --- new ones ------------------------------------------------------------------------------- */

/* For people: the start of the sweep's name. For us: that of a token, which nobody else has, and a
 * number that is another one when the same attempt is submitted again. */
static void make_name(struct backend_state *state, struct slurm_batch *batch)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t size = 0;
    for (const char *c = state->settings.name; *c != '\0' && size < NAME_KEPT; c++)
        batch->name[size++] = strchr(plain, *c) != NULL ? *c : '_';
    (void)snprintf(batch->name + size, sizeof batch->name - size, "-%.8s%04x",
                   batch->attempts[0]->identity.token, (unsigned)(state->now_ms & 0xFFFF));
}

static bool write_script(struct backend_state *state, const struct slurm_batch *batch,
                         struct sweep_error *err)
{
    char name[FILE_NAME_MAX];
    struct strbuf text;
    const struct arguments_batch words = {.name = batch->name, .path = state->settings.path};
    (void)snprintf(name, sizeof name, "%s" SCRIPT_SUFFIX, batch->name);
    strbuf_init(&text, SCRIPT_SIZE_MAX);
    arguments_script(state->settings.slurm, &words, &text);
    int fd = sys_open(state->slurm_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0700);
    bool written = fd >= 0 && sys_write(fd, text.data, text.size);
    int error_number = errno;
    sys_close(fd);
    strbuf_release(&text);
    return written || sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot write %s", name);
}

static bool write_manifest(struct backend_state *state, const struct slurm_batch *batch,
                           struct sweep_error *err)
{
    char name[FILE_NAME_MAX];
    struct strbuf bytes;
    struct batch_item *items = sweep_alloc_array(batch->count, sizeof *items);
    const struct batch content = {state->settings.slurm->time_ms, items, batch->count};
    for (size_t i = 0; i < batch->count; i++) {
        items[i].key = batch->attempts[i]->identity.key;
        memcpy(items[i].token, batch->attempts[i]->identity.token, sizeof items[i].token);
    }
    strbuf_init(&bytes, BATCH_SIZE_MAX);
    batch_format(&content, &bytes);
    (void)snprintf(name, sizeof name, "%s" BATCH_SUFFIX, batch->name);
    bool written = file_replace(state->slurm_fd, name, strbuf_view(&bytes), 0600, err);
    strbuf_release(&bytes);
    sweep_free(items);
    return written;
}

static bool is_to_be_submitted(const struct backend_state *state,
                               const struct slurm_attempt *attempt)
{
    return attempt->phase == PHASE_QUEUED && slurm_is_job(state, attempt);
}

static size_t count_queued(const struct backend_state *state)
{
    size_t count = 0;
    for (size_t i = 0; i < state->attempt_count; i++)
        count += is_to_be_submitted(state, state->attempts[i]);
    return count < BATCH_ITEMS_MAX ? count : BATCH_ITEMS_MAX;
}

struct slurm_batch *batches_make(struct backend_state *state, struct sweep_error *err)
{
    struct slurm_batch *batch = add_batch(state, count_queued(state));
    uint32_t index = 0;
    batch->is_array = batch->count > 1;
    for (size_t i = 0; i < state->attempt_count && index < batch->count; i++)
        if (is_to_be_submitted(state, state->attempts[i]))
            join_batch(batch, index++, state->attempts[i]);
    make_name(state, batch);
    if (write_script(state, batch, err) && write_manifest(state, batch, err))
        return batch;
    for (size_t i = 0; i < batch->count; i++)
        batch->attempts[i]->batch = NULL;
    batches_drop(state, batch);
    return NULL;
}
