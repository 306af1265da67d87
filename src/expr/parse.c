/*
 * The grammar of expressions, a recursive descent:
 *
 *     either      = both {"or" both}
 *     both        = negation {"and" negation}
 *     negation    = "not" negation | comparison
 *     comparison  = bits [sign bits | "is" ["not"] bits | ["not"] "in" "(" either {"," either} ")"
 *                        | ["not"] ("like" | "glob") bits | ["not"] "between" bits "and" bits]
 *     bits        = sum {("&" | "|") sum}
 *     sum         = product {("+" | "-") product}
 *     product     = signed {("*" | "/" | "%") signed}
 *     signed      = {"-" | "+"} value
 *     value       = number | text | name | function "(" either {"," either} ")" | "(" either ")"
 *                        | "case" ... "end" | "null" | "true" | "false"
 *
 * Precedence is SQLite's, so tokens are handed on in their order; only comparisons are stricter:
 * one of them to a level.
 */
#include "expr/parse.h"

#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "expr/parser.h"
#include "sweep/mem.h"

#define DEPTH_MAX 100
#define SLOTS_MAX EXPR_NAMES_MAX

static bool parse_either(struct parser *p, struct operand *out);

/* --- tokens ----------------------------------------------------------------------------------- */

/* Go on to the next token. */
static bool advance(struct parser *p)
{
    p->end = p->now.offset + p->now.text.size;
    if (token_read(p->text, p->end, &p->now, p->err))
        return true;
    mistake_at(p, p->now.offset, p->now.text.size);
    return false;
}

static void emit(struct parser *p, struct strview sql)
{
    strbuf_append_char(&p->out->sql, ' ');
    strbuf_append(&p->out->sql, sql.data, sql.size);
}

/* Hand the present token on as it is. */
static bool pass(struct parser *p)
{
    emit(p, p->now.text);
    return advance(p);
}

static bool at(const struct parser *p, const char *text)
{
    return token_is(&p->now, text);
}

static bool at_one_of(const struct parser *p, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        if (at(p, *texts))
            return true;
    return false;
}

/* Pass a token that must be here. */
static bool pass_expected(struct parser *p, const char *text)
{
    return at(p, text) ? pass(p) : mistake_unexpected(p, text);
}

static bool deepen(struct parser *p)
{
    if (p->depth++ < DEPTH_MAX)
        return true;
    mistake_at(p, p->now.offset, p->now.text.size);
    return sweep_error_set(p->err, SWEEP_BAD_INPUT, "this is nested too deeply");
}

/* --- values ----------------------------------------------------------------------------------- */

static bool add_slot(struct parser *p, const struct slot *slot)
{
    struct parsed *out = p->out;
    if (out->count == SLOTS_MAX)
        return sweep_error_set(p->err, SWEEP_BAD_INPUT, "the expression has over %d values",
                               SLOTS_MAX);
    out->slots = array_reserve(out->slots, out->count + 1, &out->capacity, sizeof *out->slots);
    out->slots[out->count++] = *slot;
    emit(p, strview_of("?"));
    return true;
}

/* The text between the quotes of a token, doubled ones single. */
static char *unquote(struct parser *p, struct strview quoted)
{
    char *text = arena_copy(&p->out->arena, (struct strview){quoted.data + 1, quoted.size - 2});
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == quoted.data[0])
            from++;
        *to++ = *from;
    }
    *to = '\0';
    return text;
}

static bool take_literal(struct parser *p, const struct expr_value *value, struct operand *out)
{
    out->kind = OPERAND_LITERAL;
    out->value = *value;
    return add_slot(p, &(struct slot){.literal = *value}) && advance(p);
}

static bool take_number(struct parser *p, struct operand *out)
{
    struct expr_value value = {.kind = EXPR_NUMBER};
    if (number_parse_double(p->now.text, &value.number) == NUMBER_OK)
        return take_literal(p, &value, out);
    mistake_at(p, p->now.offset, p->now.text.size);
    return sweep_error_set(p->err, SWEEP_BAD_INPUT,
                           "'%.*s' is no number; a name that begins with "
                           "a digit stands in double quotes",
                           (int)p->now.text.size, p->now.text.data);
}

