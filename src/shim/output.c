/*
 * Keeping the beginning and the end of a command's output. Not for looking into it.
 *
 * Every write goes to an offset that we remember, so that a write that failed half-way is simply
 * written over by the next one.
 */
#include "shim/output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/sys.h"
#include "sweep/mem.h"

#define NOTE_MAX         1200
#define AMOUNT_MAX       48
#define COPY_SIZE        (256 * 1024)
#define SEGMENT_NAME_MAX (HANDSHAKE_NAME_MAX + 16)

static void name_segment(const struct output *output, uint32_t number, char out[SEGMENT_NAME_MAX])
{
    snprintf(out, SEGMENT_NAME_MAX, "%s.%06" PRIu32, output->name, number);
}

static uint64_t *size_of_segment(struct output *output, uint32_t number)
{
    return &output->sizes[number % ARRAY_LENGTH(output->sizes)];
}

/* `1,234`: people read large numbers in groups. */
static void format_grouped(uint64_t value, char out[32])
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, value);
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
}

static void format_amount(uint64_t bytes, char out[AMOUNT_MAX])
{
    static const struct {
        uint64_t unit;
        const char *name;
    } units[] = {{(uint64_t)1 << 20, "MiB"}, {(uint64_t)1 << 10, "KiB"}, {1, "bytes"}};
    size_t i = 0;
    while (bytes < 10 * units[i].unit && units[i].unit > 1)
        i++;
    char number[32];
    format_grouped(bytes / units[i].unit, number);
    snprintf(out, AMOUNT_MAX, "%s %s", number, units[i].name);
}

static bool append(struct output_file *file, const void *data, size_t size)
{
    if (file->fd < 0 || !sys_pwrite(file->fd, data, size, (off_t)file->size))
        return false;
    file->size += size;
    return true;
}

static int open_file(const struct output *output, const char *name)
{
    return sys_open(output->dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0600);
}

/* Cut off what a failed write left behind the good bytes. */
static void close_file(struct output_file *file)
{
    if (file->fd >= 0 && !sys_truncate(file->fd, (off_t)file->size))
        errno = 0; /* only some bytes too many at the end */
    sys_close(file->fd);
    file->fd = -1;
}

void output_open(struct output *output, int dir_fd, const char *name, uint64_t head_bytes,
                 uint64_t tail_bytes)
{
    *output = (struct output){.dir_fd = dir_fd,
                              .head_bytes = head_bytes,
                              .tail_bytes = tail_bytes,
                              .segment_bytes = (tail_bytes + HANDSHAKE_OUTPUT_SEGMENTS - 1) /
                                               HANDSHAKE_OUTPUT_SEGMENTS,
                              .log.fd = -1,
                              .segment.fd = -1,
                              .last_byte = '\n'};
    snprintf(output->name, sizeof output->name, "%s", name);
    output->log.fd = open_file(output, name);
}

static void lose(struct output *output, size_t size, int reason)
{
    output->dropped += size;
    output->gap += size;
    output->gap_reason = reason;
    output->lacked_space |= reason == ENOSPC || reason == EDQUOT;
}

/* The newest file: the log, or a segment. */
static struct output_file *current_file(struct output *output)
{
    return output->in_tail ? &output->segment : &output->log;
}

static bool append_current(struct output *output, const char *data, size_t size)
{
    if (size == 0)
        return true;
    if (!append(current_file(output), data, size))
        return false;
    if (!output->in_tail)
        output->last_byte = data[size - 1];
    else
        *size_of_segment(output, output->next - 1) = output->segment.size;
    return true;
}

/* Say in the file what is missing there, as soon as it can be written again. */
static bool close_gap(struct output *output)
{
    char amount[AMOUNT_MAX];
    char note[NOTE_MAX];
    if (output->gap == 0)
        return true;
    format_amount(output->gap, amount);
    snprintf(note, sizeof note, "\n[sweep: %s of output not kept: %s]\n", amount,
             strerrordesc_np(output->gap_reason));
    if (!append_current(output, note, strlen(note)))
        return false;
    output->gap = 0;
    return true;
}

static void keep(struct output *output, const char *data, size_t size)
{
    if (!close_gap(output) || !append_current(output, data, size))
        lose(output, size, errno);
}

static void leave_out(struct output *output, uint64_t size)
{
    output->dropped += size;
    output->removed += size;
}

static void remove_oldest(struct output *output)
{
    char name[SEGMENT_NAME_MAX];
    name_segment(output, output->oldest, name);
    if (!sys_unlink(output->dir_fd, name))
        errno = 0; /* then it takes space that was promised to others, and no more */
    leave_out(output, *size_of_segment(output, output->oldest));
    output->oldest++;
}

