/*
 * Files made to hurt: each is refused, or read, within a moment and a few megabytes. The ceilings
 * are wide: they tell a bomb from a file, not a fast machine from a slow one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/array.h"
#include "config/config.h"
#include "sweep/mem.h"
#include "valgrind.h"

#define TIME_MAX_MS   1000
#define MEMORY_MAX_KB (32 * 1024)

static const char head[] = "command: ./train ${args}\nparameters:\n  lr: {value: 1}\n";

static void append_times(struct strbuf *out, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        strbuf_append_text(out, text);
}

static void make_flow_depth(struct strbuf *out)
{
    strbuf_append_text(out, "name: ");
    append_times(out, "[", 10000);
    append_times(out, "]", 10000);
}

static void make_flow_maps(struct strbuf *out)
{
    strbuf_append_text(out, "name: ");
    append_times(out, "{a: ", 10000);
}

static void make_block_depth(struct strbuf *out)
{
    for (size_t i = 0; i < 1000; i++) {
        append_times(out, " ", i);
        strbuf_append_text(out, "a:\n");
    }
}

static void make_block_lists(struct strbuf *out)
{
    append_times(out, "- ", 10000);
}

static void make_alias_bomb(struct strbuf *out)
{
    strbuf_append_text(out, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
        strbuf_printf(out, "a%d: &a%d [", i, i);
        for (int j = 0; j < 9; j++)
            strbuf_printf(out, "*a%d, ", i - 1);
        strbuf_append_text(out, "]\n");
    }
}

static void make_merge_bomb(struct strbuf *out)
{
    strbuf_append_text(out, "a0: &a0 {k0: 1, k1: 2, k2: 3}\n");
    for (int i = 1; i < 30; i++)
        strbuf_printf(out, "a%d: &a%d {<<: [*a%d, *a%d, *a%d], j%d: 1}\n", i, i, i - 1, i - 1,
                      i - 1, i);
}

static void make_many_aliases(struct strbuf *out)
{
    strbuf_append_text(out, "a: &a 1\nb: [");
    append_times(out, "*a, ", 1001);
    strbuf_append_text(out, "]\n");
}

static void make_many_anchors(struct strbuf *out)
{
    strbuf_append_text(out, "b: [");
    append_times(out, "&a 1, ", 1001);
    strbuf_append_text(out, "]\n");
}

static void make_many_elements(struct strbuf *out)
{
    strbuf_append_text(out, "b: [");
    append_times(out, "1,", 150000);
    strbuf_append_text(out, "]\n");
}

static void make_too_long(struct strbuf *out)
{
    strbuf_append_text(out, head);
    append_times(out, "# a comment that goes on and on\n", CONFIG_SIZE_MAX / 32);
}

static void make_unknown_keys(struct strbuf *out)
{
    for (int i = 0; i < 30000; i++)
        strbuf_printf(out, "metri%d: 1\n", i);
}

static void make_duplicate_keys(struct strbuf *out)
{
    append_times(out, "k: 1\n", 30000);
}

static void make_open_quote(struct strbuf *out)
{
    strbuf_append_text(out, "name: \"");
    append_times(out, "word \\\n", 100000);
}

static void make_percent_line(struct strbuf *out)
{
    strbuf_append_text(out, "command: ");
    append_times(out, "${lr", 100000);
    strbuf_append_text(out, "\nparameters: {lr: {value: 1}}\n");
}

static void make_many_unknown_words(struct strbuf *out)
{
    strbuf_append_text(out, "command: ./train ");
    append_times(out, "${lrr} ", 10000);
    strbuf_append_text(out, "\nparameters: {lr: {value: 1}}\n");
}

static void make_many_parameters(struct strbuf *out)
{
    strbuf_append_text(out, "command: ./train ${args}\nparameters:\n");
    for (int i = 0; i < 10000; i++)
        strbuf_printf(out, "  p%d: {min: 0.5, max: 1.5}\n", i);
}

static void make_many_values(struct strbuf *out)
{
    strbuf_append_text(out, "command: ./train ${args}\nparameters:\n  p: {values: [");
    for (int i = 0; i < 90000; i++)
        strbuf_printf(out, "%d,", i % 45000);
    strbuf_append_text(out, "]}\n");
}

static void make_long_word(struct strbuf *out)
{
    strbuf_append_text(out, "command: ./train ${args} ");
    append_times(out, "abcdefgh", 100000);
    strbuf_append_text(out, "\nparameters: {lr: {value: 1}}\n");
}

static const struct row {
    const char *name;
    void (*make)(struct strbuf *out);
    const char *message; /* of the first error; NULL: the file is good */
} rows[] = {
    {"flow lists", make_flow_depth, "lists and maps are nested deeper than 64 levels here"},
    {"flow maps", make_flow_maps, "lists and maps are nested deeper than 64 levels here"},
    {"block maps", make_block_depth, "lists and maps are nested deeper than 64 levels here"},
    {"block lists", make_block_lists, "lists and maps are nested deeper than 64 levels here"},
    {"alias bomb", make_alias_bomb, "the aliases of this file unfold to more than 100,000 values"},
    {"merge bomb", make_merge_bomb, "the aliases of this file unfold to more than 100,000 values"},
    {"aliases", make_many_aliases, "there are more than 1,000 aliases in this file"},
    {"anchors", make_many_anchors, "there are more than 1,000 anchors in this file"},
    {"elements", make_many_elements, "the file has more than 100,000 elements; read on no further"},
    {"size", make_too_long, "the file has 1048630 bytes; a space of more than 1048576 is not read"},
    {"unknown keys", make_unknown_keys, "unknown key 'metri0'"},
    {"duplicate keys", make_duplicate_keys, "key 'k' is given twice"},
    {"open quote", make_open_quote, "the quote that opens here is never closed"},
    {"open names", make_percent_line,
     "'${' is never closed by '}'; write '$${' for the text itself"},
    {"unknown words", make_many_unknown_words,
     "there is no parameter 'lrr'; did you mean '${lr}'?"},
    {"parameters", make_many_parameters, NULL},
    {"values", make_many_values, NULL},
    {"long word", make_long_word, NULL},
};

