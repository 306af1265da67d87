/*
 * What the files of the local back end share: its state, and the attempts it looks after.
 *
 * launch.c starts shims, watch.c turns descriptors into events, ending.c decides how an attempt
 * ended, remnant.c sees to its container, local.c is the table of them. Nothing outside exec
 * includes this.
 *
 * Ownership: the state owns its attempts; an attempt is freed when its BACKEND_ENDED was taken.
 */
#ifndef SWEEP_EXEC_LOCAL_H
#define SWEEP_EXEC_LOCAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "exec/backend.h"

struct local_attempt;
struct remnant; /* its container */

/** One descriptor in the epoll set, and what to do when it is ready. */
struct local_watch {
    void (*ready)(struct backend_state *state, struct local_attempt *attempt);
    struct local_attempt *attempt; /* NULL: it belongs to the state */
};

enum local_phase {
    LOCAL_UP,        /* its shim lives, as far as we know */
    LOCAL_CLEANING,  /* its shim is dead and left no result: what is left of it is being killed */
    LOCAL_ENDED,     /* its event is in the queue */
    LOCAL_DONE,      /* the same, but its shim has yet to make durable what it wrote */
    LOCAL_ABANDONED, /* nobody wants to hear of it; it goes when its shim is gone */
    LOCAL_GONE       /* an abandoned one whose shim is gone */
};

struct local_attempt {
    struct attempt_identity identity;
    enum local_phase phase;
    int dir_fd;        /* the trial's directory */
    int socket_fd;     /* to the shim, which says READY and DONE; -1 for adopted ones */
    int pid_fd;        /* of the shim; -1: it was gone when it was adopted */
    int journal_watch; /* inotify's number; -1: the journal is looked at once a second */
    bool has_go;
    bool has_news; /* a BACKEND_JOURNAL for it is in the queue */
    enum attempt_stop stop;
    unsigned stops_sent;
    unsigned stops_wanted;   /* two mean: do not wait out the grace */
    int64_t next_ms;         /* when to look at it without being told; INT64_MAX: never */
    struct remnant *remnant; /* NULL: it has no container that could outlive it */
    struct local_watch process;
    struct local_watch socket;
};

struct backend_state {
    struct backend_settings settings;
    int epoll_fd;
    int inotify_fd; /* -1: there is none to be had */
    int null_fd;
    struct local_watch inotify;
    struct local_attempt **attempts; /* [attempt_count] */
    size_t attempt_count;
    size_t attempt_capacity;
    struct backend_event *events; /* [event_count], of which [event_next] were taken */
    size_t event_next;
    size_t event_count;
    size_t event_capacity;
    struct strbuf bytes; /* of the file being written or read */
    int64_t now_ms;      /* of the call in progress */
};

/** How often what is left of a dead shim's attempt is killed [ms]. */
#define LOCAL_CLEANING_MS 20

/** How often a journal is looked at where inotify gives no watch [ms]. */
#define LOCAL_POLL_MS 1000

/* local.c */
struct local_attempt *local_find(struct backend_state *state, struct attempt_key key);
struct local_attempt *local_add(struct backend_state *state, struct attempt_key key);
void local_remove(struct backend_state *state, struct local_attempt *attempt);
void local_push(struct backend_state *state, const struct backend_event *event);
void local_send_stops(struct backend_state *state, struct local_attempt *attempt);
bool local_open_directory(struct backend_state *state, struct local_attempt *attempt);

/* launch.c */
bool local_launch(struct backend_state *state, const struct backend_launch *launch,
                  struct attempt_identity *identity, struct sweep_error *err);
void local_go(struct backend_state *state, struct attempt_key key);
void local_abandon(struct backend_state *state, struct attempt_key key);

/* watch.c */
bool watch_open(struct backend_state *state, struct sweep_error *err) SWEEP_MUST_CHECK;
bool watch_process(struct backend_state *state, struct local_attempt *attempt,
                   struct sweep_error *err) SWEEP_MUST_CHECK;
bool watch_socket(struct backend_state *state, struct local_attempt *attempt,
                  struct sweep_error *err) SWEEP_MUST_CHECK;
void watch_journal(struct backend_state *state, struct local_attempt *attempt, int journal_fd);
void watch_no_journal(struct backend_state *state, struct local_attempt *attempt);
void watch_collect(struct backend_state *state);

/* remnant.c */
void remnant_begin(struct local_attempt *attempt, const struct backend_launch *launch);
void remnant_adopt(struct backend_state *state, struct local_attempt *attempt);
bool remnant_is_gone(struct backend_state *state, struct local_attempt *attempt);
void remnant_suspect(struct local_attempt *attempt);
int64_t remnant_deadline(const struct local_attempt *attempt);
bool remnant_has_client(const struct local_attempt *attempt, pid_t pid);
void remnant_release(struct local_attempt *attempt);

/* ending.c */
void ending_announced(struct backend_state *state, struct local_attempt *attempt);
void ending_begin(struct backend_state *state, struct local_attempt *attempt);
void ending_clean(struct backend_state *state, struct local_attempt *attempt);

#endif
