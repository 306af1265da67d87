/*
 * Memory: zeroed, aligned, never NULL, and an end with one line when there is none.
 */
#include "sweep/mem.h"

#include <setjmp.h>
#include <signal.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/array.h"

static bool is_zero(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void test_alloc(void **state)
{
    unsigned char *block = sweep_alloc(1000);
    uint32_t *array = sweep_alloc_array(250, sizeof *array);
    void *nothing = sweep_alloc(0);
    char *copy = sweep_strdup("text");

    (void)state;
    assert_true(is_zero(block, 1000));
    assert_true(is_zero((unsigned char *)array, 250 * sizeof *array));
    assert_non_null(nothing);
    array[249] = 0x9e3779b9;
    array = sweep_realloc_array(array, 5000, sizeof *array);
    assert_int_equal(array[249], 0x9e3779b9);
    array = sweep_realloc_array(array, 0, sizeof *array);
    assert_non_null(array);
    assert_string_equal(copy, "text");
    assert_null(sweep_strdup(NULL));
    sweep_free(block);
    sweep_free(array);
    sweep_free(nothing);
    sweep_free(copy);
    sweep_free(NULL);
}

static void want_alloc(void)
{
    (void)sweep_alloc_array(SIZE_MAX / 8, 9);
}

static void want_realloc(void)
{
    (void)sweep_realloc_array(NULL, SIZE_MAX / 8, 9);
}

static void want_arena(void)
{
    struct arena arena = {0};

    (void)arena_alloc_array(&arena, SIZE_MAX / 8, 9);
}

static void want_huge_arena(void)
{
    struct arena arena = {0};

    (void)arena_alloc(&arena, SIZE_MAX - 3);
}

/* Run in a child with standard error in a pipe. @return its wait status */
static int run_child(void (*want)(void), char *message, size_t size)
{
    const struct rlimit no_core = {0, 0};
    int ends[2];
    ssize_t got;
    int status;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        want();
        _exit(0);
    }
    close(ends[1]);
    got = read(ends[0], message, size - 1);
    message[got > 0 ? got : 0] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* Sizes that overflow would be small blocks for large data: the process ends instead. */
static void test_overflow_ends_the_process(void **state)
{
    static const struct {
        const char *name;
        void (*want)(void);
    } rows[] = {
        {"alloc", want_alloc},
        {"realloc", want_realloc},
        {"arena", want_arena},
        {"huge arena", want_huge_arena},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char message[256];
        int status = run_child(rows[i].want, message, sizeof message);

#ifndef SWEEP_SANITIZED /* AddressSanitizer has its own words for it */
        assert_non_null(strstr(message, "sweep: out of memory ("));
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
#endif
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            fail_msg("%s: went on", rows[i].name);
    }
}

/* Sizes around that of a block; each allocation is written to its end, then all are checked. */
static void test_arena(void **state)
{
    struct arena arena = {0};
    struct {
        unsigned char *bytes;
        size_t size;
    } kept[600];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(kept); i++) {
        size_t size = i * 7919 % 20011 % (i % 3 == 0 ? 20011 : 97);

        kept[i].size = size;
        kept[i].bytes = arena_alloc(&arena, size);
        assert_non_null(kept[i].bytes);
        assert_int_equal((uintptr_t)kept[i].bytes % alignof(max_align_t), 0);
        assert_true(is_zero(kept[i].bytes, size));
        memset(kept[i].bytes, (int)(i % 251 + 1), size);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(kept); i++)
        for (size_t k = 0; k < kept[i].size; k++)
            assert_int_equal(kept[i].bytes[k], i % 251 + 1);
    arena_release(&arena);
    assert_null(arena.newest);
    arena_release(&arena);
    arena_release(NULL);
}

static void test_arena_texts(void **state)
{
    struct arena arena = {0};
    char *copy = arena_strdup(&arena, "val_acc");
    char *part = arena_copy(&arena, (struct strview){"momentum", 6});
    char *empty = arena_copy(&arena, (struct strview){NULL, 0});
    char *printed = arena_printf(&arena, "%s %*d", "trial", 9000, 7);

    (void)state;
    assert_string_equal(copy, "val_acc");
    assert_string_equal(part, "moment");
    assert_string_equal(empty, "");
    assert_int_equal(strlen(printed), 9006);
    assert_true(printed[9005] == '7');
    arena_release(&arena);
}

static void test_array_grows(void **state)
{
    int *items = NULL;
    size_t count = 0;
    size_t capacity = 0;
    int moves = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        size_t before = capacity;

        items = array_reserve(items, count + 1, &capacity, sizeof *items);
        items[count++] = i * 3;
        assert_true(capacity >= count);
        moves += capacity != before;
    }
    assert_int_equal(items[77777], 233331);
    assert_true(moves < 30);
    items = array_reserve(items, 1000000, &capacity, sizeof *items);
    assert_int_equal(capacity, 1000000);
    sweep_free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc),       cmocka_unit_test(test_overflow_ends_the_process),
        cmocka_unit_test(test_arena),       cmocka_unit_test(test_arena_texts),
        cmocka_unit_test(test_array_grows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
