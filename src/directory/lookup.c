/*
 * Looks for a program as execvpe() would. What happens when it is not there after all is the
 * supervisor's to say.
 */
#include "directory/lookup.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/nearest.h"
#include "base/variable.h"

static const struct mark NO_MARK = {0};

/* The first word, where no parameter is part of it; else NULL. */
static const char *program_of(const struct config *config)
{
    const struct command_item *first = &config->command.items[0];

    bool is_literal =
        first->arguments == NULL && first->count == 1 && first->pieces[0].kind == PIECE_LITERAL;

    return is_literal ? first->pieces[0].text : NULL;
}

static const char *variable(const struct config *config, char *const *environment, const char *name)
{
    for (size_t i = 0; i < config->trial.env_count; i++)
        if (strcmp(config->trial.env[i].name, name) == 0)
            return config->trial.env[i].value;
    return variable_find(environment, name);
}

static bool is_executable(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static bool is_on_path(struct arena *arena, const char *path, const char *program)
{
    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        if (length > 0 && is_executable(arena_printf(arena, "%.*s/%s", (int)length, path, program)))
            return true;
        path += length + (path[length] == ':');
    }
    return false;
}

/* One that may have been meant: `python` is often only there as `python3`. */
static const char *find_other(struct arena *arena, const char *path, const char *program)
{
    static const char *const usual[] = {
        "python", "python3", "torchrun", "accelerate", "deepspeed", "conda",  "poetry", "bash",
        "julia",  "Rscript", "srun",     "mpirun",     "apptainer", "docker", "make",   "ipython"};
    const char *newer = arena_printf(arena, "%s3", program);
    if (is_on_path(arena, path, newer))
        return newer;
    const char *nearest = nearest_word(program, usual, ARRAY_LENGTH(usual));
    return nearest != NULL && is_on_path(arena, path, nearest) ? nearest : NULL;
}

static void warn_path(struct document *document, const char *path, const char *program)
{
    if (is_on_path(&document->arena, path, program))
        return;
    const char *other = find_other(&document->arena, path, program);
    diagnostics_add(&document->diagnostics, DIAGNOSTIC_WARNING, NO_MARK,
                    "there is no program '%s' on the PATH%s", program,
                    other != NULL ? arena_printf(&document->arena, ", but there is '%s'", other)
                                  : "");
}

static void warn_file(struct document *document, const char *directory, const char *program)
{
    const char *path = program[0] == '/' || strcmp(directory, ".") == 0
                           ? program
                           : arena_printf(&document->arena, "%s/%s", directory, program);

    if (is_executable(path))
        return;
    if (access(path, F_OK) != 0)
        diagnostics_add(&document->diagnostics, DIAGNOSTIC_WARNING, NO_MARK,
                        "there is no program %s", path);
    else
        diagnostics_add(&document->diagnostics, DIAGNOSTIC_WARNING, NO_MARK,
                        "%s cannot be executed; make it executable (chmod +x) or name its "
                        "interpreter",
                        path);
}

static bool uses_interpreter(const struct command *command)
{
    for (size_t i = 0; i < command->count; i++)
        for (size_t j = 0; j < command->items[i].count; j++)
            if (command->items[i].pieces[j].kind == PIECE_INTERPRETER)
                return true;
    return false;
}

void lookup_surroundings(struct document *document, char *const *environment)
{
    const struct config *config = document->config;
    document->around.environment = environment;
    bool is_elsewhere = config != NULL && config->trial.container.engine != NULL;
    if (config == NULL || is_elsewhere || !uses_interpreter(&config->command))
        return;
    const char *path = variable(config, environment, "PATH");
    if (is_on_path(&document->arena, path, "python"))
        return;
    if (!is_on_path(&document->arena, path, "python3")) {
        diagnostics_add(&document->diagnostics, DIAGNOSTIC_WARNING, NO_MARK,
                        "'${interpreter}' is python, and there is no program of that name on the "
                        "PATH");
        return;
    }
    document->around.interpreter = "python3";
    diagnostics_add(&document->diagnostics, DIAGNOSTIC_NOTE, NO_MARK,
                    "'${interpreter}' is python3 here, since there is no python on the PATH");
}

void lookup_command(struct document *document, const char *directory, char *const *environment)
{
    const struct config *config = document->config;
    struct stat status;

    if (config == NULL)
        return;
    const char *program = program_of(config);
    const char *workdir = config->trial.workdir;
    if (strcmp(workdir, ".") == 0)
        workdir = directory;
    else if (workdir[0] != '/')
        workdir = arena_printf(&document->arena, "%s/%s", directory, workdir);
    if (stat(workdir, &status) != 0 || !S_ISDIR(status.st_mode))
        diagnostics_add(&document->diagnostics, DIAGNOSTIC_WARNING, NO_MARK,
                        "there is no directory %s for the trials to run in (trial.workdir)",
                        workdir);
    else if (config->trial.container.engine != NULL)
        return; /* what is there is the image's */
    else if (program != NULL && strchr(program, '/') != NULL)
        warn_file(document, workdir, program);
    else if (program != NULL)
        warn_path(document, variable(config, environment, "PATH"), program);
}
