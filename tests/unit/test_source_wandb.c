/*
 * Messages of .wandb files to numbers: made here, and written by the real client (tests/wandb).
 */
#include "metrics/source_wandb.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "sweep/trial.h"
#include "wandb_file.h"

#define TEXT_MAX ((size_t)1 << 20)

/* Append what comes out as `NAME=VALUE@STEP `, of the summary as `NAME=VALUE# `. */
static void append_numbers(struct source_wandb *source, struct strbuf *out)
{
    struct wandb_number number;
    while (source_wandb_next(source, &number)) {
        strbuf_append(out, number.name.data, number.name.size);
        strbuf_printf(out, "=%g", number.value);
        if (number.is_summary)
            strbuf_append_text(out, "# ");
        else if (number.step == SWEEP_STEP_NONE)
            strbuf_append_text(out, "@- ");
        else
            strbuf_printf(out, "@%" PRId64 " ", number.step);
    }
}

static void expect_numbers(struct strview bytes, size_t cut, const char *step, const char *expected)
{
    struct source_wandb *source = source_wandb_create(step);
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    for (size_t at = 0; at < bytes.size; at += cut) {
        source_wandb_feed(source, bytes.data + at, bytes.size - at < cut ? bytes.size - at : cut);
        append_numbers(source, &text);
    }
    assert_string_equal(strbuf_text(&text), expected);
    assert_false(source_wandb_is_foreign(source));
    assert_int_equal(source_wandb_damaged(source), 0);
    strbuf_release(&text);
    source_wandb_free(source);
}

static void test_rows(void **state)
{
    struct wandb_file file;
    struct strbuf row;
    (void)state;
    wandb_file_begin(&file);
    wandb_file_record(&file, strview_of("\x92\x01\x02ok")); /* another message */
    wandb_file_row(&file, 0, "val_acc", "0.5");
    wandb_file_summary(&file, "val_acc", "0.5");
    strbuf_init(&row, TEXT_MAX);
    wandb_file_item(&row, "_step", "7"); /* wandb's own */
    wandb_file_item(&row, "a|b", "1");
    wandb_file_item(&row, "a|_type", "2");
    wandb_file_item(&row, "x.y", "\"text\"");
    wandb_file_item(&row, "deep", "{\"c\":NaN,\"d\":{\"e\":2}}");
    wandb_file_step(&row, 300);
    wandb_file_put(&file, 2, &row);
    for (size_t cut = 1; cut < 400; cut = cut * 3 + 1)
        expect_numbers(strbuf_view(&file.bytes), cut, NULL,
                       "val_acc=0.5@0 val_acc=0.5# a.b=1@300 a._type=2@300 deep.c=nan@300 "
                       "deep.d.e=2@300 ");
    strbuf_release(&file.bytes);
}

/* Where a step is named, its number counts in its row and in those after it. */
static void test_named_step(void **state)
{
    struct wandb_file file;
    struct strbuf row;
    (void)state;
    wandb_file_begin(&file);
    wandb_file_row(&file, 40, "loss", "3");
    strbuf_init(&row, TEXT_MAX);
    wandb_file_item(&row, "loss", "2");
    wandb_file_item(&row, "epoch", "1.75");
    wandb_file_step(&row, 41);
    wandb_file_put(&file, 2, &row);
    wandb_file_row(&file, 42, "loss", "1");
    expect_numbers(strbuf_view(&file.bytes), 50, "epoch",
                   "loss=3@- loss=2@1 epoch=1.75@1 loss=1@1 ");
    expect_numbers(strbuf_view(&file.bytes), 50, NULL,
                   "loss=3@40 loss=2@41 epoch=1.75@41 loss=1@42 ");
    strbuf_release(&file.bytes);
}

/* Clients of before wrote no step of the row where it was given; the one among the items holds. */
static void test_step_among_items(void **state)
{
    struct wandb_file file;
    struct strbuf row;
    (void)state;
    wandb_file_begin(&file);
    strbuf_init(&row, TEXT_MAX);
    wandb_file_item(&row, "loss", "2");
    wandb_file_item(&row, "_step", "50");
    wandb_file_put(&file, 2, &row);
    wandb_file_row(&file, 0, "loss", "1");
    expect_numbers(strbuf_view(&file.bytes), 9, NULL, "loss=2@50 loss=1@0 ");
    strbuf_release(&file.bytes);
}

