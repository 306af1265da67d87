/*
 * sweep-shim: owns one attempt of one trial. Started by the runner, by Slurm as a job that the
 * runner submitted, or by a pilot, which is such a job too; outlives the runner.
 *
 * The order of the beginning is the protocol of journal/handshake.h: nothing is created or changed
 * before GO. There is nobody to talk to: what goes wrong shows as a shim that ended without a
 * result; its exit code is for whoever debugs it.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crash_point.h"
#include "base/file.h"
#include "base/number.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "journal/spec.h"
#include "shim/greeting.h"
#include "shim/job.h"
#include "shim/pilot.h"
#include "shim/signals.h"
#include "shim/supervise.h"

/* As in sysexits.h. */
enum exit_code {
    EXIT_DONE = 0,       /* there is a result */
    EXIT_USAGE = 64,     /* not started by a runner */
    EXIT_BAD_SPEC = 65,  /* damaged, of a newer format, or of another attempt */
    EXIT_NO_RUNNER = 69, /* it ended before GO: nothing was done */
    EXIT_SYSTEM = 71,    /* what every process needs could not be had */
    EXIT_NO_RESULT = 74, /* the result could not be written */
    EXIT_PROTOCOL = 76,  /* the runner said something else than GO: nothing was done */
    EXIT_REFUSED = 77    /* this attempt was executed before: nothing was done */
};

static bool load_spec(struct arena *arena, uint32_t attempt, struct spec *spec)
{
    char name[HANDSHAKE_NAME_MAX];
    struct strbuf bytes;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    handshake_file_name(HANDSHAKE_SPEC, attempt, name);
    bool loaded = file_read(HANDSHAKE_DIR_FD, name, &bytes, NULL) &&
                  spec_parse(arena, strbuf_view(&bytes), spec, NULL) && spec->key.number == attempt;
    strbuf_release(&bytes);
    return loaded;
}

static enum exit_code exit_code_of(const struct sweep_error *err)
{
    switch (err->code) {
    case SWEEP_OK:
        return EXIT_DONE;
    case SWEEP_NOT_FOUND:
        return EXIT_NO_RUNNER;
    case SWEEP_INCOMPATIBLE:
        return EXIT_PROTOCOL;
    case SWEEP_BUSY:
        return EXIT_REFUSED;
    case SWEEP_USAGE:
    case SWEEP_BAD_INPUT:
    case SWEEP_NO_SPACE:
    case SWEEP_IO:
    case SWEEP_DATABASE:
    case SWEEP_SPAWN:
    case SWEEP_BUG:
        break;
    }
    return EXIT_NO_RESULT;
}

/* From the handshake on. */
static bool serve(const struct spec *spec, int signal_fd, struct sweep_error *err)
{
    crash_point(CRASH_shim_before_ready);
    if (!greeting_send_ready(HANDSHAKE_FD, err)) {
        err->code = SWEEP_NOT_FOUND;
        return false;
    }
    crash_point(CRASH_shim_after_ready);
    if (!greeting_wait_for_go(HANDSHAKE_FD, err))
        return false;
    crash_point(CRASH_shim_after_go);
    return supervise_attempt(spec, HANDSHAKE_DIR_FD, signal_fd, NULL, err);
}

static bool prepare(int *signal_fd, int time_signal)
{
    *signal_fd = signals_open(time_signal, NULL);
    return *signal_fd >= 0 && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

static enum exit_code serve_runner(struct arena *arena, uint32_t attempt)
{
    struct spec spec;
    struct sweep_error err = {0};
    int signal_fd = -1;
    if (!load_spec(arena, attempt, &spec))
        return EXIT_BAD_SPEC;
    if (!prepare(&signal_fd, 0))
        return EXIT_SYSTEM;
    enum exit_code code = serve(&spec, signal_fd, &err) ? EXIT_DONE : exit_code_of(&err);
    sys_close(signal_fd);
    return code;
}

/* What goes wrong stands in the log that all jobs of a sweep share. */
static void note(const char *name, const struct sweep_error *err)
{
    struct strbuf line;
    strbuf_init(&line, sizeof err->message + HANDSHAKE_NAME_MAX * 4);
    strbuf_printf(&line, "%s: %s\n", name, err->message);
    (void)sys_write(STDERR_FILENO, line.data, line.size);
    strbuf_release(&line);
}

/* A twin finds that there is nothing to do, which is no failure of its job.
 *
 * @param arguments  the sweep's directory, and a batch's name, or a ticket and a pilot */
static enum exit_code serve_job(struct arena *arena, bool is_piloted, char *const *arguments)
{
    const char *name = arguments[1];
    struct spec spec;
    struct job job;
    struct sweep_error err = {0};
    int signal_fd = -1;
    /* First of all: Slurm may want us gone before we have begun. */
    if (!job_reserve(is_piloted ? HANDSHAKE_LOCK_FD : HANDSHAKE_FD, &err) ||
        !prepare(&signal_fd, SIGUSR2))
        return EXIT_SYSTEM;
    crash_point(CRASH_shim_before_ready);
    bool done = is_piloted ? job_open_ticket(&job, arena, arguments, &spec, &err)
                           : job_open(&job, arena, arguments[0], name, &spec, &err);
    crash_point(CRASH_shim_after_ready);
    done = done && job_claim(&job, arena, &spec, &err);
    crash_point(CRASH_shim_after_go);
    done = done && supervise_attempt(&spec, HANDSHAKE_DIR_FD, signal_fd, &job, &err);
    sys_close(signal_fd);
    if (done)
        return EXIT_DONE;
    if (!is_piloted || err.code != SWEEP_BUSY) /* tickets are often there once more than needed */
        note(name, &err);
    bool is_nothing_to_do = err.code == SWEEP_BUSY || err.code == SWEEP_NOT_FOUND;
    return is_nothing_to_do ? EXIT_DONE : exit_code_of(&err);
}

static enum exit_code serve_pilot(char *const *arguments)
{
    struct pilot_request request;
    struct sweep_error err = {0};
    if (!pilot_parse(arguments, &request))
        return EXIT_USAGE;
    if (pilot_run(&request, &err))
        return EXIT_DONE;
    note(request.name, &err);
    return EXIT_SYSTEM;
}

int main(int argc, char **argv)
{
    uint64_t attempt = 0;
    struct arena arena = {0};
    enum exit_code code = EXIT_USAGE;
    prctl(PR_SET_NAME, "sweep-shim");
    if (argc == 4 && strcmp(argv[1], "slurm") == 0)
        code = serve_job(&arena, false, &argv[2]);
    else if (argc == 5 && strcmp(argv[1], "ticket") == 0)
        code = serve_job(&arena, true, &argv[2]);
    else if (argc == 7 && strcmp(argv[1], "pilot") == 0)
        code = serve_pilot(&argv[2]);
    else if (argc == 2 && number_parse_uint64(strview_of(argv[1]), &attempt) == NUMBER_OK &&
             attempt > 0 && attempt <= UINT32_MAX)
        code = serve_runner(&arena, (uint32_t)attempt);
    arena_release(&arena);
    return (int)code;
}
