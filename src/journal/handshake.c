/*
 * The names of an attempt's files. Not for the messages, which are a plain struct.
 */
#include "journal/handshake.h"

#include <inttypes.h>
#include <stdio.h>

/* What stands around the attempt's number; what the first attempt's is called, if without one. */
struct file_name {
    const char *before;
    const char *after;
    const char *first;
};

static const struct file_name names[] = {
    [HANDSHAKE_SPEC] = {"", ".spec", NULL},
    [HANDSHAKE_LOCK] = {"", ".lock", NULL},
    [HANDSHAKE_JOURNAL] = {"", ".journal", NULL},
    [HANDSHAKE_RESULT] = {"", ".result", NULL},
    [HANDSHAKE_CLAIM] = {"", ".claim", NULL},
    [HANDSHAKE_ORDER] = {"", ".order", NULL},
    [HANDSHAKE_BUNDLE] = {"", ".bundle", NULL},
    [HANDSHAKE_OUTPUT] = {"output.", ".log", "output.log"},
    [HANDSHAKE_WANDB_DIR] = {"wandb.", "", "."},
    [HANDSHAKE_WANDB_RUNS] = {"wandb.", "/wandb", "wandb"},
};

void handshake_file_name(enum handshake_file file, uint32_t attempt, char out[HANDSHAKE_NAME_MAX])
{
    const struct file_name *name = &names[file];
    if (attempt == 1 && name->first != NULL)
        snprintf(out, HANDSHAKE_NAME_MAX, "%s", name->first);
    else
        snprintf(out, HANDSHAKE_NAME_MAX, "%s%" PRIu32 "%s", name->before, attempt, name->after);
}

void handshake_run_id(const char *token, char out[HANDSHAKE_RUN_ID_MAX])
{
    snprintf(out, HANDSHAKE_RUN_ID_MAX, "%.8s", token);
}

void handshake_trial_directory(uint64_t trial, char out[HANDSHAKE_NAME_MAX])
{
    snprintf(out, HANDSHAKE_NAME_MAX, "%06" PRIu64, trial);
}

void handshake_path(struct attempt_key key, enum handshake_file file, char out[HANDSHAKE_PATH_MAX])
{
    char directory[HANDSHAKE_NAME_MAX];
    char name[HANDSHAKE_NAME_MAX];
    handshake_trial_directory(key.trial, directory);
    handshake_file_name(file, key.number, name);
    snprintf(out, HANDSHAKE_PATH_MAX, "%s/%s", directory, name);
}
