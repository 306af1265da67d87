/*
 * `sweep log`: the output of one attempt, byte by byte, or made safe for a screen.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "cli/attempt_output.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/record.h"
#include "view/term/text.h"

#define BLOCK_SIZE ((size_t)64 * 1024)
#define SAFE_MAX   (8 * BLOCK_SIZE) /* an escaped byte takes four characters */
#define REMARK_MAX 4096

/* A remark on standard error. */
static void remark(const char *text)
{
    struct strbuf line;
    strbuf_init(&line, REMARK_MAX);
    strbuf_printf(&line, "sweep: %s\n", text);
    output_warn(&line);
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
    text_append_safe_lines(&safe, block);
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

static bool copy_safely(struct attempt_output *output, struct sweep_error *err)
{
    char block[BLOCK_SIZE];
    size_t used = 0; /* a character that is not complete yet */
    ssize_t got;
    while ((got = attempt_output_read(output, block + used, sizeof block - used)) > 0) {
        used += (size_t)got;
        size_t whole = text_whole((struct strview){block, used});
        if (!write_safely((struct strview){block, whole}, err))
            return false;
        used -= whole;
        memmove(block, block + whole, used);
    }
    if (got < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read the output");
    return write_safely((struct strview){block, used}, err);
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
        if (missing.code != SWEEP_NOT_FOUND) {
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

bool cmd_log(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    struct record record;
    const struct sweep_trial *trial;
    *status = STATUS_OK;
    bool done = record_open_trial(&record, call->operand, &trial, err);
    if (done) {
        record_announce(&record);
        uint32_t attempt = choose_attempt(&call->options, trial, err);
        if (attempt > 0)
            remark_attempt(&record, trial, &call->options);
        done = attempt > 0 && print_log(&record, trial, attempt, err);
    }
    record_close(&record);
    return done;
}
