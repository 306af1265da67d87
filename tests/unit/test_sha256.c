/* SHA-256 against the examples of FIPS 180-4 (NIST CSRC) and `sha256sum`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/sha256.h"

static const struct {
    const char *text;
    size_t times;
    const char *digest;
} ROWS[] = {
    {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {"0123456789012345678901234567890123456789012345678901234", 1, /* 55 bytes: one block */
     "f34d5a0f80c0cbf84c8c0b90218c22637abd199965249da736a20143c8c9c9d9"},
    {"01234567890123456789012345678901234567890123456789012345", 1,
     "83aa034bda83e458a0dc9cbce0d4e354716aa0ff770ed37ac0ed2b292052e4af"}, /* 56: two */
};

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        struct sha256 whole;
        struct sha256 pieces;
        char digest[SHA256_TEXT_MAX];
        char again[SHA256_TEXT_MAX];
        size_t length = strlen(ROWS[i].text);
        sha256_init(&whole);
        sha256_init(&pieces);
        for (size_t k = 0; k < ROWS[i].times; k++) {
            sha256_add(&whole, ROWS[i].text, length);
            for (size_t c = 0; c < length; c++)
                sha256_add(&pieces, ROWS[i].text + c, 1);
        }
        sha256_finish(&whole, digest);
        sha256_finish(&pieces, again);
        assert_string_equal(digest, again);
        assert_string_equal(digest, ROWS[i].digest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
