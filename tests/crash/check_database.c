/* The database by itself, against an earlier dump of it, and against an uninterrupted sweep. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "checker.h"

#define DUMP_MAX (1024 * 1024 * 1024) /* [bytes] */

void check_integrity(struct checker *checker)
{
    sqlite3_stmt *s = query(checker->db, "PRAGMA integrity_check");

    while (sqlite3_step(s) == SQLITE_ROW)
        if (strcmp(column(s, 0), "ok") != 0)
            violate(checker, "integrity_check: %s", column(s, 0));
    sqlite3_finalize(s);
    s = query(checker->db, "PRAGMA foreign_key_check");
    while (sqlite3_step(s) == SQLITE_ROW)
        violate(checker, "foreign_key_check: a row of '%s' has no parent", column(s, 0));
    sqlite3_finalize(s);
}

void check_numbers(struct checker *checker)
{
    sqlite3_stmt *s = query(checker->db, "SELECT number FROM trial ORDER BY number");

    for (int64_t expected = 1; sqlite3_step(s) == SQLITE_ROW; expected++)
        if (sqlite3_column_int64(s, 0) != expected) {
            violate(checker, "trial %" PRId64 " is where %" PRId64 " is expected",
                    (int64_t)sqlite3_column_int64(s, 0), expected);
            break;
        }
    sqlite3_finalize(s);
}

/* Say something about each trial that a query names. */
static void violate_each(struct checker *checker, const char *sql, const char *what)
{
    sqlite3_stmt *s = query(checker->db, sql);

    while (sqlite3_step(s) == SQLITE_ROW)
        violate(checker, "trial %s %s", column(s, 0), what);
    sqlite3_finalize(s);
}

void check_live(struct checker *checker)
{
    violate_each(checker,
                 "SELECT trial FROM attempt WHERE outcome IS NULL GROUP BY trial"
                 " HAVING count(*) > 1",
                 "has several live attempts");
    violate_each(checker,
                 "SELECT trial FROM attempt JOIN trial ON trial.number = attempt.trial"
                 " WHERE outcome IS NULL AND state <> 1",
                 "has a live attempt and is not running");
    violate_each(checker,
                 "SELECT number FROM trial WHERE state = 1 AND number NOT IN"
                 " (SELECT trial FROM attempt WHERE outcome IS NULL)",
                 "is running and has no live attempt");
    violate_each(checker,
                 "SELECT number FROM trial WHERE attempts <>"
                 " (SELECT count(*) FROM attempt WHERE trial = trial.number)",
                 "counts other attempts than are recorded");
    violate_each(checker,
                 "SELECT trial FROM attempt GROUP BY trial"
                 " HAVING count(*) <> max(number) OR min(number) <> 1",
                 "has a gap in its attempts");
}

void check_arrivals(struct checker *checker)
{
    sqlite3_stmt *s =
        query(checker->db, "SELECT arrival, count(*) FROM (SELECT arrival FROM report UNION ALL"
                           " SELECT arrival FROM attempt WHERE outcome IS NOT NULL)"
                           " GROUP BY arrival HAVING count(*) > 1");

    while (sqlite3_step(s) == SQLITE_ROW)
        violate(checker, "arrival %s was given out %s times", column(s, 0), column(s, 1));
    sqlite3_finalize(s);
    violate_each(checker,
                 "SELECT DISTINCT a.trial FROM report a JOIN report b ON a.trial = b.trial AND"
                 " a.attempt = b.attempt AND a.sequence < b.sequence AND a.arrival > b.arrival",
                 "has reports that arrived in another order than they were written");
}

void check_reference(struct checker *checker)
{
    sqlite3 *other;
    sqlite3_stmt *ours, *theirs;

    if (!checker->reference)
        return;
    other = open_database(&checker->arena, find_sweep(&checker->arena, checker->reference));
    ours = query(checker->db, "SELECT number, params FROM trial WHERE origin = 0 ORDER BY number");
    theirs = query(other, "SELECT params FROM trial WHERE number = ?");
    while (sqlite3_step(ours) == SQLITE_ROW) {
        sqlite3_bind_int64(theirs, 1, sqlite3_column_int64(ours, 0));
        if (sqlite3_step(theirs) != SQLITE_ROW)
            violate(checker, "trial %s is not in the reference", column(ours, 0));
        else if (strcmp(column(ours, 1), column(theirs, 0)) != 0)
            violate(checker, "trial %s has %s, but %s in the reference", column(ours, 0),
                    column(ours, 1), column(theirs, 0));
        sqlite3_reset(theirs);
    }
    sqlite3_finalize(ours);
    sqlite3_finalize(theirs);
    sqlite3_close(other);
}

