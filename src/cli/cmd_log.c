/*
 * `sweep log`: the output of one attempt, byte by byte, or made safe for a screen.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/say.h"
#include "base/sys.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "trial/trial.h"
#include "view/record/attempt_output.h"
#include "view/record/record.h"
#include "view/term/text.h"

#define BLOCK_SIZE ((size_t)64 * 1024)
#define SAFE_MAX   (8 * BLOCK_SIZE) /* an escaped byte takes four characters */
#define REMARK_MAX 4096
#define FOLLOW_MS  100

/* A remark on standard error. */
static void remark(const char *text)
{
    struct strbuf line;
    strbuf_init(&line, REMARK_MAX);
    strbuf_printf(&line, "sweep: %s\n", text);
    say(&line);
    strbuf_release(&line);
}

static bool write_exactly(struct strview block, struct sweep_error *err)
{
    if (sys_write(STDOUT_FILENO, block.data, block.size) || errno == EPIPE)
        return true;
    return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot write to standard output");
}

static bool write_safely(struct strview block, struct sweep_error *err)
{
    struct strbuf safe;
    strbuf_init(&safe, SAFE_MAX);
    text_append_safe_output(&safe, block);
    bool done = output_print(&safe, err);
    strbuf_release(&safe);
    return done;
}

static bool copy_exactly(struct attempt_output *output, struct sweep_error *err)
{
    char block[BLOCK_SIZE];
    ssize_t got;
    while ((got = attempt_output_read(output, block, sizeof block)) > 0)
        if (!write_exactly((struct strview){block, (size_t)got}, err))
            return false;
    return got == 0 || sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read the output");
}

/* Blocks on their way to a screen. */
struct safe_copy {
    char block[BLOCK_SIZE];
    size_t used; /* of a character that is not complete yet */
};

/* Write what has come behind it, but for an incomplete character. */
static bool pass(struct safe_copy *copy, size_t size, struct sweep_error *err)
{
    copy->used += size;
    size_t whole = text_whole((struct strview){copy->block, copy->used});
    if (!write_safely((struct strview){copy->block, whole}, err))
        return false;
    copy->used -= whole;
    memmove(copy->block, copy->block + whole, copy->used);
    return true;
}

static bool copy_safely(struct attempt_output *output, struct sweep_error *err)
{
    struct safe_copy copy = {.used = 0};
    ssize_t got;
    while ((got = attempt_output_read(output, copy.block + copy.used, BLOCK_SIZE - copy.used)) > 0)
        if (!pass(&copy, (size_t)got, err))
            return false;
    if (got < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read the output");
    return write_safely((struct strview){copy.block, copy.used}, err);
}

/* Write what there is now. */
static bool follow_once(struct attempt_follower *follower, struct safe_copy *copy, bool is_screen,
                        struct sweep_error *err)
{
    ssize_t got;
    while ((got = attempt_follower_read(follower, copy->block + copy->used,
                                        BLOCK_SIZE - copy->used)) > 0) {
        const struct strview block = {copy->block, (size_t)got};
        if (!(is_screen ? pass(copy, (size_t)got, err) : write_exactly(block, err)))
            return false;
    }
    return got == 0 || sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read the output");
}

/* Until the attempt ends or nobody reads any more. */
static bool follow(struct record *record, struct attempt_key key, struct sweep_error *err)
{
    static const struct timespec PAUSE = {.tv_nsec = FOLLOW_MS * 1000000L};
    struct attempt_follower follower;
    struct safe_copy copy = {.used = 0};
    struct pollfd reader = {.fd = STDOUT_FILENO};
    bool is_screen = isatty(STDOUT_FILENO);
    bool has_ended = false;
    bool is_gone = false;

    if (!attempt_follower_open(&follower, record->location.path, key, err))
        return false;
    bool done = true;
    while (done && !has_ended && !is_gone) {
        has_ended = attempt_follower_has_ended(&follower);
        done = follow_once(&follower, &copy, is_screen, err);
        is_gone = poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR) != 0;
        if (done && !has_ended && !is_gone)
            (void)nanosleep(&PAUSE, NULL);
    }
    if (done && is_screen)
        done = write_safely((struct strview){copy.block, copy.used}, err);
    uint64_t missed = attempt_follower_missed(&follower);
    if (done && missed > 0)
        remark(arena_printf(&record->arena,
                            "%" PRIu64 " bytes were written faster than they could be followed; "
                            "without -f all that is kept is shown",
                            missed));
    attempt_follower_close(&follower);
    return done;
}

