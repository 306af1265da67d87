/*
 * What the checks of a crashed and resumed sweep share. Each check is one function and one row of
 * the table in checker.c; it reads the database by SQL of its own, not through the store.
 */
#ifndef SWEEP_TESTS_CHECKER_H
#define SWEEP_TESTS_CHECKER_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "ledger.h"
#include "sweep/error.h"

struct checker {
    const char *dir;       /* of the sweep */
    const char *ledger;    /* paths; NULL: not given */
    const char *before;    /* a dump */
    const char *dump;      /* write one here instead of checking */
    const char *reference; /* directory of a sweep that was never interrupted */
    const char *finished;  /* number of trials that must be finished, as text */
    const char *cancelled; /* path; NULL: not given */
    struct ledger lines;
    sqlite3 *db;
    struct arena arena;
    const char *check; /* name of the one that runs */
    unsigned violations;
};

/** Report a violation; the check goes on. */
void violate(struct checker *checker, const char *format, ...) SWEEP_PRINTF(2, 3);

/** Prepare SQL on a database, or end the program. */
sqlite3_stmt *query(sqlite3 *db, const char *sql);

/** The directory of a sweep: `dir`, or the one below it; ends the program if there is none. */
const char *find_sweep(struct arena *arena, const char *dir);

/** Open DIR/sweep.db read-only; ends the program on failure. */
sqlite3 *open_database(struct arena *arena, const char *dir);

/** A column as text, never NULL. */
const char *column(sqlite3_stmt *s, int index);

/* check_database.c: the database by itself, before and after, and beside a reference. */
void check_integrity(struct checker *checker);
void check_unchanged(struct checker *checker);
void check_live(struct checker *checker);
void check_numbers(struct checker *checker);
void check_arrivals(struct checker *checker);
void check_reference(struct checker *checker);
void check_finished(struct checker *checker);

/** check_requests.c: what people asked for against what was done. */
void check_requests(struct checker *checker);

/** Write what must never change again, one fact a line. */
bool write_dump(struct checker *checker, const char *path);

/* check_ledger.c: the database against what the trials wrote themselves. */
void check_overlaps(struct checker *checker);
void check_starts(struct checker *checker);
void check_metrics(struct checker *checker);
void check_params(struct checker *checker);
void check_successes(struct checker *checker);

/* check_files.c: the database against result files, journals and processes. */
void check_results(struct checker *checker);
void check_journals(struct checker *checker);
void check_survivors(struct checker *checker);

#endif
