/*
 * A container that is known by its name only: its processes are the children of an engine's daemon,
 * or of nobody, and no signal to ours reaches them.
 *
 *     container_init(&container, &commands);
 *     container_terminate(&container);                it is to end, please
 *     container_remove(&container);                   it is to be gone
 *     while (!container_is_gone(&container)) {
 *         ... wait until container_deadline(&container) ...
 *         container_step(&container, clock_boot_ms());
 *     }
 *     container_release(&container);
 *
 * All that is done is done by the engine's own client, as a child with a deadline: a daemon that
 * hangs holds up nobody. Whether the container is gone is decided by a list that was made well and
 * does not name it, and by nothing else: a client that failed, was killed or gave no answer proves
 * nothing, and is asked again, for as long as it takes. Clients have not the mark of the attempt
 * (TREE_TOKEN_VARIABLE), so that whoever kills what has it leaves them to it.
 *
 * Nothing here waits. Ownership: the commands are borrowed until container_release().
 */
#ifndef SWEEP_PROC_CONTAINER_H
#define SWEEP_PROC_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proc/helper.h"

/** How an engine is asked; each vector ends with NULL. */
struct container_commands {
    const char *name;       /* of the container; unlike any other */
    char *const *terminate; /* sends SIGTERM to its first process */
    char *const *remove;    /* kills and removes it */
    char *const *list;      /* prints the names of all that there are, also of those that ended */
    char *const *envp;      /* of the client that started it; these get it without its mark */
};

enum container_task {
    CONTAINER_NOTHING,
    CONTAINER_TERMINATE,
    CONTAINER_REMOVE,
    CONTAINER_LIST
};

struct container {
    const struct container_commands *commands;
    char **envp;              /* of the clients */
    enum container_task task; /* of the one at work */
    struct helper helper;
    bool is_to_end; /* and SIGTERM has not reached it yet */
    bool is_to_go;  /* until it is gone */
    bool is_gone;
    int64_t next_ms;     /* when to start the next client */
    int64_t look_ms;     /* when to look at the one at work again */
    int64_t pause_ms;    /* before the one after it */
    unsigned unanswered; /* lists that were not made, in a row */
    char trouble[256];   /* why the last one was not */
};

void container_init(struct container *container, const struct container_commands *commands);

/** Kill the client at work, if there is one, and free everything. A zeroed one is allowed. */
void container_release(struct container *container);

/** From now on it is asked to end, until that was said to it or it is to be gone. */
void container_terminate(struct container *container);

/** From now on it is killed and removed, until it is gone. Once more is to begin anew: for whoever
 * could have started it meanwhile. */
void container_remove(struct container *container);

/** Do what is due. */
void container_step(struct container *container, int64_t now_ms);

/** When to call container_step() at the latest [ms on clock_boot_ms]; INT64_MAX: never. */
int64_t container_deadline(const struct container *container);

/** Whether an engine has said, since container_remove(), that it is not there any more. */
bool container_is_gone(const struct container *container);

/** Whether a client is at work: it is a child of the caller. */
bool container_is_busy(const struct container *container);

/** A child of the caller has ended, whose status is taken. @return whether it was the client */
bool container_take_status(struct container *container, pid_t pid, int status);

/** Why it is not known for seconds now whether the container is there; NULL: it is known. */
const char *container_trouble(const struct container *container);

#endif
