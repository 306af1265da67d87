/*
 * Pilots: how many there are, when one has ended, and what that means for the attempts in it.
 *
 * A pilot is submitted, listed and cancelled as any job; it is kept as the attempt of a trial 0,
 * which no sweep has, and nobody is told of its end. The shims that it runs are those of jobs, so
 * that all that the runner knows of their attempts is in the same files (follow.c). Which pilot has
 * an attempt stands in its claim; what Slurm says of that pilot, it says of the attempt.
 */
#include "exec/slurm/state.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/sys.h"
#include "exec/slurm/slurm.h"
#include "journal/claim.h"
#include "journal/ticket.h"
#include "sweep/mem.h"

/* How long to wait with others where pilots end before they have done anything, at first [ms]. */
#define WAIT_FIRST_MS 10000

/* How often a ticket that nobody has claimed is put again, should it be lost [ms]. */
#define TICKET_AGAIN_MS 5000

/* How often one looks for ends at the most [ms]. */
#define LOOK_MIN_MS 20

#define ENDED_MAX 64

/* So many shims end without having claimed an attempt, and it is given up. */
#define TRIES_MAX 3

bool pilots_are_used(const struct backend_state *state)
{
    return state->settings.slurm->pilots > 0;
}

bool slurm_is_pilot(const struct slurm_attempt *attempt)
{
    return attempt->identity.key.trial == 0;
}

bool slurm_is_job(const struct backend_state *state, const struct slurm_attempt *attempt)
{
    return slurm_is_pilot(attempt) || !pilots_are_used(state);
}

bool slurm_is_piloted(const struct slurm_attempt *attempt)
{
    return attempt->batch == NULL && !slurm_is_pilot(attempt) &&
           (attempt->phase == PHASE_SUBMITTED || attempt->phase == PHASE_REVOKED);
}

/* --- tickets -------------------------------------------------------------------------------- */

static struct ticket make_ticket(const struct slurm_attempt *attempt)
{
    struct ticket ticket = {.key = attempt->identity.key};
    memcpy(ticket.token, attempt->identity.token, sizeof ticket.token);
    return ticket;
}

static void put_ticket(struct backend_state *state, struct slurm_attempt *attempt)
{
    const struct ticket ticket = make_ticket(attempt);
    struct sweep_error err = {0};
    attempt->ticket_ms = state->now_ms + TICKET_AGAIN_MS;
    if (ticket_put(state->slurm_fd, TICKET_WAITING, &ticket, &err)) {
        state->is_stuck = false;
        return;
    }
    if (!state->is_stuck)
        slurm_say(state, "no trial can be handed to a pilot now: %s; trying again", err.message);
    state->is_stuck = true;
}

void pilots_hand_out(struct backend_state *state)
{
    for (size_t i = 0; i < state->attempt_count; i++) {
        struct slurm_attempt *attempt = state->attempts[i];
        if (attempt->phase != PHASE_QUEUED || slurm_is_job(state, attempt))
            continue;
        attempt->phase = PHASE_SUBMITTED;
        attempt->look_ms = state->now_ms + TICKET_LOOK_MAX_MS;
        state->heard_ms = state->now_ms;
        put_ticket(state, attempt);
    }
}

void pilots_withdraw(struct backend_state *state, const struct slurm_attempt *attempt)
{
    const struct ticket ticket = make_ticket(attempt);
    if (slurm_is_piloted(attempt) && !attempt->is_claimed)
        (void)ticket_take(state->slurm_fd, TICKET_WAITING, &ticket);
}

/* The pilot that has claimed an attempt, by the words of the claim; NULL: it is none of ours. */
static struct slurm_attempt *find_pilot(struct backend_state *state, const char *words)
{
    uint64_t index;
    if (strncmp(words, CLAIM_PILOT, strlen(CLAIM_PILOT)) != 0)
        return NULL;
    const char *name = words + strlen(CLAIM_PILOT);
    size_t size = strcspn(name, " ");
    const char *number = name + size + (name[size] == ' ');
    const struct strview digits = {number, strcspn(number, ",")};
    if (number_parse_uint64(digits, &index) != NUMBER_OK)
        return NULL;
    for (size_t i = 0; i < state->attempt_count; i++) {
        struct slurm_attempt *pilot = state->attempts[i];
        if (slurm_is_pilot(pilot) && pilot->batch != NULL && pilot->index == index &&
            strlen(pilot->batch->name) == size && memcmp(pilot->batch->name, name, size) == 0)
            return pilot;
    }
    return NULL;
}

void pilots_take_claim(struct backend_state *state, struct slurm_attempt *attempt,
                       const struct claim *claim)
{
    if (!claim->is_there) {
        if (state->now_ms >= attempt->ticket_ms)
            put_ticket(state, attempt);
        return;
    }
    attempt->pilot = find_pilot(state, claim->words);
    if (attempt->pilot == NULL)
        return;
    attempt->pilot->has_worked = true;
    state->pilot_wait_ms = 0;
}

