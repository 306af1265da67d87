/*
 * From kept output to reports. Whether a trial is finished by them is the engine's to say.
 */
#include "session/reread.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "metrics/wandb_runs.h"
#include "session/proposal.h"
#include "session/yield.h"
#include "sweep/mem.h"
#include "view/record/attempt_output.h"
#include "view/term/text.h"
#include "view/term/trial_text.h"

#define BLOCK_BYTES ((size_t)1 << 20)
#define WORDS_MAX   ((size_t)64 * 1024)

#define US_PER_MS 1000

/* One trial that is being read. */
struct reading {
    struct reread *reread;
    uint64_t trial;
    struct arena arena;
    struct store_attempts attempts;
    uint64_t arrival;  /* the last that was given out */
    uint64_t found;    /* numbers of the metric */
    struct strbuf why; /* what to say when there are none, of the last attempt */

    const struct store_attempt *attempt; /* that is being read */
    bool *is_wanted;                     /* [pattern_count] nothing was found for it yet */
    uint64_t sequence;
    struct sweep_error *err; /* of the store */
    bool has_failed;
};

/* --- one attempt ------------------------------------------------------------------------------ */

static bool has_reports(const struct store_reports *reports, uint32_t attempt, const char *name)
{
    for (size_t i = 0; i < reports->count; i++)
        if (reports->items[i].key.number == attempt && strcmp(reports->items[i].metric, name) == 0)
            return true;
    return false;
}

/* The journal may have had numbers that are not recorded: theirs are not used again. */
static bool find_wanted(struct reading *reading)
{
    const struct run_settings *run = reading->reread->run;
    struct store_reports reports;

    reading->sequence = reading->attempt->journal_sequence;
    if (!store_load_reports(reading->reread->store, &reading->arena, reading->trial, NULL, &reports,
                            reading->err))
        return false;
    for (size_t i = 0; i < run->pattern_count; i++)
        reading->is_wanted[i] =
            !has_reports(&reports, reading->attempt->identity.key.number, run->patterns[i].name);
    for (size_t i = 0; i < reports.count; i++)
        if (reports.items[i].key.number == reading->attempt->identity.key.number &&
            reports.items[i].sequence > reading->sequence)
            reading->sequence = reports.items[i].sequence;
    return true;
}

/* When it was printed nobody knows any more: by the end at the latest. */
static void take(void *context, const struct extractor_found *found)
{
    struct reading *reading = context;
    const struct run_settings *run = reading->reread->run;

    if (reading->has_failed || found->kind != EXTRACTOR_NUMBER ||
        !reading->is_wanted[found->pattern])
        return;
    const struct store_report report = {
        .key = reading->attempt->identity.key,
        .metric = run->patterns[found->pattern].name,
        .sequence = ++reading->sequence,
        .arrival = ++reading->arrival,
        .step = found->step,
        .elapsed_ms = reading->attempt->outcome.duration_us / US_PER_MS,
        .value = found->value,
    };
    reading->has_failed = !store_record_report(reading->reread->store, &report, reading->err);
    reading->found += found->pattern == run->objective_pattern;
}

static bool feed_all(struct yield *yield, struct attempt_output *output)
{
    char *block = sweep_alloc(BLOCK_BYTES);
    ssize_t got;

    while ((got = attempt_output_read(output, block, BLOCK_BYTES)) > 0)
        yield_feed(yield, block, (size_t)got);
    yield_end(yield);
    sweep_free(block);
    return got == 0;
}

/* Of a long output the middle is not there any more, and numbers in it are not found. */
static void append_dropped(const struct store_attempt *attempt, struct strbuf *out)
{
    if (attempt->outcome.output_dropped == 0)
        return;
    strbuf_append_text(out, "; ");
    trial_text_bytes(attempt->outcome.output_dropped, out);
    strbuf_append_text(out, " in the middle of the output were not kept");
}

