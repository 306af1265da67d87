/*
 * Philox against the published vectors, and the properties that strategies rely on.
 */
#include "sweep/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/array.h"

/* From Random123's kat_vectors, "philox4x32 10": counter and key as little-endian halves. */
static void test_known_answers(void **state)
{
    static const struct {
        uint64_t seed;
        uint64_t stream;
        uint64_t block;
        uint64_t first;
        uint64_t second;
    } rows[] = {
        {0, 0, 0, 0xe169c58d6627e8d5, 0x9b00dbd8bc57ac4c},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX, 0x41c83b0e408f276d, 0x6d5451fda20bc7c6},
        {0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88, 0x94fdccebd16cfe09,
         0x24126ea15001e420},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sweep_rng rng;

        sweep_rng_init(&rng, rows[i].seed, rows[i].stream);
        rng.block = rows[i].block;
        assert_true(sweep_rng_bits(&rng) == rows[i].first);
        assert_true(sweep_rng_bits(&rng) == rows[i].second);
        assert_true(rng.block == rows[i].block + 1);
    }
}

static void test_streams_do_not_meet(void **state)
{
    uint64_t seen[512];
    size_t count = 0;

    (void)state;
    for (uint64_t seed = 40; seed < 48; seed++)
        for (uint64_t stream = 0; stream < 16; stream++) {
            struct sweep_rng rng;

            sweep_rng_init(&rng, seed, stream);
            for (int draw = 0; draw < 4; draw++)
                seen[count++] = sweep_rng_bits(&rng);
        }
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            assert_true(seen[i] != seen[j]);
}

static void test_uniform_stays_in_its_interval(void **state)
{
    struct sweep_rng rng;
    double sum = 0;
    const int draws = 200000;

    (void)state;
    sweep_rng_init(&rng, 0x5eed5eed12345678, 3);
    for (int i = 0; i < draws; i++) {
        double u = sweep_rng_uniform(&rng);

        assert_true(u >= 0 && u < 1);
        assert_true(floor(u * 0x1p53) == u * 0x1p53);
        sum += u;
    }
    /* The mean of n draws has standard deviation sqrt(1/12n) = 0.00065 here; 5 of them. */
    assert_true(fabs(sum / draws - 0.5) < 0.0033);
}

static void test_below_is_even(void **state)
{
    struct sweep_rng rng;
    int counts[7] = {0};
    const int draws = 70000;

    (void)state;
    sweep_rng_init(&rng, 0x0123456789abcdef, 99);
    for (int i = 0; i < draws; i++) {
        uint64_t k = sweep_rng_below(&rng, ARRAY_LENGTH(counts));

        assert_true(k < ARRAY_LENGTH(counts));
        counts[k]++;
    }
    /* Standard deviation of one count is 92.6; 5 of them. */
    for (size_t i = 0; i < ARRAY_LENGTH(counts); i++)
        assert_true(abs(counts[i] - draws / 7) < 463);
}

/* With n = 3 * 2^62 a quarter of all draws is refused: without that the lower third is as likely as
 * the other two together. */
static void test_below_refuses_biased_draws(void **state)
{
    const uint64_t n = 3ull << 62;
    struct sweep_rng rng;
    int low = 0;
    const int draws = 30000;

    (void)state;
    sweep_rng_init(&rng, 0xfeedfacecafebeef, 1);
    for (int i = 0; i < draws; i++)
        low += sweep_rng_below(&rng, n) < n / 3;
    assert_true(abs(low - draws / 3) < 410);
    assert_true(sweep_rng_below(&rng, 1) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_streams_do_not_meet),
        cmocka_unit_test(test_uniform_stays_in_its_interval),
        cmocka_unit_test(test_below_is_even),
        cmocka_unit_test(test_below_refuses_biased_draws),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
