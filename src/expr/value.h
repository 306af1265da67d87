/*
 * What expressions are about: values, and the names that have them.
 */
#ifndef SWEEP_EXPR_VALUE_H
#define SWEEP_EXPR_VALUE_H

#include <stdbool.h>
#include <stddef.h>

/** The longest expression [bytes]. */
#define EXPR_SIZE_MAX 8192

/** The most names that an expression can read. */
#define EXPR_NAMES_MAX 2000

enum expr_kind {
    EXPR_NULL,
    EXPR_NUMBER,
    EXPR_TEXT
};

struct expr_value {
    enum expr_kind kind;
    double number;    /* NUMBER; true is 1, false 0 */
    const char *text; /* TEXT */
};

/** A name that expressions may use. */
struct expr_name {
    const char *name;
    const char *instead; /* NULL; else it is ambiguous, and this is what to write instead */
    bool is_numeric;     /* it is never a text */
    const struct expr_value *values; /* [value_count] all that it can be; NULL: not known */
    size_t value_count;
};

/** A part of an expression [bytes]. */
struct expr_place {
    size_t offset;
    size_t length; /* 0: its end */
};

/** The order of values in a list: numbers, then texts, byte by byte, then NULL. */
int expr_compare(const struct expr_value *a, const struct expr_value *b);

#endif
