/*
 * The manifest, the claim, the orders, the clock of a job. What a command's life is stands in
 * supervise.c, the variables in job_environment.c.
 */
#include "shim/job.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/number.h"
#include "base/sys.h"
#include "journal/batch.h"
#include "journal/claim.h"
#include "journal/handshake.h"
#include "journal/order.h"
#include "shim/greeting.h"
#include "shim/job_environment.h"

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "?";
}

static bool load_batch(struct arena *arena, int sweep_fd, const char *name, struct batch *out,
                       struct sweep_error *err)
{
    struct strbuf bytes;
    const char *path = arena_printf(arena, BATCH_DIRECTORY "/%s" BATCH_SUFFIX, name);
    strbuf_init(&bytes, BATCH_SIZE_MAX);
    bool loaded =
        file_read(sweep_fd, path, &bytes, err) && batch_parse(arena, strbuf_view(&bytes), out, err);
    strbuf_release(&bytes);
    return loaded;
}

/* Task I of an array is for item I, a job that is none for item 0. */
static const struct batch_item *find_item(const struct batch *batch)
{
    const char *task = getenv("SLURM_ARRAY_TASK_ID");
    uint64_t index = 0;
    if (task != NULL && number_parse_uint64(strview_of(task), &index) != NUMBER_OK)
        return NULL;
    return index < batch->count ? &batch->items[index] : NULL;
}

static bool load_spec(struct arena *arena, const struct batch_item *item, struct spec *spec,
                      struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    struct strbuf bytes;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    handshake_file_name(HANDSHAKE_SPEC, item->key.number, name);
    bool loaded = file_read(HANDSHAKE_DIR_FD, name, &bytes, err) &&
                  spec_parse(arena, strbuf_view(&bytes), spec, err);
    strbuf_release(&bytes);
    if (loaded && strcmp(spec->token, item->token) != 0)
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "attempt %" PRIu32 " of trial %" PRIu64
                               " is another one than the job is for",
                               item->key.number, item->key.trial);
    return loaded;
}

bool job_reserve(int first, struct sweep_error *err)
{
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool reserved = null_fd >= 0;
    for (int place = first; place < HANDSHAKE_LEASE_FD && reserved; place++)
        reserved = place == null_fd || dup3(null_fd, place, O_CLOEXEC) == place;
    int error_number = errno;
    if (null_fd >= HANDSHAKE_LEASE_FD)
        sys_close(null_fd);
    return reserved || sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot open /dev/null");
}

/* Put a descriptor where a shim expects it. */
static bool place_descriptor(int fd, int place, struct sweep_error *err)
{
    bool placed = fd >= 0 && dup3(fd, place, O_CLOEXEC) == place;
    int error_number = errno;
    sys_close(fd);
    return placed ||
           sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot open the trial's directory");
}

int job_open_trial(int sweep_fd, uint64_t trial)
{
    char name[HANDSHAKE_NAME_MAX];
    char path[2 * HANDSHAKE_NAME_MAX];
    handshake_trial_directory(trial, name);
    (void)snprintf(path, sizeof path, "trials/%s", name);
    return sys_open(sweep_fd, path, O_RDONLY | O_DIRECTORY, 0);
}

static bool place_directory(int sweep_fd, uint64_t trial, struct sweep_error *err)
{
    return place_descriptor(job_open_trial(sweep_fd, trial), HANDSHAKE_DIR_FD, err);
}

