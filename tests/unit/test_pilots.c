/*
 * Pilots, as the runner sees them: how many are submitted and what they ask for, tickets, and what
 * becomes of attempts whose pilot is gone. Slurm's programs are scripts; time is the test's.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "exec/slurm/slurm.h"
#include "exec/slurm/state.h"
#include "journal/batch.h"
#include "journal/claim.h"
#include "journal/handshake.h"
#include "journal/ticket.h"
#include "scratch.h"
#include "vector.h"

#define PILOT "demo-ab"

/* Real time: what a script takes. */
#define TURN_US 2000
#define TURNS   30000
#define STEP_MS 100 /* that pass in a turn of its own */

struct rig {
    struct scratch scratch;
    char path[160];
    char *environment[2];
    struct slurm_settings slurm;
    int trials_fd;
    int shim_fd;
    int64_t wall_us;
    int64_t now_ms;
    struct backend_state *state;
};

static void write_script(struct rig *rig, const char *name, const char *text)
{
    char script[1024];
    int size = snprintf(script, sizeof script, "#!/bin/sh\ncd %s\n%s\n", rig->scratch.path, text);
    assert_true(
        file_replace(rig->scratch.fd, name, (struct strview){script, (size_t)size}, 0700, NULL));
}

static void open_rig(struct rig *rig)
{
    *rig = (struct rig){.slurm = {.pilots = 3,
                                  .slots = 2,
                                  .poll_ms = 1000,
                                  .time_ms = 600000,
                                  .grace_ms = 1500,
                                  .gpus = 1,
                                  .cpus = 3,
                                  .memory_bytes = UINT64_C(1) << 30},
                        .shim_fd = -1,
                        .now_ms = 1000000};
    scratch_open(&rig->scratch);
    (void)snprintf(rig->path, sizeof rig->path, "PATH=%s:/usr/bin:/bin", rig->scratch.path);
    rig->environment[0] = rig->path;
    assert_int_equal(mkdirat(rig->scratch.fd, "trials", 0700), 0);
    assert_int_equal(mkdirat(rig->scratch.fd, "slurm", 0700), 0);
    rig->trials_fd = openat(rig->scratch.fd, "trials", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    write_script(rig, "squeue", "cat list 2>/dev/null || exit 0");
    write_script(rig, "sacct", "exit 1");
    write_script(rig, "scancel", "echo \"$@\" >>cancelled");
    write_script(rig, "sbatch", "echo \"$@\" >>submitted; echo 17");
}

static void start(struct rig *rig)
{
    const struct backend_settings settings = {.name = "demo",
                                              .path = rig->scratch.path,
                                              .slurm = &rig->slurm,
                                              .sweep_fd = rig->scratch.fd,
                                              .trials_fd = rig->trials_fd,
                                              .shim_fd = rig->shim_fd,
                                              .wall_us = &rig->wall_us,
                                              .environment = rig->environment};
    rig->state = backend_slurm.open(&settings, NULL);
    assert_non_null(rig->state);
}

static void close_rig(struct rig *rig)
{
    backend_slurm.close(rig->state);
    close(rig->trials_fd);
    if (rig->shim_fd >= 0)
        close(rig->shim_fd);
    scratch_close(&rig->scratch);
}

static struct ticket ticket_of(uint64_t trial)
{
    struct ticket ticket = {.key = {trial, 1}};
    (void)snprintf(ticket.token, sizeof ticket.token, "%032x", (unsigned)trial);
    return ticket;
}

/* A trial that an earlier runner has started. */
static int adopt(struct rig *rig, uint64_t trial)
{
    char name[HANDSHAKE_NAME_MAX];
    const struct ticket ticket = ticket_of(trial);
    struct attempt_identity identity = {.key = ticket.key, .boot_id = SLURM_BOOT_ID};
    memcpy(identity.token, ticket.token, sizeof identity.token);
    handshake_trial_directory(trial, name);
    (void)mkdirat(rig->trials_fd, name, 0700);
    assert_true(backend_slurm.adopt(rig->state, &identity, NULL));
    return openat(rig->trials_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The manifest of a pilot of an earlier runner. */
static void add_pilot(struct rig *rig)
{
    const struct batch_item item = {{0, 1}, "ab"};
    const struct batch batch = {600000, &item, 1};
    struct strbuf bytes;
    strbuf_init(&bytes, BATCH_SIZE_MAX);
    batch_format(&batch, &bytes);
    assert_true(
        file_replace(rig->scratch.fd, "slurm/" PILOT ".batch", strbuf_view(&bytes), 0600, NULL));
    strbuf_release(&bytes);
}

static void write_list(struct rig *rig, const char *state)
{
    char line[160];
    int size = snprintf(line, sizeof line, "17|N/A|%s|None|n1|" PILOT "\n", state);
    assert_true(
        file_replace(rig->scratch.fd, "list", (struct strview){line, (size_t)size}, 0600, NULL));
}

/* Time stands still while a script runs, however slow the machine is. */
static void pass_time(struct rig *rig)
{
    for (size_t i = 0; i < CLIENT_COUNT; i++)
        if (client_is_running(&rig->state->clients[i])) {
            usleep(TURN_US);
            return;
        }
    rig->now_ms += STEP_MS;
}

/* Let time pass until an event of that kind comes. @return how long that took [ms] */
static int64_t wait_for(struct rig *rig, enum backend_event_kind kind, struct backend_event *event)
{
    int64_t since_ms = rig->now_ms;
    for (int i = 0; i < TURNS; i++) {
        while (backend_slurm.next(rig->state, rig->now_ms, event))
            if (event->kind == kind)
                return rig->now_ms - since_ms;
        pass_time(rig);
    }
    fail_msg("the event does not come");
    return 0;
}

static void pass(struct rig *rig, int steps)
{
    struct backend_event event;
    int64_t until_ms = rig->now_ms + (int64_t)steps * STEP_MS;
    while (rig->now_ms < until_ms) {
        while (backend_slurm.next(rig->state, rig->now_ms, &event))
            assert_int_not_equal(event.kind, BACKEND_ENDED);
        pass_time(rig);
    }
}

static size_t count_waiting(struct rig *rig)
{
    struct ticket found[8];
    return ticket_list(rig->state->slurm_fd, TICKET_WAITING, found, ARRAY_LENGTH(found));
}

static void test_as_many_as_are_needed(void **state)
{
    struct rig rig;
    struct strbuf text;
    (void)state;
    open_rig(&rig);
    rig.shim_fd = open("/bin/true", O_RDONLY | O_CLOEXEC);
    start(&rig);
    for (uint64_t trial = 1; trial <= 3; trial++)
        close(adopt(&rig, trial));
    pass(&rig, 5);
    assert_int_equal(count_waiting(&rig), 3);
    while (rig.state->submitting != NULL)
        pass(&rig, 1);
    strbuf_init(&text, 65536);
    assert_true(file_read(rig.scratch.fd, "submitted", &text, NULL));
    /* two pilots of two slots each for three trials, and what two trials need together */
    static const char *const said[] = {"--array=0-1 ", "--gpus-per-node=2 ", "--cpus-per-task=6 ",
                                       "--mem=2048M ", "--time=10 "};
    for (size_t i = 0; i < ARRAY_LENGTH(said); i++)
        if (strstr(strbuf_text(&text), said[i]) == NULL)
            fail_msg("sbatch was not told %s but %s", said[i], strbuf_text(&text));
    const char *script = strstr(strbuf_text(&text), "/slurm/demo-");
    assert_non_null(script);
    char name[128];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(script + 1, "\n"), script + 1);
    strbuf_reset(&text);
    assert_true(file_read(rig.scratch.fd, name, &text, NULL));
    assert_non_null(strstr(strbuf_text(&text), "/slurm/sweep-shim pilot '"));
    assert_non_null(strstr(strbuf_text(&text), "' 2 600000 1500\n"));
    strbuf_release(&text);
    close_rig(&rig);
}

static void test_a_ticket_is_put_again_and_withdrawn(void **state)
{
    struct rig rig;
    struct backend_event event;
    const struct ticket ticket = ticket_of(1);
    (void)state;
    open_rig(&rig);
    start(&rig);
    int fd = adopt(&rig, 1);
    pass(&rig, 2);
    assert_int_equal(count_waiting(&rig), 1);
    assert_true(ticket_take(rig.state->slurm_fd, TICKET_WAITING, &ticket)); /* and the taker dies */
    pass(&rig, 100);
    assert_int_equal(count_waiting(&rig), 1);
    backend_slurm.stop(rig.state, ticket.key, ATTEMPT_STOP_CANCEL, false);
    (void)wait_for(&rig, BACKEND_ENDED, &event);
    assert_int_equal(event.outcome.stop, ATTEMPT_STOP_CANCEL);
    assert_int_equal(count_waiting(&rig), 0);
    assert_true(claim_look(fd, 1).is_runners);
    close(fd);
    close_rig(&rig);
}

static void test_ends_are_seen_at_once(void **state)
{
    struct rig rig;
    struct backend_event event;
    static const int64_t at_most_ms[] = {1100, 100}; /* it looks more often while there is news */
    (void)state;
    open_rig(&rig);
    start(&rig);
    for (size_t i = 0; i < ARRAY_LENGTH(at_most_ms); i++) {
        const struct ticket ticket = ticket_of(i + 1);
        struct result result = {.key = ticket.key, .outcome = {.end = ATTEMPT_EXITED, .detail = 3}};
        int fd = adopt(&rig, i + 1);
        pass(&rig, 2);
        memcpy(result.token, ticket.token, sizeof result.token);
        assert_true(result_publish(fd, &result, "job", NULL));
        assert_true(ticket_put(rig.state->slurm_fd, TICKET_ENDED, &ticket, NULL));
        assert_true(wait_for(&rig, BACKEND_ENDED, &event) <= at_most_ms[i]);
        assert_int_equal(event.outcome.detail, 3);
        assert_false(ticket_take(rig.state->slurm_fd, TICKET_ENDED, &ticket));
        close(fd);
    }
    close_rig(&rig);
}

/* An attempt is claimed, and nothing is heard of it any more: what Slurm says of its pilot decides.
 */
static void test_a_pilot_that_is_gone(void **state)
{
    static const struct {
        const char *claim;
        const char *listed;
        enum attempt_end end;
        enum attempt_stop stop;
        int64_t at_least_ms;
    } rows[] = {
        {"pilot " PILOT " 0, job 17 on n1\n", "NODE_FAIL", ATTEMPT_LOST, ATTEMPT_STOP_NONE, 25000},
        {"pilot " PILOT " 0, job 17 on n1\n", "CANCELLED by 0", ATTEMPT_SIGNALED,
         ATTEMPT_STOP_PREEMPTED, 25000},
        {"pilot " PILOT " 0, job 17 on n1\n", "TIMEOUT", ATTEMPT_LOST, ATTEMPT_STOP_NONE, 25000},
        {"pilot " PILOT " 0, job 17 on n1\n", "PENDING", ATTEMPT_SIGNALED, ATTEMPT_STOP_PREEMPTED,
         25000},
        {"pilot other-cd 0, job 9 on n1\n", "RUNNING", ATTEMPT_LOST, ATTEMPT_STOP_NONE, 70000},
        {"pilot " PILOT " 7, job 9 on n1\n", "RUNNING", ATTEMPT_LOST, ATTEMPT_STOP_NONE, 70000},
        {"", "RUNNING", ATTEMPT_LOST, ATTEMPT_STOP_NONE, 70000},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct rig rig;
        struct backend_event event;
        open_rig(&rig);
        add_pilot(&rig);
        write_list(&rig, "RUNNING");
        start(&rig);
        int fd = adopt(&rig, 1);
        assert_true(claim_take(fd, 1, rows[i].claim, NULL, NULL));
        pass(&rig, 50);
        write_list(&rig, rows[i].listed);
        int64_t took_ms = wait_for(&rig, BACKEND_ENDED, &event);
        if (event.outcome.end != rows[i].end || event.outcome.stop != rows[i].stop ||
            took_ms < rows[i].at_least_ms - 5000)
            fail_msg("row %zu: end %d, stop %d after %d ms", i, (int)event.outcome.end,
                     (int)event.outcome.stop, (int)took_ms);
        close(fd);
        close_rig(&rig);
    }
}

/* What no pilot can begin is not handed out for ever. */
static void test_an_attempt_that_cannot_begin(void **state)
{
    struct rig rig;
    struct backend_event event;
    const struct ticket ticket = ticket_of(1);
    (void)state;
    open_rig(&rig);
    start(&rig);
    int fd = adopt(&rig, 1);
    for (int i = 0; i < 3; i++) {
        pass(&rig, 100);
        assert_int_equal(count_waiting(&rig), 1);
        assert_true(ticket_take(rig.state->slurm_fd, TICKET_WAITING, &ticket));
        assert_true(ticket_put(rig.state->slurm_fd, TICKET_ENDED, &ticket, NULL));
    }
    (void)wait_for(&rig, BACKEND_ENDED, &event);
    assert_int_equal(event.outcome.end, ATTEMPT_LOST);
    assert_true(claim_look(fd, 1).is_runners);
    close(fd);
    close_rig(&rig);
}

/* While its pilot runs, an attempt is left to it however long it is silent. */
static void test_a_pilot_that_runs(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    add_pilot(&rig);
    write_list(&rig, "RUNNING");
    start(&rig);
    int fd = adopt(&rig, 1);
    assert_true(claim_take(fd, 1, "pilot " PILOT " 0, job 17 on n1\n", NULL, NULL));
    pass(&rig, 1500);
    assert_int_equal(faccessat(fd, "1.order", F_OK, 0), -1);
    close(fd);
    close_rig(&rig);
}

/* With the last attempt a runner's pilots are of no use: they are cancelled, and forgotten. */
static void test_pilots_end_with_the_sweep(void **state)
{
    struct rig rig;
    struct strbuf text;
    (void)state;
    open_rig(&rig);
    add_pilot(&rig);
    write_list(&rig, "RUNNING");
    start(&rig);
    while (rig.state->batches[0]->job == 0)
        pass(&rig, 1);
    backend_slurm.close(rig.state);
    strbuf_init(&text, 4096);
    for (int i = 0; i < TURNS && strstr(strbuf_text(&text), "17") == NULL; i++) {
        strbuf_reset(&text);
        (void)!file_read(rig.scratch.fd, "cancelled", &text, NULL);
        usleep(TURN_US);
    }
    assert_non_null(strstr(strbuf_text(&text), "17"));
    strbuf_release(&text);
    assert_int_equal(faccessat(rig.scratch.fd, "slurm/" PILOT ".batch", F_OK, 0), -1);
    rig.state = NULL;
    close_rig(&rig);
}

static void test_pilots_outlive_a_runner(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    add_pilot(&rig);
    write_list(&rig, "RUNNING");
    start(&rig);
    close(adopt(&rig, 1));
    pass(&rig, 50);
    backend_slurm.close(rig.state);
    assert_int_equal(faccessat(rig.scratch.fd, "slurm/" PILOT ".batch", F_OK, 0), 0);
    assert_int_equal(faccessat(rig.scratch.fd, "cancelled", F_OK, 0), -1);
    rig.state = NULL;
    close_rig(&rig);
}

/* The last attempts' ends may have been seen before their tickets. */
static void test_no_ticket_is_left(void **state)
{
    static const char *const folders[] = {TICKET_WAITING, TICKET_ENDED};
    struct rig rig;
    struct ticket found;
    (void)state;
    open_rig(&rig);
    start(&rig);
    pass(&rig, 1);
    int slurm_fd = openat(rig.scratch.fd, "slurm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < ARRAY_LENGTH(folders); i++)
        for (uint64_t trial = 1; trial <= 100; trial++) {
            const struct ticket ticket = ticket_of(trial);
            assert_true(ticket_put(slurm_fd, folders[i], &ticket, NULL));
        }
    backend_slurm.close(rig.state);
    for (size_t i = 0; i < ARRAY_LENGTH(folders); i++)
        assert_int_equal(ticket_list(slurm_fd, folders[i], &found, 1), 0);
    close(slurm_fd);
    rig.state = NULL;
    close_rig(&rig);
}

/* A runner that fails before it has looked at what runs leaves it to the next one. */
static void test_a_runner_that_cannot_begin(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    add_pilot(&rig);
    start(&rig);
    backend_slurm.close(rig.state);
    assert_int_equal(faccessat(rig.scratch.fd, "slurm/" PILOT ".batch", F_OK, 0), 0);
    rig.state = NULL;
    close_rig(&rig);
}

/* The pilot that a runner has for trial 1, and does not come to submit. */
static const struct slurm_attempt *recruit(struct rig *rig)
{
    start(rig);
    rig->state->submit_ms = INT64_MAX;
    close(adopt(rig, 1));
    pass(rig, 1);
    for (size_t i = 0; i < rig->state->attempt_count; i++)
        if (slurm_is_pilot(rig->state->attempts[i]))
            return rig->state->attempts[i];
    fail_msg("there is no pilot");
    return NULL;
}

/* By them the next runner knows which manifest is whose. */
static void test_no_two_pilots_have_one_token(void **state)
{
    struct rig rig;
    char former[ATTEMPT_TOKEN_MAX];
    (void)state;
    open_rig(&rig);
    rig.shim_fd = open("/bin/true", O_RDONLY | O_CLOEXEC);
    (void)snprintf(former, sizeof former, "%s", recruit(&rig)->identity.token);
    backend_slurm.close(rig.state);
    const struct slurm_attempt *pilot = recruit(&rig);
    assert_string_not_equal(pilot->identity.token, former);
    assert_memory_equal(pilot->identity.token, former, 8);
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_many_as_are_needed),
        cmocka_unit_test(test_a_ticket_is_put_again_and_withdrawn),
        cmocka_unit_test(test_ends_are_seen_at_once),
        cmocka_unit_test(test_a_pilot_that_is_gone),
        cmocka_unit_test(test_an_attempt_that_cannot_begin),
        cmocka_unit_test(test_a_pilot_that_runs),
        cmocka_unit_test(test_pilots_end_with_the_sweep),
        cmocka_unit_test(test_pilots_outlive_a_runner),
        cmocka_unit_test(test_no_ticket_is_left),
        cmocka_unit_test(test_a_runner_that_cannot_begin),
        cmocka_unit_test(test_no_two_pilots_have_one_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
