/*
 * Options of several commands. What they do is said in each.
 */
#include "cli/options.h"

const struct option_row option_help = {
    .name = "help",
    .letter = 'h',
    .kind = OPTION_FLAG,
    .help = "show this",
    .offset = OPTION(help),
};

const struct option_row option_json = {
    .name = "json",
    .kind = OPTION_FLAG,
    .help = "for programs: JSON instead of text",
    .offset = OPTION(json),
};

const struct option_row option_verbose = {
    .name = "verbose",
    .letter = 'v',
    .kind = OPTION_FLAG,
    .help = "also say when a trial starts",
    .offset = OPTION(verbose),
};

const struct option_row option_detach = {
    .name = "detach",
    .kind = OPTION_FLAG,
    .help = "run in the background; what it says goes to runner.log in the sweep's directory",
    .offset = OPTION(detach),
};

const struct option_row option_rerun = {
    .name = "rerun",
    .kind = OPTION_FLAG,
    .help = "run a trial that ended without the metric again, since it is the script that was "
            "mended",
    .offset = OPTION(rerun),
};

const struct option_row option_accept_changes = {
    .name = "accept-changes",
    .kind = OPTION_FLAG,
    .help = "go on with the space as it is in the file now; trials outside of it stay recorded",
    .offset = OPTION(accept_changes),
};

const struct option_row option_where = {
    .name = "where",
    .kind = OPTION_TEXT,
    .value = "EXPR",
    .help = "only trials for which this holds, as in \"lr < 0.1 and optimizer = 'adam'\"",
    .offset = OPTION(where),
};

const struct option_row option_output = {
    .name = "output",
    .letter = 'o',
    .kind = OPTION_TEXT,
    .value = "FILE",
    .help = "write to a file instead of standard output",
    .offset = OPTION(output),
};

static const char *const ON_TERM_CHOICES[] = {"detach", "stop", NULL};
const struct option_row option_on_term = {
    .name = "on-term",
    .kind = OPTION_CHOICE,
    .value = "detach|stop",
    .help =
        "what SIGTERM does: leave the trials running for a later resume, or stop them"
        " (default: detach; stop where they end with the runner: in jobs, units and containers)",
    .choices = ON_TERM_CHOICES,
    .offset = OPTION(on_term),
};
