/*
 * Reads the SQL that parse.c wrote, in which every word and sign stands between blanks, and makes
 * operations of it in the order of their execution. What is correct was decided there: here
 * whatever is unexpected only means that SQLite has to do it.
 */
#include "expr/quick.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"
#include "base/strview.h"
#include "expr/function.h"
#include "sweep/mem.h"

#define OPERATIONS_MAX 256
#define STACK_MAX      32
#define WHOLE_MAX      9007199254740992.0 /* 2^53: up to there every whole number is exact */

enum code {
    CODE_SLOT,  /* a name's or a literal's value: index */
    CODE_VALUE, /* 0 or 1: index */
    CODE_NULL,
    CODE_ADD,
    CODE_SUBTRACT,
    CODE_MULTIPLY,
    CODE_DIVIDE,
    CODE_REMAINDER,
    CODE_NEGATE,
    CODE_EQUAL,
    CODE_UNEQUAL,
    CODE_LESS,
    CODE_LESS_EQUAL,
    CODE_GREATER,
    CODE_GREATER_EQUAL,
    CODE_IS,
    CODE_IN, /* index: values in the list */
    CODE_NOT,
    CODE_AND,
    CODE_OR,
    CODE_BETWEEN,
    CODE_CALL, /* index: arguments */
    CODE_MIN,
    CODE_MAX,
    CODE_COALESCE
};

struct operation {
    enum code code;
    size_t index;
    const struct function *function;
};

struct quick {
    const struct slot *slots;
    size_t count;
    struct operation operations[OPERATIONS_MAX];
};

/* --- compiling -------------------------------------------------------------------------------- */

struct reader {
    const char *rest;
    struct strview now; /* the word not yet taken; empty at the end */
    struct quick *quick;
    size_t slot;  /* that the next `?` is */
    size_t depth; /* of the stack */
};

static bool read_either(struct reader *r);

static void advance(struct reader *r)
{
    r->rest += strspn(r->rest, " ");
    size_t size = strcspn(r->rest, " ");
    r->now = (struct strview){r->rest, size};
    r->rest += size;
}

static bool at(const struct reader *r, const char *word)
{
    const char *c = r->now.data;
    if (strlen(word) != r->now.size)
        return false;
    for (; *word != '\0'; word++, c++)
        if (*word != (*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c))
            return false;
    return true;
}

static bool take(struct reader *r, const char *word)
{
    if (!at(r, word))
        return false;
    advance(r);
    return true;
}

/* @param pops  how many values it takes from the stack before it puts its own there */
static bool add(struct reader *r, enum code code, size_t index, size_t pops)
{
    struct quick *quick = r->quick;
    if (quick->count == OPERATIONS_MAX || r->depth + 1 - pops > STACK_MAX)
        return false;
    quick->operations[quick->count++] = (struct operation){.code = code, .index = index};
    r->depth = r->depth + 1 - pops;
    return true;
}

static bool read_arguments(struct reader *r, size_t *count)
{
    *count = 0;
    do {
        if (!read_either(r))
            return false;
        ++*count;
    } while (take(r, ","));
    return take(r, ")");
}

static bool read_call(struct reader *r)
{
    static const struct {
        const char *name;
        enum code code;
    } MANY[] = {{"min", CODE_MIN},
                {"max", CODE_MAX},
                {"coalesce", CODE_COALESCE},
                {"ifnull", CODE_COALESCE}};
    const struct function *function = function_find(r->now);
    size_t count;
    if (function == NULL)
        return false;
    advance(r);
    if (!take(r, "(") || !read_arguments(r, &count))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(MANY); i++)
        if (strcmp(function->name, MANY[i].name) == 0)
            return add(r, MANY[i].code, count, count);
    if ((function->of_one == NULL && function->of_two == NULL) || !add(r, CODE_CALL, count, count))
        return false;
    r->quick->operations[r->quick->count - 1].function = function;
    return true;
}

static bool read_value(struct reader *r)
{
    if (take(r, "?"))
        return add(r, CODE_SLOT, r->slot++, 0);
    if (take(r, "("))
        return read_either(r) && take(r, ")");
    if (take(r, "true") || take(r, "1.0"))
        return add(r, CODE_VALUE, 1, 0);
    if (take(r, "false"))
        return add(r, CODE_VALUE, 0, 0);
    if (take(r, "null"))
        return add(r, CODE_NULL, 0, 0);
    if (take(r, "-"))
        return read_value(r) && add(r, CODE_NEGATE, 0, 1);
    return read_call(r);
}

