/*
 * Random numbers that depend on nothing but a seed and a trial's number.
 *
 *     struct sweep_rng rng;
 *     sweep_rng_init(&rng, seed, trial_number);
 *     double u = sweep_rng_uniform(&rng);
 *
 * The generator is counter-based: the k-th draw of stream s is a function of (seed, s, k). So
 * trials may be asked for one by one, in a batch, or after a restart, and get the same draws;
 * there is no state to save and none is shared.
 *
 * Ownership: a plain value in the caller's storage.
 *
 * @see Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3":
 *      Philox4x32 with 10 rounds.
 */
#ifndef SWEEP_RNG_H
#define SWEEP_RNG_H

#include <stdint.h>

/** A stream and the place in it. */
struct sweep_rng {
    uint64_t seed;   /* the key */
    uint64_t stream; /* the upper half of the counter */
    uint64_t block;  /* the lower half: blocks of two 64-bit draws made so far */
    uint64_t spare;  /* the second draw of the current block */
    int has_spare;   /* whether `spare` is still to be given out */
};

/** Start stream `stream` of `seed`. */
void sweep_rng_init(struct sweep_rng *rng, uint64_t seed, uint64_t stream);

/** Draw 64 uniform bits. */
uint64_t sweep_rng_bits(struct sweep_rng *rng);

/** Draw a real from [0, 1): a multiple of 2^-53. */
double sweep_rng_uniform(struct sweep_rng *rng);

/**
 * Draw an integer from [0, n) without bias.
 *
 * @param n  at least 1
 */
uint64_t sweep_rng_below(struct sweep_rng *rng, uint64_t n);

#endif
