/*
 * A pilot, the real program, without Slurm: what it does with tickets, with shims that die, with
 * signals, and when its time is over.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "journal/claim.h"
#include "journal/handshake.h"
#include "journal/order.h"
#include "journal/result.h"
#include "journal/spec.h"
#include "journal/ticket.h"
#include "proc/spawn.h"
#include "proc/tree.h"
#include "scratch.h"
#include "vector.h"
#include "wait.h"

#define WAIT_MS 60000
#define TRIALS  8

struct pilot {
    struct scratch sweep;
    int slurm_fd;
    int trials[TRIALS + 1]; /* their directories; -1: there is none */
    pid_t pid;
    int status;
};

/* Which trial is waited for. */
struct question {
    struct pilot *pilot;
    uint64_t trial;
    struct result result;
};

static struct ticket ticket_of(uint64_t trial)
{
    struct ticket ticket = {.key = {trial, 1}};
    (void)snprintf(ticket.token, sizeof ticket.token, "%08x%08x", (unsigned)trial,
                   (unsigned)getpid());
    return ticket;
}

static void open_sweep(struct pilot *pilot)
{
    *pilot = (struct pilot){0};
    scratch_open(&pilot->sweep);
    for (size_t i = 0; i <= TRIALS; i++)
        pilot->trials[i] = -1;
    assert_int_equal(mkdirat(pilot->sweep.fd, "trials", 0700), 0);
    assert_int_equal(mkdirat(pilot->sweep.fd, "slurm", 0700), 0);
    pilot->slurm_fd = openat(pilot->sweep.fd, "slurm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(mkdirat(pilot->slurm_fd, TICKET_WAITING, 0700), 0);
    assert_int_equal(mkdirat(pilot->slurm_fd, TICKET_ENDED, 0700), 0);
    assert_int_equal(symlinkat(BIN_DIR "/sweep-shim", pilot->slurm_fd, "sweep-shim"), 0);
}

static void write_spec(int trial_fd, uint64_t trial, const char *script)
{
    const struct ticket ticket = ticket_of(trial);
    char variable[64];
    char name[HANDSHAKE_NAME_MAX];
    struct strbuf bytes;
    (void)snprintf(variable, sizeof variable, TREE_TOKEN_VARIABLE "=%s", ticket.token);
    char *argv[] = {TEXT("sh"), TEXT("-c"), TEXT(script), NULL};
    char *envp[] = {TEXT("PATH=/usr/bin:/bin"), variable, NULL};
    struct spec spec = {.key = ticket.key,
                        .argv = argv,
                        .envp = envp,
                        .workdir = "/tmp",
                        .grace_ms = 30000,
                        .output_head_bytes = 1 << 20,
                        .output_tail_bytes = 1 << 20,
                        .step_pattern = -1};
    memcpy(spec.token, ticket.token, sizeof spec.token);
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    spec_format(&spec, &bytes);
    handshake_file_name(HANDSHAKE_SPEC, 1, name);
    assert_true(file_replace(trial_fd, name, strbuf_view(&bytes), 0600, NULL));
    strbuf_release(&bytes);
}

/* As the runner prepares a trial and hands it out. */
static void add_trial(struct pilot *pilot, uint64_t trial, const char *script)
{
    char path[64];
    char name[HANDSHAKE_NAME_MAX];
    const struct ticket ticket = ticket_of(trial);
    handshake_trial_directory(trial, name);
    (void)snprintf(path, sizeof path, "trials/%s", name);
    assert_int_equal(mkdirat(pilot->sweep.fd, path, 0700), 0);
    pilot->trials[trial] = openat(pilot->sweep.fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    handshake_file_name(HANDSHAKE_JOURNAL, 1, name);
    close(openat(pilot->trials[trial], name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    write_spec(pilot->trials[trial], trial, script);
    assert_true(ticket_put(pilot->slurm_fd, TICKET_WAITING, &ticket, NULL));
}

static void start_as(struct pilot *pilot, const char *slots, const char *limit_ms,
                     const char *variable)
{
    char *argv[] = {TEXT("sweep-shim"), TEXT("pilot"),  pilot->sweep.path, TEXT("demo-ab"),
                    TEXT(slots),        TEXT(limit_ms), TEXT("0"),         NULL};
    char *envp[] = {TEXT("PATH=/nowhere"),
                    TEXT("SLURM_JOB_ID=17"),
                    TEXT("SLURM_ARRAY_TASK_ID=3"),
                    TEXT("CUDA_VISIBLE_DEVICES=4,6"),
                    TEXT(variable),
                    NULL};
    const struct spawn_request request = {
        .path = BIN_DIR "/sweep-shim", .argv = argv, .envp = envp, .new_session = true};
    assert_true(spawn_process(&request, &pilot->pid, NULL, NULL));
}

static void start(struct pilot *pilot, const char *slots, const char *limit_ms)
{
    start_as(pilot, slots, limit_ms, "SLURM_NNODES=1");
}

/* As a job that was put back into the queue. */
static void start_again(struct pilot *pilot)
{
    start_as(pilot, "1", "0", "SLURM_RESTART_COUNT=1");
}

static bool has_ended(void *context)
{
    struct pilot *pilot = context;
    return waitpid(pilot->pid, &pilot->status, WNOHANG) == pilot->pid;
}

/* It ends by itself, or is asked to. */
static void expect_end(struct pilot *pilot)
{
    assert_true(wait_until(has_ended, pilot, WAIT_MS));
    assert_true(WIFEXITED(pilot->status));
    assert_int_equal(WEXITSTATUS(pilot->status), 0);
}

static void close_sweep(struct pilot *pilot)
{
    for (size_t i = 0; i <= TRIALS; i++)
        if (pilot->trials[i] >= 0)
            close(pilot->trials[i]);
    close(pilot->slurm_fd);
    scratch_close(&pilot->sweep);
}

static bool read_text(int dir_fd, const char *name, struct strbuf *out)
{
    strbuf_init(out, 1 << 20);
    return file_read(dir_fd, name, out, NULL);
}

static bool has_result(void *context)
{
    struct question *question = context;
    struct strbuf bytes;
    bool found = read_text(question->pilot->trials[question->trial], "1.result", &bytes) &&
                 result_parse(strbuf_view(&bytes), &question->result, NULL);
    strbuf_release(&bytes);
    return found;
}

static struct attempt_outcome expect_result(struct pilot *pilot, uint64_t trial)
{
    struct question question = {.pilot = pilot, .trial = trial};
    if (!wait_until(has_result, &question, WAIT_MS))
        fail_msg("trial %d has no result", (int)trial);
    return question.result.outcome;
}

static bool has_printed(void *context)
{
    struct question *question = context;
    struct strbuf bytes;
    bool found =
        read_text(question->pilot->trials[question->trial], "output.log", &bytes) && bytes.size > 0;
    strbuf_release(&bytes);
    return found;
}

static void expect_output(struct pilot *pilot, uint64_t trial)
{
    struct question question = {.pilot = pilot, .trial = trial};
    assert_true(wait_until(has_printed, &question, WAIT_MS));
}

/* The shim of a trial. */
static pid_t find_shim(const struct pilot *pilot)
{
    char path[64];
    long child = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pilot->pid,
                   (int)pilot->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char bytes[64] = "";
    assert_true(fd >= 0 && read(fd, bytes, sizeof bytes - 1) > 0);
    close(fd);
    for (const char *c = bytes; *c >= '0' && *c <= '9'; c++)
        child = child * 10 + (*c - '0');
    return (pid_t)child;
}

static bool is_ended_ticket_there(void *context)
{
    const struct question *question = context;
    struct ticket found[TRIALS];
    size_t count = ticket_list(question->pilot->slurm_fd, TICKET_ENDED, found, TRIALS);
    for (size_t i = 0; i < count; i++)
        if (found[i].key.trial == question->trial)
            return true;
    return false;
}

/* --- what is tested ------------------------------------------------------------------------- */

static void test_many_trials_in_a_few_slots(void **state)
{
    struct pilot pilot;
    (void)state;
    open_sweep(&pilot);
    for (uint64_t trial = 1; trial <= 6; trial++)
        add_trial(&pilot, trial, "echo $CUDA_VISIBLE_DEVICES/$SLURM_JOB_ID; exit 3");
    start(&pilot, "2", "0");
    size_t count[2] = {0};
    for (uint64_t trial = 1; trial <= 6; trial++) {
        struct question question = {.pilot = &pilot, .trial = trial};
        struct strbuf text;
        assert_int_equal(expect_result(&pilot, trial).detail, 3);
        assert_true(wait_until(is_ended_ticket_there, &question, WAIT_MS));
        assert_true(read_text(pilot.trials[trial], "output.log", &text));
        count[0] += strcmp(strbuf_text(&text), "4/17\n") == 0;
        count[1] += strcmp(strbuf_text(&text), "6/17\n") == 0;
        strbuf_release(&text);
        const struct claim claim = claim_look(pilot.trials[trial], 1);
        assert_memory_equal(claim.words, "pilot demo-ab 3, job 17 on ", 27);
    }
    assert_int_equal(count[0] + count[1], 6);
    assert_true(count[0] > 0 && count[1] > 0);
    assert_int_equal(kill(pilot.pid, SIGTERM), 0);
    expect_end(&pilot);
    close_sweep(&pilot);
}

static void test_what_others_have_claimed_is_left(void **state)
{
    struct pilot pilot;
    struct ticket found;
    (void)state;
    open_sweep(&pilot);
    add_trial(&pilot, 1, "echo twice");
    add_trial(&pilot, 2, "exit 4");
    assert_true(claim_take(pilot.trials[1], 1, CLAIM_RUNNER, NULL, NULL));
    start(&pilot, "1", "0");
    assert_int_equal(expect_result(&pilot, 2).detail, 4);
    assert_int_equal(ticket_list(pilot.slurm_fd, TICKET_WAITING, &found, 1), 0);
    assert_int_equal(faccessat(pilot.trials[1], "1.result", F_OK, 0), -1);
    assert_int_equal(faccessat(pilot.trials[1], "output.log", F_OK, 0), -1);
    assert_int_equal(kill(pilot.pid, SIGTERM), 0);
    expect_end(&pilot);
    close_sweep(&pilot);
}

/* Its command goes on without it, and would have the slot together with the next one. */
static void test_a_shim_that_dies(void **state)
{
    struct pilot pilot;
    char script[160];
    (void)state;
    open_sweep(&pilot);
    (void)snprintf(script, sizeof script,
                   "trap '' TERM; echo a; while :; do sleep 0.05; touch %s/alive; done",
                   pilot.sweep.path);
    add_trial(&pilot, 1, script);
    start(&pilot, "1", "0");
    expect_output(&pilot, 1);
    assert_int_equal(kill(find_shim(&pilot), SIGKILL), 0);
    assert_int_equal(expect_result(&pilot, 1).end, ATTEMPT_LOST);
    const struct ticket ticket = ticket_of(1);
    const struct tree tree = {.token = ticket.token};
    assert_int_equal(tree_signal(&tree, 0), 0);
    add_trial(&pilot, 2, "exit 5");
    assert_int_equal(expect_result(&pilot, 2).detail, 5);
    assert_int_equal(kill(pilot.pid, SIGTERM), 0);
    expect_end(&pilot);
    close_sweep(&pilot);
}

/* One that dies before it has the claim says nothing of an attempt that another one may have. */
static void test_a_shim_that_dies_without_a_claim(void **state)
{
    struct pilot pilot;
    (void)state;
    open_sweep(&pilot);
    add_trial(&pilot, 1, "exit 0");
    assert_int_equal(unlinkat(pilot.trials[1], "1.spec", 0), 0);
    int fd = openat(pilot.trials[1], "1.spec", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "rubbish", 7), 7);
    close(fd);
    start(&pilot, "1", "0");
    add_trial(&pilot, 2, "exit 6");
    assert_int_equal(expect_result(&pilot, 2).detail, 6);
    assert_int_equal(kill(pilot.pid, SIGTERM), 0);
    expect_end(&pilot);
    assert_int_equal(faccessat(pilot.trials[1], "1.result", F_OK, 0), -1);
    assert_false(claim_look(pilot.trials[1], 1).is_there);
    close_sweep(&pilot);
}

/* Slurm tells the shims as well as the pilot, which tells them again: they have their grace. */
static void test_preempted(void **state)
{
    struct pilot pilot;
    (void)state;
    open_sweep(&pilot);
    add_trial(&pilot, 1, "trap 'sleep 1.5; echo saved; exit 85' TERM; echo a; sleep 60 & wait");
    start(&pilot, "1", "0");
    expect_output(&pilot, 1);
    pid_t shim = find_shim(&pilot);
    assert_int_equal(kill(pilot.pid, SIGTERM), 0);
    assert_int_equal(kill(shim, SIGTERM), 0);
    add_trial(&pilot, 2, "exit 0");
    const struct attempt_outcome outcome = expect_result(&pilot, 1);
    assert_int_equal(outcome.stop, ATTEMPT_STOP_PREEMPTED);
    assert_int_equal(outcome.end, ATTEMPT_EXITED);
    assert_int_equal(outcome.detail, ATTEMPT_EXIT_SAVED);
    expect_end(&pilot);
    struct ticket found;
    assert_int_equal(ticket_list(pilot.slurm_fd, TICKET_WAITING, &found, 1), 1);
    assert_int_equal(found.key.trial, 2); /* for another one */
    close_sweep(&pilot);
}

/* Half of the time is given away at most. */
static void test_its_time_is_over(void **state)
{
    struct pilot pilot;
    (void)state;
    open_sweep(&pilot);
    add_trial(&pilot, 1, "echo a; exec sleep 60");
    start(&pilot, "1", "3000");
    assert_int_equal(expect_result(&pilot, 1).stop, ATTEMPT_STOP_TIMEOUT);
    expect_end(&pilot);
    close_sweep(&pilot);
}

/* A trial that has had little of the pilot's time goes on elsewhere; one that had most of it would
 * never come to its end. */
static void test_whose_fault_it_is(void **state)
{
    struct pilot pilot;
    (void)state;
    open_sweep(&pilot);
    add_trial(&pilot, 1, "echo a; exec sleep 60");
    start(&pilot, "2", "0");
    expect_output(&pilot, 1);
    usleep(2000000);
    add_trial(&pilot, 2, "echo a; exec sleep 60");
    expect_output(&pilot, 2);
    assert_int_equal(kill(pilot.pid, SIGUSR2), 0); /* as Slurm says it */
    assert_int_equal(expect_result(&pilot, 1).stop, ATTEMPT_STOP_TIMEOUT);
    assert_int_equal(expect_result(&pilot, 2).stop, ATTEMPT_STOP_PREEMPTED);
    expect_end(&pilot);
    close_sweep(&pilot);
}

/* What has freed its slot has ended: it is no timeout if the time is over a moment later. */
static void test_what_has_ended_has_no_timeout(void **state)
{
    struct pilot pilot;
    (void)state;
    open_sweep(&pilot);
    add_trial(&pilot, 1, "exit 143"); /* its shim waits for a reason */
    add_trial(&pilot, 2, "echo a; exec sleep 60");
    start(&pilot, "1", "0");
    expect_output(&pilot, 2);
    assert_int_equal(kill(pilot.pid, SIGUSR2), 0);
    assert_int_equal(expect_result(&pilot, 1).stop, ATTEMPT_STOP_NONE);
    assert_int_not_equal(expect_result(&pilot, 2).stop, ATTEMPT_STOP_NONE);
    expect_end(&pilot);
    close_sweep(&pilot);
}

/* Slurm's signal may come between the end of a command and that of what it has left behind. */
static void test_a_reason_that_comes_late(void **state)
{
    struct pilot pilot;
    (void)state;
    open_sweep(&pilot);
    add_trial(&pilot, 1,
              "(while kill -0 $$; do :; done; kill -TERM $PPID; sleep 60) 2>/dev/null & exit 1");
    start(&pilot, "1", "0");
    assert_int_equal(expect_result(&pilot, 1).stop, ATTEMPT_STOP_PREEMPTED);
    assert_int_equal(kill(pilot.pid, SIGTERM), 0);
    expect_end(&pilot);
    close_sweep(&pilot);
}

/* A stop is of one trial: its neighbours have the same job, and Slurm is told nothing. */
static void test_a_stop_of_one_trial(void **state)
{
    struct pilot pilot;
    char script[256];
    const struct order order = {.stop = ATTEMPT_STOP_CANCEL};
    (void)state;
    open_sweep(&pilot);
    (void)snprintf(script, sizeof script, "cp /bin/sleep %s/srun; echo a; exec %s/srun 60",
                   pilot.sweep.path, pilot.sweep.path);
    add_trial(&pilot, 1, script);
    (void)snprintf(script, sizeof script,
                   "trap 'exit 9' TERM; echo a; until [ -e %s/end ]; do sleep 0.01; done; exit 7",
                   pilot.sweep.path);
    add_trial(&pilot, 2, script);
    start(&pilot, "2", "0");
    expect_output(&pilot, 1);
    expect_output(&pilot, 2);
    assert_true(order_write(pilot.trials[1], 1, &order, NULL));
    const struct attempt_outcome stopped = expect_result(&pilot, 1);
    assert_int_equal(stopped.stop, ATTEMPT_STOP_CANCEL);
    assert_int_equal(stopped.end, ATTEMPT_SIGNALED);
    assert_int_equal(stopped.detail, SIGTERM); /* also where it is called srun */
    assert_true(file_replace(pilot.sweep.fd, "end", (struct strview){"", 0}, 0600, NULL));
    assert_int_equal(expect_result(&pilot, 2).detail, 7);
    assert_int_equal(kill(pilot.pid, SIGTERM), 0);
    expect_end(&pilot);
    close_sweep(&pilot);
}

/* Put back into the queue, it would stand for attempts that ended with its first run. */
static void test_no_second_run(void **state)
{
    struct pilot pilot;
    struct ticket found;
    (void)state;
    open_sweep(&pilot);
    add_trial(&pilot, 1, "exit 0");
    start_again(&pilot);
    expect_end(&pilot);
    assert_int_equal(ticket_list(pilot.slurm_fd, TICKET_WAITING, &found, 1), 1);
    close_sweep(&pilot);
}

static void test_refused_command_lines(void **state)
{
    static const char *const rows[][2] = {{"0", "0"}, {"257", "0"}, {"-1", "0"},
                                          {"x", "0"}, {"1", "-1"},  {"1", ""}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct pilot pilot;
        open_sweep(&pilot);
        start(&pilot, rows[i][0], rows[i][1]);
        assert_true(wait_until(has_ended, &pilot, WAIT_MS));
        assert_int_equal(WEXITSTATUS(pilot.status), 64);
        close_sweep(&pilot);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_trials_in_a_few_slots),
        cmocka_unit_test(test_what_others_have_claimed_is_left),
        cmocka_unit_test(test_a_shim_that_dies),
        cmocka_unit_test(test_a_shim_that_dies_without_a_claim),
        cmocka_unit_test(test_preempted),
        cmocka_unit_test(test_its_time_is_over),
        cmocka_unit_test(test_whose_fault_it_is),
        cmocka_unit_test(test_what_has_ended_has_no_timeout),
        cmocka_unit_test(test_a_reason_that_comes_late),
        cmocka_unit_test(test_a_stop_of_one_trial),
        cmocka_unit_test(test_no_second_run),
        cmocka_unit_test(test_refused_command_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
