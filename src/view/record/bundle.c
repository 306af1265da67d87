/*
 * Writes bundles. Plain text wherever there is a choice: a person in ten years has an editor.
 */
#include "view/record/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/number.h"
#include "base/sha256.h"
#include "base/sink.h"
#include "base/sync.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "sweep/mem.h"
#include "view/record/best_format.h"
#include "view/record/methods.h"
#include "view/record/rows.h"
#include "view/record/selection.h"

#define LOG_MAX ((size_t)256 << 20) /* [bytes] a shim keeps a quarter of it */

struct bundle {
    struct record *record;
    const char *path;
    int64_t now_us;
    int dir_fd;
    struct store_places best; /* the trials whose output is kept */
    const char **files;       /* [file_count] relative, in the order in which they were written */
    size_t file_count;
    size_t capacity;
};

/* --- files ------------------------------------------------------------------------------------ */

static void note_file(struct bundle *bundle, const char *name)
{
    bundle->files = array_reserve(bundle->files, bundle->file_count + 1, &bundle->capacity,
                                  sizeof *bundle->files);
    bundle->files[bundle->file_count++] = arena_strdup(&bundle->record->arena, name);
}

static bool put_file(struct bundle *bundle, const char *name, const struct strbuf *text,
                     struct sweep_error *err)
{
    if (text->truncated)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "%s/%s would be too large", bundle->path,
                               name);
    note_file(bundle, name);
    return file_replace(bundle->dir_fd, name, strbuf_view(text), 0666, err);
}

/* One file whose contents a function puts together, piece by piece. */
typedef bool write_part(struct bundle *bundle, struct sink *sink, struct sweep_error *err);

static bool put_part(struct bundle *bundle, const char *name, write_part *write,
                     struct sweep_error *err)
{
    struct sink sink;
    bool done = sink_to_file(&sink, bundle->dir_fd, name, 0666, err) && write(bundle, &sink, err) &&
                sink_finish(&sink, err);
    sink_release(&sink);
    if (done)
        note_file(bundle, name);
    return done;
}

static bool write_space(struct bundle *bundle, struct sink *sink, struct sweep_error *err)
{
    (void)err;
    struct strview yaml = bundle->record->sweep.yaml;
    strbuf_append(&sink->text, yaml.data, yaml.size);
    return true;
}

static bool write_best(struct bundle *bundle, struct sink *sink, struct sweep_error *err)
{
    struct record *record = bundle->record;
    return best_format_append(best_format_find("yaml"), record, record->best, NULL, &sink->text,
                              err);
}

static bool write_methods(struct bundle *bundle, struct sink *sink, struct sweep_error *err)
{
    return methods_append(bundle->record, &sink->text, err);
}

/* Rows on their way into a file. */
struct rows {
    struct record *record;
    struct row_context context;
    enum rows_format format;
    struct sink *sink;
};

static bool write_row(void *context, const struct sweep_trial *trial, struct sweep_error *err)
{
    struct rows *rows = context;
    return rows_append(rows->record, &rows->context, rows->format, trial, &rows->sink->text, err) &&
           sink_push(rows->sink, err);
}

static bool write_rows(struct bundle *bundle, enum rows_format format, struct sink *sink,
                       struct sweep_error *err)
{
    static const struct selection_wanted ALL = {.by_number = true};
    struct record *record = bundle->record;
    struct rows rows = {record, record_row_context(record), format, sink};
    if (format == ROWS_CSV)
        row_append_csv_header(&sink->text, &rows.context);
    return selection_each(record, &ALL, write_row, &rows, err);
}

static bool write_csv(struct bundle *bundle, struct sink *sink, struct sweep_error *err)
{
    return write_rows(bundle, ROWS_CSV, sink, err);
}

static bool write_jsonl(struct bundle *bundle, struct sink *sink, struct sweep_error *err)
{
    return write_rows(bundle, ROWS_JSONL, sink, err);
}

static void append_integer(struct strbuf *out, int64_t value)
{
    char text[NUMBER_TEXT_MAX];
    (void)snprintf(text, sizeof text, "%" PRId64, value);
    row_append_csv_field(out, text);
}

static void append_real(struct strbuf *out, double value)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(value, text);
    row_append_csv_field(out, text);
}

static void append_report(struct strbuf *out, const struct store_report *report)
{
    append_integer(out, (int64_t)report->key.trial);
    append_integer(out, report->key.number);
    row_append_csv_field(out, report->metric);
    if (report->step == SWEEP_STEP_NONE)
        row_append_csv_field(out, "");
    else
        append_integer(out, report->step);
    append_real(out, (double)report->elapsed_ms / 1e3);
    append_real(out, report->value);
    strbuf_append_char(out, '\n');
}

