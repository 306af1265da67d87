/*
 * Opens the log and the segments of an attempt and reads one after the other. How they come to be
 * is shim/output.c's; making them fit for a screen is cmd_log.c's.
 */
#include "view/record/attempt_output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/number.h"
#include "base/sys.h"
#include "journal/result.h"

#define TRIES            3
#define RESULT_BYTES_MAX 4096
#define SEGMENTS_MAX     (HANDSHAKE_OUTPUT_SEGMENTS + 1)
#define SEGMENT_NAME_MAX (HANDSHAKE_NAME_MAX + 16)

static const char MISSING[] = "\n[sweep: some of the output not kept]\n";

/* The numbers of the newest segments, in order. */
struct segments {
    uint64_t numbers[SEGMENTS_MAX]; /* [count] */
    size_t count;
};

static void name_segment(const char *log, uint64_t number, char out[SEGMENT_NAME_MAX])
{
    (void)snprintf(out, SEGMENT_NAME_MAX, "%s.%06" PRIu64, log, number);
}

static bool is_segment(const char *name, const char *log, uint64_t *number)
{
    size_t length = strlen(log);
    char expected[SEGMENT_NAME_MAX];
    if (strncmp(name, log, length) != 0 || name[length] != '.' ||
        number_parse_uint64(strview_of(name + length + 1), number) != NUMBER_OK)
        return false;
    name_segment(log, *number, expected);
    return strcmp(name, expected) == 0;
}

/* Insert a number; of too many the oldest goes. */
static void insert(struct segments *segments, uint64_t number)
{
    size_t place = segments->count;
    if (segments->count == SEGMENTS_MAX) {
        if (number < segments->numbers[0])
            return;
        memmove(segments->numbers, segments->numbers + 1,
                (SEGMENTS_MAX - 1) * sizeof *segments->numbers);
        place--;
    } else {
        segments->count++;
    }
    for (; place > 0 && segments->numbers[place - 1] > number; place--)
        segments->numbers[place] = segments->numbers[place - 1];
    segments->numbers[place] = number;
}

static void list_segments(int dir_fd, const char *log, struct segments *segments)
{
    DIR *dir = folder_open(dir_fd, ".");
    struct dirent *entry;
    *segments = (struct segments){0};
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        uint64_t number;
        if (is_segment(entry->d_name, log, &number))
            insert(segments, number);
    }
    if (dir != NULL)
        (void)closedir(dir);
}

static bool add_file(struct attempt_output *output, int dir_fd, const char *name,
                     struct sweep_error *err)
{
    /* O_NONBLOCK: a pipe of that name must not make us wait for its writer. */
    int fd = sys_open(dir_fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat status;
    if (fd < 0)
        return sweep_error_set_errno(err, errno == ENOENT ? SWEEP_NOT_FOUND : SWEEP_IO, errno,
                                     "cannot open '%s'", name);
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        sys_close(fd);
        return sweep_error_set(err, SWEEP_IO, "'%s' is not a regular file", name);
    }
    output->parts[output->count++] =
        (struct attempt_output_part){.fd = fd, .rest = (uint64_t)status.st_size};
    return true;
}

static void add_segments(struct attempt_output *output, int dir_fd, const char *log)
{
    struct segments segments;
    list_segments(dir_fd, log, &segments);
    if (segments.count > 0 && segments.numbers[0] > 0)
        output->parts[output->count++] =
            (struct attempt_output_part){.fd = -1, .text = MISSING, .rest = sizeof MISSING - 1};
    for (size_t i = 0; i < segments.count; i++) {
        char name[SEGMENT_NAME_MAX];
        name_segment(log, segments.numbers[i], name);
        /* Where that fails it was removed in between, as the oldest one is. */
        (void)!add_file(output, dir_fd, name, NULL);
    }
}

/* Whether the log grew since it was opened: with segments beside it, that is the shim putting them
 * behind it, and we would read them twice. */
