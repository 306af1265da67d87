/*
 * Decides whether a database is sound, and puts another in its place. What the files say is
 * repair/rebuild.c's.
 */
#include "repair/repair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/sync.h"
#include "base/sys.h"
#include "directory/charter.h"
#include "directory/directory.h"
#include "directory/document.h"
#include "directory/locate.h"
#include "directory/trials.h"
#include "repair/rebuild.h"
#include "session/settings.h"

#define NEW_NAME     LOCATE_DATABASE ".rebuilt"
#define KEPT_NAME    LOCATE_DATABASE ".damaged"
#define NAME_SIZE    64
#define KEPT_MAX     10000
#define SUFFIX_COUNT 3

/* The files of a database: itself, its log, the log's index. */
static const char *const SUFFIXES[SUFFIX_COUNT] = {"", "-wal", "-shm"};

/* One sweep that is looked at. */
struct patient {
    struct repair *report;
    struct arena *arena;
    struct directory directory;
    struct store *store; /* the database as it is, or NULL */
    struct store_sweep recorded;
    bool has_recorded;
    struct store_settings set;    /* apart from its YAML */
    struct sweep_error complaint; /* about it */
    struct store_sweep chartered;
    struct store_settings chartered_set;
    struct sweep_error no_charter; /* why there is none */
    struct document document;
    struct settings settings;
    struct store_sweep sweep; /* as it should be */
    struct rebuild rebuild;
};

/* --- finding it ----------------------------------------------------------------------------- */

