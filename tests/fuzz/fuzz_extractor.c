/* Any output, cut anywhere, gives what it gives whole. The first byte chooses the cut. */
#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "metrics/extractor.h"

struct digest {
    uint64_t finds;
    uint64_t sum;
};

static struct digest extract(const uint8_t *data, size_t size, size_t cut)
{
    static const struct extractor_pattern patterns[] = {
        {"epoch", "epoch (\\d+)"}, {"val_acc", NULL}, {"loss", "loss[=: ]+(?<value>\\S+)"}};
    struct digest digest = {0, 0};
    struct sweep_error err = {0};
    struct extractor *extractor = extractor_create(patterns, 3, &err);
    fuzz_require(extractor != NULL);
    for (size_t at = 0, ended = 0; !ended; at += cut) {
        struct extractor_found found;
        ended = at >= size;
        if (ended)
            extractor_end(extractor);
        else
            extractor_feed(extractor, data + at, size - at < cut ? size - at : cut);
        while (extractor_next(extractor, &found)) {
            uint64_t bits = 0;
            if (found.kind == EXTRACTOR_NUMBER && !isnan(found.value))
                memcpy(&bits, &found.value, sizeof bits);
            digest.finds++;
            digest.sum = digest.sum * 31 + bits + found.line * 7 + found.pattern * 3 + found.kind;
        }
    }
    digest.sum += extractor_lines(extractor) * 1000003;
    extractor_free(extractor);
    return digest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct digest whole = extract(data + 1, size - 1, size);
    struct digest cut = extract(data + 1, size - 1, data[0] % 13U + 1);
    fuzz_require(whole.finds == cut.finds && whole.sum == cut.sum);
    return 0;
}
