/* The database against what the trials wrote themselves. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "checker.h"

/* The file's order is the order in time: every line is one append. */
void check_overlaps(struct checker *checker)
{
    for (size_t i = 0; i < checker->lines.count; i++) {
        const struct ledger_line *start = &checker->lines.lines[i];

        if (start->kind != LEDGER_START)
            continue;
        for (size_t k = i + 1; k < checker->lines.count; k++) {
            const struct ledger_line *later = &checker->lines.lines[k];

            if (later->trial == start->trial && later->attempt < start->attempt) {
                violate(checker,
                        "trial %" PRIu64 ": attempt %" PRIu64 " was alive (line %zu) after attempt "
                        "%" PRIu64 " had started (line %zu)",
                        later->trial, later->attempt, later->number, start->attempt, start->number);
                break;
            }
        }
    }
}

static bool is_recorded(struct checker *checker, const struct ledger_line *line)
{
    sqlite3_stmt *s = query(checker->db, "SELECT 1 FROM attempt WHERE trial = ? AND number = ?");
    bool found;

    sqlite3_bind_int64(s, 1, (int64_t)line->trial);
    sqlite3_bind_int64(s, 2, (int64_t)line->attempt);
    found = sqlite3_step(s) == SQLITE_ROW;
    sqlite3_finalize(s);
    return found;
}

void check_starts(struct checker *checker)
{
    for (size_t i = 0; i < checker->lines.count; i++) {
        const struct ledger_line *line = &checker->lines.lines[i];

        if (line->kind != LEDGER_START)
            continue;
        if (!is_recorded(checker, line))
            violate(checker, "trial %" PRIu64 " attempt %" PRIu64 " was executed, but not recorded",
                    line->trial, line->attempt);
        for (size_t k = 0; k < i; k++) {
            const struct ledger_line *other = &checker->lines.lines[k];

            if (other->kind == LEDGER_START && other->trial == line->trial &&
                other->attempt == line->attempt)
                violate(checker,
                        "trial %" PRIu64 " attempt %" PRIu64 " was executed in line %zu and again "
                        "in line %zu",
                        line->trial, line->attempt, other->number, line->number);
        }
    }
}

/* The next metric of an attempt from line `*at` on, or NULL. */
static const struct ledger_line *next_metric(const struct ledger *ledger, uint64_t trial,
                                             uint64_t attempt, size_t *at)
{
    while (*at < ledger->count) {
        const struct ledger_line *line = &ledger->lines[(*at)++];

        if (line->kind == LEDGER_METRIC && line->trial == trial && line->attempt == attempt)
            return line;
    }
    return NULL;
}

static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || (a <= b && a >= b);
}

static double recorded_value(sqlite3_stmt *s, int index)
{
    if (sqlite3_column_type(s, index) == SQLITE_NULL)
        return (double)NAN;
    return sqlite3_column_double(s, index);
}

/* Walk recorded reports and ledger side by side. A trial is killed between its flush and its line
 * in the ledger at times: so one more than the ledger has may be recorded. */
static void check_metrics_of(struct checker *checker, uint64_t trial, uint64_t attempt,
                             bool may_lack_some)
{
    sqlite3_stmt *s = query(
        checker->db, "SELECT value FROM report WHERE trial = ? AND attempt = ? ORDER BY sequence");
    size_t at = 0, recorded = 0, extra = 0;
    const struct ledger_line *line;

    sqlite3_bind_int64(s, 1, (int64_t)trial);
    sqlite3_bind_int64(s, 2, (int64_t)attempt);
    while (sqlite3_step(s) == SQLITE_ROW) {
        double value = recorded_value(s, 0);

        line = next_metric(&checker->lines, trial, attempt, &at);
        recorded++;
        extra += line == NULL;
        if (line && !same(line->value, value))
            violate(checker,
                    "trial %" PRIu64 " attempt %" PRIu64 ": its report %zu is recorded as %.17g, "
                    "but was %.17g (line %zu)",
                    trial, attempt, recorded, value, line->value, line->number);
    }
    sqlite3_finalize(s);
    if (extra > 1)
        violate(checker, "trial %" PRIu64 " attempt %" PRIu64 " has %zu reports too many", trial,
                attempt, extra);
    line = next_metric(&checker->lines, trial, attempt, &at);
    if (line && !may_lack_some)
        violate(checker,
                "trial %" PRIu64 " attempt %" PRIu64 ": %zu reports are recorded, that of line %zu "
                "is not",
                trial, attempt, recorded, line->number);
}

