/*
 * One loop over the command's output, the signals and the clock, then the end in its fixed order:
 * the command is reaped, what it left behind is killed, the pipe is emptied, the journal and the
 * result are written, the locks are given back, all is durable. Not for deciding when to kill
 * (stopping.c) nor for what is kept where (output.c, recorder.c).
 */
#include "shim/supervise.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/crash_point.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "journal/order.h"
#include "proc/tree.h"
#include "shim/command.h"
#include "shim/contained.h"
#include "shim/greeting.h"
#include "shim/output.h"
#include "shim/publish.h"
#include "shim/recorder.h"
#include "shim/shortage.h"
#include "shim/signals.h"
#include "shim/stopping.h"
#include "shim/usage.h"
#include "sweep/mem.h"

#define READ_SIZE (256 * 1024)

/* poll() does not count while the machine is suspended, but deadlines do. */
#define WAIT_MAX_MS 30000

/* Helpers such as Python's resource tracker end by themselves when the command has ended. */
#define LEFTOVER_GRACE_MS 250
#define LEFTOVER_ROUND_MS 1000

/* Whoever else writes into the pipe, and is none of ours, is not waited for longer. */
#define DRAIN_MAX_MS 2000

/* The two clocks are not read at the same instant. */
#define SLEEP_NOTICED_MS 1000

/* How long the reason of an end may come after it [ms]. */
#define REASON_MS        100
#define REASON_LIKELY_MS 2000

/* What a shell adds to the signal that ended its command. */
#define SHELL_SIGNALED 128

#define FINISH_RETRY_MS 1000
#define FINISH_TRIES    10

struct supervisor {
    struct shortage shortage;
    const struct spec *spec;
    struct job *job; /* NULL: the runner has started us */
    int dir_fd;
    int signal_fd;
    char *buffer; /* [READ_SIZE] */
    struct command command;
    bool has_ended;
    int status;        /* as waitpid() gave it */
    bool is_listening; /* the command has ended, and we may be told why in a moment */
    bool give_up;      /* asked to stop again while the disk is full */
    struct output output;
    struct recorder recorder;
    struct stopping stopping;
    struct result result;
    struct contained contained;
    int64_t slept_ms; /* that the machine has slept since it was started, as far as is known */
};

/* --- what comes in -------------------------------------------------------------------------- */

static void take_output(struct supervisor *supervisor, const char *data, size_t size)
{
    struct sweep_error err = {0};
    int64_t now_ms = clock_boot_ms();
    /* Numbers first: somebody may be waiting for them. */
    bool looked_at = recorder_feed(&supervisor->recorder, data, size, now_ms, &err);
    recorder_write(&supervisor->recorder, now_ms);
    output_write(&supervisor->output, data, size);
    stopping_heard(&supervisor->stopping, now_ms);
    if (!looked_at)
        output_note(&supervisor->output, "no numbers are recorded: %s", err.message);
}

/* Read once. @return whether there was something */
static bool read_pipe(struct supervisor *supervisor)
{
    if (supervisor->command.pipe_fd < 0)
        return false;
    ssize_t count = sys_read(supervisor->command.pipe_fd, supervisor->buffer, READ_SIZE);
    if (count > 0) {
        take_output(supervisor, supervisor->buffer, (size_t)count);
        return true;
    }
    if (count == 0 || errno != EAGAIN) {
        sys_close(supervisor->command.pipe_fd);
        supervisor->command.pipe_fd = -1;
    }
    return false;
}

/* As their subreaper we inherit the command's orphans. @return whether children are left */
static bool reap_children(struct supervisor *supervisor)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != supervisor->command.pid) {
            (void)container_take_status(&supervisor->contained.container, pid, status);
            continue;
        }
        supervisor->has_ended = true;
        supervisor->status = status;
    }
    return pid == 0 || errno != ECHILD;
}