/* An output that cannot be read yields nothing; that is no reason to end. */
static void read_output(struct reading *reading, struct yield *yield)
{
    struct attempt_output output;
    struct sweep_error reason = {0};
    bool is_read = attempt_output_open(&output, reading->reread->sweep_path,
                                       reading->attempt->identity.key, &reason);

    strbuf_reset(&reading->why);
    if (is_read && !feed_all(yield, &output))
        is_read = sweep_error_set_errno(&reason, SWEEP_IO, errno, "cannot read it");
    attempt_output_close(&output);
    if (is_read) {
        proposal_append_metric(yield, &reading->why);
        append_dropped(reading->attempt, &reading->why);
    } else {
        strbuf_append_text(&reading->why, "the output is not there: ");
        text_append_safe(&reading->why, strview_of(reason.message));
    }
}

/* What it gave to wandb.log(): before the output, which counts only for what is not there. */
static void read_runs(struct reading *reading, struct yield *yield)
{
    const struct attempt_identity *identity = &reading->attempt->identity;
    char trial[HANDSHAKE_NAME_MAX];
    char folder[HANDSHAKE_NAME_MAX];
    char run_id[HANDSHAKE_RUN_ID_MAX];
    struct wandb_number number;

    handshake_trial_directory(identity->key.trial, trial);
    handshake_file_name(HANDSHAKE_WANDB_RUNS, identity->key.number, folder);
    handshake_run_id(identity->token, run_id);
    const char *path =
        arena_printf(&reading->arena, "%s/trials/%s", reading->reread->sweep_path, trial);
    const struct wandb_runs_settings settings = {
        .dir_fd = sys_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0),
        .folder = folder,
        .run_id = run_id,
        .step_name = yield_step_name(reading->reread->run),
        .resumes = !reading->attempt->fresh,
    };
    struct wandb_runs *runs = wandb_runs_create(&settings);
    if (settings.dir_fd >= 0)
        wandb_runs_look(runs);
    while (wandb_runs_feed(runs))
        while (wandb_runs_next(runs, &number))
            yield_log(yield, &number);
    yield->rows = wandb_runs_rows(runs);
    wandb_runs_free(runs);
    sys_close(settings.dir_fd);
}

static bool read_attempt(struct reading *reading)
{
    struct yield yield;
    bool done = find_wanted(reading) && yield_init(&yield, reading->reread->run, reading->err);

    if (!done)
        return false;
    yield.taker.context = reading;
    yield.taker.take = take;
    read_runs(reading, &yield);
    read_output(reading, &yield);
    yield_release(&yield);
    return !reading->has_failed;
}

/* --- one trial -------------------------------------------------------------------------------- */

/* From the last one that began anew: what earlier ones reported does not count. */
static size_t first_attempt(const struct store_attempts *attempts)
{
    size_t first = 0;

    for (size_t i = 0; i < attempts->count; i++)
        if (attempts->items[i].fresh)
            first = i;
    return first;
}

static bool record_event(struct reading *reading)
{
    const struct attempt_key key = {.trial = reading->trial,
                                    .number = reading->attempt->identity.key.number};
    struct strbuf text;

    strbuf_init(&text, WORDS_MAX);
    strbuf_printf(&text, "%" PRIu64 " number%s of ", reading->found,
                  reading->found == 1 ? "" : "s");
    text_append_safe(&text, strview_of(reading->reread->run->objective_name));
    strbuf_append_text(&text, " found in the output of before");
    append_dropped(reading->attempt, &text);
    strbuf_printf(&reading->reread->words, "trial %" PRIu64 ": %s\n", reading->trial,
                  strbuf_text(&text));
    bool recorded = store_record_event(reading->reread->store, clock_wall_us(), key, "reread",
                                       strbuf_text(&text), reading->err);
    strbuf_release(&text);
    return recorded;
}

