/*
 * Values to bytes and back. Not for the metric journal's own framing, which has to survive a torn
 * tail and is in journal.c.
 */
#include "journal/codec.h"

#include <string.h>

#include "base/checksum.h"

#define TEXT_IS_NULL UINT32_MAX /* in place of a length */

/* Offsets in a frame. */
enum {
    FRAME_FORMAT = CODEC_MAGIC_SIZE,
    FRAME_SIZE = FRAME_FORMAT + 4,
    FRAME_PAYLOAD = FRAME_SIZE + 4,
    FRAME_CHECKSUM_SIZE = 4
};

static void store_little_endian(void *out, uint64_t value, size_t size)
{
    unsigned char *bytes = out;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
}

static void put_little_endian(struct strbuf *out, uint64_t value, size_t size)
{
    unsigned char bytes[8];
    store_little_endian(bytes, value, size);
    strbuf_append(out, bytes, size);
}

void codec_put_u32(struct strbuf *out, uint32_t value)
{
    put_little_endian(out, value, 4);
}

void codec_put_u64(struct strbuf *out, uint64_t value)
{
    put_little_endian(out, value, 8);
}

void codec_put_i64(struct strbuf *out, int64_t value)
{
    put_little_endian(out, (uint64_t)value, 8);
}

void codec_put_f64(struct strbuf *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_little_endian(out, bits, 8);
}

void codec_patch_u32(struct strbuf *out, size_t offset, uint32_t value)
{
    store_little_endian(out->data + offset, value, 4);
}

void codec_put_text(struct strbuf *out, const char *text)
{
    if (!text) {
        codec_put_u32(out, TEXT_IS_NULL);
        return;
    }
    size_t size = strlen(text);
    codec_put_u32(out, (uint32_t)size);
    strbuf_append(out, text, size);
}

struct strview codec_get_bytes(struct codec_reader *reader, size_t size)
{
    struct strview taken = {.data = reader->rest.data, .size = size};
    if (reader->failed || size > reader->rest.size) {
        reader->failed = true;
        return (struct strview){.data = "", .size = 0};
    }
    reader->rest.data += size;
    reader->rest.size -= size;
    return taken;
}

static uint64_t get_little_endian(struct codec_reader *reader, size_t size)
{
    struct strview bytes = codec_get_bytes(reader, size);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size; i++)
        value |= (uint64_t)(unsigned char)bytes.data[i] << (8 * i);
    return value;
}

uint32_t codec_get_u32(struct codec_reader *reader)
{
    return (uint32_t)get_little_endian(reader, 4);
}

uint64_t codec_get_u64(struct codec_reader *reader)
{
    return get_little_endian(reader, 8);
}

int64_t codec_get_i64(struct codec_reader *reader)
{
    return (int64_t)get_little_endian(reader, 8);
}

double codec_get_f64(struct codec_reader *reader)
{
    uint64_t bits = get_little_endian(reader, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A text's bytes; `*is_null` says that there is none. A NUL inside would cut it silently. */
static struct strview get_text(struct codec_reader *reader, bool *is_null)
{
    uint32_t size = codec_get_u32(reader);
    *is_null = size == TEXT_IS_NULL;
    struct strview text = codec_get_bytes(reader, *is_null ? 0 : size);
    if (memchr(text.data, '\0', text.size))
        reader->failed = true;
    return text;
}

char *codec_get_text(struct codec_reader *reader, struct arena *arena)
{
    bool is_null;
    struct strview text = get_text(reader, &is_null);
    return is_null ? NULL : arena_copy(arena, text);
}

void codec_get_fixed_text(struct codec_reader *reader, char *out, size_t size)
{
    bool is_null;
    struct strview text = get_text(reader, &is_null);
    if (is_null || text.size >= size) {
        reader->failed = true;
        text.size = 0;
    }
    memcpy(out, text.data, text.size);
    out[text.size] = '\0';
}

size_t codec_begin_frame(struct strbuf *out, const char *magic, uint32_t format)
{
    size_t start = out->size;
    strbuf_append(out, magic, CODEC_MAGIC_SIZE);
    codec_put_u32(out, format);
    codec_put_u32(out, 0); /* the payload's size, known at the end */
    return start;
}

void codec_end_frame(struct strbuf *out, size_t start)
{
    if (out->truncated)
        return; /* past the buffer's ceiling: whatever is written now cannot be whole */
    codec_patch_u32(out, start + FRAME_SIZE, (uint32_t)(out->size - start - FRAME_PAYLOAD));
    codec_put_u32(out, checksum_crc32c(0, out->data + start, out->size - start));
}

bool codec_open_frame(struct strview bytes, const char *magic, uint32_t newest, const char *what,
                      struct codec_reader *payload, struct sweep_error *err)
{
    struct codec_reader reader = {.rest = bytes};
    struct strview found = codec_get_bytes(&reader, CODEC_MAGIC_SIZE);
    uint32_t format = codec_get_u32(&reader);
    uint32_t size = codec_get_u32(&reader);
    struct strview content = codec_get_bytes(&reader, size);
    uint32_t checksum = codec_get_u32(&reader);
    if (reader.failed || reader.rest.size > 0 || memcmp(found.data, magic, CODEC_MAGIC_SIZE) != 0)
        return sweep_error_set(err, SWEEP_IO, "this is not a whole %s file of sweep", what);
    if (checksum != checksum_crc32c(0, bytes.data, bytes.size - FRAME_CHECKSUM_SIZE))
        return sweep_error_set(err, SWEEP_IO, "the %s file is damaged: its checksum is wrong",
                               what);
    if (format > newest)
        return sweep_error_set(err, SWEEP_INCOMPATIBLE,
                               "the %s file has format %u, written by a newer version of sweep; "
                               "this one reads up to format %u",
                               what, format, newest);
    *payload = (struct codec_reader){.rest = content, .format = format};
    return true;
}
