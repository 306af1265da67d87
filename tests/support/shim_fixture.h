/*
 * The runner's side of an attempt, for tests that drive the real sweep-shim.
 *
 *     struct attempt attempt;
 *     attempt_prepare(&attempt);
 *     attempt.spec.timeout_ms = 50;
 *     attempt_run(&attempt, "echo hello; exit 3");
 *     assert_int_equal(attempt.result.outcome.detail, 3);
 *     attempt_end(&attempt);
 */
#ifndef SUPPORT_SHIM_FIXTURE_H
#define SUPPORT_SHIM_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "journal/handshake.h"
#include "journal/journal.h"
#include "journal/result.h"
#include "journal/spec.h"
#include "proc/spawn.h"
#include "proc/tree.h"
#include "scratch.h"
#include "vector.h"
#include "wait.h"

#define SHIM_PATH     BIN_DIR "/sweep-shim"
#define SHIM_WAIT_MS  60000
#define SHIM_TEXT_MAX ((size_t)64 << 20)

struct attempt {
    struct scratch scratch; /* the trial's directory; the command runs in `work` within it */
    struct spec spec;
    char workdir[96];
    char token_variable[64];
    char *argv[4];
    char *envp[8];
    pid_t shim;
    int socket_fd;
    struct result result;
    bool has_result;
    int shim_status;
};

static inline void attempt_prepare(struct attempt *attempt)
{
    static unsigned count;
    *attempt = (struct attempt){.socket_fd = -1};
    scratch_open(&attempt->scratch);
    assert_int_equal(mkdirat(attempt->scratch.fd, "work", 0700), 0);
    snprintf(attempt->workdir, sizeof attempt->workdir, "%s/work", attempt->scratch.path);
    struct spec *spec = &attempt->spec;
    snprintf(spec->token, sizeof spec->token, "%08x%08x%016llx", count++, (unsigned)getpid(),
             (unsigned long long)time(NULL));
    snprintf(attempt->token_variable, sizeof attempt->token_variable, TREE_TOKEN_VARIABLE "=%s",
             spec->token);
    attempt->argv[0] = TEXT("sh");
    attempt->argv[1] = TEXT("-c");
    attempt->envp[0] = TEXT("PATH=/usr/bin:/bin");
    attempt->envp[1] = attempt->token_variable;
    spec->key = (struct attempt_key){.trial = 41, .number = 1};
    spec->argv = attempt->argv;
    spec->envp = attempt->envp;
    spec->workdir = attempt->workdir;
    spec->grace_ms = 30000;
    spec->output_head_bytes = 16 << 20;
    spec->output_tail_bytes = 48 << 20;
    spec->step_pattern = -1;
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* what a killed shim leaves behind comes to us */
}

static inline void attempt_write_spec(struct attempt *attempt)
{
    struct strbuf bytes;
    char name[HANDSHAKE_NAME_MAX];
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    spec_format(&attempt->spec, &bytes);
    handshake_file_name(HANDSHAKE_SPEC, attempt->spec.key.number, name);
    assert_true(file_replace(attempt->scratch.fd, name, strbuf_view(&bytes), 0600, NULL));
    strbuf_release(&bytes);
}

