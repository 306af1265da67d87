/*
 * What a YAML scalar means: the core schema of YAML 1.2, and where YAML 1.1 (PyYAML, and so most
 * Python programs) reads the same text differently.
 *
 * `1e-5` is a number here, `017` is seventeen, `1:30` and `1_000` are text; `null`, `~` and nothing
 * at all are null. Quoted scalars are text.
 *
 * Ownership: a scalar borrows the node's text.
 */
#ifndef SWEEP_CONFIG_SCALAR_H
#define SWEEP_CONFIG_SCALAR_H

#include <stdbool.h>
#include <stdint.h>

#include "config/node.h"

enum scalar_kind {
    SCALAR_NULL,
    SCALAR_BOOL,
    SCALAR_INT,
    SCALAR_REAL,
    SCALAR_TEXT,
    SCALAR_TOO_LARGE, /* a number that no double or 64-bit integer holds */
    SCALAR_MISTAGGED  /* !!int and the like on a text that is none */
};

/** Readings of YAML 1.1 that differ from ours. */
enum scalar_surprise {
    SURPRISE_NONE,
    SURPRISE_EXPONENT,    /* 1e-5: a text there */
    SURPRISE_OCTAL,       /* 017: fifteen there */
    SURPRISE_SEXAGESIMAL, /* 1:30: ninety there */
    SURPRISE_UNDERSCORE,  /* 1_000: a thousand there */
    SURPRISE_WORD         /* yes, no, on, off: booleans there */
};

struct scalar {
    enum scalar_kind kind;
    enum scalar_surprise surprise;
    bool boolean;    /* SCALAR_BOOL; and what YAML 1.1 makes of a SURPRISE_WORD */
    bool is_decimal; /* of a number: its text is one that any program reads, not 0x1F */
    int64_t integer;
    double real; /* also of a SCALAR_INT */
    const char *text;
};

/** Read a scalar node. */
struct scalar scalar_read(const struct node *node);

/** What a node is, for messages: "a map", "a list", "a text". */
const char *node_describe(const struct node *node);

#endif