/* No pilot can begin it: its spec is damaged, say. Else it would be handed out for ever. */
static void note_try(struct backend_state *state, struct slurm_attempt *attempt)
{
    static const struct slurm_state unbegun = {
        .name = "unbegun",
        .view = SLURM_OVER,
        .end = ATTEMPT_LOST,
        .words = "could not begin in a pilot: slurm/jobs.log says why"};
    if (!attempt->is_claimed && ++attempt->tries >= TRIES_MAX)
        (void)judge_withdraw(state, attempt, &unbegun);
}

void pilots_look_for_ends(struct backend_state *state)
{
    struct ticket tickets[ENDED_MAX];
    if (!pilots_are_used(state) || state->now_ms < state->ends_ms)
        return;
    size_t count = ticket_list(state->slurm_fd, TICKET_ENDED, tickets, ENDED_MAX);
    for (size_t i = 0; i < count; i++) {
        struct slurm_attempt *attempt = slurm_find(state, tickets[i].key);
        if (attempt != NULL && slurm_is_piloted(attempt))
            follow_look(state, attempt);
        if (attempt != NULL && slurm_is_piloted(attempt))
            note_try(state, attempt);
        (void)ticket_take(state->slurm_fd, TICKET_ENDED, &tickets[i]);
        state->heard_ms = state->now_ms;
    }
    int64_t quiet_ms = state->now_ms - state->heard_ms;
    state->ends_ms =
        state->now_ms + (count < ENDED_MAX ? ticket_look_interval(quiet_ms, LOOK_MIN_MS) : 0);
}

/* --- what becomes of one -------------------------------------------------------------------- */

static void say_end(struct backend_state *state, const struct slurm_attempt *pilot)
{
    const struct slurm_state *why = pilot->state;
    bool is_told = why != NULL && (pilot->is_listed || pilot->is_accounted);
    if (is_told && why->is_cancelled)
        slurm_say(state, "somebody cancelled a pilot (scancel): another one takes its place while "
                         "there are trials for it");
    else if (!is_told)
        slurm_say(state, "Slurm has no job for a pilot any more");
    else if (why->words != NULL && why->end == ATTEMPT_LOST && pilot->has_worked)
        slurm_say(state, "a pilot %s", why->words);
    else if (why->words != NULL && state->pilot_wait_ms == 0)
        slurm_say(state, "a pilot %s: slurm/jobs.log may say more", why->words);
}

static bool has_ended_well(const struct slurm_attempt *pilot)
{
    return pilot->state != NULL && strcmp(pilot->state->name, "COMPLETED") == 0;
}

void pilots_judge(struct backend_state *state, struct slurm_attempt *pilot)
{
    if (state->now_ms < judge_deadline(state, pilot))
        return;
    pilot->phase = PHASE_ENDED;
    if (has_ended_well(pilot)) /* it had nothing to do, or its time was over */
        return;
    say_end(state, pilot);
    if (pilot->has_worked)
        return;
    state->pilot_wait_ms = slurm_wait_longer(state->pilot_wait_ms, WAIT_FIRST_MS);
    state->pilots_ms = state->now_ms + state->pilot_wait_ms;
}

/* What Slurm says of the pilot it says of the attempt. Where nobody can find the attempt's files
 * any more, nobody executes it either. */
static void take_listing(struct backend_state *state, struct slurm_attempt *attempt)
{
    const struct slurm_attempt *pilot = attempt->pilot;
    if (attempt->is_gone && !attempt->is_claimed) {
        attempt->is_claimed = true;
        attempt->claimed_ms = state->now_ms;
    }
    if (!attempt->is_claimed)
        return;
    attempt->is_listed = pilot != NULL && pilot->is_listed && !attempt->is_gone;
    attempt->is_accounted = pilot != NULL && pilot->is_accounted;
    attempt->state = pilot != NULL ? pilot->state : attempt->state;
    if (attempt->phase == PHASE_SUBMITTED)
        judge_listed(state, attempt);
}

void pilots_take_listing(struct backend_state *state)
{
    for (size_t i = 0; i < state->attempt_count; i++)
        if (slurm_is_piloted(state->attempts[i]))
            take_listing(state, state->attempts[i]);
}

const struct slurm_state *pilots_find_why(const struct slurm_state *of_pilot)
{
    static const struct slurm_state preempted = {.name = "preempted",
                                                 .view = SLURM_OVER,
                                                 .end = ATTEMPT_SIGNALED,
                                                 .detail = SIGTERM,
                                                 .stop = ATTEMPT_STOP_PREEMPTED};
    static const struct slurm_state lost = {.name = "lost",
                                            .view = SLURM_OVER,
                                            .end = ATTEMPT_LOST,
                                            .words = "was a pilot that has ended"};
    bool is_preempted = of_pilot->is_cancelled || of_pilot->stop == ATTEMPT_STOP_PREEMPTED;
    return is_preempted ? &preempted : &lost;
}

/* --- how many ------------------------------------------------------------------------------- */

static struct slurm_attempt *add_pilot(struct backend_state *state, const char *token)
{
    struct slurm_attempt *pilot = slurm_add(state, (struct attempt_key){0, ++state->pilot_number});
    (void)snprintf(pilot->identity.token, sizeof pilot->identity.token, "%s", token);
    return pilot;
}

