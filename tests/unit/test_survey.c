/*
 * A look at the GPUs by another process, which is this very program: asked as the probe is, it does
 * what the environment says.
 */
#include "box/gpu/survey.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/array.h"
#include "box/gpu/told.h"

#define BEHAVIOUR "SURVEY_BEHAVIOUR"

static int program_fd;

/* --- the probe -------------------------------------------------------------------------------- */

static void fill(struct gpu_list *list)
{
    gpu_set_text(list->source, "NVML");
    gpu_set_text(list->driver, "535");
    for (unsigned i = 0; i < 3; i++) {
        struct gpu *gpu = gpu_list_add(list, i == 2 ? GPU_AMD : GPU_NVIDIA);
        gpu_set_text(gpu->uuid, i == 0 ? "GPU-a=b" : "GPU-c");
        gpu_set_text(gpu->name, "a name\twith a tab\n");
        gpu->memory_bytes = UINT64_C(1) << 36;
        gpu->pid_count = i;
        gpu->pids[0] = 42;
        gpu->pids[1] = 43;
        gpu->pid_bytes[0] = GPU_UNKNOWN;
        gpu->pid_bytes[1] = 1000;
        gpu->energy_mj = INT64_MAX;
    }
}

static int be_probe(const char *behaviour)
{
    struct gpu_list list = {0};
    struct sweep_error reason = {0};
    struct strbuf text;
    strbuf_init(&text, TOLD_MAX);
    fill(&list);
    if (strcmp(behaviour, "hang") == 0)
        for (;;)
            pause();
    else if (strcmp(behaviour, "fail") == 0) {
        (void)!sweep_error_set(&reason, SWEEP_IO, "two\nlines");
        told_format_error(&reason, &text);
    } else if (strcmp(behaviour, "garbage") == 0)
        strbuf_append_text(&text, "gpu\tuuid=GPU-a\tindex=minus one\nend\n");
    else if (strcmp(behaviour, "silence") != 0)
        told_format(&list, &text);
    if (strcmp(behaviour, "cut") == 0)
        text.size -= strlen("end\n");
    ssize_t written = write(STDOUT_FILENO, strbuf_text(&text), text.size);
    strbuf_release(&text);
    return written < 0;
}

/* --- tests ------------------------------------------------------------------------------------ */

static bool look(struct gpu_list *list, struct sweep_error *err)
{
    struct survey survey = {0};
    enum survey_state state;
    assert_true(survey_begin(&survey, program_fd, 0, err));
    do {
        struct pollfd wait = {.fd = survey.fd, .events = POLLIN};
        (void)poll(&wait, 1, -1);
        state = survey_step(&survey, 0, list, err);
    } while (state == SURVEY_PENDING);
    return state == SURVEY_DONE;
}

static void test_look(void **state)
{
    static const struct {
        const char *behaviour;
        const char *message; /* NULL: it succeeds */
    } rows[] = {
        {"tell", NULL},
        {"fail", "two lines"},
        {"garbage", "the look at the GPUs told something unknown"},
        {"silence", "the look at the GPUs ended half way"},
        {"cut", "the look at the GPUs ended half way"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct gpu_list list;
        struct sweep_error err = {0};
        (void)setenv(BEHAVIOUR, rows[i].behaviour, 1);
        assert_int_equal(look(&list, &err), rows[i].message == NULL);
        if (rows[i].message != NULL) {
            assert_int_equal(err.code, SWEEP_IO);
            assert_string_equal(err.message, rows[i].message);
        }
    }
}

static void test_told(void **state)
{
    struct gpu_list list = {0};
    struct gpu_list again;
    struct strbuf text;
    (void)state;
    fill(&list);
    strbuf_init(&text, TOLD_MAX);
    told_format(&list, &text);
    assert_true(told_parse(strbuf_view(&text), &again, NULL));
    assert_int_equal(again.count, list.count);
    assert_string_equal(again.driver, "535");
    for (size_t i = 0; i < list.count; i++) {
        const struct gpu *a = &list.items[i];
        const struct gpu *b = &again.items[i];
        assert_int_equal(a->vendor, b->vendor);
        assert_int_equal(a->index, b->index);
        assert_string_equal(a->uuid, b->uuid);
        assert_string_equal(b->name, "a name with a tab ");
        assert_int_equal(a->memory_bytes, b->memory_bytes);
        assert_int_equal(b->energy_mj, INT64_MAX);
        assert_int_equal(b->power_mw, GPU_UNKNOWN);
        assert_int_equal(a->pid_count, b->pid_count);
        assert_memory_equal(a->pids, b->pids, a->pid_count * sizeof a->pids[0]);
        assert_memory_equal(a->pid_bytes, b->pid_bytes, a->pid_count * sizeof a->pid_bytes[0]);
    }
    /* Whatever is missing at the end, it is not taken for a whole list. */
    for (size_t size = 0; size < text.size; size++)
        assert_false(told_parse((struct strview){text.data, size}, &again, NULL));
    strbuf_release(&text);
}

/* A probe that hangs is given up when its time is over, and there is never a second one beside it
 * for as long as it cannot be reaped. */
static void test_hang(void **state)
{
    struct survey survey = {0};
    struct gpu_list list;
    struct sweep_error err = {0};
    (void)state;
    (void)setenv(BEHAVIOUR, "hang", 1);
    assert_true(survey_begin(&survey, program_fd, 1000, &err));
    pid_t pid = survey.pid;
    assert_int_equal(survey_step(&survey, 1000 + SURVEY_DEADLINE_MS - 1, &list, &err),
                     SURVEY_PENDING);
    assert_int_equal(survey_step(&survey, 1000 + SURVEY_DEADLINE_MS, &list, &err), SURVEY_FAILED);
    assert_string_equal(err.message,
                        "the GPU driver gives no answer within 10 s: a reboot may be needed");
    if (survey.ending > 0) {
        siginfo_t info;
        assert_int_equal(survey.ending, pid);
        assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    }
    (void)setenv(BEHAVIOUR, "tell", 1);
    assert_true(survey_begin(&survey, program_fd, 0, &err));
    survey_end(&survey);
    survey_end(&survey);
}

static void test_never_two(void **state)
{
    struct survey survey = {0};
    struct sweep_error err = {0};
    (void)state;
    (void)setenv(BEHAVIOUR, "hang", 1);
    assert_true(survey_begin(&survey, program_fd, 0, &err));
    struct survey stuck = {.ending = survey.pid}; /* as if the kernel held it */
    assert_false(survey_begin(&stuck, program_fd, 0, &err));
    assert_int_equal(err.code, SWEEP_BUSY);
    survey_end(&survey);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_look),
        cmocka_unit_test(test_hang),
        cmocka_unit_test(test_never_two),
    };
    if (argc > 1 && strcmp(argv[1], SURVEY_COMMAND) == 0)
        return be_probe(getenv(BEHAVIOUR));
    program_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