static inline int attempt_create(struct attempt *attempt, enum handshake_file file)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(file, attempt->spec.key.number, name);
    int fd = openat(attempt->scratch.fd, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

/* Spawn the shim of attempt 1 as a runner does; it is blocked until it is told GO. */
static inline void attempt_launch(struct attempt *attempt)
{
    int pair[2];
    int lock_fd = attempt_create(attempt, HANDSHAKE_LOCK);
    assert_true(file_lock(lock_fd, "lock", NULL));
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    char *argv[] = {TEXT("sweep-shim"), TEXT("1"), NULL};
    char *envp[] = {TEXT("PATH=/nowhere"), NULL};
    const struct spawn_descriptor descriptors[] = {
        {null_fd, 0},
        {null_fd, 1},
        {STDERR_FILENO, 2}, /* a sanitizer's words */
        {pair[1], HANDSHAKE_FD},
        {lock_fd, HANDSHAKE_LOCK_FD},
        {attempt->scratch.fd, HANDSHAKE_DIR_FD},
    };
    const struct spawn_request request = {.path = SHIM_PATH,
                                          .argv = argv,
                                          .envp = envp,
                                          .new_session = true,
                                          .descriptors = descriptors,
                                          .descriptor_count = 6};
    struct sweep_error err = {0};
    if (!spawn_process(&request, &attempt->shim, NULL, &err))
        fail_msg("%s", err.message);
    close(pair[1]);
    close(lock_fd);
    close(null_fd);
    attempt->socket_fd = pair[0];
}

static inline void attempt_spawn(struct attempt *attempt)
{
    attempt_write_spec(attempt);
    close(attempt_create(attempt, HANDSHAKE_JOURNAL));
    attempt_launch(attempt);
}

static inline void attempt_expect_ready(const struct attempt *attempt)
{
    struct handshake word = {0};
    assert_int_equal(recv(attempt->socket_fd, &word, sizeof word, 0), sizeof word);
    assert_int_equal(word.word, HANDSHAKE_READY);
    assert_int_equal(word.protocol, HANDSHAKE_PROTOCOL);
}

static inline void attempt_say(struct attempt *attempt, uint32_t said, uint32_t protocol)
{
    const struct handshake word = {said, protocol};
    assert_int_equal(send(attempt->socket_fd, &word, sizeof word, MSG_NOSIGNAL), sizeof word);
}

static inline void attempt_start(struct attempt *attempt, const char *script)
{
    attempt->argv[2] = TEXT(script);
    attempt_spawn(attempt);
    attempt_expect_ready(attempt);
    attempt_say(attempt, HANDSHAKE_GO, HANDSHAKE_PROTOCOL);
}

static inline bool attempt_has_ended(void *context)
{
    struct attempt *attempt = context;
    return waitpid(attempt->shim, &attempt->shim_status, WNOHANG) == attempt->shim;
}

/* Wait for the shim and read its result, if there is one. */
static inline void attempt_wait(struct attempt *attempt)
{
    if (!wait_until(attempt_has_ended, attempt, SHIM_WAIT_MS))
        fail_msg("the shim does not end");
    attempt->shim = 0;
    struct strbuf bytes;
    char name[HANDSHAKE_NAME_MAX];
    strbuf_init(&bytes, 4096);
    handshake_file_name(HANDSHAKE_RESULT, attempt->spec.key.number, name);
    attempt->has_result = file_read(attempt->scratch.fd, name, &bytes, NULL) &&
                          result_parse(strbuf_view(&bytes), &attempt->result, NULL);
    strbuf_release(&bytes);
    if (attempt->has_result) {
        assert_int_equal(attempt->shim_status, 0);
        assert_int_equal(attempt->result.key.trial, 41);
        assert_string_equal(attempt->result.token, attempt->spec.token);
    }
}

static inline void attempt_run(struct attempt *attempt, const char *script)
{
    attempt_start(attempt, script);
    attempt_wait(attempt);
    assert_true(attempt->has_result);
}

/* The text of a file in the trial's directory, in a buffer for strbuf_release(). */
static inline struct strbuf attempt_read(const struct attempt *attempt, const char *name)
{
    struct strbuf text;
    strbuf_init(&text, SHIM_TEXT_MAX);
    struct sweep_error err = {0};
    if (!file_read(attempt->scratch.fd, name, &text, &err))
        fail_msg("%s", err.message);
    return text;
}

static inline void attempt_expect_output(const struct attempt *attempt, const char *expected)
{
    struct strbuf text = attempt_read(attempt, "output.log");
    assert_string_equal(strbuf_text(&text), expected);
    strbuf_release(&text);
}

/* Whether the command has made this file in its directory. */
static inline bool attempt_has_file(const struct attempt *attempt, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "work/%s", name);
    return faccessat(attempt->scratch.fd, path, F_OK, 0) == 0;
}

static inline bool attempt_is_up(void *context)
{
    return attempt_has_file(context, "up");
}

/* Wait until the script has done `: > up`. */
static inline void attempt_expect_up(struct attempt *attempt)
{
    if (!wait_until(attempt_is_up, attempt, SHIM_WAIT_MS))
        fail_msg("the command is not up");
}

static inline size_t attempt_count_alive(const struct attempt *attempt)
{
    const struct tree tree = {.token = attempt->spec.token};
    return tree_signal(&tree, 0);
}

/* Queue a stop as a runner does. */
static inline void attempt_stop(const struct attempt *attempt, enum attempt_stop reason)
{
    const union sigval value = {.sival_int = (int)reason};
    assert_int_equal(sigqueue(attempt->shim, SIGTERM, value), 0);
}

static inline void attempt_end(struct attempt *attempt)
{
    const struct tree tree = {.token = attempt->spec.token};
    assert_true(tree_kill(&tree, SHIM_WAIT_MS, NULL));
    if (attempt->shim > 0) {
        kill(attempt->shim, SIGKILL);
        waitpid(attempt->shim, NULL, 0);
    }
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    close(attempt->socket_fd);
    scratch_close(&attempt->scratch);
}

#endif
