/*
 * How fast the record is: statements, durable commits and the load of a large sweep, each beside
 * bare SQLite doing the least that one could do instead. Not a test: it never judges.
 *
 *     store [DIRECTORY]      default: a fresh one below /tmp; name one on the disk to be measured
 */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "space/space.h"
#include "store/store.h"
#include "sweep/mem.h"

#define COMMITS 500   /* each with the statements of one short trial */
#define TRIALS  10000 /* of the large sweep */
#define WIDTH   6

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool ok, const struct sweep_error *err)
{
    if (!ok) {
        fprintf(stderr, "bench_store: %s\n", err->message);
        exit(1);
    }
}

static struct sweep_space *make_space(struct arena *arena)
{
    static const struct sweep_value optimizers[] = {
        {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
        {.kind = SWEEP_VALUE_TEXT, .text = "adam"},
    };
    static const struct sweep_parameter parameters[WIDTH] = {
        {.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-5, .max = 1e-1},
        {.name = "batch", .distribution = SWEEP_INT_UNIFORM, .min = 16, .max = 256},
        {.name = "optimizer",
         .distribution = SWEEP_CATEGORICAL,
         .choices = optimizers,
         .choice_count = 2},
        {.name = "momentum", .distribution = SWEEP_UNIFORM, .min = 0, .max = 0.99},
        {.name = "hidden", .distribution = SWEEP_INT_LOG, .min = 8, .max = 1024},
        {.name = "decay", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-8, .max = 1e-2},
    };
    struct sweep_error err = {0};
    struct sweep_space *space = space_create(arena, parameters, WIDTH, &err);

    must(space != NULL, &err);
    return space;
}

/* All that is recorded of one short trial over its life: 7 statements. */
static bool record_life(struct store *store, const struct sweep_space *space, uint64_t number,
                        struct sweep_error *err)
{
    struct sweep_value params[WIDTH];
    struct sweep_trial trial = {
        .number = number, .params = params, .value = NAN, .last = NAN, .step = SWEEP_STEP_NONE};
    struct attempt_identity identity = {.key = {number, 1}, .pid = 1, .pid_start = number};
    struct attempt_outcome outcome = {.end = ATTEMPT_EXITED, .duration_us = 1234567};
    struct store_report report = {.key = {number, 1},
                                  .metric = "val_acc",
                                  .sequence = 1,
                                  .arrival = 3 * number,
                                  .step = 1,
                                  .value = 1.0 / (double)number};

