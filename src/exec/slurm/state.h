/*
 * What the files of the Slurm back end share: its state, the attempts and the batches in which they
 * are submitted.
 *
 * slurm.c is the table and the loop; batches.c the manifests; submit.c calls sbatch, cancel.c
 * scancel; pilots.c says how many pilots there are; follow.c looks at attempts' files; list.c takes
 * what squeue and sacct say; judge.c decides how an attempt ended that left no result. Nothing
 * outside exec/slurm includes this. The protocol is modelled in tests/model/slurm.pml.
 *
 * Ownership: the state owns attempts and batches. A batch lives as long as it has attempts, and
 * until it is recorded that the last one has ended.
 */
#ifndef SWEEP_EXEC_SLURM_STATE_H
#define SWEEP_EXEC_SLURM_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "exec/backend.h"
#include "exec/slurm/client.h"
#include "exec/slurm/settings.h"
#include "exec/slurm/states.h"
#include "journal/batch.h"
#include "journal/claim.h"
#include "journal/result.h"

#define JOB_NAME_MAX 64

struct slurm_attempt;

/** What was, or may have been, given to sbatch at once. */
struct slurm_batch {
    char name[JOB_NAME_MAX];
    struct slurm_attempt **attempts; /* [count] by index; NULL: it has ended, or was taken out */
    size_t count;
    size_t left;                     /* of them that are there */
    const struct batch_item *former; /* [count] what an earlier runner wrote; NULL: it is ours */
    bool is_array;
    bool is_accepted;     /* Slurm has said so, or has shown it */
    bool is_in_flight;    /* sbatch runs */
    uint64_t job;         /* its number; 0: not known */
    int64_t submitted_ms; /* when sbatch was over */
};

enum slurm_phase {
    PHASE_NEW,       /* launched, and its row may not be recorded yet */
    PHASE_QUEUED,    /* to be submitted */
    PHASE_SUBMITTED, /* or maybe: see the batch */
    PHASE_REVOKED,   /* given up: its shim is given the time to see that */
    PHASE_ENDED      /* its event is in the queue */
};

/* Also a pilot: of trial 0, which no sweep has. */
struct slurm_attempt {
    struct attempt_identity identity;
    enum slurm_phase phase;
    struct slurm_batch *batch;       /* NULL: it has none yet, or is for a pilot */
    uint32_t index;                  /* in it */
    struct slurm_attempt *pilot;     /* which has it; NULL: none that is known */
    int64_t ticket_ms;               /* when to put its ticket again */
    unsigned tries;                  /* of pilots to begin it that came to nothing */
    bool has_worked;                 /* of a pilot: it has had an attempt */
    bool is_gone;                    /* somebody has removed the trial's directory */
    int64_t look_ms;                 /* when to look at its files again */
    uint64_t journal_size;           /* as seen last */
    bool has_news;                   /* a BACKEND_JOURNAL for it is in the queue */
    bool is_claimed;                 /* by its job */
    int64_t claimed_ms;              /* when we saw that */
    int64_t beat_us;                 /* of the claim, as seen last */
    int64_t beat_ms;                 /* when that changed, on our clock */
    const struct slurm_state *state; /* as Slurm said last; NULL: nothing yet */
    bool is_listed;                  /* by the squeue before the last one, or sacct, still */
    bool is_accounted;               /* sacct was asked */
    unsigned misses;                 /* squeues in a row that say that it is over, or nothing */
    int64_t missed_ms;               /* since when */
    int64_t revoked_ms;
    bool is_held; /* `result` is there, and why it was stopped is not known yet */
    int64_t held_ms;
    struct result result;
};

/** Which clients there are: one of each at a time. */
enum slurm_client {
    CLIENT_SUBMIT,
    CLIENT_LIST,
    CLIENT_ACCOUNT,
    CLIENT_CANCEL,
    CLIENT_NODES,
    CLIENT_COUNT
};

