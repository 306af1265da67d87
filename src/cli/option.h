/*
 * Options by table: `--name value`, `--name=value`, `-n value`, `-nvalue`, flags, `--` ends them.
 * A list is an option that may be given again and again.
 *
 *     struct operands operands = {.most = 1};
 *     if (!option_parse(rows, argv, &options, &operands, NULL, err)) ...
 *
 * Ownership: texts point into argv.
 */
#ifndef SWEEP_CLI_OPTION_H
#define SWEEP_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/error.h"

#define OPTION_LIST_MAX 256

/** The values of an option that was given several times. */
struct option_list {
    const char *items[OPTION_LIST_MAX]; /* [count] as they were given */
    size_t count;
};

/** Everything that options can say; each command accepts some of it. Zeroed: nothing was said. */
struct options {
    bool help;
    bool json;
    bool verbose;
    bool dry_run;
    bool at_boot;
    bool gpus;
    bool all;
    bool rerun;
    bool accept_changes;
    uint64_t count;   /* -n; 0: not given */
    uint64_t attempt; /* --attempt; 0: not given */
    bool follow;
    bool detach;
    uint64_t keep;      /* --keep; 0: not given */
    const char *format; /* or NULL, like all texts here */
    const char *output;
    const char *where;
    const char *sort;
    const char *within;
    const char *by;
    const char *dir;
    const char *repair;
    const char *seed;
    const char *log;
    const char *on_term;
    uint64_t top; /* --top; 0: not given */
    const char *seeds;
    const char *pass_as;
    bool again;
    struct option_list set;
};

#define OPERANDS_MAX 256

/** The arguments that are no options. */
struct operands {
    const char *items[OPERANDS_MAX + 1]; /* [count], then NULL */
    size_t count;
    size_t most; /* how many there may be, at most OPERANDS_MAX; set by the caller */
};

enum option_kind {
    OPTION_FLAG,
    OPTION_COUNT, /* a whole number from 1 */
    OPTION_TEXT,
    OPTION_CHOICE, /* one of `choices` */
    OPTION_LIST    /* texts, one each time */
};

struct option_row {
    const char *name; /* without the dashes */
    char letter;      /* or 0 */
    enum option_kind kind;
    const char *value; /* how help names it */
    const char *help;
    const char *const *choices; /* OPTION_CHOICE; ends with NULL */
    size_t offset;              /* of its member in struct options */
};

/**
 * Parse the arguments of one command.
 *
 * @param rows           the options that it accepts; ends with NULL
 * @param argv           what follows the command's name; ends with NULL
 * @param[out] options   zeroed by the caller
 * @param[out] operands  the arguments that are no options
 * @param[out] command   what follows `--`, or NULL when there is none; where this is NULL itself,
 *                       operands may follow instead
 * @error SWEEP_USAGE on an unknown option (with the nearest), a missing or bad value, or an operand
 *        too many
 */
bool option_parse(const struct option_row *const *rows, char *const *argv, struct options *options,
                  struct operands *operands, char *const **command,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
