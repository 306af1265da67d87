/*
 * What is wrong with an expression, in words, with the right form shown.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/nearest.h"
#include "base/number.h"
#include "expr/parser.h"
#include "sweep/mem.h"

#define LISTED_MAX 12  /* names or values that a message lists */
#define TEXT_MAX   400 /* [bytes] of such a list */

void mistake_at(struct parser *p, size_t offset, size_t length)
{
    *p->place = (struct expr_place){offset, length};
}

static void at_token(struct parser *p, const struct token *token)
{
    mistake_at(p, token->offset, token->text.size);
}

bool mistake_unexpected(struct parser *p, const char *expected)
{
    at_token(p, &p->now);
    if (p->now.kind == TOKEN_END)
        return sweep_error_set(p->err, SWEEP_BAD_INPUT, "%s is missing at the end", expected);
    return sweep_error_set(p->err, SWEEP_BAD_INPUT, "expected %s, not %.*s", expected,
                           (int)p->now.text.size, p->now.text.data);
}

bool mistake_no_value(struct parser *p)
{
    return mistake_unexpected(p, "a value");
}

/* --- names ------------------------------------------------------------------------------------ */

/* A name as it is written in an expression. */
static void append_name(struct strbuf *out, const char *name)
{
    if (token_is_bare_name(name)) {
        strbuf_append_text(out, name);
        return;
    }
    strbuf_append_char(out, '"');
    for (const char *c = name; *c != '\0'; c++)
        strbuf_append_text(out, *c == '"' ? "\"\"" : (char[]){*c, '\0'});
    strbuf_append_char(out, '"');
}

static bool is_a_text_of(const struct expr_names *names, const char *word)
{
    for (size_t i = 0; i < names->count; i++)
        for (size_t k = 0; k < names->items[i].value_count; k++)
            if (names->items[i].values[k].kind == EXPR_TEXT &&
                strcmp(names->items[i].values[k].text, word) == 0)
                return true;
    return false;
}

/* `learning-rate` without its quotes begins with the word `learning`. */
static const char *longer_name(const struct parser *p, const struct token *token)
{
    const char *here = p->text + token->offset;
    for (size_t i = 0; i < p->names->count && token->kind == TOKEN_WORD; i++) {
        const char *name = p->names->items[i].name;
        if (!token_is_bare_name(name) && strncmp(here, name, strlen(name)) == 0)
            return name;
    }
    return NULL;
}

static const char *nearest_name(const struct expr_names *names, const char *word)
{
    const char **known = sweep_alloc_array(names->count + 1, sizeof *known);
    const char *nearest = NULL;
    for (size_t i = 0; i < names->count; i++) {
        known[i] = names->items[i].name;
        if (strcasecmp(known[i], word) == 0)
            nearest = known[i];
    }
    if (nearest == NULL)
        nearest = nearest_word(word, known, names->count);
    sweep_free(known);
    return nearest;
}

static void append_names(struct strbuf *out, const struct expr_names *names)
{
    for (size_t i = 0; i < names->count && i < LISTED_MAX; i++) {
        strbuf_append_text(out, i == 0 ? "" : ", ");
        append_name(out, names->items[i].name);
    }
    if (names->count > LISTED_MAX)
        strbuf_append_text(out, ", ...");
}

/* What was probably meant by an unknown name. */
static void append_meant(struct parser *p, const struct token *token, const char *name,
                         struct strbuf *out)
{
    const char *longer = longer_name(p, token);
    const char *nearest = nearest_name(p->names, name);
    if (longer != NULL) {
        strbuf_append_text(out, "write ");
        append_name(out, longer);
        strbuf_append_text(out, ", with its quotes");
    } else if (is_a_text_of(p->names, name) || (nearest == NULL && token->kind == TOKEN_QUOTED)) {
        strbuf_printf(out, "a text stands in single quotes: '%s'", name);
    } else if (strcmp(name, "None") == 0) {
        strbuf_append_text(out, "write null");
    } else if (nearest != NULL) {
        strbuf_append_text(out, "did you mean ");
        append_name(out, nearest);
        strbuf_append_text(out, "?");
    } else if (p->names->count == 0) {
        strbuf_append_text(out, "no names can be used here");
    } else {
        strbuf_append_text(out, "there are ");
        append_names(out, p->names);
    }
}

bool mistake_unknown_name(struct parser *p, const struct token *token, const char *name)
{
    struct strbuf meant;
    strbuf_init(&meant, TEXT_MAX);
    append_meant(p, token, name, &meant);
    at_token(p, token);
    (void)sweep_error_set(p->err, SWEEP_BAD_INPUT, "there is no name %.*s; %s",
                          (int)token->text.size, token->text.data, strbuf_text(&meant));
    strbuf_release(&meant);
    return false;
}

bool mistake_ambiguous(struct parser *p, const struct token *token, const struct expr_name *name)
{
    at_token(p, token);
    return sweep_error_set(p->err, SWEEP_BAD_INPUT, "%.*s could be several things; write %s",
                           (int)token->text.size, token->text.data, name->instead);
}

/* --- functions -------------------------------------------------------------------------------- */

