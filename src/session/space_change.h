/*
 * Another space for the trials of a sweep that is there: what becomes of those that it has.
 *
 *     if (!space_change_judge(session, recorded->config, &change, err)) ...
 *     space_change_append(&change, &text);
 *     ... store_begin() ... space_change_record(session->store, &change, err) ... store_commit()
 *
 * Trials stay as they are. One that is no point of the new space is outside: strategies do not see
 * it, and it is not started.
 */
#ifndef SWEEP_SESSION_SPACE_CHANGE_H
#define SWEEP_SESSION_SPACE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "session/session.h"

struct space_change {
    const struct config *old;
    const struct config *edited;
    size_t inside;  /* finished trials */
    size_t outside; /* finished trials */
    struct sweep_trial *
        *unwanted; /* [unwanted_count] of an earlier space and not to be run, in the arena */
    size_t unwanted_count;
};

/** @error SWEEP_BAD_INPUT when trials of both spaces could not be written alike */
bool space_change_check(const struct config *old, const struct config *edited,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Sort the trials of an open sweep by the space of the session's document.
 *
 * @param old  what the sweep was run by; borrowed by `change`, as what it goes on with
 * @error SWEEP_BAD_INPUT when the sweep's strategy cannot search the new space; those of the store
 */
bool space_change_judge(struct session *session, const struct config *old,
                        struct space_change *change, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Append the counts in words: `14 finished trials stay valid, 3 fall outside, 0 lost`, and what
 * parameters that came or went have to do with it. */
void space_change_append(const struct space_change *change, struct strbuf *out);

/** Cancel the unwanted ones, in the transaction that records the new space. */
bool space_change_record(struct store *store, const struct space_change *change,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
