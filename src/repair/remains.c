/*
 * Reads what supervisors left. Decides nothing about trials: rebuild.c does.
 */
#include "repair/remains.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/file.h"
#include "base/number.h"
#include "base/sys.h"
#include "journal/claim.h"
#include "journal/handshake.h"
#include "journal/journal.h"
#include "journal/result.h"
#include "proc/helper.h"
#include "proc/identity.h"
#include "proc/tree.h"
#include "space/space.h"
#include "sweep/mem.h"
#include "json/params.h"

/* Of an engine that is asked for a list of its containers. */
#define ANSWER_MAX    ((size_t)1024 * 1024)
#define ANSWER_MAX_MS 20000

#define COMMAND_MAX 4096

#define PARAMS_MAX   ((size_t)16 * 1024 * 1024)
#define RESULT_MAX   ((size_t)64 * 1024)
#define US_PER_MS    1000
#define US_PER_S     1000000
#define NS_PER_US    1000
#define RESUME_ENTRY "SWEEP_RESUME=1"
#define SEED_PREFIX  "SWEEP_SEED="

/* One trial that is being read. */
struct reading {
    struct arena *arena;
    int trials_fd;
    const struct run_settings *settings;
    struct sweep_error *err;
};

static bool exists(const struct reading *reading, struct attempt_key key, enum handshake_file file,
                   struct stat *status)
{
    char path[HANDSHAKE_PATH_MAX];
    handshake_path(key, file, path);
    return fstatat(reading->trials_fd, path, status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Read a file of an attempt. @return false where there is none */
static bool read_file(const struct reading *reading, struct attempt_key key,
                      enum handshake_file file, struct strbuf *bytes)
{
    char path[HANDSHAKE_PATH_MAX];
    handshake_path(key, file, path);
    return file_read(reading->trials_fd, path, bytes, NULL);
}

static void take_gpus(const struct reading *reading, const struct spec *spec,
                      struct remains_attempt *attempt)
{
    size_t count = 0;
    while (spec->gpus != NULL && spec->gpus[count] != NULL)
        count++;
    struct store_gpu *items = arena_alloc_array(reading->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++)
        items[i] = (struct store_gpu){spec->gpus[i], ""};
    attempt->gpus = (struct store_gpus){items, count};
}

/* A newer version may know what we do not: everything else that cannot be read is absent. */
static bool is_bearable(const struct reading *reading, const struct sweep_error *reason)
{
    if (reason->code != SWEEP_INCOMPATIBLE)
        return true;
    return sweep_error_set(reading->err, reason->code, "%s", reason->message);
}

/* A seed that the script has from its environment alone is in none of its params. */
static void restore_seed(const struct reading *reading, uint64_t trial, struct sweep_value *params)
{
    const struct sweep_space *space = reading->settings->space;
    size_t last = space_told_count(space);
    const struct attempt_key first = {trial, 1};
    struct strbuf bytes;
    struct spec spec;
    if (last == sweep_space_count(space))
        return;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    bool parsed = read_file(reading, first, HANDSHAKE_SPEC, &bytes) &&
                  spec_parse(reading->arena, strbuf_view(&bytes), &spec, NULL);
    strbuf_release(&bytes);
    if (!parsed)
        return;
    for (char *const *entry = spec.envp; *entry != NULL; entry++) {
        uint64_t seed = 0;
        if (strncmp(*entry, SEED_PREFIX, strlen(SEED_PREFIX)) != 0 ||
            number_parse_uint64(strview_of(*entry + strlen(SEED_PREFIX)), &seed) != NUMBER_OK)
            continue;
        const struct sweep_value found = {.kind = SWEEP_VALUE_INT, .integer = (int64_t)seed};
        params[last] = space_restore_value(space_seed_parameter(space), found);
        return;
    }
}

static const struct sweep_value *load_params(const struct reading *reading, uint64_t trial)
{
    char directory[HANDSHAKE_NAME_MAX];
    char path[HANDSHAKE_PATH_MAX];
    struct strbuf text;
    handshake_trial_directory(trial, directory);
    (void)snprintf(path, sizeof path, "%s/params.json", directory);
    strbuf_init(&text, PARAMS_MAX);
    struct sweep_value *params = arena_alloc_array(
        reading->arena, sweep_space_count(reading->settings->space), sizeof *params);
    bool read =
        file_read(reading->trials_fd, path, &text, NULL) &&
        params_read(reading->arena, reading->settings->space, strbuf_text(&text), params, NULL);
    strbuf_release(&text);
    if (read)
        restore_seed(reading, trial, params);
    return read ? params : NULL;
}

static bool has_entry(char *const *list, const char *entry)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, entry) == 0)
            return true;
    return false;
}