    for (size_t i = 0; i < WIDTH; i++)
        params[i] = sweep_parameter_draw(
            sweep_space_parameter(space, i),
            (double)((number * WIDTH + i) * UINT64_C(0x9e3779b97f4a7c15) >> 11) * 0x1p-53);
    snprintf(identity.token, sizeof identity.token, "%032llx", (unsigned long long)number);
    snprintf(identity.boot_id, sizeof identity.boot_id, "cc2bf6f4-b0cd-4ae0-9a70-5d81d38d3aa1");
    if (!store_record_trial(store, space, &trial, err) ||
        !store_record_attempt(store, &identity, 1764000000000000, true, err))
        return false;
    trial.state = SWEEP_TRIAL_RUNNING;
    if (!store_update_trial(store, &trial, err) || !store_record_report(store, &report, err) ||
        !store_record_offset(store, identity.key, 88, 1, err) ||
        !store_record_outcome(store, identity.key, &outcome, 3 * number + 1, err))
        return false;
    trial.state = SWEEP_TRIAL_COMPLETE;
    trial.objective = SWEEP_OBJECTIVE_FINITE;
    trial.value = report.value;
    trial.arrival = 3 * number + 2;
    return store_update_trial(store, &trial, err);
}

#define LIFE 7 /* statements of record_life() */

/* Seconds for COMMITS transactions of one row each by bare SQLite, with the same settings. */
static double bare_commits(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    double start;

    sqlite3_open(path, &db);
    sqlite3_exec(db,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                 "CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT, y REAL)",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO t(x, y) VALUES('some text of a trial', 0.5)", -1, &s, NULL);
    start = now();
    for (int i = 0; i < COMMITS; i++) {
        sqlite3_step(s);
        sqlite3_reset(s);
    }
    double took = now() - start;

    sqlite3_finalize(s);
    sqlite3_close(db);
    return took;
}

/* Seconds for `count` inserts in one transaction by bare SQLite. */
static double bare_inserts(const char *path, int count)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    double start;

    sqlite3_open(path, &db);
    sqlite3_prepare_v2(db, "INSERT INTO t(x, y) VALUES('some text of a trial', 0.5)", -1, &s, NULL);
    start = now();
    sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    for (int i = 0; i < count; i++) {
        sqlite3_step(s);
        sqlite3_reset(s);
    }
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    double took = now() - start;

    sqlite3_finalize(s);
    sqlite3_close(db);
    return took;
}

/* Seconds to step over all columns of all trials by bare SQLite, without making anything of it. */
static double bare_scan(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    double start = now();
    size_t bytes = 0;

    sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
    sqlite3_prepare_v2(db, "SELECT * FROM trial ORDER BY number", -1, &s, NULL);
    while (sqlite3_step(s) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(s); i++)
            bytes += (size_t)sqlite3_column_bytes(s, i);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return bytes ? now() - start : 0;
}

static void bench_writing(struct store *store, const struct sweep_space *space, const char *bare)
{
    struct sweep_error err = {0};
    double bare_commit = bare_commits(bare), start = now(), took;

    for (uint64_t i = 1; i <= COMMITS; i++)
        must(store_begin(store, &err) && record_life(store, space, i, &err) &&
                 store_commit(store, &err),
             &err);
    took = now() - start;
    printf("commits of a whole trial   %8.0f/s  %6.0f us each  %.2f times bare SQLite's one row\n",
           COMMITS / took, took / COMMITS * 1e6, took / bare_commit);

    start = now();
    must(store_begin(store, &err), &err);
    for (uint64_t i = COMMITS + 1; i <= TRIALS; i++)
        must(record_life(store, space, i, &err), &err);
    must(store_commit(store, &err), &err);
    took = now() - start;

    int count = LIFE * (TRIALS - COMMITS);

    printf("statements in one commit   %8.0f/s  %6.1f us each  %.2f times bare SQLite's inserts\n",
           count / took, took / count * 1e6, took / bare_inserts(bare, count));
}

static void bench_loading(const char *path, const struct sweep_space *space)
{
    struct sweep_error err = {0};
    struct arena arena = {0};
    struct store_trials trials;
    struct store_attempts live;
    uint64_t arrival;
    double bare = bare_scan(path), start = now(), opened, loaded, all;
    struct store *store = store_open(path, STORE_WRITE, &err);

    must(store != NULL, &err);
    opened = now() - start;
    must(store_load_trials(store, space, &arena, false, &trials, &err), &err);
    loaded = now() - start - opened;
    must(store_load_attempts(store, &arena, 0, &live, &err) &&
             store_load_arrival(store, &arrival, &err),
         &err);
    all = now() - start;
    printf("open %.1f ms; load %zu trials %.1f ms, %.2f times a bare scan; all a resume reads "
           "%.1f ms\n",
           opened * 1e3, trials.count, loaded * 1e3, loaded / bare, all * 1e3);
    arena_release(&arena);
    store_close(store);
}

int main(int argc, char **argv)
{
    static const char *const leftovers[] = {"sweep.db", "bare.db"};
    char fresh[] = "/tmp/bench-store-XXXXXX", path[4096], bare[4096];
    const char *directory = argc > 1 ? argv[1] : mkdtemp(fresh);
    struct store_sweep sweep = {.name = "bench",
                                .uuid = "6f1c7d0e-93a4-4b1e-8d51-2f0b7c9ae413",
                                .method = "random",
                                .workdir = "/",
                                .state = "running",
                                .objective = "val_acc"};
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct rusage usage;

    snprintf(path, sizeof path, "%s/sweep.db", directory);
    snprintf(bare, sizeof bare, "%s/bare.db", directory);

    double start = now();
    struct store *store = store_create(path, &sweep, NULL, &err);

    must(store != NULL, &err);
    printf("create %.1f ms\n", (now() - start) * 1e3);

    struct sweep_space *space = make_space(&arena);

    bench_writing(store, space, bare);
    start = now();
    store_close(store);
    printf("close %.1f ms\n", (now() - start) * 1e3);
    bench_loading(path, space);
    getrusage(RUSAGE_SELF, &usage);
    printf("peak memory %ld KiB\n", usage.ru_maxrss);
    for (size_t i = 0; i < ARRAY_LENGTH(leftovers); i++) {
        snprintf(path, sizeof path, "%s/%s", directory, leftovers[i]);
        unlink(path);
    }
    rmdir(argc > 1 ? "" : directory);
    arena_release(&arena);
    return 0;
}