static bool take_name(struct parser *p, const char *name, struct operand *out)
{
    for (size_t i = 0; i < p->names->count; i++) {
        if (strcmp(p->names->items[i].name, name) != 0)
            continue;
        if (p->names->items[i].instead != NULL)
            return mistake_ambiguous(p, &p->now, &p->names->items[i]);
        out->kind = OPERAND_NAME;
        out->name = i;
        return add_slot(p, &(struct slot){.is_name = true, .name = i}) && advance(p);
    }
    return mistake_unknown_name(p, &p->now, name);
}

/* `null`, `true` and `false` are handed on as they are: in `is true` they are more than values. */
static bool take_constant(struct parser *p, struct operand *out)
{
    out->kind = OPERAND_LITERAL;
    out->value.kind = at(p, "null") ? EXPR_NULL : EXPR_NUMBER;
    out->value.number = at(p, "true");
    return pass(p);
}

/* `a, b)`: the rest of a list whose bracket is open. */
static bool parse_list(struct parser *p, size_t *count)
{
    *count = 0;
    do {
        struct operand item;
        if (*count > 0 && !pass(p))
            return false;
        if (!parse_either(p, &item))
            return false;
        (*count)++;
    } while (at(p, ","));
    return pass_expected(p, ")");
}

static bool parse_call(struct parser *p, const struct token *name)
{
    const struct function *function = function_find(name->text);
    size_t count = 0;
    if (function == NULL)
        return mistake_unknown_function(p, name);
    emit(p, strview_of(function->name));
    if (!pass(p) || !(at(p, ")") ? pass(p) : parse_list(p, &count)))
        return false;
    return (count >= function->least && count <= function->most) ||
           mistake_arguments(p, name, function, count);
}

/* `when a then b`, as often as it comes, and the rest. */
static bool parse_case(struct parser *p)
{
    struct operand part;
    if (!pass(p) || (!at(p, "when") && !parse_either(p, &part)))
        return false;
    do {
        if (!pass_expected(p, "when") || !parse_either(p, &part) || !pass_expected(p, "then") ||
            !parse_either(p, &part))
            return false;
    } while (at(p, "when"));
    if (at(p, "else") && (!pass(p) || !parse_either(p, &part)))
        return false;
    return pass_expected(p, "end");
}

static bool parse_word(struct parser *p, struct operand *out)
{
    static const char *const CONSTANTS[] = {"null", "true", "false", NULL};
    struct token word = p->now;
    struct token next = {0};
    if (at_one_of(p, CONSTANTS))
        return take_constant(p, out);
    if (at(p, "case"))
        return parse_case(p);
    if (token_is_reserved(&word))
        return mistake_no_value(p);
    if (token_read(p->text, word.offset + word.text.size, &next, NULL) && token_is(&next, "("))
        return advance(p) && parse_call(p, &word);
    return take_name(p, arena_copy(&p->out->arena, word.text), out);
}

static bool parse_brackets(struct parser *p, struct operand *out)
{
    return pass(p) && parse_either(p, out) && pass_expected(p, ")");
}

static bool parse_value_of_kind(struct parser *p, struct operand *out)
{
    switch (p->now.kind) {
    case TOKEN_NUMBER:
        return take_number(p, out);
    case TOKEN_TEXT:
        return take_literal(
            p, &(struct expr_value){.kind = EXPR_TEXT, .text = unquote(p, p->now.text)}, out);
    case TOKEN_QUOTED:
        return take_name(p, unquote(p, p->now.text), out);
    case TOKEN_WORD:
        return parse_word(p, out);
    case TOKEN_SIGN:
        return at(p, "(") ? parse_brackets(p, out) : mistake_no_value(p);
    case TOKEN_END:
        break;
    }
    return mistake_no_value(p);
}

static bool parse_value(struct parser *p, struct operand *out)
{
    size_t start = p->now.offset;
    *out = (struct operand){0};
    if (!deepen(p) || !parse_value_of_kind(p, out))
        return false;
    p->depth--;
    out->place = (struct expr_place){start, p->end - start};
    return true;
}

/* --- calculations ----------------------------------------------------------------------------- */

