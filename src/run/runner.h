/*
 * What the files of the loop share: one runner at work.
 *
 * run.c is the loop itself; actions.c carries out what the engine wants; launch.c prepares an
 * attempt; ingest.c reads journals and outcomes; restore.c puts back what an earlier runner
 * recorded; trouble.c knows full disks and vanished directories; signals.c is the keyboard;
 * requests.c takes what people ask for in `control/`; retries.c runs finished trials again;
 * spending.c adds up what the budget counts; watching.c learns what attempts take of the machine,
 * faults.c what went wrong with their GPUs, and waiting.c stands in line for what others have.
 * Nothing outside run includes this.
 */
#ifndef SWEEP_RUN_RUNNER_H
#define SWEEP_RUN_RUNNER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "asker/asker.h"
#include "base/arena.h"
#include "base/strbuf.h"
#include "box/sampler.h"
#include "control/request.h"
#include "run/checkpoints.h"
#include "run/environment.h"
#include "run/needs.h"
#include "run/run.h"
#include "run/turn.h"

/** What a live attempt takes, as far as it is watched. */
struct watching {
    struct usage usage; /* so far, by earlier runners too */
    struct usage last;  /* the sample before, for the time that no sample tells of */
    bool is_asked;      /* the sampler knows of it */
    bool is_leaving;    /* the sampler knows that it has ended, since leave_ms */
    bool is_left;       /* and has told all that it knows of it */
    int64_t leave_ms;
    int64_t ask_ms;   /* when to tell it */
    int64_t seen_ms;  /* the time of the last sample; 0: there was none */
    int64_t saved_ms; /* when the usage was recorded last */
};

/** A live attempt, as far as the loop cares. */
struct live {
    struct attempt_key key;
    pid_t pid; /* of its shim, which started at `pid_start` */
    uint64_t pid_start;
    char **uuids; /* of its GPUs; ends with NULL */
    bool is_new;  /* this runner started it */
    struct watching watching;
    int64_t started_us;
    const struct spec_pattern *patterns; /* [pattern_count] that its shim looks for; borrowed */
    size_t pattern_count;
    uint64_t offset;   /* in its journal: everything before it is in the turn or the database */
    uint64_t sequence; /* of the last record read */
    bool has_news;     /* the journal may have grown */
    bool has_ended;    /* `outcome` is to be recorded when the journal is read to its end */
    struct attempt_outcome outcome;
    uint64_t journal_lost;    /* numbers that found no place in the journal */
    bool has_fault;           /* something was wrong with its GPUs */
    struct sampler_news echo; /* what may only follow from another fault; .key.trial 0: nothing */
    unsigned char
        *noticed; /* [pattern_count] bits by journal_kind: complaints that were recorded */
};

/** The most different faults of GPUs that are said; all are recorded. */
#define RUNNER_FAULTS_SAID 16

/** Why the loop cannot write at present, and when it tries again. */
struct trouble {
    bool is_active;
    int64_t retry_ms;
    char text[256]; /* what is wrong, for people */
};

/** What was there at the start, to see that it is still the same. */
struct anchor {
    dev_t directory_device;
    ino_t directory_inode;
    ino_t database_inode;
    int64_t check_ms; /* when to look again */
};

struct saved_signals {
    sigset_t mask;
    struct sigaction pipe;
    struct sigaction output;
    struct sigaction child;
};

/** What people ask for, on its way into the turn. */
struct inbox {
    int control_fd;
    int watch_fd;                       /* inotify; -1: there is none to be had */
    bool has_news;                      /* there may be requests that were not taken */
    int64_t look_ms;                    /* look again at the latest */
    char (*taken)[REQUEST_ID_SIZE + 1]; /* [taken_count] in the turn, not answered yet */
    size_t taken_count;
    size_t taken_capacity;
};

