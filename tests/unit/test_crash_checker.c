/* The judge of the crash tests is itself tried: a sound sweep passes, each crime is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "journal/journal.h"
#include "journal/result.h"
#include "store_fixture.h"

#define EPOCHS 3

/* A finished sweep of three trials, the second of which was lost once, with all of its files. */
struct scene {
    struct store_fixture store;
    char ledger[128];
    char output[128];
    uint64_t arrival;
    FILE *file; /* of the ledger, while it is written */
};

static double value_of(uint64_t trial, uint32_t attempt, int epoch)
{
    return 1.0 / (double)(trial * 7 + attempt * 3 + (uint64_t)epoch);
}

static void write_bytes(const struct scene *scene, struct attempt_key key, enum handshake_file file,
                        const struct strbuf *bytes)
{
    char directory[HANDSHAKE_NAME_MAX], name[HANDSHAKE_NAME_MAX], path[160];
    FILE *out;

    handshake_trial_directory(key.trial, directory);
    handshake_file_name(file, key.number, name);
    snprintf(path, sizeof path, "%s/trials", scene->store.directory);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/trials/%s", scene->store.directory, directory);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/trials/%s/%s", scene->store.directory, directory, name);
    out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes->data, 1, bytes->size, out), bytes->size);
    fclose(out);
}

/* The journal, the reports and the ledger's lines of one attempt. */
static void add_reports(struct scene *scene, struct attempt_key key, int epochs)
{
    struct store_fixture *f = &scene->store;
    struct strbuf bytes;

    strbuf_init(&bytes, 65536);
    journal_format_header(&bytes);
    for (int epoch = 1; epoch <= epochs; epoch++) {
        double value = value_of(key.trial, key.number, epoch);
        struct journal_record record = {.kind = JOURNAL_NUMBER,
                                        .sequence = (uint64_t)epoch,
                                        .step = SWEEP_STEP_NONE,
                                        .value = value};
        struct store_report report = {.key = key,
                                      .metric = "val_acc",
                                      .sequence = (uint64_t)epoch,
                                      .arrival = ++scene->arrival,
                                      .step = SWEEP_STEP_NONE,
                                      .value = value};

        journal_format(&record, &bytes);
        MUST(store_record_report(f->store, &report, err));
        fprintf(scene->file, "metric %d %d %d %.17g\n", (int)key.trial, (int)key.number, epoch,
                value);
    }
    write_bytes(scene, key, HANDSHAKE_JOURNAL, &bytes);
    strbuf_release(&bytes);
}

static void add_attempt(struct scene *scene, const struct sweep_trial *trial,
                        struct attempt_key key, bool lost)
{
    struct store_fixture *f = &scene->store;
    struct attempt_identity identity = {.key = key, .pid = 7, .pid_start = 8, .boot_id = "b"};
    struct result result = {.key = key,
                            .outcome = {.end = ATTEMPT_EXITED,
                                        .duration_us = 1234 * (int64_t)key.trial,
                                        .output_bytes = 77,
                                        .leftovers = 1}};
    struct attempt_outcome outcome = result.outcome;
    char value[64];

    snprintf(value, sizeof value, "%.17g", trial->params[4].real);
    snprintf(identity.token, sizeof identity.token, "%024d%08d", (int)key.trial, (int)key.number);
    memcpy(result.token, identity.token, sizeof result.token);
    MUST(store_record_attempt(f->store, &identity, 5, true, err));
    fprintf(scene->file,
            "start %d %d 4711 99 train --lr %.17g --batch %d --optimizer %s --depth %s "
            "--momentum %s --weight.decay %.17g\n",
            (int)key.trial, (int)key.number, trial->params[0].real, (int)trial->params[1].integer,
            trial->params[2].text, trial->params[3].text, value, trial->params[5].real);
    add_reports(scene, key, lost ? EPOCHS - 1 : EPOCHS);
    if (lost) {
        outcome = (struct attempt_outcome){.end = ATTEMPT_LOST};
    } else {
        struct strbuf bytes;

        fprintf(scene->file, "end %d %d 123\n", (int)key.trial, (int)key.number);
        strbuf_init(&bytes, 65536);
        result_format(&result, &bytes);
        write_bytes(scene, key, HANDSHAKE_RESULT, &bytes);
        strbuf_release(&bytes);
    }
    MUST(store_record_outcome(f->store, key, &outcome, ++scene->arrival, err));
}

