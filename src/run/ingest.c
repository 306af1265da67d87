/*
 * News of attempts: the back end's events, numbers from journals, outcomes.
 *
 * An outcome is recorded only when the attempt's journal was read to its end, so that whoever sees
 * a finished trial sees all of its numbers. A flood of numbers is taken in portions, turn by turn.
 */
#include "run/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/crash_point.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "journal/journal.h"
#include "sweep/mem.h"

/* Of one journal in one turn; of all while nothing can be written. */
#define PORTION_RECORDS 10000
#define HELD_RECORDS    100000

struct live *live_add(struct runner *runner, const struct attempt_identity *identity,
                      int64_t started_us)
{
    struct live *live = sweep_alloc(sizeof *live);
    live->key = identity->key;
    live->pid = identity->pid;
    live->pid_start = identity->pid_start;
    usage_init(&live->watching.usage);
    live->started_us = started_us;
    live->patterns = runner->settings->patterns;
    live->pattern_count = runner->settings->pattern_count;
    runner->live = array_reserve(runner->live, runner->live_count + 1, &runner->live_capacity,
                                 sizeof(struct live *));
    runner->live[runner->live_count++] = live;
    return live;
}

static void live_free(struct live *live)
{
    for (size_t i = 0; live->uuids != NULL && live->uuids[i] != NULL; i++)
        sweep_free(live->uuids[i]);
    sweep_free(live->uuids);
    sweep_free(live->noticed);
    sweep_free(live);
}

static void live_remove(struct runner *runner, const struct live *live)
{
    for (size_t i = 0; i < runner->live_count; i++)
        if (runner->live[i] == live)
            runner->live[i] = runner->live[--runner->live_count];
}

void live_release(struct runner *runner)
{
    for (size_t i = 0; i < runner->live_count; i++)
        live_free(runner->live[i]);
    sweep_free(runner->live);
    runner->live = NULL;
    runner->live_count = 0;
}

struct live *live_find(const struct runner *runner, struct attempt_key key)
{
    for (size_t i = 0; i < runner->live_count; i++) {
        struct live *live = runner->live[i];
        if (live->key.trial == key.trial && live->key.number == key.number)
            return live;
    }
    return NULL;
}

static void fail_newer(struct runner *runner, const struct live *live, const char *what)
{
    struct sweep_error err = {0};
    sweep_error_set(&err, SWEEP_INCOMPATIBLE,
                    "the %s of trial %" PRIu64 " was written by a newer version of sweep: "
                    "go on with that version",
                    what, live->key.trial);
    runner_fail(runner, &err);
}

/* As if it had been asked for in `control/`: its outcome follows. */
static void cancel_unwanted(struct runner *runner, const struct live *live)
{
    struct engine_event event = runner_event(runner, ENGINE_CANCEL);
    event.trial = live->key.trial;
    runner_feed(runner, &event);
}

static void fail_refused(struct runner *runner, const char *why)
{
    struct sweep_error err = {0};
    sweep_error_set(&err, SWEEP_SPAWN,
                    "%s; when that is mended, go on with `sweep resume`: trials that run go on, "
                    "and no other was started",
                    why);
    runner_fail(runner, &err);
}

void ingest_events(struct runner *runner)
{
    struct backend_event event;
    while (runner->request->backend->next(runner->attempts, runner->now_ms, &event)) {
        struct live *live = live_find(runner, event.key);
        if (event.kind == BACKEND_SAYS)
            runner_say_later(runner, event.text);
        if (event.kind == BACKEND_REFUSED)
            fail_refused(runner, event.text);
        if (live == NULL)
            continue;
        switch (event.kind) {
        case BACKEND_READY:
            break;
        case BACKEND_JOURNAL:
            live->has_news = true;
            break;
        case BACKEND_ENDED:
            live->has_news = true;
            live->has_ended = true;
            live->outcome = event.outcome;
            live->journal_lost = event.journal_lost;
            break;
        case BACKEND_NEWER:
            fail_newer(runner, live, "result");
            break;
        case BACKEND_UNWANTED:
            cancel_unwanted(runner, live);
            break;
        case BACKEND_SAYS:
        case BACKEND_REFUSED:
            break;
        }
    }
}

