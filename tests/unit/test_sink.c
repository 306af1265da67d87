/* Long texts on their way out, and files that appear when they are whole. */
#include "base/sink.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

#define LINE  "one of many lines that go to a file\n"
#define LINES 10000

struct place {
    char path[64];
    int dir_fd;
};

static void place_open(struct place *place)
{
    (void)snprintf(place->path, sizeof place->path, "/tmp/sweep-sink-XXXXXX");
    assert_non_null(mkdtemp(place->path));
    place->dir_fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(place->dir_fd >= 0);
}

static void place_close(struct place *place)
{
    (void)unlinkat(place->dir_fd, "rows", 0);
    close(place->dir_fd);
    assert_int_equal(rmdir(place->path), 0); /* nothing else was left there */
}

static bool exists(const struct place *place, const char *name)
{
    return faccessat(place->dir_fd, name, F_OK, 0) == 0;
}

static void append_lines(struct sink *sink)
{
    struct sweep_error err = {0};
    for (int i = 0; i < LINES; i++) {
        strbuf_append_text(&sink->text, LINE);
        if (!sink_push(sink, &err))
            fail_msg("%s", err.message);
        assert_in_range(sink->text.capacity, 0, 1 << 18);
    }
}

static void test_a_file_appears_whole(void **state)
{
    struct place place;
    struct sink sink;
    struct strbuf read;
    struct sweep_error err = {0};

    (void)state;
    place_open(&place);
    assert_true(sink_to_file(&sink, place.dir_fd, "rows", 0600, &err));
    append_lines(&sink);
    assert_false(exists(&place, "rows"));
    assert_true(sink_finish(&sink, &err));
    sink_release(&sink);
    strbuf_init(&read, 1 << 20);
    assert_true(file_read(place.dir_fd, "rows", &read, &err));
    assert_int_equal(read.size, LINES * (sizeof LINE - 1));
    for (size_t i = 0; i < read.size; i += sizeof LINE - 1)
        assert_memory_equal(read.data + i, LINE, sizeof LINE - 1);
    strbuf_release(&read);
    place_close(&place);
}

static void test_what_was_not_finished_is_not_there(void **state)
{
    struct place place;
    struct sink sink;
    struct sweep_error err = {0};

    (void)state;
    place_open(&place);
    assert_true(file_replace(place.dir_fd, "rows", strview_of("old"), 0600, &err));
    assert_true(sink_to_file(&sink, place.dir_fd, "rows", 0600, &err));
    append_lines(&sink);
    sink_release(&sink);
    assert_true(exists(&place, "rows"));
    assert_false(exists(&place, "rows.tmp"));
    assert_false(sink_to_file(&sink, place.dir_fd, "no/such/folder", 0600, &err));
    assert_int_equal(err.code, SWEEP_NOT_FOUND);
    sink_release(&sink);
    place_close(&place);
}

static void test_a_reader_may_go_away(void **state)
{
    int ends[2];
    struct sink sink;
    struct sweep_error err = {0};

    (void)state;
    assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    sink_to_fd(&sink, ends[1], "a pipe");
    append_lines(&sink);
    assert_true(sink.is_gone);
    assert_true(sink_finish(&sink, &err));
    sink_release(&sink);
    close(ends[1]);
}

static void test_a_full_device_is_an_error(void **state)
{
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct sink sink;
    struct sweep_error err = {0};

    (void)state;
    assert_true(fd >= 0);
    sink_to_fd(&sink, fd, "a device");
    strbuf_append_text(&sink.text, LINE);
    assert_true(sink_push(&sink, &err)); /* too little to be written */
    assert_false(sink_finish(&sink, &err));
    assert_int_equal(err.code, SWEEP_NO_SPACE);
    assert_non_null(strstr(err.message, "a device"));
    sink_release(&sink);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_appears_whole),
        cmocka_unit_test(test_what_was_not_finished_is_not_there),
        cmocka_unit_test(test_a_reader_may_go_away),
        cmocka_unit_test(test_a_full_device_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
