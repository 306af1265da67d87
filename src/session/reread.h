/*
 * Reading again what trials printed, or gave to wandb.log(), that ended without the metric, with
 * the patterns of today.
 *
 *     struct reread reread;
 *     reread_init(&reread, store, run, path);
 *     if (reread_held(&reread, err))
 *         ... reread.found: the engine finishes these; reread.words says what was found, or why not
 *     reread_release(&reread);
 *
 * What is found is recorded as reports of the attempt that printed it, all of a trial in one
 * transaction; reports are never taken back and a trial that has some is not read again. So it may
 * be interrupted and done again at any time. Numbers of a name that has reports already stay as
 * they are: only names that nothing was found for are looked for.
 *
 * Ownership: reread_release(); store, settings and path are borrowed.
 */
#ifndef SWEEP_SESSION_REREAD_H
#define SWEEP_SESSION_REREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "run/settings.h"
#include "store/store.h"

struct reread {
    struct store *store; /* open for writing */
    const struct run_settings *run;
    const char *sweep_path;
    size_t found;        /* trials that have the metric now */
    struct strbuf words; /* lines for people */
};

void reread_init(struct reread *reread, struct store *store, const struct run_settings *run,
                 const char *sweep_path);
void reread_release(struct reread *reread);

/** Read the output of all trials that wait for their metric. @error those of the store */
bool reread_held(struct reread *reread, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Instead of reading again let these trials run again: it is the script that was mended. */
bool reread_run_again(struct reread *reread, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