/* Nothing of it is needed any more, not even its name. */
static bool is_forgotten(const struct backend_state *state, const struct slurm_attempt *pilot)
{
    for (size_t i = 0; i < state->attempt_count; i++)
        if (state->attempts[i]->pilot == pilot)
            return false;
    return pilot->phase == PHASE_ENDED;
}

static void forget_ended(struct backend_state *state)
{
    for (size_t i = state->attempt_count; i-- > 0;) {
        struct slurm_attempt *pilot = state->attempts[i];
        if (slurm_is_pilot(pilot) && is_forgotten(state, pilot))
            slurm_remove(state, pilot);
    }
}

struct need {
    uint64_t pilots;                   /* that are there, or are to be */
    uint64_t attempts;                 /* that need a place in one */
    const struct slurm_attempt *first; /* of these */
};

static struct need find_need(const struct backend_state *state)
{
    struct need need = {0};
    for (size_t i = 0; i < state->attempt_count; i++) {
        const struct slurm_attempt *attempt = state->attempts[i];
        if (slurm_is_pilot(attempt))
            need.pilots += attempt->phase != PHASE_ENDED;
        else if (attempt->phase == PHASE_SUBMITTED && slurm_is_piloted(attempt))
            need.first = need.attempts++ == 0 ? attempt : need.first;
    }
    return need;
}

static bool is_short(const struct backend_state *state, const struct need *need)
{
    const struct slurm_settings *slurm = state->settings.slurm;
    return !state->is_refused && need->pilots < slurm->pilots &&
           need->pilots * slurm->slots < need->attempts;
}

void pilots_recruit(struct backend_state *state)
{
    char token[ATTEMPT_TOKEN_MAX];
    forget_ended(state);
    if (!pilots_are_used(state) || state->now_ms < state->pilots_ms)
        return;
    for (struct need need = find_need(state); is_short(state, &need); need.pilots++) {
        /* Nobody else has the start of the attempt's, which is in the job's name; an earlier runner
         * may have counted as far. */
        (void)snprintf(token, sizeof token, "%.16s%08" PRIx32 "%08" PRIx32,
                       need.first->identity.token, (uint32_t)state->now_ms, state->pilot_number);
        add_pilot(state, token)->phase = PHASE_QUEUED;
    }
}

/* --- the beginning and the end of a runner --------------------------------------------------- */

static bool make_folder(struct backend_state *state, const char *name, struct sweep_error *err)
{
    return sys_mkdir(state->slurm_fd, name, 0700) || errno == EEXIST ||
           sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create the folder of tickets");
}

bool pilots_open(struct backend_state *state, struct sweep_error *err)
{
    state->heard_ms = state->now_ms;
    for (size_t i = 0; i < state->batch_count; i++) {
        const struct slurm_batch *batch = state->batches[i];
        for (size_t k = 0; batch->former != NULL && k < batch->count; k++) {
            if (batch->former[k].key.trial != 0)
                continue;
            struct slurm_attempt *pilot = add_pilot(state, batch->former[k].token);
            pilot->phase = PHASE_SUBMITTED;
            (void)batches_find_attempt(state, pilot);
        }
    }
    return !pilots_are_used(state) ||
           (make_folder(state, TICKET_WAITING, err) && make_folder(state, TICKET_ENDED, err));
}

/* Those of attempts whose end was seen in another way. */
static void drop_tickets(struct backend_state *state, const char *folder)
{
    struct ticket tickets[ENDED_MAX];
    size_t taken = 1;
    while (taken > 0) {
        size_t count = ticket_list(state->slurm_fd, folder, tickets, ENDED_MAX);
        taken = 0;
        for (size_t i = 0; i < count; i++)
            taken += ticket_take(state->slurm_fd, folder, &tickets[i]);
    }
}

void pilots_close(struct backend_state *state)
{
    /* What has ended is not recorded, or what runs was not looked at yet: it could not begin. */
    if (state->ending.size > 0 || state->is_adopting)
        return;
    for (size_t i = 0; i < state->attempt_count; i++)
        if (!slurm_is_pilot(state->attempts[i]))
            return;
    for (size_t i = state->attempt_count; i-- > 0;) {
        cancel_attempt(state, state->attempts[i]);
        slurm_remove(state, state->attempts[i]);
    }
    cancel_settle(state);
    batches_drop_unused(state);
    drop_tickets(state, TICKET_WAITING);
    drop_tickets(state, TICKET_ENDED);
}

int64_t pilots_deadline(const struct backend_state *state)
{
    int64_t deadline_ms = INT64_MAX;
    const struct need need = find_need(state);
    if (!pilots_are_used(state))
        return INT64_MAX;
    if (need.attempts > 0)
        deadline_ms = state->ends_ms;
    if (is_short(state, &need) && state->pilots_ms < deadline_ms)
        deadline_ms = state->pilots_ms;
    for (size_t i = 0; i < state->attempt_count; i++)
        if (state->attempts[i]->phase == PHASE_QUEUED && !slurm_is_job(state, state->attempts[i]))
            return 0;
    return deadline_ms;
}
