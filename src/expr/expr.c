/*
 * Compiles expressions for SQLite and lets it evaluate them. The language is parse.c's.
 */
#include "expr/expr.h"

#include <math.h>
#include <sqlite3.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "expr/function.h"
#include "expr/parse.h"
#include "expr/quick.h"
#include "sweep/mem.h"

#define STEPS_PER_CALL 1000 /* of SQLite's machine */
#define CALLS_MAX      100  /* of one evaluation: ten milliseconds or so */

struct expr_scope {
    struct arena arena;
    struct expr_names names;
    struct expr_value *values; /* [names.count] of the present row */
    sqlite3 *db;               /* opened for the first expression */
    int calls;                 /* of this evaluation */
};

struct expr {
    struct expr_scope *scope;
    struct parsed parsed;
    sqlite3_stmt *statement;
    struct quick *quick; /* the same without SQLite, or NULL */
};

/* --- the connection --------------------------------------------------------------------------- */

static int authorize(void *context, int action, const char *a, const char *name, const char *c,
                     const char *d)
{
    (void)context, (void)a, (void)c, (void)d;
    if (action == SQLITE_SELECT)
        return SQLITE_OK;
    bool is_known = action == SQLITE_FUNCTION && name != NULL &&
                    (function_find(strview_of(name)) != NULL ||
                     sqlite3_stricmp(name, "like") == 0 || sqlite3_stricmp(name, "glob") == 0);
    return is_known ? SQLITE_OK : SQLITE_DENY;
}

static int count_call(void *context)
{
    struct expr_scope *scope = context;
    return ++scope->calls > CALLS_MAX;
}

static const struct {
    int limit;
    int value;
} LIMITS[] = {
    {SQLITE_LIMIT_LENGTH, 1 << 20},  {SQLITE_LIMIT_SQL_LENGTH, 16 * EXPR_SIZE_MAX},
    {SQLITE_LIMIT_ATTACHED, 0},      {SQLITE_LIMIT_COMPOUND_SELECT, 1},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1}, {SQLITE_LIMIT_WORKER_THREADS, 0},
    {SQLITE_LIMIT_VDBE_OP, 100000},  {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256},
};