/* The spec tells the token, what the supervisor looked for, and whether it had a checkpoint. */
static bool load_spec(const struct reading *reading, struct remains_attempt *attempt,
                      struct spec *spec)
{
    struct attempt_key key = attempt->identity.key;
    struct strbuf bytes;
    struct sweep_error reason = {0};
    struct stat status;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    bool parsed = read_file(reading, key, HANDSHAKE_SPEC, &bytes) &&
                  spec_parse(reading->arena, strbuf_view(&bytes), spec, &reason) &&
                  spec->key.trial == key.trial && spec->key.number == key.number;
    strbuf_release(&bytes);
    if (exists(reading, key, HANDSHAKE_SPEC, &status))
        attempt->started_us =
            (int64_t)status.st_mtim.tv_sec * US_PER_S + status.st_mtim.tv_nsec / NS_PER_US;
    if (!parsed) {
        *spec = (struct spec){.patterns = reading->settings->patterns,
                              .pattern_count = reading->settings->pattern_count};
        (void)snprintf(attempt->identity.token, ATTEMPT_TOKEN_MAX, "%" PRIx64 ".%" PRIx32,
                       key.trial, key.number);
        attempt->fresh = key.number == 1;
        return is_bearable(reading, &reason);
    }
    memcpy(attempt->identity.token, spec->token, ATTEMPT_TOKEN_MAX);
    attempt->fresh = !has_entry(spec->envp, RESUME_ENTRY);
    take_gpus(reading, spec, attempt);
    return true;
}

static bool load_result(const struct reading *reading, struct remains_attempt *attempt,
                        bool is_token_known)
{
    struct attempt_key key = attempt->identity.key;
    struct strbuf bytes;
    struct result result;
    struct sweep_error reason = {0};
    strbuf_init(&bytes, RESULT_MAX);
    bool parsed = read_file(reading, key, HANDSHAKE_RESULT, &bytes) &&
                  result_parse(strbuf_view(&bytes), &result, &reason);
    strbuf_release(&bytes);
    if (!parsed)
        return is_bearable(reading, &reason);
    bool is_ours = result.key.trial == key.trial && result.key.number == key.number &&
                   (!is_token_known || strcmp(result.token, attempt->identity.token) == 0);
    if (!is_ours)
        return true;
    memcpy(attempt->identity.token, result.token, ATTEMPT_TOKEN_MAX);
    attempt->has_result = true;
    attempt->outcome = result.outcome;
    if (result.outcome.started_us != 0)
        attempt->started_us = result.outcome.started_us;
    return true;
}

static bool has_looked(const struct run_settings *settings, const struct spec *spec)
{
    if (!settings->has_objective)
        return true;
    const struct spec_pattern *wanted = &settings->patterns[settings->objective_pattern];
    for (size_t i = 0; i < spec->pattern_count; i++) {
        const struct spec_pattern *pattern = &spec->patterns[i];
        bool is_by_name = pattern->pattern == NULL || wanted->pattern == NULL;
        if (strcmp(pattern->name, wanted->name) == 0 &&
            (is_by_name ? pattern->pattern == wanted->pattern
                        : strcmp(pattern->pattern, wanted->pattern) == 0))
            return true;
    }
    return false;
}

static void add_report(struct remains_attempt *attempt, size_t *capacity, const char *metric,
                       const struct journal_record *record)
{
    attempt->reports = array_reserve(attempt->reports, attempt->report_count + 1, capacity,
                                     sizeof *attempt->reports);
    attempt->reports[attempt->report_count++] = (struct store_report){
        .key = attempt->identity.key,
        .metric = metric,
        .sequence = record->sequence,
        .step = record->step,
        .elapsed_ms = record->elapsed_ms,
        .value = record->value,
    };
}

static bool load_journal(const struct reading *reading, struct remains_attempt *attempt,
                         const struct spec *spec)
{
    char path[HANDSHAKE_PATH_MAX];
    struct journal_cursor cursor;
    struct journal_record record;
    enum journal_step step;
    size_t capacity = 0;
    handshake_path(attempt->identity.key, HANDSHAKE_JOURNAL, path);
    int fd = sys_open(reading->trials_fd, path, O_RDONLY, 0);
    if (fd < 0)
        return true;
    journal_cursor_init(&cursor, fd, 0, 0);
    while ((step = journal_next(&cursor, &record)) == JOURNAL_RECORD)
        if (record.kind == JOURNAL_NUMBER && record.pattern < spec->pattern_count)
            add_report(attempt, &capacity, spec->patterns[record.pattern].name, &record);
    attempt->journal_offset = cursor.offset;
    attempt->journal_sequence = cursor.sequence;
    journal_cursor_release(&cursor);
    sys_close(fd);
    struct store_report *heap = attempt->reports;
    attempt->reports =
        arena_alloc_array(reading->arena, attempt->report_count, sizeof *attempt->reports);
    if (attempt->report_count > 0)
        memcpy(attempt->reports, heap, attempt->report_count * sizeof *heap);
    sweep_free(heap);
    return step != JOURNAL_NEWER ||
           sweep_error_set(reading->err, SWEEP_INCOMPATIBLE,
                           "the journal of trial %" PRIu64
                           " was written by a newer version of sweep: use that version",
                           attempt->identity.key.trial);
}

/* Without a result its supervisor or the command may be at work: who would know of it afterwards?
 */
