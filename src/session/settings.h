/*
 * From what the YAML says to what the loop needs: the strategy is found, patterns are tried, and
 * what the file leaves open gets the default of this machine.
 *
 *     settings_prepare(&settings, &document);
 *     if (!document_finish(&document, err) ||
 *         !settings_place(&settings, seed, directory, err)) ...
 *
 * Ownership: everything lives in the document's arena.
 */
#ifndef SWEEP_SESSION_SETTINGS_H
#define SWEEP_SESSION_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "directory/document.h"
#include "run/settings.h"
#include "sweep/strategy.h"

struct settings {
    struct run_settings run;
    const struct sweep_strategy *strategy;
    const char *why; /* the strategy was chosen; NULL where the YAML names it */
    struct document *document;
};

/**
 * Decide all that the file decides. Mistakes are added to the document's diagnostics; nothing is
 * done where it has no config.
 */
void settings_prepare(struct settings *settings, struct document *document);

/**
 * Decide the rest.
 *
 * @param seed       of the sweep
 * @param directory  absolute: what `trial.workdir` is relative to
 * @error SWEEP_BAD_INPUT when the working directory of the trials is none
 */
bool settings_place(struct settings *settings, uint64_t seed, const char *directory,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * The argument vector of one assignment, in the arena; ends with NULL.
 *
 * @param params_path  of the trial's params.json; NULL: there is no trial
 */
char **settings_expand(const struct settings *settings, struct arena *arena,
                       const struct sweep_value *params, const char *params_path);

/** What a file asks of Slurm; borrows from it. */
struct slurm_settings settings_slurm(const struct config *config);

#endif
