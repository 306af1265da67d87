/*
 * Finding numbers and appending them to the journal. Not for keeping the output itself, nor for
 * deciding between output and wandb (choice.c).
 */
#include "shim/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/array.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "journal/journal.h"
#include "sweep/mem.h"
#include "sweep/trial.h"

#define SYNC_MS     1000 /* how old a number may become before it is durable */
#define RETRY_MS    1000
#define PENDING_MAX (4 * 1024 * 1024)
#define BATCH_MAX   (256 * 1024)
#define RECORD_MAX  256 /* more than any formatted record */

/* Wandb's files are looked at after this part of the time for which nothing new was there, within
 * limits: a number is late by so much at most. */
#define LOOK_PART   10
#define LOOK_MIN_MS 50
#define LOOK_MAX_MS 2000

/* Pieces of wandb's files in one turn: the output is not to wait for more. */
#define LOOK_PIECES 16

/* Told to a trial that goes on from a checkpoint. */
#define RESUMES "SWEEP_RESUME=1"

static bool has_entry(char *const *list, const char *entry)
{
    while (list != NULL && *list != NULL && strcmp(*list, entry) != 0)
        list++;
    return list != NULL && *list != NULL;
}

/* Where nothing is looked for by its name there is nothing to look for in wandb's files. */
static void open_runs(struct recorder *recorder, int dir_fd)
{
    const struct spec *spec = recorder->spec;
    size_t named = 0;
    for (size_t i = 0; i < spec->pattern_count; i++)
        named += spec->patterns[i].pattern == NULL;
    if (named == 0)
        return;
    handshake_file_name(HANDSHAKE_WANDB_RUNS, spec->key.number, recorder->folder);
    handshake_run_id(spec->token, recorder->run_id);
    const struct wandb_runs_settings settings = {
        .dir_fd = dir_fd,
        .folder = recorder->folder,
        .run_id = recorder->run_id,
        .step_name = spec->step_pattern >= 0 ? spec->patterns[spec->step_pattern].name : NULL,
        .resumes = has_entry(spec->envp, RESUMES),
    };
    recorder->runs = wandb_runs_create(&settings);
}

