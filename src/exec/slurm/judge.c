/*
 * How an attempt ended, when its shim has not said so, or not why.
 *
 * Slurm's word alone ends nothing: the controller may have given up a node on which the job runs
 * on, and a list may lack what is there. An attempt that nobody has claimed is claimed here, and
 * then no job ever executes it. One that was claimed must be over by Slurm's word and its claimant
 * silent; then it is revoked, which its shim would see, and after a while what became of it is
 * published as its result, unless there is one: the first one counts.
 */
#include "exec/slurm/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crash_point.h"
#include "base/sys.h"
#include "journal/claim.h"
#include "journal/order.h"

/* How long a file may take to be seen on another machine [ms]. */
#define FILES_MS 2000

/* A claimant that shows no life for so long is believed to be dead, if Slurm says so too [ms]. */
#define SILENCE_MS ((int64_t)3 * CLAIM_BEAT_MS)

/* What squeue does not list, for so long and as often, is not there [ms]. */
#define MISSING_MS    60000
#define MISSING_TIMES 2

/* How long to wait for Slurm to say why it ended a job [ms]. */
#define HELD_MAX_MS 90000

static struct backend_event ended(const struct slurm_attempt *attempt)
{
    return (struct backend_event){.kind = BACKEND_ENDED,
                                  .key = attempt->identity.key,
                                  .outcome = attempt->result.outcome,
                                  .journal_lost = attempt->result.journal_lost};
}

/* Publish what Slurm knows as the attempt's result. @return whether there is a result now */
static bool publish(struct backend_state *state, struct slurm_attempt *attempt,
                    const struct slurm_state *why)
{
    struct sweep_error err = {0};
    struct result result = {.key = attempt->identity.key};
    memcpy(result.token, attempt->identity.token, sizeof result.token);
    result.outcome = (struct attempt_outcome){
        .end = why->end,
        .detail = why->detail,
        .stop = why->stop,
        .short_of = why->short_of,
        .ended_us = *state->settings.wall_us,
    };
    result.outcome.started_us = result.outcome.ended_us;
    int dir_fd = slurm_open_trial(state, result.key);
    /* Whose directory is gone, nobody else will look for. */
    bool published = dir_fd < 0 || result_publish(dir_fd, &result, CLAIM_RUNNER, &err);
    sys_close(dir_fd);
    if (published)
        attempt->result = result;
    return published;
}

static void say_why(struct backend_state *state, const struct slurm_attempt *attempt,
                    const struct slurm_state *why)
{
    uint64_t trial = attempt->identity.key.trial;
    if (why->is_cancelled)
        slurm_say(state,
                  "trial %" PRIu64 ": somebody cancelled its job (scancel), so it does not run "
                  "again",
                  trial);
    else if (why->words != NULL)
        slurm_say(state, "trial %" PRIu64 ": its job %s", trial, why->words);
}

static void end_with(struct backend_state *state, struct slurm_attempt *attempt,
                     const struct slurm_state *why)
{
    const struct backend_event event = ended(attempt);
    say_why(state, attempt, why);
    cancel_attempt(state, attempt); /* what may be left of it in Slurm's queue is of no use */
    slurm_end(state, attempt, &event);
}

bool judge_withdraw(struct backend_state *state, struct slurm_attempt *attempt,
                    const struct slurm_state *why)
{
    struct sweep_error err = {0};
    int dir_fd = slurm_open_trial(state, attempt->identity.key);
    bool is_ours = dir_fd < 0 ||
                   claim_take(dir_fd, attempt->identity.key.number, CLAIM_RUNNER, NULL, &err) ||
                   claim_look(dir_fd, attempt->identity.key.number).is_runners;
    sys_close(dir_fd);
    crash_point(CRASH_slurm_after_claim);
    if (is_ours && publish(state, attempt, why)) {
        end_with(state, attempt, why);
        return true;
    }
    attempt->look_ms = state->now_ms; /* its claim or its result is there by now */
    return false;
}

/* --- with a result -------------------------------------------------------------------------- */

/* SIGTERM that we did not send may have been scancel, or the cluster that needs the place. */
static bool needs_reason(const struct slurm_attempt *attempt)
{
    return attempt->result.outcome.stop == ATTEMPT_STOP_PREEMPTED && attempt->batch != NULL;
}

void judge_result(struct backend_state *state, struct slurm_attempt *attempt)
{
    const struct backend_event event = ended(attempt);
    if (!needs_reason(attempt)) {
        slurm_end(state, attempt, &event);
        return;
    }
    attempt->is_held = true;
    attempt->held_ms = state->now_ms;
}

/* A list that was asked for after the result was seen. */
static void judge_held(struct backend_state *state, struct slurm_attempt *attempt)
{
    bool is_fresh = state->clients[CLIENT_LIST].started_ms >= attempt->held_ms;
    bool is_known =
        attempt->is_listed && attempt->state != NULL && attempt->state->view != SLURM_RUNNING;
    bool is_late = state->now_ms >= attempt->held_ms + HELD_MAX_MS;
    if (!is_late && !(is_fresh && (is_known || !attempt->is_listed)))
        return;
    if (is_known && attempt->state->is_cancelled) {
        const struct backend_event unwanted = {.kind = BACKEND_UNWANTED,
                                               .key = attempt->identity.key};
        say_why(state, attempt, attempt->state);
        slurm_push(state, &unwanted);
    }
    const struct backend_event event = ended(attempt);
    cancel_attempt(state, attempt); /* a job that was put back into the queue */
    slurm_end(state, attempt, &event);
}

/* --- without one ---------------------------------------------------------------------------- */

/* Whether Slurm says that no process of the attempt is left. A job that waits although its attempt
 * was claimed was put back into the queue, unless it was claimed since Slurm was asked. */