static int open_sweep(const char *directory, struct sweep_error *err)
{
    int fd = sys_open(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        (void)sweep_error_set_errno(err, SWEEP_NOT_FOUND, errno, "cannot open %s", directory);
    return fd;
}

bool job_open(struct job *job, struct arena *arena, const char *directory, const char *name,
              struct spec *spec, struct sweep_error *err)
{
    struct batch batch;
    *job = (struct job){.limit_at_ms = INT64_MAX, .claim_fd = -1, .slurm_fd = -1};
    steps_init(&job->steps);
    int sweep_fd = open_sweep(directory, err);
    if (sweep_fd < 0)
        return false;
    bool found = load_batch(arena, sweep_fd, name, &batch, err);
    const struct batch_item *item = found ? find_item(&batch) : NULL;
    if (found && item == NULL)
        (void)sweep_error_set(err, SWEEP_NOT_FOUND, "%s has no task %s", name,
                              variable("SLURM_ARRAY_TASK_ID"));
    found = item != NULL && place_directory(sweep_fd, item->key.trial, err) &&
            load_spec(arena, item, spec, err);
    sys_close(sweep_fd);
    if (found)
        job->limit_ms = batch.limit_ms;
    return found;
}

bool job_open_ticket(struct job *job, struct arena *arena, char *const *arguments,
                     struct spec *spec, struct sweep_error *err)
{
    struct batch_item item = {0};
    *job = (struct job){
        .limit_at_ms = INT64_MAX, .claim_fd = -1, .slurm_fd = -1, .pilot = arguments[2]};
    if (!ticket_parse(arguments[1], &job->ticket))
        return sweep_error_set(err, SWEEP_USAGE, "'%s' is no ticket", arguments[1]);
    int sweep_fd = open_sweep(arguments[0], err);
    if (sweep_fd < 0)
        return false;
    item.key = job->ticket.key;
    memcpy(item.token, job->ticket.token, sizeof item.token);
    job->slurm_fd = sys_open(sweep_fd, BATCH_DIRECTORY, O_RDONLY | O_DIRECTORY, 0);
    bool found =
        place_directory(sweep_fd, item.key.trial, err) && load_spec(arena, &item, spec, err);
    sys_close(sweep_fd);
    return found;
}

/* Name a claimant, for people and, in a pilot, for the runner. */
static void append_words(const struct job *job, char out[CLAIM_WORDS_MAX])
{
    bool is_piloted = job->pilot != NULL;
    (void)snprintf(out, CLAIM_WORDS_MAX, "%s%s%sjob %s on %.32s\n", is_piloted ? CLAIM_PILOT : "",
                   is_piloted ? job->pilot : "", is_piloted ? ", " : "", variable("SLURM_JOB_ID"),
                   variable("SLURMD_NODENAME"));
}

bool job_claim(struct job *job, struct arena *arena, struct spec *spec, struct sweep_error *err)
{
    char later[HANDSHAKE_NAME_MAX];
    char words[CLAIM_WORDS_MAX];
    int64_t now_ms = clock_boot_ms();
    handshake_file_name(HANDSHAKE_SPEC, spec->key.number + 1, later);
    if (faccessat(HANDSHAKE_DIR_FD, later, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return sweep_error_set(err, SWEEP_BUSY, "there is a later attempt");
    append_words(job, words);
    /* The command is given a lock, which here is /dev/null. */
    if (!claim_take(HANDSHAKE_DIR_FD, spec->key.number, words, &job->claim_fd, err))
        return false;
    job->limit_at_ms = job_find_limit(job->limit_ms, spec->grace_ms, now_ms);
    job->beat_ms = now_ms + CLAIM_BEAT_MS;
    job->look_ms = now_ms + ORDER_LOOK_MS;
    spec->envp = job_environment(arena, spec);
    return true;
}

/* Opening the directory asks the server what is in it; looking a name up need not. */
static bool read_order(const struct spec *spec, struct order *order)
{
    int fd = sys_open(HANDSHAKE_DIR_FD, ".", O_RDONLY | O_DIRECTORY, 0);
    bool read = fd >= 0 && order_read(fd, spec->key.number, order);
    sys_close(fd);
    return read;
}

enum attempt_stop job_look(struct job *job, const struct spec *spec, int64_t now_ms, bool *force)
{
    struct order order = {0};
    *force = false;
    if (now_ms >= job->beat_ms) {
        claim_beat(job->claim_fd);
        job->beat_ms = now_ms + CLAIM_BEAT_MS;
    }
    if (now_ms < job->look_ms)
        return ATTEMPT_STOP_NONE;
    job->look_ms = now_ms + ORDER_LOOK_MS;
    if (!read_order(spec, &order))
        return ATTEMPT_STOP_NONE;
    job->is_revoked |= order.is_revoked;
    *force = order.force;
    return order.stop;
}

enum attempt_stop job_reason(struct job *job, const struct spec *spec)
{
    struct order order = {0};
    if (!read_order(spec, &order))
        return ATTEMPT_STOP_PREEMPTED;
    job->is_revoked |= order.is_revoked;
    return order.stop != ATTEMPT_STOP_NONE ? order.stop : ATTEMPT_STOP_PREEMPTED;
}

void job_leave_place(const struct job *job)
{
    if (job->pilot != NULL)
        greeting_send_done(HANDSHAKE_FD);
}

void job_tell_end(const struct job *job)
{
    /* Where that fails it is found by looking. */
    if (job->pilot != NULL)
        (void)!ticket_put(job->slurm_fd, TICKET_ENDED, &job->ticket, NULL);
}

int64_t job_find_limit(int64_t limit_ms, int64_t grace_ms, int64_t now_ms)
{
    if (limit_ms <= 0)
        return INT64_MAX;
    int64_t usable_ms = limit_ms - grace_ms - JOB_MARGIN_MS;
    return now_ms + (usable_ms > limit_ms / 2 ? usable_ms : limit_ms / 2);
}

bool job_is_over(struct job *job, int64_t now_ms)
{
    if (now_ms < job->limit_at_ms)
        return false;
    job->limit_at_ms = INT64_MAX;
    job->is_limited = true;
    return true;
}

int64_t job_deadline(const struct job *job)
{
    int64_t deadline_ms = job->look_ms < job->beat_ms ? job->look_ms : job->beat_ms;
    return deadline_ms < job->limit_at_ms ? deadline_ms : job->limit_at_ms;
}