/* Begin a new segment. Without a file for it, writes fail and are counted until one can be had. */
static void rotate(struct output *output)
{
    char name[SEGMENT_NAME_MAX];
    close_file(&output->segment);
    while (output->next - output->oldest > HANDSHAKE_OUTPUT_SEGMENTS)
        remove_oldest(output);
    name_segment(output, output->next, name);
    int fd = open_file(output, name);
    if (fd < 0)
        return;
    *size_of_segment(output, output->next) = 0;
    output->next++;
    output->segment = (struct output_file){.fd = fd};
}

static void write_tail(struct output *output, const char *data, size_t size)
{
    if (output->tail_bytes == 0) {
        leave_out(output, size);
        return;
    }
    while (size > 0) {
        if (output->segment.fd < 0 || output->segment.size >= output->segment_bytes)
            rotate(output);
        uint64_t room = output->segment.size < output->segment_bytes
                            ? output->segment_bytes - output->segment.size
                            : output->segment_bytes; /* no segment could be begun */
        size_t part = size < room ? size : (size_t)room;
        keep(output, data, part);
        data += part;
        size -= part;
    }
}

/* How much of the data to put into the last `room` bytes of the head: whole lines, if there are. */
static size_t cut_after_last_line(const char *data, size_t room)
{
    size_t cut = room;
    while (cut > 0 && data[cut - 1] != '\n' && data[cut - 1] != '\r')
        cut--;
    return cut > 0 ? cut : room;
}

void output_write(struct output *output, const void *data, size_t size)
{
    const char *bytes = data;
    output->written += size;
    if (!output->in_tail) {
        uint64_t room =
            output->head_bytes > output->log.size ? output->head_bytes - output->log.size : 0;
        size_t part = size <= room ? size : cut_after_last_line(bytes, (size_t)room);
        keep(output, bytes, part);
        output->in_tail = part < size;
        bytes += part;
        size -= part;
    }
    write_tail(output, bytes, size);
}

void output_note(struct output *output, const char *format, ...)
{
    char text[NOTE_MAX - 16];
    char note[NOTE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    bool fresh_line = output->in_tail || output->last_byte == '\n';
    snprintf(note, sizeof note, "%s[sweep: %s]\n", fresh_line ? "" : "\n", text);
    if (close_gap(output))
        (void)append_current(output, note, strlen(note));
}

/* Where the next line begins; 0 where no line ends. */
static size_t find_next_line(const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] == '\n' || data[i] == '\r')
            return i + 1;
    return 0;
}

/* The line above the tail. */
static bool note_removed(struct output *output)
{
    char amount[AMOUNT_MAX];
    char note[NOTE_MAX];
    if (output->removed == 0)
        return true;
    format_amount(output->removed, amount);
    snprintf(note, sizeof note, "%s[sweep: %s of output not kept]\n",
             output->last_byte == '\n' ? "" : "\n", amount);
    return append(&output->log, note, strlen(note));
}

/* Append a segment to the log. The first one may begin within a line, which is left out. */
static bool copy_segment(struct output *output, int fd, bool is_first, char *buffer)
{
    ssize_t count;
    while ((count = sys_read(fd, buffer, COPY_SIZE)) > 0) {
        size_t skip = 0;
        if (is_first) {
            skip = output->removed > 0 ? find_next_line(buffer, (size_t)count) : 0;
            leave_out(output, skip);
            if (!note_removed(output))
                return false;
            is_first = false;
        }
        if (!append(&output->log, buffer + skip, (size_t)count - skip))
            return false;
    }
    return count == 0;
}

static bool join_segment(struct output *output, uint32_t number, char *buffer)
{
    char name[SEGMENT_NAME_MAX];
    name_segment(output, number, name);
    int fd = sys_open(output->dir_fd, name, O_RDONLY, 0);
    bool joined = fd >= 0 && copy_segment(output, fd, number == output->oldest, buffer) &&
                  sys_unlink(output->dir_fd, name);
    sys_close(fd);
    return joined;
}

/* Where that fails, the disk is full: the segments stay and hold the rest. */
static void join_tail(struct output *output)
{
    char *buffer = sweep_alloc(COPY_SIZE);
    bool joined = true;
    for (uint32_t number = output->oldest; joined && number < output->next; number++)
        joined = join_segment(output, number, buffer);
    sweep_free(buffer);
}

void output_close(struct output *output)
{
    bool noted = close_gap(output);
    close_file(&output->segment);
    if (output->next > output->oldest)
        join_tail(output);
    else
        noted = note_removed(output) && noted;
    (void)noted; /* the result has the numbers as well */
    close_file(&output->log);
}
