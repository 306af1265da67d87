/*
 * Writes the pages. Adds no facts to those of the tables, but the names of the sections.
 */
#include "cli/manual/manual.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/subcommand.h"
#include "config/key.h"
#include "sweep/strategy.h"
#include "trial/reason.h"

/* Text in which nothing is a sign to scdoc. */
static void append_plain(struct strbuf *out, const char *text)
{
    for (bool begins = true; *text != '\0'; begins = *text == '\n', text++) {
        bool is_sign = strchr("*_\\", *text) != NULL || (begins && ispunct((unsigned char)*text));
        if (is_sign)
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, *text);
    }
}

/* A usage: what stands in capitals is a placeholder, and underlined. */
static void append_usage(struct strbuf *out, const char *text)
{
    while (*text != '\0') {
        size_t capitals = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        char one[2] = {*text, '\0'};
        if (capitals > 0)
            strbuf_printf(out, "_%.*s_", (int)capitals, text);
        else
            append_plain(out, one);
        text += capitals > 0 ? capitals : 1;
    }
}

static void append_operand(struct strbuf *out, const struct subcommand *row)
{
    strbuf_append_text(out, row->operand[0] != '\0' ? " " : "");
    append_usage(out, row->operand);
}

/* With a capital, unless it begins with a list of words of the file. */
static void append_sentence(struct strbuf *out, const char *text)
{
    char first[2] = {text[0], '\0'};
    if (text[strcspn(text, " ,")] != ',')
        first[0] = (char)toupper((unsigned char)text[0]);
    append_plain(out, first);
    append_plain(out, text + 1);
    strbuf_append_text(out, ".\n");
}

/* Paragraphs; lines that begin with a blank are shown as they are. */
static void append_details(struct strbuf *out, const char *text)
{
    bool is_literal = false;
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        bool wants_literal = *text == ' ';
        if (wants_literal != is_literal)
            strbuf_append_text(out, "```\n");
        is_literal = wants_literal;
        if (is_literal) {
            strbuf_printf(out, "%.*s", (int)size, text);
        } else {
            for (size_t i = 0; i < size; i++)
                append_plain(out, (const char[]){text[i], '\0'});
        }
        strbuf_append_char(out, '\n');
        text += size + (text[size] == '\n');
    }
    if (is_literal)
        strbuf_append_text(out, "```\n");
}

static void append_option(struct strbuf *out, const struct option_row *row)
{
    if (row->letter != 0)
        strbuf_printf(out, "*-%c*, ", row->letter);
    strbuf_printf(out, "*--%s*", row->name);
    if (row->value != NULL) {
        strbuf_append_char(out, ' ');
        append_usage(out, row->value);
    }
    strbuf_append_text(out, "\n\t");
    append_sentence(out, row->help);
    strbuf_append_char(out, '\n');
}

static void append_title(struct strbuf *out, const char *name, int section, const char *summary)
{
    strbuf_printf(out, "%s(%d) \"sweep " SWEEP_VERSION "\" \"sweep\"\n\n# NAME\n\n%s - ", name,
                  section, name);
    append_plain(out, summary);
    strbuf_append_text(out, "\n\n");
}

static void append_prose(struct strbuf *out, struct strview prose)
{
    strbuf_append(out, prose.data, prose.size);
    strbuf_append_text(out, prose.size > 0 ? "\n" : "");
}

/* --- one command ---------------------------------------------------------------------------- */

static void append_subcommand(struct strbuf *out, const struct subcommand *row,
                              struct strview prose)
{
    char name[64];
    (void)snprintf(name, sizeof name, "sweep-%s", row->name);
    append_title(out, name, 1, row->summary);
    strbuf_printf(out, "# SYNOPSIS\n\n*sweep %s* [_OPTIONS_]", row->name);
    append_operand(out, row);
    strbuf_append_text(out, "\n\n# DESCRIPTION\n\n");
    append_sentence(out, row->summary);
    if (row->details != NULL) {
        strbuf_append_char(out, '\n');
        append_details(out, row->details);
    }
    strbuf_append_text(out, "\n# OPTIONS\n\n");
    for (const struct option_row *const *option = row->options; *option != NULL; option++)
        append_option(out, *option);
    append_prose(out, prose);
    strbuf_append_text(out, "# SEE ALSO\n\n*sweep*(1), *sweep-space*(5)\n");
}

/* --- the program ---------------------------------------------------------------------------- */

/* What a trial can end by. */
static void append_reasons(struct strbuf *out)
{
    strbuf_append_text(out, "# HOW TRIALS END\n\n");
    for (int i = SWEEP_REASON_NONE + 1; i < REASON_COUNT; i++) {
        const struct reason_kind *kind = reason_kind((enum sweep_reason)i);
        strbuf_append_char(out, '*');
        append_plain(out, kind->name);
        strbuf_append_text(out, "*\n\t");
        append_sentence(out, kind->about);
        strbuf_append_char(out, '\t');
        append_sentence(out, kind->policy);
        strbuf_append_char(out, '\n');
    }
}

