/*
 * The options that several commands accept; a command's own stand in its file.
 */
#ifndef SWEEP_CLI_OPTIONS_H
#define SWEEP_CLI_OPTIONS_H

#include "cli/option.h"

/** The member of struct options that an option sets. */
#define OPTION(member) offsetof(struct options, member)

extern const struct option_row option_help;
extern const struct option_row option_json;
extern const struct option_row option_verbose;
extern const struct option_row option_detach;
extern const struct option_row option_rerun;
extern const struct option_row option_accept_changes;
extern const struct option_row option_where;
extern const struct option_row option_output;
extern const struct option_row option_on_term;

#endif
