/*
 * Loads what a trial captured and writes its row. How a row looks is view/export's.
 */
#include "view/record/rows.h"

bool rows_append(struct record *record, const struct row_context *context, enum rows_format format,
                 const struct sweep_trial *trial, struct strbuf *out, struct sweep_error *err)
{
    /* Its own arena: the reports of ten thousand trials need not be in memory together. */
    struct arena arena = {0};
    struct store_captures captured;
    struct json_writer writer;
    bool done = store_load_captures(record->store, &arena, trial, &captured, err);
    if (done && format == ROWS_CSV) {
        row_append_csv(out, context, trial, &captured);
    } else if (done) {
        json_init(&writer, out);
        row_write_json(&writer, context, trial, &captured);
        strbuf_append_char(out, '\n');
    }
    arena_release(&arena);
    return done;
}
