/*
 * Guesses ranges by an option's name and value. What an option looks like in a command is
 * starter.c's.
 */
#include "cli/file/guess.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "view/export/yaml.h"

#define TEXT_MAX        ((size_t)64 * 1024)
#define NAME_PART_MAX   32
#define INTEGER_MAX     (INT64_C(1) << 40) /* larger ones are numbers of something, not settings */
#define RATE_MAX        0.5                /* what is called a rate and is larger is a fraction */
#define SMALL           0.01 /* what is smaller is searched on a log scale whatever its name */
#define POWER_OF_2_FROM 8

enum treatment {
    BY_VALUE,
    RATE,
    CONSTANT
};

/* By words in names; the first row that has one decides. */
static const struct rule {
    enum treatment treatment;
    const char *const words[48];
} RULES[] = {
    {BY_VALUE, {"warmup", NULL}},
    {CONSTANT,
     {"epoch",   "epochs",  "iter",      "iters", "iteration", "iterations", "steps",   "seed",
      "path",    "dir",     "directory", "data",  "dataset",   "file",       "root",    "out",
      "output",  "log",     "logging",   "save",  "load",      "checkpoint", "ckpt",    "resume",
      "device",  "devices", "gpu",       "gpus",  "cuda",      "worker",     "workers", "thread",
      "threads", "port",    "host",      "url",   "name",      "id",         "run",     "project",
      "version", "rank",    NULL}},
    {CONSTANT,
     {"world", "node",   "nodes",      "nproc",    "class",   "classes",   "eval",  "test",
      "val",   "valid",  "every",      "interval", "freq",    "frequency", "print", "verbose",
      "debug", "config", "precision",  "image",    "img",     "input",     "crop",  "length",
      "len",   "seq",    "resolution", "vocab",    "samples", NULL}},
    {RATE,
     {"lr", "learning", "wd", "decay", "eps", "epsilon", "reg", "l1", "l2", "lambda", "tol", NULL}},
};

/* Words that scripts take for true and false, spelled as the script does. */
static const char *const BOOLEANS[][2] = {
    {"True", "False"}, {"true", "false"}, {"yes", "no"}, {"on", "off"}, {"TRUE", "FALSE"},
};

static bool is_in(const char *word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

/* The next word of a name, in small letters: `numEpochs` and `num-epochs` are num, epochs. */
static const char *next_word(const char *name, char out[NAME_PART_MAX])
{
    size_t size = 0;

    while (*name != '\0' && !isalnum((unsigned char)*name))
        name++;
    for (const char *first = name; isalnum((unsigned char)*name); name++) {
        bool is_hump =
            isupper((unsigned char)*name) && name > first && islower((unsigned char)name[-1]);
        if (is_hump)
            break;
        if (size + 1 < NAME_PART_MAX)
            out[size++] = (char)tolower((unsigned char)*name);
    }
    out[size] = '\0';
    return size > 0 ? name : NULL;
}

static bool has_word(const char *name, const char *const *words)
{
    char word[NAME_PART_MAX];

    while ((name = next_word(name, word)) != NULL)
        if (is_in(word, words))
            return true;
    return false;
}

static enum treatment treatment_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(RULES); i++)
        if (has_word(name, RULES[i].words))
            return RULES[i].treatment;
    return BY_VALUE;
}

/* Six digits: 10 * 0.0003 is 0.003 to people. */
static void append_real(struct strbuf *out, double value)
{
    char text[NUMBER_TEXT_MAX];
    struct sweep_value tidy = {.kind = SWEEP_VALUE_REAL};

    (void)snprintf(text, sizeof text, "%.6g", value);
    if (number_parse_double(strview_of(text), &tidy.real) != NUMBER_OK)
        tidy.real = value;
    yaml_append_value(out, &tidy);
}

static bool append_reals(struct strbuf *out, double min, double max, bool is_log)
{
    strbuf_append_text(out, "{min: ");
    append_real(out, min);
    strbuf_append_text(out, ", max: ");
    append_real(out, max);
    strbuf_append_text(out, is_log ? ", log: true}" : "}");
    return true;
}