/** For what other sweeps have. */
struct waiting {
    struct queue queue;
    bool has_taken;   /* something, since we stand in line */
    bool has_had;     /* our turn: it is ours again only where nobody comes */
    int64_t until_ms; /* our turn ends; 0: it has not come */
    int64_t retry_ms; /* when to try to get in line again */
    int64_t since_ms; /* there was no room for a single trial; 0: there is */
    bool has_said;    /* that there is none, in this run */
    bool says;        /* that there is none, since then */
};

/** What people want of the sweep. */
enum wish {
    WISH_RUN,
    WISH_PAUSE,
    WISH_STOP
};

struct runner {
    const struct run_request *request;
    const struct run_settings *settings;
    struct engine *engine;
    struct asker *asker;
    struct coprocess_settings external;
    struct backend_state *attempts;
    struct environment environment;
    struct pool gpus;
    struct host host;
    struct sampler sampler;
    struct fault said_faults[RUNNER_FAULTS_SAID]; /* [said_fault_count] */
    size_t said_fault_count;
    struct needs needs;         /* with gpu_memory: auto */
    struct pool_need next_need; /* of the attempt that is to be started next, as far as is known */
    struct engine_spending spending; /* at spent_ms */
    int64_t spent_ms;
    uint32_t capacity; /* that the engine knows of */
    struct waiting waiting;
    bool said_no_gpu_left;  /* all failed */
    bool said_unknown_need; /* the person knows that nothing can be measured */
    char boot_id[ATTEMPT_BOOT_ID_MAX];
    struct arena arena; /* what was restored: lives as long as engine and asker */

    struct turn turn;
    int64_t turn_since_ms; /* when its oldest record came; 0: it is empty */
    struct live **live;    /* [live_count] */
    size_t live_count;
    size_t live_capacity;

    struct engine_event *queue; /* [queue_count]: for the engine, in order */
    size_t queue_count;
    size_t queue_capacity;
    bool is_feeding;
    uint64_t outcome_arrival; /* given by the engine to the outcome that is being fed; 0: none */

    enum wish wish;
    bool has_recalled;      /* what had not begun, since no trial is to be started any more */
    enum wish earlier_wish; /* what they wanted when this runner came */
    int signal_fd;
    struct saved_signals saved;
    int64_t now_ms; /* of this turn */
    int64_t wall_us;
    int64_t started_ms;     /* this runner */
    int64_t earlier_us;     /* running time of earlier runners */
    int64_t state_saved_ms; /* when the running time was recorded last */
    int64_t spoken_ms;      /* when the listener was last told something */
    int64_t ticked_ms;      /* when the listener was last told what is running */
    struct inbox inbox;
    const char *earlier_state; /* that was recorded when this runner came */
    const char *earlier_note;
    struct trouble trouble;
    struct anchor anchor;
    struct checkpoints checkpoints;
    unsigned char *complained; /* [pattern_count] bits by journal_kind: said to the person */

    bool has_new_work; /* people asked for more than there was to do */
    bool is_done;      /* the engine has said so */
    struct run_summary *summary;
    bool has_failed; /* `error` ends the run */
    struct sweep_error error;
};

/* run.c */

/** Tell the listener at once. */
void runner_tell(struct runner *runner, enum run_notice_kind kind, const char *text);

/** Say something when the turn is durable. */
void runner_say_later(struct runner *runner, const char *text);

/** End the run with an error; the first one counts. */
void runner_fail(struct runner *runner, const struct sweep_error *error);

/** What the engine is told of settings. */
struct engine_settings runner_engine_settings(const struct runner *runner,
                                              const struct run_settings *settings);

/** Set an event's clock. */
struct engine_event runner_event(const struct runner *runner, enum engine_event_kind kind);

/** The name of the sweep's state to record, with the running time so far. */
void runner_save_state(struct runner *runner, const char *state, const char *note);

/* actions.c */

/**
 * Give the engine an event and carry out what it wants, until it wants no more.
 *
 * While actions are being carried out the event waits for its turn; what it points to must live
 * until then.
 */
void runner_feed(struct runner *runner, const struct engine_event *event);

