/*
 * A spec survives the way to bytes and back, and nothing that is not whole passes for one.
 */
#include "journal/spec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checksum.h"
#include "vector.h"

static char *full_argv[] = {
    TEXT("python"), TEXT("train.py"), TEXT("--lr=3.7e-4"), TEXT(""), TEXT("a b\n\"c\""), NULL,
};
static char *full_envp[] = {
    TEXT("PATH=/usr/bin:/bin"),
    TEXT("SWEEP_TRIAL=41"),
    TEXT("EMPTY="),
    NULL,
};
static const struct spec_pattern full_patterns[] = {
    {"epoch", "Epoch (\\d+)"},
    {"val_acc", NULL},
    {"loss.sum", "(?<value>.)"},
};

static char *full_kill[] = {TEXT("docker"), TEXT("kill"), TEXT("sweep-1"), NULL};
static char *full_remove[] = {TEXT("docker"), TEXT("rm"), TEXT("--force"), TEXT("sweep-1"), NULL};
static char *full_list[] = {TEXT("docker"), TEXT("ps"), NULL};
static const struct spec_code full_codes[] = {
    {125, ATTEMPT_SHORT_OF_ENGINE, NULL},
    {255, ATTEMPT_SHORT_OF_COMMAND, "not found"},
};

static struct spec full_spec(void)
{
    return (struct spec){.key = {.trial = 7340041, .number = 3},
                         .token = "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
                         .argv = full_argv,
                         .envp = full_envp,
                         .workdir = "/home/u/my work",
                         .timeout_ms = 7200001,
                         .grace_ms = 30017,
                         .stall_ms = 1200043,
                         .memory_bytes = (uint64_t)7 << 34,
                         .output_head_bytes = (uint64_t)5 << 33,
                         .output_tail_bytes = 50331649,
                         .patterns = full_patterns,
                         .pattern_count = 3,
                         .container = {.name = "sweep-1",
                                       .terminate = full_kill,
                                       .remove = full_remove,
                                       .list = full_list,
                                       .codes = full_codes,
                                       .code_count = 2},
                         .step_pattern = 0};
}

