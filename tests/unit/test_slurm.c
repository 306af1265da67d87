/*
 * What the Slurm back end reads and what its protocol rests on: lists of jobs, states, refusals,
 * the claim, orders, manifests, that of two results the first one counts, and what is cancelled
 * when a runner ends.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "exec/slurm/listing.h"
#include "exec/slurm/refusal.h"
#include "exec/slurm/slurm.h"
#include "exec/slurm/state.h"
#include "exec/slurm/states.h"
#include "journal/batch.h"
#include "journal/claim.h"
#include "journal/order.h"
#include "journal/result.h"
#include "scratch.h"
#include "sweep/mem.h"
#include "wait.h"

static struct strview view(const char *text)
{
    return (struct strview){text, strlen(text)};
}

static void test_lists(void **state)
{
    (void)state;
    struct listing listing = listing_of(view("17|3|RUNNING|None|n1|digits-ab|c\n"
                                             "18|N/A|PENDING|Priority||digits-cd\n"));
    struct listing_line line;
    assert_true(listing_next(&listing, &line));
    assert_int_equal(line.job, 17);
    assert_int_equal(line.task, 3);
    assert_memory_equal(line.name.data, "digits-ab|c", line.name.size);
    assert_true(listing_next(&listing, &line));
    assert_int_equal(line.job, 18);
    assert_int_equal(line.task, 0);
    assert_memory_equal(line.reason.data, "Priority", line.reason.size);
    assert_false(listing_next(&listing, &line));
    assert_false(listing.is_damaged);
}

static void test_rubbish_is_no_list(void **state)
{
    static const char *const rows[] = {"17|3|RUN", "x|N/A|RUNNING|None|n1|a",
                                       "17||RUNNING|None|n1|a",
                                       "slurm_load_jobs error: Unable to contact slurm controller"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct listing listing = listing_of(view(rows[i]));
        struct listing_line line;
        assert_false(listing_next(&listing, &line));
        assert_true(listing.is_damaged);
    }
}

static void test_states(void **state)
{
    (void)state;
    assert_true(slurm_state_find(view("CANCELLED by 1000"))->is_cancelled);
    assert_int_equal(slurm_state_find(view("COMPLETING"))->view, SLURM_RUNNING);
    assert_int_equal(slurm_state_find(view("REQUEUED"))->view, SLURM_WAITING);
    assert_int_equal(slurm_state_find(view("OUT_OF_MEMORY"))->short_of, ATTEMPT_SHORT_OF_MEMORY);
    assert_int_equal(slurm_state_find(view("TIMEOUT"))->stop, ATTEMPT_STOP_TIMEOUT);
    assert_int_equal(slurm_state_find(view("PREEMPTED"))->stop, ATTEMPT_STOP_PREEMPTED);
    assert_int_equal(slurm_state_find(view("NODE_FAIL"))->end, ATTEMPT_LOST);
    assert_null(slurm_state_find(view("CANCEL")));
    assert_null(slurm_state_find(view("")));
}

static void test_refusals(void **state)
{
    (void)state;
    assert_int_equal(refusal_find("invalid partition specified: nope"), REFUSAL_FINAL);
    assert_int_equal(refusal_find("Job violates accounting/QOS policy (job submit limit)"),
                     REFUSAL_PASSES);
    assert_int_equal(refusal_find("Socket timed out on send/recv operation"), REFUSAL_NONE);
    assert_int_equal(refusal_find("Unable to contact slurm controller"), REFUSAL_NONE);
}

static void test_claim(void **state)
{
    (void)state;
    struct scratch scratch;
    scratch_open(&scratch);
    assert_false(claim_look(scratch.fd, 1).is_there);
    assert_true(claim_take(scratch.fd, 1, "job 17 on n1\n", NULL, NULL));
    struct sweep_error err = {0};
    assert_false(claim_take(scratch.fd, 1, CLAIM_RUNNER, NULL, &err));
    assert_int_equal(err.code, SWEEP_BUSY);
    assert_true(claim_look(scratch.fd, 1).is_there);
    assert_false(claim_look(scratch.fd, 1).is_runners);
    assert_true(claim_take(scratch.fd, 2, CLAIM_RUNNER, NULL, NULL));
    assert_true(claim_look(scratch.fd, 2).is_runners);
    scratch_close(&scratch);
}

static void test_orders(void **state)
{
    (void)state;
    struct scratch scratch;
    struct order order;
    scratch_open(&scratch);
    assert_false(order_read(scratch.fd, 1, &order));
    const struct order stop = {.stop = ATTEMPT_STOP_PRUNE, .force = true};
    assert_true(order_write(scratch.fd, 1, &stop, NULL));
    assert_true(order_read(scratch.fd, 1, &order));
    assert_int_equal(order.stop, ATTEMPT_STOP_PRUNE);
    assert_true(order.force);
    assert_false(order.is_revoked);
    scratch_close(&scratch);
}

static void test_first_result_counts(void **state)
{
    (void)state;
    struct scratch scratch;
    struct sweep_error err = {0};
    struct result result = {.key = {5, 1}, .token = "ab", .outcome = {.end = ATTEMPT_EXITED}};
    scratch_open(&scratch);
    assert_true(result_publish(scratch.fd, &result, "job", NULL));
    result.outcome.end = ATTEMPT_LOST;
    assert_false(result_publish(scratch.fd, &result, CLAIM_RUNNER, &err));
    assert_int_equal(err.code, SWEEP_BUSY);
    int fd = openat(scratch.fd, "1.result", O_RDONLY);
    char bytes[1024];
    ssize_t size = read(fd, bytes, sizeof bytes);
    close(fd);
    struct result found;
    assert_true(size > 0);
    assert_true(result_parse((struct strview){bytes, (size_t)size}, &found, NULL));
    assert_int_equal(found.outcome.end, ATTEMPT_EXITED);
    scratch_close(&scratch);
}

static void test_manifest(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct strbuf bytes;
    struct batch found;
    const struct batch_item items[] = {{{1, 1}, "aa"}, {{2, 3}, "bb"}};
    const struct batch batch = {60000, items, ARRAY_LENGTH(items)};
    strbuf_init(&bytes, BATCH_SIZE_MAX);
    batch_format(&batch, &bytes);
    assert_true(batch_parse(&arena, strbuf_view(&bytes), &found, NULL));
    assert_int_equal(found.limit_ms, 60000);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.items[1].key.number, 3);
    assert_string_equal(found.items[1].token, "bb");
    bytes.data[bytes.size / 2] = (char)(bytes.data[bytes.size / 2] ^ 1);
    assert_false(batch_parse(&arena, strbuf_view(&bytes), &found, NULL));
    strbuf_release(&bytes);
    arena_release(&arena);
}

#define CANCELLED 450

/* Each line is a word that scancel was called with. */
static bool are_all_cancelled(void *context)
{
    const struct scratch *scratch = context;
    struct strbuf text;
    char line[32];
    strbuf_init(&text, 65536);
    bool are_there = file_read(scratch->fd, "said", &text, NULL);
    for (int i = 0; i < CANCELLED && are_there; i++) {
        (void)snprintf(line, sizeof line, "\n17_%d\n", i);
        are_there = strstr(strbuf_text(&text), line) != NULL;
    }
    strbuf_release(&text);
    return are_there;
}