/* The keeper of a container is below us, and none of the attempt's. */
static struct tree everything(const struct supervisor *supervisor)
{
    return (struct tree){.token = supervisor->spec->token,
                         .cgroup = supervisor->command.cgroup,
                         .root = supervisor->contained.keeper.pid > 0 ? 0 : getpid(),
                         .session = supervisor->command.pid};
}

static void act(struct supervisor *supervisor, enum stopping_action action)
{
    struct tree tree;
    struct sweep_error err = {0};
    switch (action) {
    case STOPPING_NOTHING:
        return;
    case STOPPING_TERMINATE:
        if (supervisor->contained.exists) {
            container_terminate(&supervisor->contained.container);
            return;
        }
        if (supervisor->job != NULL && supervisor->job->pilot == NULL) {
            if (!steps_terminate(&supervisor->job->steps, supervisor->command.pid, &err))
                output_note(&supervisor->output,
                            "what srun has started goes on until it is "
                            "killed: %s",
                            err.message);
            return;
        }
        tree = (struct tree){.session = supervisor->command.pid};
        (void)tree_signal(&tree, SIGTERM);
        return;
    case STOPPING_KILL:
        if (contained_kill(&supervisor->contained, clock_boot_ms()))
            return;
        tree = everything(supervisor);
        (void)tree_signal(&tree, SIGKILL);
        return;
    }
}

static void request_stop(struct supervisor *supervisor, enum attempt_stop stop)
{
    if (!supervisor->has_ended)
        act(supervisor, stopping_request(&supervisor->stopping, stop, clock_boot_ms()));
    else if (supervisor->is_listening && supervisor->stopping.reason == ATTEMPT_STOP_NONE)
        supervisor->stopping.reason = stop;
    else
        supervisor->give_up = true;
}

/* Of Slurm: what it wants us to end for, it does not say. */
static enum attempt_stop find_reason(struct supervisor *supervisor, enum attempt_stop stop)
{
    if (supervisor->job == NULL)
        return stop;
    if (stop == ATTEMPT_STOP_TIMEOUT)
        supervisor->job->is_limited = true;
    return stop == ATTEMPT_STOP_PREEMPTED ? job_reason(supervisor->job, supervisor->spec) : stop;
}

/* Slurm and a pilot may both say it, or one of them twice: nobody is in more of a hurry for that.
 */
static bool is_repetition(const struct supervisor *supervisor, enum attempt_stop stop)
{
    return supervisor->job != NULL && !supervisor->has_ended && supervisor->stopping.last == stop;
}

static void take_signals(struct supervisor *supervisor)
{
    enum attempt_stop stop;
    while (signals_next(supervisor->signal_fd, &stop)) {
        if (stop == ATTEMPT_STOP_NONE) {
            (void)reap_children(supervisor);
            continue;
        }
        stop = find_reason(supervisor, stop);
        if (!is_repetition(supervisor, stop))
            request_stop(supervisor, stop);
    }
}

