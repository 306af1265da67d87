/* The word that was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/nearest.h"

static void test_nearest_word(void **state)
{
    (void)state;
    static const char *const known[] = {"metric", "method", "seed", "lr", "parameters"};
    static const struct {
        const char *word;
        const char *nearest;
    } rows[] = {
        {"metrc", "metric"},  {"metirc", "metric"},
        {"mehtod", "method"}, {"sed", "seed"},
        {"lrr", "lr"},        {"l", "lr"},
        {"rl", "lr"},         {"paramters", "parameters"},
        {"params", NULL},     {"parametr", "parameters"},
        {"metricname", NULL}, {"x", NULL},
        {"", NULL},           {"banana", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *nearest = nearest_word(rows[i].word, known, ARRAY_LENGTH(known));
        if (rows[i].nearest == NULL)
            assert_null(nearest);
        else
            assert_string_equal(nearest == NULL ? "(none)" : nearest, rows[i].nearest);
    }
    char endless[300];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_null(nearest_word(endless, known, ARRAY_LENGTH(known)));
    assert_null(nearest_word("seed", NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
