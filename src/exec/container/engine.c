/*
 * The table, and what of a command needs no thought. Putting a trial's command together is
 * wrap.c's.
 */
#include "exec/container/engine.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"

/* Not as the cgroup of its client is called: runc calls a container's cgroup as the container. */
#define PREFIX "sweep-trial-"

#define NAME  "{name}"
#define IMAGE "{image}"

#define NAME_FILTER "--filter=name={name}"

static const char *const nothing[] = {NULL};

/* Standard output and error come by the client: a copy in the daemon's log would fill its disk.
 * Without a first process that passes SIGTERM on, a script without a handler would not get it. */
#define RUN_WORDS "run", "--rm", "--init", "--pull=never", "--log-driver=none", "--name={name}"

static const char *const docker_run[] = {"docker", RUN_WORDS, NULL};
static const char *const docker_terminate[] = {"docker", "kill", "--signal=TERM", NAME, NULL};
static const char *const docker_remove[] = {"docker", "rm", "--force", "--volumes", NAME, NULL};
static const char *const docker_list[] = {
    "docker", "ps", "--all", "--no-trunc", NAME_FILTER, "--format={{.Names}}", NULL};
static const char *const docker_version[] = {
    "docker", "info", "--format={{.ServerVersion}} {{.SecurityOptions}}", NULL};
static const char *const docker_look[] = {"docker",           "image", "inspect",
                                          "--format={{.Id}}", IMAGE,   NULL};

/* That nothing is to be waited for is said when it starts: to rm only newer versions can be told.
 */
static const char *const podman_run[] = {"podman", RUN_WORDS, "--stop-timeout=0", NULL};
static const char *const podman_terminate[] = {"podman", "kill", "--signal=TERM", NAME, NULL};
static const char *const podman_remove[] = {"podman", "rm", "--force", "--volumes", NAME, NULL};
static const char *const podman_list[] = {
    "podman", "ps", "--all", "--no-trunc", NAME_FILTER, "--format={{.Names}}", NULL};
static const char *const podman_version[] = {"podman", "info", "--format={{.Version.Version}}",
                                             NULL};
static const char *const podman_look[] = {"podman",           "image", "inspect",
                                          "--format={{.Id}}", IMAGE,   NULL};

static const char *const apptainer_run[] = {"apptainer", "exec", "--cleanenv", NULL};
static const char *const apptainer_version[] = {"apptainer", "version", NULL};

static const char *const runc_run[] = {"runc", "run", NULL};
static const char *const runc_terminate[] = {"runc", "kill", NAME, "TERM", NULL};
static const char *const runc_remove[] = {"runc", "delete", "--force", NAME, NULL};
static const char *const runc_list[] = {"runc", "list", "--quiet", NULL};
static const char *const runc_version[] = {"runc", "--version", NULL};

/* docker(1) and podman-run(1), "Exit Status". */
static const struct spec_code daemon_codes[] = {
    {125, ATTEMPT_SHORT_OF_ENGINE, NULL},
    {126, ATTEMPT_SHORT_OF_COMMAND, NULL},
    {127, ATTEMPT_SHORT_OF_COMMAND, NULL},
};

/* These have no codes of their own: what they say tells. */
static const struct spec_code apptainer_codes[] = {
    {255, ATTEMPT_SHORT_OF_COMMAND, "executable file not found"},
    {255, ATTEMPT_SHORT_OF_ENGINE, "FATAL:"},
};
static const struct spec_code runc_codes[] = {
    {1, ATTEMPT_SHORT_OF_COMMAND, "executable file not found"},
    {1, ATTEMPT_SHORT_OF_COMMAND, "unable to start container process: exec:"},
    {1, ATTEMPT_SHORT_OF_ENGINE, "runc run failed"},
    {1, ATTEMPT_SHORT_OF_ENGINE, "level=error"},
};

static const struct container_engine docker = {
    .name = "docker",
    .run = docker_run,
    .terminate = docker_terminate,
    .remove = docker_remove,
    .list = docker_list,
    .version = docker_version,
    .look = docker_look,
    .fetch = "docker pull",
    .install = "start its daemon (systemctl start docker), and see that you may use it (group "
               "docker)",
    .codes = daemon_codes,
    .code_count = ARRAY_LENGTH(daemon_codes),
    .environment = CONTAINER_BY_NAME,
    .image = CONTAINER_IMAGE_NAMED,
    .is_named = true,
    .has_groups = true,
    .numbers_anew = true,
};

static const struct container_engine podman = {
    .name = "podman",
    .run = podman_run,
    .terminate = podman_terminate,
    .remove = podman_remove,
    .list = podman_list,
    .version = podman_version,
    .look = podman_look,
    .fetch = "podman pull",
    .install = "`podman info` says what it lacks",
    .codes = daemon_codes,
    .code_count = ARRAY_LENGTH(daemon_codes),
    .environment = CONTAINER_BY_NAME,
    .image = CONTAINER_IMAGE_NAMED,
    .is_named = true,
    .has_groups = true,
    .numbers_anew = true,
};

static const struct container_engine apptainer = {
    .name = "apptainer",
    .run = apptainer_run,
    .terminate = nothing,
    .remove = nothing,
    .list = nothing,
    .version = apptainer_version,
    .look = nothing,
    .fetch = "apptainer pull FILE docker://NAME",
    .install = "`apptainer version` says what it lacks",
    .codes = apptainer_codes,
    .code_count = ARRAY_LENGTH(apptainer_codes),
    .environment = CONTAINER_BY_PREFIX,
    .image = CONTAINER_IMAGE_FILE,
};

static const struct container_engine runc = {
    .name = "runc",
    .run = runc_run,
    .terminate = runc_terminate,
    .remove = runc_remove,
    .list = runc_list,
    .version = runc_version,
    .look = nothing,
    .fetch = "runc spec --bundle",
    .install = "`runc --version` says what it lacks",
    .codes = runc_codes,
    .code_count = ARRAY_LENGTH(runc_codes),
    .environment = CONTAINER_BY_BUNDLE,
    .image = CONTAINER_IMAGE_BUNDLE,
    .is_named = true,
    .has_groups = true,
};

static const struct container_engine *const engines[] = {&docker, &podman, &apptainer, &runc, NULL};

const struct container_engine *const *container_engine_all(void)
{
    return engines;
}

const struct container_engine *container_engine_find(const char *name)
{
    for (size_t i = 0; engines[i] != NULL; i++)
        if (strcmp(engines[i]->name, name) == 0)
            return engines[i];
    return NULL;
}

void container_name(const char *token, char name[CONTAINER_NAME_MAX])
{
    (void)snprintf(name, CONTAINER_NAME_MAX, PREFIX "%s", token);
}

/* A word with the first `mark` in it replaced. */
static char *fill(struct arena *arena, const char *word, const char *mark, const char *with)
{
    const char *at = strstr(word, mark);
    if (at == NULL || with == NULL)
        return arena_strdup(arena, word);
    return arena_printf(arena, "%.*s%s%s", (int)(at - word), word, with, at + strlen(mark));
}

char **container_engine_command(struct arena *arena, const char *const *words,
                                const char *container, const char *image)
{
    size_t count = 0;
    while (words[count] != NULL)
        count++;
    char **filled = arena_alloc_array(arena, count + 1, sizeof *filled);
    for (size_t i = 0; i < count; i++)
        filled[i] = strcmp(words[i], IMAGE) == 0 ? fill(arena, words[i], IMAGE, image)
                                                 : fill(arena, words[i], NAME, container);
    return filled;
}
