/*
 * ledger_trial: a training script for crash tests that keeps its own record of what happened to it.
 *
 *     ledger_trial --x X [--epochs N] [--sleep-ms M] [--daemon]
 *
 * Prints `val_acc: V` for each epoch, V a function of X and the epoch. Appends to the file named by
 * $LEDGER (ledger.h has the lines); without that variable it keeps no record. It ends no sooner
 * than the file named by $HOLD is gone, if that variable is there. With --daemon, about every third
 * attempt leaves a process behind that has a session of its own, holds standard output open, and
 * writes that it is alive until it is killed.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/number.h"

#define LIFE_MAX_MS    300000 /* a test that has forgotten one is not haunted for ever */
#define DAEMON_BEAT_MS 20
#define HOLD_LOOK_MS   5

struct trial {
    double x;
    int64_t epochs;
    int64_t sleep_ms;
    uint64_t number;
    uint64_t attempt;
    int ledger; /* descriptor; -1: none */
};

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void sleep_ms(int64_t ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* Append one line by one write(), so that lines of several processes never mix. */
static void note(const struct trial *trial, const char *kind, const char *rest)
{
    char line[8192];
    int size = snprintf(line, sizeof line, "%s %" PRIu64 " %" PRIu64 " %s\n", kind, trial->number,
                        trial->attempt, rest);

    if (trial->ledger >= 0 && write(trial->ledger, line, (size_t)size) != size)
        _exit(98);
}

static void note_time(const struct trial *trial, const char *kind)
{
    char rest[32];

    snprintf(rest, sizeof rest, "%" PRId64, now_ns());
    note(trial, kind, rest);
}

static void note_start(const struct trial *trial, char **argv)
{
    char rest[8000];
    int used = snprintf(rest, sizeof rest, "%d %" PRId64, (int)getpid(), now_ns());

    for (char **word = argv; *word && used < (int)sizeof rest; word++)
        used += snprintf(rest + used, sizeof rest - (size_t)used, " %s", *word);
    note(trial, "start", rest);
}

/* What every epoch reports: best at x = 0.3, better with each epoch. */
static double value_of(double x, int64_t epoch)
{
    return 1 - (x - 0.3) * (x - 0.3) - 0.5 / (double)(epoch + 1);
}

/* Leave a grandchild behind. */
static void start_daemon(const struct trial *trial)
{
    pid_t child = fork();

    if (child != 0)
        return;
    setsid();
    if (fork() != 0)
        _exit(0);
    for (int64_t lived = 0; lived < LIFE_MAX_MS; lived += DAEMON_BEAT_MS) {
        note_time(trial, "alive");
        sleep_ms(DAEMON_BEAT_MS);
    }
    _exit(0);
}

static void train(const struct trial *trial)
{
    for (int64_t epoch = 1; epoch <= trial->epochs; epoch++) {
        char rest[64];
        double value = value_of(trial->x, epoch);

        sleep_ms(trial->sleep_ms);
        printf("val_acc: %.17g\n", value);
        fflush(stdout);
        snprintf(rest, sizeof rest, "%" PRId64 " %.17g", epoch, value);
        note(trial, "metric", rest);
    }
}

static void wait_while_held(void)
{
    const char *path = getenv("HOLD");

    for (int64_t waited = 0; waited < LIFE_MAX_MS; waited += HOLD_LOOK_MS) {
        if (path == NULL || access(path, F_OK) != 0)
            return;
        sleep_ms(HOLD_LOOK_MS);
    }
}

static bool parse_options(struct trial *trial, char **argv, bool *with_daemon)
{
    for (char **word = argv + 1; *word; word++) {
        const char *value = word[1];

        if (strcmp(*word, "--daemon") == 0) {
            *with_daemon = true;
            continue;
        }
        if (!value)
            return false;
        enum number_result result = NUMBER_INVALID;

        if (strcmp(*word, "--x") == 0)
            result = number_parse_double(strview_of(value), &trial->x);
        else if (strcmp(*word, "--epochs") == 0)
            result = number_parse_int64(strview_of(value), &trial->epochs);
        else if (strcmp(*word, "--sleep-ms") == 0)
            result = number_parse_int64(strview_of(value), &trial->sleep_ms);
        if (result != NUMBER_OK)
            return false;
        word++;
    }
    return true;
}

/* A number of ours from the environment; 0 where there is none. */
static uint64_t number_from(const char *variable)
{
    const char *text = getenv(variable);
    uint64_t number = 0;

    if (text && number_parse_uint64(strview_of(text), &number) != NUMBER_OK)
        return 0;
    return number;
}

int main(int argc, char **argv)
{
    struct trial trial = {.x = 0.5, .epochs = 3, .sleep_ms = 10, .ledger = -1};
    const char *path = getenv("LEDGER");
    bool with_daemon = false;
    (void)argc;

    if (!parse_options(&trial, argv, &with_daemon)) {
        fputs("usage: ledger_trial --x X [--epochs N] [--sleep-ms M] [--daemon]\n", stderr);
        return 2;
    }
    trial.number = number_from("SWEEP_TRIAL");
    trial.attempt = number_from("SWEEP_ATTEMPT");
    if (path) {
        trial.ledger = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (trial.ledger < 0) {
            fprintf(stderr, "ledger_trial: cannot open '%s'\n", path);
            return 97;
        }
    }
    note_start(&trial, argv);
    if (with_daemon && (trial.number + trial.attempt) % 3 == 0)
        start_daemon(&trial);
    train(&trial);
    wait_while_held();
    note_time(&trial, "end");
    return 0;
}
