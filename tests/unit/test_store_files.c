/* sweep.db as a file: beside other processes, damaged, foreign, newer, and on a full disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/connection.h"
#include "store/place.h"
#include "store_fixture.h"
#include "sweep/rng.h"

static int set_up(void **state)
{
    *state = sweep_alloc(sizeof(struct store_fixture));
    fixture_open(*state);
    return 0;
}

static int tear_down(void **state)
{
    fixture_close(*state);
    sweep_free(*state);
    return 0;
}

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

/* Run SQL on the closed file as a stranger would. */
static void run_sql(const char *path, const char *text)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", text, message);
    sqlite3_close(db);
}

static void test_a_reader_beside_the_writer_sees_what_is_committed(void **state)
{
    struct store_fixture *f = *state;
    struct store *reader = store_open(f->path, STORE_READ, &f->error);

    assert_non_null(reader);
    assert_int_equal(count_trials(f, reader), 0);
    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    assert_int_equal(count_trials(f, reader), 0);
    MUST(store_commit(f->store, err));
    assert_int_equal(count_trials(f, reader), 1);
    commit_trial(f, 2);
    assert_int_equal(count_trials(f, reader), 2);
    store_close(reader);
}

static void test_a_reader_cannot_write(void **state)
{
    struct store_fixture *f = *state;
    struct sweep_trial trial = fixture_trial(f, 1);

    fixture_reopen(f, STORE_READ);
    assert_false(store_begin(f->store, &f->error));
    assert_int_equal(f->error.code, SWEEP_IO);
    assert_false(store_record_trial(f->store, f->space, &trial, &f->error));
    assert_int_equal(f->error.code, SWEEP_IO);
    store_rollback(f->store);
    assert_int_equal(count_trials(f, f->store), 0);
}

static void test_a_closed_sweep_is_one_file_and_can_be_read(void **state)
{
    struct store_fixture *f = *state;

    commit_trial(f, 1);
    assert_true(size_of(f, "-wal") > 0);
    store_close(f->store);
    assert_int_equal(size_of(f, "-wal"), -1);
    assert_int_equal(size_of(f, "-shm"), -1);
    f->store = store_open(f->path, STORE_READ, &f->error);
    assert_non_null(f->store);
    assert_int_equal(count_trials(f, f->store), 1);
}

