/*
 * Bytes of a log in blocks, as LevelDB writes it and wandb adapted it, to records.
 *
 *     block_log_feed(&log, data, size);
 *     while (block_log_next(&log, &record))
 *         look_at(record);
 *
 * The file starts with 7 bytes, `:W&B`, the number 0xBEE1 and the version 0. It is divided into
 * blocks of 32 KiB, these 7 bytes included. A block holds chunks: CRC-32 of type and data, length
 * (16 bits), type, data; less than 7 bytes at its end are zeros. A record is one chunk, or a first,
 * any middle ones and a last. Numbers are little-endian.
 *
 * It may be fed while it is still written: a record comes as soon as its last byte is there,
 * however the bytes are cut into pieces. Of a damaged block the rest is skipped, and counted.
 *
 * Ownership: block_log_release() frees the buffers; fed bytes are borrowed until block_log_next()
 * is false, a record until the next call.
 */
#ifndef SWEEP_METRICS_BLOCK_LOG_H
#define SWEEP_METRICS_BLOCK_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/strview.h"

#define BLOCK_LOG_BLOCK_BYTES 32768
#define BLOCK_LOG_HEAD_BYTES  7 /* of the file, and of each chunk */

struct block_log {
    const char *at; /* the fed bytes that are left */
    const char *end;
    uint64_t offset;      /* of `at` in the file */
    struct strbuf chunk;  /* the start of a chunk whose end is not there yet */
    struct strbuf record; /* the chunks of a record so far */
    bool has_head;        /* the 7 bytes of the file were read */
    bool is_foreign;      /* it is no such file, or of another version: nothing is read */
    bool is_open;         /* `record` waits for its next chunk */
    size_t skip;          /* so many bytes to the end of the block are not looked at */
    uint64_t damaged;     /* blocks whose rest was skipped */
    uint64_t too_long;    /* records left out, being longer than the maximum */
};

/** Start before the first byte of a file. @param maximum  of a record [bytes] */
void block_log_init(struct block_log *log, size_t maximum);
void block_log_release(struct block_log *log);

/** Hand over the bytes that follow; all records of earlier ones must have been taken. */
void block_log_feed(struct block_log *log, const void *data, size_t size);

/** Take the next whole record; false when the rest of the fed bytes has none. */
bool block_log_next(struct block_log *log, struct strview *record);

/** Whether a file starts as such a log does; `size` may be less than the head has. */
bool block_log_is_head(const void *data, size_t size);

#endif