/** Take a finished trial into account: somebody's checkpoints may have to go. */
void actions_note_finished(struct runner *runner, const struct sweep_trial *trial);

/** Remove the checkpoints of a finished trial; where that fails it is said. */
void actions_forget(struct runner *runner, uint64_t trial);

/* launch.c */

/** Decide what of the environment trials share, by the settings of now. */
void launch_environment(struct runner *runner);

/** Start an attempt as ENGINE_LAUNCH says, blocked, and feed the engine what came of it. */
void launch_attempt(struct runner *runner, const struct engine_action *action);

/* gpus.c */
bool gpus_open(struct runner *runner, struct sweep_error *err) SWEEP_MUST_CHECK;
void gpus_close(struct runner *runner);

/** When to call gpus_keep() at the latest. */
int64_t gpus_deadline(const struct runner *runner);

/** What an attempt of a trial needs of each of its GPUs. @param alone  as the engine says */
struct pool_need gpus_need(const struct runner *runner, const struct sweep_trial *trial,
                           bool alone);

/** What is started next needs so much: it was refused; NULL: nothing was. The engine is told. */
void gpus_expect(struct runner *runner, const struct pool_need *refused);

/** A trial has finished: learn from it what others need. @param usage  what it took */
void gpus_learn(struct runner *runner, const struct sweep_trial *trial, const struct usage *usage);

