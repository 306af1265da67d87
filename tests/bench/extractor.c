/*
 * How fast output is searched: 80-byte lines without a match, by a pattern and by name, against
 * counting the lines with memchr. Prints figures and ratios; never judges.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "metrics/extractor.h"
#include "sweep/mem.h"

#define BLOCK  (256 * 1024)
#define BLOCKS 4000

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double count_lines(const char *block)
{
    uint64_t lines = 0;
    double start = now_s();
    for (int i = 0; i < BLOCKS; i++) {
        const char *at = block;
        const char *end = block + BLOCK;
        while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL && ++at < end)
            lines++;
    }
    double took = now_s() - start;
    printf("memchr: %.0f MB/s (%llu lines)\n", BLOCKS * (double)BLOCK / took / 1e6,
           (unsigned long long)lines);
    return took;
}

static void search(const char *label, const char *pattern, const char *block, double base)
{
    struct sweep_error err = {0};
    const struct extractor_pattern what = {"val_acc", pattern};
    struct extractor *extractor = extractor_create(&what, 1, &err);
    struct extractor_found found;
    uint64_t finds = 0;
    double start = now_s();
    for (int i = 0; i < BLOCKS; i++) {
        extractor_feed(extractor, block, BLOCK);
        while (extractor_next(extractor, &found))
            finds++;
    }
    double took = now_s() - start;
    printf("%s: %.0f MB/s, %.1f times memchr's time (%llu finds)\n", label,
           BLOCKS * (double)BLOCK / took / 1e6, took / base, (unsigned long long)finds);
    extractor_free(extractor);
}

int main(void)
{
    static const char line[] =
        "step 01234 of 99999: loss=0.123456 lr=1.0e-04 grad_norm=12.3456 time/step=0.0123\n";
    char *block = sweep_alloc(BLOCK);
    for (size_t at = 0; at < BLOCK; at++)
        block[at] = line[at % (sizeof line - 1)];
    double base = count_lines(block);
    search("pattern without a match", "val_acc[=: ]+(\\S+)", block, base);
    search("by name without a match", NULL, block, base);
    search("pattern that matches every line", "loss=(\\S+)", block, base);
    sweep_free(block);
    return 0;
}
