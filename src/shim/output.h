/*
 * A command's output on disk: its beginning and its end, bounded, whatever happens.
 *
 *     struct output output;
 *     output_open(&output, dir_fd, "output.log", head_bytes, tail_bytes);
 *     output_write(&output, data, size);
 *     output_close(&output);
 *
 * The first `head_bytes` go to the file. What comes after them goes to segments, NAME.000000 and so
 * on, of which the oldest are removed: at any moment, also after a SIGKILL, at least the last
 * `tail_bytes` are there, and at most a quarter more. At the end they are appended to the file,
 * behind a line that says how much is missing, and the segments are removed. Both cuts are at ends
 * of lines where there are any, so that who reads the file again does not find half a number.
 *
 * A full disk is no error here: the command goes on, what finds no place is counted.
 */
#ifndef SWEEP_SHIM_OUTPUT_H
#define SWEEP_SHIM_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/handshake.h"
#include "sweep/error.h"

/** A file that only grows; bytes behind `size` are left over from a write that failed. */
struct output_file {
    int fd; /* -1: could not be opened, or not needed yet */
    uint64_t size;
};

struct output {
    int dir_fd; /* borrowed */
    char name[HANDSHAKE_NAME_MAX];
    uint64_t head_bytes;
    uint64_t tail_bytes;
    struct output_file log;
    char last_byte; /* of the log */
    bool in_tail;   /* the head is full */

    struct output_file segment; /* the newest */
    uint64_t segment_bytes;     /* when a segment is full */
    uint32_t oldest;            /* segments [oldest, next) exist */
    uint32_t next;
    uint64_t sizes[HANDSHAKE_OUTPUT_SEGMENTS + 1]; /* of segment n: at n modulo their number */

    uint64_t written;  /* by the command */
    uint64_t dropped;  /* of these not on disk: removed, or no place was found */
    uint64_t removed;  /* between head and tail */
    uint64_t gap;      /* no place was found since the last byte that did; to be said in the file */
    int gap_reason;    /* errno */
    bool lacked_space; /* at any time */
};

/** Start; the directory and the texts are borrowed. */
void output_open(struct output *output, int dir_fd, const char *name, uint64_t head_bytes,
                 uint64_t tail_bytes);

/** Keep, or count as dropped. */
void output_write(struct output *output, const void *data, size_t size);

/** Add a line of our own, `[sweep: TEXT]`, at the place where the output is now. */
void output_note(struct output *output, const char *format, ...) SWEEP_PRINTF(2, 3);

/** Put head and tail together. */
void output_close(struct output *output);

#endif