struct backend_state {
    struct backend_settings settings;
    int epoll_fd;
    int slurm_fd; /* the folder of manifests */
    struct arena arena;
    char **environment; /* of the clients */
    struct client clients[CLIENT_COUNT];
    struct slurm_attempt **attempts; /* [attempt_count] */
    size_t attempt_count;
    size_t attempt_capacity;
    struct slurm_batch **batches; /* [batch_count] */
    size_t batch_count;
    size_t batch_capacity;
    struct slurm_batch *submitting; /* sbatch runs for it, or NULL */
    struct strbuf ending;           /* jobs of attempts whose end is not recorded yet */
    struct strbuf cancelled;        /* jobs to be cancelled, a blank behind each */
    struct strbuf cancelling;       /* those that the last scancel was told, until it is done */
    struct backend_event *events;   /* [event_count], of which [event_next] were taken */
    size_t event_next;
    size_t event_count;
    size_t event_capacity;
    int64_t now_ms;               /* of the call in progress */
    int64_t list_ms;              /* not before this the next squeue */
    int64_t account_ms;           /* the same of sacct */
    int64_t submit_ms;            /* and sbatch */
    int64_t submit_wait_ms;       /* how long it was put off last; 0: it was not */
    int64_t cancel_ms;            /* not before this the next scancel */
    int64_t cancel_wait_ms;       /* how long it was put off last; 0: it was not */
    int64_t pilots_ms;            /* not before this more pilots */
    int64_t pilot_wait_ms;        /* how long they were put off last; 0: they were not */
    int64_t ends_ms;              /* when to look for attempts that have ended in pilots */
    int64_t heard_ms;             /* when one was found, or one was handed out */
    uint32_t pilot_number;        /* of the last one */
    bool is_stuck;                /* no ticket could be put */
    bool is_refused;              /* nothing can be submitted until somebody mends that */
    bool is_adopting;             /* attempts of earlier runners may still come */
    unsigned list_failures;       /* in a row */
    bool has_no_account;          /* sacct does not work here */
    char said[BACKEND_TEXT_MAX];  /* what was said last of jobs that wait */
    char waits[BACKEND_TEXT_MAX]; /* what is to be said of nodes when they are known */
};

/* slurm.c */
struct slurm_attempt *slurm_find(struct backend_state *state, struct attempt_key key);
void slurm_push(struct backend_state *state, const struct backend_event *event);
void slurm_say(struct backend_state *state, const char *format, ...) SWEEP_PRINTF(2, 3);

/** How long to wait before the next try of what has failed again: from `first_ms` on twice as long
 * each time, up to five minutes; waited_ms is how long it was the last time, 0 at first. */
int64_t slurm_wait_longer(int64_t waited_ms, int64_t first_ms);

/** Open a trial's directory, past what the file system's cache says of it. @return -1 if not */
int slurm_open_trial(const struct backend_state *state, struct attempt_key key);

/** Begin to keep an attempt, or stop that. */
struct slurm_attempt *slurm_add(struct backend_state *state, struct attempt_key key);
void slurm_remove(struct backend_state *state, struct slurm_attempt *attempt);

/** An attempt has ended: its event is queued, and it leaves its batch. */
void slurm_end(struct backend_state *state, struct slurm_attempt *attempt,
               const struct backend_event *event);

/** Start one of the clients. @return whether it runs; else it counts as one that failed */
bool slurm_start_client(struct backend_state *state, enum slurm_client which, char *const *argv);

/* batches.c */