bool recorder_open(struct recorder *recorder, int dir_fd, const struct spec *spec,
                   struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    struct stat status;
    *recorder =
        (struct recorder){.spec = spec, .fd = -1, .dirty_ms = INT64_MAX, .retry_ms = INT64_MIN};
    recorder->look_ms = INT64_MAX;
    strbuf_init(&recorder->pending, PENDING_MAX);
    choice_init(&recorder->choice, spec);
    recorder->series = sweep_alloc_array(spec->pattern_count, sizeof *recorder->series);
    open_runs(recorder, dir_fd);
    handshake_file_name(HANDSHAKE_JOURNAL, spec->key.number, name);
    recorder->fd = sys_open(dir_fd, name, O_WRONLY | O_CREAT | O_NOCTTY, 0600);
    if (recorder->fd < 0 || fstat(recorder->fd, &status) < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open the journal");
    if (status.st_size > 0)
        return sweep_error_set(err, SWEEP_BUSY, "this attempt has been executed before");
    return true;
}

void recorder_start(struct recorder *recorder, int64_t now_ms)
{
    recorder->started_ms = now_ms;
    recorder->changed_ms = now_ms;
    if (recorder->runs != NULL)
        recorder->look_ms = now_ms + LOOK_MIN_MS;
}

/* Compiled only now: most of the time of a command that prints nothing would go into it. */
static bool prepare(struct recorder *recorder, struct sweep_error *err)
{
    const struct spec *spec = recorder->spec;
    if (recorder->extractor || recorder->is_blind || spec->pattern_count == 0)
        return true;
    struct extractor_pattern *patterns = sweep_alloc_array(spec->pattern_count, sizeof *patterns);
    for (size_t i = 0; i < spec->pattern_count; i++)
        patterns[i] = (struct extractor_pattern){.name = spec->patterns[i].name,
                                                 .pattern = spec->patterns[i].pattern};
    recorder->extractor = extractor_create(patterns, spec->pattern_count, err);
    sweep_free(patterns);
    if (recorder->extractor)
        extractor_set_step(recorder->extractor, spec->step_pattern);
    recorder->is_blind = recorder->extractor == NULL;
    return !recorder->is_blind;
}

static enum journal_kind kind_of(enum extractor_kind kind)
{
    switch (kind) {
    case EXTRACTOR_NUMBER:
        return JOURNAL_NUMBER;
    case EXTRACTOR_NOT_A_NUMBER:
        return JOURNAL_NOT_A_NUMBER;
    case EXTRACTOR_TOO_LARGE:
        return JOURNAL_TOO_LARGE;
    case EXTRACTOR_SWITCHED_OFF:
        return JOURNAL_SWITCHED_OFF;
    }
    return JOURNAL_NOT_A_NUMBER;
}

/* @param record  its sequence is given here */
static void append_record(void *context, const struct journal_record *record)
{
    struct recorder *recorder = context;
    struct journal_record numbered = *record;
    numbered.sequence = ++recorder->sequence;
    if (recorder->size == 0 && recorder->pending.size == 0)
        journal_format_header(&recorder->pending);
    if (recorder->pending.size + RECORD_MAX > recorder->pending.maximum) {
        recorder->lost++;
        return;
    }
    journal_format(&numbered, &recorder->pending);
    recorder->pending_count++;
}

static struct journal_record make_record(const struct recorder *recorder,
                                         const struct extractor_found *found, int64_t now_ms)
{
    struct journal_record record = {.kind = kind_of(found->kind),
                                    .pattern = (uint32_t)found->pattern,
                                    .step = found->step,
                                    .elapsed_ms = now_ms - recorder->started_ms,
                                    .value = found->kind == EXTRACTOR_NUMBER ? found->value : 0};
    if (found->kind != EXTRACTOR_NUMBER) {
        size_t size = found->text.size < JOURNAL_TEXT_MAX ? found->text.size : JOURNAL_TEXT_MAX;
        memcpy(record.text, found->text.data, size);
    }
    return record;
}

static bool write_pending(struct recorder *recorder, int64_t now_ms)
{
    struct strbuf *pending = &recorder->pending;
    if (pending->size == 0)
        return true;
    if (!sys_pwrite(recorder->fd, pending->data, pending->size, (off_t)recorder->size)) {
        recorder->retry_ms = now_ms + RETRY_MS;
        return false;
    }
    recorder->retry_ms = INT64_MIN;
    recorder->size += pending->size;
    recorder->pending_count = 0;
    strbuf_reset(pending);
    if (recorder->dirty_ms == INT64_MAX)
        recorder->dirty_ms = now_ms;
    return true;
}

void recorder_sync(struct recorder *recorder)
{
    recorder->dirty_ms = INT64_MAX;
    if (recorder->synced == recorder->size || recorder->sync_failed)
        return;
    if (sys_fdatasync(recorder->fd))
        recorder->synced = recorder->size;
    else
        recorder->sync_failed = true;
}

static void write_full_batch(struct recorder *recorder, int64_t now_ms)
{
    if (recorder->pending.size >= BATCH_MAX && now_ms >= recorder->retry_ms)
        (void)write_pending(recorder, now_ms);
}

/* Append what was held back for long enough. */
static void settle(struct recorder *recorder, int64_t now_ms)
{
    if (recorder->choice.held_count > 0 && choice_deadline(&recorder->choice) <= now_ms)
        choice_settle(&recorder->choice, now_ms, append_record, recorder);
}

/* Whether a run was open when this piece of the output was read: asked once a piece, and only where
 * it matters. */
static bool has_run(struct recorder *recorder, size_t pattern)
{
    if (recorder->runs == NULL || !choice_is_open(&recorder->choice, pattern))
        return false;
    if (!recorder->has_looked) {
        recorder->has_looked = true;
        recorder->has_run = wandb_runs_exist(recorder->runs);
    }
    return recorder->has_run;
}

static void take_output(struct recorder *recorder, const struct extractor_found *found,
                        int64_t now_ms)
{
    const struct journal_record record = make_record(recorder, found, now_ms);
    if (found->kind == EXTRACTOR_NUMBER)
        recorder->series[found->pattern].is_shown = true;
    if (choice_judge(&recorder->choice, &record, has_run(recorder, found->pattern), now_ms))
        append_record(recorder, &record);
    settle(recorder, now_ms);
}

static void take_found(struct recorder *recorder, int64_t now_ms)
{
    struct extractor_found found;
    recorder->has_looked = false;
    while (recorder->extractor && extractor_next(recorder->extractor, &found)) {
        take_output(recorder, &found, now_ms);
        write_full_batch(recorder, now_ms);
    }
}

bool recorder_feed(struct recorder *recorder, const void *data, size_t size, int64_t now_ms,
                   struct sweep_error *err)
{
    if (!prepare(recorder, err))
        return false;
    if (recorder->extractor)
        extractor_feed(recorder->extractor, data, size);
    take_found(recorder, now_ms);
    return true;
}

/* --- wandb ---------------------------------------------------------------------------------- */

static void take_wandb(struct recorder *recorder, size_t pattern, const struct wandb_number *number,
                       int64_t now_ms)
{
    struct recorder_series *series = &recorder->series[pattern];
    if (number->is_summary) {
        series->has_summary = true;
        series->summary = number->value;
        return;
    }
    if (!choice_take_wandb(&recorder->choice, pattern))
        return;
    const struct journal_record record = {.kind = JOURNAL_NUMBER,
                                          .pattern = (uint32_t)pattern,
                                          .step = number->step,
                                          .elapsed_ms = now_ms - recorder->started_ms,
                                          .value = number->value};
    series->is_shown = true;
    append_record(recorder, &record);
}

/* Take one piece of a file. @return whether there was one */
static bool read_piece(struct recorder *recorder, int64_t now_ms)
{
    const struct spec *spec = recorder->spec;
    struct wandb_number number;
    if (!wandb_runs_feed(recorder->runs))
        return false;
    while (wandb_runs_next(recorder->runs, &number))
        for (size_t i = 0; i < spec->pattern_count; i++)
            if (spec->patterns[i].pattern == NULL &&
                strview_is(number.name, spec->patterns[i].name))
                take_wandb(recorder, i, &number, now_ms);
    write_full_batch(recorder, now_ms);
    return true;
}

static int64_t next_look(const struct recorder *recorder, int64_t now_ms)
{
    int64_t wait_ms = (now_ms - recorder->changed_ms) / LOOK_PART;
    if (wait_ms < LOOK_MIN_MS)
        wait_ms = LOOK_MIN_MS;
    return now_ms + (wait_ms < LOOK_MAX_MS ? wait_ms : LOOK_MAX_MS);
}

bool recorder_look(struct recorder *recorder, int64_t now_ms)
{
    if (now_ms < recorder->look_ms)
        return false;
    uint64_t rows = wandb_runs_rows(recorder->runs);
    size_t pieces = 0;
    wandb_runs_look(recorder->runs);
    while (pieces < LOOK_PIECES && read_piece(recorder, now_ms))
        pieces++;
    if (pieces > 0)
        recorder->changed_ms = now_ms;
    recorder->look_ms = pieces < LOOK_PIECES ? next_look(recorder, now_ms) : now_ms;
    return wandb_runs_rows(recorder->runs) > rows;
}

uint64_t recorder_damaged(const struct recorder *recorder)
{
    return recorder->runs != NULL ? wandb_runs_damaged(recorder->runs) : 0;
}

static void take_summaries(struct recorder *recorder, int64_t now_ms)
{
    for (size_t i = 0; i < recorder->spec->pattern_count; i++) {
        const struct recorder_series *series = &recorder->series[i];
        const struct journal_record record = {.kind = JOURNAL_NUMBER,
                                              .pattern = (uint32_t)i,
                                              .step = SWEEP_STEP_NONE,
                                              .elapsed_ms = now_ms - recorder->started_ms,
                                              .value = series->summary};
        if (series->has_summary && !series->is_shown)
            append_record(recorder, &record);
    }
}

void recorder_end(struct recorder *recorder, int64_t now_ms)
{
    if (recorder->extractor)
        extractor_end(recorder->extractor);
    take_found(recorder, now_ms);
    if (recorder->runs != NULL) {
        wandb_runs_look(recorder->runs);
        while (read_piece(recorder, now_ms))
            continue;
    }
    choice_end(&recorder->choice);
    choice_settle(&recorder->choice, now_ms, append_record, recorder);
    take_summaries(recorder, now_ms);
    recorder->look_ms = INT64_MAX;
}

/* --- the journal ---------------------------------------------------------------------------- */

void recorder_write(struct recorder *recorder, int64_t now_ms)
{
    settle(recorder, now_ms);
    if (now_ms >= recorder->retry_ms)
        (void)write_pending(recorder, now_ms);
    if (recorder->dirty_ms != INT64_MAX && now_ms >= recorder->dirty_ms + SYNC_MS)
        recorder_sync(recorder);
}

bool recorder_flush(struct recorder *recorder, int64_t now_ms)
{
    return write_pending(recorder, now_ms);
}

static int64_t journal_deadline(const struct recorder *recorder)
{
    int64_t sync_ms = recorder->dirty_ms == INT64_MAX ? INT64_MAX : recorder->dirty_ms + SYNC_MS;
    if (recorder->pending.size > 0 && recorder->retry_ms < sync_ms)
        return recorder->retry_ms;
    return sync_ms;
}

int64_t recorder_deadline(const struct recorder *recorder)
{
    const int64_t deadlines[] = {journal_deadline(recorder), choice_deadline(&recorder->choice),
                                 recorder->look_ms};
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < ARRAY_LENGTH(deadlines); i++)
        if (deadlines[i] < first_ms)
            first_ms = deadlines[i];
    return first_ms;
}

void recorder_abandon(struct recorder *recorder)
{
    recorder->lost += recorder->pending_count;
    recorder->pending_count = 0;
    strbuf_reset(&recorder->pending);
}

void recorder_close(struct recorder *recorder)
{
    extractor_free(recorder->extractor);
    wandb_runs_free(recorder->runs);
    choice_release(&recorder->choice);
    sweep_free(recorder->series);
    strbuf_release(&recorder->pending);
    sys_close(recorder->fd);
    recorder->extractor = NULL;
    recorder->runs = NULL;
    recorder->series = NULL;
    recorder->fd = -1;
}
