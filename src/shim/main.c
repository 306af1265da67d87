/*
 * sweep-shim: owns one attempt of one trial. Started by the runner, outlives it.
 *
 * The order of the beginning is the protocol of journal/handshake.h: nothing is created or changed
 * before GO. There is nobody to talk to: what goes wrong shows as a shim that ended without a
 * result; its exit code is for whoever debugs it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>

#include "base/arena.h"
#include "base/crash_point.h"
#include "base/file.h"
#include "base/number.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "journal/spec.h"
#include "shim/greeting.h"
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
    return supervise_attempt(spec, HANDSHAKE_DIR_FD, signal_fd, err);
}

int main(int argc, char **argv)
{
    uint64_t attempt = 0;
    if (argc != 2 || number_parse_uint64(strview_of(argv[1]), &attempt) != NUMBER_OK ||
        attempt == 0 || attempt > UINT32_MAX)
        return EXIT_USAGE;
    prctl(PR_SET_NAME, "sweep-shim");
    struct arena arena = {0};
    struct spec spec;
    struct sweep_error err = {0};
    enum exit_code code = EXIT_BAD_SPEC;
    if (load_spec(&arena, (uint32_t)attempt, &spec)) {
        int signal_fd = signals_open(&err);
        if (signal_fd < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
            code = EXIT_SYSTEM;
        } else {
            code = EXIT_DONE;
            if (!serve(&spec, signal_fd, &err))
                code = exit_code_of(&err);
        }
        sys_close(signal_fd);
    }
    arena_release(&arena);
    return (int)code;
}
