/*
 * A file that is written piece by piece and appears under its name when it is whole, or not at all.
 *
 *     struct draft draft;
 *     bool done = draft_open(&draft, dir_fd, "trials.csv", 0666, err) &&
 *                 draft_write(&draft, text, err) && draft_publish(&draft, err);
 *     draft_discard(&draft);
 *
 * Whole files that are in memory: see file_replace().
 */
#ifndef SWEEP_BASE_DRAFT_H
#define SWEEP_BASE_DRAFT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "base/strview.h"
#include "sweep/error.h"

struct draft {
    int dir_fd;
    int fd;
    const char *name;        /* borrowed */
    struct strbuf temporary; /* its name until it is whole; empty: there is no such file */
};

/**
 * Create NAME.tmp.
 *
 * @param dir_fd  an open directory (AT_FDCWD with a bare name works too)
 * @param mode    permission bits of a new file
 */
bool draft_open(struct draft *draft, int dir_fd, const char *name, unsigned mode,
                struct sweep_error *err) SWEEP_MUST_CHECK;

bool draft_write(struct draft *draft, struct strview contents,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

/** Bring it to the disk under its name: fsync, rename, fsync of the directory. */
bool draft_publish(struct draft *draft, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Remove it, unless it was published; zeroed ones and those that failed to open are allowed. */
void draft_discard(struct draft *draft);

#endif
