/*
 * The record of one sweep, opened for reading: what top, best, show, log and export look at.
 *
 *     struct record record;
 *     if (record_open(&record, call->operand, err)) ...
 *     record_close(&record);
 *
 * Reading never disturbs a runner: the database is opened read-only, and the trials are those of
 * one moment.
 *
 * Ownership: everything is the record's.
 */
#ifndef SWEEP_VIEW_RECORD_RECORD_H
#define SWEEP_VIEW_RECORD_RECORD_H

#include <stdbool.h>

#include "base/arena.h"
#include "directory/document.h"
#include "directory/locate.h"
#include "store/store.h"
#include "view/export/row.h"
#include "view/term/trial_text.h"

struct record {
    struct arena arena;
    struct location location;
    struct store *store;
    struct store_sweep sweep;
    struct store_settings settings; /* set apart from its YAML */
    struct document document;       /* the YAML it was started with, with them */
    const struct sweep_space *space;
    struct store_tally tally;
    struct store_retries retries;
    struct store_trials trials;     /* by number; none after record_open_summary() */
    const struct sweep_trial *best; /* NULL when none has a finite value */
    struct store_notes notes;       /* the latest on each trial */
};

/**
 * Find, open and load.
 *
 * @param operand  SWEEP as typed, or NULL
 * @error SWEEP_NOT_FOUND, SWEEP_DATABASE, SWEEP_INCOMPATIBLE
 */
bool record_open(struct record *record, const char *operand,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

/** The same, quicker: of the trials only the best is loaded. */
bool record_open_summary(struct record *record, const char *operand,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

/** Load one more trial into the record's arena. */
bool record_load_trial(struct record *record, uint64_t number, const struct sweep_trial **out,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * The same as record_open() for TRIAL; `trials` is that one alone.
 *
 * @error SWEEP_NOT_FOUND also when the sweep has no such trial; SWEEP_USAGE
 */
bool record_open_trial(struct record *record, const char *operand, const struct sweep_trial **trial,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

/** The latest note on a trial, or (0) on the sweep; NULL: there is none. */
const char *record_note(const struct record *record, uint64_t trial);

/** The number of the newest retry of a trial; 0: there is none. */
uint64_t record_retry(const struct record *record, uint64_t trial);

/** The SWEEP_SEED of a trial. */
uint32_t record_trial_seed(const struct record *record, const struct sweep_trial *trial);

/** Whether a trial is outside of the space as it is now, since that was changed. */
bool record_is_outside(const struct record *record, const struct sweep_trial *trial, bool *out,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

/** Read no more of the database: what is loaded stays. A runner may then take its log back. */
void record_leave(struct record *record);

/** Close; zeroed and half opened ones are allowed. */
void record_close(struct record *record);

/** What its rows have in common. */
struct row_context record_row_context(struct record *record);

/** What the words for its trials need to know. */
struct trial_words record_words(const struct record *record);

/** How a person names this sweep on a command line, quoted for a shell; in the record's arena. */
const char *record_operand(struct record *record);

/** The path of a trial's params.json, absolute as the trial was told it; in the record's arena. */
const char *record_params_path(struct record *record, uint64_t number);

#endif