static bool write_reports(struct bundle *bundle, struct sink *sink, struct sweep_error *err)
{
    struct record *record = bundle->record;
    bool done = true;
    strbuf_append_text(&sink->text, "trial,attempt,metric,step,elapsed_s,value\n");
    for (uint64_t number = 1; done && number <= record->tally.total; number++) {
        struct arena arena = {0};
        struct store_reports reports;
        done = store_load_reports(record->store, &arena, number, NULL, &reports, err);
        for (size_t k = 0; done && k < reports.count; k++) {
            append_report(&sink->text, &reports.items[k]);
            done = sink_push(sink, err);
        }
        arena_release(&arena);
    }
    return done;
}

/* --- output of the best trials ---------------------------------------------------------------- */

/* What tells of a trial, besides what is in the database: its output and its parameters. A trial
 * may have put a link there, or a name that no list of digests can hold. */
static bool is_kept(int dir_fd, const char *name)
{
    static const char SIGNS[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    struct stat status;
    bool is_ours = strcmp(name, "params.json") == 0 ||
                   (strncmp(name, "output", 6) == 0 && name[strspn(name, SIGNS)] == '\0');
    return is_ours && fstatat(dir_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode);
}

static bool copy_file(struct bundle *bundle, int from_fd, const char *directory, const char *name,
                      struct sweep_error *err)
{
    struct strbuf text;
    strbuf_init(&text, LOG_MAX);
    bool done =
        file_read(from_fd, name, &text, err) &&
        put_file(bundle, arena_printf(&bundle->record->arena, "trials/%s/%s", directory, name),
                 &text, err);
    strbuf_release(&text);
    return done;
}

static bool fail_directory(const char *path, struct sweep_error *err)
{
    return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot use the directory '%s'", path);
}

static bool make_directory(struct bundle *bundle, const char *name, struct sweep_error *err)
{
    return sys_mkdir(bundle->dir_fd, name, 0777) || errno == EEXIST ||
           fail_directory(arena_printf(&bundle->record->arena, "%s/%s", bundle->path, name), err);
}

/* A trial's directory may have been removed: then its output is not to be had. */
static bool copy_trial(struct bundle *bundle, uint64_t number, struct sweep_error *err)
{
    struct arena *arena = &bundle->record->arena;
    char directory[HANDSHAKE_NAME_MAX];
    handshake_trial_directory(number, directory);
    const char *from =
        arena_printf(arena, "%s/trials/%s", bundle->record->location.path, directory);
    DIR *entries = opendir(from);
    struct dirent *entry;
    bool done =
        entries == NULL || make_directory(bundle, arena_printf(arena, "trials/%s", directory), err);
    while (done && entries != NULL && (entry = readdir(entries)) != NULL)
        if (is_kept(dirfd(entries), entry->d_name))
            done = copy_file(bundle, dirfd(entries), directory, entry->d_name, err);
    if (entries != NULL)
        (void)closedir(entries);
    return done;
}

static bool copy_trials(struct bundle *bundle, struct sweep_error *err)
{
    bool done = make_directory(bundle, "trials", err);
    for (size_t i = 0; done && i < bundle->best.count; i++)
        done = copy_trial(bundle, bundle->best.numbers[i], err);
    return done;
}

/* --- what explains it ------------------------------------------------------------------------- */

static const char FILES[] =
    "space.yaml      what was searched and how each trial was run, byte by byte as it was given\n"
    "best.yaml       the best configuration, where there is one\n"
    "methods.txt     the search in one paragraph\n"
    "trials.csv      every trial, one a line: its parameters (params.*), its result, the numbers\n"
    "                captured with it (captured.*), when it started, how long it ran\n"
    "trials.jsonl    the same, one JSON object a line\n"
    "reports.csv     every number that a trial printed and that was read, in the order in which\n"
    "                it came: trial, attempt, metric, step, seconds since its start, value\n"
    "sweep.db        all of it and more, an SQLite 3 database "
    "(https://sqlite.org/fileformat2.html);\n"
    "                its schema has comments: sqlite3 sweep.db .schema\n"
    "trials/N/       parameters and output of the best trials\n"
    "SHA256SUMS      digests of all files but itself: sha256sum -c SHA256SUMS\n";

/* What space.yaml, byte by byte as it was given, does not tell. */
static void append_settings(const struct store_settings *settings, struct strbuf *out)
{
    const char *before =
        "\nKeys that were set apart from space.yaml, and held whatever it says:\n\n";
    for (size_t i = 0; i < settings->count; i++) {
        if (strcmp(settings->items[i].key, CONFIG_FORMER) == 0)
            continue; /* nobody set it: the methods say what it means */
        strbuf_printf(out, "%s  %s=%s\n", before, settings->items[i].key, settings->items[i].value);
        before = "";
    }
}

static bool write_readme(struct bundle *bundle, struct sink *sink, struct sweep_error *err)
{
    struct strbuf *out = &sink->text;
    const struct store_sweep *sweep = &bundle->record->sweep;
    char created[CLOCK_TEXT_MAX];
    char now[CLOCK_TEXT_MAX];
    clock_format_utc(sweep->created_us, created);
    clock_format_utc(bundle->now_us, now);
    strbuf_printf(
        out,
        "The record of the hyperparameter search '%s' (%s).\n\n"
        "Begun %s with the program sweep, version %s; written here %s with\n"
        "version %s. `sweep top DIRECTORY` shows it; nothing of it needs that program.\n\n",
        sweep->name, sweep->uuid, created, sweep->version, now, SWEEP_VERSION);
    if (!methods_append(bundle->record, out, err))
        return false;
    append_settings(&bundle->record->settings, out);
    strbuf_printf(out, "\nFiles:\n\n%s", FILES);
    strbuf_append_text(out, "\nAll text is UTF-8. Times are UTC. In values, nan, inf and -inf are "
                            "what the trial printed.\nIn the parameters True, False and None are "
                            "as they stood on the command line.\n");
    return true;
}

static bool append_digest(struct bundle *bundle, const char *name, struct strbuf *out,
                          struct sweep_error *err)
{
    char block[65536];
    char digest[SHA256_TEXT_MAX];
    struct sha256 sum;
    ssize_t got = -1;
    int fd = sys_open(bundle->dir_fd, name, O_RDONLY, 0);
    sha256_init(&sum);
    while (fd >= 0 && (got = sys_read(fd, block, sizeof block)) > 0)
        sha256_add(&sum, block, (size_t)got);
    if (got < 0)
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read '%s/%s' again", bundle->path,
                              name);
    sys_close(fd);
    sha256_finish(&sum, digest);
    strbuf_printf(out, "%s  %s\n", digest, name);
    return got == 0;
}

