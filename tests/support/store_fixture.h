/*
 * A fresh directory with a new sweep.db in it, and trials to put there.
 *
 *     struct store_fixture f;
 *     fixture_open(&f);
 *     ...
 *     fixture_close(&f);
 *
 * Every failure of the store ends the test with the store's own message.
 */
#ifndef SWEEP_TESTS_STORE_FIXTURE_H
#define SWEEP_TESTS_STORE_FIXTURE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "space/space.h"
#include "store/store.h"
#include "sweep/mem.h"

#define FIXTURE_WIDTH 6
#define FIXTURE_UUID  "6f1c7d0e-93a4-4b1e-8d51-2f0b7c9ae413"

/* What the store says when it should not fail. */
#define MUST(call)                                   \
    do {                                             \
        struct sweep_error *err = &f->error;         \
        if (!(call))                                 \
            fail_msg("%s: %s", #call, err->message); \
    } while (0)

struct store_fixture {
    char directory[64];
    char path[96];
    struct arena arena;
    struct sweep_space *space;
    struct store *store;
    struct sweep_error error;
};

static inline struct sweep_space *fixture_space(struct arena *arena)
{
    static const struct sweep_value optimizers[] = {
        {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
        {.kind = SWEEP_VALUE_TEXT, .text = "adam"},
        {.kind = SWEEP_VALUE_TEXT, .text = "na\xc3\xafve \"quoted\"\n"}};
    static const struct sweep_value depths[] = {
        {.kind = SWEEP_VALUE_INT, .integer = 2, .text = "2"},
        {.kind = SWEEP_VALUE_INT, .integer = 8, .text = "8"},
        {.kind = SWEEP_VALUE_NULL, .text = "null"}};
    static const struct sweep_parameter parameters[FIXTURE_WIDTH] = {
        {.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-5, .max = 1e-1},
        {.name = "batch", .distribution = SWEEP_INT_UNIFORM, .min = 16, .max = 256},
        {.name = "optimizer",
         .distribution = SWEEP_CATEGORICAL,
         .choices = optimizers,
         .choice_count = ARRAY_LENGTH(optimizers)},
        {.name = "depth",
         .distribution = SWEEP_CATEGORICAL,
         .choices = depths,
         .choice_count = ARRAY_LENGTH(depths)},
        {.name = "momentum", .distribution = SWEEP_UNIFORM, .min = 0, .max = 0.99},
        {.name = "weight.decay", .distribution = SWEEP_UNIFORM, .min = -1, .max = 1}};
    struct sweep_error err = {0};
    struct sweep_space *space = space_create(arena, parameters, ARRAY_LENGTH(parameters), &err);

    if (!space)
        fail_msg("%s", err.message);
    return space;
}

/* Values that no two trials share and that no default would give. */
static inline struct sweep_trial fixture_trial(struct store_fixture *f, uint64_t number)
{
    struct sweep_value *params = arena_alloc_array(&f->arena, FIXTURE_WIDTH, sizeof *params);

    for (size_t i = 0; i < FIXTURE_WIDTH; i++) {
        uint64_t mixed = (number * 6 + i) * UINT64_C(0x9e3779b97f4a7c15);

        params[i] = sweep_parameter_draw(sweep_space_parameter(f->space, i),
                                         (double)(mixed >> 11) * 0x1p-53);
    }
    return (struct sweep_trial){.number = number,
                                .params = params,
                                .value = NAN,
                                .step = SWEEP_STEP_NONE,
                                .last = NAN,
                                .created_us = 1764000000123456 + (int64_t)number,
                                .seen = number / 2};
}

static inline struct store_sweep fixture_sweep(void)
{
    static const char yaml[] = "command: x\n\0\xff\xfe binary is kept";

    return (struct store_sweep){.name = "digits \"7\"",
                                .uuid = FIXTURE_UUID,
                                .yaml = {yaml, sizeof yaml - 1},
                                .seed = UINT64_C(0xfedcba9876543210),
                                .maximize = true,
                                .objective = "val_acc",
                                .method = "random",
                                .workdir = "/home/somebody/with space",
                                .created_us = 1764000000000001,
                                .running_us = 12345,
                                .state = "running",
                                .note = ""};
}

static inline void fixture_open(struct store_fixture *f)
{
    struct store_sweep sweep = fixture_sweep();

    memset(f, 0, sizeof *f);
    snprintf(f->directory, sizeof f->directory, "/tmp/sweep-store-XXXXXX");
    if (!mkdtemp(f->directory))
        fail_msg("no temporary directory");
    snprintf(f->path, sizeof f->path, "%s/sweep.db", f->directory);
    f->space = fixture_space(&f->arena);
    f->store = store_create(f->path, &sweep, NULL, &f->error);
    if (!f->store)
        fail_msg("%s", f->error.message);
}

/* Close and open again, as a new runner would. */
static inline void fixture_reopen(struct store_fixture *f, enum store_access access)
{
    store_close(f->store);
    f->store = store_open(f->path, access, &f->error);
    if (!f->store)
        fail_msg("%s", f->error.message);
}

static inline void fixture_close(struct store_fixture *f)
{
    static const char *const names[] = {"sweep.db", "sweep.db-wal", "sweep.db-shm", "sweep.db.tmp"};
    char name[128];

    store_close(f->store);
    arena_release(&f->arena);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        snprintf(name, sizeof name, "%s/%s", f->directory, names[i]);
        unlink(name);
    }
    if (rmdir(f->directory) != 0)
        fail_msg("'%s' has files that the store should not have made", f->directory);
}

/* Record trial `number`, which must be the next, and its first attempt, live. */
static inline struct sweep_trial fixture_start(struct store_fixture *f, uint64_t number)
{
    struct sweep_trial trial = fixture_trial(f, number);
    struct attempt_identity identity = {
        .key = {number, 1}, .pid = 4000000 - (int32_t)number, .pid_start = UINT64_MAX - number};

    snprintf(identity.token, sizeof identity.token, "%032llx",
             (unsigned long long)(number * UINT64_C(0xc2b2ae3d27d4eb4f)));
    snprintf(identity.boot_id, sizeof identity.boot_id, "cc2bf6f4-b0cd-4ae0-9a70-5d81d38d3aa1");
    trial.state = SWEEP_TRIAL_RUNNING;
    trial.attempts = 1;
    trial.started_us = trial.created_us + 77;
    MUST(store_record_trial(f->store, f->space, &trial, err));
    MUST(store_record_attempt(f->store, &identity, trial.started_us, true, err));
    return trial;
}

#endif
