/*
 * The command template and its expansion to an argument vector.
 *
 * A string is split once, at load, by our own splitter: blanks separate, '...' is literal, "..."
 * knows \" and \\, a backslash outside quotes takes the next character; no `$`, no backtick, no
 * glob means anything. Then `${name}` expands inside one argument, `${name:-default}` too, and
 * `${args}` as a whole item becomes `--name=value` for each active parameter or group of them. `$$`
 * is one `$`.
 *
 * Ownership: everything lives in the arena passed in.
 */
#ifndef SWEEP_CONFIG_COMMAND_H
#define SWEEP_CONFIG_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strview.h"
#include "sweep/error.h"
#include "sweep/space.h"

/** One stretch of an argument. */
struct command_piece {
    const char *literal;  /* or NULL */
    size_t parameter;     /* index in the space, when literal is NULL */
    const char *fallback; /* for an inactive parameter, or NULL */
};

/** One item of the template. */
struct command_item {
    const struct command_piece *pieces; /* [count] */
    size_t count;
    bool is_args; /* `${args}`: expands to one argument per parameter */
};

struct command {
    const struct command_item *items; /* [count]; none where there is no command */
    size_t count;
    bool is_dotted; /* nested parameters are passed one by one, not as one map of each group */
};

/** Split a string as above. @error SWEEP_BAD_INPUT on an open quote or a NUL; message says where */
bool command_split(struct arena *arena, struct strview text, char ***words, size_t *count,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** Compile words. @error SWEEP_BAD_INPUT on an unknown `${name}`, with the nearest known one */
bool command_parse(struct arena *arena, char *const *words, size_t count,
                   const struct sweep_space *space, struct command *out,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether parameter `index` reaches the script by the command line. */
bool command_uses(const struct command *command, size_t index);

/**
 * Expand for one assignment.
 *
 * @param params  [space count]
 * @return a NULL-terminated vector in the arena
 */
char **command_expand(struct arena *arena, const struct command *command,
                      const struct sweep_space *space, const struct sweep_value *params);

/** Whether two argument vectors are the same. */
bool command_is_same(char *const *a, char *const *b);

#endif