/* The same order is found again and again; only one without grace means more the second time. */
static void take_orders(struct supervisor *supervisor, int64_t now_ms)
{
    struct job *job = supervisor->job;
    bool force;
    if (job == NULL || supervisor->has_ended)
        return;
    enum attempt_stop stop = job_look(job, supervisor->spec, now_ms, &force);
    if (job->is_revoked) {
        act(supervisor, STOPPING_KILL);
        return;
    }
    if (stop != ATTEMPT_STOP_NONE && (force || supervisor->stopping.last != stop)) {
        request_stop(supervisor, stop);
        if (force)
            request_stop(supervisor, stop);
    }
    if (job_is_over(job, now_ms))
        request_stop(supervisor, ATTEMPT_STOP_TIMEOUT);
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

/* Wait for something to come, at most until `deadline_ms`, and take it. */
static void turn(struct supervisor *supervisor, int64_t deadline_ms)
{
    int64_t journal_ms = recorder_deadline(&supervisor->recorder);
    int64_t now_ms = clock_boot_ms();
    if (supervisor->job != NULL && !supervisor->has_ended)
        deadline_ms = earlier(deadline_ms, job_deadline(supervisor->job));
    int64_t wait_ms = earlier(journal_ms, deadline_ms) - now_ms;
    if (wait_ms > WAIT_MAX_MS)
        wait_ms = WAIT_MAX_MS;
    struct pollfd sources[] = {{.fd = supervisor->command.pipe_fd, .events = POLLIN},
                               {.fd = supervisor->signal_fd, .events = POLLIN}};
    if (poll(sources, ARRAY_LENGTH(sources), wait_ms > 0 ? (int)wait_ms : 0) > 0) {
        if (sources[0].revents)
            (void)read_pipe(supervisor);
        if (sources[1].revents)
            take_signals(supervisor);
    }
    now_ms = clock_boot_ms();
    if (recorder_look(&supervisor->recorder, now_ms))
        stopping_heard(&supervisor->stopping, now_ms);
    recorder_write(&supervisor->recorder, now_ms);
    take_orders(supervisor, now_ms);
}

/* While the machine sleeps no command can print, and none is to be stopped for that. */
static void notice_sleep(struct supervisor *supervisor)
{
    int64_t slept_ms = clock_boot_ms() - clock_awake_ms();
    if (slept_ms - supervisor->slept_ms < SLEEP_NOTICED_MS)
        return;
    stopping_slept(&supervisor->stopping, slept_ms - supervisor->slept_ms);
    supervisor->slept_ms = slept_ms;
}

static void run_until_command_ends(struct supervisor *supervisor)
{
    while (!supervisor->has_ended) {
        turn(supervisor,
             contained_deadline(&supervisor->contained, stopping_deadline(&supervisor->stopping)));
        notice_sleep(supervisor);
        if (!supervisor->has_ended)
            act(supervisor, stopping_tick(&supervisor->stopping, clock_boot_ms()));
        container_step(&supervisor->contained.container, clock_boot_ms());
    }
}

/* Slurm signals all processes of a job, one after the other: the command may have heard and ended
 * before we hear of it. */
static void listen_for_reason(struct supervisor *supervisor)
{
    const struct stopping *stopping = &supervisor->stopping;
    int status = supervisor->status;
    bool is_likely = (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) ||
                     (WIFEXITED(status) && WEXITSTATUS(status) == SHELL_SIGNALED + SIGTERM);
    int64_t until_ms = clock_boot_ms() + (is_likely ? REASON_LIKELY_MS : REASON_MS);
    while (supervisor->is_listening && stopping->reason == ATTEMPT_STOP_NONE &&
           clock_boot_ms() < until_ms)
        turn(supervisor, until_ms);
    supervisor->is_listening = false;
}

/* --- the beginning -------------------------------------------------------------------------- */

/* Start the command, or have the outcome that says why not. */
static void start_command(struct supervisor *supervisor)
{
    struct attempt_outcome *outcome = &supervisor->result.outcome;
    struct sweep_error err = {0};
    int error_number = 0;
    outcome->started_us = clock_wall_us();
    if (command_start(&supervisor->command, supervisor->spec, &error_number, &err))
        return;
    supervisor->has_ended = true;
    outcome->end = ATTEMPT_NOT_STARTED;
    outcome->detail = error_number;
    output_note(&supervisor->output, "%s", err.message);
}

/* --- the end -------------------------------------------------------------------------------- */

/* Its client has ended, for whatever reason: for as long as it takes. */
static void end_container(struct supervisor *supervisor)
{
    struct contained *contained = &supervisor->contained;
    contained_remove(contained);
    while (contained_is_there(contained)) {
        container_step(&contained->container, clock_boot_ms());
        const char *trouble = contained_trouble(contained);
        if (trouble != NULL)
            output_note(&supervisor->output,
                        "it is not known whether container %s still runs, and it is asked again "
                        "until it is: %s",
                        contained->commands.name, trouble);
        if (container_deadline(&contained->container) < INT64_MAX)
            turn(supervisor, container_deadline(&contained->container));
    }
    contained_dismiss(contained);
}

/* When to kill what the command has left behind: what was asked to end with it has had its time,
 * but for the tasks of an srun, whose script does not wait for it. */
static int64_t find_leftover_end(const struct supervisor *supervisor)
{
    const struct stopping *stopping = &supervisor->stopping;
    if (stopping->reason == ATTEMPT_STOP_NONE)
        return clock_boot_ms() + LEFTOVER_GRACE_MS;
    return supervisor->job != NULL && supervisor->job->steps.were_asked ? stopping->kill_at_ms : 0;
}

/* Whether what is left has no time any more: it was asked to end again, or given up. */
static bool is_hurried(struct supervisor *supervisor)
{
    bool force = false;
    if (supervisor->job != NULL)
        (void)job_look(supervisor->job, supervisor->spec, clock_boot_ms(), &force);
    return force || supervisor->give_up || (supervisor->job != NULL && supervisor->job->is_revoked);
}

/* Give what is left a moment to end by itself, then kill it, for as long as it takes. That no child
 * is left proves that nothing is left: whatever became an orphan, became ours. */
static void end_leftovers(struct supervisor *supervisor)
{
    int64_t kill_at_ms = find_leftover_end(supervisor);
    while (reap_children(supervisor)) {
        if (clock_boot_ms() < kill_at_ms && !is_hurried(supervisor)) {
            turn(supervisor, earlier(kill_at_ms, clock_boot_ms() + ORDER_LOOK_MS));
            continue;
        }
        const struct tree tree = everything(supervisor);
        size_t killed = 0;
        (void)tree_kill(&tree, LEFTOVER_ROUND_MS, &killed);
        if (killed > supervisor->result.outcome.leftovers)
            supervisor->result.outcome.leftovers = (uint32_t)killed;
    }
    shortage_look_at_group(&supervisor->shortage, supervisor->command.cgroup);
    tree_remove_cgroup(supervisor->command.cgroup);
}

/* Those of tasks on other nodes, which are nobody's children here. */
static void end_steps(struct supervisor *supervisor)
{
    struct job *job = supervisor->job;
    struct sweep_error err = {0};
    while (job != NULL && !steps_end(&job->steps, clock_boot_ms(), &err)) {
        (void)is_hurried(supervisor); /* to be seen to live */
        turn(supervisor, clock_boot_ms() + STEPS_LOOK_MS);
        err = (struct sweep_error){0};
    }
    if (err.code != SWEEP_OK)
        output_note(&supervisor->output,
                    "it is not known whether tasks on other nodes went on for a while: %s",
                    err.message);
}

static void drain_pipe(struct supervisor *supervisor)
{
    int64_t until_ms = clock_boot_ms() + DRAIN_MAX_MS;
    while (read_pipe(supervisor) && clock_boot_ms() < until_ms)
        continue;
}

static void take_time(struct supervisor *supervisor, int64_t started_us)
{
    struct attempt_outcome *outcome = &supervisor->result.outcome;
    outcome->duration_us = clock_boot_us() - started_us;
    outcome->ended_us = clock_wall_us();
}

static void judge(struct supervisor *supervisor)
{
    struct attempt_outcome *outcome = &supervisor->result.outcome;
    outcome->stop = supervisor->stopping.reason;
    if (outcome->end != ATTEMPT_NOT_STARTED) {
        bool exited = WIFEXITED(supervisor->status);
        outcome->end = exited ? ATTEMPT_EXITED : ATTEMPT_SIGNALED;
        outcome->detail = exited ? WEXITSTATUS(supervisor->status) : WTERMSIG(supervisor->status);
    }
    /* What has saved itself when its job ran out of time goes on in another job. */
    if (supervisor->job != NULL && supervisor->job->is_limited &&
        outcome->stop == ATTEMPT_STOP_TIMEOUT && outcome->end == ATTEMPT_EXITED &&
        outcome->detail == ATTEMPT_EXIT_SAVED)
        outcome->stop = ATTEMPT_STOP_NONE;
}

/* Some scripts clear the directory that they are to write into, and nothing can be made in one that
 * was removed. */
static bool is_directory_gone(const struct supervisor *supervisor)
{
    struct stat status;
    return fstat(supervisor->dir_fd, &status) == 0 && status.st_nlink == 0;
}

/* Wait a second before the next try; a signal ends the wait. @return whether to try again */
static bool may_retry(struct supervisor *supervisor, const struct sweep_error *err, int *tries)
{
    /* A full disk will be mended by somebody, however long that takes. */
    if (supervisor->give_up || is_directory_gone(supervisor) ||
        (err->code != SWEEP_NO_SPACE && ++*tries >= FINISH_TRIES))
        return false;
    turn(supervisor, clock_boot_ms() + FINISH_RETRY_MS);
    return true;
}

static void finish_journal(struct supervisor *supervisor)
{
    struct recorder *recorder = &supervisor->recorder;
    struct sweep_error err = {0};
    int tries = 0;
    crash_point(CRASH_shim_before_journal);
    while (!recorder_flush(recorder, clock_boot_ms())) {
        sweep_error_set_errno(&err, SWEEP_IO, errno, "cannot write the journal");
        if (!may_retry(supervisor, &err, &tries))
            break;
    }
    recorder_abandon(recorder);
    supervisor->result.journal_bytes = recorder->size;
    supervisor->result.journal_lost = recorder->lost;
    crash_point(CRASH_shim_after_journal);
}

/* Nothing of the attempt is alive, and how it ended can be read: its GPUs and its runner need not
 * wait for a disk. */
static void let_go(const struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->spec->lease_count; i++)
        sys_close(HANDSHAKE_LEASE_FD + (int)i);
    sys_close(HANDSHAKE_LOCK_FD);
    if (supervisor->job == NULL)
        greeting_send_done(HANDSHAKE_FD);
    else
        job_tell_end(supervisor->job);
}