static bool is_over(const struct backend_state *state, const struct slurm_attempt *attempt)
{
    if (!attempt->is_listed)
        return true;
    if (attempt->state == NULL)
        return false;
    switch (attempt->state->view) {
    case SLURM_OVER:
        return true;
    case SLURM_WAITING:
        return attempt->is_claimed && attempt->claimed_ms < state->clients[CLIENT_LIST].started_ms;
    case SLURM_RUNNING:
    case SLURM_UNKNOWN:
        break;
    }
    return false;
}

void judge_listed(struct backend_state *state, struct slurm_attempt *attempt)
{
    if (attempt->is_held) {
        judge_held(state, attempt);
        return;
    }
    if (!is_over(state, attempt)) {
        attempt->misses = 0;
        attempt->is_accounted = false;
        return;
    }
    if (attempt->misses++ == 0)
        attempt->missed_ms = state->now_ms;
    attempt->look_ms = state->now_ms;
}

/* What has run is looked for longer than what may never have been accepted. */
static int64_t missing_ms(const struct backend_state *state, const struct slurm_attempt *attempt)
{
    return attempt->is_claimed ? MISSING_MS : MISSING_TIMES * state->settings.slurm->poll_ms;
}

/* When Slurm's word is old enough to be believed. */
static int64_t believed_ms(const struct backend_state *state, const struct slurm_attempt *attempt)
{
    bool is_said = attempt->state != NULL && attempt->state->view == SLURM_OVER &&
                   (attempt->is_listed || attempt->is_accounted);
    if (attempt->misses == 0 || (!is_said && attempt->misses < MISSING_TIMES))
        return INT64_MAX;
    int64_t ready_ms = attempt->missed_ms + (is_said ? FILES_MS : missing_ms(state, attempt));
    int64_t silent_ms = attempt->beat_ms + SILENCE_MS;
    return attempt->is_claimed && silent_ms > ready_ms ? silent_ms : ready_ms;
}

/* Nobody has claimed it, and Slurm knows nothing of a job for it: it is submitted again. Should the
 * first one turn up, only one of them gets the claim. */
static void submit_again(struct backend_state *state, struct slurm_attempt *attempt)
{
    slurm_say(state, "Slurm has no job for trial %" PRIu64 ": it is submitted again",
              attempt->identity.key.trial);
    struct slurm_batch *batch = attempt->batch;
    batches_leave(attempt);
    if (batch->left == 0)
        batches_drop(state, batch);
    attempt->phase = PHASE_QUEUED;
    attempt->misses = 0;
    attempt->is_accounted = false;
    attempt->state = NULL;
}

static const struct slurm_state *find_why(const struct slurm_attempt *attempt)
{
    static const struct slurm_state requeued = {.name = "requeued",
                                                .view = SLURM_OVER,
                                                .end = ATTEMPT_SIGNALED,
                                                .detail = 15,
                                                .stop = ATTEMPT_STOP_PREEMPTED,
                                                .words = "was put back into the queue"};
    bool is_told = attempt->is_listed || attempt->is_accounted;
    if (!is_told || attempt->state == NULL)
        return &slurm_state_vanished;
    if (attempt->state->view == SLURM_OVER && slurm_is_piloted(attempt))
        return pilots_find_why(attempt->state);
    return attempt->state->view == SLURM_OVER ? attempt->state : &requeued;
}

static void give_up(struct backend_state *state, struct slurm_attempt *attempt)
{
    const struct order revoked = {.is_revoked = true};
    const struct slurm_state *why = find_why(attempt);
    struct sweep_error err = {0};
    int dir_fd;
    if (!attempt->is_claimed && why == &slurm_state_vanished) {
        submit_again(state, attempt);
        return;
    }
    if (!attempt->is_claimed) {
        (void)judge_withdraw(state, attempt, why);
        return;
    }
    dir_fd = slurm_open_trial(state, attempt->identity.key);
    bool ordered = dir_fd < 0 || order_write(dir_fd, attempt->identity.key.number, &revoked, &err);
    sys_close(dir_fd);
    crash_point(CRASH_slurm_after_revoke);
    if (!ordered) /* a full disk, say: later */
        return;
    attempt->phase = PHASE_REVOKED;
    attempt->revoked_ms = state->now_ms;
}

static int64_t revoked_ms(const struct slurm_attempt *attempt)
{
    int64_t since_ms =
        attempt->beat_ms > attempt->revoked_ms ? attempt->beat_ms : attempt->revoked_ms;
    return since_ms + ORDER_REVOKED_MS;
}

void judge_attempt(struct backend_state *state, struct slurm_attempt *attempt)
{
    if (attempt->is_held) {
        if (state->now_ms >= attempt->held_ms + HELD_MAX_MS)
            judge_held(state, attempt);
        return;
    }
    if (attempt->phase == PHASE_SUBMITTED && state->now_ms >= believed_ms(state, attempt)) {
        follow_look(state, attempt);
        if (attempt->phase == PHASE_SUBMITTED && !attempt->is_held &&
            state->now_ms >= believed_ms(state, attempt))
            give_up(state, attempt);
    } else if (attempt->phase == PHASE_REVOKED && state->now_ms >= revoked_ms(attempt)) {
        const struct slurm_state *why = find_why(attempt);
        if (publish(state, attempt, why))
            end_with(state, attempt, why);
        else
            follow_look(state, attempt);
    }
}

int64_t judge_deadline(const struct backend_state *state, const struct slurm_attempt *attempt)
{
    if (attempt->is_held)
        return attempt->held_ms + HELD_MAX_MS;
    return attempt->phase == PHASE_REVOKED ? revoked_ms(attempt) : believed_ms(state, attempt);
}
