/*
 * The real sweep-shim, driven through its handshake: what it does before GO, how each kind of
 * command ends, what is left of it.
 */
#include "shim_fixture.h"

#include "base/array.h"

/* --- before GO ------------------------------------------------------------------------------ */

static void append_entry(struct strbuf *out, const struct attempt *attempt, const char *name)
{
    struct stat status;
    if (fstatat(attempt->scratch.fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return;
    strbuf_printf(out, "%s %o %lld %lld.%09ld %lld.%09ld\n", name, status.st_mode,
                  (long long)status.st_size, (long long)status.st_mtim.tv_sec,
                  status.st_mtim.tv_nsec, (long long)status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

/* Every file of the directory with its times: any touch shows. */
static struct strbuf take_picture(const struct attempt *attempt)
{
    static const char *const names[] = {".",        "1.spec",       "1.lock",     "1.journal",
                                        "1.result", "1.result.tmp", "output.log", "work"};
    struct strbuf picture;
    strbuf_init(&picture, 4096);
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        append_entry(&picture, attempt, names[i]);
    return picture;
}

static void assert_nothing_was_touched(const struct attempt *attempt, struct strbuf *before)
{
    struct strbuf after = take_picture(attempt);
    assert_string_equal(strbuf_text(&after), strbuf_text(before));
    strbuf_release(&after);
    strbuf_release(before);
}

static void test_no_runner_no_deed(void **state)
{
    (void)state;
    struct attempt attempt;
    attempt_prepare(&attempt);
    attempt.argv[2] = TEXT(": > up");
    attempt_spawn(&attempt);
    attempt_expect_ready(&attempt);
    struct strbuf before = take_picture(&attempt);
    close(attempt.socket_fd);
    attempt.socket_fd = -1;
    attempt_wait(&attempt);
    assert_nothing_was_touched(&attempt, &before);
    assert_false(attempt_has_file(&attempt, "up"));
    assert_int_equal(WEXITSTATUS(attempt.shim_status), 69);
    attempt_end(&attempt);
}

static void test_other_words_are_not_go(void **state)
{
    static const struct {
        uint32_t word;
        uint32_t protocol;
    } rows[] = {{HANDSHAKE_READY, HANDSHAKE_PROTOCOL}, {HANDSHAKE_GO, HANDSHAKE_PROTOCOL + 1}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct attempt attempt;
        attempt_prepare(&attempt);
        attempt.argv[2] = TEXT(": > up");
        attempt_spawn(&attempt);
        attempt_expect_ready(&attempt);
        struct strbuf before = take_picture(&attempt);
        attempt_say(&attempt, rows[i].word, rows[i].protocol);
        attempt_wait(&attempt);
        assert_nothing_was_touched(&attempt, &before);
        assert_int_equal(WEXITSTATUS(attempt.shim_status), 76);
        attempt_end(&attempt);
    }
}

/* The runner dies right after GO and has not read READY: the row is recorded, so it has to run. */
static void test_go_before_the_runner_dies(void **state)
{
    (void)state;
    struct attempt attempt;
    attempt_prepare(&attempt);
    attempt.argv[2] = TEXT(": > up; exit 5");
    attempt_spawn(&attempt);
    attempt_say(&attempt, HANDSHAKE_GO, HANDSHAKE_PROTOCOL);
    close(attempt.socket_fd);
    attempt.socket_fd = -1;
    attempt_wait(&attempt);
    /* Where it died before the shim was up there was nobody to greet, and nothing is done. */
    if (attempt.has_result) {
        assert_int_equal(attempt.result.outcome.detail, 5);
    } else {
        assert_false(attempt_has_file(&attempt, "up"));
        assert_int_equal(WEXITSTATUS(attempt.shim_status), 69);
    }
    attempt_end(&attempt);
}

static void test_an_attempt_is_executed_once(void **state)
{
    static const char *const traces[] = {"1.journal", "1.result"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(traces); i++) {
        struct attempt attempt;
        attempt_prepare(&attempt);
        int fd = openat(attempt.scratch.fd, traces[i], O_WRONLY | O_CREAT, 0600);
        assert_int_equal(write(fd, "x", 1), 1);
        close(fd);
        attempt_start(&attempt, ": > up");
        attempt_wait(&attempt);
        assert_false(attempt_has_file(&attempt, "up"));
        assert_int_equal(WEXITSTATUS(attempt.shim_status), 77);
        attempt_end(&attempt);
    }
}

static void keep_spec(const struct attempt *attempt)
{
    (void)attempt;
}

static void remove_spec(const struct attempt *attempt)
{
    assert_int_equal(unlinkat(attempt->scratch.fd, "1.spec", 0), 0);
}

static void damage_spec(const struct attempt *attempt)
{
    int fd = openat(attempt->scratch.fd, "1.spec", O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "?", 1, 60), 1);
    close(fd);
}

static void test_a_spec_that_is_not_ours(void **state)
{
    static const struct {
        void (*spoil)(const struct attempt *attempt);
        uint32_t number;
    } rows[] = {{remove_spec, 1}, {damage_spec, 1}, {keep_spec, 2}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct attempt attempt;
        attempt_prepare(&attempt);
        attempt.argv[2] = TEXT(": > up");
        attempt.spec.key.number = rows[i].number;
        attempt_write_spec(&attempt);
        if (rows[i].number != 1)
            assert_int_equal(renameat(attempt.scratch.fd, "2.spec", attempt.scratch.fd, "1.spec"),
                             0);
        rows[i].spoil(&attempt);
        attempt_launch(&attempt);
        attempt_wait(&attempt);
        assert_false(attempt_has_file(&attempt, "up"));
        assert_int_equal(WEXITSTATUS(attempt.shim_status), 65);
        attempt_end(&attempt);
    }
}

/* --- how a command ends ---------------------------------------------------------------------- */

static void test_ends(void **state)
{
    static const struct {
        const char *script;
        enum attempt_end end;
        int detail;
        const char *output;
    } rows[] = {
        {"echo hello; exit 3", ATTEMPT_EXITED, 3, "hello\n"},
        {"exit 0", ATTEMPT_EXITED, 0, ""},
        {"exit 255", ATTEMPT_EXITED, 255, ""},
        {"kill -KILL $$", ATTEMPT_SIGNALED, SIGKILL, ""},
        {"kill -SEGV $$", ATTEMPT_SIGNALED, SIGSEGV, ""},
        {"kill -TERM $$", ATTEMPT_SIGNALED, SIGTERM, ""},
        {"echo out; echo err >&2; echo out", ATTEMPT_EXITED, 0, "out\nerr\nout\n"},
        {"exec >&- 2>&-; sleep 0.1; exit 4", ATTEMPT_EXITED, 4, ""},
        {"printf 'no end'", ATTEMPT_EXITED, 0, "no end"},
        {"cat; echo eof", ATTEMPT_EXITED, 0, "eof\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct attempt attempt;
        attempt_prepare(&attempt);
        attempt_run(&attempt, rows[i].script);
        const struct attempt_outcome *outcome = &attempt.result.outcome;
        if (outcome->end != rows[i].end || outcome->detail != rows[i].detail)
            fail_msg("'%s': end %d, detail %d", rows[i].script, (int)outcome->end, outcome->detail);
        assert_int_equal(outcome->stop, ATTEMPT_STOP_NONE);
        assert_int_equal(outcome->output_bytes, strlen(rows[i].output));
        assert_int_equal(outcome->output_dropped, 0);
        assert_int_equal(outcome->leftovers, 0);
        assert_true(outcome->duration_us > 0 && outcome->ended_us >= outcome->started_us);
        attempt_expect_output(&attempt, rows[i].output);
        attempt_end(&attempt);
    }
}

static void test_not_started(void **state)
{
    static const struct {
        const char *program;
        int error_number;
        const char *output;
    } rows[] = {
        {"pyton-41", ENOENT, "[sweep: cannot execute 'pyton-41': No such file or directory]\n"},
        {"./missing", ENOENT, "[sweep: cannot execute './missing': No such file or directory]\n"},
        {"/etc", EACCES, "[sweep: cannot execute '/etc': Permission denied]\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct attempt attempt;
        attempt_prepare(&attempt);
        attempt.argv[0] = TEXT(rows[i].program);
        attempt_run(&attempt, "ignored");
        assert_int_equal(attempt.result.outcome.end, ATTEMPT_NOT_STARTED);
        assert_int_equal(attempt.result.outcome.detail, rows[i].error_number);
        assert_int_equal(attempt.result.outcome.output_bytes, 0);
        attempt_expect_output(&attempt, rows[i].output);
        attempt_end(&attempt);
    }
}

static void test_what_the_command_finds(void **state)
{
    (void)state;
    struct attempt attempt;
    attempt_prepare(&attempt);
    /* Its descriptors; its session; its oom score; nothing blocked or ignored; its directory. */
    attempt_run(&attempt, "for f in /proc/$$/fd/*; do [ -e $f ] && echo ${f##*/}; done\n"
                          "readlink /proc/$$/fd/0; readlink /proc/$$/fd/64 | sed 's/.*\\///'\n"
                          "[ $(cut -d' ' -f6 /proc/$$/stat) = $$ ] && echo own session\n"
                          "cat /proc/$$/oom_score_adj\n"
                          "grep -E '^Sig(Blk|Ign)' /proc/$$/status | cut -f2\n"
                          "[ $(pwd) = $(readlink -f .) ] && basename $(pwd)\n");
    attempt_expect_output(&attempt, "0\n1\n2\n64\n/dev/null\n1.lock\nown session\n500\n"
                                    "0000000000000000\n0000000000000000\nwork\n");
    attempt_end(&attempt);
}

/* Silence alone stops it: it had run for longer than that before. */
static void test_a_stall_is_stopped(void **state)
{
    (void)state;
    struct attempt attempt;
    attempt_prepare(&attempt);
    attempt.spec.stall_ms = 1000;
    attempt_run(&attempt, "for i in 1 2 3 4 5 6; do printf $i; sleep 0.25; done; exec sleep 1000");
    const struct attempt_outcome *outcome = &attempt.result.outcome;
    assert_int_equal(outcome->stop, ATTEMPT_STOP_STALL);
    assert_int_equal(outcome->end, ATTEMPT_SIGNALED);
    assert_int_equal(outcome->detail, SIGTERM);
    assert_true(outcome->duration_us > 2000000 && outcome->duration_us < 20000000);
    attempt_expect_output(&attempt, "123456");
    attempt_end(&attempt);
}

/* What a script gives to wandb.log() is no silence, though it prints nothing; and each number is in
 * the journal once, whether it came while the command ran or at its end. */
static void test_wandb_is_heard(void **state)
{
    static const struct spec_pattern patterns[] = {{"val_acc", NULL}};
    (void)state;
    struct attempt attempt;
    attempt_prepare(&attempt);
    attempt.spec.stall_ms = 1500;
    attempt.spec.patterns = patterns;
    attempt.spec.pattern_count = 1;
    attempt_run(&attempt, "mkdir -p ../wandb/offline-run-20260102_030405-x\n"
                          "run=../wandb/offline-run-20260102_030405-x/run-x.wandb\n"
                          "all=" SOURCE_DIR "/tests/wandb/0.16.6.wandb\n"
                          "head -c 1000 $all >$run\n"
                          "for at in 1000 1500 2000 2500 3000; do\n"
                          "  sleep 0.5; tail -c +$((at + 1)) $all | head -c 500 >>$run\n"
                          "done\n"
                          "tail -c +3501 $all >>$run");
    assert_int_equal(attempt.result.outcome.stop, ATTEMPT_STOP_NONE);
    assert_int_equal(attempt.result.outcome.end, ATTEMPT_EXITED);
    struct journal_record record = {0};
    struct journal_cursor cursor;
    int fd = openat(attempt.scratch.fd, "1.journal", O_RDONLY | O_CLOEXEC);
    int64_t count = 0;
    int64_t first_ms = 0;
    journal_cursor_init(&cursor, fd, 0, 0);
    while (journal_next(&cursor, &record) == JOURNAL_RECORD) {
        assert_int_equal(record.step, count);
        first_ms = count++ == 0 ? record.elapsed_ms : first_ms;
    }
    assert_int_equal(count, 40);
    assert_true(record.elapsed_ms > first_ms + 1000); /* it did not wait for the end */
    journal_cursor_release(&cursor);
    close(fd);
    attempt_end(&attempt);
}

/* --- what it leaves behind ------------------------------------------------------------------- */

/* `tail` keeps all of a line without an end in its memory. */
static void test_memory_is_limited(void **state)
{
    (void)state;
    struct attempt attempt;
    attempt_prepare(&attempt);
    attempt.spec.memory_bytes = (uint64_t)64 << 20;
    attempt_run(&attempt, "head -c 200000000 /dev/zero | tail -n 1 | wc -c; exit 3");
    assert_int_equal(attempt.result.outcome.short_of, ATTEMPT_SHORT_OF_MEMORY);
    attempt_end(&attempt);
    attempt_prepare(&attempt);
    attempt_run(&attempt, "head -c 200000000 /dev/zero | tail -n 1 | wc -c; exit 3");
    assert_int_equal(attempt.result.outcome.short_of, ATTEMPT_SHORT_OF_NOTHING);
    attempt_end(&attempt);
}

static void test_leftovers(void **state)
{
    static const struct {
        const char *name;
        const char *script;
        uint32_t leftovers;
        const char *output;
    } rows[] = {
        {"a daemon that holds the output", "(setsid sleep 1000 &); echo done", 1, "done\n"},
        {"a daemon that hides", "(env -i /usr/bin/setsid /bin/sleep 1000 >&- 2>&- &); echo done", 1,
         "done\n"},
        {"workers that ignore SIGTERM",
         "for i in 1 2 3; do sh -c 'trap \"\" TERM; : > up.'$i'; while :; do sleep 1000; done' & "
         "done; while ! [ -e up.1 -a -e up.2 -a -e up.3 ]; do sleep 0.01; done; echo done",
         6, "done\n"},
        {"a helper that ends by itself", "sh -c 'sleep 0.05; echo late' & echo done", 0,
         "done\nlate\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct attempt attempt;
        attempt_prepare(&attempt);
        attempt_run(&attempt, rows[i].script);
        if (attempt.result.outcome.leftovers != rows[i].leftovers)
            fail_msg("'%s': %u", rows[i].name, attempt.result.outcome.leftovers);
        assert_int_equal(attempt.result.outcome.end, ATTEMPT_EXITED);
        assert_int_equal(attempt.result.outcome.detail, 0);
        assert_int_equal(attempt_count_alive(&attempt), 0);
        attempt_expect_output(&attempt, rows[i].output);
        attempt_end(&attempt);
    }
}

static bool lock_is_free(void *context)
{
    const struct attempt *attempt = context;
    int fd = openat(attempt->scratch.fd, "1.lock", O_RDWR | O_CLOEXEC);
    bool is_free = !file_is_locked(fd);
    close(fd);
    return is_free;
}

static void test_a_killed_shim_leaves_the_lock_with_the_command(void **state)
{
    (void)state;
    struct attempt attempt;
    attempt_prepare(&attempt);
    attempt_start(&attempt, ": > up; exec sleep 1000");
    attempt_expect_up(&attempt);
    kill(attempt.shim, SIGKILL);
    attempt_wait(&attempt);
    assert_false(attempt.has_result);
    assert_int_equal(attempt_count_alive(&attempt), 1);
    assert_false(lock_is_free(&attempt));
    const struct tree tree = {.token = attempt.spec.token};
    assert_true(tree_kill(&tree, SHIM_WAIT_MS, NULL));
    assert_true(wait_until(lock_is_free, &attempt, SHIM_WAIT_MS));
    attempt_end(&attempt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_runner_no_deed),
        cmocka_unit_test(test_other_words_are_not_go),
        cmocka_unit_test(test_go_before_the_runner_dies),
        cmocka_unit_test(test_an_attempt_is_executed_once),
        cmocka_unit_test(test_a_spec_that_is_not_ours),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_not_started),
        cmocka_unit_test(test_a_stall_is_stopped),
        cmocka_unit_test(test_wandb_is_heard),
        cmocka_unit_test(test_what_the_command_finds),
        cmocka_unit_test(test_leftovers),
        cmocka_unit_test(test_memory_is_limited),
        cmocka_unit_test(test_a_killed_shim_leaves_the_lock_with_the_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
