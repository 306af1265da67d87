/*
 * Whose fault it is, and how that is said.
 */
#include "box/gpu/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"

static void test_blame(void **state)
{
    static const struct {
        struct fault fault;
        enum fault_blame blame;
        const char *words;
    } rows[] = {
        {{FAULT_XID, 13}, FAULT_OF_TRIAL, "out of bounds"},
        {{FAULT_XID, 31}, FAULT_OF_TRIAL, "Xid 31: the program used an address"},
        {{FAULT_XID, 43}, FAULT_OF_OTHERS, "Xid 43"},
        {{FAULT_XID, 45}, FAULT_OF_OTHERS, "cleaned up"},
        {{FAULT_XID, 48}, FAULT_OF_GPU, "could not be corrected"},
        {{FAULT_XID, 63}, FAULT_OF_NOBODY, "next reset"},
        {{FAULT_XID, 64}, FAULT_OF_GPU, "could not be replaced"},
        {{FAULT_XID, 68}, FAULT_OF_TRIAL, "decoded"},
        {{FAULT_XID, 74}, FAULT_OF_GPU, "NVLink"},
        {{FAULT_XID, 79}, FAULT_OF_GPU, "Xid 79: it has fallen off the bus"},
        {{FAULT_XID, 92}, FAULT_OF_NOBODY, "corrected"},
        {{FAULT_XID, 94}, FAULT_OF_GPU, "ended the program"},
        {{FAULT_XID, 95}, FAULT_OF_GPU, "all programs"},
        {{FAULT_XID, 105}, FAULT_OF_TRIAL, "decoded"},
        {{FAULT_XID, 106}, FAULT_OF_NOBODY, "Xid 106: see NVIDIA's list"},
        {{FAULT_XID, 119}, FAULT_OF_GPU, "GSP"},
        {{FAULT_XID, 120}, FAULT_OF_GPU, "GSP"},
        {{FAULT_XID, 0}, FAULT_OF_NOBODY, "see NVIDIA's list"},
        {{FAULT_XID, 4000000000u}, FAULT_OF_NOBODY, "Xid 4000000000"},
        {{FAULT_LOST, 0}, FAULT_OF_GPU, "the driver has lost it"},
        {{FAULT_MEMORY, 0}, FAULT_OF_NOBODY, "new errors"},
        {{FAULT_HEAT, 0}, FAULT_OF_NOBODY, "too hot"},
        {{FAULT_POWER, 0}, FAULT_OF_NOBODY, "too little power"},
    };
    struct strbuf text;
    (void)state;
    strbuf_init(&text, 1000);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        strbuf_reset(&text);
        fault_describe(&rows[i].fault, &text);
        if (fault_blame(&rows[i].fault) != rows[i].blame ||
            strstr(strbuf_text(&text), rows[i].words) == NULL)
            fail_msg("row %zu: %d, %s", i, (int)fault_blame(&rows[i].fault), strbuf_text(&text));
    }
    strbuf_release(&text);
}

static void test_same(void **state)
{
    const struct fault a = {FAULT_XID, 31};
    const struct fault b = {FAULT_XID, 13};
    const struct fault c = {FAULT_HEAT, 31};
    const struct fault d = {FAULT_HEAT, 0};
    (void)state;
    assert_true(fault_is_same(&a, &a));
    assert_false(fault_is_same(&a, &b));
    assert_false(fault_is_same(&a, &c));
    assert_true(fault_is_same(&c, &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_blame), cmocka_unit_test(test_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
