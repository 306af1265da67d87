/*
 * The tables of sweep.db and its format number.
 *
 * One sweep per file. The database itself refuses what must never happen: a second live attempt of
 * a trial, a change of a finished trial, of an ended attempt, of a report or an event, a gap in the
 * trial numbers. So a mistake of ours ends in an error and not in a false record.
 */
#ifndef SWEEP_STORE_SCHEMA_H
#define SWEEP_STORE_SCHEMA_H

#include <sqlite3.h>
#include <stdbool.h>

/** PRAGMA application_id: "SWP1". */
#define SCHEMA_APPLICATION 0x53575031

/** PRAGMA user_version: the newest format that we know; a newer one is refused. */
#define SCHEMA_FORMAT 1

/** The trials that are ranked by value, and the others: what the indexes trial_value and
 * trial_last, and trial_rest are over. */
#define SCHEMA_RANKED "state = 2 AND objective_kind = 1"
#define SCHEMA_REST   "state <> 2 OR objective_kind <> 1"

/**
 * Bring a database from format `from` (0: empty) to SCHEMA_FORMAT, in the caller's transaction.
 *
 * @return SQLITE_OK or SQLite's code; sqlite3_errmsg() has the reason
 */
int schema_migrate(sqlite3 *db, int from);

#endif
