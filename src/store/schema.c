/*
 * The schema, one list of statements per format number. The comments inside the SQL are stored with
 * it: whoever opens the file with the sqlite3 shell can read them with `.schema`.
 *
 * Not for statements that run later: see statement.c.
 */
#include "store/schema.h"

#include <stddef.h>

#include "base/array.h"

/* clang-format off */
static const char *const format_1[] = {
    "CREATE TABLE sweep( -- what the sweep is; one row\n"
    "  id INTEGER PRIMARY KEY CHECK(id = 1),\n"
    "  uuid TEXT NOT NULL CHECK(length(uuid) = 36),\n"
    "  name TEXT NOT NULL,\n"
    "  yaml BLOB NOT NULL, -- the exact bytes\n"
    "  seed INTEGER NOT NULL, -- 64 bits, shown as signed\n"
    "  maximize INTEGER NOT NULL CHECK(maximize IN (0, 1)),\n"
    "  objective TEXT, -- name of the metric; NULL: none\n"
    "  method TEXT NOT NULL, -- the strategy, also where the YAML says auto\n"
    "  workdir TEXT NOT NULL,\n"
    "  created_us INTEGER NOT NULL, -- all times: microseconds since 1970, UTC\n"
    "  version TEXT NOT NULL -- of the program that created it\n"
    ") STRICT",

    /* Apart from the sweep, so that a change does not write the YAML again. */
    "CREATE TABLE progress( -- how the sweep stands; one row\n"
    "  id INTEGER PRIMARY KEY CHECK(id = 1),\n"
    "  state TEXT NOT NULL CHECK(state IN\n"
    "    ('running', 'paused', 'interrupted', 'finished', 'detached', 'broken')),\n"
    "  note TEXT NOT NULL, -- why, in words\n"
    "  wish TEXT NOT NULL DEFAULT 'run' CHECK(wish IN ('run', 'pause', 'stop')),\n"
    "    -- what people asked for last\n"
    "  running_us INTEGER NOT NULL CHECK(running_us >= 0) -- that runners were up, idle pauses apart\n"
    ") STRICT",

    "CREATE TABLE setting( -- keys of the YAML that people set apart from it\n"
    "  key TEXT PRIMARY KEY CHECK(length(key) BETWEEN 1 AND 255),\n"
    "  value TEXT NOT NULL -- as in the YAML\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE trial(\n"
    "  number INTEGER PRIMARY KEY CHECK(number >= 1),\n"
    "  params TEXT NOT NULL CHECK(params GLOB '{*}'), -- a JSON object\n"
    "  origin INTEGER NOT NULL DEFAULT 0 CHECK(origin BETWEEN 0 AND 2),\n"
    "    -- 0 from the strategy 1 added by a person 2 a retry\n"
    "  retry_of INTEGER CHECK((origin = 2) = (retry_of IS NOT NULL)) REFERENCES trial(number),\n"
    "  state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 5),\n"
    "    -- 0 waiting 1 running 2 complete 3 pruned 4 failed 5 cancelled\n"
    "  reason INTEGER NOT NULL CHECK(reason BETWEEN 0 AND 19),\n"
    "    -- 0 none 1 exit code 2 signal 3 timeout 4 metric missing 5 spawn 6 lost 7 reboot\n"
    "    -- 8 preempted 9 cancelled 10 GPU memory 11 host memory 12 stall 13 saved\n"
    "    -- 14 no progress 15 disk full 16 not installed 17 GPU broken 18 container engine\n"
    "    -- 19 not in the container's image\n"
    "  reason_detail INTEGER NOT NULL,\n"
    "  attempts INTEGER NOT NULL CHECK(attempts >= 0),\n"
    "  objective_kind INTEGER NOT NULL CHECK(objective_kind BETWEEN 0 AND 4),\n"
    "    -- 0 none 1 finite 2 nan 3 inf 4 -inf: SQLite would turn a nan into NULL\n"
    "  value REAL CHECK((objective_kind IN (1, 3, 4)) = (value IS NOT NULL)),\n"
    "  step INTEGER,\n"
    "  last REAL, -- NULL: none or nan\n"
    "  created_us INTEGER,\n"
    "  started_us INTEGER,\n"
    "  finished_us INTEGER,\n"
    "  duration_us INTEGER NOT NULL,\n"
    "  arrival INTEGER CHECK((state >= 2) = (arrival IS NOT NULL)), -- order of all news\n"
    "  seen INTEGER NOT NULL, -- finished trials that the strategy knew\n"
    "  pending TEXT, -- trials that it knew to be unfinished, as JSON\n"
    "  memo BLOB CHECK(length(memo) <= 4096)\n"
    ") STRICT",

    "CREATE INDEX trial_value ON trial(value) WHERE " SCHEMA_RANKED,
    "CREATE INDEX trial_last ON trial(last) WHERE " SCHEMA_RANKED,
    "CREATE INDEX trial_rest ON trial(state) WHERE " SCHEMA_REST,
    "CREATE INDEX trial_retry ON trial(retry_of) WHERE retry_of IS NOT NULL",
    "CREATE TRIGGER trial_dense BEFORE INSERT ON trial\n"
    "WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM trial)\n"
    "BEGIN SELECT RAISE(ABORT, 'trial numbers have no gaps'); END",
    "CREATE TRIGGER trial_final BEFORE UPDATE ON trial WHEN OLD.state >= 2\n"
    "BEGIN SELECT RAISE(ABORT, 'a finished trial never changes'); END",
    "CREATE TRIGGER trial_suggested\n"
    "BEFORE UPDATE OF number, params, origin, retry_of, created_us, seen, pending, memo ON trial\n"
    "BEGIN SELECT RAISE(ABORT, 'what was suggested never changes'); END",
    "CREATE TRIGGER trial_kept BEFORE DELETE ON trial\n"
    "BEGIN SELECT RAISE(ABORT, 'trials are never deleted'); END",

    "CREATE TABLE attempt(\n"
    "  trial INTEGER NOT NULL REFERENCES trial(number),\n"
    "  number INTEGER NOT NULL CHECK(number >= 1),\n"
    "  token TEXT NOT NULL UNIQUE CHECK(length(token) BETWEEN 1 AND 32),\n"
    "  boot_id TEXT NOT NULL,\n"
    "  pid INTEGER NOT NULL, -- of its supervisor, sweep-shim\n"
    "  pid_start INTEGER NOT NULL,\n"
    "  launched_us INTEGER NOT NULL,\n"
    "  fresh INTEGER NOT NULL CHECK(fresh IN (0, 1)),\n"
    "    -- 1: it began anew, so reports of earlier ones do not count; 0: from a checkpoint\n"
    "  journal_offset INTEGER NOT NULL DEFAULT 0, -- the journal is recorded up to here\n"
    "  journal_sequence INTEGER NOT NULL DEFAULT 0,\n"
    "  told INTEGER NOT NULL DEFAULT 0 CHECK(told BETWEEN 0 AND 5),\n"
    "    -- to stop, numbers as below: recorded before the signal is sent\n"
    "  outcome INTEGER CHECK(outcome BETWEEN 1 AND 5),\n"
    "    -- NULL: live; 1 exited 2 signaled 3 not started 4 lost 5 rebooted\n"
    "  detail INTEGER, -- exit code, signal or errno\n"
    "  stop INTEGER CHECK(stop BETWEEN 0 AND 6),\n"
    "    -- 0 none 1 timeout 2 cancel 3 prune 4 preempted 5 interrupt 6 stall\n"
    "  started_us INTEGER,\n"
    "  ended_us INTEGER,\n"
    "  duration_us INTEGER,\n"
    "  cpu_us INTEGER,\n"
    "  rss_peak_kb INTEGER,\n"
    "  output_bytes INTEGER,\n"
    "  output_dropped INTEGER,\n"
    "  leftovers INTEGER, -- processes that outlived the command and were killed\n"
    "  short_of INTEGER CHECK(short_of BETWEEN 0 AND 7),\n"
    "    -- 0 nothing 1 GPU memory 2 host memory 3 disk 4 software 5 a GPU that works\n"
    "    -- 6 a container engine that works 7 a command in the container's image\n"
    "  arrival INTEGER CHECK((outcome IS NULL) = (arrival IS NULL)),\n"
    "  PRIMARY KEY(trial, number)\n"
    ") STRICT, WITHOUT ROWID",
    "CREATE UNIQUE INDEX attempt_one_live ON attempt(trial) WHERE outcome IS NULL",
    "CREATE TRIGGER attempt_final BEFORE UPDATE ON attempt WHEN OLD.outcome IS NOT NULL\n"
    "BEGIN SELECT RAISE(ABORT, 'an ended attempt never changes'); END",
    "CREATE TRIGGER attempt_kept BEFORE DELETE ON attempt\n"
    "BEGIN SELECT RAISE(ABORT, 'attempts are never deleted'); END",

    "CREATE TABLE usage( -- what an attempt took, as far as it was watched; NULL: not known\n"
    "  trial INTEGER NOT NULL,\n"
    "  attempt INTEGER NOT NULL,\n"
    "  watched_us INTEGER NOT NULL CHECK(watched_us >= 0),\n"
    "  gpu_memory_bytes INTEGER CHECK(gpu_memory_bytes >= 0), -- peak on any one of its GPUs\n"
    "  gpu_busy_us INTEGER CHECK(gpu_busy_us >= 0), -- of watched_us, the mean over its GPUs\n"
    "  energy_mj INTEGER CHECK(energy_mj >= 0), -- of its GPUs\n"
    "  is_share INTEGER NOT NULL CHECK(is_share IN (0, 1)), -- 1: others had them too\n"
    "  cpu_us INTEGER CHECK(cpu_us >= 0),\n"
    "  memory_bytes INTEGER CHECK(memory_bytes >= 0), -- peak of all its processes together\n"
    "  PRIMARY KEY(trial, attempt),\n"
    "  FOREIGN KEY(trial, attempt) REFERENCES attempt(trial, number)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE gpu(\n"
    "  uuid TEXT PRIMARY KEY,\n"
    "  name TEXT NOT NULL -- its model\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE attempt_gpu(\n"
    "  trial INTEGER NOT NULL,\n"
    "  attempt INTEGER NOT NULL,\n"
    "  place INTEGER NOT NULL CHECK(place >= 0), -- as the command counts them\n"
    "  uuid TEXT NOT NULL REFERENCES gpu(uuid),\n"
    "  PRIMARY KEY(trial, attempt, place),\n"
    "  FOREIGN KEY(trial, attempt) REFERENCES attempt(trial, number)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE metric(\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  name TEXT NOT NULL UNIQUE\n"
    ") STRICT",

    "CREATE TABLE report(\n"
    "  trial INTEGER NOT NULL,\n"
    "  attempt INTEGER NOT NULL,\n"
    "  sequence INTEGER NOT NULL, -- in its attempt's journal\n"
    "  metric INTEGER NOT NULL REFERENCES metric(id),\n"
    "  arrival INTEGER NOT NULL,\n"
    "  step INTEGER,\n"
    "  elapsed_ms INTEGER NOT NULL,\n"
    "  value REAL, -- NULL: nan\n"
    "  PRIMARY KEY(trial, attempt, sequence),\n"
    "  FOREIGN KEY(trial, attempt) REFERENCES attempt(trial, number)\n"
    ") STRICT, WITHOUT ROWID",
    "CREATE TRIGGER report_final BEFORE UPDATE ON report\n"
    "BEGIN SELECT RAISE(ABORT, 'reports never change'); END",
    "CREATE TRIGGER report_kept BEFORE DELETE ON report\n"
    "BEGIN SELECT RAISE(ABORT, 'reports are never deleted'); END",

    "CREATE TABLE event(\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  at_us INTEGER NOT NULL,\n"
    "  trial INTEGER NOT NULL, -- 0: the sweep as a whole\n"
    "  attempt INTEGER NOT NULL,\n"
    "  kind TEXT NOT NULL,\n"
    "  text TEXT NOT NULL\n"
    ") STRICT",
    "CREATE INDEX event_note ON event(trial) WHERE kind = 'note'",
    "CREATE TRIGGER event_final BEFORE UPDATE ON event\n"
    "BEGIN SELECT RAISE(ABORT, 'events never change'); END",
    "CREATE TRIGGER event_kept BEFORE DELETE ON event\n"
    "BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END",

    /* In the transaction of what it did: a request that is here is not done again. */
    "CREATE TABLE request( -- what people asked of the runner, and what came of it\n"
    "  id TEXT PRIMARY KEY CHECK(length(id) = 32),\n"
    "  at_us INTEGER NOT NULL,\n"
    "  verb TEXT NOT NULL,\n"
    "  trial INTEGER NOT NULL, -- 0: the sweep as a whole\n"
    "  body TEXT NOT NULL,\n"
    "  done INTEGER NOT NULL CHECK(done IN (0, 1)), -- 0: refused\n"
    "  reply TEXT NOT NULL\n"
    ") STRICT, WITHOUT ROWID",
    "CREATE TRIGGER request_final BEFORE UPDATE ON request\n"
    "BEGIN SELECT RAISE(ABORT, 'requests never change'); END",
    "CREATE TRIGGER request_kept BEFORE DELETE ON request\n"
    "BEGIN SELECT RAISE(ABORT, 'requests are never deleted'); END",

    "PRAGMA application_id = 0x53575031",
    "PRAGMA user_version = 1",
    NULL,
};
/* clang-format on */

/* [n - 1] makes format n of format n - 1, and says so in user_version. */
static const char *const *const formats[] = {format_1};

_Static_assert(ARRAY_LENGTH(formats) == SCHEMA_FORMAT, "every format has its migration");

int schema_migrate(sqlite3 *db, int from)
{
    int rc = SQLITE_OK;

    for (size_t i = (size_t)from; i < ARRAY_LENGTH(formats); i++)
        for (const char *const *sql = formats[i]; *sql && rc == SQLITE_OK; sql++)
            rc = sqlite3_exec(db, *sql, NULL, NULL, NULL);
    return rc;
}