/** Make the folder with the shim that jobs run; read the manifests of earlier runners. */
bool batches_open(struct backend_state *state, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Give the batch of an earlier runner in which it is named its attempt. @return whether there is
 */
bool batches_find_attempt(struct backend_state *state, struct slurm_attempt *attempt);

/** Make a batch of attempts that are queued, and write its manifest and script durably. */
struct slurm_batch *batches_make(struct backend_state *state, struct sweep_error *err);

/** Take an attempt out of its batch. */
void batches_leave(struct slurm_attempt *attempt);

/** Forget a batch and its files. */
void batches_drop(struct backend_state *state, struct slurm_batch *batch);

/** Forget the batches whose attempts have all ended: also those that none has asked for. */
void batches_drop_unused(struct backend_state *state);

/* submit.c */
void submit_queued(struct backend_state *state);
void submit_done(struct backend_state *state, enum client_end end);

/* cancel.c */

/** An attempt needs its job no longer, or a batch all of its. */
void cancel_attempt(struct backend_state *state, const struct slurm_attempt *attempt);
void cancel_batch(struct backend_state *state, const struct slurm_batch *batch);

/** The ends are recorded: the jobs may be cancelled. Before, a runner that comes after us would
 * take that for somebody else's wish. */
void cancel_settle(struct backend_state *state);

/** Cancel what is no longer needed. */
void cancel_start(struct backend_state *state);
void cancel_done(struct backend_state *state, enum client_end end);

/** When to call cancel_start() at the latest; INT64_MAX: never. */
int64_t cancel_deadline(const struct backend_state *state);

/** Cancel all of it at once, and wait for none: this runner ends. */
void cancel_all(struct backend_state *state);

/* pilots.c */

/** What an attempt is: a pilot; what is submitted to Slurm; what is handed to pilots, and not over.
 */
bool slurm_is_pilot(const struct slurm_attempt *attempt);
bool slurm_is_job(const struct backend_state *state, const struct slurm_attempt *attempt);
bool slurm_is_piloted(const struct slurm_attempt *attempt);

/** Whether this sweep's attempts run in pilots. */
bool pilots_are_used(const struct backend_state *state);

/** Find those of earlier runners; after the batches. */
bool pilots_open(struct backend_state *state, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Give attempts that are queued to whichever pilot takes them. */
void pilots_hand_out(struct backend_state *state);

/** Nobody need take an attempt any more. */
void pilots_withdraw(struct backend_state *state, const struct slurm_attempt *attempt);

/** What was seen of the claim of one that was handed out. */
void pilots_take_claim(struct backend_state *state, struct slurm_attempt *attempt,
                       const struct claim *claim);

/** Look for attempts that have ended, if it is time for that. */
void pilots_look_for_ends(struct backend_state *state);

/** squeue was read: what does that mean for attempts in pilots? */
void pilots_take_listing(struct backend_state *state);

/** Time has passed for a pilot. */
void pilots_judge(struct backend_state *state, struct slurm_attempt *pilot);

/** How an attempt ended that left no result, after how its pilot did. */
const struct slurm_state *pilots_find_why(const struct slurm_state *of_pilot);

/** Have as many as are needed. */
void pilots_recruit(struct backend_state *state);

/** When to look for ends, or for pilots, at the latest. */
int64_t pilots_deadline(const struct backend_state *state);

/** This runner ends: where no attempt is left, nobody needs pilots. */
void pilots_close(struct backend_state *state);

/* follow.c */
void follow_attempts(struct backend_state *state);

/** Look at an attempt's files now. */
void follow_look(struct backend_state *state, struct slurm_attempt *attempt);

/* list.c */
void list_start(struct backend_state *state);
void list_done(struct backend_state *state, enum client_end end);
void list_account_done(struct backend_state *state, enum client_end end);
void list_nodes_done(struct backend_state *state, enum client_end end);

/* judge.c */

/** Slurm was asked: what does that mean for an attempt? */
void judge_listed(struct backend_state *state, struct slurm_attempt *attempt);

/** Time has passed. */
void judge_attempt(struct backend_state *state, struct slurm_attempt *attempt);

/** End an attempt that no job has claimed, so that none ever will. @return false: one has */
bool judge_withdraw(struct backend_state *state, struct slurm_attempt *attempt,
                    const struct slurm_state *why);

/** An attempt's result is there. */
void judge_result(struct backend_state *state, struct slurm_attempt *attempt);

/** When to call judge_attempt() at the latest. */
int64_t judge_deadline(const struct backend_state *state, const struct slurm_attempt *attempt);

#endif