static bool parse_signed(struct parser *p, struct operand *out)
{
    if (!at(p, "-") && !at(p, "+"))
        return parse_value(p, out);
    size_t start = p->now.offset;
    bool is_negative = at(p, "-");
    if (!deepen(p) || !pass(p) || !parse_signed(p, out))
        return false;
    p->depth--;
    if (out->kind == OPERAND_NAME || out->value.kind == EXPR_TEXT)
        out->kind = OPERAND_OTHER;
    if (is_negative)
        out->value.number = -out->value.number;
    out->place = (struct expr_place){start, p->end - start};
    return true;
}

/* The levels above: signs of equal rank between operands of the next level. */
static const struct level {
    const char *signs[4]; /* ends with NULL */
} LEVELS[] = {
    {{"&", "|"}},
    {{"+", "-"}},
    {{"*", "/", "%"}},
};

static bool parse_level(struct parser *p, size_t level, struct operand *out)
{
    if (level == ARRAY_LENGTH(LEVELS))
        return parse_signed(p, out);
    if (!parse_level(p, level + 1, out))
        return false;
    while (at_one_of(p, LEVELS[level].signs)) {
        /* What is exact in itself makes a real of an integer, such as length() gives. */
        if (at(p, "/"))
            emit(p, strview_of("* 1.0"));
        if (!pass(p) || !parse_level(p, level + 1, out))
            return false;
        out->kind = OPERAND_OTHER;
    }
    return true;
}

static bool parse_bits(struct parser *p, struct operand *out)
{
    return parse_level(p, 0, out);
}

/* --- comparisons ------------------------------------------------------------------------------ */

static const char *const EQUALITIES[] = {"=", "==", "!=", "<>", NULL};
static const char *const ORDERS[] = {"<", "<=", ">", ">=", NULL};
static const char *const WORDS[] = {"is", "in", "like", "glob", "between", "not", NULL};

static bool at_comparison(const struct parser *p)
{
    return at_one_of(p, EQUALITIES) || at_one_of(p, ORDERS) || at_one_of(p, WORDS);
}

static bool values_equal(const struct expr_value *a, const struct expr_value *b)
{
    return expr_compare(a, b) == 0;
}

static bool can_be(const struct expr_name *name, const struct expr_value *value)
{
    if (value->kind == EXPR_NULL)
        return true;
    if (name->is_numeric && value->kind == EXPR_TEXT)
        return false;
    for (size_t i = 0; i < name->value_count; i++)
        if (values_equal(&name->values[i], value))
            return true;
    return name->values == NULL;
}

/* Refuse a name that is compared with what it can never be. */
static bool check_possible(struct parser *p, const struct operand *a, const struct operand *b)
{
    const struct operand *name = a->kind == OPERAND_NAME ? a : b;
    const struct operand *literal = name == a ? b : a;
    if (name->kind != OPERAND_NAME || literal->kind != OPERAND_LITERAL)
        return true;
    return can_be(&p->names->items[name->name], &literal->value) ||
           mistake_impossible(p, &p->names->items[name->name], literal);
}

static bool is_null(const struct operand *operand)
{
    return operand->kind == OPERAND_LITERAL && operand->value.kind == EXPR_NULL;
}

static bool parse_equality(struct parser *p, const struct operand *left)
{
    struct operand right;
    struct token sign = p->now;
    if (!pass(p) || !parse_bits(p, &right))
        return false;
    if (is_null(left) || is_null(&right))
        return mistake_null(p, is_null(left) ? &right : left, &sign);
    return check_possible(p, left, &right);
}

/* An order means nothing between a number and a text. */
static bool parse_order(struct parser *p, const struct operand *left)
{
    struct operand right;
    if (!pass(p) || !parse_bits(p, &right))
        return false;
    const struct operand *name = left->kind == OPERAND_NAME ? left : &right;
    const struct operand *other = name == left ? &right : left;
    if (name->kind != OPERAND_NAME || other->value.kind != EXPR_TEXT ||
        !p->names->items[name->name].is_numeric)
        return true;
    return mistake_impossible(p, &p->names->items[name->name], other);
}

static bool parse_is(struct parser *p, const struct operand *left)
{
    struct operand right;
    if (!pass(p) || (at(p, "not") && !pass(p)) || !parse_bits(p, &right))
        return false;
    return check_possible(p, left, &right);
}

