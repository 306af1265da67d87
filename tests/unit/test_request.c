/* Requests as files: written whole, read in order, and what is no request does no harm. */
#include "control/request.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "scratch.h"

static struct request make(enum request_verb verb, uint64_t trial, const char *body, int64_t at_us)
{
    struct request request = {.verb = verb, .trial = trial, .body = body};
    request_draw_id(&request, 0xfeedfacecafebeef, at_us);
    return request;
}

static void must_write(struct scratch *scratch, const struct request *request)
{
    struct sweep_error err = {0};
    if (!request_write(scratch->fd, request, &err))
        fail_msg("%s", err.message);
}

static void put_bytes(struct scratch *scratch, const char *name, const char *bytes)
{
    struct sweep_error err = {0};
    assert_true(file_replace(scratch->fd, name, strview_of(bytes), 0600, &err));
}

static void test_comes_back(void **state)
{
    static const struct {
        enum request_verb verb;
        uint64_t trial;
        const char *body;
    } rows[] = {
        {REQUEST_PAUSE, 0, ""},
        {REQUEST_RESUME, 0, NULL},
        {REQUEST_CANCEL, UINT64_MAX, "two\nlines\n\nverb: stop\n"},
        {REQUEST_STOP, 0, "\xc3\xa4 \"'$(x)"},
    };
    struct scratch scratch;
    (void)state;
    scratch_open(&scratch);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct request written = make(rows[i].verb, rows[i].trial, rows[i].body, 77);
        struct request read;
        struct arena arena = {0};
        struct sweep_error err = {0};
        must_write(&scratch, &written);
        assert_true(request_is_there(scratch.fd, written.id));
        if (!request_read(scratch.fd, written.id, &arena, &read, &err))
            fail_msg("row %zu: %s", i, err.message);
        assert_string_equal(read.id, written.id);
        assert_int_equal(read.verb, rows[i].verb);
        assert_int_equal(read.trial, rows[i].trial);
        assert_string_equal(read.body, rows[i].body == NULL ? "" : rows[i].body);
        arena_release(&arena);
        assert_true(request_remove(scratch.fd, written.id));
        assert_false(request_is_there(scratch.fd, written.id));
        assert_true(request_remove(scratch.fd, written.id));
    }
    scratch_close(&scratch);
}

static void test_in_order(void **state)
{
    struct scratch scratch;
    struct request_list list;
    struct sweep_error err = {0};
    (void)state;
    scratch_open(&scratch);
    for (int64_t i = 0; i < REQUEST_LIST_MAX + 3; i++) {
        /* 7 has no factor in common with the count: each moment once, in no order */
        const struct request request =
            make(REQUEST_PAUSE, 0, "", 1764000000000000 + i * 7 % (REQUEST_LIST_MAX + 3));
        must_write(&scratch, &request);
    }
    put_bytes(&scratch, "00000000000000000000000000000000.request.tmp", "being written");
    put_bytes(&scratch, "0000000000000000000000000000000.request", "short");
    put_bytes(&scratch, "0000000000000000000000000000000G.request", "no digit");
    put_bytes(&scratch, "notes.txt", "somebody's");
    assert_true(request_list(scratch.fd, &list, &err));
    assert_int_equal(list.count, REQUEST_LIST_MAX);
    assert_true(list.has_more);
    for (size_t i = 0; i < list.count; i++)
        assert_string_equal(list.ids[i],
                            make(REQUEST_PAUSE, 0, "", 1764000000000000 + (int64_t)i).id);
    scratch_close(&scratch);
}

#define ID   "00000000000000000000000000000001"
#define NAME ID ".request"

static void expect_refused(struct scratch *scratch, const char *what, enum sweep_code code)
{
    struct arena arena = {0};
    struct request request;
    struct request_list list;
    struct sweep_error err = {0};
    assert_true(request_list(scratch->fd, &list, &err));
    assert_int_equal(list.count, 1);
    if (request_read(scratch->fd, ID, &arena, &request, &err))
        fail_msg("%s: taken for a request", what);
    if (err.code != code)
        fail_msg("%s: %s", what, err.message);
    arena_release(&arena);
    assert_true(request_remove(scratch->fd, ID));
}

