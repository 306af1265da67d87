/*
 * Opens the log and the segments of an attempt and reads one after the other. How they come to be
 * is shim/output.c's; making them fit for a screen is cmd_log.c's.
 */
#include "cli/attempt_output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/sys.h"

#define TRIES            3
#define SEGMENTS_MAX     (OUTPUT_SEGMENTS + 1)
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
    int fd = sys_open(dir_fd, ".", O_RDONLY | O_DIRECTORY, 0);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    *segments = (struct segments){0};
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        uint64_t number;
        if (is_segment(entry->d_name, log, &number))
            insert(segments, number);
    }
    if (dir != NULL)
        (void)closedir(dir);
    else
        sys_close(fd);
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

bool attempt_output_open(struct attempt_output *output, const char *sweep_path,
                         struct attempt_key key, struct sweep_error *err)
{
    static const int FLAGS = O_RDONLY | O_DIRECTORY;
    char trial[HANDSHAKE_NAME_MAX];
    char log[HANDSHAKE_NAME_MAX];
    *output = (struct attempt_output){0};
    handshake_trial_directory(key.trial, trial);
    handshake_file_name(HANDSHAKE_OUTPUT, key.number, log);
    int sweep_fd = sys_open(AT_FDCWD, sweep_path, FLAGS, 0);
    int trials_fd = sweep_fd >= 0 ? sys_open(sweep_fd, "trials", FLAGS, 0) : -1;
    int trial_fd = trials_fd >= 0 ? sys_open(trials_fd, trial, FLAGS, 0) : -1;
    bool opened = false;
    if (trial_fd < 0)
        sweep_error_set_errno(err, errno == ENOENT ? SWEEP_NOT_FOUND : SWEEP_IO, errno,
                              "cannot open '%s/trials/%s'", sweep_path, trial);
    else
        opened = open_parts(output, trial_fd, log, err) ||
                 sweep_error_wrap(err, "in %s/trials/%s", sweep_path, trial);
    sys_close(trial_fd);
    sys_close(trials_fd);
    sys_close(sweep_fd);
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
