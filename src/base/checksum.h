/*
 * CRC-32C (Castagnoli), as in iSCSI (RFC 3720, appendix B.4), for files of our own: "123456789"
 * gives e3069283. CRC-32, as in zlib and Ethernet (IEEE 802.3), for those of others: cbf43926.
 */
#ifndef SWEEP_BASE_CHECKSUM_H
#define SWEEP_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/** Checksum of `size` bytes; `previous` is 0 at first, or the result so far. */
uint32_t checksum_crc32c(uint32_t previous, const void *data, size_t size);
uint32_t checksum_crc32(uint32_t previous, const void *data, size_t size);

#endif