/* The attempt that is asked for; 0 with an error when there is none such. */
static uint32_t choose_attempt(const struct options *options, const struct sweep_trial *trial,
                               struct sweep_error *err)
{
    if (trial->attempts == 0) {
        sweep_error_set(err, SWEEP_NOT_FOUND, "trial %" PRIu64 " was not started yet",
                        trial->number);
        return 0;
    }
    if (options->attempt > trial->attempts) {
        sweep_error_set(err, SWEEP_NOT_FOUND,
                        "trial %" PRIu64 " has no attempt %" PRIu64 ", only %" PRIu32,
                        trial->number, options->attempt, trial->attempts);
        return 0;
    }
    return options->attempt > 0 ? (uint32_t)options->attempt : trial->attempts;
}

static void remark_attempt(struct record *record, const struct sweep_trial *trial,
                           const struct options *options)
{
    if (trial->attempts > 1 && options->attempt == 0)
        remark(arena_printf(&record->arena,
                            "this is the newest of %" PRIu32 " attempts; --attempt N shows another",
                            trial->attempts));
}

/* A supervisor makes the file before the command starts. */
static bool is_removed(const struct sweep_trial *trial, uint32_t attempt)
{
    return attempt < trial->attempts || trial_is_finished(trial->state);
}

static void remark_nothing(struct record *record, const struct sweep_trial *trial, uint32_t attempt)
{
    bool is_running = trial->state == SWEEP_TRIAL_RUNNING && attempt == trial->attempts;
    remark(arena_printf(&record->arena,
                        "attempt %" PRIu32 " of trial %" PRIu64 " has written nothing%s", attempt,
                        trial->number, is_running ? " yet" : ""));
}

static bool print_log(struct record *record, const struct sweep_trial *trial, uint32_t attempt,
                      struct sweep_error *err)
{
    struct attempt_output output;
    struct sweep_error missing = {0};
    struct attempt_key key = {trial->number, attempt};
    bool done = true;
    if (!attempt_output_open(&output, record->location.path, key, &missing)) {
        if (missing.code != SWEEP_NOT_FOUND || is_removed(trial, attempt)) {
            *err = missing;
            done = false;
        } else {
            remark_nothing(record, trial, attempt);
        }
    } else if (attempt_output_rest(&output) == 0) {
        remark_nothing(record, trial, attempt);
    } else {
        done = isatty(STDOUT_FILENO) ? copy_safely(&output, err) : copy_exactly(&output, err);
    }
    attempt_output_close(&output);
    return done;
}

static bool cmd_log(const struct invocation *call, enum exit_status *status,
                    struct sweep_error *err)
{
    struct record record;
    const struct sweep_trial *trial;
    *status = STATUS_OK;
    bool done = record_open_trial(&record, call->operand, &trial, err);
    if (done) {
        output_announce(&record);
        uint32_t attempt = choose_attempt(&call->options, trial, err);
        if (attempt > 0)
            remark_attempt(&record, trial, &call->options);
        const struct attempt_key key = {trial->number, attempt};
        done = attempt > 0 && (call->options.follow ? follow(&record, key, err)
                                                    : print_log(&record, trial, attempt, err));
    }
    record_close(&record);
    return done;
}

static const struct option_row FOLLOW = {
    .name = "follow",
    .letter = 'f',
    .kind = OPTION_FLAG,
    .help = "go on until the attempt ends",
    .offset = OPTION(follow),
};

static const struct option_row ATTEMPT = {
    .name = "attempt",
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "of that attempt (default: the newest)",
    .offset = OPTION(attempt),
};

const struct subcommand subcommand_log = {
    .name = "log",
    .operand = "TRIAL",
    .summary = "the output of one trial",
    .options = SUBCOMMAND_OPTIONS(&FOLLOW, &ATTEMPT),
    .run = cmd_log,
};
