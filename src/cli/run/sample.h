/*
 * What a sweep would try first, without running anything.
 */
#ifndef SWEEP_CLI_RUN_SAMPLE_H
#define SWEEP_CLI_RUN_SAMPLE_H

#include <stddef.h>

#include "base/arena.h"
#include "session/settings.h"

/** How many commands `check` and `run --dry-run` show. */
#define SAMPLE_COMMANDS 3

/**
 * Ask the strategy for the first trials, none of them finished.
 *
 * @param seed           where it matters; the same as a sweep's gives the same trials
 * @param[out] commands  [SAMPLE_COMMANDS] argument vectors in the arena, each ends with NULL
 * @return how many there are: fewer where the space has no more points
 */
size_t sample_commands(const struct settings *settings, uint64_t seed, struct arena *arena,
                       char **commands[SAMPLE_COMMANDS]);

/** Append them as a shell would take them, a line each, indented by two blanks. */
void sample_append(const struct settings *settings, uint64_t seed, struct strbuf *out);

#endif
