/*
 * A child process to talk with: one line there, one line back, with a deadline.
 *
 *     struct coprocess *child = coprocess_create(&settings, err);
 *     if (!coprocess_call(child, line, &answer, err)) ...
 *     coprocess_free(child);
 *
 * It is started with the first call. Its standard error is ours. After a failed call nothing is to
 * be expected of it any more.
 *
 * Ownership: opaque, coprocess_free(); settings are borrowed.
 */
#ifndef SWEEP_ASKER_COPROCESS_H
#define SWEEP_ASKER_COPROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/strview.h"
#include "sweep/error.h"

/** The longest line from it [bytes]. */
#define COPROCESS_LINE_MAX ((size_t)1024 * 1024)

struct coprocess_settings {
    char *const *command;     /* ends with NULL */
    char *const *environment; /* ends with NULL */
    const char *workdir;      /* NULL: ours */
    int64_t deadline_ms;      /* of one answer */
};

struct coprocess;

/** Prepare it; no process yet. @error SWEEP_SPAWN */
struct coprocess *coprocess_create(const struct coprocess_settings *settings,
                                   struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Send a line and wait for the answer.
 *
 * @param line         without its end
 * @param[out] answer  initialised with COPROCESS_LINE_MAX; the line without its end
 * @error SWEEP_SPAWN when it cannot be started, has ended, is late, or answers with an endless
 * line; SWEEP_IO when it was cancelled
 */
bool coprocess_call(struct coprocess *coprocess, struct strview line, struct strbuf *answer,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/** End the current call and all later ones; may be called from another thread. */
void coprocess_cancel(struct coprocess *coprocess);

/** Close its standard input, give it a moment to end by itself, and kill it; NULL is allowed. */
void coprocess_free(struct coprocess *coprocess);

#endif
