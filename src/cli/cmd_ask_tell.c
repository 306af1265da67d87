/*
 * `sweep ask-tell FILE`: the engine without a runner, over lines of JSON.
 *
 * With --dir it is a session like that of `run`, with its lock and its database; without, nothing
 * touches the disk.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "advisor/ask_tell.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/say.h"
#include "base/sys.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "session/session.h"

#define CHUNK      65536
#define LINE_BYTES 256 /* of a line for people */

/* --- lines ----------------------------------------------------------------------------------- */

/* The person at the other end. */
struct talk {
    struct ask_tell ask_tell;
    struct strbuf line; /* not ended yet; beyond the ceiling the rest is dropped */
    struct strbuf answer;
    bool is_over; /* nobody reads the answers any more */
};

static bool send_answer(struct talk *talk, struct sweep_error *err)
{
    struct strview text = strbuf_view(&talk->answer);
    if (sys_write(STDOUT_FILENO, text.data, text.size))
        return true;
    talk->is_over = errno == EPIPE;
    return talk->is_over ||
           sweep_error_set_errno(err, SWEEP_IO, errno, "cannot write to standard output");
}

static bool end_line(struct talk *talk, struct sweep_error *err)
{
    bool done = true;
    strbuf_reset(&talk->answer);
    if (talk->line.truncated)
        ask_tell_refuse("the line is longer than 1 MiB", &talk->answer);
    else
        done = ask_tell_answer(&talk->ask_tell, strbuf_view(&talk->line), &talk->answer, err);
    strbuf_reset(&talk->line);
    return done && send_answer(talk, err);
}

static bool take_bytes(struct talk *talk, const char *data, size_t size, struct sweep_error *err)
{
    while (size > 0 && !talk->is_over) {
        const char *end = memchr(data, '\n', size);
        size_t length = end != NULL ? (size_t)(end - data) : size;
        strbuf_append(&talk->line, data, length);
        if (end != NULL && !end_line(talk, err))
            return false;
        length += end != NULL;
        data += length;
        size -= length;
    }
    return true;
}

static bool talk_until_end(struct talk *talk, struct sweep_error *err)
{
    char chunk[CHUNK];
    ssize_t size = 0;
    while (!talk->is_over && (size = sys_read(STDIN_FILENO, chunk, sizeof chunk)) > 0)
        if (!take_bytes(talk, chunk, (size_t)size, err))
            return false;
    if (size < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read standard input");
    bool has_rest = talk->line.size > 0 || talk->line.truncated;
    return talk->is_over || !has_rest || end_line(talk, err);
}

/* --- the sweep ------------------------------------------------------------------------------- */

static bool take_seed(struct session *session, const char *text, struct sweep_error *err)
{
    struct config *config = session->document.config;
    if (text == NULL)
        return true;
    if (number_parse_uint64(strview_of(text), &config->seed) != NUMBER_OK ||
        config->seed > INT64_MAX)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--seed: '%s' is not a whole number from 0 to 9223372036854775807",
                               text);
    config->has_seed = true;
    return true;
}

static bool check_seed(const struct session *session, const struct invocation *call,
                       struct sweep_error *err)
{
    uint64_t said = session->document.config->seed;
    if (call->options.seed == NULL || said == session->sweep.seed)
        return true;
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "the sweep in %s has seed %" PRIu64 ", and --seed says %" PRIu64,
                           session->operand, session->sweep.seed, said);
}

static bool record_state(struct session *session, const char *state, const char *note,
                         int64_t started_ms, struct sweep_error *err)
{
    int64_t running_us = session->sweep.running_us + 1000 * (clock_boot_ms() - started_ms);
    if (session->store == NULL)
        return true;
    if (store_begin(session->store, err)) {
        if (store_record_state(session->store, state, note, running_us, err) &&
            store_commit(session->store, err))
            return true;
        store_rollback(session->store);
    }
    return false;
}

/* What would not be known otherwise; standard output belongs to the answers. */
static void say_seed(const struct session *session, uint64_t seed)
{
    struct strbuf line;
    if (session->document.config->has_seed)
        return;
    strbuf_init(&line, LINE_BYTES);
    strbuf_printf(&line, "sweep: %s search, seed %" PRIu64 "\n", session->settings.strategy->name,
                  seed);
    say(&line);
    strbuf_release(&line);
}

