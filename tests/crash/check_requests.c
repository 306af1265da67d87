/* Requests of people: each done once and wholly, and nothing done that nobody asked for. */
#include <stdio.h>
#include <unistd.h>

#include "checker.h"

static void violate_each(struct checker *checker, const char *sql, const char *what)
{
    sqlite3_stmt *s = query(checker->db, sql);

    while (sqlite3_step(s) == SQLITE_ROW)
        violate(checker, "%s %s", column(s, 0), what);
    sqlite3_finalize(s);
}

/* Nothing is taken back by a crash between the decision and the signal. 2: cancel; 5: cancelled. */
static void check_cancelled(struct checker *checker)
{
    violate_each(checker,
                 "SELECT DISTINCT trial FROM attempt a WHERE told = 2 AND EXISTS"
                 " (SELECT 1 FROM attempt b WHERE b.trial = a.trial AND b.number > a.number)",
                 "is a trial that was cancelled and run again");
    violate_each(checker,
                 "SELECT trial FROM attempt WHERE told = 2 AND trial NOT IN"
                 " (SELECT trial FROM request WHERE verb = 'cancel' AND done = 1) AND NOT EXISTS"
                 " (SELECT 1 FROM request WHERE verb = 'cancel' AND trial = 0 AND done = 1)",
                 "is a trial that was cancelled and nobody asked for it");
    violate_each(checker,
                 "SELECT trial FROM request WHERE verb = 'cancel' AND trial > 0 AND done = 1 AND"
                 " trial NOT IN (SELECT trial FROM attempt WHERE told = 2) AND"
                 " trial NOT IN (SELECT number FROM trial WHERE state = 5)",
                 "is a trial whose cancelling was acknowledged and not done");
}

/* Each add has its trial, each note its event, as many as were acknowledged. */
static void check_once(struct checker *checker)
{
    violate_each(checker,
                 "SELECT number FROM trial WHERE origin = 1 AND"
                 " (SELECT count(*) FROM request WHERE verb = 'add' AND done = 1"
                 "  AND request.trial = number) <> 1",
                 "is a trial that was added, but not by one request");
    violate_each(checker,
                 "SELECT trial FROM request WHERE verb = 'add' AND done = 1 AND"
                 " trial NOT IN (SELECT number FROM trial WHERE origin = 1)",
                 "is a trial whose adding was acknowledged and not done");
    violate_each(checker,
                 "SELECT body FROM request WHERE verb = 'note' AND done = 1 AND"
                 " (SELECT count(*) FROM event WHERE kind = 'note' AND text = body) <>"
                 " (SELECT count(*) FROM request r WHERE verb = 'note' AND done = 1"
                 "  AND r.body = request.body)",
                 "is a note that was not made as often as it was asked for");
    violate_each(checker,
                 "SELECT 'budget' WHERE (SELECT count(*) FROM event WHERE kind = 'set') <>"
                 " (SELECT count(*) FROM request WHERE verb = 'set' AND done = 1)",
                 "was not set as often as it was asked for");
}

void check_requests(struct checker *checker)
{
    sqlite3_stmt *s = query(checker->db, "SELECT id FROM request");

    check_cancelled(checker);
    check_once(checker);
    if (!checker->finished) /* only then nobody is about to remove them */
        goto out;
    while (sqlite3_step(s) == SQLITE_ROW) {
        char path[4096];

        snprintf(path, sizeof path, "%s/control/%s.request", checker->dir, column(s, 0));
        if (access(path, F_OK) == 0)
            violate(checker, "request %s is done and still there", column(s, 0));
    }
out:
    sqlite3_finalize(s);
}
