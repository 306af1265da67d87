/* Phrases of `sweep explain`: why a suggestion is made, and how a parameter moves the objective. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "explain/words.h"

#define TEXT_MAX 256

static void assert_aim(enum lesson_aim aim, uint64_t nearest, const char *expected)
{
    const struct sweep_explanation explanation = {.incumbent = 7};
    const struct sweep_forecast forecast = {.nearest = nearest};
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    words_append_aim(aim, &explanation, &forecast, &text);
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_release(&text);
}

static void test_aims(void **state)
{
    (void)state;
    assert_aim(LESSON_REFINE, 7, "to refine: it is close to trial 7, the best");
    assert_aim(LESSON_REFINE, 9, "to refine: it is close to trial 9, among the best");
    assert_aim(LESSON_IMPROVE, 9, "to improve: it is expected to be better than the best so far");
    assert_aim(LESSON_EXPLORE, 9, "to explore: it is unlike everything that was tried");
    assert_aim(LESSON_WEIGH, 9,
               "to find out: it is not expected to be better, but may be; nearest is trial 9");
}

/* Levels 1, 2, ... with these means; ends with a negative one. */
static void assert_trend(const double *means, bool maximize, const char *expected)
{
    static const struct sweep_parameter NUMBER = {.name = "x", .distribution = SWEEP_INT_UNIFORM};
    struct sweep_influence influence = {0};
    struct strbuf text;
    for (size_t g = 0; means[g] >= 0; g++)
        influence.levels[influence.level_count++] = (struct sweep_level){
            {.kind = SWEEP_VALUE_INT, .integer = (int64_t)g + 1},
            means[g],
        };
    strbuf_init(&text, TEXT_MAX);
    words_append_trend(&NUMBER, &influence, maximize, &text);
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_release(&text);
}

static void test_trends(void **state)
{
    (void)state;
    assert_trend((const double[]){1, 2, 3, 4, -1}, true, "higher is better");
    assert_trend((const double[]){1, 2, 3, 4, -1}, false, "lower is better");
    assert_trend((const double[]){1, 2, -1}, false, "lower is better");
    assert_trend((const double[]){1, 5, 9, 4, 1, -1}, true, "best around 3");
    assert_trend((const double[]){9, 1, 0, 0.5, 8, -1}, false, "best between 3 and 4");
    assert_trend((const double[]){9, 8, 2, 1, 7, 6, -1}, true, "best around 1");
    assert_trend((const double[]){1, -1}, true, "");
}

static void test_choices(void **state)
{
    static const struct sweep_parameter CHOICE = {.name = "x", .distribution = SWEEP_CATEGORICAL};
    struct sweep_influence influence = {.level_count = 2};
    struct strbuf text;
    (void)state;
    influence.levels[0] = (struct sweep_level){{.kind = SWEEP_VALUE_TEXT, .text = "adam"}, 0.25};
    influence.levels[1] = (struct sweep_level){{.kind = SWEEP_VALUE_TEXT, .text = "s\033d"}, 0.5};
    strbuf_init(&text, TEXT_MAX);
    words_append_trend(&CHOICE, &influence, true, &text);
    assert_string_equal(strbuf_text(&text), "on average s\\x1bd 0.5, adam 0.25");
    strbuf_release(&text);
}

static void test_shares(void **state)
{
    static const struct {
        double share;
        const char *expected;
    } ROWS[] = {{0, "0%"}, {1e-9, "under 1%"}, {0.006, "1%"}, {0.125, "12%"}, {1, "100%"}};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct strbuf text;
        strbuf_init(&text, TEXT_MAX);
        words_append_share(ROWS[i].share, &text);
        assert_string_equal(strbuf_text(&text), ROWS[i].expected);
        strbuf_release(&text);
    }
}

static void assert_chance(double chance, bool is_known, const char *expected)
{
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    words_append_chance(chance, is_known, &text);
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_release(&text);
}

static void test_chances(void **state)
{
    (void)state;
    assert_chance(0.01, true, "1%: to go on is hardly worth it");
    assert_chance(0.1, true, "10%: to go on may be worth it");
    assert_chance(0.5, true, "50%: to go on is worth it");
    assert_chance(0.5, false, "50%, which is a guess");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aims),    cmocka_unit_test(test_trends),
        cmocka_unit_test(test_choices), cmocka_unit_test(test_shares),
        cmocka_unit_test(test_chances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
