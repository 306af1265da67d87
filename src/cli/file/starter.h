/*
 * The first space.yaml of a training command: what `sweep init` writes.
 *
 *     struct starter starter;
 *     if (starter_read(&starter, &arena, command, err))
 *         starter_append(&starter, &text);
 *
 * `--name value`, `--name=value` and Hydra's `name=value` become parameters, in the command
 * `${name}`; everything else stays as it is. The command is only looked at.
 *
 * Ownership: texts live in the arena, or are the command's.
 */
#ifndef SWEEP_CLI_FILE_STARTER_H
#define SWEEP_CLI_FILE_STARTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "cli/file/guess.h"
#include "sweep/error.h"

/** A part of the command that became a parameter. */
struct starter_parameter {
    const char *name;
    const char *value; /* as it was written */
    size_t word;       /* of the command */
    size_t prefix;     /* bytes of that word in front of the value */
    struct guess guess;
};

struct starter {
    char *const *variables; /* [variable_count] NAME=VALUE in front of the program */
    size_t variable_count;
    char *const *words; /* [word_count] the command; 0: none was given */
    size_t word_count;
    struct starter_parameter *parameters; /* [parameter_count] in the command's order */
    size_t parameter_count;
    const char *script; /* the Python program among the words, or NULL */
};

/**
 * Look at a command.
 *
 * @param command  ends with NULL; NULL itself: none is known yet
 * @error SWEEP_USAGE when there is no program in it
 */
bool starter_read(struct starter *out, struct arena *arena, char *const *command,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Append the YAML. */
void starter_append(const struct starter *starter, struct strbuf *out);

/** Whether the script must read SWEEP_PARAMS, as its command line has no place for parameters. */
bool starter_needs_file(const struct starter *starter);

#endif