static void take_number(struct runner *runner, const struct live *live,
                        const struct journal_record *record)
{
    const char *name = live->patterns[record->pattern].name;
    const struct store_report report = {
        .key = live->key,
        .metric = name,
        .sequence = record->sequence,
        .arrival = engine_take_arrival(runner->engine),
        .step = record->step,
        .elapsed_ms = record->elapsed_ms,
        .value = record->value,
    };
    turn_add_report(&runner->turn, &report);
    const struct run_settings *settings = runner->settings;
    if (!settings->has_objective || strcmp(name, settings->objective_name) != 0)
        return;
    struct engine_event event = runner_event(runner, ENGINE_REPORT);
    event.key = live->key;
    event.value = record->value;
    event.step = record->step;
    runner_feed(runner, &event);
}

/* How a complaint is called in the log of events. */
static const char *const complaint_kinds[] = {
    [JOURNAL_NOT_A_NUMBER] = "not_a_number",
    [JOURNAL_TOO_LARGE] = "too_large",
    [JOURNAL_SWITCHED_OFF] = "switched_off",
};

static void format_complaint(const struct journal_record *record, const char *metric,
                             struct strbuf *out)
{
    switch (record->kind) {
    case JOURNAL_NUMBER:
        break;
    case JOURNAL_NOT_A_NUMBER:
        strbuf_printf(out, "'%s' printed for %s is not a number", record->text, metric);
        break;
    case JOURNAL_TOO_LARGE:
        strbuf_printf(out, "'%s' printed for %s is too large a number", record->text, metric);
        break;
    case JOURNAL_SWITCHED_OFF:
        strbuf_printf(out,
                      "the pattern of %s takes too long on this output; it is not tried on the "
                      "rest of it",
                      metric);
        break;
    }
}

/* Set a bit; false when it was set already. */
static bool is_first(unsigned char *bits, enum journal_kind kind)
{
    unsigned char bit = (unsigned char)(1u << kind);
    bool first = (*bits & bit) == 0;
    *bits = *bits | bit;
    return first;
}

/* Recorded once an attempt, said once a sweep: a script that prints 1,5 does so every epoch. */
static void take_complaint(struct runner *runner, struct live *live,
                           const struct journal_record *record)
{
    if (live->noticed == NULL)
        live->noticed = sweep_alloc(live->pattern_count);
    if (!is_first(&live->noticed[record->pattern], record->kind))
        return;
    struct strbuf text;
    strbuf_init(&text, 512);
    strbuf_printf(&text, "trial %" PRIu64 ": ", live->key.trial);
    size_t prefix = text.size;
    format_complaint(record, live->patterns[record->pattern].name, &text);
    turn_add_event(&runner->turn, runner->wall_us, live->key, complaint_kinds[record->kind],
                   strbuf_text(&text) + prefix);
    bool is_own = live->patterns == runner->settings->patterns;
    if (is_own && is_first(&runner->complained[record->pattern], record->kind))
        runner_say_later(runner, strbuf_text(&text));
    strbuf_release(&text);
}

static void take_record(struct runner *runner, struct live *live,
                        const struct journal_record *record)
{
    if (record->pattern >= live->pattern_count)
        return;
    if (record->kind == JOURNAL_NUMBER)
        take_number(runner, live, record);
    else
        take_complaint(runner, live, record);
}

/* Read one portion. @return whether the journal is read to its end */
static bool read_portion(struct runner *runner, struct live *live, int fd)
{
    struct journal_cursor cursor;
    journal_cursor_init(&cursor, fd, live->offset, live->sequence);
    struct journal_record record;
    enum journal_step step = JOURNAL_END;
    size_t count = 0;
    while (count < PORTION_RECORDS && !runner->has_failed &&
           (step = journal_next(&cursor, &record)) == JOURNAL_RECORD) {
        take_record(runner, live, &record);
        count++;
    }
    if (step == JOURNAL_NEWER)
        fail_newer(runner, live, "journal of metrics");
    if (cursor.offset != live->offset) {
        live->offset = cursor.offset;
        live->sequence = cursor.sequence;
        turn_add_offset(&runner->turn,
                        &(struct turn_offset){live->key, live->offset, live->sequence});
    }
    journal_cursor_release(&cursor);
    return count < PORTION_RECORDS;
}

