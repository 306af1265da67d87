/*
 * Looking at the files of attempts, for results, numbers and claims. So many a second, however many
 * attempts there are: a file server has other users.
 */
#include "exec/slurm/state.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys.h"
#include "journal/claim.h"
#include "journal/handshake.h"

/* Between two looks at one attempt [ms], and at most so many looks a second. */
#define LOOK_MS         1000
#define LOOKS_PER_S_MAX 100

#define RESULT_SIZE_MAX ((size_t)64 * 1024)

/* A damaged result, or one of another attempt, counts as absent. */
static bool read_result(struct backend_state *state, struct slurm_attempt *attempt, int dir_fd)
{
    char name[HANDSHAKE_NAME_MAX];
    struct strbuf bytes;
    struct sweep_error err = {0};
    handshake_file_name(HANDSHAKE_RESULT, attempt->identity.key.number, name);
    strbuf_init(&bytes, RESULT_SIZE_MAX);
    bool read = file_read(dir_fd, name, &bytes, NULL) &&
                result_parse(strbuf_view(&bytes), &attempt->result, &err);
    strbuf_release(&bytes);
    if (err.code == SWEEP_INCOMPATIBLE) {
        const struct backend_event newer = {.kind = BACKEND_NEWER, .key = attempt->identity.key};
        slurm_end(state, attempt, &newer);
    }
    return read && strcmp(attempt->result.token, attempt->identity.token) == 0;
}

static void look_at_journal(struct backend_state *state, struct slurm_attempt *attempt, int dir_fd)
{
    char name[HANDSHAKE_NAME_MAX];
    struct stat status;
    handshake_file_name(HANDSHAKE_JOURNAL, attempt->identity.key.number, name);
    int fd = sys_open(dir_fd, name, O_RDONLY, 0); /* opening asks the server, stat() need not */
    bool seen = fd >= 0 && fstat(fd, &status) == 0;
    sys_close(fd);
    if (!seen || (uint64_t)status.st_size == attempt->journal_size || attempt->has_news)
        return;
    attempt->journal_size = (uint64_t)status.st_size;
    attempt->has_news = true;
    slurm_push(state,
               &(struct backend_event){.kind = BACKEND_JOURNAL, .key = attempt->identity.key});
}

/* The claim matters where nobody is known to have it, and where it is all that shows life. */
static void look_at_claim(struct backend_state *state, struct slurm_attempt *attempt, int dir_fd)
{
    bool is_known = attempt->is_claimed && (attempt->batch != NULL || attempt->pilot != NULL);
    if (is_known && attempt->misses == 0 && attempt->phase != PHASE_REVOKED)
        return;
    const struct claim claim = claim_look(dir_fd, attempt->identity.key.number);
    if (!is_known && slurm_is_piloted(attempt))
        pilots_take_claim(state, attempt, &claim);
    if (!claim.is_there)
        return;
    if (!attempt->is_claimed) {
        attempt->is_claimed = true;
        attempt->claimed_ms = state->now_ms;
    }
    if (claim.beat_us != attempt->beat_us) {
        attempt->beat_us = claim.beat_us;
        attempt->beat_ms = state->now_ms;
    }
}

void follow_look(struct backend_state *state, struct slurm_attempt *attempt)
{
    int dir_fd = slurm_open_trial(state, attempt->identity.key);
    attempt->is_gone = dir_fd < 0;
    if (dir_fd < 0) /* somebody removed it: there is nothing to see, and Slurm tells the rest */
        return;
    bool has_result = read_result(state, attempt, dir_fd);
    if (attempt->phase != PHASE_ENDED && !has_result) {
        look_at_journal(state, attempt, dir_fd);
        look_at_claim(state, attempt, dir_fd);
    }
    sys_close(dir_fd);
    if (has_result)
        judge_result(state, attempt);
}

static int64_t interval_ms(const struct backend_state *state)
{
    int64_t spread_ms = (int64_t)(state->attempt_count * 1000 / LOOKS_PER_S_MAX);
    return spread_ms > LOOK_MS ? spread_ms : LOOK_MS;
}

void follow_attempts(struct backend_state *state)
{
    for (size_t i = 0; i < state->attempt_count; i++) {
        struct slurm_attempt *attempt = state->attempts[i];
        if (slurm_is_pilot(attempt)) {
            if (attempt->phase == PHASE_SUBMITTED)
                pilots_judge(state, attempt);
            continue;
        }
        bool is_followed = attempt->phase == PHASE_SUBMITTED || attempt->phase == PHASE_REVOKED;
        if (is_followed && !attempt->is_held && state->now_ms >= attempt->look_ms) {
            attempt->look_ms = state->now_ms + interval_ms(state);
            follow_look(state, attempt);
        }
        if (attempt->phase == PHASE_SUBMITTED || attempt->phase == PHASE_REVOKED)
            judge_attempt(state, attempt);
    }
}