/* @param is_seen  it is there, and only not durable yet */
static bool publish(struct supervisor *supervisor, bool is_seen, struct sweep_error *err)
{
    struct job *job = supervisor->job;
    if (job == NULL)
        return publish_result(supervisor->dir_fd, &supervisor->result, err);
    return is_seen || publish_result_once(supervisor->dir_fd, &supervisor->result, err);
}

/* Who has given the attempt up says how it ended. */
static bool is_given_up(struct supervisor *supervisor, struct sweep_error *err)
{
    if (supervisor->job == NULL)
        return false;
    (void)job_reason(supervisor->job, supervisor->spec);
    if (supervisor->job->is_revoked)
        (void)sweep_error_set(err, SWEEP_BUSY, "the runner has given this attempt up");
    return supervisor->job->is_revoked;
}

static bool finish_result(struct supervisor *supervisor, struct sweep_error *err)
{
    int tries = 0;
    bool is_seen = false;
    bool is_durable = false;
    crash_point(CRASH_shim_before_result);
    struct sweep_error reason = {0};
    if (is_given_up(supervisor, err))
        return false;
    while (!is_durable) {
        bool is_written = publish(supervisor, is_seen, &reason);
        if (is_written && !is_seen)
            let_go(supervisor);
        is_seen |= is_written;
        recorder_sync(&supervisor->recorder);
        is_durable =
            is_written && publish_sync(supervisor->dir_fd, supervisor->spec->key.number, &reason);
        bool is_late = !is_written && reason.code == SWEEP_BUSY;
        if (!is_durable && (is_late || !may_retry(supervisor, &reason, &tries)))
            return sweep_error_set(err, reason.code, "%s", reason.message);
    }
    crash_point(CRASH_shim_after_result);
    return true;
}

