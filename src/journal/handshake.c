/*
 * The names of an attempt's files. Not for the messages, which are a plain struct.
 */
#include "journal/handshake.h"

#include <inttypes.h>
#include <stdio.h>

void handshake_file_name(enum handshake_file file, uint32_t attempt, char out[HANDSHAKE_NAME_MAX])
{
    switch (file) {
    case HANDSHAKE_SPEC:
        snprintf(out, HANDSHAKE_NAME_MAX, "%" PRIu32 ".spec", attempt);
        return;
    case HANDSHAKE_LOCK:
        snprintf(out, HANDSHAKE_NAME_MAX, "%" PRIu32 ".lock", attempt);
        return;
    case HANDSHAKE_JOURNAL:
        snprintf(out, HANDSHAKE_NAME_MAX, "%" PRIu32 ".journal", attempt);
        return;
    case HANDSHAKE_RESULT:
        snprintf(out, HANDSHAKE_NAME_MAX, "%" PRIu32 ".result", attempt);
        return;
    case HANDSHAKE_CLAIM:
        snprintf(out, HANDSHAKE_NAME_MAX, "%" PRIu32 ".claim", attempt);
        return;
    case HANDSHAKE_ORDER:
        snprintf(out, HANDSHAKE_NAME_MAX, "%" PRIu32 ".order", attempt);
        return;
    case HANDSHAKE_OUTPUT:
        if (attempt == 1)
            snprintf(out, HANDSHAKE_NAME_MAX, "output.log");
        else
            snprintf(out, HANDSHAKE_NAME_MAX, "output.%" PRIu32 ".log", attempt);
        return;
    case HANDSHAKE_WANDB_DIR:
        if (attempt == 1)
            snprintf(out, HANDSHAKE_NAME_MAX, ".");
        else
            snprintf(out, HANDSHAKE_NAME_MAX, "wandb.%" PRIu32, attempt);
        return;
    case HANDSHAKE_WANDB_RUNS:
        if (attempt == 1)
            snprintf(out, HANDSHAKE_NAME_MAX, "wandb");
        else
            snprintf(out, HANDSHAKE_NAME_MAX, "wandb.%" PRIu32 "/wandb", attempt);
        return;
    case HANDSHAKE_BUNDLE:
        snprintf(out, HANDSHAKE_NAME_MAX, "%" PRIu32 ".bundle", attempt);
        return;
    }
    out[0] = '\0';
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
