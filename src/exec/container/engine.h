/*
 * The engines of containers, in one table: how each is asked to run a command, to end it, and
 * whether it is still there.
 *
 *     const struct container_engine *engine = container_engine_find("docker");
 *     container_wrap(engine, &arena, &request, &spec);        spec: what the shim executes
 *
 * The command of an attempt becomes that of the engine's client, and the shim stays outside: it has
 * the output, the exit code and the clock as ever. What the client starts is none of our processes
 * where a daemon is the parent, so the container has a name that no other has, the attempt's token,
 * and its engine is asked by that name (proc/container.h). An engine whose containers are processes
 * below its client needs none.
 *
 * In the container everything has the path that it has outside: the trial's directory, the
 * directory in which it runs, the one in which the sweep was started, and what is mounted besides.
 * Of the environment only the trial's own goes in. Files belong to the user.
 *
 * What an engine does by itself, fetching an image, would happen on the clock of a trial and on its
 * GPU, for all that start at the same time, and would let a tag mean one thing in one trial and
 * another in the next: it is told not to.
 *
 * Ownership: what is made lives in the arena; texts of the request are borrowed.
 */
#ifndef SWEEP_EXEC_CONTAINER_ENGINE_H
#define SWEEP_EXEC_CONTAINER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "journal/spec.h"

/** How the variables of a trial get into the container. */
enum container_environment {
    CONTAINER_BY_NAME,   /* --env NAME: the client has the value, and `ps` does not show it */
    CONTAINER_BY_PREFIX, /* the client has APPTAINERENV_NAME */
    CONTAINER_BY_BUNDLE  /* in the bundle's config.json */
};

/** What stands for an image. */
enum container_image {
    CONTAINER_IMAGE_NAMED, /* the engine knows it by name */
    CONTAINER_IMAGE_FILE,  /* a file or a directory */
    CONTAINER_IMAGE_BUNDLE /* a directory with config.json and the root file system */
};

/** One engine. In its commands {name} stands for the container, {image} for the image. */
struct container_engine {
    const char *name;       /* as in the YAML; also the client's program */
    const char *const *run; /* all vectors end with NULL; empty where there is none */
    const char *const *terminate;
    const char *const *remove;
    const char *const *list;
    const char *const *version;    /* prints it, if the engine works here */
    const char *const *look;       /* at the image: succeeds if it is here */
    const char *fetch;             /* what a person types to get the image */
    const char *install;           /* and to get the engine going */
    const struct spec_code *codes; /* [code_count] what the client's exit codes mean */
    size_t code_count;
    enum container_environment environment;
    enum container_image image;
    bool is_named;     /* a container outlives its client */
    bool has_groups;   /* it makes the cgroups, so it is told the limits */
    bool numbers_anew; /* a container sees its own GPUs only, as 0, 1, ... */
};

/** The engine of that name, or NULL. */
const struct container_engine *container_engine_find(const char *name);

/** All of them; ends with NULL. */
const struct container_engine *const *container_engine_all(void);

/** The longest name of a container. */
#define CONTAINER_NAME_MAX 48

/** What a container is called: by the attempt's token. */
void container_name(const char *token, char name[CONTAINER_NAME_MAX]);

/** A directory or file of the box that is seen in the container. */
struct container_mount {
    const char *host;   /* absolute */
    const char *inside; /* absolute */
    bool is_read_only;
};

/** How GPUs are given to a container. */
enum container_gpus {
    CONTAINER_GPUS_AUTO, /* as the engine does by itself */
    CONTAINER_GPUS_CDI,  /* by the Container Device Interface */
    CONTAINER_GPUS_NONE  /* not at all */
};

/** What all containers of a sweep share. */
struct container_settings {
    const struct container_engine *engine; /* NULL: trials run without a container */
    const char *image;                     /* absolute, unless it is a name */
    const struct container_mount *mounts;  /* [mount_count] */
    size_t mount_count;
    const char *const *options; /* [option_count] for the client, in front of the image */
    size_t option_count;
    enum container_gpus gpus;
    uid_t user;
    gid_t group;
    bool is_mapped; /* root in the container is the user outside: a daemon without root */
    bool has_amd_group;
    gid_t amd_group;              /* of the devices of AMD's GPUs */
    uint64_t shared_memory_bytes; /* of /dev/shm in the container */
};

/** One attempt. */
struct container_request {
    const struct container_settings *settings;
    const char *sweep; /* its name, for people who look at a list of containers */
    struct attempt_key key;
    const char *token;
    const char *workdir;    /* absolute: where the command runs */
    const char *directory;  /* absolute: of the trial */
    char *const *argv;      /* the command */
    char *const *own;       /* its environment */
    char *const *inherited; /* of the client, with what of `own` it is to pass on */
    char *const *nvidia;    /* UUIDs of its GPUs of NVIDIA; ends with NULL */
    bool has_amd;           /* it has GPUs of AMD */
    const uint32_t *cpus;   /* [cpu_count] on which it runs; none: on all */
    size_t cpu_count;
    uint64_t memory_bytes; /* that it may take; 0: any */
    const char *bundle;    /* absolute: of this attempt, where the engine takes one */
};

/** Fill argv, envp, memory_bytes and container of the spec. */
void container_wrap(struct arena *arena, const struct container_request *request,
                    struct spec *spec);

/** The container of an attempt of which nothing but its token is known. */
void container_reach(struct arena *arena, const struct container_settings *settings,
                     const char *token, struct spec_container *container);

/** What is mounted: what the person names, and what a trial needs that is not in that. @return how
 * many */
size_t container_mounts(struct arena *arena, const struct container_request *request,
                        const struct container_mount **out);

/** One of an engine's commands, with its words filled in. */
char **container_engine_command(struct arena *arena, const char *const *words,
                                const char *container, const char *image);

#endif
