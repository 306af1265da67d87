/* Requests of people: each done once and wholly, and nothing done that nobody asked for. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "checker.h"
#include "journal/handshake.h"

#define CLAIM_MAX 4096
#define LIST_MAX  ((size_t)64 * 1024)

static void violate_each(struct checker *checker, const char *sql, const char *what)
{
    sqlite3_stmt *s = query(checker->db, sql);

    while (sqlite3_step(s) == SQLITE_ROW)
        violate(checker, "%s %s", column(s, 0), what);
    sqlite3_finalize(s);
}

/* What the claim of an attempt says of its job. @return false: no job has it */
static bool find_job(struct checker *checker, struct attempt_key key, uint64_t *job)
{
    static const char word[] = "job ";
    char path[HANDSHAKE_PATH_MAX];
    struct strbuf text;

    handshake_path(key, HANDSHAKE_CLAIM, path);
    strbuf_init(&text, CLAIM_MAX);
    bool found =
        file_read(AT_FDCWD, arena_printf(&checker->arena, "%s/trials/%s", checker->dir, path),
                  &text, NULL) &&
        strncmp(strbuf_text(&text), word, strlen(word)) == 0;
    if (found) {
        const char *digits = strbuf_text(&text) + strlen(word);
        found = number_parse_uint64((struct strview){digits, strspn(digits, "0123456789")}, job) ==
                NUMBER_OK;
    }
    strbuf_release(&text);
    return found;
}

/* By Slurm's means and not by ours. */
static bool is_job_cancelled(struct checker *checker, const char *list, struct attempt_key key)
{
    uint64_t job = 0;

    return find_job(checker, key, &job) &&
           strstr(list, arena_printf(&checker->arena, "\n%" PRIu64 "\n", job)) != NULL;
}

/* No more trials may be cancelled than jobs were: of one that waited, nobody can tell which it was.
 * @param list  the numbers, each between ends of lines */
static void count_cancelled(struct checker *checker, const char *list)
{
    sqlite3_stmt *s =
        query(checker->db, "SELECT count(*) FROM trial WHERE state = 5 AND number NOT IN"
                           " (SELECT trial FROM request WHERE verb = 'cancel' AND done = 1)"
                           " AND NOT EXISTS (SELECT 1 FROM request WHERE verb = 'cancel'"
                           "  AND trial = 0 AND done = 1)");
    int jobs = -1;

    for (const char *c = list; *c != '\0'; c++)
        jobs += *c == '\n';
    if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int(s, 0) > jobs)
        violate(checker, "%s trials are cancelled, by %d jobs", column(s, 0), jobs);
    sqlite3_finalize(s);
}

static void check_unasked(struct checker *checker)
{
    sqlite3_stmt *s =
        query(checker->db,
              "SELECT trial, number FROM attempt WHERE told = 2 AND trial NOT IN"
              " (SELECT trial FROM request WHERE verb = 'cancel' AND done = 1) AND NOT EXISTS"
              " (SELECT 1 FROM request WHERE verb = 'cancel' AND trial = 0 AND done = 1)");
    struct strbuf list;

    strbuf_init(&list, LIST_MAX);
    strbuf_append_char(&list, '\n');
    if (checker->cancelled && !file_read(AT_FDCWD, checker->cancelled, &list, NULL))
        violate(checker, "'%s' cannot be read", checker->cancelled);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const struct attempt_key key = {(uint64_t)sqlite3_column_int64(s, 0),
                                        (uint32_t)sqlite3_column_int64(s, 1)};
        if (!is_job_cancelled(checker, strbuf_text(&list), key))
            violate(checker, "%" PRIu64 " is a trial that was cancelled and nobody asked for it",
                    key.trial);
    }
    if (checker->cancelled)
        count_cancelled(checker, strbuf_text(&list));
    strbuf_release(&list);
    sqlite3_finalize(s);
}

/* Nothing is taken back by a crash between the decision and the signal. 2: cancel; 5: cancelled. */
static void check_cancelled(struct checker *checker)
{
    violate_each(checker,
                 "SELECT DISTINCT trial FROM attempt a WHERE told = 2 AND EXISTS"
                 " (SELECT 1 FROM attempt b WHERE b.trial = a.trial AND b.number > a.number)",
                 "is a trial that was cancelled and run again");
    check_unasked(checker);
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
