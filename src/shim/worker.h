/*
 * A shim that a pilot runs for one ticket, from its start to the burial of one that has died.
 *
 *     worker.ticket = ticket;
 *     if (worker_start(&worker, &place, environment)) ...
 *     if (worker_hear(&worker)) ... its slot is free ...
 *     if (worker_end(&worker, status) || worker_bury(&worker, &place)) worker_forget(&worker);
 *
 * Ownership: a worker owns its descriptor; the place is the pilot's.
 */
#ifndef SWEEP_SHIM_WORKER_H
#define SWEEP_SHIM_WORKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "journal/claim.h"
#include "journal/ticket.h"

/** In place of the pid of one that has died, and is to be buried. */
#define WORKER_DEAD ((pid_t)-1)

struct worker {
    pid_t pid; /* 0: there is none */
    int fd;    /* what it says; -1: nothing more */
    bool has_slot;
    unsigned slot;
    int64_t started_ms;
    struct ticket ticket;
};

/** Where workers work. */
struct worker_place {
    char *directory;             /* of the sweep */
    const char *shim;            /* path of the program */
    char label[CLAIM_WORDS_MAX]; /* of the pilot: its batch's name, a blank, its number in it */
    int sweep_fd;
    int slurm_fd;
};

/** Start one for its ticket. @return false where that cannot be done now: there is none then */
bool worker_start(struct worker *worker, struct worker_place *place, char *const *environment);

/** Take what it says. @return whether it says that nothing of its attempt is alive */
bool worker_hear(struct worker *worker);

/** It has ended. @return whether all is well; else it is WORKER_DEAD */
bool worker_end(struct worker *worker, int status);

/**
 * Kill what a dead one has left, then say that its attempt is lost, unless it has a result or was
 * never claimed by it. It may take a second.
 *
 * @return whether nothing is left to be done
 */
bool worker_bury(const struct worker *worker, const struct worker_place *place);

void worker_forget(struct worker *worker);

#endif
