/*
 * Messages of a .wandb file to numbers. Blocks are block_log.c's, fields wire.c's, nested values
 * json_numbers.c's: this file only knows which field is what.
 */
#include "metrics/source_wandb.h"

#include <math.h>
#include <string.h>

#include "base/strbuf.h"
#include "metrics/block_log.h"
#include "metrics/json_numbers.h"
#include "metrics/wire.h"
#include "sweep/mem.h"
#include "sweep/trial.h"

/* Fields of Record, HistoryRecord and SummaryRecord. */
#define RECORD_HISTORY 2
#define RECORD_SUMMARY 3
#define ROW_ITEM       1
#define HISTORY_STEP   2
#define STEP_NUMBER    1

/* Fields of HistoryItem and SummaryItem. A name is the nested keys, or, where there are none, the
 * key; a value is JSON, or (of the history only) one of the two numbers. */
#define ITEM_KEY     1
#define ITEM_NESTED  2
#define ITEM_INTEGER 5 /* zigzag */
#define ITEM_NUMBER  6
#define ITEM_JSON    16

#define OWN_STEP "_step"

struct source_wandb {
    struct block_log log;
    const char *step_name;
    int64_t step; /* the last number of `step_name` */
    uint64_t rows;

    struct wire record; /* what is left of the message at hand */
    struct wire row;    /* of its history or summary */
    int64_t row_step;
    bool is_summary;
    bool in_item; /* `numbers` is being read */
    struct json_numbers numbers;
};

/* One item of a row. */
struct item {
    char name[JSON_NUMBERS_NAME_MAX];
    size_t name_size;
    bool is_too_long;
    bool is_typed; /* `value` is set, there is no JSON */
    double value;
    struct strview json;
};

struct source_wandb *source_wandb_create(const char *step_name)
{
    struct source_wandb *source = sweep_alloc(sizeof *source);
    block_log_init(&source->log, SOURCE_WANDB_RECORD_MAX);
    source->step_name = step_name;
    source->step = SWEEP_STEP_NONE;
    return source;
}

void source_wandb_free(struct source_wandb *source)
{
    if (source == NULL)
        return;
    json_numbers_release(&source->numbers);
    block_log_release(&source->log);
    sweep_free(source);
}

void source_wandb_feed(struct source_wandb *source, const void *data, size_t size)
{
    block_log_feed(&source->log, data, size);
}

/* --- one item ------------------------------------------------------------------------------- */

static void append_name(struct item *item, struct strview part)
{
    size_t dot = item->name_size > 0;
    if (item->name_size + dot + part.size > sizeof item->name) {
        item->is_too_long = true;
        return;
    }
    if (dot)
        item->name[item->name_size++] = '.';
    memcpy(item->name + item->name_size, part.data, part.size);
    item->name_size += part.size;
}

static double read_zigzag(uint64_t bits)
{
    return (double)(int64_t)(bits >> 1 ^ (0 - (bits & 1)));
}

static double read_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* One of the fields of a value that are numbers. */
static void read_typed(const struct wire_field *field, struct item *item)
{
    bool is_integer = field->number == ITEM_INTEGER && field->type == WIRE_VARINT;
    bool is_real = field->number == ITEM_NUMBER && field->type == WIRE_FIXED64;
    if (is_integer)
        item->value = read_zigzag(field->bits);
    else if (is_real)
        item->value = read_double(field->bits);
    item->is_typed = item->is_typed || is_integer || is_real;
}

static void read_item(struct strview message, struct item *item)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct strview key = {"", 0};
    item->name_size = 0;
    item->is_too_long = false;
    item->is_typed = false;
    item->json = (struct strview){"", 0};
    while (wire_next(&wire, &field)) {
        if (field.type != WIRE_BYTES)
            read_typed(&field, item);
        else if (field.number == ITEM_KEY)
            key = field.bytes;
        else if (field.number == ITEM_NESTED)
            append_name(item, field.bytes);
        else if (field.number == ITEM_JSON)
            item->json = field.bytes;
    }
    if (item->name_size == 0)
        append_name(item, key);
}

static struct strview item_name(const struct item *item)
{
    return (struct strview){item->name, item->name_size};
}

/* Take its number, where it is one and not an object of some. */
static bool item_number(const struct item *item, double *value)
{
    if (item->is_typed)
        *value = item->value;
    return item->is_typed || json_numbers_read(item->json, value);
}

