/*
 * The table. What is done with it is judge.c's.
 */
#include "exec/slurm/states.h"

#include <signal.h>
#include <string.h>

#include "base/array.h"

/* Our own SIGKILL and SIGTERM count as what Slurm sent. */
#define KILLED     .end = ATTEMPT_SIGNALED, .detail = SIGKILL
#define TERMINATED .end = ATTEMPT_SIGNALED, .detail = SIGTERM
#define LOST       .end = ATTEMPT_LOST

static const struct slurm_state states[] = {
    {.name = "PENDING", .view = SLURM_WAITING},
    {.name = "REQUEUED", .view = SLURM_WAITING},
    {.name = "REQUEUE_FED", .view = SLURM_WAITING},
    {.name = "REQUEUE_HOLD", .view = SLURM_WAITING},
    {.name = "RESV_DEL_HOLD", .view = SLURM_WAITING},
    {.name = "SPECIAL_EXIT", .view = SLURM_WAITING},
    {.name = "CONFIGURING", .view = SLURM_RUNNING},
    {.name = "POWER_UP_NODE", .view = SLURM_RUNNING},
    {.name = "RUNNING", .view = SLURM_RUNNING},
    {.name = "SUSPENDED", .view = SLURM_RUNNING},
    {.name = "STOPPED", .view = SLURM_RUNNING},
    {.name = "SIGNALING", .view = SLURM_RUNNING},
    {.name = "RESIZING", .view = SLURM_RUNNING},
    {.name = "STAGE_OUT", .view = SLURM_RUNNING},
    {.name = "COMPLETING", .view = SLURM_RUNNING},
    {.name = "UPDATE_DB", .view = SLURM_RUNNING},
    {.name = "COMPLETED",
     .view = SLURM_OVER,
     LOST,
     .words = "ended, and its supervisor left no result"},
    {.name = "FAILED",
     .view = SLURM_OVER,
     LOST,
     .words = "failed before its supervisor could say why"},
    {.name = "LAUNCH_FAILED", .view = SLURM_OVER, LOST, .words = "could not be launched"},
    {.name = "RECONFIG_FAIL", .view = SLURM_OVER, LOST, .words = "found its node not configured"},
    {.name = "NODE_FAIL", .view = SLURM_OVER, LOST, .words = "lost its node"},
    {.name = "BOOT_FAIL", .view = SLURM_OVER, LOST, .words = "found no node that starts"},
    {.name = "REVOKED", .view = SLURM_OVER, LOST, .words = "was revoked by Slurm"},
    {.name = "PREEMPTED", .view = SLURM_OVER, TERMINATED, .stop = ATTEMPT_STOP_PREEMPTED},
    {.name = "TIMEOUT",
     .view = SLURM_OVER,
     KILLED,
     .stop = ATTEMPT_STOP_TIMEOUT,
     .words = "reached its time limit"},
    {.name = "DEADLINE",
     .view = SLURM_OVER,
     KILLED,
     .stop = ATTEMPT_STOP_TIMEOUT,
     .words = "reached its deadline"},
    {.name = "EXPIRED",
     .view = SLURM_OVER,
     KILLED,
     .stop = ATTEMPT_STOP_TIMEOUT,
     .words = "has expired"},
    {.name = "OUT_OF_MEMORY", .view = SLURM_OVER, KILLED, .short_of = ATTEMPT_SHORT_OF_MEMORY},
    {.name = "CANCELLED",
     .view = SLURM_OVER,
     TERMINATED,
     .stop = ATTEMPT_STOP_CANCEL,
     .is_cancelled = true},
};

const struct slurm_state slurm_state_vanished = {
    .name = "vanished", .view = SLURM_OVER, LOST, .words = "is no longer known to Slurm"};

const struct slurm_state *slurm_state_find(struct strview name)
{
    size_t size = 0;
    while (size < name.size && name.data[size] != ' ' && name.data[size] != '+')
        size++;
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++)
        if (strlen(states[i].name) == size && memcmp(states[i].name, name.data, size) == 0)
            return &states[i];
    return NULL;
}
