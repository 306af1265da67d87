/*
 * Blocks to records: however they are cut, over borders of blocks, torn, damaged.
 */
#include "metrics/block_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "sweep/mem.h"
#include "wandb_file.h"

#define MAXIMUM ((size_t)1 << 20)

/* The sizes of the records that come out, as `3 70000 5`. */
struct sizes {
    char text[512];
    uint64_t damaged;
    uint64_t too_long;
    bool is_foreign;
};

static struct sizes read_sizes(struct strview bytes, size_t cut, size_t maximum)
{
    struct sizes sizes = {{0}, 0, 0, false};
    struct block_log log;
    struct strview record;
    block_log_init(&log, maximum);
    for (size_t at = 0; at < bytes.size; at += cut) {
        block_log_feed(&log, bytes.data + at, bytes.size - at < cut ? bytes.size - at : cut);
        while (block_log_next(&log, &record)) {
            size_t used = strlen(sizes.text);
            snprintf(sizes.text + used, sizeof sizes.text - used, "%s%zu", used > 0 ? " " : "",
                     record.size);
            for (size_t i = 0; i < record.size; i++)
                assert_int_equal(record.data[i], 'x');
        }
    }
    sizes.damaged = log.damaged;
    sizes.too_long = log.too_long;
    sizes.is_foreign = log.is_foreign;
    block_log_release(&log);
    return sizes;
}

static void add(struct wandb_file *file, size_t size)
{
    char *data = sweep_alloc(size);
    memset(data, 'x', size);
    wandb_file_record(file, (struct strview){data, size});
    sweep_free(data);
}

static void test_pieces(void **state)
{
    static const size_t cuts[] = {1, 2, 6, 7, 8, 100, 32767, 32768, 32769, 1000000};
    struct wandb_file file;
    (void)state;
    wandb_file_begin(&file);
    add(&file, 3);
    add(&file, 0);
    add(&file, 70000);
    add(&file, 5);
    for (size_t i = 0; i < ARRAY_LENGTH(cuts); i++) {
        struct sizes sizes = read_sizes(strbuf_view(&file.bytes), cuts[i], MAXIMUM);
        assert_string_equal(sizes.text, "3 0 70000 5");
        assert_int_equal(sizes.damaged, 0);
    }
    strbuf_release(&file.bytes);
}

/* A record that ends 0 to 8 bytes before the end of a block: then there is a trailer, or a chunk
 * without data. */
static void test_borders(void **state)
{
    (void)state;
    for (size_t left = 0; left <= 8; left++) {
        struct wandb_file file;
        char expected[64];
        size_t size = WANDB_FILE_BLOCK - (size_t)2 * WANDB_FILE_HEAD - left;
        wandb_file_begin(&file);
        add(&file, size);
        add(&file, 9);
        snprintf(expected, sizeof expected, "%zu 9", size);
        for (size_t cut = 1; cut < 20; cut += 6)
            assert_string_equal(read_sizes(strbuf_view(&file.bytes), cut, MAXIMUM).text, expected);
        strbuf_release(&file.bytes);
    }
}

/* A torn end is no damage: the rest may come. */
static void test_torn(void **state)
{
    struct wandb_file file;
    (void)state;
    wandb_file_begin(&file);
    add(&file, 3);
    size_t whole = file.bytes.size;
    add(&file, 40000);
    for (size_t size = whole; size < file.bytes.size; size += 997) {
        struct sizes sizes = read_sizes((struct strview){file.bytes.data, size}, 64, MAXIMUM);
        assert_string_equal(sizes.text, "3");
        assert_int_equal(sizes.damaged, 0);
    }
    strbuf_release(&file.bytes);
}

static const struct damage {
    const char *name;
    size_t at; /* of the byte that is changed */
    unsigned char bits;
    const char *expected;
} damages[] = {
    {"the checksum", 7 + 10, 1, "3 9"},        /* of the second record: to the next block */
    {"the length", 7 + 10 + 5, 1 << 7, "3 9"}, /* beyond the block */
    {"the type", 7 + 10 + 6, 1 << 4, "3 9"},   {"the data", 7 + 10 + 7, 1, "3 9"},
    {"a middle", 40000, 1, "3 4 9"},           {"a last one", 65536 + 100, 1, "3 4"},
};

/* Records of 3, 4, 70000 and 9 bytes: the third one begins in the first block and ends in the
 * third, where the last one is. */
static void test_damage(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(damages); i++) {
        struct wandb_file file;
        wandb_file_begin(&file);
        add(&file, 3);
        add(&file, 4);
        add(&file, 70000);
        add(&file, 9);
        file.bytes.data[damages[i].at] =
            (char)((unsigned char)file.bytes.data[damages[i].at] ^ damages[i].bits);
        for (size_t cut = 5; cut < 100000; cut *= 9) {
            struct sizes sizes = read_sizes(strbuf_view(&file.bytes), cut, MAXIMUM);
            if (strcmp(sizes.text, damages[i].expected) != 0 || sizes.damaged != 1)
                fail_msg("%s: '%s', %d damaged", damages[i].name, sizes.text, (int)sizes.damaged);
        }
        strbuf_release(&file.bytes);
    }
}

/* Blocks that were laid out and never written are no damage. */
static void test_zeros(void **state)
{
    struct wandb_file file;
    (void)state;
    wandb_file_begin(&file);
    add(&file, 3);
    while (file.bytes.size < (size_t)2 * WANDB_FILE_BLOCK)
        strbuf_append_char(&file.bytes, '\0');
    add(&file, 9);
    struct sizes sizes = read_sizes(strbuf_view(&file.bytes), 1000, MAXIMUM);
    assert_string_equal(sizes.text, "3 9");
    assert_int_equal(sizes.damaged, 0);
    strbuf_release(&file.bytes);
}

static void test_too_long(void **state)
{
    struct wandb_file file;
    (void)state;
    wandb_file_begin(&file);
    add(&file, 3);
    add(&file, 70001);
    add(&file, 70000);
    struct sizes sizes = read_sizes(strbuf_view(&file.bytes), 777, 70000);
    assert_string_equal(sizes.text, "3 70000");
    assert_int_equal(sizes.too_long, 1);
    strbuf_release(&file.bytes);
}

static void test_foreign(void **state)
{
    static const char *const texts[] = {"epoch 1 val_acc 0.5\n", ":W&B\xe1\xbe\x01 version 1",
                                        ":W&C\xe1\xbe"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        struct sizes sizes = read_sizes(strview_of(texts[i]), 3, MAXIMUM);
        assert_string_equal(sizes.text, "");
        assert_int_equal(sizes.is_foreign, i < 2); /* the last one is too short to tell */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),  cmocka_unit_test(test_borders),
        cmocka_unit_test(test_torn),    cmocka_unit_test(test_damage),
        cmocka_unit_test(test_zeros),   cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_foreign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
