/*
 * The points of Sobol's sequence, any of them at once, and their scrambling.
 *
 *     uint32_t x = sobol_coordinate(dimension, index);
 *     double u = (double)sobol_scramble(x, key) * 0x1p-32;
 *
 * Coordinates are binary fractions of 32 digits. The first 2^k points have exactly one in each of
 * the 2^k equal cells of every dimension, and so has each later aligned block of 2^k; scrambling
 * keeps that, and makes each point by itself uniformly distributed.
 *
 * Nothing here has state.
 *
 * @see Sobol' 1967; Joe and Kuo 2008; Burley 2020; Vegdahl 2021
 */
#ifndef SWEEP_SEARCH_SOBOL_SEQUENCE_H
#define SWEEP_SEARCH_SOBOL_SEQUENCE_H

#include <stdint.h>

/** Dimensions that the table has numbers for. */
#define SOBOL_DIMENSIONS 256

/**
 * One coordinate of a point, in units of 2^-32.
 *
 * @param dimension  [0, SOBOL_DIMENSIONS)
 * @param index      of the point, from 0, in the order of the integers (not of the Gray code)
 */
uint32_t sobol_coordinate(uint32_t dimension, uint32_t index);

/**
 * Scramble a coordinate: each digit is flipped or not, as a hash of the key and of the digits
 * before it says (nested uniform, or Owen, scrambling).
 *
 * @param key  one per dimension, the same for all points
 */
uint32_t sobol_scramble(uint32_t coordinate, uint32_t key);

#endif