/* A sweep's directory without its database is one still. */
static bool is_sweep(struct arena *arena, const char *path)
{
    struct stat status;
    const char *lock = arena_printf(arena, "%s/runner.lock", path);
    const char *trials = arena_printf(arena, "%s/trials", path);
    return stat(lock, &status) == 0 && stat(trials, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool find(struct patient *patient, const char *operand, struct sweep_error *err)
{
    struct location location;
    const char *candidates[] = {operand, locate_named(patient->arena, operand)};
    for (size_t i = 0; i < ARRAY_LENGTH(candidates); i++) {
        if (!is_sweep(patient->arena, candidates[i]))
            continue;
        patient->report->path = arena_strdup(patient->arena, candidates[i]);
        return true;
    }
    if (!locate_sweep(patient->arena, operand, &location, err))
        return false;
    patient->report->path = location.path;
    return true;
}

/* --- what is there -------------------------------------------------------------------------- */

/* @return false where a newer version wrote it: it is sound, and we would make it an old one */
static bool open_recorded(struct patient *patient, struct sweep_error *err)
{
    const char *path = arena_printf(patient->arena, "%s/" LOCATE_DATABASE, patient->directory.path);
    struct sweep_error *complaint = &patient->complaint;
    patient->store = store_open(path, STORE_READ, complaint);
    if (patient->store == NULL)
        return complaint->code != SWEEP_INCOMPATIBLE ||
               sweep_error_set(err, complaint->code, "%s", complaint->message);
    patient->has_recorded =
        store_load_sweep(patient->store, patient->arena, &patient->recorded, complaint);
    if (patient->has_recorded)
        (void)!store_check(patient->store, complaint);
    return true;
}

/* What is set is in the charter too, for a database that cannot be trusted; one from before that
 * was so is all there is. */
static void read_charter(struct patient *patient)
{
    struct store_settings *chartered = &patient->chartered_set;
    bool is_set = false;
    if (patient->has_recorded) {
        patient->chartered = patient->recorded;
        is_set =
            store_load_settings(patient->store, patient->arena, &patient->set, &patient->complaint);
    }
    bool is_there = charter_load(patient->directory.fd, patient->arena, &patient->chartered,
                                 chartered, &patient->no_charter);
    if (!is_there && patient->has_recorded)
        patient->chartered = patient->recorded;
    if (is_there && (!is_set || (patient->complaint.code != SWEEP_OK && chartered->count > 0)))
        patient->set = *chartered;
}

/* A runner that was killed while it recorded another YAML has written the files, but not the
 * database: what is set goes with the YAML that is used. */
static void choose_settings(struct patient *patient, struct strview copy)
{
    bool is_other = patient->has_recorded && !strview_equal(copy, patient->recorded.yaml);
    if (is_other && patient->chartered_set.count > 0)
        patient->set = patient->chartered_set;
}

/* The copy beside the database, or, where that is gone, the YAML in it. */
static bool read_yaml(struct patient *patient, struct sweep_error *err)
{
    struct strbuf bytes;
    strbuf_init(&bytes, CONFIG_SIZE_MAX);
    bool has_copy = file_read(patient->directory.fd, LOCATE_YAML, &bytes, NULL);
    bool found = has_copy || patient->has_recorded;
    if (has_copy)
        choose_settings(patient, strbuf_view(&bytes));
    if (found)
        document_parse_with(&patient->document, LOCATE_YAML,
                            has_copy ? strbuf_view(&bytes) : patient->recorded.yaml,
                            CONFIG_WAS_READ, &patient->set);
    strbuf_release(&bytes);
    if (!found)
        return sweep_error_set(err, SWEEP_DATABASE,
                               "%s/" LOCATE_YAML " is missing, without which nothing can be "
                               "rebuilt: put the file there that the sweep was started with",
                               patient->report->path);
    settings_prepare(&patient->settings, &patient->document);
    return patient->document.config != NULL || document_finish(&patient->document, err);
}

static bool describe(struct patient *patient, struct sweep_error *err)
{
    const struct config *config = patient->document.config;
    struct store_sweep *sweep = &patient->sweep;
    if (patient->no_charter.code != SWEEP_OK && !patient->has_recorded)
        return sweep_error_set(err, SWEEP_DATABASE,
                               "%s can be rebuilt neither from its database nor from the file "
                               "that has its seed (%s): put one of them back, from a copy",
                               patient->report->path, patient->no_charter.message);
    *sweep = patient->chartered;
    sweep->yaml = strbuf_view(&patient->document.source);
    sweep->maximize = config->metric.name != NULL && config->metric.objective.maximize;
    sweep->objective = config->metric.name;
    sweep->state = "interrupted";
    sweep->note = "";
    return true;
}

/* --- judging -------------------------------------------------------------------------------- */

static bool is_recorded_sound(const struct patient *patient)
{
    return patient->store != NULL && patient->complaint.code == SWEEP_OK;
}

/* Where nothing can be compared, because nothing was run yet or something still runs, SQLite's word
 * is enough. */
static bool excuse(struct patient *patient, const struct sweep_error *reason)
{
    patient->report->is_running = reason->code == SWEEP_BUSY;
    patient->report->is_sound =
        is_recorded_sound(patient) &&
        (reason->code == SWEEP_BUSY || !trials_are_there(patient->directory.trials_fd));
    return patient->report->is_sound;
}

static bool judge(struct patient *patient, struct sweep_error *err)
{
    struct repair *report = patient->report;
    struct rebuild *rebuild = &patient->rebuild;
    struct sweep_error reason = {0};
    *rebuild = (struct rebuild){.settings = &patient->settings.run,
                                .sweep = &patient->sweep,
                                .set = &patient->set,
                                .trials_fd = patient->directory.trials_fd};
    if (!rebuild_load(rebuild, &reason))
        return excuse(patient, &reason) || sweep_error_set(err, reason.code, "%s", reason.message);
    report->trials = rebuild->trial_count;
    report->unknown = rebuild->unknown;
    report->reports = rebuild->reports;
    report->is_sound =
        is_recorded_sound(patient) && rebuild_agrees(rebuild, patient->store, &patient->complaint);
    if (!report->is_sound)
        report->reason = arena_strdup(patient->arena, patient->complaint.message);
    return true;
}

/* --- putting another in its place ----------------------------------------------------------- */

static bool is_free(const struct patient *patient, const char *name)
{
    char file[NAME_SIZE + 8];
    for (size_t i = 0; i < SUFFIX_COUNT; i++) {
        (void)snprintf(file, sizeof file, "%s%s", name, SUFFIXES[i]);
        if (faccessat(patient->directory.fd, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            return false;
    }
    return true;
}

static bool choose_name(const struct patient *patient, char name[NAME_SIZE],
                        struct sweep_error *err)
{
    (void)snprintf(name, NAME_SIZE, "%s", KEPT_NAME);
    for (unsigned i = 2; i < KEPT_MAX; i++) {
        if (is_free(patient, name))
            return true;
        (void)snprintf(name, NAME_SIZE, KEPT_NAME ".%u", i);
    }
    return sweep_error_set(err, SWEEP_IO, "there are too many files called " KEPT_NAME);
}

/* The log goes with its database, since it would be applied to the new one. The database first:
 * where we are killed in between it is missing, and the next repair does the rest. */
static bool set_aside(struct patient *patient, struct sweep_error *err)
{
    char name[NAME_SIZE];
    char from[NAME_SIZE];
    char to[NAME_SIZE + 8];
    if (!choose_name(patient, name, err))
        return false;
    for (size_t i = 0; i < SUFFIX_COUNT; i++) {
        (void)snprintf(from, sizeof from, LOCATE_DATABASE "%s", SUFFIXES[i]);
        (void)snprintf(to, sizeof to, "%s%s", name, SUFFIXES[i]);
        if (sys_rename(patient->directory.fd, from, to)) {
            if (i == 0)
                patient->report->kept =
                    arena_printf(patient->arena, "%s/%s", patient->report->path, name);
        } else if (errno != ENOENT) {
            return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot set %s aside", from);
        }
    }
    return true;
}

/* What an interrupted repair left; nobody else has files of that name. */
static void remove_leftovers(const struct patient *patient)
{
    char file[NAME_SIZE];
    for (size_t i = 0; i < SUFFIX_COUNT; i++) {
        (void)snprintf(file, sizeof file, NEW_NAME "%s", SUFFIXES[i]);
        (void)sys_unlink(patient->directory.fd, file);
    }
}

static bool replace(struct patient *patient, struct sweep_error *err)
{
    int fd = patient->directory.fd;
    const char *path = arena_printf(patient->arena, "%s/" NEW_NAME, patient->directory.path);
    store_close(patient->store);
    patient->store = NULL;
    remove_leftovers(patient);
    if (!rebuild_store(&patient->rebuild, path, clock_wall_us(), err) || !set_aside(patient, err))
        return false;
    if (!sys_rename(fd, NEW_NAME, LOCATE_DATABASE))
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot rename " NEW_NAME);
    return sync_directory(fd, patient->directory.path, err);
}

bool repair_sweep(struct repair *out, struct arena *arena, const char *operand,
                  struct sweep_error *err)
{
    struct patient patient = {.report = out, .arena = arena};
    *out = (struct repair){0};
    bool done = find(&patient, operand, err) &&
                directory_open(&patient.directory, out->path, err) && open_recorded(&patient, err);
    if (done) {
        read_charter(&patient);
        done = read_yaml(&patient, err) && describe(&patient, err) && judge(&patient, err) &&
               (out->is_sound || replace(&patient, err));
    }
    rebuild_release(&patient.rebuild);
    store_close(patient.store);
    directory_close(&patient.directory);
    document_release(&patient.document);
    return done;
}
