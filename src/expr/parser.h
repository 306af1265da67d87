/*
 * The parser at work: what parse.c (the grammar) and mistake.c (what is wrong, in words) share.
 */
#ifndef SWEEP_EXPR_PARSER_H
#define SWEEP_EXPR_PARSER_H

#include "expr/function.h"
#include "expr/parse.h"
#include "expr/token.h"

struct parser {
    const struct expr_names *names;
    const char *text;
    struct token now; /* not yet taken */
    size_t end;       /* of the token taken last */
    unsigned depth;   /* of brackets, and of signs and `not` in a row */
    struct parsed *out;
    struct expr_place *place; /* of the mistake */
    struct sweep_error *err;
};

enum operand_kind {
    OPERAND_OTHER,
    OPERAND_NAME,   /* a name alone */
    OPERAND_LITERAL /* a number or a text alone */
};

/** What stands on one side of a comparison. */
struct operand {
    enum operand_kind kind;
    size_t name;
    struct expr_value value;
    struct expr_place place;
};

/** Say where the mistake is. */
void mistake_at(struct parser *p, size_t offset, size_t length);

/** All of these fail, with the place and the words for it. */
bool mistake_no_value(struct parser *p);
bool mistake_unexpected(struct parser *p, const char *expected);
bool mistake_unknown_name(struct parser *p, const struct token *token, const char *name);
bool mistake_unknown_function(struct parser *p, const struct token *token);
bool mistake_ambiguous(struct parser *p, const struct token *token, const struct expr_name *name);
bool mistake_arguments(struct parser *p, const struct token *token, const struct function *function,
                       size_t count);
bool mistake_null(struct parser *p, const struct operand *left, const struct token *sign);

/** A comparison of two that can never be equal. */
bool mistake_impossible(struct parser *p, const struct expr_name *name,
                        const struct operand *literal);

/** `[start, sign) sign [.., second) second [.., end)` */
bool mistake_chained(struct parser *p, size_t start, const struct token *sign,
                     const struct token *second);

#endif
