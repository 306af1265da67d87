/*
 * Makes a sweep of many finished trials, without running any: what tests/bench/views.sh reads.
 *
 *     bench_fill DIRECTORY TRIALS < space.yaml
 *
 * Each trial has one attempt and two epochs, each with the metric and two captured numbers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/config.h"
#include "store/store.h"
#include "sweep/rng.h"

#define BATCH 1000 /* trials in a transaction */

struct filler {
    struct arena arena;
    struct store *store;
    const struct config *config;
    struct sweep_rng rng;
    uint64_t arrival;
    struct sweep_error err;
};

static void must(const struct filler *f, bool done)
{
    if (done)
        return;
    fprintf(stderr, "bench_fill: %s\n", f->err.message);
    exit(1);
}

static void report(struct filler *f, struct attempt_key key, uint64_t sequence, const char *metric,
                   double value)
{
    struct store_report report = {.key = key,
                                  .metric = metric,
                                  .sequence = sequence,
                                  .arrival = ++f->arrival,
                                  .step = (int64_t)(sequence + 2) / 3,
                                  .elapsed_ms = (int64_t)sequence * 10,
                                  .value = value};
    must(f, store_record_report(f->store, &report, &f->err));
}

static void record_attempt(struct filler *f, struct sweep_trial *trial)
{
    struct attempt_identity identity = {
        .key = {trial->number, 1}, .boot_id = "x", .pid = 1, .pid_start = 1};
    struct attempt_outcome outcome = {.end = ATTEMPT_EXITED, .started_us = 1, .ended_us = 2};
    (void)snprintf(identity.token, sizeof identity.token, "%032llu",
                   (unsigned long long)trial->number);
    must(f, store_record_attempt(f->store, &identity, 1, true, &f->err));
    for (uint64_t epoch = 0; epoch < 2; epoch++) {
        report(f, identity.key, epoch * 3 + 1, "epoch", (double)epoch + 1);
        report(f, identity.key, epoch * 3 + 2, "val_loss", sweep_rng_uniform(&f->rng));
        report(f, identity.key, epoch * 3 + 3, "val_acc", trial->value - (double)epoch);
    }
    must(f, store_record_outcome(f->store, identity.key, &outcome, ++f->arrival, &f->err));
}

static void record(struct filler *f, uint64_t number)
{
    size_t width = sweep_space_count(f->config->space);
    struct sweep_value *params = arena_alloc_array(&f->arena, width, sizeof *params);
    for (size_t i = 0; i < width; i++)
        params[i] = sweep_parameter_draw(sweep_space_parameter(f->config->space, i),
                                         sweep_rng_uniform(&f->rng));
    struct sweep_trial trial = {.number = number, .params = params, .created_us = 1};
    trial.value = sweep_rng_uniform(&f->rng);
    must(f, store_record_trial(f->store, f->config->space, &trial, &f->err));
    record_attempt(f, &trial);
    bool failed = number % 10 == 0;
    trial.state = failed ? SWEEP_TRIAL_FAILED : SWEEP_TRIAL_COMPLETE;
    trial.reason = failed ? SWEEP_REASON_EXIT_CODE : SWEEP_REASON_NONE;
    trial.reason_detail = failed;
    trial.attempts = 1;
    trial.objective = SWEEP_OBJECTIVE_FINITE;
    trial.step = 1;
    trial.last = trial.value - 1;
    trial.started_us = 1764000000000000 + (int64_t)number;
    trial.finished_us = trial.started_us + 1000000;
    trial.duration_us = 1000000;
    trial.arrival = ++f->arrival;
    must(f, store_update_trial(f->store, &trial, &f->err));
}

static void create(struct filler *f, const char *directory, const struct strbuf *yaml)
{
    struct diagnostics diagnostics = {0};
    f->config =
        config_load(&f->arena, "space.yaml", strbuf_view(yaml), CONFIG_NEEDS_COMMAND, &diagnostics);
    if (f->config == NULL)
        exit(2);
    struct store_sweep sweep = {.name = f->config->name,
                                .uuid = "6f1c7d0e-93a4-4b1e-8d51-2f0b7c9ae413",
                                .yaml = strbuf_view(yaml),
                                .seed = 7,
                                .maximize = true,
                                .objective = f->config->metric.name,
                                .method = "random",
                                .workdir = "/",
                                .created_us = 1,
                                .state = "finished",
                                .note = ""};
    must(f, file_make_directories(directory, 0700, &f->err));
    f->store =
        store_create(arena_printf(&f->arena, "%s/sweep.db", directory), &sweep, NULL, &f->err);
    must(f, f->store != NULL);
    diagnostics_release(&diagnostics);
}

int main(int argc, char **argv)
{
    static char bytes[CONFIG_SIZE_MAX];
    struct filler f = {0};
    struct strbuf yaml;
    if (argc != 3)
        return 2;
    strbuf_init(&yaml, CONFIG_SIZE_MAX);
    strbuf_append(&yaml, bytes, fread(bytes, 1, sizeof bytes, stdin));
    create(&f, argv[1], &yaml);
    sweep_rng_init(&f.rng, 7, 0);
    uint64_t trials = strtoull(argv[2], NULL, 10);
    for (uint64_t number = 1; number <= trials; number++) {
        if (number % BATCH == 1)
            must(&f, store_begin(f.store, &f.err));
        record(&f, number);
        if (number % BATCH == 0 || number == trials)
            must(&f, store_commit(f.store, &f.err));
    }
    store_close(f.store);
    strbuf_release(&yaml);
    arena_release(&f.arena);
    return 0;
}
