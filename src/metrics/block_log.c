/*
 * Blocks and chunks to records; see block_log.h. Not for what is in a record.
 */
#include "metrics/block_log.h"

#include <string.h>

#include "base/checksum.h"

enum chunk_type {
    CHUNK_FULL = 1,
    CHUNK_FIRST = 2,
    CHUNK_MIDDLE = 3,
    CHUNK_LAST = 4
};

/* Where the parts of a chunk's head stand. */
#define LENGTH_AT 4
#define TYPE_AT   6

static const unsigned char file_head[BLOCK_LOG_HEAD_BYTES] = {':', 'W', '&', 'B', 0xe1, 0xbe, 0};

void block_log_init(struct block_log *log, size_t maximum)
{
    *log = (struct block_log){0};
    strbuf_init(&log->chunk, BLOCK_LOG_BLOCK_BYTES);
    strbuf_init(&log->record, maximum);
}

void block_log_release(struct block_log *log)
{
    strbuf_release(&log->chunk);
    strbuf_release(&log->record);
}

bool block_log_is_head(const void *data, size_t size)
{
    return size >= sizeof file_head && memcmp(data, file_head, sizeof file_head) == 0;
}

void block_log_feed(struct block_log *log, const void *data, size_t size)
{
    log->at = data;
    log->end = log->at + size;
}

static size_t fed(const struct block_log *log)
{
    return (size_t)(log->end - log->at);
}

static void advance(struct block_log *log, size_t size)
{
    log->at += size;
    log->offset += size;
}

/* To the end of the block that the next byte is in. */
static size_t left_in_block(const struct block_log *log)
{
    return BLOCK_LOG_BLOCK_BYTES - (size_t)(log->offset % BLOCK_LOG_BLOCK_BYTES);
}

/* Collect bytes until the chunk, or the file's head, has `size` of them. @return whether it has */
static bool collect(struct block_log *log, size_t size)
{
    if (log->chunk.size < size) {
        size_t missing = size - log->chunk.size;
        size_t take = fed(log) < missing ? fed(log) : missing;
        strbuf_append(&log->chunk, log->at, take);
        advance(log, take);
    }
    return log->chunk.size >= size;
}

static unsigned byte_at(const struct strbuf *bytes, size_t at)
{
    return (unsigned char)bytes->data[at];
}

static size_t chunk_length(const struct strbuf *chunk)
{
    return byte_at(chunk, LENGTH_AT) | byte_at(chunk, LENGTH_AT + 1) << 8;
}

static uint32_t chunk_checksum(const struct strbuf *chunk)
{
    return (uint32_t)byte_at(chunk, 0) | (uint32_t)byte_at(chunk, 1) << 8 |
           (uint32_t)byte_at(chunk, 2) << 16 | (uint32_t)byte_at(chunk, 3) << 24;
}

/* What is left of the block cannot be trusted; at its very end nothing is left. */
static void skip_block(struct block_log *log)
{
    log->skip = left_in_block(log) % BLOCK_LOG_BLOCK_BYTES;
    log->is_open = false;
    strbuf_reset(&log->chunk);
}

static void skip_damage(struct block_log *log)
{
    log->damaged++;
    skip_block(log);
}

/* Add a chunk's data to the record. A record that is too long keeps `truncated` until its end. */
static void append_chunk(struct block_log *log, enum chunk_type type)
{
    if (type == CHUNK_FULL || type == CHUNK_FIRST) {
        strbuf_reset(&log->record);
        log->record.truncated = false;
        log->is_open = true;
    }
    if (log->is_open)
        strbuf_append(&log->record, log->chunk.data + BLOCK_LOG_HEAD_BYTES,
                      log->chunk.size - BLOCK_LOG_HEAD_BYTES);
}

/* A whole chunk is there. @return whether a record is */
static bool take_chunk(struct block_log *log)
{
    unsigned type = byte_at(&log->chunk, TYPE_AT);
    uint32_t sum = checksum_crc32(0, log->chunk.data + TYPE_AT, log->chunk.size - TYPE_AT);
    if (type < CHUNK_FULL || type > CHUNK_LAST || sum != chunk_checksum(&log->chunk)) {
        skip_damage(log);
        return false;
    }
    append_chunk(log, type);
    strbuf_reset(&log->chunk);
    if (!log->is_open || type == CHUNK_FIRST || type == CHUNK_MIDDLE)
        return false;
    log->is_open = false;
    log->too_long += log->record.truncated;
    return !log->record.truncated;
}

/* The head of a chunk is there: is its data within the block? Zeros are a block that was laid out
 * and never written. */
static bool check_chunk(struct block_log *log)
{
    static const char zeros[BLOCK_LOG_HEAD_BYTES];
    if (memcmp(log->chunk.data, zeros, sizeof zeros) == 0) {
        skip_block(log);
        return false;
    }
    size_t in_block = left_in_block(log) % BLOCK_LOG_BLOCK_BYTES;
    if (chunk_length(&log->chunk) <= in_block)
        return true;
    skip_damage(log);
    return false;
}

/* Between chunks: leave out what holds none. @return whether a chunk may begin, or goes on */
static bool find_chunk(struct block_log *log)
{
    if (log->chunk.size == 0 && log->skip == 0 && left_in_block(log) < BLOCK_LOG_HEAD_BYTES)
        log->skip = left_in_block(log);
    size_t skip = fed(log) < log->skip ? fed(log) : log->skip;
    advance(log, skip);
    log->skip -= skip;
    return log->skip == 0 && fed(log) > 0;
}

static bool read_file_head(struct block_log *log)
{
    if (log->has_head)
        return true;
    if (!collect(log, sizeof file_head))
        return false;
    log->is_foreign = !block_log_is_head(log->chunk.data, log->chunk.size);
    log->has_head = true;
    strbuf_reset(&log->chunk);
    return true;
}

bool block_log_next(struct block_log *log, struct strview *record)
{
    if (!read_file_head(log))
        return false;
    if (log->is_foreign)
        advance(log, fed(log));
    while (find_chunk(log)) {
        /* A head that is whole was checked when it became so. */
        bool is_new = log->chunk.size < BLOCK_LOG_HEAD_BYTES;
        if (!collect(log, BLOCK_LOG_HEAD_BYTES))
            return false;
        if (is_new && !check_chunk(log))
            continue;
        if (!collect(log, BLOCK_LOG_HEAD_BYTES + chunk_length(&log->chunk)))
            return false;
        if (!take_chunk(log))
            continue;
        *record = strbuf_view(&log->record);
        return true;
    }
    return false;
}
