/*
 * Cuts an expression into tokens. What they mean together is parse.c's.
 */
#include "expr/token.h"

#include <string.h>
#include <strings.h>

#include "base/array.h"

/* Longer signs before their beginnings. */
static const struct {
    const char *text;
    const char *instead; /* NULL: it is one of ours */
} SIGNS[] = {
    {"||", "for alternatives write or"},
    {"&&", "write and"},
    {"**", "write pow(a, b)"},
    {"//", "write floor(a / b)"},
    {"<<", "write a * pow(2, b)"},
    {">>", "write floor(a / pow(2, b))"},
    {"<=", NULL},
    {">=", NULL},
    {"<>", NULL},
    {"!=", NULL},
    {"==", NULL},
    {"=", NULL},
    {"<", NULL},
    {">", NULL},
    {"+", NULL},
    {"-", NULL},
    {"*", NULL},
    {"/", NULL},
    {"%", NULL},
    {"&", NULL},
    {"|", NULL},
    {"(", NULL},
    {")", NULL},
    {",", NULL},
    {"!", "write not"},
    {"~", "write not"},
    {"^", "write pow(a, b)"},
    {"[", "a list stands in round brackets: x in (1, 2)"},
    {"]", "a list stands in round brackets: x in (1, 2)"},
    {"{", "a name stands by itself: lr"},
    {"$", "a name stands by itself: lr"},
    {"`", "a text stands in single quotes, an unusual name in double ones"},
    {"?", "write case when a then b else c end"},
};

static const char *const RESERVED[] = {"and",     "or",   "not",  "is",   "null", "in",
                                       "between", "like", "glob", "case", "when", "then",
                                       "else",    "end",  "true", "false"};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_first(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_inner(char c)
{
    return is_first(c) || is_digit(c);
}

/* `a`, `a.b`, `a.b.c`; 0 where there is none. */
static size_t word_length(const char *text)
{
    size_t length = 0;
    if (!is_first(text[0]))
        return 0;
    do {
        while (is_inner(text[length]))
            length++;
        if (text[length] != '.' || !is_inner(text[length + 1]))
            return length;
        length++;
    } while (true);
}

/* As far as it may be one: number.c says whether it is. `2lr` is taken whole, and so is refused. */
static size_t number_length(const char *text)
{
    size_t length = 0;
    if (!is_digit(text[0]) && !(text[0] == '.' && is_digit(text[1])))
        return 0;
    while (is_inner(text[length]) || text[length] == '.' ||
           ((text[length] == '+' || text[length] == '-') &&
            (text[length - 1] == 'e' || text[length - 1] == 'E') && is_digit(text[length + 1])))
        length++;
    return length;
}

/* With both quotes; a doubled one stands for itself. 0: it never ends. */
static size_t quoted_length(const char *text)
{
    char quote = text[0];
    for (size_t i = 1; text[i] != '\0'; i++) {
        if (text[i] != quote)
            continue;
        if (text[i + 1] != quote)
            return i + 1;
        i++;
    }
    return 0;
}

static bool take(struct token *out, enum token_kind kind, size_t length)
{
    out->kind = kind;
    out->text.size = length;
    return true;
}

static bool read_quoted(struct token *out, struct sweep_error *err)
{
    bool is_name = out->text.data[0] == '"';
    size_t length = quoted_length(out->text.data);
    if (length > 0)
        return take(out, is_name ? TOKEN_QUOTED : TOKEN_TEXT, length);
    out->text.size = strlen(out->text.data);
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "the %s that begins here has no end: %s is missing",
                           is_name ? "name" : "text", is_name ? "\"" : "'");
}

static bool read_sign(struct token *out, struct sweep_error *err)
{
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNS); i++) {
        size_t length = strlen(SIGNS[i].text);
        if (strncmp(out->text.data, SIGNS[i].text, length) != 0)
            continue;
        (void)take(out, TOKEN_SIGN, length);
        return SIGNS[i].instead == NULL ||
               sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is not understood; %s", SIGNS[i].text,
                               SIGNS[i].instead);
    }
    out->text.size = 1;
    return sweep_error_set(err, SWEEP_BAD_INPUT, "'%c' means nothing here", out->text.data[0]);
}

bool token_read(const char *expression, size_t offset, struct token *out, struct sweep_error *err)
{
    offset += strspn(expression + offset, " \t\r\n");
    const char *text = expression + offset;
    *out = (struct token){.offset = offset, .text = {text, 0}};
    size_t length = word_length(text);
    if (text[0] == '\0')
        return take(out, TOKEN_END, 0);
    if (length > 0)
        return take(out, TOKEN_WORD, length);
    length = number_length(text);
    if (length > 0)
        return take(out, TOKEN_NUMBER, length);
    if (text[0] == '\'' || text[0] == '"')
        return read_quoted(out, err);
    return read_sign(out, err);
}

bool token_is(const struct token *token, const char *text)
{
    return (token->kind == TOKEN_SIGN || token->kind == TOKEN_WORD) &&
           token->text.size == strlen(text) &&
           strncasecmp(token->text.data, text, token->text.size) == 0;
}

bool token_is_reserved(const struct token *token)
{
    for (size_t i = 0; i < ARRAY_LENGTH(RESERVED); i++)
        if (token->kind == TOKEN_WORD && token_is(token, RESERVED[i]))
            return true;
    return false;
}

bool token_is_bare_name(const char *name)
{
    struct token token = {.kind = TOKEN_WORD, .text = strview_of(name)};
    return name[0] != '\0' && word_length(name) == token.text.size && !token_is_reserved(&token);
}
