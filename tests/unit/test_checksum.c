/*
 * CRC-32C against RFC 3720, appendix B.4, and against its own definition; CRC-32 against what zlib
 * gives.
 */
#include "base/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sweep/rng.h"

static void test_published(void **state)
{
    unsigned char bytes[32];

    (void)state;
    assert_int_equal(checksum_crc32c(0, "", 0), 0);
    assert_int_equal(checksum_crc32c(0, "123456789", 9), 0xe3069283);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(checksum_crc32c(0, bytes, sizeof bytes), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(checksum_crc32c(0, bytes, sizeof bytes), 0x62a8ab43);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    assert_int_equal(checksum_crc32c(0, bytes, sizeof bytes), 0x46dd794e);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(31 - i);
    assert_int_equal(checksum_crc32c(0, bytes, sizeof bytes), 0x113fdb5c);
}

static void test_ieee(void **state)
{
    static const char text[] = "The quick brown fox jumps over the lazy dog";

    (void)state;
    assert_int_equal(checksum_crc32(0, "", 0), 0);
    assert_int_equal(checksum_crc32(0, "123456789", 9), 0xcbf43926);
    assert_int_equal(checksum_crc32(0, text, sizeof text - 1), 0x414fa339);
    assert_int_equal(checksum_crc32(checksum_crc32(0, "1234", 4), "56789", 5), 0xcbf43926);
}

/* In one piece or in any two. */
static void test_pieces(void **state)
{
    unsigned char bytes[257];
    struct sweep_rng rng;
    uint32_t whole;

    (void)state;
    sweep_rng_init(&rng, 0x8badf00d5eed1234, 5);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)sweep_rng_bits(&rng);
    whole = checksum_crc32c(0, bytes, sizeof bytes);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        uint32_t first = checksum_crc32c(0, bytes, cut);

        assert_int_equal(checksum_crc32c(first, bytes + cut, sizeof bytes - cut), whole);
    }
}

/* Every single flipped bit shows. */
static void test_flipped_bits(void **state)
{
    unsigned char bytes[96];
    struct sweep_rng rng;
    uint32_t whole;

    (void)state;
    sweep_rng_init(&rng, 0x1dea5eedc0ffee77, 6);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)sweep_rng_bits(&rng);
    whole = checksum_crc32c(0, bytes, sizeof bytes);
    for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        assert_int_not_equal(checksum_crc32c(0, bytes, sizeof bytes), whole);
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_ieee),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_flipped_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
