/* Any bytes as a space.yaml: a config, or at least one mistake that can be shown. */
#include "config/config.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct diagnostics found = {.count = 0};
    struct strview source = {(const char *)data, size};
    struct config *config = config_load(&arena, "space.yaml", source, CONFIG_NEEDS_COMMAND, &found);
    fuzz_require((config == NULL) == (found.errors > 0));
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    diagnostics_format(&found, "space.yaml", source, &text);
    fuzz_require(found.count == 0 || text.size > 0);
    strbuf_release(&text);
    diagnostics_release(&found);
    arena_release(&arena);
    return 0;
}
