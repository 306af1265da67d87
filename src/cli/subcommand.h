/*
 * The commands of the program, each one const struct in one table: parsing, help and the list that
 * bare `sweep` prints all come from it.
 *
 * To add a command: write cmd_NAME.c, and name it in commands.h and subcommand.c.
 */
#ifndef SWEEP_CLI_SUBCOMMAND_H
#define SWEEP_CLI_SUBCOMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/exit_status.h"
#include "cli/option.h"
#include "cli/options.h"
#include "sweep/error.h"
#include "view/term/terminal.h"

/** One call of the program, understood. Everything is borrowed from main(). */
struct invocation {
    const struct subcommand *subcommand;
    struct options options;
    const char *operand;      /* the first one, or NULL */
    struct operands operands; /* all of them */
    char *const *command;     /* what follows `--`, where the command takes one; or NULL */
    char *const *environment; /* ends with NULL */
    mode_t umask;             /* the person's own; ours is 077 */
    struct terminal terminal; /* standard output */
};

/** Where a command is listed. */
enum subcommand_rank {
    SUBCOMMAND_FURTHER, /* in the list of all */
    SUBCOMMAND_FIRST,   /* in what bare `sweep` prints, too */
    SUBCOMMAND_HIDDEN   /* nowhere: for our own scripts */
};

struct subcommand {
    const char *name;
    const char *operand; /* as in its usage: FILE; [SWEEP] may be left out; "": none */
    const char *summary; /* one line */
    const char *details; /* more lines for its own help, or NULL */
    const struct option_row *const *options; /* ends with NULL; --help is always there */

    /**
     * Do it.
     *
     * @param[out] status  STATUS_OK on entry
     * @return false with `err` set: main() prints it and maps it to a status
     */
    bool (*run)(const struct invocation *invocation, enum exit_status *status,
                struct sweep_error *err);

    enum subcommand_rank rank;
    bool takes_several; /* operands */
    bool takes_command; /* a whole command line, behind `--`, instead of an operand */
};

/** The options of a command, as in its row; --help is always there. */
#define SUBCOMMAND_OPTIONS(...) \
    ((const struct option_row *const[]){__VA_ARGS__, &option_help, NULL})
#define SUBCOMMAND_NO_OPTIONS ((const struct option_row *const[]){&option_help, NULL})

/** Find by name. @error SWEEP_USAGE with the nearest name */
const struct subcommand *subcommand_find(const char *name,
                                         struct sweep_error *err) SWEEP_MUST_CHECK;

/** One after the other, in the order of the help text. @return NULL behind the last one */
const struct subcommand *subcommand_at(size_t index);

#endif
