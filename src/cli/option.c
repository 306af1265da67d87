/*
 * Parses options by their table. Knows no command and no option by name.
 */
#include "cli/option.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/number.h"
#include "base/strview.h"

#define OPTIONS_MAX 16  /* of one command */
#define MEANT_MAX   512 /* [bytes] what is said of words */

/* The place in the arguments. */
struct cursor {
    const struct option_row *const *rows;
    char *const *next;
    struct options *options;
    struct sweep_error *err;
    char said[40]; /* the option, as it was written: -n or --count */
};

static const struct option_row *find_long(const struct cursor *c, const char *name, size_t length)
{
    for (const struct option_row *const *row = c->rows; *row != NULL; row++)
        if (strlen((*row)->name) == length && memcmp((*row)->name, name, length) == 0)
            return *row;
    return NULL;
}

static const struct option_row *find_letter(const struct cursor *c, char letter)
{
    for (const struct option_row *const *row = c->rows; *row != NULL; row++)
        if ((*row)->letter == letter)
            return *row;
    return NULL;
}

static bool fail_unknown(const struct cursor *c, const char *argument)
{
    const char *names[OPTIONS_MAX];
    size_t count = 0;
    for (const struct option_row *const *row = c->rows; *row != NULL && count < OPTIONS_MAX; row++)
        names[count++] = (*row)->name;
    char name[64] = "";
    size_t length = strcspn(argument, "=");
    if (strncmp(argument, "--", 2) == 0 && length - 2 < sizeof name)
        memcpy(name, argument + 2, length - 2);
    const char *nearest = nearest_word(name, names, count);
    if (nearest != NULL) {
        return sweep_error_set(c->err, SWEEP_USAGE, "unknown option %.*s; did you mean --%s?",
                               (int)length, argument, nearest);
    }
    return sweep_error_set(c->err, SWEEP_USAGE, "unknown option %.*s", (int)length, argument);
}

static bool check_choice(const struct cursor *c, const struct option_row *row, const char *value)
{
    struct strbuf meant;
    size_t count = 0;
    for (; row->choices[count] != NULL; count++)
        if (strcmp(row->choices[count], value) == 0)
            return true;
    strbuf_init(&meant, MEANT_MAX);
    nearest_append(&meant, value, row->choices, count);
    sweep_error_set(c->err, SWEEP_USAGE, "%s knows no '%s'%s", c->said, value, strbuf_text(&meant));
    strbuf_release(&meant);
    return false;
}

static bool add_to_list(const struct cursor *c, const struct option_row *row, const char *value)
{
    struct option_list *list = (struct option_list *)((char *)c->options + row->offset);
    if (list->count == OPTION_LIST_MAX)
        return sweep_error_set(c->err, SWEEP_USAGE, "--%s may be given %d times", row->name,
                               OPTION_LIST_MAX);
    list->items[list->count++] = value;
    return true;
}

/* Put a value where its row says. */
static bool store(const struct cursor *c, const struct option_row *row, const char *value)
{
    void *member = (char *)c->options + row->offset;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)member = true;
        return true;
    case OPTION_COUNT:
        if (number_parse_uint64(strview_of(value), (uint64_t *)member) == NUMBER_OK &&
            *(uint64_t *)member > 0)
            return true;
        return sweep_error_set(c->err, SWEEP_USAGE, "%s takes a whole number from 1, not '%s'",
                               c->said, value);
    case OPTION_CHOICE:
        *(const char **)member = value;
        return check_choice(c, row, value);
    case OPTION_TEXT:
        *(const char **)member = value;
        return true;
    case OPTION_LIST:
        return add_to_list(c, row, value);
    }
    return sweep_error_set(c->err, SWEEP_BUG, "option --%s has no kind", row->name);
}

/* Take an option whose value, if `attached` is not NULL, stands in the same argument. */
static bool take_option(struct cursor *c, const struct option_row *row, const char *attached)
{
    if (row->kind == OPTION_FLAG) {
        if (attached != NULL)
            return sweep_error_set(c->err, SWEEP_USAGE, "%s takes no value", c->said);
        return store(c, row, NULL);
    }
    const char *value = attached != NULL ? attached : *c->next;
    if (value == NULL || *value == '\0') {
        return sweep_error_set(c->err, SWEEP_USAGE, "%s needs a value: %s %s", c->said, c->said,
                               row->value);
    }
    c->next += attached == NULL;
    return store(c, row, value);
}

static bool take_long(struct cursor *c, const char *argument)
{
    const char *name = argument + 2;
    size_t length = strcspn(name, "=");
    const struct option_row *row = find_long(c, name, length);
    if (row == NULL)
        return fail_unknown(c, argument);
    (void)snprintf(c->said, sizeof c->said, "--%s", row->name);
    return take_option(c, row, name[length] == '=' ? name + length + 1 : NULL);
}

static bool take_letter(struct cursor *c, const char *argument)
{
    const struct option_row *row = find_letter(c, argument[1]);
    if (row == NULL || (row->kind == OPTION_FLAG && argument[2] != '\0'))
        return fail_unknown(c, argument);
    (void)snprintf(c->said, sizeof c->said, "-%c", row->letter);
    return take_option(c, row, argument[2] != '\0' ? argument + 2 : NULL);
}

static bool take_operand(struct cursor *c, const char *argument, struct operands *operands)
{
    if (operands->count == operands->most) {
        return sweep_error_set(c->err, SWEEP_USAGE, "unexpected argument '%s' after '%s'", argument,
                               operands->items[operands->count - 1]);
    }
    operands->items[operands->count++] = argument;
    operands->items[operands->count] = NULL;
    return true;
}

static bool fail_bare(const struct cursor *c, const char *argument)
{
    return sweep_error_set(c->err, SWEEP_USAGE, "write '--' before the command: -- %s ...",
                           argument);
}

bool option_parse(const struct option_row *const *rows, char *const *argv, struct options *options,
                  struct operands *operands, char *const **command, struct sweep_error *err)
{
    struct cursor c = {.rows = rows, .next = argv, .options = options, .err = err};
    bool only_operands = false;
    if (command != NULL)
        *command = NULL;
    while (*c.next != NULL) {
        const char *argument = *c.next++;
        bool fine;
        if (only_operands || argument[0] != '-' || argument[1] == '\0')
            fine = command != NULL ? fail_bare(&c, argument) : take_operand(&c, argument, operands);
        else if (strcmp(argument, "--") == 0 && command != NULL)
            return *command = c.next, true;
        else if (strcmp(argument, "--") == 0)
            fine = only_operands = true;
        else if (argument[1] == '-')
            fine = take_long(&c, argument);
        else
            fine = take_letter(&c, argument);
        if (!fine)
            return false;
    }
    return true;
}
