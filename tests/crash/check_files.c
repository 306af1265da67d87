/* The database against the attempts' files and against what is alive. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "base/number.h"
#include "base/sys.h"
#include "checker.h"
#include "journal/handshake.h"
#include "journal/journal.h"
#include "journal/result.h"
#include "proc/tree.h"
#include "sweep/trial.h"

#define RESULT_MAX   (1024 * 1024)     /* [bytes] */
#define ENVIRON_MAX  (8 * 1024 * 1024) /* [bytes] */
#define SHIM_EXIT_MS 1000              /* a shim may take so long to exit after its result */

/* The path of an attempt's file. */
static const char *attempt_file(struct checker *checker, struct attempt_key key,
                                enum handshake_file file)
{
    char directory[HANDSHAKE_NAME_MAX], name[HANDSHAKE_NAME_MAX];

    handshake_trial_directory(key.trial, directory);
    handshake_file_name(file, key.number, name);
    return arena_printf(&checker->arena, "%s/trials/%s/%s", checker->dir, directory, name);
}

static void compare_outcome(struct checker *checker, const struct result *result, sqlite3_stmt *s)
{
    const struct attempt_outcome *outcome = &result->outcome;
    const struct {
        const char *name;
        int64_t value;
    } facts[] = {
        {"end", outcome->end},
        {"detail", outcome->detail},
        {"stop", outcome->stop},
        {"started_us", outcome->started_us},
        {"ended_us", outcome->ended_us},
        {"duration_us", outcome->duration_us},
        {"cpu_us", outcome->cpu_us},
        {"rss_peak_kb", outcome->rss_peak_kb},
        {"output_bytes", (int64_t)outcome->output_bytes},
        {"output_dropped", (int64_t)outcome->output_dropped},
        {"leftovers", outcome->leftovers},
        {"short_of", outcome->short_of},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(facts); i++)
        if (sqlite3_column_int64(s, (int)i + 1) != facts[i].value)
            violate(checker,
                    "trial %" PRIu64 " attempt %" PRIu32 ": %s is recorded as %s, its result says "
                    "%" PRId64,
                    result->key.trial, result->key.number, facts[i].name, column(s, (int)i + 1),
                    facts[i].value);
}

static void check_result(struct checker *checker, const struct result *result)
{
    sqlite3_stmt *s =
        query(checker->db, "SELECT token, outcome, detail, stop, started_us, ended_us,"
                           " duration_us, cpu_us, rss_peak_kb, output_bytes, output_dropped,"
                           " leftovers, short_of FROM attempt WHERE trial = ? AND number = ?");

    sqlite3_bind_int64(s, 1, (int64_t)result->key.trial);
    sqlite3_bind_int64(s, 2, result->key.number);
    if (sqlite3_step(s) != SQLITE_ROW)
        violate(checker, "trial %" PRIu64 " attempt %" PRIu32 " has a result, but is not recorded",
                result->key.trial, result->key.number);
    else if (strcmp(column(s, 0), result->token) != 0)
        violate(checker, "trial %" PRIu64 " attempt %" PRIu32 " has the result of another token",
                result->key.trial, result->key.number);
    else if (sqlite3_column_type(s, 1) != SQLITE_NULL)
        compare_outcome(checker, result, s);
    else if (checker->finished) /* else a later runner will read it */
        violate(checker, "the result of trial %" PRIu64 " attempt %" PRIu32 " is not recorded",
                result->key.trial, result->key.number);
    sqlite3_finalize(s);
}

/* Read one file of a trial's directory if it is a result. */
static void visit_result(struct checker *checker, const char *path)
{
    size_t length = strlen(path), suffix = strlen(".result");
    struct result result;
    struct strbuf bytes;

    if (length < suffix || strcmp(path + length - suffix, ".result") != 0)
        return;
    strbuf_init(&bytes, RESULT_MAX);
    if (file_read(AT_FDCWD, path, &bytes, NULL) && result_parse(strbuf_view(&bytes), &result, NULL))
        check_result(checker, &result);
    strbuf_release(&bytes);
}

/* Call for each entry of a directory but the dotted ones. */
static void walk(struct checker *checker, const char *dir,
                 void (*visit)(struct checker *, const char *path))
{
    DIR *listing = opendir(dir);

    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (entry->d_name[0] != '.')
            visit(checker, arena_printf(&checker->arena, "%s/%s", dir, entry->d_name));
    if (listing)
        closedir(listing);
}

static void visit_trial(struct checker *checker, const char *path)
{
    walk(checker, path, visit_result);
}

void check_results(struct checker *checker)
{
    walk(checker, arena_printf(&checker->arena, "%s/trials", checker->dir), visit_trial);
}

static void check_record(struct checker *checker, struct attempt_key key,
                         const struct journal_record *record, sqlite3_stmt *s)
{
    bool ok;

    sqlite3_bind_int64(s, 1, (int64_t)key.trial);
    sqlite3_bind_int64(s, 2, key.number);
    sqlite3_bind_int64(s, 3, (int64_t)record->sequence);
    ok = sqlite3_step(s) == SQLITE_ROW;
    if (ok) {
        double value = sqlite3_column_double(s, 0);
        bool is_null = sqlite3_column_type(s, 0) == SQLITE_NULL;
        bool has_step = sqlite3_column_type(s, 1) != SQLITE_NULL;

        ok = (isnan(record->value) ? is_null : value <= record->value && value >= record->value) &&
             has_step == (record->step != SWEEP_STEP_NONE) &&
             (!has_step || sqlite3_column_int64(s, 1) == record->step);
    }
    sqlite3_reset(s);
    if (!ok)
        violate(checker,
                "trial %" PRIu64 " attempt %" PRIu32 ": record %" PRIu64 " of its journal is not "
                "what is recorded",
                key.trial, key.number, record->sequence);
}

