/*
 * What the loop needs to know of a sweep, already decided: session fills it from the config. The
 * loop never sees YAML.
 */
#ifndef SWEEP_RUN_SETTINGS_H
#define SWEEP_RUN_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "asker/coprocess.h"
#include "asker/plan.h"
#include "base/arena.h"
#include "box/gpu/pool.h"
#include "box/host.h"
#include "engine/engine.h"
#include "exec/container/engine.h"
#include "exec/slurm/settings.h"
#include "journal/spec.h"
#include "sweep/space.h"
#include "trial/objective.h"

struct run_settings {
    const char *name;
    const struct sweep_space *space;
    struct plan plan; /* what of the space is the strategy's */
    uint64_t seed;
    uint64_t trials;   /* budget; 0: no limit */
    uint32_t parallel; /* at least 1 */
    bool has_objective;
    struct objective_settings objective;
    const char *objective_name;
    const struct spec_pattern *patterns; /* [pattern_count]: the step first if there is one */
    size_t pattern_count;
    int32_t step_pattern;     /* 0, or -1: none */
    size_t objective_pattern; /* index of the objective, when has_objective */
    int64_t timeout_ms;
    int64_t grace_ms;
    int64_t stall_ms;
    uint64_t memory_bytes;     /* of a trial; 0: any */
    uint32_t keep_checkpoints; /* of so many best trials, or CHECKPOINTS_ALL */
    uint32_t retries;
    struct engine_limits limits;
    int program_fd; /* our own program, open, to watch attempts; <= 0: they are not watched */
    struct pool_settings gpus;
    struct host_settings host;
    uint64_t gpu_memory_bytes; /* that each trial needs of each of its GPUs, with gpus.by_memory */
    bool gpus_by_index;        /* trials are told indices, not UUIDs */
    bool hides_gpus;           /* the box has some, and trials are to see none */
    bool is_slurm;             /* attempts are jobs */
    struct slurm_settings slurm;
    const char *workdir;                 /* absolute */
    struct container_settings container; /* that trials run in; no engine: in none */
    struct coprocess_settings external;  /* of the strategy's process; no command: it has none */

    /** Make the argument vector of a trial, in the arena; `context` is `expand_context`. */
    char **(*expand)(void *context, struct arena *arena, const struct sweep_value *params,
                     const char *params_path);
    void *expand_context;
    char *const *extra_environment; /* NAME=VALUE from trial.env; ends with NULL */
};

#endif