/* What a colleague without write permission sees; runs in a child, as root becomes nobody. */
static int read_as_nobody(const struct store_fixture *f)
{
    struct sweep_error err = {0};
    struct store_trials trials;
    struct arena arena = {0};
    struct store *store;
    int code;

    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
        return 3;
    store = store_open(f->path, STORE_READ, &err);
    if (!store || !store_load_trials(store, f->space, &arena, true, &trials, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    code = trials.count == 1 ? 0 : 2;
    store_close(store);
    arena_release(&arena);
    return code;
}

static int run_child(int (*body)(const struct store_fixture *), const struct store_fixture *f)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0)
        _exit(body(f));
    assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_a_read_only_directory_can_be_read(void **state)
{
    struct store_fixture *f = *state;
    char odd[sizeof f->directory];

    if (geteuid() != 0) {
        print_message("only root can become nobody: skipped\n");
        skip();
    }
    commit_trial(f, 1);
    store_close(f->store);
    f->store = NULL;
    /* Characters that mean something in a URI. */
    snprintf(odd, sizeof odd, "%.30s?a#b%%20c", f->directory);
    assert_int_equal(rename(f->directory, odd), 0);
    memcpy(f->directory, odd, sizeof odd);
    snprintf(f->path, sizeof f->path, "%s/sweep.db", f->directory);
    assert_int_equal(chmod(f->directory, 0755), 0);
    assert_int_equal(chmod(f->path, 0644), 0);
    assert_int_equal(run_child(read_as_nobody, f), 0);
    assert_int_equal(size_of(f, "-wal"), -1);
}

static void test_formats_that_are_not_ours_are_refused(void **state)
{
    static const struct {
        const char *sql;
        enum sweep_code code;
        const char *words;
    } rows[] = {
        {"PRAGMA user_version = 7", SWEEP_INCOMPATIBLE, "format 7"},
        {"PRAGMA user_version = 7", SWEEP_INCOMPATIBLE, "up to 1"},
        {"PRAGMA user_version = 0", SWEEP_DATABASE, "not one of sweep's"},
        {"PRAGMA user_version = 1; PRAGMA application_id = 77", SWEEP_DATABASE,
         "not one of sweep's"},
    };
    struct store_fixture *f = *state;

    store_close(f->store);
    f->store = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        for (int access = STORE_READ; access <= STORE_WRITE; access++) {
            run_sql(f->path, rows[i].sql);
            assert_null(store_open(f->path, (enum store_access)access, &f->error));
            assert_int_equal(f->error.code, rows[i].code);
            assert_non_null(strstr(f->error.message, rows[i].words));
        }
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void test_files_that_are_no_databases_are_refused(void **state)
{
    struct store_fixture *f = *state;
    char text[2000];

    store_close(f->store);
    f->store = NULL;
    memset(text, 'x', sizeof text);
    write_file(f->path, text, sizeof text);
    assert_null(store_open(f->path, STORE_READ, &f->error));
    assert_int_equal(f->error.code, SWEEP_DATABASE);
    write_file(f->path, "", 0);
    assert_null(store_open(f->path, STORE_READ, &f->error));
    assert_int_equal(f->error.code, SWEEP_DATABASE);
    unlink(f->path);
    assert_null(store_open(f->path, STORE_WRITE, &f->error));
    assert_int_equal(f->error.code, SWEEP_NOT_FOUND);
    assert_int_equal(size_of(f, ""), -1);
}

static void test_what_an_interrupted_creation_left_is_no_obstacle(void **state)
{
    struct store_fixture *f = *state;
    struct store_sweep sweep = fixture_sweep();
    char name[128];

    store_close(f->store);
    unlink(f->path);
    snprintf(name, sizeof name, "%s.tmp", f->path);
    write_file(name, "half a page", 11);
    snprintf(name, sizeof name, "%s.tmp-wal", f->path);
    write_file(name, "half a log", 10);
    f->store = store_create(f->path, &sweep, NULL, &f->error);
    assert_non_null(f->store);
    MUST(store_check(f->store, err));
}

static void fill(struct store_fixture *f, uint64_t trials)
{
    MUST(store_begin(f->store, err));
    for (uint64_t number = 1; number <= trials; number++) {
        struct sweep_trial trial = fixture_start(f, number);
        struct attempt_outcome outcome = {.end = ATTEMPT_EXITED};

        for (uint64_t i = 1; i <= 20; i++) {
            struct store_report report = {.key = {number, 1},
                                          .metric = i % 2 ? "val_acc" : "loss",
                                          .sequence = i,
                                          .arrival = number * 30 + i,
                                          .step = (int64_t)i,
                                          .value = 1.0 / (double)(i + number)};

            MUST(store_record_report(f->store, &report, err));
        }
        trial.state = SWEEP_TRIAL_COMPLETE;
        trial.arrival = number * 30 + 22;
        MUST(store_record_event(f->store, 5, (struct attempt_key){number, 1}, "x", "y", err));
        MUST(store_record_outcome(f->store, (struct attempt_key){number, 1}, &outcome,
                                  number * 30 + 21, err));
        MUST(store_update_trial(f->store, &trial, err));
    }
    MUST(store_commit(f->store, err));
}

/* Read all there is. @return whether everything was read and the check found nothing */
static bool read_everything(struct store_fixture *f, struct sweep_error *err)
{
    struct store *store = store_open(f->path, STORE_READ, err);
    struct arena arena = {0};
    struct store_sweep sweep;
    struct store_trials trials = {0};
    struct store_attempts attempts;
    struct store_reports reports;
    struct store_captures captures;
    struct store_events events;
    uint64_t arrival;
    bool ok = store && store_load_sweep(store, &arena, &sweep, err) &&
              store_load_trials(store, f->space, &arena, true, &trials, err) &&
              store_load_attempts(store, &arena, 0, &attempts, err) &&
              store_load_arrival(store, &arrival, err) &&
              store_load_events(store, &arena, 0, &events, err);

    for (uint64_t i = 0; ok && i < trials.count; i++)
        ok = store_load_attempts(store, &arena, i + 1, &attempts, err) &&
             store_load_reports(store, &arena, i + 1, NULL, &reports, err) &&
             store_load_captures(store, &arena, &trials.items[i], &captures, err);
    ok = ok && store_check(store, err);
    store_close(store);
    arena_release(&arena);
    return ok;
}

static void test_flipped_bytes_are_reported_and_never_crash(void **state)
{
    struct store_fixture *f = *state;
    struct sweep_rng rng;
    unsigned found = 0;
    long size;
    unsigned char *bytes, *damaged;
    FILE *file;

    fill(f, 30);
    store_close(f->store);
    f->store = NULL;
    assert_true(read_everything(f, &f->error));
    size = size_of(f, "");
    bytes = sweep_alloc((size_t)size);
    damaged = sweep_alloc((size_t)size);
    file = fopen(f->path, "rb");
    assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
    fclose(file);
    sweep_rng_init(&rng, 20261124, 0);
    for (int round = 0; round < 400; round++) {
        struct sweep_error err = {0};

        memcpy(damaged, bytes, (size_t)size);
        for (int i = 0; i < 8; i++)
            damaged[sweep_rng_below(&rng, (uint64_t)size)] ^=
                (unsigned char)(1 + sweep_rng_below(&rng, 255));
        write_file(f->path, damaged, (size_t)size);
        if (read_everything(f, &err))
            continue; /* in a text or in unused space */
        found++;
        if (err.code != SWEEP_DATABASE && err.code != SWEEP_INCOMPATIBLE)
            fail_msg("round %d: code %d: %s", round, err.code, err.message);
    }
    assert_true(found > 200);
    for (long cut = size - 4096; cut > 0; cut -= 4096 * 7) {
        write_file(f->path, bytes, (size_t)cut);
        assert_false(read_everything(f, &f->error));
        assert_int_equal(f->error.code, SWEEP_DATABASE);
    }
    sweep_free(bytes);
    sweep_free(damaged);
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

static void test_damage_is_found_when_a_killed_sweep_is_resumed(void **state)
{
    struct store_fixture killed, *f = *state;
    char from[128], to[128];
    FILE *file;

    fill(f, 300);
    fixture_reopen(f, STORE_WRITE);
    commit_trial(f, 301); /* only this one is in the log */
    fixture_open(&killed);
    store_close(killed.store);
    copy_file(f->path, killed.path);
    snprintf(from, sizeof from, "%s-wal", f->path);
    snprintf(to, sizeof to, "%s-wal", killed.path);
    copy_file(from, to);
    killed.store = store_open(killed.path, STORE_WRITE, &f->error);
    assert_non_null(killed.store);
    assert_int_equal(count_trials(f, killed.store), 301);
    store_close(killed.store);

    file = fopen(killed.path, "r+b"); /* a page that no load of the trials would meet */
    fseek(file, -2 * 4096, SEEK_END);
    for (int i = 0; i < 4096; i++)
        fputc(0xa5, file);
    fclose(file);
    copy_file(from, to);
    killed.store = store_open(killed.path, STORE_WRITE, &f->error);
    assert_null(killed.store);
    assert_int_equal(f->error.code, SWEEP_DATABASE);
    assert_non_null(strstr(f->error.message, "sweep doctor --repair"));
    fixture_close(&killed);
}

/* Commit one trial after the other until that fails. @return how many were committed */
static uint64_t commit_until_full(struct store_fixture *f, struct sweep_error *err)
{
    struct sweep_trial trial;

    for (uint64_t number = 1;; number++) {
        trial = fixture_trial(f, number);
        if (!store_begin(f->store, err) || !store_record_trial(f->store, f->space, &trial, err) ||
            !store_commit(f->store, err)) {
            store_rollback(f->store);
            return number - 1;
        }
        assert_true(number < 100000);
    }
}

static void test_a_full_database_keeps_what_was_committed(void **state)
{
    struct store_fixture *f = *state;
    uint64_t count;

    sqlite3_exec(f->store->db, "PRAGMA max_page_count = 20", NULL, NULL, NULL);
    count = commit_until_full(f, &f->error);
    assert_int_equal(f->error.code, SWEEP_NO_SPACE);
    assert_true(count > 3);
    sqlite3_exec(f->store->db, "PRAGMA max_page_count = 1000000", NULL, NULL, NULL);
    commit_trial(f, count + 1);
    fixture_reopen(f, STORE_READ);
    assert_int_equal(count_trials(f, f->store), count + 1);
    MUST(store_check(f->store, err));
}

/* On a file system of 512 KiB, in a mount namespace of its own; runs in a child. */
static int fill_small_disk(const struct store_fixture *parent)
{
    struct store_fixture own = {0}, *f = &own;
    struct store_sweep sweep = fixture_sweep();
    struct sweep_error err = {0};
    char ballast[128];
    uint64_t count;

    if (unshare(CLONE_NEWNS) != 0 || mount("", "/", "", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", parent->directory, "tmpfs", 0, "size=512k") != 0)
        return 77;
    memcpy(own.path, parent->path, sizeof own.path);
    snprintf(ballast, sizeof ballast, "%s/ballast", parent->directory);
    write_file(ballast, (char[65536]){0}, 65536);
    own.space = fixture_space(&own.arena);
    own.store = store_create(own.path, &sweep, NULL, &err);
    if (!own.store)
        return 1;
    count = commit_until_full(f, &err);
    if (err.code != SWEEP_NO_SPACE || count < 3)
        return 2;
    unlink(ballast);
    commit_trial(f, count + 1); /* the same connection goes on */
    store_close(own.store);
    own.store = store_open(own.path, STORE_READ, &err);
    if (!own.store || count_trials(f, own.store) != count + 1 || !store_check(own.store, &err))
        return 3;
    store_close(own.store);
    arena_release(&own.arena);
    return 0;
}

static void test_a_full_disk_keeps_what_was_committed(void **state)
{
    struct store_fixture *f = *state;
    int code = run_child(fill_small_disk, f);

    if (code == 77) {
        print_message("a small file system cannot be mounted here: skipped\n");
        skip();
    }
    assert_int_equal(code, 0);
}

static void test_the_log_stays_small(void **state)
{
    struct store_fixture *f = *state;
    struct sweep_error *err = &f->error;
    struct store *reader;
    long largest = 0;
    uint64_t number = 0;
    static const unsigned char memo[SWEEP_MEMO_MAX];

    while (number < 1500) {
        struct sweep_trial trial = fixture_trial(f, ++number);

        trial.memo = memo;
        trial.memo_size = sizeof memo;
        assert_true(store_begin(f->store, err) &&
                    store_record_trial(f->store, f->space, &trial, err) &&
                    store_commit(f->store, err));
        largest = size_of(f, "-wal") > largest ? size_of(f, "-wal") : largest;
    }
    assert_true(size_of(f, "") > 5 * 1024 * 1024);
    assert_true(largest < 5 * 1024 * 1024);
    reader = store_open(f->path, STORE_READ, err); /* what it does not hinder is moved at close */
    assert_int_equal(count_trials(f, reader), number);
    store_close(f->store);
    f->store = reader;
    assert_true(size_of(f, "-wal") <= 0);
    assert_int_equal(count_trials(f, reader), number);
}

static void test_a_stranger_with_a_lock_is_named(void **state)
{
    struct store_fixture *f = *state;
    sqlite3 *stranger = NULL;

    assert_int_equal(sqlite3_open(f->path, &stranger), SQLITE_OK);
    assert_int_equal(sqlite3_exec(stranger, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_busy_timeout(f->store->db, 1);
    assert_false(store_begin(f->store, &f->error));
    assert_int_equal(f->error.code, SWEEP_BUSY);
    sqlite3_close(stranger);
    commit_trial(f, 1);
}

static void test_settings_are_those_of_a_durable_writer(void **state)
{
    static const struct {
        const char *pragma;
        const char *value;
    } rows[] = {
        {"journal_mode", "wal"}, {"synchronous", "2"},        {"foreign_keys", "1"},
        {"trusted_schema", "0"}, {"wal_autocheckpoint", "0"}, {"application_id", "1398231089"},
        {"user_version", "1"},
    };
    struct store_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        sqlite3_stmt *s = NULL;
        char text[64];

        snprintf(text, sizeof text, "PRAGMA %s", rows[i].pragma);
        assert_int_equal(sqlite3_prepare_v2(f->store->db, text, -1, &s, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(s, 0), rows[i].value);
        sqlite3_finalize(s);
    }
}

static void test_network_file_systems_are_known(void **state)
{
    static const struct {
        unsigned long magic;
        const char *name;
    } rows[] = {{0x6969, "NFS"},        {0xfe534d42, "SMB"}, {0x65735546, "FUSE"},
                {0x0bd00bd0, "Lustre"}, {0x01021997, "9p"},  {0xef53, NULL},
                {0x01021994, NULL},     {0x9123683e, NULL},  {0x58465342, NULL}};
    (void)state;

    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *name = place_unsafe_name(rows[i].magic);

        if (rows[i].name)
            assert_string_equal(name, rows[i].name);
        else
            assert_null(name);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_reader_beside_the_writer_sees_what_is_committed),
        CASE(test_a_reader_cannot_write),
        CASE(test_a_closed_sweep_is_one_file_and_can_be_read),
        CASE(test_a_read_only_directory_can_be_read),
        CASE(test_formats_that_are_not_ours_are_refused),
        CASE(test_files_that_are_no_databases_are_refused),
        CASE(test_what_an_interrupted_creation_left_is_no_obstacle),
        CASE(test_flipped_bytes_are_reported_and_never_crash),
        CASE(test_damage_is_found_when_a_killed_sweep_is_resumed),
        CASE(test_a_full_database_keeps_what_was_committed),
        CASE(test_a_full_disk_keeps_what_was_committed),
        CASE(test_the_log_stays_small),
        CASE(test_a_stranger_with_a_lock_is_named),
        CASE(test_settings_are_those_of_a_durable_writer),
        cmocka_unit_test(test_network_file_systems_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
