/*
 * What people ask of a sweep, as small files in its `control/`.
 *
 * Whoever asks writes one file:
 *
 *     struct request request = {.verb = REQUEST_CANCEL, .trial = 12};
 *     request_draw_id(&request, random, wall_us);
 *     if (!request_write(control_fd, &request, err)) ...
 *
 * Whoever holds the sweep's lock takes them in the order in which they were asked:
 *
 *     if (!request_list(control_fd, &list, err)) ...
 *     for (size_t i = 0; i < list.count; i++)
 *         if (!request_read(control_fd, list.ids[i], &arena, &request, &reason)) ...
 *     request_remove(control_fd, id);               when what it did is durable
 *
 * That the file is gone is the acknowledgement; what came of it stands in the database, under the
 * request's id, in the transaction of what it did. So nobody does a request twice, whoever dies
 * when. A request is data: nothing in it is ever executed.
 *
 * The file: a line `sweep request 1`, lines `verb: cancel`, `trial: 12`, `checksum: 1f2e3d4c` (of
 * verb, trial and body), an empty line, the body.
 */
#ifndef SWEEP_CONTROL_REQUEST_H
#define SWEEP_CONTROL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "sweep/error.h"

/** The directory, in that of the sweep. */
#define REQUEST_DIRECTORY "control"

/** 16 hexadecimal digits of the time, 16 drawn: names sort as they were asked. */
#define REQUEST_ID_SIZE 32

/** The longest body [bytes]. */
#define REQUEST_BODY_MAX ((size_t)64 * 1024)

/** No more than so many wait to be taken [files]; the others come next time. */
#define REQUEST_LIST_MAX 64

/** What is asked for. */
enum request_verb {
    REQUEST_PAUSE,  /* no new trials */
    REQUEST_RESUME, /* take back a pause or a stop */
    REQUEST_STOP,   /* no new trials; when the running ones have ended the sweep is finished */
    REQUEST_CANCEL, /* `trial`: stop it for good; 0: STOP, and all that run */
    REQUEST_ADD,    /* `body`: params as JSON, all of them: run them next */
    REQUEST_RETRY,  /* `trial`: run its params again; 0: those of all that failed */
    REQUEST_NOTE,   /* `body`: a text for `trial`, or for the sweep */
    REQUEST_SET     /* `body`: lines of `budget.trials=50` */
};

/** The number of verbs. */
#define REQUEST_VERBS (REQUEST_SET + 1)

/** The longest note [bytes]. */
#define REQUEST_NOTE_MAX 1000

struct request {
    char id[REQUEST_ID_SIZE + 1];
    enum request_verb verb;
    uint64_t trial;   /* 0: the sweep as a whole */
    const char *body; /* what the verb needs; NULL is "" */
};

/** The word for a verb, in files and in the database. */
const char *request_verb_name(enum request_verb verb);

/** Make the id. @param drawn  random bits; @param wall_us  now */
void request_draw_id(struct request *request, uint64_t drawn, int64_t wall_us);

/**
 * Write a request; it appears whole, under its name, or not at all.
 *
 * @error SWEEP_BAD_INPUT when the body is too long; SWEEP_NO_SPACE, SWEEP_IO
 */
bool request_write(int control_fd, const struct request *request,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

struct request_list {
    char ids[REQUEST_LIST_MAX][REQUEST_ID_SIZE + 1]; /* [count] the oldest */
    size_t count;
    bool has_more;
};

/** List the oldest requests, in order. What is not named like one is ignored. */
bool request_list(int control_fd, struct request_list *list,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Read one. Links, pipes, files of strangers, long and damaged ones are refused, without waiting
 * for anything.
 *
 * @error SWEEP_NOT_FOUND when it is gone; SWEEP_BAD_INPUT; SWEEP_INCOMPATIBLE; SWEEP_IO
 */
bool request_read(int control_fd, const char *id, struct arena *arena, struct request *request,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Understand the bytes of one; `id` is left alone. @error as request_read() */
bool request_parse(struct strview bytes, struct arena *arena, struct request *request,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** Remove one, whatever it is. @return whether it is gone */
bool request_remove(int control_fd, const char *id);

/** Whether it is still there. */
bool request_is_there(int control_fd, const char *id);

#endif
