/* JSON from somebody else: what is read as what, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "json/tree.h"

static const struct json_node *parse(struct arena *arena, const char *text)
{
    struct sweep_error err = {0};
    const struct json_node *node = json_tree_parse(arena, strview_of(text), &err);
    if (node == NULL)
        fail_msg("%s: %s", text, err.message);
    return node;
}

static void test_values(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct json_node *node =
        parse(&arena, " {\"a\":[1,1.0,-2e3,\"\\u00e4\\n\",true,false,null,{}],\"b\":{\"c\":9}} \r");
    assert_int_equal(node->kind, JSON_NODE_MAP);
    assert_int_equal(node->count, 2);
    const struct json_node *list = json_member(node, "a");
    assert_int_equal(list->kind, JSON_NODE_LIST);
    assert_int_equal(list->count, 8);
    assert_int_equal(list->items[0].kind, JSON_NODE_INT);
    assert_int_equal(list->items[0].integer, 1);
    assert_int_equal(list->items[1].kind, JSON_NODE_REAL);
    assert_true(list->items[1].real == 1.0);
    assert_true(list->items[2].real == -2000.0);
    assert_string_equal(list->items[3].text, "\xC3\xA4\n");
    assert_true(list->items[4].boolean && !list->items[5].boolean);
    assert_int_equal(list->items[6].kind, JSON_NODE_NULL);
    assert_int_equal(list->items[7].count, 0);
    assert_int_equal(json_member(json_member(node, "b"), "c")->integer, 9);
    assert_null(json_member(node, "c"));
    assert_null(json_member(list, "a"));
    assert_int_equal(parse(&arena, "7")->integer, 7);
    arena_release(&arena);
}

static void test_describe(void **state)
{
    (void)state;
    struct arena arena = {0};
    static const char *const rows[][2] = {
        {"1", "a number"},   {"1.5", "a real number"}, {"\"x\"", "a text"},       {"[]", "a list"},
        {"{}", "an object"}, {"null", "null"},         {"true", "true or false"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        assert_string_equal(json_node_describe(parse(&arena, rows[i][0])), rows[i][1]);
    arena_release(&arena);
}

static void test_refused(void **state)
{
    (void)state;
    static const char nul[] = "{\"a\":\0}";
    static const struct {
        struct strview text;
        const char *message;
    } rows[] = {
        {{"", 0}, "not JSON: "},
        {{"{\"a\":NaN}", 9}, "not JSON: "},
        {{"{'a':1}", 7}, "not JSON: "},
        {{"{\"a\":1} {}", 10}, "not JSON: "},
        {{"{\"a\":1,\"a\":2}", 13}, "not JSON: duplicate object key"},
        {{nul, sizeof nul - 1}, "not JSON: "},
        {{"\"\\u0000\"", 8}, "not JSON: "},
        {{"\"\xff\"", 3}, "not JSON: "},
        {{"1e999", 5}, "not JSON: real number overflow"},
        {{"99999999999999999999", 20}, "not JSON: too big integer"},
        {{"[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]", 51}, "JSON nested deeper than 24"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct arena arena = {0};
        struct sweep_error err = {0};
        assert_null(json_tree_parse(&arena, rows[i].text, &err));
        assert_int_equal(err.code, SWEEP_BAD_INPUT);
        if (strncmp(err.message, rows[i].message, strlen(rows[i].message)) != 0)
            fail_msg("row %zu: %s", i, err.message);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_describe),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
