/* Any bytes as a request: refused in a known way, or one that is within its limits. */
#include <string.h>

#include "control/request.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct request request = {0};
    struct sweep_error err = {0};
    if (request_parse((struct strview){(const char *)data, size}, &arena, &request, &err)) {
        fuzz_require(request.verb < REQUEST_VERBS);
        fuzz_require(strlen(request.body) < size);
    } else {
        fuzz_require(err.code == SWEEP_BAD_INPUT || err.code == SWEEP_INCOMPATIBLE);
    }
    arena_release(&arena);
    return 0;
}
