/*
 * Calling scancel: for jobs whose attempts have ended, one at a time, each for many of them.
 *
 * It says nothing of a job that has ended or that never was, so that one which fails has failed to
 * ask: with the controller down, say. Then all that it was told is tried again.
 */
#include "exec/slurm/state.h"

#include <inttypes.h>
#include <string.h>

#include "base/crash_point.h"

#define AT_ONCE 200

/* How long to wait before a failed one is tried again, at first. */
#define WAIT_FIRST_MS 5000

/* Two numbers, `_` and a blank. */
#define JOB_TEXT_MAX 40

/* A piece of a number would be another job. */
static bool has_room(const struct backend_state *state)
{
    return state->cancelled.maximum - state->cancelled.size >= state->ending.size + JOB_TEXT_MAX;
}

void cancel_batch(struct backend_state *state, const struct slurm_batch *batch)
{
    if (batch->job != 0 && has_room(state))
        strbuf_printf(&state->ending, "%" PRIu64 " ", batch->job);
}

void cancel_attempt(struct backend_state *state, const struct slurm_attempt *attempt)
{
    const struct slurm_batch *batch = attempt->batch;
    /* Then its claim is enough: it ends as soon as it starts. */
    if (batch == NULL || batch->job == 0 || !has_room(state))
        return;
    strbuf_printf(&state->ending, "%" PRIu64, batch->job);
    if (batch->is_array)
        strbuf_printf(&state->ending, "_%" PRIu32, attempt->index);
    strbuf_append_char(&state->ending, ' ');
}

void cancel_settle(struct backend_state *state)
{
    strbuf_append_text(&state->cancelled, strbuf_text(&state->ending));
    strbuf_reset(&state->ending);
}

/* One scancel for the first of them, which are remembered until it has done it. */
static void cancel_some(struct backend_state *state)
{
    struct arena arena = {0};
    size_t count = 0;
    char **argv = arena_alloc_array(&arena, AT_ONCE + 3, sizeof *argv);
    argv[count++] = arena_strdup(&arena, "scancel");
    argv[count++] = arena_strdup(&arena, "--quiet");
    const char *text = strbuf_text(&state->cancelled);
    const char *from = text;
    while (*text != '\0' && count < AT_ONCE + 2) {
        size_t size = strcspn(text, " ");
        argv[count++] = arena_copy(&arena, (struct strview){text, size});
        text += size + (text[size] == ' ');
    }
    strbuf_reset(&state->cancelling);
    strbuf_append(&state->cancelling, from, (size_t)(text - from));
    char *rest = arena_strdup(&arena, text);
    strbuf_reset(&state->cancelled);
    strbuf_append_text(&state->cancelled, rest);
    if (!slurm_start_client(state, CLIENT_CANCEL, argv))
        cancel_done(state, CLIENT_LATE);
    arena_release(&arena);
    crash_point(CRASH_slurm_after_cancel);
}

void cancel_start(struct backend_state *state)
{
    if (state->cancelled.size > 0 && state->now_ms >= state->cancel_ms &&
        !client_is_running(&state->clients[CLIENT_CANCEL]))
        cancel_some(state);
}

static void put_back(struct backend_state *state)
{
    size_t needed = state->cancelling.size + state->ending.size;
    if (state->cancelled.maximum - state->cancelled.size >= needed)
        strbuf_append_text(&state->cancelled, strbuf_text(&state->cancelling));
}

void cancel_done(struct backend_state *state, enum client_end end)
{
    char words[BACKEND_TEXT_MAX];
    if (end == CLIENT_DONE) {
        strbuf_reset(&state->cancelling);
        state->cancel_wait_ms = 0;
        return;
    }
    put_back(state);
    if (state->cancel_wait_ms == 0) {
        client_complaint(&state->clients[CLIENT_CANCEL].helper, words, sizeof words);
        slurm_say(state,
                  "scancel failed (%.150s): jobs that are not needed any more stay in the "
                  "queue; trying again",
                  words);
    }
    state->cancel_wait_ms = slurm_wait_longer(state->cancel_wait_ms, WAIT_FIRST_MS);
    state->cancel_ms = state->now_ms + state->cancel_wait_ms;
}

int64_t cancel_deadline(const struct backend_state *state)
{
    bool is_due = state->cancelled.size > 0 && !client_is_running(&state->clients[CLIENT_CANCEL]);
    return is_due ? state->cancel_ms : INT64_MAX;
}

/* Their attempts have ended, so no later runner would know of these jobs. What is under way is left
 * to itself, and that which has failed is here again. */
void cancel_all(struct backend_state *state)
{
    for (size_t size = 0; state->cancelled.size > 0 && state->cancelled.size != size;) {
        client_release(&state->clients[CLIENT_CANCEL]);
        size = state->cancelled.size;
        cancel_some(state);
    }
}
