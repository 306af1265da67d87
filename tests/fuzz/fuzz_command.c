/* Any text as a command line: refused with a reason, or split into words. */
#include <string.h>

#include "config/command.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct sweep_error err = {0};
    char **words = NULL;
    size_t count = 0;
    if (command_split(&arena, (struct strview){(const char *)data, size}, &words, &count, &err)) {
        size_t total = 0;
        for (size_t i = 0; i < count; i++)
            total += strlen(words[i]);
        fuzz_require(total <= size);
    } else {
        fuzz_require(err.code == SWEEP_BAD_INPUT && err.message[0] != '\0');
    }
    arena_release(&arena);
    return 0;
}
