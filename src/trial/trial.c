/*
 * The tables behind a trial's life: states, what may follow them, what an outcome means, and the
 * words for it all.
 *
 * Not for deciding how often a trial is tried again: that is the engine's.
 */
#include "trial/trial.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "space/space.h"
#include "sweep/rng.h"
#include "trial/reason.h"

/* Seeds for trials come from streams of their own: those of the sweep's seed itself are the
 * strategies', and a script must not draw the numbers that chose its parameters. */
#define SEED_DOMAIN UINT64_C(0x747269616c)

#define BIT(state) (1u << SWEEP_TRIAL_##state)

static const struct {
    const char *name;
    unsigned next; /* bits of the states that may follow; 0: finished */
} states[] = {
    [SWEEP_TRIAL_WAITING] = {"waiting", BIT(WAITING) | BIT(RUNNING) | BIT(COMPLETE) | BIT(FAILED) |
                                            BIT(CANCELLED)},
    [SWEEP_TRIAL_RUNNING] = {"running", BIT(RUNNING) | BIT(WAITING) | BIT(COMPLETE) | BIT(PRUNED) |
                                            BIT(FAILED) | BIT(CANCELLED)},
    [SWEEP_TRIAL_COMPLETE] = {"complete", 0},
    [SWEEP_TRIAL_PRUNED] = {"pruned", 0},
    [SWEEP_TRIAL_FAILED] = {"failed", 0},
    [SWEEP_TRIAL_CANCELLED] = {"cancelled", 0},
};

/* What people see most when a command cannot be started, better said than strerror does. */
static const struct {
    int error_number;
    const char *words;
} spawn_errors[] = {
    {ENOENT, "command not found"},
    {EACCES, "command not executable"},
    {ENOEXEC, "command is no program, or a script without #!"},
    {E2BIG, "command line and environment too long to execute"},
};

/* Verdicts by what the attempt was told; ATTEMPT_STOP_NONE is judged by its end. */
static const struct trial_verdict by_stop[] = {
    [ATTEMPT_STOP_TIMEOUT] = {SWEEP_TRIAL_FAILED, SWEEP_REASON_TIMEOUT, 0},
    [ATTEMPT_STOP_CANCEL] = {SWEEP_TRIAL_CANCELLED, SWEEP_REASON_CANCELLED, 0},
    [ATTEMPT_STOP_PRUNE] = {SWEEP_TRIAL_PRUNED, SWEEP_REASON_NONE, 0},
    [ATTEMPT_STOP_PREEMPTED] = {SWEEP_TRIAL_WAITING, SWEEP_REASON_PREEMPTED, 0},
    [ATTEMPT_STOP_INTERRUPT] = {SWEEP_TRIAL_WAITING, SWEEP_REASON_NONE, 0},
    [ATTEMPT_STOP_STALL] = {SWEEP_TRIAL_FAILED, SWEEP_REASON_STALL, 0},
};

const char *trial_state_name(enum sweep_trial_state state)
{
    return states[state].name;
}

const char *trial_reason_name(enum sweep_reason reason)
{
    return reason_kind(reason)->name;
}

bool trial_is_finished(enum sweep_trial_state state)
{
    return states[state].next == 0;
}

bool trial_is_withdrawn(const struct sweep_trial *trial)
{
    return trial->state == SWEEP_TRIAL_CANCELLED && trial->reason == SWEEP_REASON_CANCELLED &&
           trial->reason_detail == SWEEP_CANCELLED_BY_CHANGE;
}

bool trial_can_become(enum sweep_trial_state from, enum sweep_trial_state to)
{
    return (states[from].next >> to & 1) != 0;
}

uint32_t trial_seed(const struct sweep_space *space, uint64_t sweep_seed, uint64_t number,
                    const struct sweep_value *params)
{
    struct sweep_rng rng;

    sweep_rng_init(&rng, sweep_seed ^ SEED_DOMAIN, number);
    return space_seed(space, params, (uint32_t)(sweep_rng_bits(&rng) >> 33));
}

static const enum sweep_reason by_shortage[] = {
    [ATTEMPT_SHORT_OF_GPU_MEMORY] = SWEEP_REASON_GPU_MEMORY,
    [ATTEMPT_SHORT_OF_MEMORY] = SWEEP_REASON_HOST_MEMORY,
    [ATTEMPT_SHORT_OF_DISK] = SWEEP_REASON_DISK_FULL,
    [ATTEMPT_SHORT_OF_SOFTWARE] = SWEEP_REASON_NOT_INSTALLED,
    [ATTEMPT_SHORT_OF_GPU] = SWEEP_REASON_GPU_FAULT,
    [ATTEMPT_SHORT_OF_ENGINE] = SWEEP_REASON_CONTAINER,
    [ATTEMPT_SHORT_OF_COMMAND] = SWEEP_REASON_IMAGE,
};

