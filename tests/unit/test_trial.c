/* States, verdicts and words of trial/trial.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/array.h"
#include "trial/reason.h"
#include "trial/trial.h"

enum {
    STATE_COUNT = SWEEP_TRIAL_CANCELLED + 1,
};

static void test_states_follow_the_diagram(void **state)
{
    /* from (row) to (column): waiting running complete pruned failed cancelled */
    static const char *const allowed[STATE_COUNT] = {
        [SWEEP_TRIAL_WAITING] = "111.11",  [SWEEP_TRIAL_RUNNING] = "111111",
        [SWEEP_TRIAL_COMPLETE] = "......", [SWEEP_TRIAL_PRUNED] = "......",
        [SWEEP_TRIAL_FAILED] = "......",   [SWEEP_TRIAL_CANCELLED] = "......",
    };
    (void)state;

    for (int from = 0; from < STATE_COUNT; from++)
        for (int to = 0; to < STATE_COUNT; to++)
            assert_int_equal(
                trial_can_become((enum sweep_trial_state)from, (enum sweep_trial_state)to),
                allowed[from][to] == '1');
}

static void test_finished_states_are_those_without_a_way_out(void **state)
{
    (void)state;
    for (int from = 0; from < STATE_COUNT; from++) {
        bool way_out = false;

        for (int to = 0; to < STATE_COUNT; to++)
            way_out |= trial_can_become((enum sweep_trial_state)from, (enum sweep_trial_state)to);
        assert_int_equal(trial_is_finished((enum sweep_trial_state)from), !way_out);
    }
}

/* Stored and exported: a new spelling would break every reader. */
static void test_names_are_those_of_the_database(void **state)
{
    static const char *const state_names[STATE_COUNT] = {"waiting", "running", "complete",
                                                         "pruned",  "failed",  "cancelled"};
    static const char *const reason_names[REASON_COUNT] = {
        NULL,         "exit_code",     "signal",    "timeout",   "metric_missing",
        "spawn",      "lost",          "reboot",    "preempted", "cancelled",
        "gpu_memory", "host_memory",   "stall",     "saved",     "no_progress",
        "disk_full",  "not_installed", "gpu_fault", "container", "image"};
    (void)state;

    for (int i = 0; i < STATE_COUNT; i++)
        assert_string_equal(trial_state_name((enum sweep_trial_state)i), state_names[i]);
    assert_null(trial_reason_name(SWEEP_REASON_NONE));
    for (int i = 1; i < REASON_COUNT; i++)
        assert_string_equal(trial_reason_name((enum sweep_reason)i), reason_names[i]);
}