bool mistake_unknown_function(struct parser *p, const struct token *token)
{
    char name[64] = "";
    if (token->text.size < sizeof name)
        memcpy(name, token->text.data, token->text.size);
    const char *nearest = function_nearest(name);
    at_token(p, token);
    if (nearest != NULL)
        return sweep_error_set(p->err, SWEEP_BAD_INPUT,
                               "there is no function %.*s; did you mean %s?", (int)token->text.size,
                               token->text.data, nearest);
    struct strbuf known;
    strbuf_init(&known, TEXT_MAX);
    function_append_names(&known);
    (void)sweep_error_set(p->err, SWEEP_BAD_INPUT, "there is no function %.*s; there are %s",
                          (int)token->text.size, token->text.data, strbuf_text(&known));
    strbuf_release(&known);
    return false;
}

bool mistake_arguments(struct parser *p, const struct token *token, const struct function *function,
                       size_t count)
{
    char wanted[64];
    if (function->least == function->most)
        (void)snprintf(wanted, sizeof wanted, "%zu argument%s", function->least,
                       function->least == 1 ? "" : "s");
    else
        (void)snprintf(wanted, sizeof wanted, "%zu to %zu arguments", function->least,
                       function->most);
    mistake_at(p, token->offset, p->end - token->offset);
    return sweep_error_set(p->err, SWEEP_BAD_INPUT, "%s() takes %s, not %zu", function->name,
                           wanted, count);
}

/* --- comparisons ------------------------------------------------------------------------------ */

bool mistake_null(struct parser *p, const struct operand *left, const struct token *sign)
{
    bool is_equal = sign->text.data[0] == '=';
    at_token(p, sign);
    return sweep_error_set(p->err, SWEEP_BAD_INPUT, "nothing is ever %s null; write %.*s is %snull",
                           is_equal ? "equal to" : "unequal to", (int)left->place.length,
                           p->text + left->place.offset, is_equal ? "" : "not ");
}

static void append_value(struct strbuf *out, const struct expr_value *value)
{
    char number[NUMBER_TEXT_MAX];
    switch (value->kind) {
    case EXPR_NULL:
        strbuf_append_text(out, "null");
        break;
    case EXPR_NUMBER:
        (void)snprintf(number, sizeof number, "%.15g", value->number);
        strbuf_append_text(out, number);
        break;
    case EXPR_TEXT:
        strbuf_printf(out, "'%s'", value->text);
        break;
    }
}

static const char *nearest_text(const struct expr_name *name, const struct expr_value *value)
{
    const char **texts = sweep_alloc_array(name->value_count + 1, sizeof *texts);
    size_t count = 0;
    for (size_t i = 0; i < name->value_count; i++)
        if (name->values[i].kind == EXPR_TEXT)
            texts[count++] = name->values[i].text;
    const char *nearest = value->kind == EXPR_TEXT ? nearest_word(value->text, texts, count) : NULL;
    sweep_free(texts);
    return nearest;
}

static void append_possible(struct strbuf *out, const struct expr_name *name,
                            const struct expr_value *value)
{
    const char *nearest = nearest_text(name, value);
    if (nearest != NULL) {
        strbuf_printf(out, "did you mean '%s'?", nearest);
        return;
    }
    if (name->values == NULL) {
        strbuf_append_text(out, "it is a number");
        return;
    }
    strbuf_append_text(out, name->value_count == 1 ? "it is always " : "it is one of ");
    for (size_t i = 0; i < name->value_count && i < LISTED_MAX; i++) {
        strbuf_append_text(out, i == 0 ? "" : ", ");
        append_value(out, &name->values[i]);
    }
    if (name->value_count > LISTED_MAX)
        strbuf_append_text(out, ", ...");
}

bool mistake_impossible(struct parser *p, const struct expr_name *name,
                        const struct operand *literal)
{
    struct strbuf possible;
    strbuf_init(&possible, TEXT_MAX);
    append_possible(&possible, name, &literal->value);
    mistake_at(p, literal->place.offset, literal->place.length);
    (void)sweep_error_set(p->err, SWEEP_BAD_INPUT, "%s is never %.*s; %s", name->name,
                          (int)literal->place.length, p->text + literal->place.offset,
                          strbuf_text(&possible));
    strbuf_release(&possible);
    return false;
}

static bool is_order_or_equality(const struct token *token)
{
    return token->kind == TOKEN_SIGN;
}

/* The text from `from` to `to` without blanks at its end. */
static struct strview piece(const struct parser *p, size_t from, size_t to)
{
    while (to > from && strchr(" \t\r\n", p->text[to - 1]) != NULL)
        to--;
    while (from < to && strchr(" \t\r\n", p->text[from]) != NULL)
        from++;
    return (struct strview){p->text + from, to - from};
}

bool mistake_chained(struct parser *p, size_t start, const struct token *sign,
                     const struct token *second)
{
    mistake_at(p, start, p->end - start);
    if (!is_order_or_equality(sign) || !is_order_or_equality(second))
        return sweep_error_set(p->err, SWEEP_BAD_INPUT,
                               "two comparisons in a row; put one of them in brackets, or an and "
                               "between them");
    struct strview first = piece(p, start, second->offset);
    struct strview middle = piece(p, sign->offset + sign->text.size, p->end);
    return sweep_error_set(p->err, SWEEP_BAD_INPUT,
                           "comparisons cannot be chained; write %.*s and %.*s", (int)first.size,
                           first.data, (int)middle.size, middle.data);
}