static void check_journal(struct checker *checker, struct attempt_key key, sqlite3_stmt *report)
{
    int fd = sys_open(AT_FDCWD, attempt_file(checker, key, HANDSHAKE_JOURNAL), O_RDONLY, 0);
    struct journal_cursor cursor;
    struct journal_record record;

    if (fd < 0)
        return;
    journal_cursor_init(&cursor, fd, 0, 0);
    while (journal_next(&cursor, &record) == JOURNAL_RECORD)
        if (record.kind == JOURNAL_NUMBER)
            check_record(checker, key, &record, report);
    journal_cursor_release(&cursor);
    sys_close(fd);
}

void check_journals(struct checker *checker)
{
    sqlite3_stmt *ended =
        query(checker->db, "SELECT trial, number FROM attempt WHERE outcome IS NOT NULL");
    sqlite3_stmt *report =
        query(checker->db, "SELECT value, step FROM report WHERE trial = ? AND attempt = ?"
                           " AND sequence = ?");

    while (sqlite3_step(ended) == SQLITE_ROW)
        check_journal(checker,
                      (struct attempt_key){(uint64_t)sqlite3_column_int64(ended, 0),
                                           (uint32_t)sqlite3_column_int64(ended, 1)},
                      report);
    sqlite3_finalize(ended);
    sqlite3_finalize(report);
}

/* The attempt that a process belongs to by the token in its environment, as "TRIAL/NUMBER", if that
 * attempt has ended; else NULL. */
static const char *ended_attempt_of(struct checker *checker, const char *pid)
{
    static const char variable[] = TREE_TOKEN_VARIABLE "=";
    sqlite3_stmt *s = query(checker->db, "SELECT trial || '/' || number FROM attempt"
                                         " WHERE outcome IS NOT NULL AND token = ?");
    int fd =
        sys_open(AT_FDCWD, arena_printf(&checker->arena, "/proc/%s/environ", pid), O_RDONLY, 0);
    const char *found = NULL;
    struct strbuf text;
    char chunk[65536];

    strbuf_init(&text, ENVIRON_MAX);
    for (ssize_t got; fd >= 0 && (got = sys_read(fd, chunk, sizeof chunk)) > 0;)
        strbuf_append(&text, chunk, (size_t)got);
    sys_close(fd);
    const char *p = strbuf_text(&text), *end = p + text.size;

    while (p < end && strncmp(p, variable, sizeof variable - 1) != 0)
        p += strlen(p) + 1;
    if (p < end) {
        sqlite3_bind_text(s, 1, p + sizeof variable - 1, -1, SQLITE_TRANSIENT);
        if (sqlite3_step(s) == SQLITE_ROW)
            found = arena_strdup(&checker->arena, column(s, 0));
    }
    sqlite3_finalize(s);
    strbuf_release(&text);
    return found;
}

/* Whether a process has something below DIR/trials open, as every shim and its children do. */
static bool uses_trials(struct checker *checker, const char *pid)
{
    char real[4096], target[4096];
    const char *trials = realpath(arena_printf(&checker->arena, "%s/trials", checker->dir), real);
    const char *fds = arena_printf(&checker->arena, "/proc/%s/fd", pid);
    DIR *listing = trials ? opendir(fds) : NULL;
    bool found = false;

    for (struct dirent *entry; listing && !found && (entry = readdir(listing));) {
        ssize_t size = readlinkat(dirfd(listing), entry->d_name, target, sizeof target - 1);

        target[size > 0 ? size : 0] = '\0';
        found = strncmp(target, real, strlen(real)) == 0;
    }
    if (listing)
        closedir(listing);
    return found;
}

static bool is_shim(struct checker *checker, const char *pid)
{
    struct strbuf name;
    bool shim;

    strbuf_init(&name, 64);
    shim = file_read(AT_FDCWD, arena_printf(&checker->arena, "/proc/%s/comm", pid), &name, NULL) &&
           strcmp(strbuf_text(&name), "sweep-shim\n") == 0;
    strbuf_release(&name);
    return shim;
}

static bool is_gone(const char *pid, char path[64])
{
    snprintf(path, 64, "/proc/%s/environ", pid);

    int fd = sys_open(AT_FDCWD, path, O_RDONLY, 0);
    char byte;
    bool gone = fd < 0 || sys_read(fd, &byte, 1) <= 0; /* a zombie has no environment */

    sys_close(fd);
    return gone;
}

/* A shim writes its result and then exits: it is given the time for that. */
static bool outlives_grace(struct checker *checker, const char *pid)
{
    const struct timespec nap = {.tv_nsec = 10 * 1000 * 1000};
    char path[64];

    if (!is_shim(checker, pid))
        return !is_gone(pid, path);
    for (int waited_ms = 0; waited_ms < SHIM_EXIT_MS && !is_gone(pid, path); waited_ms += 10)
        nanosleep(&nap, NULL);
    return !is_gone(pid, path);
}

void check_survivors(struct checker *checker)
{
    DIR *listing = opendir("/proc");

    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        const char *pid = entry->d_name, *attempt;

        if (!isdigit((unsigned char)pid[0]))
            continue;
        attempt = ended_attempt_of(checker, pid);
        if (attempt && outlives_grace(checker, pid))
            violate(checker, "process %s of attempt %s is alive, the attempt has ended", pid,
                    attempt);
        else if (!attempt && checker->finished && uses_trials(checker, pid) &&
                 outlives_grace(checker, pid))
            violate(checker, "process %s has files of a trial open, the sweep has ended", pid);
    }
    if (listing)
        closedir(listing);
}