static const struct {
    const char *name;
    enum attempt_end end;
    int detail;
    enum attempt_stop stop;
    bool wanted, seen;
    struct trial_verdict verdict;
} verdicts[] = {
    {"exit 0, metric seen",
     ATTEMPT_EXITED,
     0,
     ATTEMPT_STOP_NONE,
     true,
     true,
     {SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0}},
    {"exit 0, metric missing",
     ATTEMPT_EXITED,
     0,
     ATTEMPT_STOP_NONE,
     true,
     false,
     {SWEEP_TRIAL_FAILED, SWEEP_REASON_METRIC_MISSING, 0}},
    {"exit 0, no metric wanted",
     ATTEMPT_EXITED,
     0,
     ATTEMPT_STOP_NONE,
     false,
     false,
     {SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0}},
    {"exit 3 though the metric was seen",
     ATTEMPT_EXITED,
     3,
     ATTEMPT_STOP_NONE,
     true,
     true,
     {SWEEP_TRIAL_FAILED, SWEEP_REASON_EXIT_CODE, 3}},
    {"exit 255",
     ATTEMPT_EXITED,
     255,
     ATTEMPT_STOP_NONE,
     false,
     false,
     {SWEEP_TRIAL_FAILED, SWEEP_REASON_EXIT_CODE, 255}},
    {"saved, wants to be started again",
     ATTEMPT_EXITED,
     85,
     ATTEMPT_STOP_NONE,
     true,
     false,
     {SWEEP_TRIAL_WAITING, SWEEP_REASON_SAVED, 0}},
    {"timeout, saves and exits 85",
     ATTEMPT_EXITED,
     85,
     ATTEMPT_STOP_TIMEOUT,
     true,
     true,
     {SWEEP_TRIAL_FAILED, SWEEP_REASON_TIMEOUT, 0}},
    {"stalled",
     ATTEMPT_SIGNALED,
     SIGTERM,
     ATTEMPT_STOP_STALL,
     true,
     true,
     {SWEEP_TRIAL_FAILED, SWEEP_REASON_STALL, 0}},
    {"signal",
     ATTEMPT_SIGNALED,
     SIGSEGV,
     ATTEMPT_STOP_NONE,
     true,
     true,
     {SWEEP_TRIAL_FAILED, SWEEP_REASON_SIGNAL, SIGSEGV}},
    {"command missing",
     ATTEMPT_NOT_STARTED,
     ENOENT,
     ATTEMPT_STOP_NONE,
     true,
     false,
     {SWEEP_TRIAL_FAILED, SWEEP_REASON_SPAWN, ENOENT}},
    {"lost",
     ATTEMPT_LOST,
     0,
     ATTEMPT_STOP_NONE,
     true,
     true,
     {SWEEP_TRIAL_WAITING, SWEEP_REASON_LOST, 0}},
    {"rebooted",
     ATTEMPT_REBOOTED,
     0,
     ATTEMPT_STOP_NONE,
     true,
     true,
     {SWEEP_TRIAL_WAITING, SWEEP_REASON_REBOOT, 0}},
    {"timeout, killed",
     ATTEMPT_SIGNALED,
     SIGKILL,
     ATTEMPT_STOP_TIMEOUT,
     true,
     true,
     {SWEEP_TRIAL_FAILED, SWEEP_REASON_TIMEOUT, 0}},
    {"timeout, exits 0 in its grace",
     ATTEMPT_EXITED,
     0,
     ATTEMPT_STOP_TIMEOUT,
     true,
     true,
     {SWEEP_TRIAL_FAILED, SWEEP_REASON_TIMEOUT, 0}},
    {"cancelled",
     ATTEMPT_SIGNALED,
     SIGTERM,
     ATTEMPT_STOP_CANCEL,
     true,
     false,
     {SWEEP_TRIAL_CANCELLED, SWEEP_REASON_CANCELLED, 0}},
    {"cancelled, exits 0 in its grace",
     ATTEMPT_EXITED,
     0,
     ATTEMPT_STOP_CANCEL,
     true,
     true,
     {SWEEP_TRIAL_CANCELLED, SWEEP_REASON_CANCELLED, 0}},
    {"cancelled, then lost",
     ATTEMPT_LOST,
     0,
     ATTEMPT_STOP_CANCEL,
     true,
     true,
     {SWEEP_TRIAL_CANCELLED, SWEEP_REASON_CANCELLED, 0}},
    {"pruned",
     ATTEMPT_SIGNALED,
     SIGTERM,
     ATTEMPT_STOP_PRUNE,
     true,
     true,
     {SWEEP_TRIAL_PRUNED, SWEEP_REASON_NONE, 0}},
    {"pruned, exits 0 in its grace",
     ATTEMPT_EXITED,
     0,
     ATTEMPT_STOP_PRUNE,
     true,
     true,
     {SWEEP_TRIAL_PRUNED, SWEEP_REASON_NONE, 0}},
    {"preempted",
     ATTEMPT_SIGNALED,
     SIGTERM,
     ATTEMPT_STOP_PREEMPTED,
     true,
     true,
     {SWEEP_TRIAL_WAITING, SWEEP_REASON_PREEMPTED, 0}},
    {"interrupted",
     ATTEMPT_SIGNALED,
     SIGTERM,
     ATTEMPT_STOP_INTERRUPT,
     true,
     true,
     {SWEEP_TRIAL_WAITING, SWEEP_REASON_NONE, 0}},
    {"interrupted, saves and exits 0",
     ATTEMPT_EXITED,
     0,
     ATTEMPT_STOP_INTERRUPT,
     true,
     true,
     {SWEEP_TRIAL_WAITING, SWEEP_REASON_NONE, 0}},
};

