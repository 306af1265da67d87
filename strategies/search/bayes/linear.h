/*
 * The one door to BLAS and LAPACK: dense matrices of doubles, column by column.
 *
 *     if (linear_factor(k, n)) {                     k = L L'
 *         linear_solve(k, n, false, b, 1);           L z = b
 *         linear_solve(k, n, true, b, 1);            L' x = z
 *     }
 *
 * Element (row, column) of a matrix [rows x columns] stands at [row + column * rows]. Of symmetric
 * and triangular matrices only the lower triangle is read and written.
 *
 * Ownership: everything is borrowed for the call; nothing here has state.
 */
#ifndef SWEEP_BAYES_LINEAR_H
#define SWEEP_BAYES_LINEAR_H

#include <stdbool.h>
#include <stddef.h>

/** Let the library use one thread: sums are then always made in the same order. */
void linear_use_one_thread(void);

/**
 * Whether the limits of this process leave room for OpenBLAS's own buffer of 128 MiB: where it
 * cannot have that it asks for it again and again, and never returns.
 */
bool linear_has_room(void);

/**
 * Factor a symmetric matrix into L L', in place.
 *
 * @param[in,out] a  [n x n]
 * @return false where it is not positive definite; `a` is spoilt then
 */
bool linear_factor(double *a, size_t n);

/** Turn the factor L into the inverse of L L', in place. @param[in,out] l  [n x n] */
void linear_invert(double *l, size_t n);

/**
 * Solve L x = b, or with `transposed` L' x = b, in place.
 *
 * @param l          [n x n]
 * @param[in,out] b  [n x columns]
 */
void linear_solve(const double *l, size_t n, bool transposed, double *b, size_t columns);

/** c = a' b. @param a  [n x rows]  @param b  [n x columns]  @param[out] c  [rows x columns] */
void linear_multiply_transposed(const double *a, const double *b, size_t n, size_t rows,
                                size_t columns, double *c);

/** y = a x. @param a  [rows x columns]  @param x  [columns]  @param[out] y  [rows] */
void linear_apply(const double *a, size_t rows, size_t columns, const double *x, double *y);

/** y = a' x. @param a  [rows x columns]  @param x  [rows]  @param[out] y  [columns] */
void linear_apply_transposed(const double *a, size_t rows, size_t columns, const double *x,
                             double *y);

/** The sum of products. @param a,b  [n] */
double linear_dot(const double *a, const double *b, size_t n);

#endif
