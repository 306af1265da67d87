/* `charter`: what a sweep began with comes back as it was, or not at all. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "directory/charter.h"
#include "scratch.h"

#define UUID "6f1c7d0e-93a4-4b1e-8d51-2f0b7c9ae413"

static void write_charter(int fd, const char *text)
{
    assert_true(file_replace(fd, "charter", strview_of(text), 0600, NULL));
}

static void test_round_trip(void **state)
{
    struct scratch *scratch = *state;
    struct arena arena = {0};
    const struct store_sweep sweep = {
        .name = "a: name",
        .uuid = UUID,
        .seed = UINT64_MAX,
        .method = "grid",
        .workdir = "/a path\nwith: lines\n",
        .created_us = 1700000000000000,
    };
    struct store_setting items[] = {{"budget.trials", "5"}, {"command", "a = b: ${x}"}};
    const struct store_settings settings = {items, ARRAY_LENGTH(items)};
    struct store_sweep back = {0};
    struct store_settings set = {0};
    assert_true(charter_save(scratch->fd, &sweep, &settings, NULL));
    assert_true(charter_load(scratch->fd, &arena, &back, &set, NULL));
    assert_int_equal(set.count, settings.count);
    for (size_t i = 0; i < set.count; i++) {
        assert_string_equal(set.items[i].key, items[i].key);
        assert_string_equal(set.items[i].value, items[i].value);
    }
    assert_string_equal(back.name, sweep.name);
    assert_string_equal(back.uuid, sweep.uuid);
    assert_true(back.seed == sweep.seed);
    assert_string_equal(back.method, sweep.method);
    assert_string_equal(back.workdir, sweep.workdir);
    assert_true(back.created_us == sweep.created_us);
    arena_release(&arena);
}

static void test_damaged(void **state)
{
    static const char *const TEXTS[] = {
        "",
        "name: x\n",
        "name: x\nuuid: short\nseed: 1\nmethod: grid\ncreated_us: 1\nworkdir: /\n",
        "name: x\nuuid: " UUID "\nseed: -1\nmethod: grid\ncreated_us: 1\nworkdir: /\n",
        "name: x\nuuid: " UUID "\nseed: 1\ncreated_us: 1\nworkdir: /\n",
        "name: x\nuuid: " UUID "\nseed: 1\nmethod: grid\ncreated_us: soon\nworkdir: /\n",
        "name: x\nuuid: " UUID "\nseed: 1\nmethod: grid\ncreated_us: 1\n",
        "name: x\nuuid: " UUID "\nseed: 1\nmethod: grid\ncreated_us: 1\nworkdir: /",
        "name: x\nuuid: " UUID "\nseed: 1\nmethod: grid\ncreated_us: 1\nset: a\nworkdir: /\n",
    };
    struct scratch *scratch = *state;
    for (size_t i = 0; i < ARRAY_LENGTH(TEXTS); i++) {
        struct arena arena = {0};
        struct store_sweep sweep = {0};
        struct store_settings set = {0};
        struct sweep_error err = {0};
        write_charter(scratch->fd, TEXTS[i]);
        assert_false(charter_load(scratch->fd, &arena, &sweep, &set, &err));
        assert_int_equal(err.code, SWEEP_BAD_INPUT);
        arena_release(&arena);
    }
    assert_int_equal(unlinkat(scratch->fd, "charter", 0), 0);
    struct arena arena = {0};
    struct store_sweep sweep = {0};
    struct store_settings set = {0};
    struct sweep_error err = {0};
    assert_false(charter_load(scratch->fd, &arena, &sweep, &set, &err));
    assert_int_equal(err.code, SWEEP_NOT_FOUND);
}

static int open_scratch(void **state)
{
    static struct scratch scratch;
    scratch_open(&scratch);
    *state = &scratch;
    return 0;
}

static int close_scratch(void **state)
{
    scratch_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, open_scratch, close_scratch),
        cmocka_unit_test_setup_teardown(test_damaged, open_scratch, close_scratch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
