/*
 * Asking Slurm: one squeue for all jobs, however many, at most once in `slurm.poll`; sacct only for
 * those that squeue no longer knows; sinfo to say why nothing starts.
 *
 * An answer with a line that is none is no answer. So is an error: a controller that is down says
 * nothing of its jobs.
 */
#include "exec/slurm/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "exec/slurm/arguments.h"
#include "exec/slurm/listing.h"
#include "sweep/mem.h"

/* So many failures in a row are worth a word. */
#define FAILURES_SPEAK 3

#define ACCOUNT_WAIT_MS 60000

static struct slurm_batch *find_batch(const struct backend_state *state, struct strview name)
{
    for (size_t i = 0; i < state->batch_count; i++) {
        const char *own = state->batches[i]->name;
        if (strlen(own) == name.size && memcmp(own, name.data, name.size) == 0)
            return state->batches[i];
    }
    return NULL;
}

/* The attempt that a line is about, if it is one of ours. */
static struct slurm_attempt *find_attempt(struct backend_state *state,
                                          const struct listing_line *line)
{
    struct slurm_batch *batch = find_batch(state, line->name);
    if (batch == NULL || line->task >= batch->count)
        return NULL;
    if (!batch->is_accepted) /* Slurm took it, whatever sbatch said */
        state->submit_ms = state->now_ms;
    batch->is_accepted = true;
    batch->job = line->job;
    return batch->attempts[line->task];
}

void list_start(struct backend_state *state)
{
    char program[] = "squeue";
    char me[] = "--me";
    char plain[] = "--noheader";
    char each[] = "--array";
    char all[] = "--states=all";
    char format[] = "--format=" ARGUMENTS_LIST_FORMAT;
    char *argv[] = {program, me, plain, each, all, format, NULL};
    if (state->now_ms < state->list_ms || client_is_running(&state->clients[CLIENT_LIST]))
        return;
    state->list_ms = state->now_ms + state->settings.slurm->poll_ms;
    (void)slurm_start_client(state, CLIENT_LIST, argv);
}

/* --- what waits ----------------------------------------------------------------------------- */

/* What is to be said of jobs that wait: the reason of the first, and how many there are. */
struct waiting {
    size_t count;
    size_t running;
    char reason[96];
};

static void note_waiting(struct waiting *waiting, const struct listing_line *line,
                         const struct slurm_state *found)
{
    waiting->running += found->view == SLURM_RUNNING;
    if (found->view != SLURM_WAITING)
        return;
    if (waiting->count++ == 0)
        (void)snprintf(waiting->reason, sizeof waiting->reason, "%.*s", (int)line->reason.size,
                       line->reason.data);
}

/* Words of Slurm that mean that somebody has to mend a node. */
static bool is_about_nodes(const char *reason)
{
    static const char *const signs[] = {"NotAvail", "Down", "Drain", "Unavailable", "DOWN"};
    for (size_t i = 0; i < ARRAY_LENGTH(signs); i++)
        if (strstr(reason, signs[i]) != NULL)
            return true;
    return strcmp(reason, "Resources") == 0;
}

static void ask_for_nodes(struct backend_state *state)
{
    char program[] = "sinfo";
    char reasons[] = "--list-reasons";
    char plain[] = "--noheader";
    char format[] = "--format=%n: %E";
    char *argv[] = {program, reasons, plain, format, NULL};
    if (!client_is_running(&state->clients[CLIENT_NODES]) &&
        slurm_start_client(state, CLIENT_NODES, argv))
        return;
    slurm_say(state, "%s", state->waits);
}

/* Said when it changes, and only while nothing runs: jobs wait on every cluster. */
static void say_waiting(struct backend_state *state, const struct waiting *waiting)
{
    static const char *const ordinary[] = {"None", "", "BeginTime"};
    bool is_ordinary = waiting->count == 0 || waiting->running > 0;
    for (size_t i = 0; i < ARRAY_LENGTH(ordinary); i++)
        is_ordinary = is_ordinary || strcmp(waiting->reason, ordinary[i]) == 0;
    if (is_ordinary || strcmp(waiting->reason, state->said) == 0)
        return;
    (void)snprintf(state->said, sizeof state->said, "%s", waiting->reason);
    (void)snprintf(state->waits, sizeof state->waits, "%zu job%s wait%s in Slurm: %s",
                   waiting->count, waiting->count == 1 ? "" : "s", waiting->count == 1 ? "s" : "",
                   waiting->reason);
    if (is_about_nodes(waiting->reason))
        ask_for_nodes(state);
    else
        slurm_say(state, "%s", state->waits);
}

void list_nodes_done(struct backend_state *state, enum client_end end)
{
    const char *text = strbuf_text(&state->clients[CLIENT_NODES].helper.out);
    int length = (int)strcspn(text, "\n");
    if (end == CLIENT_DONE && length > 0)
        slurm_say(state, "%.120s (out of service: %.*s)", state->waits, length < 100 ? length : 100,
                  text);
    else
        slurm_say(state, "%s", state->waits);
}

