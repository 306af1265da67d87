/* Any bytes as a result file: refused, or the same when written again; one of an older format is
 * written as a new one. */
#include <string.h>

#include "fuzz.h"
#include "journal/result.h"

#define FORMAT_AT 8 /* behind the magic */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct result result;
    struct sweep_error err = {0};
    if (!result_parse((struct strview){(const char *)data, size}, &result, &err)) {
        fuzz_require(err.code == SWEEP_IO || err.code == SWEEP_INCOMPATIBLE);
        return 0;
    }
    struct strbuf again;
    strbuf_init(&again, 4096);
    result_format(&result, &again);
    fuzz_require(data[FORMAT_AT] != RESULT_FORMAT ||
                 (again.size <= size && memcmp(again.data, data, again.size) == 0));
    fuzz_require(result_parse(strbuf_view(&again), &result, &err));
    strbuf_release(&again);
    return 0;
}