static bool read_product(struct reader *r)
{
    static const struct {
        const char *sign;
        enum code code;
    } SIGNS[] = {{"*", CODE_MULTIPLY}, {"/", CODE_DIVIDE}, {"%", CODE_REMAINDER}};
    if (!read_value(r))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNS); i++) {
        if (!take(r, SIGNS[i].sign))
            continue;
        if (!read_value(r) || !add(r, SIGNS[i].code, 0, 2))
            return false;
        i = (size_t)-1; /* from the first sign again */
    }
    return true;
}

static bool read_sum(struct reader *r)
{
    if (!read_product(r))
        return false;
    while (at(r, "+") || at(r, "-")) {
        enum code code = at(r, "+") ? CODE_ADD : CODE_SUBTRACT;
        advance(r);
        if (!read_product(r) || !add(r, code, 0, 2))
            return false;
    }
    return true;
}

/* `is true` asks for more than equality. */
static bool read_is(struct reader *r)
{
    bool negated = take(r, "not");
    if (at(r, "true") || at(r, "false"))
        return false;
    return read_sum(r) && add(r, CODE_IS, 0, 2) && (!negated || add(r, CODE_NOT, 0, 1));
}

static bool read_in(struct reader *r)
{
    size_t count;
    return take(r, "(") && read_arguments(r, &count) && add(r, CODE_IN, count, count + 1);
}

static bool read_between(struct reader *r)
{
    return read_sum(r) && take(r, "and") && read_sum(r) && add(r, CODE_BETWEEN, 0, 3);
}

static bool read_comparison(struct reader *r)
{
    static const struct {
        const char *sign;
        enum code code;
    } SIGNS[] = {{"=", CODE_EQUAL},    {"==", CODE_EQUAL},        {"!=", CODE_UNEQUAL},
                 {"<>", CODE_UNEQUAL}, {"<", CODE_LESS},          {"<=", CODE_LESS_EQUAL},
                 {">", CODE_GREATER},  {">=", CODE_GREATER_EQUAL}};
    if (!read_sum(r))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNS); i++)
        if (take(r, SIGNS[i].sign))
            return read_sum(r) && add(r, SIGNS[i].code, 0, 2);
    if (take(r, "is"))
        return read_is(r);
    bool negated = take(r, "not");
    bool done = !negated;
    if (take(r, "in"))
        done = read_in(r);
    else if (take(r, "between"))
        done = read_between(r);
    else if (negated)
        return false;
    return done && (!negated || add(r, CODE_NOT, 0, 1));
}

static bool read_negation(struct reader *r)
{
    if (!take(r, "not"))
        return read_comparison(r);
    return read_negation(r) && add(r, CODE_NOT, 0, 1);
}

/* Parts that one word joins. */
static bool read_joined(struct reader *r, bool (*read_part)(struct reader *), const char *word,
                        enum code code)
{
    if (!read_part(r))
        return false;
    while (take(r, word))
        if (!read_part(r) || !add(r, code, 0, 2))
            return false;
    return true;
}

static bool read_both(struct reader *r)
{
    return read_joined(r, read_negation, "and", CODE_AND);
}

static bool read_either(struct reader *r)
{
    return read_joined(r, read_both, "or", CODE_OR);
}

struct quick *quick_create(const struct parsed *parsed)
{
    struct quick *quick = sweep_alloc(sizeof *quick);
    struct reader r = {.rest = strbuf_text(&parsed->sql), .quick = quick};
    quick->slots = parsed->slots;
    advance(&r);
    if (take(&r, "select") && take(&r, "(") && read_either(&r) && take(&r, ")") && r.now.size == 0)
        return quick;
    sweep_free(quick);
    return NULL;
}

void quick_free(struct quick *quick)
{
    sweep_free(quick);
}

/* --- evaluating ------------------------------------------------------------------------------- */

static struct expr_value number_or_null(double number)
{
    if (isnan(number))
        return (struct expr_value){.kind = EXPR_NULL};
    return (struct expr_value){.kind = EXPR_NUMBER, .number = number};
}

static struct expr_value truth(bool is_true)
{
    return (struct expr_value){.kind = EXPR_NUMBER, .number = is_true};
}

