/*
 * SHA-256 (FIPS 180-4), for lists that `sha256sum -c` checks.
 *
 *     struct sha256 sum;
 *     sha256_init(&sum);
 *     sha256_add(&sum, data, size);
 *     sha256_finish(&sum, text);
 */
#ifndef SWEEP_BASE_SHA256_H
#define SWEEP_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_TEXT_MAX 65 /* 64 hexadecimal digits */

struct sha256 {
    uint32_t state[8];
    uint64_t size; /* so far [bytes] */
    unsigned char block[64];
};

void sha256_init(struct sha256 *sum);
void sha256_add(struct sha256 *sum, const void *data, size_t size);

/** Write the digest of all that was added. */
void sha256_finish(struct sha256 *sum, char out[SHA256_TEXT_MAX]);

#endif
