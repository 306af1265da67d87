/*
 * Who waits for what, between all sweeps and all users of a box: first come, first served.
 *
 * Whoever finds too little free draws a ticket, a number that is larger than all that wait, and
 * puts it on the lease of each thing that would help: from then on nobody with a larger number, or
 * with none, takes anything of these. So they fill up for the one in front, who may need several at
 * once, and who takes them when there are enough and steps back. Nobody holds anything while
 * waiting but the ticket, and the smallest one waits for running trials only: nothing can be stuck.
 *
 *     if (!queue_is_waiting(&queue) && queue_enter(&queue, now_ms))
 *         queue_claim(&queue, fd);            fd as of lease_open(), for each
 *     ... when queue_fd() is readable, or at queue_deadline() ...
 *     if (queue_heed(&queue, now_ms) && queue_is_ours(&queue, fd))
 *         ... nobody was there before us: take of it what is free ...
 *     queue_leave(&queue);
 *
 * A ticket is a lock, and so is a claim: both vanish with their process, however it ends. So that
 * one that is suspended does not keep everybody waiting, those who wait move their ticket to and
 * fro: one that has not moved for seconds is passed by until it does. What tells that something was
 * given back is the kernel's word that a file of the directory was closed, by whomever.
 *
 * Ownership: queue_close(); descriptors of leases are borrowed until queue_leave(). One that is
 * closed before has its claim no more; that of the file in its place is to be claimed again.
 */
#ifndef SWEEP_BOX_GPU_QUEUE_H
#define SWEEP_BOX_GPU_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The most things that one can wait for at a time. */
#define QUEUE_CLAIMS_MAX 160

/** The most others whose tickets are watched at a time. */
#define QUEUE_OTHERS_MAX 32

/** Somebody in front of us. */
struct queue_other {
    uint64_t ticket;
    uint32_t beat;   /* where the ticket was when it was looked at */
    uint32_t still;  /* how often it was found there since */
    int64_t look_ms; /* when it was looked at */
};

/** Zeroed it is closed: nobody is in front of us, and we do not wait. */
struct queue {
    bool is_open;
    int dir_fd;
    int look_fd;  /* the file of the tickets, to look at */
    int watch_fd; /* inotify; -1: there is none to be had */
    int watch;    /* -1: not now */
    int ticket_fd;
    bool is_waiting;
    uint64_t ticket;
    uint32_t beat;
    int64_t beat_ms;              /* when it is to be moved */
    int64_t look_ms;              /* when to look at the latest whether something is free */
    int claims[QUEUE_CLAIMS_MAX]; /* [claim_count] */
    size_t claim_count;
    int64_t now_ms;
    struct queue_other others[QUEUE_OTHERS_MAX]; /* zeroed: none */
};

/** Without what it needs nobody waits in line: looking again now and then has to do. @param dir_fd
 * the directory of the leases */
void queue_open(struct queue *queue, int dir_fd);
void queue_close(struct queue *queue);

bool queue_is_waiting(const struct queue *queue);

/** Draw a ticket. @return whether there is one; without, looking again has to do */
bool queue_enter(struct queue *queue, int64_t now_ms);

/** Wait for this, too. */
void queue_claim(struct queue *queue, int fd);

/** Give the ticket back, and wake those who wait. */
void queue_leave(struct queue *queue);

/** Whether somebody came after us. */
bool queue_is_followed(const struct queue *queue);

/** Whether nobody waits for it who came before us. */
bool queue_is_ours(struct queue *queue, int fd);

/** Readable when something was given back, or somebody gave up waiting; -1: not waiting. */
int queue_fd(const struct queue *queue);

/** Take note of that, and show that we are there. @return whether to look what is free now */
bool queue_heed(struct queue *queue, int64_t now_ms);

/** When to call that at the latest; INT64_MAX: not waiting. */
int64_t queue_deadline(const struct queue *queue);

#endif