/* Numbers as such, and the plain key: {1: "k", 6: 0.25}, {1: "k", 5: -3}. */
static void test_typed(void **state)
{
    static const char real[] = "\x12\x0e\x0a\x0c\x0a\x01k\x31\x00\x00\x00\x00\x00\x00\xd0\x3f";
    static const char integer[] = "\x12\x07\x0a\x05\x0a\x01k\x28\x05";
    struct wandb_file file;
    (void)state;
    wandb_file_begin(&file);
    wandb_file_record(&file, (struct strview){real, sizeof real - 1});
    wandb_file_record(&file, (struct strview){integer, sizeof integer - 1});
    expect_numbers(strbuf_view(&file.bytes), 4, NULL, "k=0.25@- k=-3@- ");
    strbuf_release(&file.bytes);
}

/* Whatever is cut off a message: no more than what is whole comes out. */
static void test_torn_message(void **state)
{
    static const char message[] = "\x12\x10\x0a\x0b\x12\x04loss\x82\x01\x01\x32\x12\x01\x08";
    (void)state;
    for (size_t size = 0; size < sizeof message; size++) {
        struct wandb_file file;
        wandb_file_begin(&file);
        wandb_file_record(&file, (struct strview){message, size});
        wandb_file_row(&file, 3, "acc", "1");
        expect_numbers(strbuf_view(&file.bytes), 16, NULL,
                       size < 18 ? "acc=1@3 " : "loss=2@0 acc=1@3 ");
        strbuf_release(&file.bytes);
    }
}

/* --- what the real client wrote ------------------------------------------------------------- */

static const struct recording {
    const char *name;
    uint64_t rows;
    uint64_t accuracies; /* numbers of val_acc, i/40 at step i */
} recordings[] = {
    {"0.31.0.wandb", 41, 40},
    {"0.16.6.wandb", 41, 40},
};

struct seen {
    uint64_t accuracies;
    uint64_t nested;     /* a.b */
    uint64_t not_finite; /* nan, inf */
    uint64_t wandb_own;
    double summary; /* of best */
};

static void see(const struct wandb_number *number, struct seen *seen)
{
    if (strview_is(number->name, "best") && number->is_summary)
        seen->summary = number->value;
    if (number->is_summary)
        return;
    if (strview_is(number->name, "val_acc")) {
        assert_int_equal(number->step, seen->accuracies);
        assert_true(number->value == (double)seen->accuracies++ / 40);
    }
    seen->nested += strview_is(number->name, "a.b");
    seen->not_finite += strview_is(number->name, "nan") || strview_is(number->name, "inf");
    seen->wandb_own += number->name.data[0] == '_';
}

static void check_recording(const struct recording *recording, size_t cut)
{
    struct source_wandb *source = source_wandb_create(NULL);
    struct wandb_number number;
    struct seen seen = {0};
    struct strbuf bytes;
    char path[256];
    snprintf(path, sizeof path, "%s/tests/wandb/%s", SOURCE_DIR, recording->name);
    strbuf_init(&bytes, TEXT_MAX);
    assert_true(file_read(AT_FDCWD, path, &bytes, NULL));
    for (size_t at = 0; at < bytes.size; at += cut) {
        source_wandb_feed(source, bytes.data + at, bytes.size - at < cut ? bytes.size - at : cut);
        while (source_wandb_next(source, &number))
            see(&number, &seen);
    }
    assert_true(bytes.size > (size_t)2 * WANDB_FILE_BLOCK); /* one message is over two borders */
    assert_int_equal(source_wandb_rows(source), recording->rows);
    assert_int_equal(source_wandb_damaged(source), 0);
    assert_int_equal(seen.accuracies, recording->accuracies);
    assert_int_equal(seen.nested, recording->accuracies);
    assert_int_equal(seen.not_finite, 2 * recording->accuracies);
    assert_int_equal(seen.wandb_own, 0);
    assert_true(seen.summary == 0.75);
    strbuf_release(&bytes);
    source_wandb_free(source);
}

static void test_recordings(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(recordings); i++)
        for (size_t cut = 11; cut < 1000000; cut *= 53)
            check_recording(&recordings[i], cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_named_step),
        cmocka_unit_test(test_step_among_items),
        cmocka_unit_test(test_typed),
        cmocka_unit_test(test_torn_message),
        cmocka_unit_test(test_recordings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