static void test_hostile_bytes(void **state)
{
    static const struct {
        const char *name;
        const char *bytes;
        enum sweep_code code;
    } rows[] = {
        {"empty", "", SWEEP_BAD_INPUT},
        {"garbage", "\x7f\x45LF", SWEEP_BAD_INPUT},
        {"newer", "sweep request 2\nverb: fly\n", SWEEP_INCOMPATIBLE},
        {"no checksum", "sweep request 1\nverb: pause\ntrial: 0\n\n", SWEEP_BAD_INPUT},
        {"wrong checksum", "sweep request 1\nverb: pause\ntrial: 0\nchecksum: 00000000\n\n",
         SWEEP_BAD_INPUT},
        {"negative trial", "sweep request 1\nverb: pause\ntrial: -1\nchecksum: 00000000\n\n",
         SWEEP_BAD_INPUT},
        {"unknown verb", "sweep request 1\nverb: system\ntrial: 0\nchecksum: 00000000\n\nls",
         SWEEP_BAD_INPUT},
        {"cut in a line", "sweep request 1\nverb: pau", SWEEP_BAD_INPUT},
    };
    struct scratch scratch;
    (void)state;
    scratch_open(&scratch);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        put_bytes(&scratch, NAME, rows[i].bytes);
        expect_refused(&scratch, rows[i].name, rows[i].code);
    }
    scratch_close(&scratch);
}

static void make_huge(struct scratch *scratch)
{
    int fd = openat(scratch->fd, NAME, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_return_code(ftruncate(fd, INT64_C(1) << 40), 0); /* a hole: takes no space */
    close(fd);
}

/* Whatever bears the name: refused at once, removed, and what a link leads to is not touched. */
static void test_hostile_files(void **state)
{
    struct scratch scratch;
    struct request written = make(REQUEST_STOP, 0, "", 1);
    char target[64];
    (void)state;
    scratch_open(&scratch);
    make_huge(&scratch);
    expect_refused(&scratch, "huge", SWEEP_BAD_INPUT);
    assert_return_code(mkfifoat(scratch.fd, NAME, 0600), 0);
    expect_refused(&scratch, "a pipe", SWEEP_BAD_INPUT);

    must_write(&scratch, &written);
    (void)snprintf(target, sizeof target, "%s.request", written.id);
    assert_return_code(renameat(scratch.fd, target, scratch.fd, "good"), 0);
    assert_return_code(symlinkat("good", scratch.fd, NAME), 0);
    expect_refused(&scratch, "a link to a good one", SWEEP_BAD_INPUT);
    assert_return_code(faccessat(scratch.fd, "good", F_OK, 0), 0);

    if (geteuid() == 0) { /* only then can a file be given away */
        assert_return_code(renameat(scratch.fd, "good", scratch.fd, NAME), 0);
        assert_return_code(fchownat(scratch.fd, NAME, 12345, 12345, 0), 0);
        expect_refused(&scratch, "a stranger's", SWEEP_BAD_INPUT);
    }
    scratch_close(&scratch);
}

static void test_too_long_to_write(void **state)
{
    static char body[REQUEST_BODY_MAX + 2];
    struct scratch scratch;
    struct sweep_error err = {0};
    (void)state;
    scratch_open(&scratch);
    memset(body, 'x', sizeof body - 1);
    const struct request request = make(REQUEST_PAUSE, 0, body, 1);
    assert_false(request_write(scratch.fd, &request, &err));
    assert_int_equal(err.code, SWEEP_BAD_INPUT);
    assert_false(request_is_there(scratch.fd, request.id));
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_hostile_bytes),     cmocka_unit_test(test_hostile_files),
        cmocka_unit_test(test_too_long_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