/* A back end that finds a scancel of ours. */
struct cancelling {
    struct scratch scratch;
    char path[160];
    char *environment[2];
    struct slurm_settings slurm;
    struct backend_state *state;
};

static void backend_open(struct cancelling *cancelling)
{
    const struct backend_settings settings = {.name = "demo",
                                              .path = cancelling->scratch.path,
                                              .slurm = &cancelling->slurm,
                                              .sweep_fd = cancelling->scratch.fd,
                                              .trials_fd = cancelling->scratch.fd,
                                              .shim_fd = -1,
                                              .environment = cancelling->environment};
    cancelling->state = backend_slurm.open(&settings, NULL);
    assert_non_null(cancelling->state);
}

/* @param script  of a shell, which is in the scratch directory */
static void cancelling_open(struct cancelling *cancelling, const char *script)
{
    char text[512];
    struct scratch *scratch = &cancelling->scratch;
    scratch_open(scratch);
    (void)snprintf(cancelling->path, sizeof cancelling->path, "PATH=%s:/usr/bin:/bin",
                   scratch->path);
    cancelling->environment[0] = cancelling->path;
    int size = snprintf(text, sizeof text, "#!/bin/sh\ncd %s\n%s", scratch->path, script);
    assert_true(
        file_replace(scratch->fd, "scancel", (struct strview){text, (size_t)size}, 0700, NULL));
    backend_open(cancelling);
}

