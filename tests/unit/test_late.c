/*
 * Children that are killed at their deadline and are not gone for all that, as one that a file
 * system holds. Here a tracer holds it: until that lets go of it nobody can reap it.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/number.h"
#include "base/sys.h"
#include "exec/slurm/client.h"
#include "proc/helper.h"
#include "vector.h"
#include "wait.h"

#define HELD     "held "
#define LIFE_S   60
#define PROMPTLY 20000

static char *hanging[] = {TEXT(BIN_DIR "/test_late"), TEXT("hang"), NULL};
static char *envp[] = {TEXT("PATH=/usr/bin:/bin"), NULL};

/* --- the child -------------------------------------------------------------------------------- */

static void hold_parent(void)
{
    char line[64];
    bool is_held = setsid() > 0 && ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0;
    int size = snprintf(line, sizeof line, "%s%ld\n", is_held ? HELD : "not held ", (long)getpid());
    if (write(STDOUT_FILENO, line, (size_t)size) == size && is_held)
        (void)pause();
}

static int hang(void)
{
    (void)alarm(LIFE_S);
    (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    pid_t tracer = fork();
    if (tracer == 0) {
        (void)alarm(LIFE_S);
        hold_parent();
        _exit(0);
    }
    (void)pause();
    _exit(0);
}

/* --- what the tests share --------------------------------------------------------------------- */

/* The tracer that has said in `out` that it holds the child; 0: there is none yet. */
static pid_t tracer_of(const struct strbuf *out)
{
    const char *text = strbuf_text(out);
    uint64_t pid = 0;
    if (strncmp(text, HELD, strlen(HELD)) != 0 || strchr(text, '\n') == NULL)
        return 0;
    text += strlen(HELD);
    assert_int_equal(number_parse_uint64((struct strview){text, strcspn(text, "\n")}, &pid),
                     NUMBER_OK);
    return (pid_t)pid;
}

static bool has_spoken(void *context)
{
    struct client *client = context;
    assert_int_equal(client_poll(client, 1), CLIENT_RUNS);
    return strchr(strbuf_text(&client->helper.out), '\n') != NULL;
}

static bool is_gone(void *context)
{
    struct client *client = context;
    assert_int_equal(client_poll(client, CLIENT_DEADLINE_MS), CLIENT_IDLE);
    return !client_is_running(client);
}

/* --- the tests -------------------------------------------------------------------------------- */

static void test_client_is_left(void **state)
{
    struct client client;
    struct client_request request = {hanging, envp, epoll_create1(EPOLL_CLOEXEC)};
    (void)state;
    client_init(&client);
    assert_true(client_start(&client, &request, 0, NULL));
    assert_true(wait_until(has_spoken, &client, PROMPTLY));
    pid_t tracer = tracer_of(&client.helper.out);
    if (tracer > 0) {
        assert_int_equal(client_poll(&client, CLIENT_DEADLINE_MS), CLIENT_LATE);
        assert_true(client_is_running(&client));
        assert_int_equal(client_poll(&client, CLIENT_DEADLINE_MS), CLIENT_IDLE);
        assert_true(client_is_running(&client));
        assert_int_equal(client.deadline_ms, INT64_MAX);
        assert_int_equal(kill(tracer, SIGKILL), 0);
        assert_true(wait_until(is_gone, &client, PROMPTLY));
    } else {
        (void)kill(-client.helper.pid, SIGKILL);
    }
    client_release(&client);
    sys_close(request.epoll_fd);
    if (tracer == 0) /* nobody may trace here */
        skip();
}

static void test_helper_is_left(void **state)
{
    struct helper helper;
    struct sweep_error err = {0};
    (void)state;
    helper_init(&helper, 4096);
    assert_false(helper_run(&helper, hanging, envp, 1000, &err));
    pid_t tracer = tracer_of(&helper.out);
    assert_string_equal(err.message, "it gives no answer");
    helper_release(&helper);
    if (tracer > 0)
        assert_int_equal(kill(tracer, SIGKILL), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_is_left),
        cmocka_unit_test(test_helper_is_left),
    };
    if (argc > 1 && strcmp(argv[1], hanging[1]) == 0)
        return hang();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
