/*
 * From output to journal: finds numbers and appends them, one write a batch.
 *
 *     recorder_feed(&recorder, data, size, now_ms, err);      as output comes
 *     recorder_write(&recorder, now_ms);                       after each batch, and at deadline
 *
 * What cannot be written is kept in a bounded buffer and tried again; when that is full, the newest
 * are lost and counted. So the file always holds a beginning of what was found, and the count says
 * how much is missing.
 *
 * Ownership: recorder_close(); the spec is borrowed until then.
 */
#ifndef SWEEP_SHIM_RECORDER_H
#define SWEEP_SHIM_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "journal/spec.h"
#include "metrics/extractor.h"
#include "sweep/error.h"

struct recorder {
    const struct spec *spec;
    struct extractor *extractor; /* NULL until the first byte, and where there are no patterns */
    bool is_blind;               /* no extractor could be made */
    int64_t started_ms;          /* of the command: the zero of elapsed times */
    uint64_t sequence;

    int fd;                 /* of the journal */
    uint64_t size;          /* good bytes in it; what is behind them will be written over */
    uint64_t synced;        /* of these durable */
    bool sync_failed;       /* then `synced` stays: a second fsync would not tell the truth */
    struct strbuf pending;  /* found, not yet written */
    uint64_t pending_count; /* records in it */
    uint64_t lost;
    int64_t dirty_ms; /* when the oldest byte that is not durable was written; INT64_MAX: none */
    int64_t retry_ms; /* after a failure, when to try again; INT64_MIN: at once */
};

/**
 * Open an attempt's journal, which must be empty: an attempt is executed once.
 *
 * @error SWEEP_BUSY when it is not; SWEEP_IO
 */
bool recorder_open(struct recorder *recorder, int dir_fd, const struct spec *spec,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** Look at output. @error once, what is wrong with a pattern: then nothing will ever be found */
bool recorder_feed(struct recorder *recorder, const void *data, size_t size, int64_t now_ms,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** The output has ended: its last line may lack its end. */
void recorder_end(struct recorder *recorder, int64_t now_ms);

/** Write what is pending, unless that failed a moment ago; sync what is a second old. */
void recorder_write(struct recorder *recorder, int64_t now_ms);

/** Write and make durable, now. @return whether all is written; errno says why not */
bool recorder_flush(struct recorder *recorder, int64_t now_ms) SWEEP_MUST_CHECK;

/** When to call recorder_write() at the latest; INT64_MAX: there is nothing to do. */
int64_t recorder_deadline(const struct recorder *recorder);

/** Give up what is pending: it is lost, and counted. */
void recorder_abandon(struct recorder *recorder);

void recorder_close(struct recorder *recorder);

#endif