static struct trial_verdict judge_exit(int code, bool metric_wanted, bool metric_seen)
{
    if (code == ATTEMPT_EXIT_SAVED)
        return (struct trial_verdict){SWEEP_TRIAL_WAITING, SWEEP_REASON_SAVED, 0};
    if (code != 0)
        return (struct trial_verdict){SWEEP_TRIAL_FAILED, SWEEP_REASON_EXIT_CODE, code};
    if (metric_wanted && !metric_seen)
        return (struct trial_verdict){SWEEP_TRIAL_FAILED, SWEEP_REASON_METRIC_MISSING, 0};
    return (struct trial_verdict){SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0};
}

static struct trial_verdict judge_shortage(enum sweep_reason reason)
{
    bool is_machine = reason_kind(reason)->fault == REASON_OF_MACHINE;
    return (struct trial_verdict){is_machine ? SWEEP_TRIAL_WAITING : SWEEP_TRIAL_FAILED, reason, 0};
}

struct trial_verdict trial_judge(const struct attempt_outcome *outcome, bool metric_wanted,
                                 bool metric_seen)
{
    if (outcome->stop != ATTEMPT_STOP_NONE)
        return by_stop[outcome->stop];
    if (outcome->short_of != ATTEMPT_SHORT_OF_NOTHING)
        return judge_shortage(by_shortage[outcome->short_of]);

    switch (outcome->end) {
    case ATTEMPT_EXITED:
        return judge_exit(outcome->detail, metric_wanted, metric_seen);
    case ATTEMPT_SIGNALED:
        return (struct trial_verdict){SWEEP_TRIAL_FAILED, SWEEP_REASON_SIGNAL, outcome->detail};
    case ATTEMPT_NOT_STARTED:
        return (struct trial_verdict){SWEEP_TRIAL_FAILED, SWEEP_REASON_SPAWN, outcome->detail};
    case ATTEMPT_REBOOTED:
        return (struct trial_verdict){SWEEP_TRIAL_WAITING, SWEEP_REASON_REBOOT, 0};
    case ATTEMPT_LOST:
        break;
    }
    return (struct trial_verdict){SWEEP_TRIAL_WAITING, SWEEP_REASON_LOST, 0};
}

static void format_signal(int number, struct strbuf *out)
{
    const char *name = sigdescr_np(number); /* unlike strsignal(): no locale, no shared buffer */

    strbuf_printf(out, "signal %d", number);
    if (!name)
        return;
    strbuf_append_text(out, " (");
    if (islower((unsigned char)name[1])) { /* "Killed", but not "I/O possible" */
        strbuf_append_char(out, (char)tolower((unsigned char)name[0]));
        name++;
    }
    strbuf_printf(out, "%s)", name);
}

static void format_spawn_error(int error_number, struct strbuf *out)
{
    for (size_t i = 0; i < ARRAY_LENGTH(spawn_errors); i++)
        if (spawn_errors[i].error_number == error_number) {
            strbuf_append_text(out, spawn_errors[i].words);
            return;
        }
    const char *name = strerrordesc_np(error_number);

    strbuf_printf(out, "command could not be started: %s", name ? name : "unknown error");
}

void trial_format_reason(enum sweep_reason reason, int detail, struct strbuf *out)
{
    switch (reason) {
    case SWEEP_REASON_EXIT_CODE:
        strbuf_printf(out, "exit code %d", detail);
        break;
    case SWEEP_REASON_SIGNAL:
        format_signal(detail, out);
        break;
    case SWEEP_REASON_SPAWN:
        format_spawn_error(detail, out);
        break;
    case SWEEP_REASON_NONE:
    case SWEEP_REASON_TIMEOUT:
    case SWEEP_REASON_METRIC_MISSING:
    case SWEEP_REASON_LOST:
    case SWEEP_REASON_REBOOT:
    case SWEEP_REASON_PREEMPTED:
    case SWEEP_REASON_CANCELLED:
    case SWEEP_REASON_GPU_MEMORY:
    case SWEEP_REASON_HOST_MEMORY:
    case SWEEP_REASON_STALL:
    case SWEEP_REASON_SAVED:
    case SWEEP_REASON_NO_PROGRESS:
    case SWEEP_REASON_DISK_FULL:
    case SWEEP_REASON_NOT_INSTALLED:
    case SWEEP_REASON_GPU_FAULT:
    case SWEEP_REASON_CONTAINER:
    case SWEEP_REASON_IMAGE:
        strbuf_append_text(out, reason_kind(reason)->words);
        break;
    }
}