/* `%` works on whole parts; beyond 2^53 rounding decides what they are. */
static bool remainder_of(double a, double b, struct expr_value *out)
{
    if (!(fabs(a) < WHOLE_MAX && fabs(b) < WHOLE_MAX))
        return false;
    int64_t divisor = (int64_t)b;
    *out = divisor == 0 ? (struct expr_value){.kind = EXPR_NULL}
                        : number_or_null((double)((int64_t)a % divisor));
    return true;
}

static bool calculate(enum code code, const struct expr_value *a, const struct expr_value *b,
                      struct expr_value *out)
{
    if (a->kind == EXPR_TEXT || b->kind == EXPR_TEXT)
        return false;
    if (a->kind == EXPR_NULL || b->kind == EXPR_NULL) {
        *out = (struct expr_value){.kind = EXPR_NULL};
        return true;
    }
    if (code == CODE_REMAINDER)
        return remainder_of(a->number, b->number, out);
    if (code == CODE_ADD)
        *out = number_or_null(a->number + b->number);
    else if (code == CODE_SUBTRACT)
        *out = number_or_null(a->number - b->number);
    else if (code == CODE_MULTIPLY)
        *out = number_or_null(a->number * b->number);
    else
        *out = number_or_null(b->number == 0 ? (double)NAN : a->number / b->number);
    return true;
}

static struct expr_value compare(enum code code, const struct expr_value *a,
                                 const struct expr_value *b)
{
    if (code == CODE_IS)
        return truth(a->kind == EXPR_NULL || b->kind == EXPR_NULL ? a->kind == b->kind
                                                                  : expr_compare(a, b) == 0);
    if (a->kind == EXPR_NULL || b->kind == EXPR_NULL)
        return (struct expr_value){.kind = EXPR_NULL};
    int order = expr_compare(a, b);
    return truth((code == CODE_EQUAL && order == 0) || (code == CODE_UNEQUAL && order != 0) ||
                 (code == CODE_LESS && order < 0) || (code == CODE_LESS_EQUAL && order <= 0) ||
                 (code == CODE_GREATER && order > 0) || (code == CODE_GREATER_EQUAL && order >= 0));
}

/* One of three: it holds, it does not, or (NULL) nobody knows. A sure answer wins. */
static bool combine(enum code code, const struct expr_value *a, const struct expr_value *b,
                    struct expr_value *out)
{
    bool decides = code == CODE_OR;
    if (a->kind == EXPR_TEXT || b->kind == EXPR_TEXT)
        return false;
    if ((a->kind == EXPR_NUMBER && (a->number != 0) == decides) ||
        (b->kind == EXPR_NUMBER && (b->number != 0) == decides))
        *out = truth(decides);
    else if (a->kind == EXPR_NULL || b->kind == EXPR_NULL)
        *out = (struct expr_value){.kind = EXPR_NULL};
    else
        *out = truth(!decides);
    return true;
}

static struct expr_value find_in(const struct expr_value *values, size_t count)
{
    const struct expr_value *wanted = &values[0];
    bool has_null = wanted->kind == EXPR_NULL;
    for (size_t i = 1; i <= count && wanted->kind != EXPR_NULL; i++) {
        if (values[i].kind == EXPR_NULL)
            has_null = true;
        else if (expr_compare(wanted, &values[i]) == 0)
            return truth(true);
    }
    return has_null ? (struct expr_value){.kind = EXPR_NULL} : truth(false);
}

static bool unary(enum code code, struct expr_value *value)
{
    if (value->kind == EXPR_TEXT)
        return false;
    if (value->kind == EXPR_NUMBER)
        *value = code == CODE_NOT ? truth(value->number == 0) : number_or_null(-value->number);
    return true;
}

/* @param out  may be the first of the values */
static bool call(const struct operation *operation, const struct expr_value *values,
                 struct expr_value *out)
{
    const struct function *function = operation->function;
    bool is_null = false;
    for (size_t i = 0; i < operation->index; i++) {
        if (values[i].kind == EXPR_TEXT)
            return false;
        is_null = is_null || values[i].kind == EXPR_NULL;
    }
    double result = (double)NAN;
    if (!is_null && function->of_one != NULL)
        result = function->of_one(values[0].number);
    else if (!is_null)
        result = function->of_two(values[0].number, values[1].number);
    *out = number_or_null(isfinite(result) ? result : (double)NAN);
    return true;
}

