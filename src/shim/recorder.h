/*
 * From output, and from the files of wandb runs, to the journal: finds numbers and appends them,
 * one write a batch.
 *
 *     recorder_feed(&recorder, data, size, now_ms, err);      as output comes
 *     recorder_look(&recorder, now_ms);                        each turn: reads wandb's files if
 * due recorder_write(&recorder, now_ms);                       after each batch, and at deadline
 *
 * Of wandb those numbers are taken that are named as a metric or a capture without a pattern;
 * choice.h says which counts where the output has it too. A number that only the summary of a run
 * has counts once, at the end.
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
#include "journal/handshake.h"
#include "journal/spec.h"
#include "metrics/extractor.h"
#include "metrics/wandb_runs.h"
#include "shim/choice.h"
#include "sweep/error.h"

/** What is known of a pattern's number beside what is in the journal. */
struct recorder_series {
    bool is_shown;    /* there are numbers of it in the journal, or held back */
    bool has_summary; /* the last of wandb's summary is `summary` */
    double summary;
};

struct recorder {
    const struct spec *spec;
    struct choice choice;
    struct recorder_series *series;  /* [spec->pattern_count] */
    struct wandb_runs *runs;         /* NULL: wandb cannot show anything that is looked for */
    char folder[HANDSHAKE_NAME_MAX]; /* of the runs */
    char run_id[HANDSHAKE_RUN_ID_MAX];
    bool has_looked; /* `has_run` is known for the piece of output at hand */
    bool has_run;
    int64_t look_ms;             /* when to look at wandb's files again; INT64_MAX: never */
    int64_t changed_ms;          /* when they last had something new */
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

/** Say when the command was started. */
void recorder_start(struct recorder *recorder, int64_t now_ms);

/** Look at output. @error once, what is wrong with a pattern: then nothing will ever be found */
bool recorder_feed(struct recorder *recorder, const void *data, size_t size, int64_t now_ms,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Read what is new in wandb's files, if it is time: the longer nothing was, the rarer it is.
 *
 * @return whether the script has called wandb.log() since
 */
bool recorder_look(struct recorder *recorder, int64_t now_ms);

/** Places where wandb's files are damaged. */
uint64_t recorder_damaged(const struct recorder *recorder);

/** The command has ended: its last line may lack its end, and wandb's files are read to theirs. */
void recorder_end(struct recorder *recorder, int64_t now_ms);

/** Write what is pending, unless that failed a moment ago; sync what is a second old. */
void recorder_write(struct recorder *recorder, int64_t now_ms);

/** Write, now. @return whether all is written; errno says why not */
bool recorder_flush(struct recorder *recorder, int64_t now_ms) SWEEP_MUST_CHECK;

/** Make durable what is written. */
void recorder_sync(struct recorder *recorder);

/** When to call recorder_look() and recorder_write() at the latest; INT64_MAX: nothing to do. */
int64_t recorder_deadline(const struct recorder *recorder);

/** Give up what is pending: it is lost, and counted. */
void recorder_abandon(struct recorder *recorder);

void recorder_close(struct recorder *recorder);

#endif
