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

static void test_what_is_appended(void **state)
{
    (void)state;
    static const char *const known[] = {"a1", "b2", "c3", "d4", "e5", "f6",      "g7",
                                        "h8", "i9", "j0", "k1", "l2", "maximize"};
    static const struct {
        const char *word;
        size_t count;
        const char *appended;
    } rows[] = {
        {"maximise", 13, "; did you mean 'maximize'?"},
        {"frobnicate", 13, "; there are a1, b2, c3, d4, e5, f6, g7, h8, i9, j0, k1, l2, ..."},
        {"frobnicate", 2, "; there are a1, b2"},
        {"frobnicate", 1, "; there is only a1"},
        {"frobnicate", 0, ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct strbuf text;
        strbuf_init(&text, 256);
        nearest_append(&text, rows[i].word, known, rows[i].count);
        assert_string_equal(strbuf_text(&text), rows[i].appended);
        strbuf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest_word),
        cmocka_unit_test(test_what_is_appended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
