/*
 * Reads the spec that the supervisor of an attempt got.
 */
#include "view/record/as_run.h"

#include <fcntl.h>

#include "base/file.h"
#include "journal/handshake.h"
#include "journal/spec.h"
#include "space/space.h"

static char **read_argv(struct record *record, const struct sweep_trial *trial)
{
    const struct attempt_key key = {trial->number, trial->attempts};
    char spec_path[HANDSHAKE_PATH_MAX];
    struct strbuf bytes;
    struct spec spec;
    handshake_path(key, HANDSHAKE_SPEC, spec_path);
    const char *path =
        arena_printf(&record->arena, "%s/trials/%s", record->location.path, spec_path);
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    bool is_read = file_read(AT_FDCWD, path, &bytes, NULL) &&
                   spec_parse(&record->arena, strbuf_view(&bytes), &spec, NULL);
    strbuf_release(&bytes);
    return is_read ? spec.argv : NULL;
}

char **as_run(struct record *record, const struct sweep_trial *trial,
              const struct command_surroundings *around)
{
    char **argv = trial->attempts > 0 ? read_argv(record, trial) : NULL;
    if (argv != NULL)
        return argv;
    return command_expand(&record->arena, &record->document.config->command, record->space,
                          trial->params, around);
}

bool as_run_has_former(const struct record *record, const struct sweep_trial *trial)
{
    for (size_t i = 0; i < sweep_space_count(record->space); i++)
        if (space_is_former(record->space, i) && trial->params[i].kind != SWEEP_VALUE_NONE)
            return true;
    return false;
}
