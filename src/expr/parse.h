/*
 * From an expression to an SQL expression without names and literals: each is a `?`, and a slot
 * says what is bound there. So nothing that a person writes becomes part of the SQL but words and
 * signs that are known here.
 *
 * Ownership: parsed_release(), also after a failure; names are borrowed.
 */
#ifndef SWEEP_EXPR_PARSE_H
#define SWEEP_EXPR_PARSE_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "expr/value.h"
#include "sweep/error.h"

struct expr_names {
    const struct expr_name *items; /* [count] */
    size_t count;
};

/** What a `?` stands for. */
struct slot {
    bool is_name;
    size_t name;               /* index; is_name */
    struct expr_value literal; /* else */
};

struct parsed {
    struct strbuf sql;
    struct slot *slots; /* [count] */
    size_t count;
    size_t capacity;
    struct arena arena;
};

bool parse_expression(const struct expr_names *names, const char *text, struct parsed *out,
                      struct expr_place *place, struct sweep_error *err) SWEEP_MUST_CHECK;

void parsed_release(struct parsed *parsed);

#endif
