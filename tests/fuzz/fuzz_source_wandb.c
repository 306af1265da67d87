/* Any bytes as a .wandb file, cut anywhere, give what they give whole. The first byte chooses the
 * cut; where the second one is odd, the rest are messages, so that not every byte is under a
 * checksum that no fuzzer would hit. */
#include <math.h>
#include <string.h>

#include "../support/wandb_file.h"
#include "fuzz.h"
#include "metrics/json_numbers.h"
#include "metrics/source_wandb.h"

struct digest {
    uint64_t count;
    uint64_t sum;
};

static void add(struct digest *digest, const struct wandb_number *number)
{
    uint64_t bits = 0;
    fuzz_require(number->name.size > 0 && number->name.size <= JSON_NUMBERS_NAME_MAX);
    fuzz_require(number->name.data[0] != '_');
    if (!isnan(number->value))
        memcpy(&bits, &number->value, sizeof bits);
    for (size_t i = 0; i < number->name.size; i++)
        bits = bits * 131 + (unsigned char)number->name.data[i];
    digest->count++;
    digest->sum = digest->sum * 31 + bits + (uint64_t)number->step * 7 + number->is_summary;
}

static struct digest read_all(struct strview bytes, size_t cut, const char *step)
{
    struct source_wandb *source = source_wandb_create(step);
    struct digest digest = {0, 0};
    struct wandb_number number;
    for (size_t at = 0; at < bytes.size; at += cut) {
        source_wandb_feed(source, bytes.data + at, bytes.size - at < cut ? bytes.size - at : cut);
        while (source_wandb_next(source, &number))
            add(&digest, &number);
    }
    digest.sum += source_wandb_rows(source) * 1000003 + source_wandb_damaged(source) * 10007;
    source_wandb_free(source);
    return digest;
}

/* Messages, each of the size that its first byte says. */
static void wrap(struct wandb_file *file, const uint8_t *data, size_t size)
{
    wandb_file_begin(file);
    while (size > 0) {
        size_t take = 1 + data[0] < (int)size ? data[0] : size - 1;
        wandb_file_record(file, (struct strview){(const char *)data + 1, take});
        data += 1 + take;
        size -= 1 + take;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const char *step = data[1] & 2 ? "epoch" : NULL;
    struct strview bytes = {(const char *)data + 2, size - 2};
    struct wandb_file file = {0};
    if (data[1] & 1) {
        wrap(&file, data + 2, size - 2);
        bytes = strbuf_view(&file.bytes);
    }
    struct digest whole = read_all(bytes, bytes.size + 1, step);
    struct digest cut = read_all(bytes, data[0] % 13U + 1, step);
    fuzz_require(whole.count == cut.count && whole.sum == cut.sum);
    strbuf_release(&file.bytes);
    return 0;
}
