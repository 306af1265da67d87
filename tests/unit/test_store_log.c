/*
 * The log beside sweep.db where it has its full size from the start.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store_fixture.h"

static void commit_trial(struct store_fixture *f, uint64_t number)
{
    MUST(store_begin(f->store, err));
    fixture_start(f, number);
    MUST(store_commit(f->store, err));
}

static size_t count_trials(struct store_fixture *f, struct store *store)
{
    struct store_trials trials;

    MUST(store_load_trials(store, f->space, &f->arena, true, &trials, err));
    return trials.count;
}

/* Size of the file beside sweep.db, or -1. */
static long size_of(const struct store_fixture *f, const char *suffix)
{
    struct stat info;
    char name[128];

    snprintf(name, sizeof name, "%s%s", f->path, suffix);
    return stat(name, &info) == 0 ? (long)info.st_size : -1;
}

/* Copy the files of a database whose writer was killed: with its log. */
static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");

    assert_non_null(in);
    assert_non_null(out);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, got, out), got);
    fclose(in);
    fclose(out);
}

static void test_only_what_was_committed_is_in_it(void **state)
{
    struct store_fixture own, killed, *f = &own;
    char from[128], to[128];

    (void)state;
    fixture_open(f);
    assert_in_range(snprintf(from, sizeof from, "%s-wal", f->path), 1, sizeof from - 1);
    commit_trial(f, 1);
    store_extend_log(f->store);
    long size = size_of(f, "-wal");
    assert_true(size > 4 * 1024 * 1024);
    for (uint64_t number = 2; number <= 100; number++)
        commit_trial(f, number);
    assert_int_equal(size_of(f, "-wal"), size);
    fixture_open(&killed);
    store_close(killed.store);
    copy_file(f->path, killed.path);
    assert_in_range(snprintf(to, sizeof to, "%s-wal", killed.path), 1, sizeof to - 1);
    copy_file(from, to);
    killed.store = store_open(killed.path, STORE_READ, &f->error);
    assert_non_null(killed.store);
    assert_int_equal(count_trials(f, killed.store), 100);
    store_close(killed.store);

    copy_file(from, to); /* nothing but zeroes */
    assert_int_equal(truncate(to, 0), 0);
    assert_int_equal(truncate(to, size), 0);
    killed.store = store_open(killed.path, STORE_WRITE, &f->error);
    assert_non_null(killed.store);
    store_extend_log(killed.store);
    MUST(store_check(killed.store, err));
    fixture_close(&killed);
    fixture_reopen(f, STORE_WRITE);
    assert_true(size_of(f, "-wal") <= 0);
    assert_int_equal(count_trials(f, f->store), 100);
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_was_committed_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