static void append_program(struct strbuf *out, struct strview prose)
{
    const struct subcommand *row;
    append_title(out, "sweep", 1, "find good settings for any training command");
    strbuf_append_text(out, "# SYNOPSIS\n\n*sweep* _COMMAND_ [_OPTIONS_] ...\n\n# COMMANDS\n\n");
    for (size_t i = 0; (row = subcommand_at(i)) != NULL; i++) {
        if (row->rank == SUBCOMMAND_HIDDEN)
            continue;
        strbuf_printf(out, "*%s*", row->name);
        append_operand(out, row);
        strbuf_append_text(out, "\n\t");
        append_sentence(out, row->summary);
        strbuf_printf(out, "\tSee *sweep-%s*(1).\n\n", row->name);
    }
    append_prose(out, prose);
    append_reasons(out);
    strbuf_append_text(out, "# SEE ALSO\n\n*sweep-space*(5)\n");
}

/* --- the YAML file -------------------------------------------------------------------------- */

static void append_key(struct strbuf *out, const struct key *key)
{
    strbuf_append_char(out, '*');
    append_plain(out, key->name);
    strbuf_append_text(out, "*: ");
    append_plain(out, key->takes);
    strbuf_append_text(out, "\n\t");
    append_sentence(out, key->help);
    if (key->standard != NULL) {
        strbuf_append_text(out, "\tLeft out: *");
        append_plain(out, key->standard);
        strbuf_append_text(out, "*.\n");
    }
    if (key->section != NULL) {
        strbuf_append_text(out, "\tIts keys are under *");
        append_plain(out, key->section->name);
        strbuf_append_text(out, "* below.\n");
    }
    strbuf_append_char(out, '\n');
}

/* The names of the keys of a kind, in one line. */
static void append_key_names(struct strbuf *out, const struct section *section,
                             enum key_support support, const char *words)
{
    const char *separator = words;
    for (size_t i = 0; i < section->count; i++) {
        if (section->keys[i].support != support)
            continue;
        strbuf_printf(out, "%s*", separator);
        append_plain(out, section->keys[i].name);
        strbuf_append_char(out, '*');
        separator = ", ";
    }
    strbuf_append_text(out, separator != words ? ".\n\n" : "");
}

static void append_section(struct strbuf *out, const struct section *section)
{
    for (size_t i = 0; i < section->count; i++)
        if (section->keys[i].support == KEY_READY)
            append_key(out, &section->keys[i]);
    append_key_names(out, section, KEY_LATER, "Refused, as this version cannot do it yet: ");
    append_key_names(out, section, KEY_FOREIGN, "Noted and not used, for Weights & Biases: ");
    for (size_t i = 0; i < section->count; i++) {
        const struct section *inner = section->keys[i].section;
        if (inner == NULL)
            continue;
        strbuf_append_text(out, "## ");
        append_plain(out, inner->name);
        strbuf_append_text(out, "\n\n");
        append_section(out, inner);
    }
}

static void append_space(struct strbuf *out, struct strview prose)
{
    append_title(out, "sweep-space", 5, "the YAML file that describes a sweep");
    append_prose(out, prose);
    strbuf_append_text(out, "# KEYS\n\n");
    append_section(out, &config_section);
    strbuf_append_text(out, "# METHODS\n\n");
    for (const struct sweep_strategy *const *row = sweep_strategies(); *row != NULL; row++) {
        strbuf_printf(out, "*%s*\n\t", (*row)->name);
        append_sentence(out, (*row)->summary);
        strbuf_append_char(out, '\n');
    }
    strbuf_append_text(out, "# SEE ALSO\n\n*sweep*(1), *sweep-check*(1), *sweep-init*(1)\n");
}

/* --- finding a page ------------------------------------------------------------------------- */

/* The command of the page `sweep-NAME.1`, or NULL. */
static const struct subcommand *find_subcommand(const char *page)
{
    const struct subcommand *row;
    if (strncmp(page, "sweep-", 6) != 0)
        return NULL;
    size_t size = strcspn(page + 6, ".");
    if (strcmp(page + 6 + size, ".1") != 0)
        return NULL;
    for (size_t i = 0; (row = subcommand_at(i)) != NULL; i++)
        if (row->rank != SUBCOMMAND_HIDDEN && strlen(row->name) == size &&
            memcmp(row->name, page + 6, size) == 0)
            return row;
    return NULL;
}

void manual_append_names(struct strbuf *out)
{
    const struct subcommand *row;
    strbuf_append_text(out, "sweep.1\n");
    for (size_t i = 0; (row = subcommand_at(i)) != NULL; i++)
        if (row->rank != SUBCOMMAND_HIDDEN)
            strbuf_printf(out, "sweep-%s.1\n", row->name);
    strbuf_append_text(out, "sweep-space.5\n");
}

bool manual_append_page(struct strbuf *out, const char *name, struct strview prose,
                        struct sweep_error *err)
{
    const struct subcommand *subcommand = find_subcommand(name);
    if (subcommand != NULL)
        append_subcommand(out, subcommand, prose);
    else if (strcmp(name, "sweep.1") == 0)
        append_program(out, prose);
    else if (strcmp(name, "sweep-space.5") == 0)
        append_space(out, prose);
    else
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "there is no page '%s'; `sweep man` lists them", name);
    return true;
}
