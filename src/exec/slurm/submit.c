/*
 * Calling sbatch.
 *
 * All that is queued goes into one submission, an array where it is more than one attempt; while it
 * is on its way the next one gathers. An answer that is no plain refusal leaves open whether there
 * is a job: then its name is looked for (judge.c).
 */
#include "exec/slurm/state.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/crash_point.h"
#include "base/number.h"
#include "exec/slurm/arguments.h"
#include "exec/slurm/refusal.h"

#define WAIT_FIRST_MS 10000

static void put_off(struct backend_state *state)
{
    state->submit_wait_ms = slurm_wait_longer(state->submit_wait_ms, WAIT_FIRST_MS);
    state->submit_ms = state->now_ms + state->submit_wait_ms;
}

/* There is no job: its attempts wait for another submission. */
static void take_back(struct backend_state *state, struct slurm_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct slurm_attempt *attempt = batch->attempts[i];
        if (attempt == NULL)
            continue;
        attempt->batch = NULL;
        attempt->phase = PHASE_QUEUED;
    }
    batches_drop(state, batch);
}

static void refuse(struct backend_state *state, struct slurm_batch *batch, const char *words)
{
    struct backend_event event = {.kind = BACKEND_REFUSED};
    (void)snprintf(event.text, sizeof event.text, "Slurm refuses the jobs: %.200s", words);
    state->is_refused = true;
    take_back(state, batch);
    slurm_push(state, &event);
}

static bool start_sbatch(struct backend_state *state, const struct slurm_batch *batch)
{
    struct arena arena = {0};
    const char *script =
        arena_printf(&arena, "%s/" BATCH_DIRECTORY "/%s.sh", state->settings.path, batch->name);
    const struct arguments_batch words = {batch->name, state->settings.path, script, batch->count};
    bool started = slurm_start_client(
        state, CLIENT_SUBMIT, arguments_submit(&arena, state->settings.slurm, &words, false));
    arena_release(&arena);
    return started;
}

void submit_queued(struct backend_state *state)
{
    bool is_queued = false;
    struct sweep_error err = {0};
    for (size_t i = 0; i < state->attempt_count && !is_queued; i++)
        is_queued =
            state->attempts[i]->phase == PHASE_QUEUED && slurm_is_job(state, state->attempts[i]);
    if (!is_queued || state->is_refused || client_is_running(&state->clients[CLIENT_SUBMIT]) ||
        state->now_ms < state->submit_ms)
        return;
    struct slurm_batch *batch = batches_make(state, &err);
    if (batch == NULL) {
        if (state->submit_wait_ms == 0)
            slurm_say(state, "no job can be submitted now: %s; trying again", err.message);
        put_off(state);
        return;
    }
    crash_point(CRASH_slurm_before_submit);
    if (!start_sbatch(state, batch)) {
        refuse(state, batch, "there is no sbatch on this machine");
        return;
    }
    batch->is_in_flight = true;
    batch->submitted_ms = state->now_ms;
    state->submitting = batch;
    for (size_t i = 0; i < batch->count; i++) {
        batch->attempts[i]->phase = PHASE_SUBMITTED;
        batch->attempts[i]->look_ms = state->now_ms;
    }
}

/* `17`, or `17;cluster`. */
static bool read_job(struct backend_state *state, uint64_t *job)
{
    const char *text = strbuf_text(&state->clients[CLIENT_SUBMIT].helper.out);
    const struct strview number = {text, strspn(text, "0123456789")};
    return number.size > 0 && number_parse_uint64(number, job) == NUMBER_OK;
}

static void take_refusal(struct backend_state *state, struct slurm_batch *batch)
{
    char words[BACKEND_TEXT_MAX];
    client_complaint(&state->clients[CLIENT_SUBMIT].helper, words, sizeof words);
    enum refusal refusal = refusal_find(words);
    bool is_news = state->submit_wait_ms == 0;
    if (refusal == REFUSAL_FINAL) {
        refuse(state, batch, words);
        return;
    }
    put_off(state);
    if (refusal == REFUSAL_PASSES || refusal == REFUSAL_AT_FIRST) {
        if (is_news)
            slurm_say(state, "Slurm takes no more jobs now: %.150s; trying again", words);
        take_back(state, batch);
    } else if (is_news) {
        slurm_say(state,
                  "sbatch failed (%.120s): Slurm may have the job all the same, it is looked for",
                  words);
    }
}

void submit_done(struct backend_state *state, enum client_end end)
{
    struct slurm_batch *batch = state->submitting;
    state->submitting = NULL;
    batch->is_in_flight = false;
    batch->submitted_ms = state->now_ms;
    crash_point(CRASH_slurm_after_submit);
    if (end == CLIENT_DONE && read_job(state, &batch->job)) {
        batch->is_accepted = true;
        state->submit_wait_ms = 0;
    } else if (end == CLIENT_FAILED) {
        take_refusal(state, batch);
        return;
    } else {
        slurm_say(state,
                  "sbatch gave no answer: Slurm may have the job all the same, it is looked for");
        put_off(state);
    }
    if (batch->left == 0) /* all its attempts were stopped meanwhile */
        cancel_batch(state, batch);
}