static void finish_output(struct supervisor *supervisor)
{
    struct output *output = &supervisor->output;
    if (supervisor->recorder.lost > 0)
        output_note(output, "%" PRIu64 " numbers could not be recorded", supervisor->recorder.lost);
    if (recorder_damaged(&supervisor->recorder) > 0)
        output_note(output, "a file of wandb is damaged, some of what it logged is not recorded");
    output_close(output);
    supervisor->result.outcome.short_of =
        shortage_find(&supervisor->shortage, supervisor->spec, supervisor->dir_fd, output,
                      &supervisor->result.outcome);
    supervisor->result.outcome.output_bytes = output->written;
    supervisor->result.outcome.output_dropped = output->dropped;
}

/* Nothing of the attempt is left after that. */
static void end_everything(struct supervisor *supervisor)
{
    end_container(supervisor);
    end_leftovers(supervisor);
    end_steps(supervisor);
}

static void run_command(struct supervisor *supervisor)
{
    const struct spec *spec = supervisor->spec;
    const bool is_piloted = supervisor->job != NULL && supervisor->job->pilot != NULL;
    int64_t started_us = clock_boot_us();
    recorder_start(&supervisor->recorder, started_us / 1000);
    stopping_init(&supervisor->stopping, spec, started_us / 1000);
    supervisor->slept_ms = clock_boot_ms() - clock_awake_ms();
    shortage_begin(&supervisor->shortage);
    contained_start(&supervisor->contained);
    start_command(supervisor);
    crash_point(CRASH_shim_after_spawn);
    run_until_command_ends(supervisor);
    take_time(supervisor, started_us);
    supervisor->is_listening = supervisor->job != NULL;
    if (is_piloted) { /* the next one need not wait until we have heard why */
        end_everything(supervisor);
        job_leave_place(supervisor->job);
    }
    listen_for_reason(supervisor);
    crash_point(CRASH_shim_after_command);
    judge(supervisor);
    if (!is_piloted)
        end_everything(supervisor);
    usage_count(&supervisor->result.outcome);
    drain_pipe(supervisor);
    recorder_end(&supervisor->recorder, clock_boot_ms());
}