static bool read_attempts(struct reading *reading)
{
    for (size_t i = first_attempt(&reading->attempts); i < reading->attempts.count; i++) {
        reading->attempt = &reading->attempts.items[i];
        if (!read_attempt(reading))
            return false;
    }
    return true;
}

/* Captures alone are not kept: the trial is read again next time. */
static bool read_trial(struct reading *reading)
{
    struct store *store = reading->reread->store;

    if (!store_load_attempts(store, &reading->arena, reading->trial, &reading->attempts,
                             reading->err) ||
        !store_load_arrival(store, &reading->arrival, reading->err) ||
        !store_begin(store, reading->err))
        return false;
    bool done = read_attempts(reading);
    if (done && reading->found > 0)
        done = record_event(reading) && store_commit(store, reading->err);
    if (!done || reading->found == 0)
        store_rollback(store);
    if (done && reading->found == 0)
        strbuf_printf(&reading->reread->words, "trial %" PRIu64 ": %s\n", reading->trial,
                      strbuf_text(&reading->why));
    reading->reread->found += done && reading->found > 0;
    return done;
}

/* Whether it has reports of the metric already: an earlier reading was recorded, and its runner did
 * not live to finish the trial. */
static bool has_metric(struct reading *reading, bool *out)
{
    const struct run_settings *run = reading->reread->run;
    struct store_reports reports = {0};

    if (run->has_objective &&
        !store_load_reports(reading->reread->store, &reading->arena, reading->trial,
                            run->objective_name, &reports, reading->err))
        return false;
    *out = !run->has_objective || reports.count > 0;
    return true;
}

static bool read_held(struct reread *reread, uint64_t trial, struct sweep_error *err)
{
    struct reading reading = {.reread = reread, .trial = trial, .err = err};
    bool is_there = false;

    strbuf_init(&reading.why, WORDS_MAX);
    reading.is_wanted = sweep_alloc_array(reread->run->pattern_count, sizeof *reading.is_wanted);
    bool done = has_metric(&reading, &is_there);
    if (done && is_there)
        reread->found++;
    else
        done = done && read_trial(&reading);
    sweep_free(reading.is_wanted);
    strbuf_release(&reading.why);
    arena_release(&reading.arena);
    return done;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* Do something with each trial that waits for its metric. */
static bool for_each_held(struct reread *reread,
                          bool (*visit)(struct reread *, uint64_t, struct sweep_error *),
                          struct sweep_error *err)
{
    uint64_t trial = 0;

    strbuf_reset(&reread->words);
    reread->found = 0;
    do {
        if (!store_find_held(reread->store, trial, &trial, err) ||
            (trial > 0 && !visit(reread, trial, err)))
            return false;
    } while (trial > 0);
    return true;
}

void reread_init(struct reread *reread, struct store *store, const struct run_settings *run,
                 const char *sweep_path)
{
    *reread = (struct reread){.store = store, .run = run, .sweep_path = sweep_path};
    strbuf_init(&reread->words, WORDS_MAX);
}

void reread_release(struct reread *reread)
{
    strbuf_release(&reread->words);
}

bool reread_held(struct reread *reread, struct sweep_error *err)
{
    return for_each_held(reread, read_held, err);
}

static bool run_again(struct reread *reread, uint64_t trial, struct sweep_error *err)
{
    struct arena arena = {0};
    struct sweep_trial held;
    bool done = store_load_trial(reread->store, reread->run->space, &arena, trial, &held, err) &&
                store_begin(reread->store, err);

    if (done) {
        held.reason = SWEEP_REASON_NONE;
        held.reason_detail = 0;
        done = store_update_trial(reread->store, &held, err) && store_commit(reread->store, err);
        if (!done)
            store_rollback(reread->store);
    }
    arena_release(&arena);
    return done;
}

bool reread_run_again(struct reread *reread, struct sweep_error *err)
{
    return for_each_held(reread, run_again, err);
}
