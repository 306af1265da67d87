/*
 * Tickets: names that are none, that one taker gets each, and which ones are listed first.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/array.h"
#include "journal/ticket.h"
#include "scratch.h"

#define TOKEN "00112233445566778899aabbccddeeff"

static void test_names(void **state)
{
    static const struct {
        const char *name;
        bool is_one;
        uint64_t trial;
        uint32_t number;
    } rows[] = {
        {"000012-3-" TOKEN, true, 12, 3},
        {"18446744073709551615-4294967295-0f", true, UINT64_MAX, UINT32_MAX},
        {"000000-1-" TOKEN, false, 0, 0},
        {"000001-0-" TOKEN, false, 0, 0},
        {"000001-4294967296-" TOKEN, false, 0, 0},
        {"99999999999999999999-1-" TOKEN, false, 0, 0},
        {"000001-1-", false, 0, 0},
        {"000001-1-" TOKEN "0", false, 0, 0},
        {"000001-1-00112233.tmp", false, 0, 0},
        {"000001-1-../../../x", false, 0, 0},
        {"000001-1", false, 0, 0},
        {"+00001-1-" TOKEN, false, 0, 0},
        {"-1-1-" TOKEN, false, 0, 0},
        {".nfs0000000000000001", false, 0, 0},
        {"..", false, 0, 0},
        {"", false, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct ticket ticket;
        bool is_one = ticket_parse(rows[i].name, &ticket);
        if (is_one != rows[i].is_one)
            fail_msg("'%s' counts as %s ticket", rows[i].name, is_one ? "a" : "no");
        if (!is_one)
            continue;
        char name[TICKET_NAME_MAX];
        ticket_name(&ticket, name);
        assert_string_equal(name, rows[i].name);
        assert_true(ticket.key.trial == rows[i].trial);
        assert_true(ticket.key.number == rows[i].number);
    }
}

static void test_one_takes_it(void **state)
{
    struct scratch scratch;
    const struct ticket ticket = {{7, 1}, TOKEN};
    struct sweep_error err = {0};
    (void)state;
    scratch_open(&scratch);
    assert_false(ticket_put(scratch.fd, TICKET_WAITING, &ticket, &err)); /* there is no folder */
    assert_int_equal(err.code, SWEEP_IO);
    assert_int_equal(mkdirat(scratch.fd, TICKET_WAITING, 0700), 0);
    assert_true(ticket_put(scratch.fd, TICKET_WAITING, &ticket, NULL));
    assert_true(ticket_put(scratch.fd, TICKET_WAITING, &ticket, NULL));
    assert_true(ticket_take(scratch.fd, TICKET_WAITING, &ticket));
    assert_false(ticket_take(scratch.fd, TICKET_WAITING, &ticket));
    scratch_close(&scratch);
}

static void test_lowest_first(void **state)
{
    static const uint64_t trials[] = {9, 3, 1000000, 4, 1, 8, 2, 7};
    struct scratch scratch;
    struct ticket found[ARRAY_LENGTH(trials) + 1];
    (void)state;
    scratch_open(&scratch);
    assert_int_equal(ticket_list(scratch.fd, TICKET_WAITING, found, 3), 0);
    assert_int_equal(mkdirat(scratch.fd, TICKET_WAITING, 0700), 0);
    assert_int_equal(mkdirat(scratch.fd, TICKET_WAITING "/other", 0700), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(trials); i++) {
        const struct ticket ticket = {{trials[i], 1}, TOKEN};
        assert_true(ticket_put(scratch.fd, TICKET_WAITING, &ticket, NULL));
    }
    assert_int_equal(ticket_list(scratch.fd, TICKET_WAITING, found, 0), 0);
    assert_int_equal(ticket_list(scratch.fd, TICKET_WAITING, found, 3), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(found[i].key.trial, i + 1);
    assert_int_equal(ticket_list(scratch.fd, TICKET_WAITING, found, ARRAY_LENGTH(found)),
                     ARRAY_LENGTH(trials));
    assert_int_equal(found[ARRAY_LENGTH(trials) - 1].key.trial, 1000000);
    assert_string_equal(found[0].token, TOKEN);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_one_takes_it),
        cmocka_unit_test(test_lowest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
