/*
 * Where a long text goes, piece by piece: append to `text`, and push now and then.
 *
 *     struct sink sink;
 *     bool done = sink_to_file(&sink, dir_fd, "trials.csv", 0666, err);
 *     for each row:
 *         append_row(&sink.text, row);
 *         done = done && sink_push(&sink, err);
 *     done = done && sink_finish(&sink, err);
 *     sink_release(&sink);
 *
 * So the memory that it takes is that of one piece. A file appears whole or not at all; a pipe
 * whose reader went away takes no more, which is no error.
 *
 * Not for lines that somebody waits for: a push may keep them back.
 */
#ifndef SWEEP_BASE_SINK_H
#define SWEEP_BASE_SINK_H

#include <stdbool.h>

#include "base/draft.h"
#include "base/strbuf.h"
#include "sweep/error.h"

/** The most that is appended between two pushes [bytes]. */
#define SINK_TEXT_MAX ((size_t)1 << 30)

struct sink {
    struct strbuf text;
    const char *name;   /* borrowed, for messages */
    int fd;             /* borrowed; -1: a file */
    struct draft draft; /* of the file */
    bool is_gone;       /* nobody reads it any more: the rest need not be put together */
};

/** Write to an open descriptor, which stays open. */
void sink_to_fd(struct sink *sink, int fd, const char *name);

/** Write a file, as draft_open() does. */
bool sink_to_file(struct sink *sink, int dir_fd, const char *name, unsigned mode,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Write what was appended, if it is worth a write. */
bool sink_push(struct sink *sink, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Write what is left, and let the file appear. */
bool sink_finish(struct sink *sink, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Free it; a file that was not finished is not there. */
void sink_release(struct sink *sink);

#endif
