/*
 * Plays every .txt file of this folder. Its input lines (script.h) come first; the lines that begin
 * with '>' are what must happen. UPDATE_GOLDEN=1 writes them anew, to be reviewed like code.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "play.h"
#include "script.h"
#include "sweep/mem.h"

#define TRACE_FOLDER SOURCE_DIR "/tests/trace"
#define TRACE_MAX    (64 * 1024)
#define TRACES_MAX   200

static void read_trace(const char *path, struct strbuf *out)
{
    struct sweep_error err = {0};
    strbuf_init(out, TRACE_MAX);
    if (!file_read(AT_FDCWD, path, out, &err))
        fail_msg("%s", err.message);
}

/* Cut a trace into what it says (input) and what it expects. */
static void split_trace(const char *text, struct strbuf *input, struct strbuf *expected)
{
    strbuf_init(input, TRACE_MAX);
    strbuf_init(expected, TRACE_MAX);
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        size += text[size] == '\n';
        strbuf_append(*text == '>' ? expected : input, text, size);
        text += size;
    }
}

static void parse_script(const char *path, struct script *script, char *text)
{
    int number = 0;
    script_init(script);
    for (char *line = text; line != NULL;) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        number++;
        if (!script_parse_line(script, line))
            fail_msg("%s: input line %d makes no sense: '%s'", path, number, line);
        line = end;
    }
}

static void write_trace(const char *path, const struct strbuf *input, const struct strbuf *log)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(strbuf_text(input), file);
    fputs(strbuf_text(log), file);
    assert_int_equal(fclose(file), 0);
}

/* Show where two logs part, with the lines before for orientation. */
static void show_difference(const char *expected, const char *actual)
{
    size_t same = 0;
    size_t line = 0;
    while (expected[same] != '\0' && expected[same] == actual[same])
        line = expected[same++] == '\n' ? same : line;
    print_error("%.*s- %.*s\n+ %.*s\n", (int)line, expected, (int)strcspn(expected + line, "\n"),
                expected + line, (int)strcspn(actual + line, "\n"), actual + line);
}

static void test_trace(void **state)
{
    const char *path = *state;
    struct strbuf text;
    struct strbuf input;
    struct strbuf expected;
    struct strbuf log;
    struct script *script = sweep_alloc(sizeof *script);
    read_trace(path, &text);
    split_trace(strbuf_text(&text), &input, &expected);
    strbuf_init(&log, TRACE_MAX);

    char *lines = sweep_strdup(strbuf_text(&input));
    parse_script(path, script, lines);
    play_script(script, &log);
    if (getenv("UPDATE_GOLDEN") != NULL)
        write_trace(path, &input, &log);
    else if (strcmp(strbuf_text(&expected), strbuf_text(&log)) != 0) {
        show_difference(strbuf_text(&expected), strbuf_text(&log));
        fail_msg("%s: another thing happened", path);
    }

    sweep_free(lines);
    strbuf_release(&log);
    strbuf_release(&text);
    strbuf_release(&input);
    strbuf_release(&expected);
    sweep_free(script);
}

static int is_trace(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 4 && strcmp(entry->d_name + size - 4, ".txt") == 0;
}

int main(void)
{
    struct CMUnitTest tests[TRACES_MAX];
    char paths[TRACES_MAX][512];
    struct dirent **entries;
    int count = scandir(TRACE_FOLDER, &entries, is_trace, alphasort);
    if (count <= 0 || count > TRACES_MAX) {
        fprintf(stderr, "%d traces in " TRACE_FOLDER ", expected 1 to %d\n", count, TRACES_MAX);
        return 1;
    }
    for (int i = 0; i < count; i++) {
        snprintf(paths[i], sizeof paths[i], TRACE_FOLDER "/%s", entries[i]->d_name);
        tests[i] = (struct CMUnitTest){
            .name = strrchr(paths[i], '/') + 1, .test_func = test_trace, .initial_state = paths[i]};
        free(entries[i]);
    }
    free(entries);
    return _cmocka_run_group_tests("traces", tests, (size_t)count, NULL, NULL);
}
