/* Any bytes as the manifest of a batch: refused, or the same attempts when written again. */
#include <string.h>

#include "fuzz.h"
#include "journal/batch.h"

static int is_same(const struct batch *a, const struct batch *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (a->items[i].key.trial != b->items[i].key.trial ||
            a->items[i].key.number != b->items[i].key.number ||
            strcmp(a->items[i].token, b->items[i].token) != 0)
            return 0;
    return a->count == b->count && a->limit_ms == b->limit_ms;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct batch batch;
    struct batch again;
    struct sweep_error err = {0};
    if (batch_parse(&arena, (struct strview){(const char *)data, size}, &batch, &err)) {
        struct strbuf bytes;
        strbuf_init(&bytes, BATCH_SIZE_MAX);
        batch_format(&batch, &bytes);
        fuzz_require(batch_parse(&arena, strbuf_view(&bytes), &again, &err));
        fuzz_require(is_same(&batch, &again));
        strbuf_release(&bytes);
    } else {
        fuzz_require(err.code == SWEEP_IO || err.code == SWEEP_INCOMPATIBLE);
    }
    arena_release(&arena);
    return 0;
}