static bool parse_in(struct parser *p, const struct operand *left)
{
    if (!pass(p) || !pass_expected(p, "("))
        return false;
    do {
        struct operand item;
        if (at(p, ",") && !pass(p))
            return false;
        if (!parse_either(p, &item) || !check_possible(p, left, &item))
            return false;
    } while (at(p, ","));
    return pass_expected(p, ")");
}

static bool parse_like(struct parser *p)
{
    struct operand pattern;
    return pass(p) && parse_bits(p, &pattern);
}

static bool parse_between(struct parser *p)
{
    struct operand bound;
    return pass(p) && parse_bits(p, &bound) && pass_expected(p, "and") && parse_bits(p, &bound);
}

static bool parse_right_side(struct parser *p, const struct operand *left)
{
    if (at_one_of(p, EQUALITIES))
        return parse_equality(p, left);
    if (at_one_of(p, ORDERS))
        return parse_order(p, left);
    if (at(p, "is"))
        return parse_is(p, left);
    if (at(p, "not") && !pass(p))
        return false;
    if (at(p, "in"))
        return parse_in(p, left);
    if (at(p, "between"))
        return parse_between(p);
    if (at(p, "like") || at(p, "glob"))
        return parse_like(p);
    return mistake_unexpected(p, "in, like or between");
}

static bool parse_comparison(struct parser *p, struct operand *out)
{
    size_t start = p->now.offset;
    if (!parse_bits(p, out))
        return false;
    if (!at_comparison(p))
        return true;
    struct token sign = p->now;
    if (!parse_right_side(p, out))
        return false;
    struct token second = p->now;
    if (at_comparison(p)) {
        struct operand third;
        if (!advance(p) || !parse_bits(p, &third))
            return false;
        return mistake_chained(p, start, &sign, &second);
    }
    *out = (struct operand){0};
    return true;
}

/* --- conditions ------------------------------------------------------------------------------- */

static bool parse_negation(struct parser *p, struct operand *out)
{
    if (!at(p, "not"))
        return parse_comparison(p, out);
    if (!deepen(p) || !pass(p) || !parse_negation(p, out))
        return false;
    p->depth--;
    out->kind = OPERAND_OTHER;
    return true;
}

static bool parse_both(struct parser *p, struct operand *out)
{
    if (!parse_negation(p, out))
        return false;
    while (at(p, "and")) {
        if (!pass(p) || !parse_negation(p, out))
            return false;
        *out = (struct operand){0};
    }
    return true;
}

static bool parse_either(struct parser *p, struct operand *out)
{
    if (!parse_both(p, out))
        return false;
    while (at(p, "or")) {
        if (!pass(p) || !parse_both(p, out))
            return false;
        *out = (struct operand){0};
    }
    return true;
}

static bool parse_all(struct parser *p)
{
    struct operand whole;
    p->now = (struct token){.text = {p->text, 0}};
    if (!advance(p) || !parse_either(p, &whole))
        return false;
    return p->now.kind == TOKEN_END || mistake_unexpected(p, "an operator or the end");
}

bool parse_expression(const struct expr_names *names, const char *text, struct parsed *out,
                      struct expr_place *place, struct sweep_error *err)
{
    struct expr_place ignored;
    struct parser p = {.names = names,
                       .text = text,
                       .out = out,
                       .place = place != NULL ? place : &ignored,
                       .err = err};
    *out = (struct parsed){0};
    *p.place = (struct expr_place){0};
    strbuf_init(&out->sql, (size_t)8 * EXPR_SIZE_MAX);
    if (strlen(text) > EXPR_SIZE_MAX)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "an expression has at most %d bytes",
                               EXPR_SIZE_MAX);
    strbuf_append_text(&out->sql, "SELECT (");
    if (!parse_all(&p))
        return false;
    strbuf_append_text(&out->sql, " )");
    return true;
}

void parsed_release(struct parsed *parsed)
{
    strbuf_release(&parsed->sql);
    sweep_free(parsed->slots);
    arena_release(&parsed->arena);
    *parsed = (struct parsed){0};
}