static bool extreme(enum code code, const struct expr_value *values, size_t count,
                    struct expr_value *out)
{
    struct expr_value best = values[0];
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == EXPR_TEXT)
            return false;
        if (values[i].kind == EXPR_NULL || best.kind == EXPR_NULL)
            best = (struct expr_value){.kind = EXPR_NULL};
        else if (code == CODE_MIN ? values[i].number < best.number : values[i].number > best.number)
            best = values[i];
    }
    *out = best;
    return true;
}

static struct expr_value first_known(const struct expr_value *values, size_t count)
{
    size_t i = 0;
    while (i + 1 < count && values[i].kind == EXPR_NULL)
        i++;
    return values[i];
}

static struct expr_value value_of_slot(const struct slot *slot, const struct expr_value *values)
{
    const struct expr_value *value = slot->is_name ? &values[slot->name] : &slot->literal;
    return value->kind == EXPR_NUMBER ? number_or_null(value->number) : *value;
}

/* How many values an operation takes. */
static size_t operands_of(const struct operation *operation)
{
    switch (operation->code) {
    case CODE_SLOT:
    case CODE_VALUE:
    case CODE_NULL:
        return 0;
    case CODE_NEGATE:
    case CODE_NOT:
        return 1;
    case CODE_BETWEEN:
        return 3;
    case CODE_IN:
        return operation->index + 1;
    case CODE_CALL:
    case CODE_MIN:
    case CODE_MAX:
    case CODE_COALESCE:
        return operation->index;
    case CODE_ADD:
    case CODE_SUBTRACT:
    case CODE_MULTIPLY:
    case CODE_DIVIDE:
    case CODE_REMAINDER:
    case CODE_EQUAL:
    case CODE_UNEQUAL:
    case CODE_LESS:
    case CODE_LESS_EQUAL:
    case CODE_GREATER:
    case CODE_GREATER_EQUAL:
    case CODE_IS:
    case CODE_AND:
    case CODE_OR:
        break;
    }
    return 2;
}

/* @param v  [operands] the operands, and where the result goes */
static bool execute(const struct quick *quick, const struct operation *operation,
                    const struct expr_value *values, struct expr_value *v)
{
    enum code code = operation->code;
    struct expr_value low;
    struct expr_value high;
    switch (code) {
    case CODE_SLOT:
        v[0] = value_of_slot(&quick->slots[operation->index], values);
        return true;
    case CODE_VALUE:
        v[0] = truth(operation->index != 0);
        return true;
    case CODE_NULL:
        v[0] = (struct expr_value){.kind = EXPR_NULL};
        return true;
    case CODE_NEGATE:
    case CODE_NOT:
        return unary(code, &v[0]);
    case CODE_ADD:
    case CODE_SUBTRACT:
    case CODE_MULTIPLY:
    case CODE_DIVIDE:
    case CODE_REMAINDER:
        return calculate(code, &v[0], &v[1], &v[0]);
    case CODE_EQUAL:
    case CODE_UNEQUAL:
    case CODE_LESS:
    case CODE_LESS_EQUAL:
    case CODE_GREATER:
    case CODE_GREATER_EQUAL:
    case CODE_IS:
        v[0] = compare(code, &v[0], &v[1]);
        return true;
    case CODE_AND:
    case CODE_OR:
        return combine(code, &v[0], &v[1], &v[0]);
    case CODE_BETWEEN:
        low = compare(CODE_GREATER_EQUAL, &v[0], &v[1]);
        high = compare(CODE_LESS_EQUAL, &v[0], &v[2]);
        return combine(CODE_AND, &low, &high, &v[0]);
    case CODE_IN:
        v[0] = find_in(v, operation->index);
        return true;
    case CODE_CALL:
        return call(operation, v, &v[0]);
    case CODE_MIN:
    case CODE_MAX:
        return extreme(code, v, operation->index, &v[0]);
    case CODE_COALESCE:
        v[0] = first_known(v, operation->index);
        return true;
    }
    return false;
}

bool quick_evaluate(const struct quick *quick, const struct expr_value *values,
                    struct expr_value *out)
{
    struct expr_value stack[STACK_MAX + 1] = {{0}};
    size_t depth = 0;
    for (size_t i = 0; i < quick->count; i++) {
        depth -= operands_of(&quick->operations[i]);
        if (!execute(quick, &quick->operations[i], values, &stack[depth]))
            return false;
        depth++;
    }
    *out = stack[0];
    if (out->kind == EXPR_NUMBER && !isfinite(out->number))
        *out = (struct expr_value){.kind = EXPR_NULL};
    return true;
}
