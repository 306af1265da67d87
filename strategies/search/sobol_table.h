/*
 * The numbers that make Sobol's sequence: for each dimension a primitive polynomial and the first
 * direction numbers.
 */
#ifndef SWEEP_SEARCH_SOBOL_TABLE_H
#define SWEEP_SEARCH_SOBOL_TABLE_H

#include <stdint.h>

/** The highest degree in the table. */
#define SOBOL_DEGREE_MAX 11

struct sobol_row {
    uint16_t polynomial;                /* over GF(2), its coefficients from the highest to 1 */
    uint16_t initial[SOBOL_DEGREE_MAX]; /* [degree] m_k: odd, below 2^k for k from 1 */
};

/** The numbers of a dimension, in [1, SOBOL_DIMENSIONS); dimension 0 needs none. */
const struct sobol_row *sobol_row(uint32_t dimension);

#endif