static bool has_grown(const struct attempt_output *output)
{
    struct stat status;
    return output->count > 1 && fstat(output->parts[0].fd, &status) == 0 &&
           (uint64_t)status.st_size != output->parts[0].rest;
}

static bool open_parts(struct attempt_output *output, int dir_fd, const char *log,
                       struct sweep_error *err)
{
    for (int i = 0; i < TRIES; i++) {
        attempt_output_close(output);
        if (!add_file(output, dir_fd, log, err))
            return false;
        add_segments(output, dir_fd, log);
        if (!has_grown(output))
            break;
    }
    return true;
}

/* The directory of a trial, or -1. */
static int open_trial(const char *sweep_path, uint64_t number, struct sweep_error *err)
{
    static const int FLAGS = O_RDONLY | O_DIRECTORY;
    char trial[HANDSHAKE_NAME_MAX];
    handshake_trial_directory(number, trial);
    int sweep_fd = sys_open(AT_FDCWD, sweep_path, FLAGS, 0);
    int trials_fd = sweep_fd >= 0 ? sys_open(sweep_fd, "trials", FLAGS, 0) : -1;
    int trial_fd = trials_fd >= 0 ? sys_open(trials_fd, trial, FLAGS, 0) : -1;
    if (trial_fd < 0)
        sweep_error_set_errno(err, errno == ENOENT ? SWEEP_NOT_FOUND : SWEEP_IO, errno,
                              "cannot open '%s/trials/%s'", sweep_path, trial);
    sys_close(trials_fd);
    sys_close(sweep_fd);
    return trial_fd;
}

bool attempt_output_open(struct attempt_output *output, const char *sweep_path,
                         struct attempt_key key, struct sweep_error *err)
{
    char log[HANDSHAKE_NAME_MAX];
    *output = (struct attempt_output){0};
    handshake_file_name(HANDSHAKE_OUTPUT, key.number, log);
    int trial_fd = open_trial(sweep_path, key.trial, err);
    if (trial_fd < 0)
        return false;
    bool opened = open_parts(output, trial_fd, log, err) ||
                  sweep_error_wrap(err, "in %s, trial %" PRIu64, sweep_path, key.trial);
    sys_close(trial_fd);
    return opened;
}

uint64_t attempt_output_rest(const struct attempt_output *output)
{
    uint64_t rest = 0;
    for (size_t i = 0; i < output->count; i++)
        rest += output->parts[i].rest;
    return rest;
}

void attempt_output_skip_to_last(struct attempt_output *output, uint64_t bytes)
{
    uint64_t rest = attempt_output_rest(output);
    uint64_t skip = rest > bytes ? rest - bytes : 0;
    for (size_t i = 0; i < output->count && skip > 0; i++) {
        struct attempt_output_part *part = &output->parts[i];
        uint64_t here = skip < part->rest ? skip : part->rest;
        if (part->fd < 0)
            part->text += here;
        else if (lseek(part->fd, (off_t)here, SEEK_CUR) < 0)
            return; /* then more is read than was asked for */
        part->rest -= here;
        skip -= here;
    }
}

static ssize_t read_part(struct attempt_output_part *part, void *data, size_t size)
{
    size_t wanted = part->rest < size ? (size_t)part->rest : size;
    ssize_t got = (ssize_t)wanted;
    if (part->fd >= 0) {
        got = sys_read(part->fd, data, wanted);
    } else {
        memcpy(data, part->text, wanted);
        part->text += wanted;
    }
    /* An end before its time: the file was cut. */
    part->rest -= got > 0 ? (uint64_t)got : part->rest;
    return got;
}

ssize_t attempt_output_read(struct attempt_output *output, void *data, size_t size)
{
    for (size_t i = 0; i < output->count; i++) {
        if (output->parts[i].rest == 0)
            continue;
        ssize_t got = read_part(&output->parts[i], data, size);
        if (got != 0)
            return got;
    }
    return 0;
}