bool supervise_attempt(const struct spec *spec, int dir_fd, int signal_fd, struct job *job,
                       struct sweep_error *err)
{
    struct supervisor supervisor = {
        .spec = spec, .job = job, .dir_fd = dir_fd, .signal_fd = signal_fd, .command.pipe_fd = -1};
    char name[HANDSHAKE_NAME_MAX];
    if (publish_is_done(dir_fd, spec->key.number))
        return sweep_error_set(err, SWEEP_BUSY, "this attempt has ended before");
    if (!recorder_open(&supervisor.recorder, dir_fd, spec, err)) {
        recorder_close(&supervisor.recorder);
        return false;
    }
    contained_init(&supervisor.contained, spec);
    handshake_file_name(HANDSHAKE_OUTPUT, spec->key.number, name);
    output_open(&supervisor.output, dir_fd, name, spec->output_head_bytes, spec->output_tail_bytes);
    supervisor.buffer = sweep_alloc(READ_SIZE);
    supervisor.result.key = spec->key;
    memcpy(supervisor.result.token, spec->token, sizeof spec->token);

    run_command(&supervisor);
    sys_close(supervisor.command.pipe_fd);
    supervisor.command.pipe_fd = -1;
    supervisor.give_up = false;
    finish_output(&supervisor);
    finish_journal(&supervisor);
    bool done = finish_result(&supervisor, err);
    recorder_close(&supervisor.recorder);
    contained_release(&supervisor.contained);
    sweep_free(supervisor.buffer);
    sweep_free(supervisor.command.cgroup);
    return done;
}
