/*
 * A manifest to bytes and back.
 */
#include "journal/batch.h"

#include "journal/codec.h"

#define BATCH_MAGIC "SWEEPBAT"

void batch_format(const struct batch *batch, struct strbuf *out)
{
    size_t frame = codec_begin_frame(out, BATCH_MAGIC, BATCH_FORMAT);
    codec_put_i64(out, batch->limit_ms);
    codec_put_u32(out, (uint32_t)batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        codec_put_u64(out, batch->items[i].key.trial);
        codec_put_u32(out, batch->items[i].key.number);
        codec_put_text(out, batch->items[i].token);
    }
    codec_end_frame(out, frame);
}

bool batch_parse(struct arena *arena, struct strview bytes, struct batch *out,
                 struct sweep_error *err)
{
    struct codec_reader reader;
    if (!codec_open_frame(bytes, BATCH_MAGIC, BATCH_FORMAT, "batch", &reader, err))
        return false;
    struct batch batch = {.limit_ms = codec_get_i64(&reader), .count = codec_get_u32(&reader)};
    if (batch.count > BATCH_ITEMS_MAX)
        return sweep_error_set(err, SWEEP_IO, "the batch file names too many attempts");
    struct batch_item *items = arena_alloc_array(arena, batch.count, sizeof *items);
    for (size_t i = 0; i < batch.count; i++) {
        items[i].key.trial = codec_get_u64(&reader);
        items[i].key.number = codec_get_u32(&reader);
        codec_get_fixed_text(&reader, items[i].token, sizeof items[i].token);
    }
    if (reader.failed)
        return sweep_error_set(err, SWEEP_IO, "the batch file does not hold a batch");
    batch.items = items;
    *out = batch;
    return true;
}