void attempt_output_close(struct attempt_output *output)
{
    for (size_t i = 0; i < output->count; i++)
        sys_close(output->parts[i].fd);
    output->count = 0;
}

/* --- following ------------------------------------------------------------------------------ */

bool attempt_follower_open(struct attempt_follower *follower, const char *sweep_path,
                           struct attempt_key key, struct sweep_error *err)
{
    *follower = (struct attempt_follower){.fd = -1, .key = key};
    handshake_file_name(HANDSHAKE_OUTPUT, key.number, follower->log);
    follower->dir_fd = open_trial(sweep_path, key.trial, err);
    return follower->dir_fd >= 0;
}

static bool open_regular(struct attempt_follower *follower, const char *name)
{
    struct attempt_output one = {0};
    if (!add_file(&one, follower->dir_fd, name, NULL))
        return false;
    sys_close(follower->fd);
    follower->fd = one.parts[0].fd;
    return true;
}

/* Whether there is a file behind the one that was read to its end, or that is not there yet. */
static bool open_next(struct attempt_follower *follower)
{
    struct segments segments;
    char name[SEGMENT_NAME_MAX];
    if (follower->fd < 0)
        return open_regular(follower, follower->log);
    list_segments(follower->dir_fd, follower->log, &segments);
    for (size_t i = 0; i < segments.count; i++) {
        uint64_t expected = follower->in_segments ? follower->segment + 1 : 0;
        if (segments.numbers[i] < expected)
            continue;
        name_segment(follower->log, segments.numbers[i], name);
        if (!open_regular(follower, name))
            continue; /* it was the oldest and is gone */
        if (segments.numbers[i] > expected)
            follower->remark = MISSING;
        follower->segment = segments.numbers[i];
        follower->in_segments = true;
        return true;
    }
    return false;
}

static ssize_t read_remark(struct attempt_follower *follower, void *data, size_t size)
{
    size_t rest = strlen(follower->remark);
    size_t taken = rest < size ? rest : size;
    memcpy(data, follower->remark, taken);
    follower->remark = taken < rest ? follower->remark + taken : NULL;
    return (ssize_t)taken;
}

ssize_t attempt_follower_read(struct attempt_follower *follower, void *data, size_t size)
{
    for (;;) {
        if (follower->remark != NULL)
            return read_remark(follower, data, size);
        ssize_t got = follower->fd < 0 ? 0 : sys_read(follower->fd, data, size);
        follower->seen += got > 0 ? (uint64_t)got : 0;
        if (got != 0 || !open_next(follower))
            return got;
    }
}

bool attempt_follower_has_ended(const struct attempt_follower *follower)
{
    char result[HANDSHAKE_NAME_MAX];
    char lock[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_RESULT, follower->key.number, result);
    handshake_file_name(HANDSHAKE_LOCK, follower->key.number, lock);
    if (faccessat(follower->dir_fd, result, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return true;
    int fd = sys_open(follower->dir_fd, lock, O_RDONLY, 0);
    bool is_held = fd >= 0 && file_is_locked(fd);
    sys_close(fd);
    return !is_held; /* its supervisor is dead */
}

uint64_t attempt_follower_missed(const struct attempt_follower *follower)
{
    char name[HANDSHAKE_NAME_MAX];
    struct strbuf bytes;
    struct result result;
    handshake_file_name(HANDSHAKE_RESULT, follower->key.number, name);
    strbuf_init(&bytes, RESULT_BYTES_MAX);
    bool is_known = file_read(follower->dir_fd, name, &bytes, NULL) &&
                    result_parse(strbuf_view(&bytes), &result, NULL);
    strbuf_release(&bytes);
    if (!is_known || result.outcome.output_bytes <= follower->seen)
        return 0;
    return result.outcome.output_bytes - follower->seen;
}

void attempt_follower_close(struct attempt_follower *follower)
{
    sys_close(follower->fd);
    sys_close(follower->dir_fd);
}