static bool append_real_range(struct strbuf *out, double value, bool is_rate)
{
    if (fabs(value) < 1e-100 && is_rate)
        return append_reals(out, 1e-6, 1e-2, true);
    if (value > 0 && (value < SMALL || (is_rate && value < RATE_MAX)))
        return append_reals(out, value / 10, value * 10, true);
    if (value >= 0 && value <= 0.5)
        return append_reals(out, 0, 0.5, false);
    if (value > 0 && value < 0.9)
        return append_reals(out, value / 2, 1, false);
    if (value > 0 && value < 1)
        return append_reals(out, 0.8, fmax(0.999, (1 + value) / 2), false);
    return append_reals(out, fmin(value / 2, value * 2), fmax(value / 2, value * 2), false);
}

/* Nought and less are mostly "none" and "all". */
static bool append_integer_range(struct strbuf *out, int64_t value)
{
    if (value <= 0 || value > INTEGER_MAX)
        return false;
    if (value >= POWER_OF_2_FROM && (value & (value - 1)) == 0)
        strbuf_printf(out, "{values: [%" PRId64 ", %" PRId64 ", %" PRId64 "]}", value / 2, value,
                      value * 2);
    else
        strbuf_printf(out, "{min: %" PRId64 ", max: %" PRId64 "}", value > 1 ? value / 2 : 1,
                      value * 2);
    return true;
}

static bool append_booleans(struct strbuf *out, const char *value)
{
    for (size_t i = 0; i < ARRAY_LENGTH(BOOLEANS); i++) {
        if (strcmp(value, BOOLEANS[i][0]) != 0 && strcmp(value, BOOLEANS[i][1]) != 0)
            continue;
        if (i == 0) { /* as sweep itself spells a boolean */
            strbuf_append_text(out, "{values: [true, false]}");
            return true;
        }
        strbuf_append_text(out, "{values: [");
        yaml_append_text(out, BOOLEANS[i][0]);
        strbuf_append_text(out, ", ");
        yaml_append_text(out, BOOLEANS[i][1]);
        strbuf_append_text(out, "]}");
        return true;
    }
    return false;
}

/* Whether an integer's text is one that every reader takes for it: not 007, not +5. */
static bool parse_integer(const char *text, int64_t *out)
{
    char again[NUMBER_TEXT_MAX];

    if (number_parse_int64(strview_of(text), out) != NUMBER_OK)
        return false;
    (void)snprintf(again, sizeof again, "%" PRId64, *out);
    return strcmp(again, text) == 0;
}

/* The very characters reach the script: a number that YAML would respell is a text. */
static void append_constant(struct strbuf *out, const char *value)
{
    int64_t integer;
    double real;
    bool is_decimal = strspn(value, "0123456789.") == strlen(value) && value[0] != '.' &&
                      number_parse_double(strview_of(value), &real) == NUMBER_OK &&
                      (value[0] != '0' || value[1] == '.');

    strbuf_append_text(out, "{value: ");
    if (parse_integer(value, &integer) || is_decimal)
        strbuf_append_text(out, value);
    else
        yaml_append_text(out, value);
    strbuf_append_char(out, '}');
}

/* @return whether there is a range; else nothing was appended */
static bool append_range(struct strbuf *out, const char *name, const char *value)
{
    enum treatment treatment = treatment_of(name);
    int64_t integer;
    double real;

    if (treatment == CONSTANT)
        return false;
    if (append_booleans(out, value))
        return true;
    if (treatment == BY_VALUE && parse_integer(value, &integer))
        return append_integer_range(out, integer);
    if (number_parse_double(strview_of(value), &real) == NUMBER_OK && isfinite(real))
        return append_real_range(out, real, treatment == RATE);
    return false;
}

void guess_option(struct arena *arena, const char *name, const char *value, struct guess *out)
{
    struct strbuf yaml;

    strbuf_init(&yaml, TEXT_MAX);
    out->is_searched = append_range(&yaml, name, value);
    if (!out->is_searched)
        append_constant(&yaml, value);
    out->yaml = arena_copy(arena, strbuf_view(&yaml));
    strbuf_release(&yaml);
}
