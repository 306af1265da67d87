/*
 * The core schema of YAML 1.2 and its differences from YAML 1.1. Whether a surprise is worth a note
 * is decided by those who need a number or a boolean there.
 */
#include "config/scalar.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strview.h"

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

static bool is_null_word(const char *text)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    return is_one_of(text, words, ARRAY_LENGTH(words));
}

static bool is_true_word(const char *text)
{
    static const char *const words[] = {"true", "True", "TRUE"};
    return is_one_of(text, words, ARRAY_LENGTH(words));
}

static bool is_false_word(const char *text)
{
    static const char *const words[] = {"false", "False", "FALSE"};
    return is_one_of(text, words, ARRAY_LENGTH(words));
}

static bool is_yes_word(const char *text)
{
    static const char *const words[] = {"yes", "Yes", "YES", "on", "On", "ON"};
    return is_one_of(text, words, ARRAY_LENGTH(words));
}

static bool is_no_word(const char *text)
{
    static const char *const words[] = {"no", "No", "NO", "off", "Off", "OFF"};
    return is_one_of(text, words, ARRAY_LENGTH(words));
}

static const char *skip_sign(const char *text)
{
    return *text == '-' || *text == '+' ? text + 1 : text;
}

static const char *skip_digits(const char *text)
{
    return text + strspn(text, "0123456789");
}

/* [-+]? [0-9]+ */
static bool is_decimal_integer(const char *text)
{
    const char *digits = skip_sign(text);
    const char *end = skip_digits(digits);
    return end > digits && *end == '\0';
}

/* [-+]? ( . [0-9]+ | [0-9]+ ( . [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_decimal_real(const char *text)
{
    const char *start = skip_sign(text);
    const char *end = skip_digits(start);
    bool has_digits = end > start;
    if (*end == '.') {
        const char *fraction = end + 1;
        end = skip_digits(fraction);
        has_digits = has_digits || end > fraction;
    }
    if (has_digits && (*end == 'e' || *end == 'E')) {
        const char *exponent = skip_sign(end + 1);
        end = skip_digits(exponent);
        has_digits = end > exponent;
    }
    return has_digits && *end == '\0';
}

/* [-+]? . ( inf | Inf | INF ), . ( nan | NaN | NAN ) */
static bool is_special_real(const char *text)
{
    static const char *const infinities[] = {".inf", ".Inf", ".INF"};
    static const char *const nans[] = {".nan", ".NaN", ".NAN"};
    return is_one_of(skip_sign(text), infinities, ARRAY_LENGTH(infinities)) ||
           is_one_of(text, nans, ARRAY_LENGTH(nans));
}

/* 0o[0-7]+ and 0x[0-9a-fA-F]+ give their base, anything else 0. */
static unsigned prefixed_base(const char *text)
{
    bool is_hex = text[0] == '0' && text[1] == 'x';
    bool is_octal = text[0] == '0' && text[1] == 'o';
    if (!is_hex && !is_octal)
        return 0;
    size_t size = strspn(text + 2, is_hex ? "0123456789abcdefABCDEF" : "01234567");
    return size > 0 && text[2 + size] == '\0' ? (is_hex ? 16 : 8) : 0;
}

/* [-+]? [1-9] [0-9]* ( : [0-5]? [0-9] )+ ( . [0-9]* )? */
static bool is_sexagesimal(const char *text)
{
    const char *end = skip_sign(text);
    if (*end < '1' || *end > '9')
        return false;
    end = skip_digits(end);
    if (*end != ':')
        return false;
    while (*end == ':') {
        const char *part = end + 1;
        end = skip_digits(part);
        if (end == part || end - part > 2 || (end - part == 2 && *part > '5'))
            return false;
    }
    if (*end == '.')
        end = skip_digits(end + 1);
    return *end == '\0';
}

/* A decimal number but for underscores between its digits. */
static bool is_underscored(const char *text)
{
    const char *start = skip_sign(text);
    return *start >= '0' && *start <= '9' && strchr(start, '_') != NULL &&
           start[strspn(start, "0123456789_.")] == '\0';
}

/* YAML 1.1 wants a dot and a signed exponent. */
static bool is_text_in_yaml_1_1(const char *real)
{
    const char *e = strpbrk(real, "eE");
    return e != NULL && (strchr(real, '.') == NULL || (e[1] != '-' && e[1] != '+'));
}

static bool has_leading_zero(const char *integer)
{
    const char *digits = skip_sign(integer);
    return digits[0] == '0' && digits[strspn(digits, "0")] != '\0';
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    return (unsigned)((c | 0x20) - 'a') + 10;
}

