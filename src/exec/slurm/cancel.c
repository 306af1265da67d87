/*
 * Calling scancel: for jobs whose attempts have ended, one at a time, each for many of them.
 *
 * It says nothing of a job that has ended or that never was, so that one which fails has failed to
 * ask: with the controller down, say. Then all that it was told is tried again.
 */
#include "exec/slurm/state.h"

#include <inttypes.h>
#include <string.h>

#define AT_ONCE 200

/* Two numbers, `_` and a blank. */
#define JOB_TEXT_MAX 40

/* A piece of a number would be another job. */
static bool has_room(const struct backend_state *state)
{
    return state->cancelled.maximum - state->cancelled.size >= JOB_TEXT_MAX;
}

void cancel_batch(struct backend_state *state, const struct slurm_batch *batch)
{
    if (batch->job != 0 && has_room(state))
        strbuf_printf(&state->cancelled, "%" PRIu64 " ", batch->job);
}

void cancel_attempt(struct backend_state *state, const struct slurm_attempt *attempt)
{
    const struct slurm_batch *batch = attempt->batch;
    /* Then its claim is enough: it ends as soon as it starts. */
    if (batch == NULL || batch->job == 0 || !has_room(state))
        return;
    strbuf_printf(&state->cancelled, "%" PRIu64, batch->job);
    if (batch->is_array)
        strbuf_printf(&state->cancelled, "_%" PRIu32, attempt->index);
    strbuf_append_char(&state->cancelled, ' ');
}

/* One scancel for the first of them. */
static void cancel_some(struct backend_state *state)
{
    struct arena arena = {0};
    size_t count = 0;
    char **argv = arena_alloc_array(&arena, AT_ONCE + 3, sizeof *argv);
    argv[count++] = arena_strdup(&arena, "scancel");
    argv[count++] = arena_strdup(&arena, "--quiet");
    const char *text = strbuf_text(&state->cancelled);
    while (*text != '\0' && count < AT_ONCE + 2) {
        size_t size = strcspn(text, " ");
        argv[count++] = arena_copy(&arena, (struct strview){text, size});
        text += size + (text[size] == ' ');
    }
    char *rest = arena_strdup(&arena, text);
    strbuf_reset(&state->cancelled);
    strbuf_append_text(&state->cancelled, rest);
    (void)slurm_start_client(state, CLIENT_CANCEL, argv);
    arena_release(&arena);
}

void cancel_start(struct backend_state *state)
{
    if (state->cancelled.size > 0 && !client_is_running(&state->clients[CLIENT_CANCEL]))
        cancel_some(state);
}

/* Their attempts have ended, so no later runner would know of these jobs. */
void cancel_all(struct backend_state *state)
{
    while (state->cancelled.size > 0) {
        client_release(&state->clients[CLIENT_CANCEL]);
        cancel_some(state);
    }
}
