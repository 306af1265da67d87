/*
 * The functions of expressions. SQLite's own mathematics may be left out of a build, and its log()
 * is of base 10: ours is always there, and natural.
 */
#include "expr/function.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/nearest.h"

static double sign(double x)
{
    return (double)(x > 0) - (double)(x < 0);
}

static const struct function FUNCTIONS[] = {
    {"log", 1, 1, log, NULL},
    {"ln", 1, 1, log, NULL},
    {"log2", 1, 1, log2, NULL},
    {"log10", 1, 1, log10, NULL},
    {"exp", 1, 1, exp, NULL},
    {"sqrt", 1, 1, sqrt, NULL},
    {"pow", 2, 2, NULL, pow},
    {"mod", 2, 2, NULL, fmod},
    {"ceil", 1, 1, ceil, NULL},
    {"floor", 1, 1, floor, NULL},
    {"trunc", 1, 1, trunc, NULL},
    {"sign", 1, 1, sign, NULL},
    {"sin", 1, 1, sin, NULL},
    {"cos", 1, 1, cos, NULL},
    {"tanh", 1, 1, tanh, NULL},
    {"abs", 1, 1, fabs, NULL},
    {"round", 1, 2, NULL, NULL},
    {"min", 2, FUNCTION_ARGUMENTS_MAX, NULL, NULL},
    {"max", 2, FUNCTION_ARGUMENTS_MAX, NULL, NULL},
    {"coalesce", 2, FUNCTION_ARGUMENTS_MAX, NULL, NULL},
    {"ifnull", 2, 2, NULL, NULL},
    {"nullif", 2, 2, NULL, NULL},
    {"iif", 3, 3, NULL, NULL},
    {"length", 1, 1, NULL, NULL},
    {"lower", 1, 1, NULL, NULL},
    {"upper", 1, 1, NULL, NULL},
    {"substr", 2, 3, NULL, NULL},
    {"instr", 2, 2, NULL, NULL},
};

static bool is_ours(const struct function *function)
{
    return function->of_one != NULL || function->of_two != NULL;
}

/* A text or NULL has no logarithm; and what is not finite is NULL. */
static void call(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct function *function = sqlite3_user_data(context);
    double x[2] = {0, 0};
    for (int i = 0; i < count; i++) {
        int type = sqlite3_value_numeric_type(values[i]);
        if (type != SQLITE_INTEGER && type != SQLITE_FLOAT)
            return;
        x[i] = sqlite3_value_double(values[i]);
    }
    double result =
        function->of_one != NULL ? function->of_one(x[0]) : function->of_two(x[0], x[1]);
    if (isfinite(result))
        sqlite3_result_double(context, result);
}

const struct function *function_find(struct strview name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FUNCTIONS); i++)
        if (strlen(FUNCTIONS[i].name) == name.size &&
            strncasecmp(FUNCTIONS[i].name, name.data, name.size) == 0)
            return &FUNCTIONS[i];
    return NULL;
}

const char *function_nearest(const char *name)
{
    const char *names[ARRAY_LENGTH(FUNCTIONS)];
    for (size_t i = 0; i < ARRAY_LENGTH(FUNCTIONS); i++)
        names[i] = FUNCTIONS[i].name;
    return nearest_word(name, names, ARRAY_LENGTH(names));
}

void function_append_names(struct strbuf *out)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FUNCTIONS); i++)
        strbuf_printf(out, "%s%s", i > 0 ? ", " : "", FUNCTIONS[i].name);
}

int function_register(sqlite3 *db)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; i < ARRAY_LENGTH(FUNCTIONS) && rc == SQLITE_OK; i++) {
        const struct function *function = &FUNCTIONS[i];
        if (!is_ours(function))
            continue;
        rc = sqlite3_create_function_v2(db, function->name, (int)function->least,
                                        SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                        (void *)(uintptr_t)function, call, NULL, NULL, NULL);
    }
    return rc;
}
