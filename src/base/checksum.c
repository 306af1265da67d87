/*
 * CRC-32C, four bits at a time: our records are short, so a table of 16 rows is enough.
 *
 * Not for secrets: it finds torn and rotten records, not forged ones.
 */
#include "base/checksum.h"

/* Row i: the remainder of i, bits reversed, by the reversed polynomial 0x82F63B78. */
static const uint32_t remainders[16] = {
    0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
    0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
};

uint32_t checksum_crc32c(uint32_t previous, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint32_t crc = ~previous;

    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ remainders[crc & 15];
        crc = crc >> 4 ^ remainders[crc & 15];
    }
    return ~crc;
}