static int configure(struct expr_scope *scope)
{
    for (size_t i = 0; i < ARRAY_LENGTH(LIMITS); i++)
        sqlite3_limit(scope->db, LIMITS[i].limit, LIMITS[i].value);
    sqlite3_db_config(scope->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(scope->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(scope->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(scope->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    int rc = function_register(scope->db);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_progress_handler(scope->db, STEPS_PER_CALL, count_call, scope);
    return sqlite3_set_authorizer(scope->db, authorize, NULL);
}

static void die_of_memory(int rc)
{
    if (rc == SQLITE_NOMEM)
        sweep_alloc_array(SIZE_MAX, SIZE_MAX); /* ends the process as any lack of memory does */
}

static bool open_connection(struct expr_scope *scope, struct sweep_error *err)
{
    if (scope->db != NULL)
        return true;
    int rc =
        sqlite3_open_v2(":memory:", &scope->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = configure(scope);
    if (rc == SQLITE_OK)
        return true;
    die_of_memory(rc);
    sqlite3_close(scope->db);
    scope->db = NULL;
    return sweep_error_set(err, SWEEP_DATABASE, "SQLite cannot be used for expressions: %s",
                           sqlite3_errstr(rc));
}

/* --- the scope -------------------------------------------------------------------------------- */

static struct expr_value *copy_values(struct arena *arena, const struct expr_name *name)
{
    struct expr_value *values = arena_alloc_array(arena, name->value_count, sizeof *values);
    for (size_t i = 0; i < name->value_count; i++) {
        values[i] = name->values[i];
        if (values[i].kind == EXPR_TEXT)
            values[i].text = arena_strdup(arena, values[i].text);
    }
    return values;
}

struct expr_scope *expr_scope_create(const struct expr_name *names, size_t count)
{
    struct expr_scope *scope = sweep_alloc(sizeof *scope);
    struct expr_name *items = arena_alloc_array(&scope->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = names[i];
        items[i].name = arena_strdup(&scope->arena, names[i].name);
        if (names[i].instead != NULL)
            items[i].instead = arena_strdup(&scope->arena, names[i].instead);
        if (names[i].values != NULL)
            items[i].values = copy_values(&scope->arena, &names[i]);
    }
    scope->names = (struct expr_names){items, count};
    scope->values = arena_alloc_array(&scope->arena, count, sizeof *scope->values);
    return scope;
}

void expr_scope_free(struct expr_scope *scope)
{
    if (scope == NULL)
        return;
    sqlite3_close(scope->db);
    arena_release(&scope->arena);
    sweep_free(scope);
}

void expr_scope_set(struct expr_scope *scope, size_t index, const struct expr_value *value)
{
    scope->values[index] = *value;
}

/* --- expressions ------------------------------------------------------------------------------ */

static int bind(sqlite3_stmt *statement, int index, const struct expr_value *value)
{
    switch (value->kind) {
    case EXPR_NULL:
        return sqlite3_bind_null(statement, index);
    case EXPR_NUMBER:
        return sqlite3_bind_double(statement, index, value->number);
    case EXPR_TEXT:
        return sqlite3_bind_text(statement, index, value->text, -1, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

/* @param names  bind those, else the literals */
static int bind_slots(struct expr *expr, bool names)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; i < expr->parsed.count && rc == SQLITE_OK; i++) {
        const struct slot *slot = &expr->parsed.slots[i];
        const struct expr_value *value =
            slot->is_name ? &expr->scope->values[slot->name] : &slot->literal;
        if (slot->is_name == names)
            rc = bind(expr->statement, (int)i + 1, value);
    }
    return rc;
}

static bool fail(int rc, sqlite3 *db, struct sweep_error *err)
{
    die_of_memory(rc);
    if (rc == SQLITE_INTERRUPT)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "the expression takes too long");
    return sweep_error_set(err, SWEEP_BAD_INPUT, "the expression is too large: %s",
                           sqlite3_errmsg(db));
}

static bool prepare(struct expr *expr, struct sweep_error *err)
{
    struct expr_scope *scope = expr->scope;
    if (!open_connection(scope, err))
        return false;
    scope->calls = 0;
    int rc = sqlite3_prepare_v3(scope->db, strbuf_text(&expr->parsed.sql), -1,
                                SQLITE_PREPARE_PERSISTENT, &expr->statement, NULL);
    if (rc == SQLITE_OK)
        rc = bind_slots(expr, false);
    return rc == SQLITE_OK || fail(rc, scope->db, err);
}

struct expr *expr_compile(struct expr_scope *scope, const char *text, struct expr_place *place,
                          struct sweep_error *err)
{
    struct expr *expr = sweep_alloc(sizeof *expr);
    expr->scope = scope;
    if (parse_expression(&scope->names, text, &expr->parsed, place, err) && prepare(expr, err)) {
        expr->quick = quick_create(&expr->parsed);
        return expr;
    }
    expr_free(expr);
    return NULL;
}

void expr_free(struct expr *expr)
{
    if (expr == NULL)
        return;
    sqlite3_finalize(expr->statement);
    quick_free(expr->quick);
    parsed_release(&expr->parsed);
    sweep_free(expr);
}

bool expr_uses(const struct expr *expr, size_t index)
{
    for (size_t i = 0; i < expr->parsed.count; i++)
        if (expr->parsed.slots[i].is_name && expr->parsed.slots[i].name == index)
            return true;
    return false;
}

static bool is_listed(const size_t *indexes, size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++)
        if (indexes[i] == index)
            return true;
    return false;
}

size_t expr_list_names(const struct expr *expr, size_t *indexes)
{
    size_t count = 0;
    for (size_t i = 0; i < expr->parsed.count; i++) {
        const struct slot *slot = &expr->parsed.slots[i];
        if (slot->is_name && !is_listed(indexes, count, slot->name))
            indexes[count++] = slot->name;
    }
    return count;
}

static void read_result(sqlite3_stmt *statement, struct expr_value *out)
{
    *out = (struct expr_value){0};
    switch (sqlite3_column_type(statement, 0)) {
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
        out->number = sqlite3_column_double(statement, 0);
        out->kind = isfinite(out->number) ? EXPR_NUMBER : EXPR_NULL;
        break;
    case SQLITE_TEXT:
        out->kind = EXPR_TEXT;
        out->text = (const char *)sqlite3_column_text(statement, 0);
        break;
    default: /* NULL; nothing makes a blob */
        break;
    }
}

bool expr_evaluate(struct expr *expr, struct expr_value *out, struct sweep_error *err)
{
    if (expr->quick != NULL && quick_evaluate(expr->quick, expr->scope->values, out))
        return true;
    return expr_evaluate_by_sqlite(expr, out, err);
}

bool expr_evaluate_by_sqlite(struct expr *expr, struct expr_value *out, struct sweep_error *err)
{
    sqlite3_reset(expr->statement);
    expr->scope->calls = 0;
    int rc = bind_slots(expr, true);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(expr->statement);
    if (rc != SQLITE_ROW)
        return fail(rc, expr->scope->db, err);
    read_result(expr->statement, out);
    return true;
}

bool expr_holds(struct expr *expr, enum expr_unknown unknown, bool *out, struct sweep_error *err)
{
    struct expr_value value;
    if (!expr_evaluate(expr, &value, err))
        return false;
    switch (value.kind) {
    case EXPR_NULL:
        *out = unknown == EXPR_UNKNOWN_HOLDS;
        return true;
    case EXPR_NUMBER:
        *out = value.number != 0;
        return true;
    case EXPR_TEXT:
        break;
    }
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "the condition gives the text '%s', neither true nor false", value.text);
}