/* The runner ends while a scancel is at work and others are still to come. */
static void test_cancellations_at_the_end(void **state)
{
    struct cancelling cancelling = {0};
    (void)state;
    cancelling_open(&cancelling, "until [ -e go ]; do sleep 0.01; done\n"
                                 "printf '\\n%s\\n' \"$@\" >>said\n");
    for (int i = 0; i < CANCELLED; i++)
        strbuf_printf(&cancelling.state->cancelled, "17_%d ", i);
    cancel_start(cancelling.state);
    assert_true(client_is_running(&cancelling.state->clients[CLIENT_CANCEL]));
    backend_slurm.close(cancelling.state);
    assert_true(file_replace(cancelling.scratch.fd, "go", (struct strview){"", 0}, 0600, NULL));
    assert_true(wait_until(are_all_cancelled, &cancelling.scratch, 20000));
    scratch_close(&cancelling.scratch);
}

/* `17` of a job 1734 would be somebody else's. */
static void test_no_piece_of_a_job(void **state)
{
    static const char whole[] = "1734567_1000 ";
    struct slurm_batch batch = {.job = 1734567, .is_array = true};
    const struct slurm_attempt attempt = {.batch = &batch, .index = 1000};
    struct backend_state slurm_state = {0};
    size_t size = strlen(whole);
    (void)state;
    strbuf_init(&slurm_state.cancelled, 64 * size + size / 2);
    strbuf_init(&slurm_state.ending, 100 * size);
    for (int i = 0; i < 66; i++)
        cancel_attempt(&slurm_state, &attempt);
    cancel_settle(&slurm_state);
    const struct strbuf *list = &slurm_state.cancelled;
    assert_true(list->size > 0 && list->size % size == 0);
    assert_string_equal(strbuf_text(list) + list->size - size, whole);
    strbuf_release(&slurm_state.cancelled);
    strbuf_release(&slurm_state.ending);
}

static bool is_there(const struct scratch *scratch, const char *name)
{
    return faccessat(scratch->fd, name, F_OK, 0) == 0;
}

/* A batch whose attempts have all ended. */
static void add_ended_batch(struct backend_state *slurm_state, const char *name)
{
    struct slurm_batch *batch = sweep_alloc(sizeof *batch);
    struct slurm_attempt attempt = {.batch = batch, .phase = PHASE_ENDED};
    char file[JOB_NAME_MAX + 16];
    batch->job = 17;
    batch->count = 1;
    batch->left = 1;
    batch->attempts = sweep_alloc_array(1, sizeof(struct slurm_attempt *));
    (void)snprintf(batch->name, sizeof batch->name, "%s", name);
    (void)snprintf(file, sizeof file, "%s.batch", name);
    assert_true(file_replace(slurm_state->slurm_fd, file, (struct strview){"", 0}, 0600, NULL));
    slurm_state->batches = sweep_alloc_array(1, sizeof(struct slurm_batch *));
    slurm_state->batches[0] = batch;
    slurm_state->batch_count = slurm_state->batch_capacity = 1;
    cancel_attempt(slurm_state, &attempt);
    batches_leave(&attempt);
}

/* A runner that dies before the end of an attempt is recorded leaves all as it was: a job that it
 * had cancelled would count as one that somebody else did not want. */