/** The same for those of earlier runners. */
bool gpus_restore(struct runner *runner, const struct store_trials *trials,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Look whether GPUs were taken or given back, if it is time; the engine is told. */
void gpus_keep(struct runner *runner);

/** Tell the engine how much room there is, if that has changed. */
void gpus_count(struct runner *runner);

/** An attempt has ended: its GPUs are free again, unless they are to blame, which its outcome says
 * then. */
void gpus_end(struct runner *runner, struct attempt_key key, struct attempt_outcome *outcome);

/** When that is told: end the run if no trial could ever be started. */
void gpus_settle(struct runner *runner);

/** Say at the end which ones are to be looked at. */
void gpus_say_broken(struct runner *runner);

/** What an attempt gets of the box. */
struct gpus_grant {
    struct pool_grant gpus;
    struct host_grant host;
    int leases[POOL_PER_TRIAL_MAX + HOST_LEASES_MAX]; /* all of both */
};

/** Take what an attempt needs. Where that fails, what was taken of it is dropped and given back as
 * else. @error SWEEP_BUSY; SWEEP_IO */
bool gpus_take(struct runner *runner, struct attempt_key key, const struct pool_need *need,
               struct gpus_grant *grant, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Close our copies of its leases: when its shim has them, or will never be. */
void gpus_drop(struct gpus_grant *grant);

/** An attempt of an earlier runner has what its spec says. */
void gpus_adopt(struct runner *runner, struct attempt_key key, const struct spec *spec);

/** Put into the spec what the attempt has, and into its environment. */
void gpus_describe(const struct runner *runner, struct arena *arena, const struct gpus_grant *grant,
                   struct spec *spec, struct environment_trial *trial);

/** Record which ones an attempt that was launched has. */
void gpus_record(struct runner *runner, struct attempt_key key, const struct pool_grant *grant);

/** Whether it ended by its own fault, as far as its outcome tells: only the driver may know better.
 */
bool gpus_has_failed_by_itself(const struct attempt_outcome *outcome);

/* faults.c */

/** Something is wrong with a GPU of an attempt. @param live  NULL: it has ended */
void faults_take(struct runner *runner, const struct sampler_news *news, struct live *live);

/** Whether it is known what was wrong with the GPUs of an attempt that has ended. False at most
 * once: it gets `has_news` then, within SAMPLER_LEAVE_MS. */
bool faults_are_known(struct runner *runner, struct live *live);

/** Its outcome is about to be recorded. */
void faults_settle(struct runner *runner, struct live *live);

/* waiting.c */

/** Stand in line where there is no room for what is to be started, or leave it. */
void waiting_settle(struct runner *runner);

/** Before looking what is free: let those who came after us have their turn, if we had ours. */
void waiting_yield(struct runner *runner);

/** Notice what happens meanwhile. @return whether there may be more room than before */
bool waiting_heed(struct runner *runner);

/** When to do that at the latest. */
int64_t waiting_deadline(const struct runner *runner);

/* spending.c */

/** Put back what earlier runners spent, and what their attempts did since. */
bool spending_restore(struct runner *runner, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Attempts have other GPUs than before; `energy_mj` was taken, where that is known. */
void spending_note(struct runner *runner, int64_t energy_mj);

/** What was spent until now. */
struct engine_spending spending_now(const struct runner *runner);

/* watching.c */

/** Begin to watch an attempt, with what is known of it already. @param uuids  of its GPUs; ends
 * with NULL */
void watching_begin(struct runner *runner, struct live *live, char *const *uuids);

/** It has ended. @return whether all is told that the sampler knows of it; else it gets `has_news`
 * when that is so */
bool watching_is_left(struct runner *runner, struct live *live);

/** It has ended: record what it took, before the outcome. */
void watching_end(struct runner *runner, struct live *live);

/** Take samples, if there are any. */
void watching_keep(struct runner *runner);

/** When to do that at the latest. */
int64_t watching_deadline(const struct runner *runner);

/** Record what live attempts took so far. */
void watching_save(struct runner *runner);

/* ingest.c */

/** Begin to follow an attempt that looks for the sweep's own patterns. */
struct live *live_add(struct runner *runner, const struct attempt_identity *identity,
                      int64_t started_us);
struct live *live_find(const struct runner *runner, struct attempt_key key);
void live_release(struct runner *runner);

/** Take what the back end has. */
void ingest_events(struct runner *runner);

/** Read journals that have grown, record outcomes whose journal is read. */
void ingest_journals(struct runner *runner);

/** Whether there is more to read right now. */
bool ingest_has_more(const struct runner *runner);

/* restore.c */
bool restore_all(struct runner *runner, struct sweep_error *err) SWEEP_MUST_CHECK;

/* trouble.c */

/** Remember what the directory and the database are. */
bool trouble_anchor(struct runner *runner, struct sweep_error *err) SWEEP_MUST_CHECK;

/** End the run if the directory or the database is no longer there. @return whether it is */
bool trouble_check(struct runner *runner);

/** A write found no space (or the database locked): stop starting trials, try again later. */
void trouble_begin(struct runner *runner, const struct sweep_error *reason);

/** Try again if it is time. @return whether writing may be tried */
bool trouble_may_write(struct runner *runner);

/** Writing worked. */
void trouble_end(struct runner *runner);

/* retries.c */

/** Run finished trials again: `number`, or (0) all that failed. @return whether any, else why not
 */
bool retries_do(struct runner *runner, uint64_t number, struct strbuf *reply);

/* requests.c */

/** Give the engine a trial that people want, and the number that it got. */
uint64_t requests_add(struct runner *runner, const struct sweep_value *params,
                      enum sweep_origin origin, uint64_t retry_of);
bool requests_open(struct runner *runner, struct sweep_error *err) SWEEP_MUST_CHECK;
void requests_close(struct runner *runner);

/** Make the engine know what people wanted before this runner came. */
void requests_restore(struct runner *runner);

/** Do the oldest thing that is asked for; it is acknowledged when the turn is durable. */
void requests_take(struct runner *runner);

/** People want the sweep to run. */
void requests_lift(struct runner *runner);

/** What was done for a request is durable. */
void requests_answer(struct runner *runner, const char *id);

/* signals.c */
bool signals_open(struct runner *runner, struct sweep_error *err) SWEEP_MUST_CHECK;
void signals_close(struct runner *runner);

/** Turn the signals that came into events. */
void signals_collect(struct runner *runner);

/* answers.c */

/** Take the suggestions that are there, and those that come at once for slots that are free. */
void answers_take(struct runner *runner);

#endif