static bool write_digests(struct bundle *bundle, struct sink *sink, struct sweep_error *err)
{
    for (size_t i = 0; i < bundle->file_count; i++)
        if (!append_digest(bundle, bundle->files[i], &sink->text, err))
            return false;
    return true;
}

/* ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    write_part *write;
} PARTS[] = {
    {"README.txt", write_readme},   {"space.yaml", write_space}, {"best.yaml", write_best},
    {"methods.txt", write_methods}, {"trials.csv", write_csv},   {"trials.jsonl", write_jsonl},
    {"reports.csv", write_reports},
};

static bool is_empty(const char *path)
{
    DIR *entries = opendir(path);
    struct dirent *entry;
    bool found = false;
    while (entries != NULL && !found && (entry = readdir(entries)) != NULL)
        found = strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (entries != NULL)
        (void)closedir(entries);
    return !found;
}

static bool open_directory(struct bundle *bundle, struct sweep_error *err)
{
    if (!file_make_directories(bundle->path, 0777, err))
        return false;
    if (!is_empty(bundle->path))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "'%s' has something in it already; a bundle wants a directory of "
                               "its own",
                               bundle->path);
    bundle->dir_fd = sys_open(AT_FDCWD, bundle->path, O_RDONLY | O_DIRECTORY, 0);
    return bundle->dir_fd >= 0 || fail_directory(bundle->path, err);
}

/* Complete trials come first in the ranking. */
static bool find_best(struct bundle *bundle, size_t logs, struct sweep_error *err)
{
    struct record *record = bundle->record;
    size_t complete = record->tally.counts[SWEEP_TRIAL_COMPLETE];
    return store_find_ranking(record->store, &record->arena, record->sweep.maximize,
                              logs < complete ? logs : complete, &bundle->best, err);
}

static bool write_all(struct bundle *bundle, struct sweep_error *err)
{
    const struct record *record = bundle->record;
    for (size_t i = 0; i < ARRAY_LENGTH(PARTS); i++) {
        bool is_wanted = PARTS[i].write != write_best || record->best != NULL;
        if (is_wanted && !put_part(bundle, PARTS[i].name, PARTS[i].write, err))
            return false;
    }
    if (!store_backup(record->store,
                      arena_printf(&bundle->record->arena, "%s/sweep.db", bundle->path), err))
        return false;
    note_file(bundle, "sweep.db");
    return copy_trials(bundle, err) && put_part(bundle, "SHA256SUMS", write_digests, err) &&
           sync_directory(bundle->dir_fd, bundle->path, err);
}

bool bundle_write(struct record *record, const char *path, size_t logs, int64_t now_us,
                  struct sweep_error *err)
{
    struct bundle bundle = {.record = record, .path = path, .now_us = now_us, .dir_fd = -1};
    bool done =
        open_directory(&bundle, err) && find_best(&bundle, logs, err) && write_all(&bundle, err);
    sys_close(bundle.dir_fd);
    sweep_free(bundle.files);
    return done;
}
