/* What every fuzz target shares: the entry that libFuzzer or replay.c calls, and a check. */
#ifndef SWEEP_TESTS_FUZZ_H
#define SWEEP_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold for every input. */
static inline void fuzz_require(int holds)
{
    if (!holds)
        abort();
}

#endif
