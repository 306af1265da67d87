/*
 * Tickets: that an attempt waits for a pilot, or has ended in one, told by the name of an empty
 * file. A pilot is a long job of Slurm in which many attempts run, one after the other.
 *
 *     count = ticket_list(slurm_fd, TICKET_WAITING, tickets, ARRAY_LENGTH(tickets));
 *     if (ticket_take(slurm_fd, TICKET_WAITING, &tickets[0])) ... try to claim its attempt ...
 *
 * A ticket is a hint and no more: who may execute an attempt is decided by its claim (claim.h), how
 * it ended by its result. So one that is lost is put again, and one that is there twice does no
 * harm. The name is all there is of it, and so no ticket is ever seen half written.
 */
#ifndef SWEEP_JOURNAL_TICKET_H
#define SWEEP_JOURNAL_TICKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/error.h"
#include "trial/attempt.h"

/** The two folders, below that of the manifests. */
#define TICKET_WAITING "waiting"
#define TICKET_ENDED   "ended"

/** A name: the trial's number, the attempt's, the token, with `-` between them. */
#define TICKET_NAME_MAX 80

struct ticket {
    struct attempt_key key;
    char token[ATTEMPT_TOKEN_MAX];
};

void ticket_name(const struct ticket *ticket, char out[TICKET_NAME_MAX]);

/** Read a name. @return false where it is none of a ticket */
bool ticket_parse(const char *name, struct ticket *out);

/** Put it there; it may be there. @error SWEEP_IO, SWEEP_NO_SPACE */
bool ticket_put(int slurm_fd, const char *folder, const struct ticket *ticket,
                struct sweep_error *err) SWEEP_MUST_CHECK;

/** Take it away. @return whether it was there: of several that try only one hears so */
bool ticket_take(int slurm_fd, const char *folder, const struct ticket *ticket);

/**
 * See what is there, past the file system's cache.
 *
 * @param[out] out  those of the lowest trials, in their order
 * @return how many were written to it; 0 also where there is no such folder
 */
size_t ticket_list(int slurm_fd, const char *folder, struct ticket *out, size_t most);

/** The longest that one waits until the next look [ms]. */
#define TICKET_LOOK_MAX_MS 1000

/** How long to wait until the next look, where nothing has happened for so long: a fiftieth of
 * that, but at least so much and no more than the longest [ms]. */
int64_t ticket_look_interval(int64_t quiet_ms, int64_t least_ms);

#endif