static void say_news(const struct session *session)
{
    struct strbuf line;
    if (session->news.size == 0)
        return;
    strbuf_init(&line, OUTPUT_MAX);
    strbuf_printf(&line, "sweep: changed in %s, and applied: %s\n", session->document.file,
                  strbuf_text(&session->news));
    say(&line);
    strbuf_release(&line);
}

static bool open_advisor(struct session *session, const struct invocation *call,
                         struct advisor **advisor, struct sweep_error *err)
{
    struct run_settings *run = &session->settings.run;
    uint64_t seed;
    if (call->options.dir == NULL) {
        if (!session_choose_seed(session->document.config, &seed, err))
            return false;
    } else {
        if (!session_create_or_open(session, call->options.dir, err) ||
            !check_seed(session, call, err))
            return false;
        seed = session->sweep.seed;
    }
    run->external.environment = call->environment;
    say_seed(session, seed);
    say_news(session);
    const struct advisor_settings settings = {
        .strategy = session->settings.strategy,
        .external = &session->settings.run.external,
        .space = run->space,
        .plan = run->plan,
        .seed = seed,
        .maximize = run->objective.maximize,
        .trials = run->trials,
        .limits = run->limits,
        .running_ms = session->sweep.running_us / 1000,
        .store = session->store,
    };
    *advisor = advisor_create(&settings, err);
    return *advisor != NULL;
}

static bool talk(struct session *session, struct advisor *advisor, struct sweep_error *err)
{
    struct talk talk = {.ask_tell = {advisor, session->settings.run.space}};
    int64_t started_ms = clock_boot_ms();
    strbuf_init(&talk.line, ASK_TELL_LINE_MAX);
    strbuf_init(&talk.answer, OUTPUT_MAX);
    bool done = record_state(session, "running", "", started_ms, err) && talk_until_end(&talk, err);
    strbuf_release(&talk.line);
    strbuf_release(&talk.answer);
    const char *end = done ? advisor_end(advisor) : NULL;
    return done &&
           record_state(session, end != NULL ? "finished" : "interrupted",
                        end != NULL ? end : "the program that asked has ended", started_ms, err);
}

static bool cmd_ask_tell(const struct invocation *call, enum exit_status *status,
                         struct sweep_error *err)
{
    *status = STATUS_OK; /* the answers say how it went */
    struct session session = {.environment = call->environment,
                              .accepts_changes = call->options.accept_changes,
                              .need = CONFIG_MAY_LACK_COMMAND};
    struct advisor *advisor = NULL;
    bool done = document_read(&session.document, call->operand, CONFIG_MAY_LACK_COMMAND, err);
    if (done) {
        settings_prepare(&session.settings, &session.document);
        done = document_finish(&session.document, err) &&
               take_seed(&session, call->options.seed, err) &&
               open_advisor(&session, call, &advisor, err);
    }
    (void)signal(SIGPIPE, SIG_IGN); /* a reader that went away is seen by write() */
    done = done && talk(&session, advisor, err);
    advisor_free(advisor);
    session_close(&session);
    return done;
}

static const struct option_row DIR = {
    .name = "dir",
    .kind = OPTION_TEXT,
    .value = "DIR",
    .help = "record everything in a sweep's directory, and go on with it next time"
            " (default: nothing touches the disk)",
    .offset = OPTION(dir),
};

static const struct option_row SEED = {
    .name = "seed",
    .kind = OPTION_TEXT,
    .value = "N",
    .help = "instead of the file's",
    .offset = OPTION(seed),
};

const struct subcommand subcommand_ask_tell = {
    .name = "ask-tell",
    .operand = "FILE",
    .summary = "suggest params to another program, over JSON lines",
    .details =
        "One object a line on standard input, one answer a line on standard output:\n"
        "  {\"op\":\"ask\"}                              {\"trial\":1,\"params\":{...}}\n"
        "  {\"op\":\"tell\",\"trial\":1,\"value\":0.3}       {\"ok\":true}\n"
        "  {\"op\":\"tell\",\"trial\":2,\"state\":\"failed\"}  {\"ok\":true}\n"
        "  {\"op\":\"best\"}                             {\"trial\":1,\"value\":0.3,...}\n"
        "and report, add, pending. The file needs no command. examples/ask_tell.py shows it.",
    .options = SUBCOMMAND_OPTIONS(&DIR, &SEED, &option_accept_changes),
    .run = cmd_ask_tell,
};
