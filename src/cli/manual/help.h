/*
 * Help texts, made from the table of commands.
 */
#ifndef SWEEP_CLI_MANUAL_HELP_H
#define SWEEP_CLI_MANUAL_HELP_H

#include "base/strbuf.h"
#include "cli/subcommand.h"

/** What bare `sweep` prints: the first commands. */
void help_append_overview(struct strbuf *out);

/** What `sweep help --all` prints. */
void help_append_all(struct strbuf *out);

/** What `sweep NAME --help` prints. */
void help_append_subcommand(struct strbuf *out, const struct subcommand *subcommand);

#endif
