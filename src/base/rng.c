/*
 * Bodies of sweep/rng.h: Philox4x32-10.
 *
 * Method: Salmon, Moraes, Dror, Shaw 2011, section 3.3: ten rounds of two 32 x 32 -> 64 bit
 * multiplications, their halves mixed by xor with a key that steps by a Weyl sequence. One call
 * gives 128 bits: two draws.
 *
 * Not for secrets, and not a source of entropy: seeds come from outside.
 */
#include "sweep/rng.h"

enum {
    ROUNDS = 10
};

static const uint32_t multiplier_0 = 0xD2511F53;
static const uint32_t multiplier_1 = 0xCD9E8D57;
static const uint32_t weyl_0 = 0x9E3779B9; /* golden ratio */
static const uint32_t weyl_1 = 0xBB67AE85; /* sqrt(3) - 1 */

static uint32_t low_half(uint64_t x)
{
    return (uint32_t)x;
}

static uint32_t high_half(uint64_t x)
{
    return (uint32_t)(x >> 32);
}

/* Encrypt the counter in place. The key is stepped between rounds, not before the first. */
static void philox(uint32_t counter[4], uint32_t key_0, uint32_t key_1)
{
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t product_0 = (uint64_t)multiplier_0 * counter[0];
        uint64_t product_1 = (uint64_t)multiplier_1 * counter[2];

        counter[0] = high_half(product_1) ^ counter[1] ^ key_0;
        counter[1] = low_half(product_1);
        counter[2] = high_half(product_0) ^ counter[3] ^ key_1;
        counter[3] = low_half(product_0);
        key_0 += weyl_0;
        key_1 += weyl_1;
    }
}

void sweep_rng_init(struct sweep_rng *rng, uint64_t seed, uint64_t stream)
{
    *rng = (struct sweep_rng){.seed = seed, .stream = stream};
}

uint64_t sweep_rng_bits(struct sweep_rng *rng)
{
    uint32_t counter[4] = {low_half(rng->block), high_half(rng->block), low_half(rng->stream),
                           high_half(rng->stream)};

    if (rng->has_spare) {
        rng->has_spare = 0;
        return rng->spare;
    }
    philox(counter, low_half(rng->seed), high_half(rng->seed));
    rng->block++;
    rng->spare = (uint64_t)counter[3] << 32 | counter[2];
    rng->has_spare = 1;
    return (uint64_t)counter[1] << 32 | counter[0];
}

double sweep_rng_uniform(struct sweep_rng *rng)
{
    /* The upper 53 bits: every multiple of 2^-53 in [0, 1) is exact and equally likely. */
    return (double)(sweep_rng_bits(rng) >> 11) * 0x1p-53;
}

uint64_t sweep_rng_below(struct sweep_rng *rng, uint64_t n)
{
    /* 2^64 mod n: draws below it would make small results likelier, and are thrown away. */
    uint64_t threshold = (0 - n) % n;
    uint64_t bits = sweep_rng_bits(rng);

    while (bits < threshold)
        bits = sweep_rng_bits(rng);
    return bits % n;
}
