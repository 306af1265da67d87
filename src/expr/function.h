/*
 * THE table of functions that expressions may call. To add one: a row in function.c.
 */
#ifndef SWEEP_EXPR_FUNCTION_H
#define SWEEP_EXPR_FUNCTION_H

#include <sqlite3.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "base/strview.h"

#define FUNCTION_ARGUMENTS_MAX 100 /* of coalesce, min and max: SQLite's own limit is 127 */

struct function {
    const char *name;
    size_t least; /* arguments */
    size_t most;
    double (*of_one)(double); /* ours; NULL in both: SQLite's own */
    double (*of_two)(double, double);
};

/** Find by name, in any case, or NULL. */
const struct function *function_find(struct strview name);

/** The known name nearest to a mistyped one, or NULL. */
const char *function_nearest(const char *name);

/** Append all names: `log, log2, ...`. */
void function_append_names(struct strbuf *out);

/** Teach a connection ours. @return SQLite's code */
int function_register(sqlite3 *db);

#endif
