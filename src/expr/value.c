/*
 * The order of values.
 */
#include "expr/value.h"

#include <string.h>

int expr_compare(const struct expr_value *a, const struct expr_value *b)
{
    static const int RANKS[] = {[EXPR_NUMBER] = 0, [EXPR_TEXT] = 1, [EXPR_NULL] = 2};
    if (a->kind != b->kind)
        return RANKS[a->kind] - RANKS[b->kind];
    if (a->kind == EXPR_NUMBER)
        return (a->number > b->number) - (a->number < b->number);
    return a->kind == EXPR_TEXT ? strcmp(a->text, b->text) : 0;
}