static bool check_dead(const struct reading *reading, const struct remains_attempt *attempt)
{
    struct attempt_key key = attempt->identity.key;
    const struct tree tree = {.token = attempt->identity.token};
    char path[HANDSHAKE_PATH_MAX];
    handshake_path(key, HANDSHAKE_LOCK, path);
    int fd = sys_open(reading->trials_fd, path, O_RDONLY | O_NONBLOCK, 0);
    bool is_locked = fd >= 0 && file_is_locked(fd);
    sys_close(fd);
    if (!is_locked && tree_signal(&tree, 0) == 0)
        return true;
    return sweep_error_set(
        reading->err, SWEEP_BUSY,
        "trial %" PRIu64 " still runs without its runner, as attempt %" PRIu32
        ": wait until it has ended, or end its processes, those with " TREE_TOKEN_VARIABLE
        "=%s in their environment",
        key.trial, key.number, attempt->identity.token);
}

/* An attempt of Slurm's has no lock. If no job has claimed it, none shall any more. */
static bool check_claim(const struct reading *reading, const struct remains_attempt *attempt)
{
    struct attempt_key key = attempt->identity.key;
    char directory[HANDSHAKE_NAME_MAX];
    struct stat status;
    struct sweep_error reason = {0};
    if (exists(reading, key, HANDSHAKE_LOCK, &status) ||
        !exists(reading, key, HANDSHAKE_SPEC, &status))
        return true;
    handshake_trial_directory(key.trial, directory);
    int fd = sys_open(reading->trials_fd, directory, O_RDONLY | O_DIRECTORY, 0);
    bool is_ours = fd < 0 || claim_take(fd, key.number, CLAIM_RUNNER, NULL, &reason) ||
                   claim_look(fd, key.number).is_runners;
    sys_close(fd);
    if (is_ours)
        return true;
    return sweep_error_set(reading->err, SWEEP_BUSY,
                           "trial %" PRIu64 " may still run as a job of Slurm, as attempt %" PRIu32
                           ": wait until it has ended; if `squeue` no longer shows the job that "
                           "trials/%s/%" PRIu32 ".claim names, remove that file",
                           key.trial, key.number, directory, key.number);
}

/* Only where its engine says so it is not there. */
static bool has_container(const struct spec *spec)
{
    struct helper helper;
    if (spec->container.name == NULL)
        return false;
    helper_init(&helper, ANSWER_MAX);
    bool is_gone = helper_run(&helper, spec->container.list, spec->envp, ANSWER_MAX_MS, NULL) &&
                   strstr(strbuf_text(&helper.out), spec->container.name) == NULL;
    helper_release(&helper);
    return !is_gone;
}

/* The processes in a container need have no token, and its engine need not be at work now. */
static bool check_no_container(const struct reading *reading, const struct spec *spec)
{
    if (!has_container(spec))
        return true;
    struct strbuf command;
    strbuf_init(&command, COMMAND_MAX);
    for (size_t i = 0; spec->container.remove[i] != NULL; i++)
        strbuf_printf(&command, "%s%s", i > 0 ? " " : "", spec->container.remove[i]);
    (void)sweep_error_set(reading->err, SWEEP_BUSY,
                          "trial %" PRIu64 " may still run in a container of %s: wait until it has "
                          "ended, or end it: %s",
                          spec->key.trial, spec->container.list[0], strbuf_text(&command));
    strbuf_release(&command);
    return false;
}

static bool load_attempt(const struct reading *reading, struct attempt_key key,
                         struct remains_attempt *out)
{
    struct spec spec;
    *out = (struct remains_attempt){.identity.key = key};
    identity_boot_id(out->identity.boot_id);
    if (!load_spec(reading, out, &spec) || !load_result(reading, out, spec.token[0] != '\0'))
        return false;
    out->looked = has_looked(reading->settings, &spec);
    bool is_over = out->has_result || (check_claim(reading, out) && check_dead(reading, out) &&
                                       check_no_container(reading, &spec));
    return is_over && load_journal(reading, out, &spec);
}

static uint32_t count_attempts(const struct reading *reading, uint64_t trial)
{
    struct attempt_key key = {trial, 1};
    struct stat status;
    while (exists(reading, key, HANDSHAKE_SPEC, &status) ||
           exists(reading, key, HANDSHAKE_RESULT, &status))
        key.number++;
    return key.number - 1;
}

bool remains_load(struct remains *out, struct arena *arena, int trials_fd, uint64_t number,
                  const struct run_settings *settings, struct sweep_error *err)
{
    const struct reading reading = {arena, trials_fd, settings, err};
    uint32_t count = count_attempts(&reading, number);
    *out = (struct remains){.trial = number, .params = load_params(&reading, number)};
    out->attempts = arena_alloc_array(arena, count, sizeof *out->attempts);
    for (uint32_t i = 0; i < count; i++)
        if (!load_attempt(&reading, (struct attempt_key){number, i + 1}, &out->attempts[i]))
            return false;
    out->attempt_count = count;
    return true;
}