static void add_trial(struct scene *scene, uint64_t number, uint32_t attempts)
{
    struct store_fixture *f = &scene->store;
    struct sweep_trial trial = fixture_trial(f, number);
    struct sweep_value params[FIXTURE_WIDTH];

    /* Words without blanks, as the ledger's argv has them. */
    memcpy(params, trial.params, sizeof params);
    params[2] = sweep_parameter_level(sweep_space_parameter(f->space, 2), number % 2);
    params[3] = sweep_parameter_level(sweep_space_parameter(f->space, 3), number % 2);
    trial.params = params;
    MUST(store_record_trial(f->store, f->space, &trial, err));
    for (uint32_t attempt = 1; attempt <= attempts; attempt++)
        add_attempt(scene, &trial, (struct attempt_key){number, attempt}, attempt < attempts);
    trial.state = SWEEP_TRIAL_RUNNING;
    MUST(store_update_trial(f->store, &trial, err));
    trial.state = SWEEP_TRIAL_COMPLETE;
    trial.attempts = attempts;
    trial.arrival = scene->arrival;
    MUST(store_update_trial(f->store, &trial, err));
}

static void scene_open(struct scene *scene)
{
    struct store_fixture *f = &scene->store;

    *scene = (struct scene){0};
    fixture_open(f);
    snprintf(scene->ledger, sizeof scene->ledger, "%s/ledger", f->directory);
    snprintf(scene->output, sizeof scene->output, "%s/output", f->directory);
    scene->file = fopen(scene->ledger, "w");
    assert_non_null(scene->file);
    MUST(store_begin(f->store, err));
    add_trial(scene, 1, 1);
    add_trial(scene, 2, 2);
    add_trial(scene, 3, 1);
    MUST(store_record_state(f->store, "finished", "budget", 5, err));
    MUST(store_commit(f->store, err));
    fclose(scene->file);
    store_close(f->store);
    f->store = NULL;
}

static int run_program(const char *const *argv, const char *output)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void scene_close(struct scene *scene)
{
    const char *const argv[] = {"/bin/rm", "-rf", scene->store.directory, NULL};

    assert_int_equal(run_program(argv, "/dev/null"), 0);
    scene->store.store = NULL;
    arena_release(&scene->store.arena);
}

/* Run the checker. @return its exit status; its output is in scene->output */
static int run_checker(struct scene *scene, const char *option, const char *value)
{
    const char *argv[12] = {BIN_DIR "/crash_checker", "--dir", scene->store.directory};
    int count = 3;

    if (!option || strcmp(option, "--dump") != 0) {
        argv[count++] = "--ledger";
        argv[count++] = scene->ledger;
        argv[count++] = "--finished";
        argv[count++] = "3";
    }
    if (option) {
        argv[count++] = option;
        argv[count++] = value;
    }
    return run_program(argv, scene->output);
}

static const char *read_text(struct arena *arena, const char *path)
{
    struct strbuf text;
    struct sweep_error err = {0};

    strbuf_init(&text, 1 << 20);
    if (!file_read(AT_FDCWD, path, &text, &err))
        fail_msg("%s", err.message);
    const char *copy = arena_copy(arena, strbuf_view(&text));

    strbuf_release(&text);
    return copy;
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(db);
}