/* Such a number loses its spelling: `int("0x1F")` fails in Python, `int("31")` does not. */
static void read_prefixed(struct scalar *out, unsigned base)
{
    int64_t value = 0;
    for (const char *c = out->text + 2; *c != '\0'; c++)
        if (__builtin_mul_overflow(value, (int64_t)base, &value) ||
            __builtin_add_overflow(value, (int64_t)digit_value(*c), &value)) {
            out->kind = SCALAR_TOO_LARGE;
            return;
        }
    out->kind = SCALAR_INT;
    out->integer = value;
    out->real = (double)value;
}

static void read_integer(struct scalar *out)
{
    const char *digits = *out->text == '+' ? out->text + 1 : out->text;
    if (number_parse_int64(strview_of(digits), &out->integer) != NUMBER_OK) {
        out->kind = SCALAR_TOO_LARGE;
        return;
    }
    out->kind = SCALAR_INT;
    out->is_decimal = true;
    out->real = (double)out->integer;
    if (has_leading_zero(out->text))
        out->surprise = SURPRISE_OCTAL;
}

/* The sign and the dot of `-.inf` are YAML's; number_parse_double() knows `inf`. */
static void read_real(struct scalar *out)
{
    bool is_special = is_special_real(out->text);
    const char *digits = skip_sign(out->text);
    if (is_special && digits[1] != '\0')
        digits++;
    if (number_parse_double(strview_of(digits), &out->real) != NUMBER_OK) {
        out->kind = SCALAR_TOO_LARGE;
        return;
    }
    if (*out->text == '-')
        out->real = -out->real;
    out->kind = SCALAR_REAL;
    out->is_decimal = !is_special;
    if (!is_special && is_text_in_yaml_1_1(out->text))
        out->surprise = SURPRISE_EXPONENT;
}

static void read_as_text(struct scalar *out)
{
    out->kind = SCALAR_TEXT;
    if (is_yes_word(out->text) || is_no_word(out->text)) {
        out->surprise = SURPRISE_WORD;
        out->boolean = is_yes_word(out->text);
    } else if (is_sexagesimal(out->text)) {
        out->surprise = SURPRISE_SEXAGESIMAL;
    } else if (is_underscored(out->text)) {
        out->surprise = SURPRISE_UNDERSCORE;
    }
}

static void read_untagged(struct scalar *out)
{
    unsigned base = prefixed_base(out->text);
    if (is_null_word(out->text)) {
        out->kind = SCALAR_NULL;
    } else if (is_true_word(out->text) || is_false_word(out->text)) {
        out->kind = SCALAR_BOOL;
        out->boolean = is_true_word(out->text);
    } else if (base > 0) {
        read_prefixed(out, base);
    } else if (is_decimal_integer(out->text)) {
        read_integer(out);
    } else if (is_decimal_real(out->text) || is_special_real(out->text)) {
        read_real(out);
    } else {
        read_as_text(out);
    }
}

/* A tag says what the text must be; !!float also takes integers. */
static void apply_tag(struct scalar *out, enum node_tag tag)
{
    static const enum scalar_kind wanted[] = {
        [TAG_NULL] = SCALAR_NULL,  [TAG_BOOL] = SCALAR_BOOL, [TAG_INT] = SCALAR_INT,
        [TAG_FLOAT] = SCALAR_REAL, [TAG_STR] = SCALAR_TEXT,
    };
    out->surprise = SURPRISE_NONE;
    if (tag == TAG_FLOAT && out->kind == SCALAR_INT)
        out->kind = SCALAR_REAL;
    if (out->kind != wanted[tag] && out->kind != SCALAR_TOO_LARGE)
        out->kind = SCALAR_MISTAGGED;
}

struct scalar scalar_read(const struct node *node)
{
    struct scalar scalar = {.kind = SCALAR_TEXT, .text = node->text};
    if (node->tag == TAG_STR || (node->quoted && node->tag == TAG_NONE))
        return scalar;
    read_untagged(&scalar);
    if (node->tag != TAG_NONE)
        apply_tag(&scalar, node->tag);
    return scalar;
}

static const char *describe_scalar(const struct node *node)
{
    static const char *const names[] = {
        [SCALAR_NULL] = "an empty value",
        [SCALAR_BOOL] = "true or false",
        [SCALAR_INT] = "a number",
        [SCALAR_REAL] = "a number",
        [SCALAR_TEXT] = "a text",
        [SCALAR_TOO_LARGE] = "a number too large to hold",
        [SCALAR_MISTAGGED] = "a text that its tag does not fit",
    };
    return names[scalar_read(node).kind];
}

const char *node_describe(const struct node *node)
{
    switch (node->kind) {
    case NODE_LIST:
        return "a list";
    case NODE_MAP:
        return "a map";
    case NODE_SCALAR:
        return describe_scalar(node);
    }
    return "";
}