static void assert_same_texts(char *const *left, char *const *right)
{
    size_t i = 0;
    for (; right[i]; i++)
        assert_string_equal(left[i], right[i]);
    assert_null(left[i]);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct spec spec = full_spec();
    struct strbuf bytes;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    spec_format(&spec, &bytes);

    struct arena arena = {0};
    struct spec read;
    struct sweep_error err = {0};
    assert_true(spec_parse(&arena, strbuf_view(&bytes), &read, &err));
    assert_int_equal(read.key.trial, spec.key.trial);
    assert_int_equal(read.key.number, spec.key.number);
    assert_string_equal(read.token, spec.token);
    assert_same_texts(read.argv, full_argv);
    assert_same_texts(read.envp, full_envp);
    assert_string_equal(read.workdir, spec.workdir);
    assert_int_equal(read.timeout_ms, spec.timeout_ms);
    assert_int_equal(read.grace_ms, spec.grace_ms);
    assert_int_equal(read.stall_ms, spec.stall_ms);
    assert_int_equal(read.memory_bytes, spec.memory_bytes);
    assert_int_equal(read.output_head_bytes, spec.output_head_bytes);
    assert_int_equal(read.output_tail_bytes, spec.output_tail_bytes);
    assert_int_equal(read.pattern_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(read.patterns[i].name, full_patterns[i].name);
    assert_string_equal(read.patterns[0].pattern, "Epoch (\\d+)");
    assert_null(read.patterns[1].pattern);
    assert_int_equal(read.step_pattern, 0);
    assert_string_equal(read.container.name, "sweep-1");
    assert_same_texts(read.container.terminate, full_kill);
    assert_same_texts(read.container.remove, full_remove);
    assert_same_texts(read.container.list, full_list);
    assert_int_equal(read.container.code_count, 2);
    assert_int_equal(read.container.codes[0].code, 125);
    assert_int_equal(read.container.codes[0].means, ATTEMPT_SHORT_OF_ENGINE);
    assert_null(read.container.codes[0].words);
    assert_string_equal(read.container.codes[1].words, "not found");
    arena_release(&arena);
    strbuf_release(&bytes);
}

/* Parse bytes that lie in a block of exactly that size, so that a sanitizer sees the first too far.
 */
static bool parses(const char *data, size_t size, struct sweep_error *err)
{
    struct arena arena = {0};
    struct spec read;
    char *exact = test_malloc(size + 1);
    memcpy(exact, data, size);
    bool parsed = spec_parse(&arena, (struct strview){exact, size}, &read, err);
    test_free(exact);
    arena_release(&arena);
    return parsed;
}

static void test_every_cut_and_flip_is_noticed(void **state)
{
    (void)state;
    struct spec spec = full_spec();
    struct strbuf bytes;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    spec_format(&spec, &bytes);
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
    strbuf_append_char(&bytes, 'x');
    assert_false(parses(bytes.data, bytes.size, NULL));
    strbuf_release(&bytes);
}

/* Change four bytes and make the checksum right again. */
static void reseal(struct strbuf *bytes, size_t offset, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        bytes->data[offset + i] = (char)(value >> (8 * i));
    uint32_t checksum = checksum_crc32c(0, bytes->data, bytes->size - 4);
    for (size_t i = 0; i < 4; i++)
        bytes->data[bytes->size - 4 + i] = (char)(checksum >> (8 * i));
}

static void test_newer_format_is_told_from_damage(void **state)
{
    (void)state;
    struct spec spec = full_spec();
    struct strbuf bytes;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    spec_format(&spec, &bytes);
    struct sweep_error err = {0};
    reseal(&bytes, 8, SPEC_FORMAT + 1);
    assert_false(parses(bytes.data, bytes.size, &err));
    assert_int_equal(err.code, SWEEP_INCOMPATIBLE);
    assert_non_null(strstr(err.message, "newer version"));
    strbuf_release(&bytes);
}

/* Format 1 ended before stall_ms. */
static void test_format_1_is_read(void **state)
{
    (void)state;
    struct spec spec = full_spec();
    struct strbuf bytes;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    spec_format(&spec, &bytes);
    bytes.size -= 8;
    reseal(&bytes, 12, (uint32_t)bytes.size - 20);
    reseal(&bytes, 8, 1);
    struct arena arena = {0};
    struct spec read;
    struct sweep_error err = {0};
    if (!spec_parse(&arena, strbuf_view(&bytes), &read, &err))
        fail_msg("%s", err.message);
    assert_int_equal(read.grace_ms, 30017);
    assert_int_equal(read.pattern_count, 3);
    assert_int_equal(read.stall_ms, 0);
    assert_int_equal(read.memory_bytes, 0);
    assert_null(read.container.name);
    arena_release(&arena);
    strbuf_release(&bytes);
}

/* A name that nobody can be asked about, and questions about nobody. */
static void test_half_a_container_is_refused(void **state)
{
    (void)state;
    char *nothing[] = {NULL};
    for (int i = 0; i < 2; i++) {
        struct spec spec = full_spec();
        struct strbuf bytes;
        struct sweep_error err = {0};
        spec.container.name = i == 0 ? "" : "sweep-1";
        if (i == 1)
            spec.container.list = nothing;
        strbuf_init(&bytes, SPEC_SIZE_MAX);
        spec_format(&spec, &bytes);
        assert_false(parses(bytes.data, bytes.size, &err));
        assert_int_equal(err.code, SWEEP_IO);
        strbuf_release(&bytes);
    }
}

/* A right checksum over nonsense, as from a writer with a mistake: refused without much memory. */
static void test_nonsense_with_a_right_checksum(void **state)
{
    (void)state;
    struct spec spec = full_spec();
    struct strbuf bytes;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    spec_format(&spec, &bytes);
    size_t argv_count = 16 + 8 + 4 + 4 + 32;
    const uint32_t counts[] = {0, 6, 4000, 0x7fffffff, UINT32_MAX};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct sweep_error err = {0};
        reseal(&bytes, argv_count, counts[i]);
        assert_false(parses(bytes.data, bytes.size, &err));
        assert_int_equal(err.code, SWEEP_IO);
    }
    strbuf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_every_cut_and_flip_is_noticed),
        cmocka_unit_test(test_newer_format_is_told_from_damage),
        cmocka_unit_test(test_format_1_is_read),
        cmocka_unit_test(test_half_a_container_is_refused),
        cmocka_unit_test(test_nonsense_with_a_right_checksum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
