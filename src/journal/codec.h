/*
 * Little-endian values in and out of bytes, and the frame around a spec and a result.
 *
 * A frame is: magic (8 bytes), format number, payload's size, payload, CRC-32C of all that. It is
 * the same in every format, so that a damaged file and a newer one can be told apart.
 *
 * Internal to the journal room.
 */
#ifndef SWEEP_JOURNAL_CODEC_H
#define SWEEP_JOURNAL_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/strview.h"
#include "sweep/error.h"

#define CODEC_MAGIC_SIZE 8

void codec_put_u32(struct strbuf *out, uint32_t value);
void codec_put_u64(struct strbuf *out, uint64_t value);
void codec_put_i64(struct strbuf *out, int64_t value);
void codec_put_f64(struct strbuf *out, double value);

/** Overwrite four bytes that were put before. */
void codec_patch_u32(struct strbuf *out, size_t offset, uint32_t value);

/** A text with its length in front; NULL is kept apart from "". */
void codec_put_text(struct strbuf *out, const char *text);

/** Where a reader is; after the first short read everything reads as 0 and `failed` stays. */
struct codec_reader {
    struct strview rest;
    bool failed;
    uint32_t format; /* of the frame */
};

uint32_t codec_get_u32(struct codec_reader *reader);
uint64_t codec_get_u64(struct codec_reader *reader);
int64_t codec_get_i64(struct codec_reader *reader);
double codec_get_f64(struct codec_reader *reader);

/** The next `size` bytes as they are. */
struct strview codec_get_bytes(struct codec_reader *reader, size_t size);

/** A copy of a text; NULL where NULL was put. */
char *codec_get_text(struct codec_reader *reader, struct arena *arena);

/** Copy a text into `out` of `size` bytes; longer ones fail. */
void codec_get_fixed_text(struct codec_reader *reader, char *out, size_t size);

/** Start a frame; `magic` has CODEC_MAGIC_SIZE characters. @return the frame's offset in `out` */
size_t codec_begin_frame(struct strbuf *out, const char *magic, uint32_t format);

/** End the frame that starts at `start`. */
void codec_end_frame(struct strbuf *out, size_t start);

/**
 * Check a whole frame and start reading its payload.
 *
 * @param what  for the messages: "spec"
 * @error SWEEP_INCOMPATIBLE when it is of a newer format; SWEEP_IO when damaged
 */
bool codec_open_frame(struct strview bytes, const char *magic, uint32_t newest, const char *what,
                      struct codec_reader *payload, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
