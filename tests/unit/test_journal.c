/*
 * The metric journal: what was written is read back, and whatever a crash or a bad disk leaves
 * behind, what is read is a prefix of what was written.
 */
#include "journal/journal.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/checksum.h"
#include "sweep/trial.h"

static const struct journal_record rows[] = {
    {JOURNAL_NUMBER, 0, 1, 12, 1503, 12, ""},
    {JOURNAL_NUMBER, 3, 2, 12, 1503, 0.93750123, ""},
    {JOURNAL_NOT_A_NUMBER, 1, 3, SWEEP_STEP_NONE, 2718281, 0, "1,5"},
    {JOURNAL_TOO_LARGE, 1, 5, -7, 2718282, 0, "1e999"},
    {JOURNAL_SWITCHED_OFF, 2, 6, INT64_MAX, 2718283, 0, ""},
    {JOURNAL_NUMBER, 0, 7, 13, 2718284, -INFINITY, ""},
    {JOURNAL_NOT_A_NUMBER, 9, 8, 13, 2718284, 0,
     "0123456789012345678901234567890123456789012345678901234567890123"},
};

static bool is_same(const struct journal_record *a, const struct journal_record *b)
{
    return a->kind == b->kind && a->pattern == b->pattern && a->sequence == b->sequence &&
           a->step == b->step && a->elapsed_ms == b->elapsed_ms &&
           memcmp(&a->value, &b->value, sizeof a->value) == 0 && strcmp(a->text, b->text) == 0;
}

static int memory_file(void)
{
    int fd = memfd_create("journal", MFD_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static void append(int fd, const char *data, size_t size)
{
    assert_int_equal(write(fd, data, size), size);
}

/* A journal of all rows; `ends[i]` is the offset behind row i. */
static void format_all(struct strbuf *out, size_t ends[ARRAY_LENGTH(rows)])
{
    strbuf_init(out, 1 << 20);
    journal_format_header(out);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        journal_format(&rows[i], out);
        ends[i] = out->size;
    }
}

/* Read until there is no more; every record must be the next row. @return how many came */
static size_t read_rows(struct journal_cursor *cursor, size_t first)
{
    struct journal_record record;
    size_t count = first;
    while (journal_next(cursor, &record) == JOURNAL_RECORD) {
        assert_true(count < ARRAY_LENGTH(rows));
        assert_true(is_same(&record, &rows[count]));
        count++;
    }
    return count - first;
}

static size_t read_file(int fd)
{
    struct journal_cursor cursor;
    journal_cursor_init(&cursor, fd, 0, 0);
    size_t count = read_rows(&cursor, 0);
    journal_cursor_release(&cursor);
    return count;
}

static void test_round_trip(void **state)
{
    (void)state;
    struct strbuf bytes;
    size_t ends[ARRAY_LENGTH(rows)];
    format_all(&bytes, ends);
    int fd = memory_file();
    append(fd, bytes.data, bytes.size);
    struct journal_cursor cursor;
    journal_cursor_init(&cursor, fd, 0, 0);
    assert_int_equal(read_rows(&cursor, 0), ARRAY_LENGTH(rows));
    assert_int_equal(cursor.offset, bytes.size);
    assert_int_equal(cursor.sequence, 8);
    journal_cursor_release(&cursor);
    close(fd);
    strbuf_release(&bytes);
}

static void test_not_a_number_is_kept(void **state)
{
    (void)state;
    struct strbuf bytes;
    strbuf_init(&bytes, 4096);
    journal_format_header(&bytes);
    journal_format(&(struct journal_record){.kind = JOURNAL_NUMBER, .sequence = 1, .value = NAN},
                   &bytes);
    int fd = memory_file();
    append(fd, bytes.data, bytes.size);
    struct journal_cursor cursor;
    struct journal_record record;
    journal_cursor_init(&cursor, fd, 0, 0);
    assert_int_equal(journal_next(&cursor, &record), JOURNAL_RECORD);
    assert_true(isnan(record.value));
    journal_cursor_release(&cursor);
    close(fd);
    strbuf_release(&bytes);
}

static size_t rows_before(const size_t ends[ARRAY_LENGTH(rows)], size_t size)
{
    size_t count = 0;
    while (count < ARRAY_LENGTH(rows) && ends[count] <= size)
        count++;
    return count;
}

/* As a power loss leaves it: cut anywhere, with nothing or with zeros behind the cut. Then the
 * writer goes on, and the same cursor has to see the rest. */
static void test_torn_at_every_byte(void **state)
{
    (void)state;
    struct strbuf bytes;
    size_t ends[ARRAY_LENGTH(rows)];
    format_all(&bytes, ends);
    for (size_t cut = 0; cut <= bytes.size; cut++) {
        for (size_t zeros = 0; zeros <= 4096; zeros += 4096) {
            int fd = memory_file();
            append(fd, bytes.data, cut);
            assert_int_equal(ftruncate(fd, (off_t)(cut + zeros)), 0);
            struct journal_cursor cursor;
            journal_cursor_init(&cursor, fd, 0, 0);
            size_t found = read_rows(&cursor, 0);
            /* Zeros can complete a row whose last bytes are zeros themselves. */
            assert_true(found >= rows_before(ends, cut) && found <= rows_before(ends, cut) + 1);
            assert_true(found == rows_before(ends, cut) || zeros > 0);
            assert_int_equal(pwrite(fd, bytes.data, bytes.size, 0), bytes.size);
            assert_int_equal(read_rows(&cursor, found), ARRAY_LENGTH(rows) - found);
            journal_cursor_release(&cursor);
            close(fd);
        }
    }
    strbuf_release(&bytes);
}

static void test_every_flipped_bit_ends_it_there(void **state)
{
    (void)state;
    struct strbuf bytes;
    size_t ends[ARRAY_LENGTH(rows)];
    format_all(&bytes, ends);
    for (size_t i = 0; i < bytes.size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            bytes.data[i] = (char)(bytes.data[i] ^ (1 << bit));
            int fd = memory_file();
            append(fd, bytes.data, bytes.size);
            assert_int_equal(read_file(fd), rows_before(ends, i));
            close(fd);
            bytes.data[i] = (char)(bytes.data[i] ^ (1 << bit));
        }
    }
    strbuf_release(&bytes);
}

