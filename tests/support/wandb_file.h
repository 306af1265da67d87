/*
 * Makes `.wandb` files for tests, message by message, as the client would.
 *
 *     struct wandb_file file;
 *     wandb_file_begin(&file);
 *     wandb_file_row(&file, 3, "val_acc", "0.5");       wandb.log({"val_acc": 0.5}, step=3)
 *     use(strbuf_view(&file.bytes));
 *     strbuf_release(&file.bytes);
 */
#ifndef SUPPORT_WANDB_FILE_H
#define SUPPORT_WANDB_FILE_H

#include <stdint.h>
#include <string.h>

#include "base/checksum.h"
#include "base/strbuf.h"

#define WANDB_FILE_BLOCK 32768
#define WANDB_FILE_HEAD  7
#define WANDB_FILE_MAX   ((size_t)16 << 20)

struct wandb_file {
    struct strbuf bytes;
};

static inline void wandb_file_begin(struct wandb_file *file)
{
    strbuf_init(&file->bytes, WANDB_FILE_MAX);
    strbuf_append(&file->bytes, ":W&B\xe1\xbe\0", WANDB_FILE_HEAD);
}

static inline void wandb_file_chunk(struct wandb_file *file, unsigned char type, const char *data,
                                    size_t size)
{
    uint32_t sum = checksum_crc32(checksum_crc32(0, &type, 1), data, size);
    const unsigned char head[WANDB_FILE_HEAD] = {(unsigned char)sum,
                                                 (unsigned char)(sum >> 8),
                                                 (unsigned char)(sum >> 16),
                                                 (unsigned char)(sum >> 24),
                                                 (unsigned char)size,
                                                 (unsigned char)(size >> 8),
                                                 type};
    strbuf_append(&file->bytes, head, sizeof head);
    strbuf_append(&file->bytes, data, size);
}

/* One message, in as many chunks as it needs. */
static inline void wandb_file_record(struct wandb_file *file, struct strview message)
{
    size_t at = 0;
    do {
        size_t left = WANDB_FILE_BLOCK - file->bytes.size % WANDB_FILE_BLOCK;
        while (left < WANDB_FILE_HEAD && left-- > 0)
            strbuf_append_char(&file->bytes, '\0');
        left = WANDB_FILE_BLOCK - file->bytes.size % WANDB_FILE_BLOCK - WANDB_FILE_HEAD;
        size_t size = message.size - at < left ? message.size - at : left;
        bool is_last = at + size == message.size;
        unsigned char type = at == 0 ? (is_last ? 1 : 2) : (is_last ? 4 : 3);
        wandb_file_chunk(file, type, message.data + at, size);
        at += size;
    } while (at < message.size);
}

static inline void wandb_file_varint(struct strbuf *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        strbuf_append_char(out, (char)(value | 0x80));
    strbuf_append_char(out, (char)value);
}

/* A field that is a text or a message. */
static inline void wandb_file_field(struct strbuf *out, uint64_t number, struct strview bytes)
{
    wandb_file_varint(out, number << 3 | 2);
    wandb_file_varint(out, bytes.size);
    strbuf_append(out, bytes.data, bytes.size);
}

/* An item of a row; the name's parts are separated by `|`. */
static inline void wandb_file_item(struct strbuf *row, const char *name, const char *json)
{
    struct strbuf item;
    strbuf_init(&item, WANDB_FILE_MAX);
    for (const char *part = name; part != NULL; part = strchr(part, '|')) {
        part += *part == '|';
        wandb_file_field(&item, 2, (struct strview){part, strcspn(part, "|")});
    }
    wandb_file_field(&item, 16, strview_of(json));
    wandb_file_field(row, 1, strbuf_view(&item));
    strbuf_release(&item);
}

/* A finished row as a message. @param kind  2: history, 3: summary */
static inline void wandb_file_put(struct wandb_file *file, uint64_t kind, struct strbuf *row)
{
    struct strbuf message;
    strbuf_init(&message, WANDB_FILE_MAX);
    wandb_file_field(&message, kind, strbuf_view(row));
    wandb_file_record(file, strbuf_view(&message));
    strbuf_release(&message);
    strbuf_release(row);
}

static inline void wandb_file_step(struct strbuf *row, uint64_t step)
{
    struct strbuf number;
    strbuf_init(&number, 64);
    if (step > 0) {
        strbuf_append_char(&number, 1 << 3);
        wandb_file_varint(&number, step);
    }
    wandb_file_field(row, 2, strbuf_view(&number));
    strbuf_release(&number);
}

static inline void wandb_file_row(struct wandb_file *file, uint64_t step, const char *name,
                                  const char *json)
{
    struct strbuf row;
    strbuf_init(&row, WANDB_FILE_MAX);
    wandb_file_item(&row, name, json);
    wandb_file_step(&row, step);
    wandb_file_put(file, 2, &row);
}

static inline void wandb_file_summary(struct wandb_file *file, const char *name, const char *json)
{
    struct strbuf row;
    strbuf_init(&row, WANDB_FILE_MAX);
    wandb_file_item(&row, name, json);
    wandb_file_put(file, 3, &row);
}

#endif
