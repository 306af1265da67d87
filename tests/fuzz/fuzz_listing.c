/* Any text as what squeue and as what sacct printed: each field of each line lies within it, and no
 * line is behind one that is damaged. */
#include "exec/slurm/listing.h"
#include "fuzz.h"

static int is_within(struct strview field, struct strview text)
{
    return field.size == 0 ||
           (field.data >= text.data && field.data + field.size <= text.data + text.size);
}

static void read_all(struct strview text, bool (*next)(struct listing *, struct listing_line *))
{
    struct listing listing = listing_of(text);
    struct listing_line line;
    size_t left = text.size;
    while (next(&listing, &line)) {
        fuzz_require(!listing.is_damaged);
        fuzz_require(is_within(line.state, text) && is_within(line.reason, text));
        fuzz_require(is_within(line.nodes, text) && is_within(line.name, text));
        fuzz_require(listing.rest.size < left);
        left = listing.rest.size;
    }
    fuzz_require(listing.is_damaged || listing.rest.size == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strview text = {(const char *)data, size};
    read_all(text, listing_next);
    read_all(text, listing_next_account);
    return 0;
}