static void test_goes_on_at_a_remembered_offset(void **state)
{
    (void)state;
    struct strbuf bytes;
    size_t ends[ARRAY_LENGTH(rows)];
    format_all(&bytes, ends);
    int fd = memory_file();
    append(fd, bytes.data, bytes.size);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct journal_cursor cursor;
        journal_cursor_init(&cursor, fd, ends[i], rows[i].sequence);
        assert_int_equal(read_rows(&cursor, i + 1), ARRAY_LENGTH(rows) - i - 1);
        journal_cursor_release(&cursor);
    }
    close(fd);
    strbuf_release(&bytes);
}

/* The same record once more, as after a copy of a file over another: sequence numbers only rise. */
static void test_a_repeated_record_ends_it(void **state)
{
    (void)state;
    struct strbuf bytes;
    strbuf_init(&bytes, 4096);
    journal_format_header(&bytes);
    journal_format(&rows[0], &bytes);
    journal_format(&rows[0], &bytes);
    int fd = memory_file();
    append(fd, bytes.data, bytes.size);
    assert_int_equal(read_file(fd), 1);
    close(fd);
    strbuf_release(&bytes);
}

static void test_newer_format(void **state)
{
    (void)state;
    struct strbuf bytes;
    strbuf_init(&bytes, 4096);
    journal_format_header(&bytes);
    bytes.data[8] = (char)(JOURNAL_FORMAT + 1);
    uint32_t checksum = checksum_crc32c(0, bytes.data, 12);
    for (size_t i = 0; i < 4; i++)
        bytes.data[12 + i] = (char)(checksum >> (8 * i));
    int fd = memory_file();
    append(fd, bytes.data, bytes.size);
    struct journal_cursor cursor;
    struct journal_record record;
    journal_cursor_init(&cursor, fd, 0, 0);
    assert_int_equal(journal_next(&cursor, &record), JOURNAL_NEWER);
    assert_int_equal(cursor.offset, 0);
    journal_cursor_release(&cursor);
    close(fd);
    strbuf_release(&bytes);
}

/* More than the cursor's buffer holds, with records across its edges. */
static void test_many_records(void **state)
{
    (void)state;
    enum {
        COUNT = 20000
    };
    struct strbuf bytes;
    strbuf_init(&bytes, 4 << 20);
    journal_format_header(&bytes);
    for (uint64_t i = 1; i <= COUNT; i++) {
        struct journal_record record = {.kind = JOURNAL_NUMBER, .sequence = i, .value = 2.385};
        memset(record.text, 'x', i % (JOURNAL_TEXT_MAX + 1));
        journal_format(&record, &bytes);
    }
    assert_false(bytes.truncated);
    int fd = memory_file();
    append(fd, bytes.data, bytes.size);
    struct journal_cursor cursor;
    struct journal_record record;
    journal_cursor_init(&cursor, fd, 0, 0);
    for (uint64_t i = 1; i <= COUNT; i++) {
        assert_int_equal(journal_next(&cursor, &record), JOURNAL_RECORD);
        assert_int_equal(record.sequence, i);
        assert_int_equal(strlen(record.text), i % (JOURNAL_TEXT_MAX + 1));
    }
    assert_int_equal(journal_next(&cursor, &record), JOURNAL_END);
    journal_cursor_release(&cursor);
    close(fd);
    strbuf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_not_a_number_is_kept),
        cmocka_unit_test(test_torn_at_every_byte),
        cmocka_unit_test(test_every_flipped_bit_ends_it_there),
        cmocka_unit_test(test_goes_on_at_a_remembered_offset),
        cmocka_unit_test(test_a_repeated_record_ends_it),
        cmocka_unit_test(test_newer_format),
        cmocka_unit_test(test_many_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
