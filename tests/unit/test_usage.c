/*
 * What an attempt took: adding what is known and what is not, as numbers for rows and as lines for
 * people.
 */
#include "trial/usage.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"
#include "view/term/usage_text.h"

static const struct usage NOTHING = {0, -1, -1, -1, false, -1, -1};
static const struct usage SAMPLE = {1000000, 5 << 20, 400000, 2500, false, 700000, 3 << 20};

static void test_unknown(void **state)
{
    struct usage usage;
    (void)state;
    usage_init(&usage);
    assert_false(usage_is_known(&usage));
    usage_add(&usage, &NOTHING);
    assert_false(usage_is_known(&usage));
    for (size_t i = 0; i < USAGE_FIELD_COUNT; i++)
        assert_true(isnan(usage_fields[i].get(&usage)));
    usage_add(&usage, &SAMPLE);
    usage_add(&usage, &NOTHING);
    assert_true(usage_is_known(&usage));
    assert_memory_equal(&usage, &SAMPLE, sizeof usage);
}

static void test_sums_and_peaks(void **state)
{
    struct usage usage = SAMPLE;
    const struct usage more = {3000000, 4 << 20, 0, 500, true, 900000, 4 << 20};
    (void)state;
    usage_add(&usage, &more);
    assert_int_equal(usage.watched_us, 4000000);
    assert_int_equal(usage.gpu_memory_bytes, 5 << 20);
    assert_int_equal(usage.gpu_busy_us, 400000);
    assert_int_equal(usage.energy_mj, 3000);
    assert_true(usage.is_share);
    assert_int_equal(usage.cpu_us, 900000); /* counted from the start of the attempt */
    assert_int_equal(usage.memory_bytes, 4 << 20);
    usage_join(&usage, &SAMPLE);
    assert_int_equal(usage.cpu_us, 1600000); /* another attempt has its own */
    assert_int_equal(usage.memory_bytes, 4 << 20);
}

static void test_fields(void **state)
{
    const double expected[USAGE_FIELD_COUNT] = {2.5, 5 << 20, 40, 0.7, 3 << 20};
    (void)state;
    for (size_t i = 0; i < USAGE_FIELD_COUNT; i++)
        assert_true(fabs(usage_fields[i].get(&SAMPLE) - expected[i]) < 1e-9);
}

static void test_energy(void **state)
{
    static const struct {
        int64_t energy_mj;
        const char *text;
    } rows[] = {
        {0, "0 J"},
        {1500, "1.5 J"},
        {1234567, "1235 J"},
        {3600000, "1 Wh"},
        {5000000000, "1.39 kWh"},
        {360000000, "100 Wh"},
        {7200000000, "2 kWh"},
        {3600000000000, "1000 kWh"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct strbuf text;
        strbuf_init(&text, 100);
        usage_format_energy(rows[i].energy_mj, &text);
        assert_string_equal(strbuf_text(&text), rows[i].text);
        strbuf_release(&text);
    }
}

static void expect_lines(const struct usage *usage, int64_t ran_us, const char *expected)
{
    struct strbuf text;
    strbuf_init(&text, 1000);
    usage_text_append(usage, ran_us, &text);
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_release(&text);
}

static void test_lines(void **state)
{
    struct usage usage = SAMPLE;
    (void)state;
    expect_lines(&NOTHING, 1000000, "");
    expect_lines(&usage, 1000000,
                 "  memory on one GPU  5.0 MiB at most\n"
                 "  GPU busy           40% of the whole time\n"
                 "  energy             2.5 J\n"
                 "  processor          0.70s\n"
                 "  memory             3.0 MiB at most\n");
    usage.is_share = true;
    usage.cpu_us = usage.memory_bytes = USAGE_UNKNOWN;
    expect_lines(
        &usage, 4000000,
        "  memory on one GPU  5.0 MiB at most\n"
        "  GPU busy           40% of the whole time, as far as it was watched, 1.00s of 4.00s, by "
        "all that had the "
        "GPU\n"
        "  energy             2.5 J, as far as it was watched, 1.00s of 4.00s, its share of what "
        "the GPU took\n");
}

static void test_spending(void **state)
{
    static const struct {
        struct store_spending spending;
        double cost_per_gpu_hour;
        const char *text;
    } rows[] = {
        {{7500000000, 0, false}, 0, "2h05m of GPU time"},
        {{7500000000, 1234567000, true}, 0.5, "2h05m of GPU time, 343 Wh, cost 1.04"},
        {{9800000, 0, false}, 1.5, "9.80s of GPU time, cost 0.0041"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct strbuf text;
        strbuf_init(&text, 200);
        spending_text_append(&rows[i].spending, rows[i].cost_per_gpu_hour, &text);
        assert_string_equal(strbuf_text(&text), rows[i].text);
        strbuf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_sums_and_peaks),
        cmocka_unit_test(test_fields),  cmocka_unit_test(test_energy),
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_spending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
