/*
 * Where attempts run: this box, Slurm, or (tests) nowhere.
 *
 * A back end is one const struct. It starts shims, watches them, and turns what becomes of them
 * into events; it decides nothing and records nothing. All calls return at once.
 *
 *     backend->launch(state, &request, &identity, err)   spawned, blocked
 *     ... one transaction ...
 *     backend->go(state, key)                            only now may it execute
 *     while (backend->next(state, &event)) ...           when fd() is readable or deadline() is
 * past
 *
 * Ownership: the state is the back end's; requests are borrowed for the call.
 */
#ifndef SWEEP_EXEC_BACKEND_H
#define SWEEP_EXEC_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "journal/spec.h"
#include "sweep/error.h"
#include "trial/attempt.h"

struct container_settings;
struct slurm_settings;

/** What a back end needs to know at the start. */
struct backend_settings {
    const char *name;                   /* of the sweep */
    const char *path;                   /* of its directory, absolute */
    const struct slurm_settings *slurm; /* for backend_slurm */
    int sweep_fd;                       /* the sweep's directory, open */
    int trials_fd;                      /* its `trials` directory, open */
    int shim_fd;                        /* the shim's executable, opened once */
    const int64_t *wall_us;             /* always the time of now [since 1970] */
    const char *boot_id;                /* of this boot */
    char *const *environment; /* of the shims themselves, not of the commands; ends with NULL */
    const struct container_settings *containers; /* of attempts whose files are gone; may be NULL */
};

/** An attempt to start. The trial's directory exists. */
struct backend_launch {
    const struct spec *spec;
    const int *leases; /* [spec->lease_count] descriptors for it and its command; ours stay open */
    int64_t now_ms;
};

enum backend_event_kind {
    BACKEND_READY,    /* the shim is up; its protocol fits */
    BACKEND_JOURNAL,  /* there may be something new in the attempt's journal */
    BACKEND_ENDED,    /* `outcome`; nothing of the attempt is alive any more */
    BACKEND_NEWER,    /* the same, but how it ended is written in a format that we cannot read */
    BACKEND_UNWANTED, /* a person ended it by other means than ours: the trial is cancelled */
    BACKEND_SAYS,     /* `text`, for people */
    BACKEND_REFUSED   /* `text`: no attempt can be started any more until somebody mends that */
};

#define BACKEND_TEXT_MAX 256

struct backend_event {
    enum backend_event_kind kind;
    struct attempt_key key;
    struct attempt_outcome outcome;
    uint64_t journal_lost; /* with ENDED: numbers that found no place in the journal */
    char text[BACKEND_TEXT_MAX];
};

struct backend_state;

struct backend {
    const char *name;

    struct backend_state *(*open)(const struct backend_settings *settings, struct sweep_error *err);

    /** Write the spec and spawn the shim, blocked. @error SWEEP_BUSY: not now, try again later;
     * SWEEP_NO_SPACE; SWEEP_SPAWN, SWEEP_IO: it will never work */
    bool (*launch)(struct backend_state *state, const struct backend_launch *launch,
                   struct attempt_identity *identity, struct sweep_error *err);

    /** Let a launched attempt execute; after the commit. */
    void (*go)(struct backend_state *state, struct attempt_key key);

    /** Give up a launched attempt that never got GO. */
    void (*abandon)(struct backend_state *state, struct attempt_key key);

    /** Watch an attempt that an earlier runner started; ends at once where it is dead. */
    bool (*adopt)(struct backend_state *state, const struct attempt_identity *identity,
                  struct sweep_error *err);

    /** Ask an attempt to stop; see handshake.h. Unknown and ended ones are ignored. */
    void (*stop)(struct backend_state *state, struct attempt_key key, enum attempt_stop stop,
                 bool force);

    /** How many have been let go and are not known to have begun. NULL: all have. */
    uint64_t (*waiting)(const struct backend_state *state);

    /** Take back those, but for what begins in that moment: each ends as interrupted. NULL: none
     * waits. */
    void (*recall)(struct backend_state *state);

    /** A descriptor that is readable when next() has something. */
    int (*fd)(struct backend_state *state);

    /** When to call next() at the latest [ms on clock_boot_ms]; INT64_MAX: never. */
    int64_t (*deadline)(struct backend_state *state);

    /** Take one event; false when there is none now. Never blocks. */
    bool (*next)(struct backend_state *state, int64_t now_ms, struct backend_event *event);

    /** All that next() has given is recorded: what is known of ended attempts may go. NULL where
     * nothing is kept for that. */
    void (*settle)(struct backend_state *state);

    /** Forget everything; attempts go on. NULL is allowed. */
    void (*close)(struct backend_state *state);
};

/** Processes of this machine. */
extern const struct backend backend_local;

/** Jobs of a Slurm cluster. Nothing is blocked: go() is what submits. */
extern const struct backend backend_slurm;

#endif
