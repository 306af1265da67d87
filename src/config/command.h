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

/** What a stretch of an argument is. */
enum command_piece_kind {
    PIECE_LITERAL,
    PIECE_PARAMETER,
    PIECE_INTERPRETER, /* `${interpreter}` */
    PIECE_JSON,        /* `${args_json}`: all params as an object */
    PIECE_JSON_FILE,   /* `${args_json_file}`: the path of a file with that */
    PIECE_VARIABLE     /* `${envvar:NAME}` */
};

/** One stretch of an argument. */
struct command_piece {
    enum command_piece_kind kind;
    const char *text;     /* the literal; the name of the variable */
    size_t parameter;     /* index in the space */
    const char *fallback; /* for an inactive parameter, or NULL */
};

/** How `${args}` and its kin pass a parameter on. */
struct command_arguments {
    const char *macro;
    const char *prefix; /* before the name */
    bool is_separate;   /* name and value are two arguments */
    bool has_flags;     /* true is the name alone, false nothing at all */
};

/** One item of the template. */
struct command_item {
    const struct command_piece *pieces; /* [count] */
    size_t count;
    const struct command_arguments *arguments; /* else: as many arguments as there are parameters */
};

struct command {
    const struct command_item *items; /* [count]; none where there is no command */
    size_t count;
    bool is_dotted; /* nested parameters are passed one by one, not as one map of each group */
};

/** The plain `${args}`. */
extern const struct command_arguments command_arguments_plain;

/** What words may stand for, besides themselves. */
struct command_scope {
    const struct sweep_space *space;
    const char *program; /* of `${program}`, or NULL */
    bool is_head;        /* macros win over parameters of their names, as long as only macros stand
                            before them: `${env} ${interpreter}` */
};

/** What is known only where a command is run. */
struct command_surroundings {
    const char *interpreter;  /* NULL: python */
    const char *params_path;  /* NULL: params.json */
    char *const *environment; /* ends with NULL; or NULL */
};

/** Split a string as above. @error SWEEP_BAD_INPUT on an open quote or a NUL; message says where */
bool command_split(struct arena *arena, struct strview text, char ***words, size_t *count,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** Compile words. @error SWEEP_BAD_INPUT on an unknown `${name}`, with the nearest known one */
bool command_parse(struct arena *arena, char *const *words, size_t count,
                   const struct command_scope *scope, struct command *out,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether parameter `index` reaches the script by the command line. */
bool command_uses(const struct command *command, size_t index);

/**
 * Expand for one assignment.
 *
 * @param params  [space count]
 * @param around  NULL: nothing is known
 * @return a NULL-terminated vector in the arena
 */
char **command_expand(struct arena *arena, const struct command *command,
                      const struct sweep_space *space, const struct sweep_value *params,
                      const struct command_surroundings *around);

/** Whether two argument vectors are the same. */
bool command_is_same(char *const *a, char *const *b);

#endif