static bool is_own(const struct item *item)
{
    return item->is_too_long || item->name_size == 0 || item->name[0] == '_';
}

/* --- the step ------------------------------------------------------------------------------- */

/* As the extractor does: a fractional epoch belongs to the one that has begun. */
static bool to_step(double value, int64_t *step)
{
    if (!isfinite(value) || fabs(value) >= 0x1p62)
        return false;
    *step = (int64_t)floor(value);
    return true;
}

/* The number of that name in a row. */
static bool find_step(struct strview row, const char *name, int64_t *step)
{
    struct wire wire = wire_of(row);
    struct wire_field field;
    struct item item;
    double value;
    bool found = false;
    while (wire_next(&wire, &field)) {
        if (field.number != ROW_ITEM || field.type != WIRE_BYTES)
            continue;
        read_item(field.bytes, &item);
        if (strview_is(item_name(&item), name) && item_number(&item, &value))
            found = to_step(value, step) || found;
    }
    return found;
}

static int64_t step_of(struct source_wandb *source, struct strview row)
{
    struct wire_field field;
    struct wire_field number = {0};
    int64_t step = SWEEP_STEP_NONE;
    if (source->step_name != NULL) {
        (void)find_step(row, source->step_name, &source->step);
        return source->step;
    }
    if (wire_find(row, HISTORY_STEP, WIRE_BYTES, &field)) {
        /* Zero is not written. */
        (void)wire_find(field.bytes, STEP_NUMBER, WIRE_VARINT, &number);
        return (int64_t)number.bits;
    }
    (void)find_step(row, OWN_STEP, &step);
    return step;
}

/* --- rows ----------------------------------------------------------------------------------- */

static void begin_row(struct source_wandb *source, const struct wire_field *field)
{
    source->is_summary = field->number == RECORD_SUMMARY;
    source->row = wire_of(field->bytes);
    source->row_step = SWEEP_STEP_NONE;
    if (source->is_summary)
        return;
    source->rows++;
    source->row_step = step_of(source, field->bytes);
}

/* To the next row, in this message or a later one. */
static bool find_row(struct source_wandb *source)
{
    struct wire_field field;
    struct strview message;
    for (;;) {
        while (wire_next(&source->record, &field))
            if (field.type == WIRE_BYTES &&
                (field.number == RECORD_HISTORY || field.number == RECORD_SUMMARY)) {
                begin_row(source, &field);
                return true;
            }
        if (!block_log_next(&source->log, &message))
            return false;
        source->record = wire_of(message);
    }
}

static struct wandb_number make_number(const struct source_wandb *source, struct strview name,
                                       double value)
{
    return (struct wandb_number){name, value, source->row_step, source->is_summary};
}

/* Begin with the next item of the row. @return whether it is a number by itself */
static bool begin_item(struct source_wandb *source, struct strview message,
                       struct wandb_number *number)
{
    struct item item;
    double value = 0;
    read_item(message, &item);
    if (is_own(&item))
        return false;
    json_numbers_release(&source->numbers);
    json_numbers_init(&source->numbers, item_name(&item), item.json);
    source->in_item = !item.is_typed;
    if (item.is_typed && item_number(&item, &value))
        *number = make_number(source, strbuf_view(&source->numbers.name), value);
    return item.is_typed;
}

static bool next_in_item(struct source_wandb *source, struct wandb_number *number)
{
    struct strview name;
    double value;
    source->in_item = source->in_item && json_numbers_next(&source->numbers, &name, &value);
    if (source->in_item)
        *number = make_number(source, name, value);
    return source->in_item;
}

bool source_wandb_next(struct source_wandb *source, struct wandb_number *number)
{
    struct wire_field field;
    for (;;) {
        if (next_in_item(source, number))
            return true;
        if (wire_next(&source->row, &field)) {
            if (field.number == ROW_ITEM && field.type == WIRE_BYTES &&
                begin_item(source, field.bytes, number))
                return true;
        } else if (!find_row(source)) {
            return false;
        }
    }
}

uint64_t source_wandb_rows(const struct source_wandb *source)
{
    return source->rows;
}

bool source_wandb_is_foreign(const struct source_wandb *source)
{
    return source->log.is_foreign;
}

uint64_t source_wandb_damaged(const struct source_wandb *source)
{
    return source->log.damaged + source->log.too_long;
}
