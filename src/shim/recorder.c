/*
 * Finding numbers in output and appending them to the journal. Not for keeping the output itself.
 */
#include "shim/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/sys.h"
#include "journal/handshake.h"
#include "journal/journal.h"
#include "sweep/mem.h"

#define SYNC_MS     1000 /* how old a number may become before it is durable */
#define RETRY_MS    1000
#define PENDING_MAX (4 * 1024 * 1024)
#define BATCH_MAX   (256 * 1024)
#define RECORD_MAX  256 /* more than any formatted record */

bool recorder_open(struct recorder *recorder, int dir_fd, const struct spec *spec,
                   struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    struct stat status;
    *recorder =
        (struct recorder){.spec = spec, .fd = -1, .dirty_ms = INT64_MAX, .retry_ms = INT64_MIN};
    strbuf_init(&recorder->pending, PENDING_MAX);
    handshake_file_name(HANDSHAKE_JOURNAL, spec->key.number, name);
    recorder->fd = sys_open(dir_fd, name, O_WRONLY | O_CREAT | O_NOCTTY, 0600);
    if (recorder->fd < 0 || fstat(recorder->fd, &status) < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open the journal");
    if (status.st_size > 0)
        return sweep_error_set(err, SWEEP_BUSY, "this attempt has been executed before");
    return true;
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

static void append_record(struct recorder *recorder, const struct extractor_found *found,
                          int64_t now_ms)
{
    struct journal_record record = {.kind = kind_of(found->kind),
                                    .pattern = (uint32_t)found->pattern,
                                    .sequence = ++recorder->sequence,
                                    .step = found->step,
                                    .elapsed_ms = now_ms - recorder->started_ms,
                                    .value = found->kind == EXTRACTOR_NUMBER ? found->value : 0};
    if (found->kind != EXTRACTOR_NUMBER) {
        size_t size = found->text.size < JOURNAL_TEXT_MAX ? found->text.size : JOURNAL_TEXT_MAX;
        memcpy(record.text, found->text.data, size);
    }
    if (recorder->size == 0 && recorder->pending.size == 0)
        journal_format_header(&recorder->pending);
    if (recorder->pending.size + RECORD_MAX > recorder->pending.maximum) {
        recorder->lost++;
        return;
    }
    journal_format(&record, &recorder->pending);
    recorder->pending_count++;
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

static void sync_written(struct recorder *recorder)
{
    recorder->dirty_ms = INT64_MAX;
    if (recorder->synced == recorder->size || recorder->sync_failed)
        return;
    if (sys_fdatasync(recorder->fd))
        recorder->synced = recorder->size;
    else
        recorder->sync_failed = true;
}

static void take_found(struct recorder *recorder, int64_t now_ms)
{
    struct extractor_found found;
    while (recorder->extractor && extractor_next(recorder->extractor, &found)) {
        append_record(recorder, &found, now_ms);
        if (recorder->pending.size >= BATCH_MAX && now_ms >= recorder->retry_ms)
            (void)write_pending(recorder, now_ms);
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

void recorder_end(struct recorder *recorder, int64_t now_ms)
{
    if (recorder->extractor)
        extractor_end(recorder->extractor);
    take_found(recorder, now_ms);
}

void recorder_write(struct recorder *recorder, int64_t now_ms)
{
    if (now_ms >= recorder->retry_ms)
        (void)write_pending(recorder, now_ms);
    if (recorder->dirty_ms != INT64_MAX && now_ms >= recorder->dirty_ms + SYNC_MS)
        sync_written(recorder);
}

bool recorder_flush(struct recorder *recorder, int64_t now_ms)
{
    if (!write_pending(recorder, now_ms))
        return false;
    sync_written(recorder);
    return true;
}

int64_t recorder_deadline(const struct recorder *recorder)
{
    int64_t sync_ms = recorder->dirty_ms == INT64_MAX ? INT64_MAX : recorder->dirty_ms + SYNC_MS;
    if (recorder->pending.size > 0 && recorder->retry_ms < sync_ms)
        return recorder->retry_ms;
    return sync_ms;
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
    strbuf_release(&recorder->pending);
    sys_close(recorder->fd);
    recorder->extractor = NULL;
    recorder->fd = -1;
}
