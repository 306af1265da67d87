/* Any pattern on any line: refused with a reason, or matched in bounded time. Separated by NUL. */
#include <string.h>

#include "base/arena.h"
#include "fuzz.h"
#include "metrics/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *split = memchr(data, 0, size);
    if (split == NULL)
        return 0;
    struct arena arena = {0};
    struct sweep_error err = {0};
    char *text = arena_copy(&arena, (struct strview){(const char *)data, (size_t)(split - data)});
    struct strview line = {(const char *)split + 1, size - (size_t)(split - data) - 1};
    struct pattern *pattern = pattern_create(text, &err);
    if (pattern == NULL) {
        fuzz_require(err.code == SWEEP_BAD_INPUT && err.message[0] != '\0');
    } else {
        struct strview value = {"", 0};
        if (pattern_match(pattern, line, &value) == PATTERN_FOUND)
            fuzz_require(value.data >= line.data &&
                         value.data + value.size <= line.data + line.size);
    }
    pattern_free(pattern);
    arena_release(&arena);
    return 0;
}