static void expect(struct scene *scene, const char *crime, int status, const char *words)
{
    const char *output = read_text(&scene->store.arena, scene->output);

    if (status != 1 || !strstr(output, words))
        fail_msg("%s: status %d, expected 1 and '%s' in:\n%s", crime, status, words, output);
}

static void test_a_sound_sweep_passes(void **state)
{
    struct scene scene;
    (void)state;

    scene_open(&scene);
    if (run_checker(&scene, "--reference", scene.store.directory) != 0)
        fail_msg("%s", read_text(&scene.store.arena, scene.output));
    scene_close(&scene);
}

/* Done to the database behind sweep's back; triggers that would refuse it are dropped first. */
static const struct {
    const char *crime;
    const char *sql;
    const char *words;
} false_records[] = {
    {"a trial is gone",
     "DELETE FROM report WHERE trial = 2; DELETE FROM attempt WHERE trial = 2;"
     "DELETE FROM trial WHERE number = 2",
     "I6: trial 3 is where 2 is expected"},
    {"two live attempts",
     "DROP INDEX attempt_one_live; UPDATE attempt SET outcome = NULL, arrival = NULL"
     " WHERE trial = 2",
     "I3: trial 2 has several live attempts"},
    {"a result counted as lost", "UPDATE attempt SET outcome = 4 WHERE trial = 1",
     "I1: trial 1 attempt 1: end is recorded as 4, its result says 1"},
    {"a wrong duration", "UPDATE attempt SET duration_us = 1 WHERE trial = 3",
     "I1: trial 3 attempt 1: duration_us is recorded as 1, its result says 3702"},
    {"a result not recorded", "UPDATE attempt SET outcome = NULL, arrival = NULL WHERE trial = 3",
     "I1: the result of trial 3 attempt 1 is not recorded"},
    {"a report is missing", "DELETE FROM report WHERE trial = 1 AND sequence = 3",
     "I5: trial 1 attempt 1: 2 reports are recorded"},
    {"a report of a lost attempt is missing",
     "DELETE FROM report WHERE trial = 2 AND attempt = 1 AND sequence = 2",
     "I5: trial 2 attempt 1: record 2 of its journal"},
    {"a report is changed", "UPDATE report SET value = 0.5 WHERE trial = 1 AND sequence = 2",
     "I5: trial 1 attempt 1: its report 2 is recorded as 0.5"},
    {"reports twice",
     "INSERT INTO report SELECT trial, attempt, sequence + 100, metric, arrival + 1000, step,"
     " elapsed_ms, value FROM report WHERE trial = 1",
     "I5: trial 1 attempt 1 has 3 reports too many"},
    {"an arrival twice", "UPDATE report SET arrival = 1 WHERE trial = 3 AND sequence = 1",
     "I5: arrival 1 was given out 2 times"},
    {"other params",
     "UPDATE trial SET params = json_set(params, '$.momentum', 0.5)"
     " WHERE number = 2",
     "I8: trial 2 attempt 1: momentum is recorded as 0.5"},
    {"a failure shown as success", "UPDATE attempt SET outcome = 1, detail = 3 WHERE trial = 1",
     "I11: trial 1 is complete, its last attempt is not"},
    {"an orphan", "PRAGMA foreign_keys = OFF; INSERT INTO report VALUES(9, 9, 9, 1, 99, 1, 1, 1)",
     "I9: foreign_key_check"},
    {"left running", "UPDATE trial SET state = 1, arrival = NULL WHERE number = 3",
     "I12: trial 3 is not finished"},
    {"not called finished", "UPDATE progress SET state = 'running'",
     "I12: the sweep is called running"},
    {"cancelled and run again",
     "UPDATE attempt SET told = 2 WHERE trial = 2 AND number = 1;"
     "INSERT INTO request VALUES(printf('%032d', 1), 1, 'cancel', 2, '', 1, '')",
     "I13: 2 is a trial that was cancelled and run again"},
    {"cancelled unasked", "UPDATE attempt SET told = 2 WHERE trial = 3",
     "I13: 3 is a trial that was cancelled and nobody asked for it"},
    {"added unasked", "UPDATE trial SET origin = 1 WHERE number = 3",
     "I13: 3 is a trial that was added, but not by one request"},
    {"added twice",
     "UPDATE trial SET origin = 1 WHERE number = 3;"
     "INSERT INTO request VALUES(printf('%032d', 1), 1, 'add', 3, '', 1, '');"
     "INSERT INTO request VALUES(printf('%032d', 2), 1, 'add', 3, '', 1, '')",
     "I13: 3 is a trial that was added, but not by one request"},
    {"an add only said", "INSERT INTO request VALUES(printf('%032d', 1), 1, 'add', 3, '', 1, '')",
     "I13: 3 is a trial whose adding was acknowledged and not done"},
    {"noted twice",
     "INSERT INTO request VALUES(printf('%032d', 1), 1, 'note', 3, 'x', 1, '');"
     "INSERT INTO event VALUES(901, 1, 3, 0, 'note', 'x');"
     "INSERT INTO event VALUES(902, 1, 3, 0, 'note', 'x')",
     "I13: x is a note that was not made as often as it was asked for"},
    {"a cancel only said",
     "INSERT INTO request VALUES(printf('%032d', 1), 1, 'cancel', 3, '', 1, '')",
     "I13: 3 is a trial whose cancelling was acknowledged and not done"},
};

