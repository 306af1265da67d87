/* Theta as a memo: there and back, and whatever does not fit is none. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../strategies/search/bayes/kernel.h"
#include "../../strategies/search/bayes/theta_memo.h"

static struct dimension dimensions[EMBEDDING_MAX];

#define OF(dimensions_count) \
    (&(const struct embedding){.dimensions = dimensions, .count = (dimensions_count)})

struct saved {
    unsigned char memo[SWEEP_MEMO_MAX];
    size_t size;
};

static struct saved save(size_t count, const double *theta)
{
    struct saved saved = {.size = 0};
    struct sweep_suggestion suggestion = {.memo = saved.memo};
    theta_memo_write(&suggestion, OF(count), theta);
    saved.size = suggestion.memo_size;
    return saved;
}

static bool load(const struct saved *saved, size_t count, double *theta)
{
    const struct sweep_history history = {.memo = saved->memo, .memo_size = saved->size};
    return theta_memo_read(&history, OF(count), theta);
}

static void fill(double *theta, size_t count)
{
    for (size_t i = 0; i < count + KERNEL_EXTRA; i++)
        theta[i] = sin((double)i) * 3;
}

static void test_there_and_back(void **state)
{
    static const size_t counts[] = {1, 2, 17, EMBEDDING_MAX};
    double theta[EMBEDDING_MAX + KERNEL_EXTRA];
    double back[EMBEDDING_MAX + KERNEL_EXTRA];
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        fill(theta, counts[i]);
        struct saved saved = save(counts[i], theta);
        assert_true(saved.size <= SWEEP_MEMO_MAX);
        assert_true(load(&saved, counts[i], back));
        assert_memory_equal(back, theta, (counts[i] + KERNEL_EXTRA) * sizeof *theta);
    }
}

static void assert_is_none(const struct saved *saved, size_t count)
{
    double theta[EMBEDDING_MAX + KERNEL_EXTRA];
    for (size_t i = 0; i < count + KERNEL_EXTRA; i++)
        theta[i] = 42;
    assert_false(load(saved, count, theta));
    for (size_t i = 0; i < count + KERNEL_EXTRA; i++)
        assert_true(theta[i] == 42); /* untouched */
}

static void test_another_number_of_dimensions_is_none(void **state)
{
    double theta[EMBEDDING_MAX + KERNEL_EXTRA];
    (void)state;
    fill(theta, 5);
    struct saved saved = save(5, theta);
    assert_is_none(&saved, 4);
    assert_is_none(&saved, 6);
    assert_is_none(&saved, EMBEDDING_MAX);
    /* not even where the size is right */
    fill(theta, 6);
    struct saved other = save(6, theta);
    memcpy(other.memo, saved.memo, 8);
    assert_is_none(&other, 6);
}

static void test_truncated_or_longer_is_none(void **state)
{
    double theta[5 + KERNEL_EXTRA];
    (void)state;
    fill(theta, 5);
    struct saved saved = save(5, theta);
    size_t size = saved.size;
    for (saved.size = 0; saved.size < size; saved.size++)
        assert_is_none(&saved, 5);
    saved.size = size + 1;
    assert_is_none(&saved, 5);
    saved.size = SWEEP_MEMO_MAX;
    assert_is_none(&saved, 5);
    assert_is_none(&saved, EMBEDDING_MAX);
}

static void test_no_memo_is_none(void **state)
{
    const struct sweep_history history = {.memo = NULL};
    double theta[1 + KERNEL_EXTRA];
    (void)state;
    assert_false(theta_memo_read(&history, OF(1), theta));
}

static void test_garbage_is_none(void **state)
{
    double theta[5 + KERNEL_EXTRA];
    (void)state;
    fill(theta, 5);
    struct saved saved = save(5, theta);
    memset(saved.memo, 0xA5, saved.size);
    assert_is_none(&saved, 5);
    memset(saved.memo, 0, saved.size);
    assert_is_none(&saved, 5);
    for (size_t i = 0; i < 5 + KERNEL_EXTRA; i++) {
        fill(theta, 5);
        theta[i] = i % 2 == 0 ? (double)NAN : (double)INFINITY;
        saved = save(5, theta);
        assert_is_none(&saved, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_another_number_of_dimensions_is_none),
        cmocka_unit_test(test_truncated_or_longer_is_none),
        cmocka_unit_test(test_no_memo_is_none),
        cmocka_unit_test(test_garbage_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