void check_finished(struct checker *checker)
{
    sqlite3_stmt *s;

    if (!checker->finished)
        return;
    s = query(checker->db, "SELECT count(*) FROM trial WHERE state >= 2");
    if (sqlite3_step(s) == SQLITE_ROW && strcmp(column(s, 0), checker->finished) != 0)
        violate(checker, "%s trials are finished, not %s", column(s, 0), checker->finished);
    sqlite3_finalize(s);
    violate_each(checker, "SELECT number FROM trial WHERE state < 2", "is not finished");
    violate_each(checker, "SELECT trial FROM attempt WHERE outcome IS NULL", "has a live attempt");
    s = query(checker->db, "SELECT state FROM progress WHERE state <> 'finished'");
    if (sqlite3_step(s) == SQLITE_ROW)
        violate(checker, "the sweep is called %s", column(s, 0));
    sqlite3_finalize(s);
}

/* Facts that may never change: what was suggested, finished trials, ended attempts, reports. Reals
 * are compared by their bits: quote() writes them so that they read back to the same. */
static const struct {
    const char *name;
    const char *sql;
} facts[] = {
    {"suggested", "SELECT number, quote(params), seen, quote(pending), quote(memo) FROM trial"},
    {"finished",
     "SELECT number, state, reason, reason_detail, attempts, objective_kind, quote(value),"
     " quote(step), quote(last), quote(started_us), quote(finished_us), duration_us, arrival"
     " FROM trial WHERE state >= 2"},
    {"attempt", "SELECT trial, number, token, boot_id, pid, pid_start, launched_us FROM attempt"},
    {"ended",
     "SELECT trial, number, outcome, detail, stop, started_us, ended_us, duration_us, cpu_us,"
     " rss_peak_kb, output_bytes, output_dropped, leftovers, short_of, arrival, journal_offset"
     " FROM attempt WHERE outcome IS NOT NULL"},
    {"report",
     "SELECT trial, attempt, sequence, quote(name), arrival, quote(step), elapsed_ms, quote(value)"
     " FROM report JOIN metric ON metric.id = report.metric"},
    {"event", "SELECT id, at_us, trial, attempt, quote(kind), quote(text) FROM event"},
};

static void format_facts(struct checker *checker, struct strbuf *out)
{
    for (size_t i = 0; i < ARRAY_LENGTH(facts); i++) {
        sqlite3_stmt *s = query(checker->db, facts[i].sql);

        while (sqlite3_step(s) == SQLITE_ROW) {
            strbuf_append_text(out, facts[i].name);
            for (int k = 0; k < sqlite3_column_count(s); k++)
                for (const char *p = (strbuf_append_char(out, ' '), column(s, k)); *p; p++)
                    strbuf_append_char(out, *p == '\n' ? ' ' : *p);
            strbuf_append_char(out, '\n');
        }
        sqlite3_finalize(s);
    }
}

bool write_dump(struct checker *checker, const char *path)
{
    struct strbuf text;
    FILE *file = fopen(path, "we");
    bool ok = file != NULL;

    strbuf_init(&text, DUMP_MAX);
    sqlite3_exec(checker->db, "BEGIN", NULL, NULL, NULL); /* one moment, if a runner is up */
    format_facts(checker, &text);
    if (ok && text.size)
        ok = fwrite(text.data, text.size, 1, file) == 1;
    if (file)
        ok = fclose(file) == 0 && ok;
    if (!ok)
        fprintf(stderr, "crash_checker: cannot write '%s'\n", path);
    strbuf_release(&text);
    return ok;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Cut a text into its lines, sorted. */
static char **sort_lines(struct arena *arena, struct strbuf *text, size_t *count)
{
    char *copy = arena_copy(arena, strbuf_view(text));
    char **lines;

    *count = 0;
    for (char *p = copy; (p = strchr(p, '\n')); p++)
        ++*count;
    lines = arena_alloc_array(arena, *count, sizeof *lines);
    for (size_t i = 0; i < *count; i++) {
        lines[i] = copy;
        copy = strchr(copy, '\n');
        *copy++ = '\0';
    }
    if (*count)
        qsort(lines, *count, sizeof *lines, compare_lines);
    return lines;
}

void check_unchanged(struct checker *checker)
{
    struct sweep_error err = {0};
    struct strbuf before, now;
    char **old, **current;
    size_t old_count, current_count, k = 0;

    if (!checker->before)
        return;
    strbuf_init(&before, DUMP_MAX);
    strbuf_init(&now, DUMP_MAX);
    if (!file_read(AT_FDCWD, checker->before, &before, &err)) {
        fprintf(stderr, "crash_checker: %s\n", err.message);
        exit(2);
    }
    format_facts(checker, &now);
    old = sort_lines(&checker->arena, &before, &old_count);
    current = sort_lines(&checker->arena, &now, &current_count);
    for (size_t i = 0; i < old_count; i++) {
        while (k < current_count && strcmp(current[k], old[i]) < 0)
            k++;
        if (k == current_count || strcmp(current[k], old[i]) != 0)
            violate(checker, "no more: %s", old[i]);
    }
    strbuf_release(&before);
    strbuf_release(&now);
}