/* --- what is there -------------------------------------------------------------------------- */

static bool is_whole(struct strview text)
{
    struct listing listing = listing_of(text);
    struct listing_line line;
    while (listing_next(&listing, &line))
        continue;
    return !listing.is_damaged;
}

/* A question that was asked before the submission was over tells nothing of it. */
static bool is_asked(const struct backend_state *state, const struct slurm_attempt *attempt)
{
    return attempt->phase == PHASE_SUBMITTED && attempt->batch != NULL &&
           !attempt->batch->is_in_flight &&
           attempt->batch->submitted_ms < state->clients[CLIENT_LIST].started_ms;
}

static void take_listing(struct backend_state *state, struct strview text)
{
    struct listing listing = listing_of(text);
    struct listing_line line;
    struct waiting waiting = {0};
    for (size_t i = 0; i < state->attempt_count; i++)
        state->attempts[i]->is_listed = false;
    while (listing_next(&listing, &line)) {
        struct slurm_attempt *attempt = find_attempt(state, &line);
        const struct slurm_state *found = slurm_state_find(line.state);
        if (attempt == NULL)
            continue;
        attempt->is_listed = true;
        attempt->state = found;
        if (found != NULL)
            note_waiting(&waiting, &line, found);
    }
    say_waiting(state, &waiting);
    for (size_t i = 0; i < state->attempt_count; i++)
        if (is_asked(state, state->attempts[i]))
            judge_listed(state, state->attempts[i]);
    pilots_take_listing(state);
}

/* --- what is not there any more ------------------------------------------------------------- */

static bool is_to_be_accounted(const struct slurm_attempt *attempt)
{
    return attempt->phase == PHASE_SUBMITTED && attempt->batch != NULL && !attempt->is_listed &&
           !attempt->is_accounted && attempt->misses > 1;
}

/* By name: an attempt's number in Slurm need not be known. */
static void ask_account(struct backend_state *state)
{
    char program[] = "sacct";
    char plain[] = "--noheader";
    char parsable[] = "--parsable2";
    char whole[] = "--allocations";
    char since[] = "--starttime=now-30days";
    char format[] = "--format=JobID,State,JobName";
    bool is_needed = false;
    struct strbuf names;
    strbuf_init(&names, 65536);
    strbuf_append_text(&names, "--name=");
    for (size_t i = 0; i < state->attempt_count; i++) {
        const struct slurm_attempt *attempt = state->attempts[i];
        if (!is_to_be_accounted(attempt))
            continue;
        strbuf_printf(&names, "%s%s", is_needed ? "," : "", attempt->batch->name);
        is_needed = true;
    }
    char *list = sweep_strdup(strbuf_text(&names));
    char *argv[] = {program, plain, parsable, whole, since, format, list, NULL};
    if (is_needed && state->now_ms >= state->account_ms &&
        !client_is_running(&state->clients[CLIENT_ACCOUNT])) {
        state->account_ms = state->now_ms + ACCOUNT_WAIT_MS;
        (void)slurm_start_client(state, CLIENT_ACCOUNT, argv);
    }
    sweep_free(list);
    strbuf_release(&names);
}

/* Where accounting is off, or late, nothing is known: the files and squeue decide. */
void list_account_done(struct backend_state *state, enum client_end end)
{
    struct listing listing = listing_of(strbuf_view(&state->clients[CLIENT_ACCOUNT].helper.out));
    struct listing_line line;
    if (end != CLIENT_DONE)
        return;
    for (size_t i = 0; i < state->attempt_count; i++)
        state->attempts[i]->is_accounted |= is_to_be_accounted(state->attempts[i]);
    while (listing_next_account(&listing, &line)) {
        struct slurm_attempt *attempt = find_attempt(state, &line);
        if (attempt != NULL && attempt->is_accounted && !attempt->is_listed)
            attempt->state = slurm_state_find(line.state);
    }
}

void list_done(struct backend_state *state, enum client_end end)
{
    const struct strview text = strbuf_view(&state->clients[CLIENT_LIST].helper.out);
    char words[BACKEND_TEXT_MAX];
    if (end == CLIENT_DONE && is_whole(text)) {
        if (state->list_failures >= FAILURES_SPEAK)
            slurm_say(state, "Slurm answers again");
        state->list_failures = 0;
        take_listing(state, text);
        ask_account(state);
        return;
    }
    if (++state->list_failures != FAILURES_SPEAK)
        return;
    client_complaint(&state->clients[CLIENT_LIST].helper, words, sizeof words);
    slurm_say(state,
              "Slurm does not answer (%.150s): jobs that run go on, and their results are taken",
              words);
}