/* Most attempts of a quick command never write a number: then a look at the size is all. */
static bool read_journal(struct runner *runner, struct live *live)
{
    char path[HANDSHAKE_PATH_MAX];
    handshake_path(live->key, HANDSHAKE_JOURNAL, path);
    int trials_fd = runner->request->directory->trials_fd;
    struct stat status;
    if (fstatat(trials_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        (uint64_t)status.st_size <= live->offset)
        return true;
    int fd = sys_open(trials_fd, path, O_RDONLY, 0);
    if (fd < 0)
        return true; /* somebody removed it: there is nothing to read */
    bool is_read = read_portion(runner, live, fd);
    sys_close(fd);
    return is_read;
}

static void say_lost_numbers(struct runner *runner, const struct live *live)
{
    char text[256];
    (void)snprintf(text, sizeof text,
                   "trial %" PRIu64 ": the disk was full, %" PRIu64 " numbers were not recorded",
                   live->key.trial, live->journal_lost);
    turn_add_event(&runner->turn, runner->wall_us, live->key, "numbers_lost", text);
    runner_say_later(runner, text);
}

/* Some scripts clear the directory that they are to write into, and with it what is known of them.
 * Every attempt has a journal from its launch on, if only an empty one. */
static void say_removed(struct runner *runner, const struct live *live)
{
    char path[HANDSHAKE_PATH_MAX];
    char text[256];
    struct stat status;
    handshake_path(live->key, HANDSHAKE_JOURNAL, path);
    if (fstatat(runner->request->directory->trials_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0)
        return;
    (void)snprintf(text, sizeof text,
                   "trial %" PRIu64 ": its directory (SWEEP_DIR) was removed or cleared while it "
                   "ran; does its script do that?",
                   live->key.trial);
    turn_add_event(&runner->turn, runner->wall_us, live->key, "directory_removed", text);
    runner_say_later(runner, text);
}

static void record_outcome(struct runner *runner, struct live *live)
{
    if (live->outcome.end == ATTEMPT_LOST)
        say_removed(runner, live);
    if (live->journal_lost > 0)
        say_lost_numbers(runner, live);
    if (live->outcome.ended_us == 0) { /* lost: nobody saw how long it ran */
        live->outcome.started_us = live->started_us;
        live->outcome.ended_us = runner->wall_us;
    }
    watching_end(runner, live);
    faults_settle(runner, live);
    struct turn_outcome *record = turn_add_outcome(&runner->turn, live->key, &live->outcome);
    gpus_end(runner, live->key, &record->outcome);
    live->outcome = record->outcome;
    spending_note(runner, 0);
    struct engine_event event = runner_event(runner, ENGINE_ENDED);
    event.key = live->key;
    event.outcome = &live->outcome;
    runner->outcome_arrival = 0;
    runner_feed(runner, &event);
    uint64_t arrival = runner->outcome_arrival;
    gpus_settle(runner);
    /* The outcome that finishes a trial arrives together with it. */
    record->arrival = arrival != 0 ? arrival : engine_take_arrival(runner->engine);
    live_remove(runner, live);
    live_free(live);
}

static bool is_held_up(const struct runner *runner)
{
    return runner->trouble.is_active && runner->turn.report_count >= HELD_RECORDS;
}

void ingest_journals(struct runner *runner)
{
    /* Backwards, and by index: recording an outcome takes an item out and may start others. */
    for (size_t i = runner->live_count; i-- > 0 && !runner->has_failed;) {
        struct live *live = runner->live[i];
        if (!live->has_news || is_held_up(runner))
            continue;
        crash_point(CRASH_runner_before_ingest);
        live->has_news = !read_journal(runner, live);
        crash_point(CRASH_runner_after_ingest);
        if (!live->has_news && live->has_ended && faults_are_known(runner, live))
            record_outcome(runner, live);
    }
}

bool ingest_has_more(const struct runner *runner)
{
    for (size_t i = 0; i < runner->live_count; i++)
        if (runner->live[i]->has_news)
            return !is_held_up(runner);
    return false;
}
