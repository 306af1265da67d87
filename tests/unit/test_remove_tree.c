/*
 * Trees are removed whole, links are not followed, and a dry run only measures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/remove_tree.h"
#include "base/sys.h"
#include "scratch.h"

static void put(int dir_fd, const char *name)
{
    assert_true(file_replace(dir_fd, name, strview_of("some bytes"), 0600, NULL));
}

static bool exists(int dir_fd, const char *name)
{
    return faccessat(dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void make_tree(int fd)
{
    assert_int_equal(mkdirat(fd, "tree", 0700), 0);
    assert_int_equal(mkdirat(fd, "tree/inner", 0700), 0);
    put(fd, "tree/one");
    put(fd, "tree/inner/two");
    put(fd, "outside");
    assert_int_equal(symlinkat("../outside", fd, "tree/link"), 0);
    assert_int_equal(symlinkat("..", fd, "tree/inner/up"), 0);
}

static void test_all_of_it_and_no_more(void **state)
{
    struct scratch scratch;
    uint64_t measured = 0;
    uint64_t removed = 0;
    struct sweep_error err = {0};

    (void)state;
    scratch_open(&scratch);
    make_tree(scratch.fd);
    assert_true(remove_tree(scratch.fd, "tree", true, &measured, &err));
    assert_true(measured > 0);
    assert_true(exists(scratch.fd, "tree/inner/two"));
    assert_true(remove_tree(scratch.fd, "tree", false, &removed, &err));
    assert_true(measured == removed);
    assert_false(exists(scratch.fd, "tree"));
    assert_true(exists(scratch.fd, "outside"));
    assert_true(remove_tree(scratch.fd, "tree", false, &removed, &err)); /* not there: fine */
    scratch_close(&scratch);
}

static void test_a_link_is_removed_itself(void **state)
{
    struct scratch scratch;
    uint64_t bytes = 0;

    (void)state;
    scratch_open(&scratch);
    assert_int_equal(mkdirat(scratch.fd, "real", 0700), 0);
    put(scratch.fd, "real/file");
    assert_int_equal(symlinkat("real", scratch.fd, "link"), 0);
    assert_true(remove_tree(scratch.fd, "link", false, &bytes, NULL));
    assert_false(exists(scratch.fd, "link"));
    assert_true(exists(scratch.fd, "real/file"));
    scratch_close(&scratch);
}

static void test_too_deep_is_said(void **state)
{
    struct scratch scratch;
    struct sweep_error err = {0};
    uint64_t bytes = 0;

    (void)state;
    scratch_open(&scratch);
    int fd = dup(scratch.fd);
    for (int depth = 0; depth <= REMOVE_TREE_DEPTH_MAX; depth++) {
        assert_int_equal(mkdirat(fd, "d", 0700), 0);
        int next = sys_open(fd, "d", O_RDONLY | O_DIRECTORY, 0);
        sys_close(fd);
        fd = next;
    }
    assert_false(remove_tree(scratch.fd, "d", false, &bytes, &err));
    assert_non_null(strstr(err.message, "directories deep"));
    /* From further below it is not too deep. */
    sys_close(fd);
    fd = sys_open(scratch.fd, "d", O_RDONLY | O_DIRECTORY, 0);
    assert_true(remove_tree(fd, "d", false, &bytes, &err));
    sys_close(fd);
    assert_true(remove_tree(scratch.fd, "d", false, &bytes, &err));
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_it_and_no_more),
        cmocka_unit_test(test_a_link_is_removed_itself),
        cmocka_unit_test(test_too_deep_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
