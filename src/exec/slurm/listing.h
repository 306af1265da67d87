/*
 * What squeue and sacct print, line by line.
 *
 *     struct listing listing = listing_of(strbuf_view(&client.out));
 *     while (listing_next(&listing, &line)) ...
 *     if (listing.is_damaged) ... none of it may be believed ...
 */
#ifndef SWEEP_EXEC_SLURM_LISTING_H
#define SWEEP_EXEC_SLURM_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strview.h"

struct listing_line {
    uint64_t job;  /* of an array: the whole array's */
    uint32_t task; /* of an array; 0 else */
    struct strview state;
    struct strview reason; /* squeue only */
    struct strview nodes;  /* squeue only */
    struct strview name;
};

struct listing {
    struct strview rest;
    bool is_damaged; /* a line was none */
};

/** Begin to read what squeue printed in ARGUMENTS_LIST_FORMAT. */
struct listing listing_of(struct strview text);

/** Take the next line. @return false at the end, and at a line that is none */
bool listing_next(struct listing *listing, struct listing_line *line);

/** The same of sacct: JobID|State|JobName. Lines of tasks that are not shown one by one are left
 * out. */
bool listing_next_account(struct listing *listing, struct listing_line *line);

#endif
