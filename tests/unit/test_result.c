/*
 * A result survives the way to bytes and back; whoever can read a whole one may believe it, so
 * every damaged bit has to be noticed.
 */
#include "journal/result.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checksum.h"

static const struct result full = {
    .key = {.trial = 900719, .number = 17},
    .token = "00112233445566778899aabbccddeeff",
    .outcome = {.end = ATTEMPT_NOT_STARTED,
                .detail = ENOENT,
                .stop = ATTEMPT_STOP_PREEMPTED,
                .started_us = 1795000000123456,
                .ended_us = 1795000009654321,
                .duration_us = 9530865,
                .cpu_us = 18123457,
                .rss_peak_kb = 734003,
                .output_bytes = (uint64_t)11 << 33,
                .output_dropped = (uint64_t)10 << 33,
                .leftovers = 3},
    .journal_bytes = 81234,
    .journal_lost = 12,
};

static void test_round_trip(void **state)
{
    (void)state;
    struct strbuf bytes;
    strbuf_init(&bytes, 4096);
    result_format(&full, &bytes);
    struct result read;
    assert_true(result_parse(strbuf_view(&bytes), &read, NULL));
    assert_int_equal(read.key.trial, full.key.trial);
    assert_int_equal(read.key.number, full.key.number);
    assert_string_equal(read.token, full.token);
    assert_int_equal(read.outcome.end, full.outcome.end);
    assert_int_equal(read.outcome.detail, full.outcome.detail);
    assert_int_equal(read.outcome.stop, full.outcome.stop);
    assert_int_equal(read.outcome.started_us, full.outcome.started_us);
    assert_int_equal(read.outcome.ended_us, full.outcome.ended_us);
    assert_int_equal(read.outcome.duration_us, full.outcome.duration_us);
    assert_int_equal(read.outcome.cpu_us, full.outcome.cpu_us);
    assert_int_equal(read.outcome.rss_peak_kb, full.outcome.rss_peak_kb);
    assert_int_equal(read.outcome.output_bytes, full.outcome.output_bytes);
    assert_int_equal(read.outcome.output_dropped, full.outcome.output_dropped);
    assert_int_equal(read.outcome.leftovers, full.outcome.leftovers);
    assert_int_equal(read.journal_bytes, full.journal_bytes);
    assert_int_equal(read.journal_lost, full.journal_lost);
    strbuf_release(&bytes);
}

static bool parses(const char *data, size_t size, struct sweep_error *err)
{
    char *exact = test_malloc(size + 1);
    struct result read;
    memcpy(exact, data, size);
    bool parsed = result_parse((struct strview){exact, size}, &read, err);
    test_free(exact);
    return parsed;
}

static void test_every_cut_and_flip_is_noticed(void **state)
{
    (void)state;
    struct strbuf bytes;
    strbuf_init(&bytes, 4096);
    result_format(&full, &bytes);
    for (size_t i = 0; i < bytes.size; i++) {
        struct sweep_error err = {0};
        assert_false(parses(bytes.data, i, &err));
        assert_int_equal(err.code, SWEEP_IO);
        for (int bit = 0; bit < 8; bit++) {
            bytes.data[i] = (char)(bytes.data[i] ^ (1 << bit));
            assert_false(parses(bytes.data, bytes.size, &err));
            assert_int_equal(err.code, SWEEP_IO);
            bytes.data[i] = (char)(bytes.data[i] ^ (1 << bit));
        }
    }
    strbuf_release(&bytes);
}

static void put_u32(char *out, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        out[i] = (char)(value >> (8 * i));
}

static void test_what_a_right_checksum_does_not_excuse(void **state)
{
    static const struct {
        const char *name;
        size_t offset;
        uint32_t value;
        enum sweep_code code;
    } rows[] = {
        {"a newer format", 8, RESULT_FORMAT + 1, SWEEP_INCOMPATIBLE},
        {"no such end", 16 + 8 + 4 + 4 + 32, 0, SWEEP_IO},
        {"an end from nowhere", 16 + 8 + 4 + 4 + 32, 6, SWEEP_IO},
        {"a stop from nowhere", 16 + 8 + 4 + 4 + 32 + 4 + 4, 7, SWEEP_IO},
        {"a token without end", 16 + 8 + 4, 33, SWEEP_IO},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct strbuf bytes;
        strbuf_init(&bytes, 4096);
        result_format(&full, &bytes);
        put_u32(bytes.data + rows[i].offset, rows[i].value);
        put_u32(bytes.data + bytes.size - 4, checksum_crc32c(0, bytes.data, bytes.size - 4));
        struct sweep_error err = {0};
        if (parses(bytes.data, bytes.size, &err) || err.code != rows[i].code)
            fail_msg("%s: code %d, %s", rows[i].name, (int)err.code, err.message);
        strbuf_release(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_every_cut_and_flip_is_noticed),
        cmocka_unit_test(test_what_a_right_checksum_does_not_excuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
