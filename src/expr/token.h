/*
 * The words and signs of an expression.
 */
#ifndef SWEEP_EXPR_TOKEN_H
#define SWEEP_EXPR_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strview.h"
#include "sweep/error.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_TEXT,   /* 'in single quotes' */
    TOKEN_QUOTED, /* "a name" */
    TOKEN_WORD,   /* a name, a function or one of the language's words */
    TOKEN_SIGN
};

struct token {
    enum token_kind kind;
    size_t offset; /* in the expression */
    struct strview text;
};

/**
 * The first token at or after `offset`.
 *
 * @param[out] out  in case of a mistake its place
 * @error SWEEP_BAD_INPUT for a sign that is none, an open quote
 */
bool token_read(const char *expression, size_t offset, struct token *out,
                struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether it is this sign, or this word in any case. */
bool token_is(const struct token *token, const char *text);

/** Whether it is one of the language's words, and so no name. */
bool token_is_reserved(const struct token *token);

/** Whether a name can be written without quotes. */
bool token_is_bare_name(const char *name);

#endif
