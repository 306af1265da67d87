/*
 * crash_checker: after a sweep was killed and resumed, was any promise broken?
 *
 * A program apart: it reads the database (with SQL of its own), the attempts' files and the ledger
 * that the trials wrote themselves, and asks the running system who is still alive.
 */
#include "checker.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"

static const char usage[] =
    "usage: crash_checker --dir DIR [--ledger FILE] [--before DUMP] [--reference DIR]\n"
    "                     [--finished N] [--cancelled FILE]\n"
    "       crash_checker --dir DIR --dump FILE\n"
    "\n"
    "  --dir DIR        the sweep's directory, or one that holds a single sweep\n"
    "  --ledger FILE    what ledger_trial appended to $LEDGER (of this sweep only)\n"
    "  --before DUMP    a dump made earlier: nothing in it may have changed\n"
    "  --reference DIR  the same sweep, never interrupted: parameters must be equal, but\n"
    "                   for those that people gave\n"
    "  --finished N     the sweep has ended: N trials, all finished, nothing alive\n"
    "  --cancelled FILE numbers of Slurm's jobs that somebody cancelled, one a line: no other\n"
    "                   trial is cancelled\n"
    "  --dump FILE      write a dump of all that must never change again; checks nothing\n"
    "\n"
    "Run it while no runner is up. Exit status: 0 and one line if nothing is wrong; 1 and one\n"
    "line for each violation; 2 if it could not look.\n"
    "\n"
    "  I1  every readable result file has its attempt ended in the database, with the same "
    "outcome\n"
    "  I2  what the dump of --before holds is still there, unchanged\n"
    "  I3  at most one live attempt per trial; no process of an attempt was alive after the next\n"
    "      attempt of its trial had started\n"
    "  I4  every attempt was executed at most once, and none that is not recorded\n"
    "  I5  metrics flushed by a trial are recorded once and in order (all of them, unless the\n"
    "      attempt was lost); all of its journal is recorded; arrival numbers are unique\n"
    "  I6  trial numbers are dense from 1\n"
    "  I7  nothing of an ended attempt is alive\n"
    "  I8  the parameters recorded are those that the command was given\n"
    "  I9  SQLite's integrity_check and foreign_key_check\n"
    "  I10 parameters are those of the reference\n"
    "  I11 a complete trial did come to its end\n"
    "  I12 with --finished: all are finished, nothing is left to do\n"
    "  I13 what people asked for was done once: a cancelled trial was not run again, and none was\n"
    "      cancelled unasked; what is recorded as done left no request behind\n";

static const struct {
    const char *name;
    void (*run)(struct checker *);
} checks[] = {
    {"I9", check_integrity}, {"I6", check_numbers},   {"I3", check_live},
    {"I12", check_finished}, {"I2", check_unchanged}, {"I1", check_results},
    {"I5", check_arrivals},  {"I5", check_journals},  {"I10", check_reference},
    {"I3", check_overlaps},  {"I4", check_starts},    {"I5", check_metrics},
    {"I13", check_requests}, {"I8", check_params},    {"I11", check_successes},
    {"I7", check_survivors},
};

void violate(struct checker *checker, const char *format, ...)
{
    va_list arguments;

    checker->violations++;
    printf("%s: ", checker->check);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

sqlite3_stmt *query(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        fprintf(stderr, "crash_checker: %s\n", sqlite3_errmsg(db));
        exit(2);
    }
    return s;
}

const char *column(sqlite3_stmt *s, int index)
{
    const char *text = (const char *)sqlite3_column_text(s, index);

    return text ? text : "";
}

const char *find_sweep(struct arena *arena, const char *dir)
{
    char *path = arena_printf(arena, "%s/sweep.db", dir);
    const char *found = access(path, F_OK) == 0 ? dir : NULL;
    DIR *listing = found ? NULL : opendir(dir);

    for (struct dirent *entry; listing && !found && (entry = readdir(listing));)
        if (entry->d_name[0] != '.') {
            path = arena_printf(arena, "%s/%s/sweep.db", dir, entry->d_name);
            if (access(path, F_OK) == 0)
                found = arena_printf(arena, "%s/%s", dir, entry->d_name);
        }
    if (listing)
        closedir(listing);
    if (!found) {
        fprintf(stderr, "crash_checker: there is no sweep.db in '%s'\n", dir);
        exit(2);
    }
    return found;
}

sqlite3 *open_database(struct arena *arena, const char *dir)
{
    const char *path = arena_printf(arena, "%s/sweep.db", dir);
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA busy_timeout = 10000; PRAGMA query_only = ON", NULL, NULL, NULL) !=
            SQLITE_OK) {
        fprintf(stderr, "crash_checker: cannot open '%s': %s\n", path, sqlite3_errmsg(db));
        exit(2);
    }
    return db;
}

static bool parse_options(struct checker *checker, int argc, char **argv)
{
    const struct {
        const char *name;
        const char **value;
    } options[] = {
        {"--dir", &checker->dir},
        {"--ledger", &checker->ledger},
        {"--before", &checker->before},
        {"--reference", &checker->reference},
        {"--dump", &checker->dump},
        {"--finished", &checker->finished},
        {"--cancelled", &checker->cancelled},
    };

    for (int i = 1; i < argc; i += 2) {
        const char **value = NULL;

        for (size_t k = 0; k < ARRAY_LENGTH(options); k++)
            if (strcmp(argv[i], options[k].name) == 0)
                value = options[k].value;
        if (!value || i + 1 == argc)
            return false;
        *value = argv[i + 1];
    }
    return checker->dir != NULL;
}

static int run_checks(struct checker *checker)
{
    if (checker->ledger && !ledger_load(&checker->arena, checker->ledger, &checker->lines))
        return 2;
    for (size_t i = 0; i < ARRAY_LENGTH(checks); i++) {
        checker->check = checks[i].name;
        checks[i].run(checker);
    }
    if (checker->violations) {
        printf("%u violations in '%s'\n", checker->violations, checker->dir);
        return 1;
    }
    printf("no violation in '%s'\n", checker->dir);
    return 0;
}

int main(int argc, char **argv)
{
    struct checker checker = {0};
    int status;

    if (!parse_options(&checker, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    checker.dir = find_sweep(&checker.arena, checker.dir);
    checker.db = open_database(&checker.arena, checker.dir);
    if (checker.dump)
        status = write_dump(&checker, checker.dump) ? 0 : 2;
    else
        status = run_checks(&checker);
    sqlite3_close(checker.db);
    arena_release(&checker.arena);
    return status;
}