static void test_nothing_goes_before_its_end_is_recorded(void **state)
{
    struct cancelling cancelling = {0};
    struct backend_event event;
    (void)state;
    cancelling_open(&cancelling, "true\n");
    struct backend_state *slurm_state = cancelling.state;
    (void)backend_slurm.next(slurm_state, 1000, &event);
    add_ended_batch(slurm_state, "ended");
    assert_false(backend_slurm.next(slurm_state, 1000, &event));
    assert_false(client_is_running(&slurm_state->clients[CLIENT_CANCEL]));
    assert_true(is_there(&cancelling.scratch, "slurm/ended.batch"));
    backend_slurm.settle(slurm_state);
    assert_false(is_there(&cancelling.scratch, "slurm/ended.batch"));
    assert_true(backend_slurm.deadline(slurm_state) <= 1000);
    assert_false(backend_slurm.next(slurm_state, 1000, &event));
    assert_true(client_is_running(&slurm_state->clients[CLIENT_CANCEL]));
    backend_slurm.close(slurm_state);
    scratch_close(&cancelling.scratch);
}

/* What a runner was making when it died is of no use to the next one. */
static void test_unfinished_batches(void **state)
{
    static const struct {
        const char *name;
        bool stays;
    } files[] = {
        {"slurm/a.sh", false},   {"slurm/b.batch.tmp", false}, {"slurm/b.sh", false},
        {"slurm/c.batch", true}, {"slurm/c.sh", true},         {"slurm/jobs.log", true},
    };
    struct cancelling cancelling = {0};
    (void)state;
    cancelling_open(&cancelling, "true\n");
    backend_slurm.close(cancelling.state);
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++)
        assert_true(file_replace(cancelling.scratch.fd, files[i].name, (struct strview){"", 0},
                                 0600, NULL));
    backend_open(&cancelling);
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++)
        assert_int_equal(is_there(&cancelling.scratch, files[i].name), files[i].stays);
    backend_slurm.close(cancelling.state);
    scratch_close(&cancelling.scratch);
}

/* Take what there is, until a scancel is over. @return whether something was said */
static bool finish_cancellation(struct backend_state *slurm_state, int64_t now_ms,
                                struct backend_event *event)
{
    bool is_said = false;
    while (client_is_running(&slurm_state->clients[CLIENT_CANCEL]))
        is_said |= backend_slurm.next(slurm_state, now_ms, event);
    return is_said || backend_slurm.next(slurm_state, now_ms, event);
}

/* The controller is down at first: the same jobs are cancelled again, later and only once. */
static void test_failed_cancellation(void **state)
{
    struct cancelling cancelling = {0};
    struct backend_event event = {0};
    struct strbuf said;
    (void)state;
    cancelling_open(&cancelling, "[ ! -e up ] || exec echo \"$@\" >>said\n"
                                 "touch up\n"
                                 "echo 'scancel: error: Unable to contact slurm controller' >&2\n"
                                 "exit 1\n");
    struct backend_state *slurm_state = cancelling.state;
    strbuf_append_text(&slurm_state->cancelled, "17 18_3 ");
    assert_false(backend_slurm.next(slurm_state, 1000, &event));
    assert_true(finish_cancellation(slurm_state, 1000, &event));
    assert_non_null(strstr(event.text, "Unable to contact slurm controller"));
    int64_t again_ms = backend_slurm.deadline(slurm_state);
    assert_in_range(again_ms, 1001, 100000);
    assert_false(backend_slurm.next(slurm_state, again_ms - 1, &event));
    assert_false(client_is_running(&slurm_state->clients[CLIENT_CANCEL]));
    assert_false(backend_slurm.next(slurm_state, again_ms, &event));
    assert_false(finish_cancellation(slurm_state, again_ms, &event));
    assert_false(backend_slurm.next(slurm_state, again_ms + 1000000, &event));
    assert_true(backend_slurm.deadline(slurm_state) == INT64_MAX);
    backend_slurm.close(slurm_state);
    strbuf_init(&said, 4096);
    assert_true(file_read(cancelling.scratch.fd, "said", &said, NULL));
    assert_string_equal(strbuf_text(&said), "--quiet 17 18_3\n");
    strbuf_release(&said);
    scratch_close(&cancelling.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_rubbish_is_no_list),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_claim),
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_manifest),
        cmocka_unit_test(test_first_result_counts),
        cmocka_unit_test(test_cancellations_at_the_end),
        cmocka_unit_test(test_no_piece_of_a_job),
        cmocka_unit_test(test_failed_cancellation),
        cmocka_unit_test(test_nothing_goes_before_its_end_is_recorded),
        cmocka_unit_test(test_unfinished_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