static void test_outcomes_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(verdicts); i++) {
        struct attempt_outcome outcome = {
            .end = verdicts[i].end, .detail = verdicts[i].detail, .stop = verdicts[i].stop};
        struct trial_verdict got = trial_judge(&outcome, verdicts[i].wanted, verdicts[i].seen);

        if (got.state != verdicts[i].verdict.state || got.reason != verdicts[i].verdict.reason ||
            got.reason_detail != verdicts[i].verdict.reason_detail)
            fail_msg("%s: got %d/%d/%d", verdicts[i].name, got.state, got.reason,
                     got.reason_detail);
        assert_true(trial_can_become(SWEEP_TRIAL_RUNNING, got.state));
    }
}

static const struct {
    enum sweep_reason reason;
    int detail;
    const char *words;
} sentences[] = {
    {SWEEP_REASON_NONE, 0, ""},
    {SWEEP_REASON_EXIT_CODE, 3, "exit code 3"},
    {SWEEP_REASON_SIGNAL, SIGKILL, "signal 9 (killed)"},
    {SWEEP_REASON_SIGNAL, SIGSEGV, "signal 11 (segmentation fault)"},
    {SWEEP_REASON_SIGNAL, SIGIO, "signal 29 (I/O possible)"},
    {SWEEP_REASON_SIGNAL, 60, "signal 60"},
    {SWEEP_REASON_TIMEOUT, 0, "timeout"},
    {SWEEP_REASON_METRIC_MISSING, 0, "exit code 0, but no metric was seen"},
    {SWEEP_REASON_SPAWN, ENOENT, "command not found"},
    {SWEEP_REASON_SPAWN, EACCES, "command not executable"},
    {SWEEP_REASON_SPAWN, ENOEXEC, "command is no program, or a script without #!"},
    {SWEEP_REASON_SPAWN, E2BIG, "command line and environment too long to execute"},
    {SWEEP_REASON_SPAWN, ENOTDIR, "command could not be started: Not a directory"},
    {SWEEP_REASON_SPAWN, 98765, "command could not be started: unknown error"},
    {SWEEP_REASON_LOST, 0, "lost: its supervisor died and left no result"},
    {SWEEP_REASON_REBOOT, 0, "the machine was restarted"},
    {SWEEP_REASON_PREEMPTED, 0, "preempted: SIGTERM from outside"},
    {SWEEP_REASON_CANCELLED, 0, "cancelled"},
    {SWEEP_REASON_GPU_MEMORY, 0, "out of GPU memory"},
    {SWEEP_REASON_HOST_MEMORY, 0, "out of memory (host)"},
    {SWEEP_REASON_STALL, 0, "stalled: no output for too long"},
    {SWEEP_REASON_SAVED, 0, "exit code 85: saved, to be started again"},
    {SWEEP_REASON_NO_PROGRESS, 0,
     "your script does not load SWEEP_CHECKPOINT_DIR: exit code 85 twice in a row without a "
     "further step"},
    {SWEEP_REASON_DISK_FULL, 0, "the disk is full"},
    {SWEEP_REASON_NOT_INSTALLED, 0, "something that it needs is not installed"},
    {SWEEP_REASON_GPU_FAULT, 0, "its GPU is broken or gone"},
    {SWEEP_REASON_CONTAINER, 0, "the container's engine failed, not the command"},
    {SWEEP_REASON_IMAGE, 0, "the container's image cannot execute the command"},
};

static void test_reasons_read_as_words(void **state)
{
    bool tried[REASON_COUNT] = {false};
    struct strbuf out;
    (void)state;

    strbuf_init(&out, 256);
    for (size_t i = 0; i < ARRAY_LENGTH(sentences); i++) {
        strbuf_reset(&out);
        trial_format_reason(sentences[i].reason, sentences[i].detail, &out);
        assert_string_equal(strbuf_text(&out), sentences[i].words);
        tried[sentences[i].reason] = true;
    }
    for (int i = 0; i < REASON_COUNT; i++)
        assert_true(tried[i]);
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states_follow_the_diagram),
        cmocka_unit_test(test_finished_states_are_those_without_a_way_out),
        cmocka_unit_test(test_names_are_those_of_the_database),
        cmocka_unit_test(test_outcomes_are_judged),
        cmocka_unit_test(test_reasons_read_as_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