void check_metrics(struct checker *checker)
{
    sqlite3_stmt *s;

    if (!checker->ledger)
        return;
    s = query(checker->db, "SELECT trial, number, outcome IS NULL OR outcome IN (4, 5) FROM attempt"
                           " ORDER BY trial, number");
    while (sqlite3_step(s) == SQLITE_ROW)
        check_metrics_of(checker, (uint64_t)sqlite3_column_int64(s, 0),
                         (uint64_t)sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 2) != 0);
    sqlite3_finalize(s);
}

/* The word after `--name` in a command line, or nothing. */
static struct strview find_argument(const char *argv, const char *name)
{
    size_t length = strlen(name);

    for (const char *p = argv; (p = strstr(p, "--")); p += 2)
        if (strncmp(p + 2, name, length) == 0 && p[2 + length] == ' ') {
            const char *value = p + 2 + length + 1;

            return (struct strview){value, strcspn(value, " ")};
        }
    return (struct strview){0};
}

/* Equal as text, or as numbers to the last bit. */
static bool is_same_value(struct strview given, const char *recorded)
{
    double a, b;

    if (strview_is(given, recorded))
        return true;
    return number_parse_double(given, &a) == NUMBER_OK &&
           number_parse_double(strview_of(recorded), &b) == NUMBER_OK && same(a, b);
}

void check_params(struct checker *checker)
{
    /* ->> turns a number into SQLite's REAL, whose reading may differ in the last bit: -> keeps
     * the text. */
    sqlite3_stmt *s =
        query(checker->db, "SELECT key, iif(type = 'text', atom, params -> ('$.\"' || key || '\"'))"
                           " FROM trial, json_each(params) WHERE number = ?");

    for (size_t i = 0; i < checker->lines.count; i++) {
        const struct ledger_line *line = &checker->lines.lines[i];

        if (line->kind != LEDGER_START)
            continue;
        sqlite3_bind_int64(s, 1, (int64_t)line->trial);
        while (sqlite3_step(s) == SQLITE_ROW) {
            struct strview given = find_argument(line->argv, column(s, 0));

            if (!is_same_value(given, column(s, 1)))
                violate(checker,
                        "trial %" PRIu64 " attempt %" PRIu64 ": %s is recorded as %s, but the "
                        "command got '%.*s'",
                        line->trial, line->attempt, column(s, 0), column(s, 1), (int)given.size,
                        given.data ? given.data : "");
        }
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
}

void check_successes(struct checker *checker)
{
    sqlite3_stmt *s =
        query(checker->db, "SELECT trial.number, attempt.number, outcome, detail, stop FROM trial"
                           " LEFT JOIN attempt ON attempt.trial = trial.number"
                           " AND attempt.number = trial.attempts WHERE trial.state = 2");

    while (sqlite3_step(s) == SQLITE_ROW) {
        uint64_t trial = (uint64_t)sqlite3_column_int64(s, 0);
        uint64_t attempt = (uint64_t)sqlite3_column_int64(s, 1);

        if (sqlite3_column_int64(s, 2) != 1 || sqlite3_column_int64(s, 3) != 0 ||
            sqlite3_column_int64(s, 4) != 0)
            violate(checker, "trial %" PRIu64 " is complete, its last attempt is not", trial);
        else if (checker->ledger && !ledger_has(&checker->lines, LEDGER_END, trial, attempt))
            violate(checker,
                    "trial %" PRIu64 " is complete, but attempt %" PRIu64 " never came to its end",
                    trial, attempt);
    }
    sqlite3_finalize(s);
}
