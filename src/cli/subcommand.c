/*
 * THE table of commands. What each accepts and does stands in its cmd_*.c.
 */
#include "cli/subcommand.h"

#include <string.h>

#include "base/array.h"
#include "base/nearest.h"
#include "cli/commands.h"

/* In the order of the help text. */
static const struct subcommand *const TABLE[] = {
    &subcommand_init,     &subcommand_check,    &subcommand_run,
    &subcommand_best,     &subcommand_doctor,   &subcommand_resume,
    &subcommand_pause,    &subcommand_stop,     &subcommand_cancel,
    &subcommand_add,      &subcommand_retry,    &subcommand_set,
    &subcommand_note,     &subcommand_list,     &subcommand_top,
    &subcommand_show,     &subcommand_log,      &subcommand_explain,
    &subcommand_export,   &subcommand_replay,   &subcommand_clean,
    &subcommand_ask_tell, &subcommand_help,     &subcommand_completion,
    &subcommand_schema,   &subcommand_complete, &subcommand_gpu_probe,
    &subcommand_sampler,  &subcommand_man,      NULL,
};

static const char *nearest(const char *name)
{
    const char *names[ARRAY_LENGTH(TABLE)];
    size_t count = 0;
    for (size_t i = 0; TABLE[i] != NULL; i++)
        if (TABLE[i]->rank != SUBCOMMAND_HIDDEN)
            names[count++] = TABLE[i]->name;
    return nearest_word(name, names, count);
}

const struct subcommand *subcommand_find(const char *name, struct sweep_error *err)
{
    for (size_t i = 0; TABLE[i] != NULL; i++)
        if (strcmp(TABLE[i]->name, name) == 0)
            return TABLE[i];
    const char *meant = nearest(name);
    if (meant != NULL)
        sweep_error_set(err, SWEEP_USAGE, "there is no command '%s'; did you mean '%s'?", name,
                        meant);
    else
        sweep_error_set(err, SWEEP_USAGE, "there is no command '%s'; `sweep help --all` lists them",
                        name);
    return NULL;
}

const struct subcommand *subcommand_at(size_t index)
{
    return TABLE[index];
}
