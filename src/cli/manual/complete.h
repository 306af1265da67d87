/*
 * What may follow on a command line: for the completion of all shells, from the table of commands
 * and from what is in ./sweeps.
 */
#ifndef SWEEP_CLI_MANUAL_COMPLETE_H
#define SWEEP_CLI_MANUAL_COMPLETE_H

#include "base/strbuf.h"

/** A line that asks the shell to offer files itself. */
#define COMPLETE_FILES ":files"

/**
 * Append what may stand in the place of the last word, a line each: the word, and behind a tab, if
 * there are any, words about it. What ends in `/` or `=` goes on.
 *
 * @param words  what follows the program's name, up to the cursor; ends with NULL. The last one is
 *               unfinished. `--name=value` may come as one word, or as bash has it, as three
 */
void complete_append(struct strbuf *out, char *const *words);

#endif