static void test_false_records_are_found(void **state)
{
    static const char no_triggers[] =
        "DROP TRIGGER trial_dense; DROP TRIGGER trial_final; DROP TRIGGER trial_suggested;"
        "DROP TRIGGER trial_kept; DROP TRIGGER attempt_final; DROP TRIGGER attempt_kept;"
        "DROP TRIGGER report_final; DROP TRIGGER report_kept";
    (void)state;

    for (size_t i = 0; i < ARRAY_LENGTH(false_records); i++) {
        struct scene scene;

        scene_open(&scene);
        run_sql(scene.store.path, no_triggers);
        run_sql(scene.store.path, false_records[i].sql);
        expect(&scene, false_records[i].crime, run_checker(&scene, NULL, NULL),
               false_records[i].words);
        scene_close(&scene);
    }
}

/* Lines that the trials would have written if something had gone wrong with them. */
static const struct {
    const char *crime;
    const char *line;
    const char *words;
} testimonies[] = {
    {"executed twice", "start 1 1 4711 99 train", "I4: trial 1 attempt 1 was executed in line"},
    {"executed without a record", "start 3 2 4711 99 train",
     "I4: trial 3 attempt 2 was executed, but not recorded"},
    {"the old attempt still trains", "metric 2 1 9 0.5", "I3: trial 2: attempt 1 was alive (line "},
    {"the old daemon still lives", "alive 2 1 999", "I3: trial 2: attempt 1 was alive (line "},
    {"a flushed report is not recorded", "metric 3 1 4 0.125",
     "I5: trial 3 attempt 1: 3 reports are recorded, that of line"},
};

static void test_testimonies_of_trials_are_heard(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(testimonies); i++) {
        struct scene scene;

        scene_open(&scene);
        scene.file = fopen(scene.ledger, "a");
        fprintf(scene.file, "%s\n", testimonies[i].line);
        fclose(scene.file);
        expect(&scene, testimonies[i].crime, run_checker(&scene, NULL, NULL), testimonies[i].words);
        scene_close(&scene);
    }
}

static void test_what_was_acknowledged_may_not_change(void **state)
{
    struct scene scene;
    char dump[128];
    (void)state;

    scene_open(&scene);
    snprintf(dump, sizeof dump, "%s/dump", scene.store.directory);
    assert_int_equal(run_checker(&scene, "--dump", dump), 0);
    assert_int_equal(run_checker(&scene, "--before", dump), 0);
    run_sql(scene.store.path, "DROP TRIGGER trial_final;"
                              "UPDATE trial SET last = 0.25 WHERE number = 2");
    expect(&scene, "a changed trial", run_checker(&scene, "--before", dump),
           "I2: no more: finished 2 ");
    scene_close(&scene);
}

