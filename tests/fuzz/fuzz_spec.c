/* Any bytes as a spec: refused, or the same when written again; one of an older format is written
 * as a new one. */
#include <string.h>

#include "fuzz.h"
#include "journal/spec.h"

#define FORMAT_AT 8 /* behind the magic */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct spec spec;
    struct sweep_error err = {0};
    if (spec_parse(&arena, (struct strview){(const char *)data, size}, &spec, &err)) {
        struct strbuf again;
        strbuf_init(&again, SPEC_SIZE_MAX);
        spec_format(&spec, &again);
        fuzz_require(data[FORMAT_AT] != SPEC_FORMAT ||
                     (again.size <= size && memcmp(again.data, data, again.size) == 0));
        fuzz_require(spec_parse(&arena, strbuf_view(&again), &spec, &err));
        strbuf_release(&again);
    } else {
        fuzz_require(err.code == SWEEP_IO || err.code == SWEEP_INCOMPATIBLE);
    }
    arena_release(&arena);
    return 0;
}
