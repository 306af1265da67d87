/*
 * An order to a file and back.
 */
#include "journal/order.h"

#include "base/file.h"
#include "journal/codec.h"
#include "journal/handshake.h"

#define ORDER_MAGIC "SWEEPORD"
#define ORDER_MAX   256

bool order_write(int dir_fd, uint32_t attempt, const struct order *order, struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    struct strbuf bytes;
    strbuf_init(&bytes, ORDER_MAX);
    size_t frame = codec_begin_frame(&bytes, ORDER_MAGIC, ORDER_FORMAT);
    codec_put_u32(&bytes, order->stop);
    codec_put_u32(&bytes, order->force);
    codec_put_u32(&bytes, order->is_revoked);
    codec_end_frame(&bytes, frame);
    handshake_file_name(HANDSHAKE_ORDER, attempt, name);
    bool written = file_replace(dir_fd, name, strbuf_view(&bytes), 0600, err);
    strbuf_release(&bytes);
    return written;
}

bool order_read(int dir_fd, uint32_t attempt, struct order *out)
{
    char name[HANDSHAKE_NAME_MAX];
    struct strbuf bytes;
    struct codec_reader reader;
    strbuf_init(&bytes, ORDER_MAX);
    handshake_file_name(HANDSHAKE_ORDER, attempt, name);
    bool read =
        file_read(dir_fd, name, &bytes, NULL) &&
        codec_open_frame(strbuf_view(&bytes), ORDER_MAGIC, ORDER_FORMAT, "order", &reader, NULL);
    if (read) {
        uint32_t stop = codec_get_u32(&reader);
        out->stop = stop;
        out->force = codec_get_u32(&reader) != 0;
        out->is_revoked = codec_get_u32(&reader) != 0;
        read = !reader.failed && stop <= ATTEMPT_STOP_STALL;
    }
    strbuf_release(&bytes);
    return read;
}
