/*
 * Records of the metric journal to bytes and back. Not for deciding when to write or to sync.
 *
 * A record is: payload's size, CRC-32C of that size and the payload, payload. Whatever a crash
 * leaves behind the last whole record (half a record, zeros, old bytes of the disk) fails the size
 * or the checksum, and there the journal ends.
 */
#include "journal/journal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/checksum.h"
#include "journal/codec.h"

#define JOURNAL_MAGIC "SWEEPJNL"

enum {
    HEADER_CHECKED = CODEC_MAGIC_SIZE + 4, /* magic and format, which the checksum covers */
    HEADER_SIZE = HEADER_CHECKED + 4,
    FRAME_SIZE = 4 + 4,                  /* size and checksum before each payload */
    PAYLOAD_MIN = 4 + 4 + 8 + 8 + 8 + 8, /* with an empty text */
    PAYLOAD_MAX = PAYLOAD_MIN + JOURNAL_TEXT_MAX,
    READ_SIZE = 64 * 1024
};

void journal_format_header(struct strbuf *out)
{
    size_t start = out->size;
    strbuf_append(out, JOURNAL_MAGIC, CODEC_MAGIC_SIZE);
    codec_put_u32(out, JOURNAL_FORMAT);
    codec_put_u32(out, checksum_crc32c(0, out->data + start, HEADER_CHECKED));
}

/* Over a record's size and payload, which lie around the checksum itself. */
static uint32_t record_checksum(const char *frame, uint32_t size)
{
    return checksum_crc32c(checksum_crc32c(0, frame, 4), frame + FRAME_SIZE, size);
}

void journal_format(const struct journal_record *record, struct strbuf *out)
{
    size_t start = out->size;
    codec_put_u32(out, 0); /* size and checksum, known at the end */
    codec_put_u32(out, 0);
    codec_put_u32(out, record->kind);
    codec_put_u32(out, record->pattern);
    codec_put_u64(out, record->sequence);
    codec_put_i64(out, record->step);
    codec_put_i64(out, record->elapsed_ms);
    codec_put_f64(out, record->value);
    strbuf_append(out, record->text, strnlen(record->text, JOURNAL_TEXT_MAX));
    if (out->truncated)
        return; /* past the buffer's ceiling: there is no whole record to seal */
    char *frame = out->data + start;
    uint32_t size = (uint32_t)(out->size - start - FRAME_SIZE);
    codec_patch_u32(out, start, size);
    codec_patch_u32(out, start + 4, record_checksum(frame, size));
}

void journal_cursor_init(struct journal_cursor *cursor, int fd, uint64_t offset, uint64_t sequence)
{
    *cursor = (struct journal_cursor){.fd = fd, .offset = offset, .sequence = sequence};
    strbuf_init(&cursor->buffer, READ_SIZE);
}

void journal_cursor_release(struct journal_cursor *cursor)
{
    strbuf_release(&cursor->buffer);
    cursor->used = 0;
}

/* Read on from `cursor->offset`; what was buffered but not used is read again. */
static bool refill(struct journal_cursor *cursor)
{
    char bytes[READ_SIZE];
    ssize_t count;
    do {
        count = pread(cursor->fd, bytes, sizeof bytes, (off_t)cursor->offset);
    } while (count < 0 && errno == EINTR);
    strbuf_reset(&cursor->buffer);
    cursor->used = 0;
    if (count <= 0)
        return false;
    strbuf_append(&cursor->buffer, bytes, (size_t)count);
    return true;
}

/* The next `size` bytes, or an empty view when the file does not have as many. */
static struct strview peek(struct journal_cursor *cursor, size_t size)
{
    if (cursor->buffer.size - cursor->used < size)
        refill(cursor);
    if (cursor->buffer.size - cursor->used < size)
        return (struct strview){0};
    return (struct strview){.data = cursor->buffer.data + cursor->used, .size = size};
}

static void consume(struct journal_cursor *cursor, size_t size)
{
    cursor->used += size;
    cursor->offset += size;
}

static enum journal_step read_header(struct journal_cursor *cursor)
{
    struct strview header = peek(cursor, HEADER_SIZE);
    if (header.size == 0)
        return JOURNAL_END;
    struct codec_reader reader = {.rest = header};
    struct strview magic = codec_get_bytes(&reader, CODEC_MAGIC_SIZE);
    uint32_t format = codec_get_u32(&reader);
    uint32_t checksum = codec_get_u32(&reader);
    if (memcmp(magic.data, JOURNAL_MAGIC, CODEC_MAGIC_SIZE) != 0 ||
        checksum != checksum_crc32c(0, header.data, HEADER_CHECKED))
        return JOURNAL_END;
    if (format > JOURNAL_FORMAT)
        return JOURNAL_NEWER;
    consume(cursor, HEADER_SIZE);
    return JOURNAL_RECORD;
}

/* Take the payload apart; false when it does not make sense. */
static bool parse_payload(struct strview payload, struct journal_record *out)
{
    struct codec_reader reader = {.rest = payload};
    struct journal_record record = {0};
    record.kind = codec_get_u32(&reader);
    record.pattern = codec_get_u32(&reader);
    record.sequence = codec_get_u64(&reader);
    record.step = codec_get_i64(&reader);
    record.elapsed_ms = codec_get_i64(&reader);
    record.value = codec_get_f64(&reader);
    struct strview text = reader.rest;
    if (reader.failed || record.kind < JOURNAL_NUMBER || record.kind > JOURNAL_SWITCHED_OFF)
        return false;
    memcpy(record.text, text.data, text.size); /* payload's size was checked: it fits */
    *out = record;
    return true;
}

static enum journal_step read_record(struct journal_cursor *cursor, struct journal_record *out)
{
    struct strview frame = peek(cursor, FRAME_SIZE);
    struct codec_reader reader = {.rest = frame};
    uint32_t size = codec_get_u32(&reader);
    uint32_t checksum = codec_get_u32(&reader);
    if (reader.failed || size < PAYLOAD_MIN || size > PAYLOAD_MAX)
        return JOURNAL_END;
    struct strview whole = peek(cursor, FRAME_SIZE + size);
    if (whole.size == 0 || checksum != record_checksum(whole.data, size))
        return JOURNAL_END;
    struct strview payload = {.data = whole.data + FRAME_SIZE, .size = size};
    struct journal_record record;
    if (!parse_payload(payload, &record) || record.sequence <= cursor->sequence)
        return JOURNAL_END;
    consume(cursor, FRAME_SIZE + size);
    cursor->sequence = record.sequence;
    *out = record;
    return JOURNAL_RECORD;
}

enum journal_step journal_next(struct journal_cursor *cursor, struct journal_record *out)
{
    enum journal_step step = JOURNAL_RECORD;
    if (cursor->offset == 0)
        step = read_header(cursor);
    if (step == JOURNAL_RECORD)
        step = read_record(cursor, out);
    if (step != JOURNAL_RECORD) {
        /* A writer may complete or mend what is not good now: look at the file again next time. */
        strbuf_reset(&cursor->buffer);
        cursor->used = 0;
    }
    return step;
}