static void test_other_params_than_the_reference_are_found(void **state)
{
    struct scene scene, reference;
    (void)state;

    scene_open(&scene);
    scene_open(&reference);
    run_sql(reference.store.path, "DROP TRIGGER trial_suggested; DROP TRIGGER trial_final;"
                                  "UPDATE trial SET params = '{\"lr\":1}' WHERE number = 3");
    expect(&scene, "other params", run_checker(&scene, "--reference", reference.store.directory),
           "I10: trial 3 has {");
    scene_close(&scene);
    scene_close(&reference);
}

/* Of a trial whose job was cancelled in Slurm the test knows, and of no other. */
static void test_cancelled_jobs_are_known(void **state)
{
    static const char *const lists[] = {"17\n117\n", "18\n117\n", "17\n"};
    static const char *const words[] = {
        NULL, "I13: 3 is a trial that was cancelled and nobody asked for it",
        "I13: 2 trials are cancelled, by 1 jobs"};
    const struct attempt_key key = {3, 1};
    struct scene scene;
    struct strbuf claim;
    char list[128];
    (void)state;

    scene_open(&scene);
    strbuf_init(&claim, 64);
    strbuf_append_text(&claim, "job 17 on n1\n");
    write_bytes(&scene, key, HANDSHAKE_CLAIM, &claim);
    strbuf_release(&claim);
    run_sql(scene.store.path, "DROP TRIGGER trial_final; DROP TRIGGER attempt_final;"
                              "UPDATE attempt SET told = 2 WHERE trial = 3;"
                              "UPDATE trial SET state = 5 WHERE number > 1");
    snprintf(list, sizeof list, "%s/list", scene.store.directory);
    for (int i = 0; i < 3; i++) {
        FILE *file = fopen(list, "w");

        assert_non_null(file);
        fputs(lists[i], file);
        fclose(file);
        int status = run_checker(&scene, "--cancelled", list);
        if (words[i])
            expect(&scene, "a cancelled job", status, words[i]);
        else if (status != 0)
            fail_msg("%s", read_text(&scene.store.arena, scene.output));
    }
    scene_close(&scene);
}

/* A process that carries the token of an attempt that has ended. */
static void test_a_survivor_is_found(void **state)
{
    struct scene scene;
    static const char *const argv[] = {"/bin/sleep", "600", NULL};
    static const char *const envp[] = {"A=B", "SWEEP_TOKEN=00000000000000000000000100000001", NULL};
    char comm[64], name[32] = "";
    pid_t pid;
    (void)state;

    scene_open(&scene);
    pid = fork();
    if (pid == 0) {
        execve(argv[0], (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)envp);
        _exit(127);
    }
    snprintf(comm, sizeof comm, "/proc/%d/comm", (int)pid);
    for (int tries = 0; strcmp(name, "sleep\n") != 0 && tries < 100000; tries++) {
        FILE *file = fopen(comm, "r"); /* until it has become what it is to be */

        name[0] = '\0';
        if (!file || !fgets(name, sizeof name, file))
            name[0] = '\0';
        if (file)
            fclose(file);
    }
    expect(&scene, "a survivor", run_checker(&scene, NULL, NULL), "of attempt 1/1 is alive");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(run_checker(&scene, NULL, NULL), 0);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sound_sweep_passes),
        cmocka_unit_test(test_false_records_are_found),
        cmocka_unit_test(test_testimonies_of_trials_are_heard),
        cmocka_unit_test(test_what_was_acknowledged_may_not_change),
        cmocka_unit_test(test_other_params_than_the_reference_are_found),
        cmocka_unit_test(test_cancelled_jobs_are_known),
        cmocka_unit_test(test_a_survivor_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