static bool has_message(const struct diagnostics *diagnostics, const char *message)
{
    for (size_t i = 0; i < diagnostics->count; i++)
        if (strcmp(diagnostics->items[i].message, message) == 0)
            return true;
    return false;
}

static long peak_memory_kb(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* Of the processor: a machine with other things to do is no slower by it. */
static int64_t processor_ms(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
           (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void check_row(const struct row *row)
{
    struct strbuf source;
    struct arena arena = {0};
    struct diagnostics diagnostics = {0};
    strbuf_init(&source, 2 * CONFIG_SIZE_MAX);
    row->make(&source);
    assert_false(source.truncated);
    long before_kb = peak_memory_kb();
    int64_t start_ms = processor_ms();
    struct config *config =
        config_load(&arena, "f.yaml", strbuf_view(&source), CONFIG_NEEDS_COMMAND, &diagnostics);
    int64_t elapsed_ms = processor_ms() - start_ms;
    long growth_kb = peak_memory_kb() - before_kb;
    if ((config == NULL) != (row->message != NULL))
        fail_msg("%s: %s", row->name, config == NULL ? diagnostics.items[0].message : "is read");
    if (row->message != NULL && !has_message(&diagnostics, row->message))
        fail_msg("%s: %s", row->name, diagnostics.items[0].message);
    print_message("%s: %d ms, %ld KiB more\n", row->name, (int)elapsed_ms, growth_kb);
#ifndef SWEEP_SANITIZED
    if (!is_under_valgrind()) { /* it is slow, and its shadow memory counts as ours */
        assert_true(elapsed_ms < TIME_MAX_MS);
        assert_true(growth_kb < MEMORY_MAX_KB);
    }
#endif
    diagnostics_release(&diagnostics);
    arena_release(&arena);
    strbuf_release(&source);
}

static void test_hostile_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        check_row(&rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hostile_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
