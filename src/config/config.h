/*
 * A space.yaml, read and checked.
 *
 *     config = config_load(&arena, "space.yaml", bytes, CONFIG_NEEDS_COMMAND, &diagnostics);
 *     if (config == NULL)
 *         ... diagnostics_format(&diagnostics, ...)
 *
 * Every key is one row of the key table (keys.c), from which parsing, defaults, ranges and help
 * come. What needs another room's library (does the pattern compile? is there such a method?) is
 * checked by the caller, who finds the place in `marks`.
 *
 * Ownership: the config and all in it live in the arena; it is read only afterwards.
 */
#ifndef SWEEP_CONFIG_CONFIG_H
#define SWEEP_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strview.h"
#include "config/command.h"
#include "config/diagnostic.h"
#include "sweep/space.h"
#include "trial/objective.h"

/** The longest file that is read [bytes]. */
#define CONFIG_SIZE_MAX (1024 * 1024)

/** A number to pick out of the output. */
struct config_capture {
    const char *name;
    const char *pattern; /* NULL: found by name */
    struct mark mark;    /* of the pattern, or of the name */
};

/** The value that Weights & Biases' Bayesian search gives to trials without one. */
enum config_impute {
    IMPUTE_WORST,
    IMPUTE_BEST,
    IMPUTE_LATEST,
    IMPUTE_NONE /* running trials only: they have none */
};

struct config_metric {
    const char *name; /* NULL: the sweep has no metric */
    const char *pattern;
    const char *step; /* name of the captured number that is the step, or NULL */
    struct objective_settings objective;
    bool goal_given;
    enum config_impute impute;               /* for failed trials */
    enum config_impute impute_while_running; /* for running ones */
    bool has_target;
    double target;
    struct mark mark; /* of the name */
    struct mark pattern_mark;
};

struct config_variable {
    const char *name;
    const char *value;
};

/** When to stop, besides the number of trials. */
struct config_budget {
    int64_t time_ms;          /* 0: no limit */
    int64_t finish_ms;        /* after that, for running trials; default 0 */
    uint64_t patience;        /* trials without a better one; 0: no limit */
    double gpu_hours;         /* 0: no limit */
    int64_t energy_mj;        /* 0: no limit */
    double cost;              /* 0: no limit; else with cost_per_gpu_hour */
    double cost_per_gpu_hour; /* 0: not given */
};

/** What each trial gets of the box. */
struct config_resources {
    bool has_gpus;
    uint32_t gpus;              /* of one trial, where has_gpus; left out: 1 where there are any */
    uint64_t trials_per_gpu;    /* at least 1 */
    uint64_t leave;             /* GPUs that are never used at the same time as the others */
    const char *const *gpu_ids; /* [gpu_id_count] indices or UUIDs, the first one first; 0: all */
    size_t gpu_id_count;
    bool by_index; /* trials are told indices instead of UUIDs */
    bool has_gpu_memory;
    uint64_t gpu_memory_bytes; /* of each GPU, where has_gpu_memory; 0: to be measured */
    uint64_t cpus;             /* of each trial; 0: not given */
    uint64_t memory_bytes;     /* of each trial; 0: not given */
    struct mark mark;          /* of `gpus` */
    struct mark ids_mark;      /* of `gpu_ids` */
    struct mark memory_mark;   /* of `gpu_memory` */
};

/** What is asked of Slurm for each trial, besides `resources`. */
struct config_slurm {
    const char *partition; /* NULL: not given, as for all others */
    const char *account;
    const char *qos;
    const char *constraint;
    const char *gres;
    int64_t time_ms; /* 0: not given */
    int64_t poll_ms; /* between two questions; default 20 s */
    uint64_t nodes;  /* of each trial */
    uint64_t tasks_per_node;
    uint64_t pilots;            /* the most of them; 0: each trial is a job */
    uint64_t slots;             /* of each pilot; default 1 */
    const char *const *options; /* [option_count] of sbatch */
    size_t option_count;
};

/** trial.keep_checkpoints: all. */
#define CONFIG_KEEP_ALL UINT32_MAX

/** The most trials whose checkpoints may be asked to be kept. */
#define CONFIG_KEEP_MAX 1000

/** When trials that will not win are stopped: Hyperband's bands, as Weights & Biases has them. */
struct config_early_terminate {
    const char *type;  /* NULL: nothing is stopped */
    uint64_t min_iter; /* bands min_iter * eta^i; 0: not given */
    uint64_t max_iter; /* bands max_iter / eta^i for i = 1 .. s; wins over min_iter; 0: not given */
    uint64_t s;
    double eta;
    bool strict; /* a trial is judged by its value at the band, not by its best so far */
};

/** Something of the machine that is seen in a container. */
struct config_mount {
    const char *host;   /* may be relative to where `run` first started */
    const char *inside; /* NULL: the same path */
    bool is_read_only;
    struct mark mark;
};

/** How GPUs get into a container. */
enum config_container_gpus {
    CONFIG_GPUS_AUTO,
    CONFIG_GPUS_CDI,
    CONFIG_GPUS_NONE
};

/** What the command runs in. */
struct config_container {
    const char *engine; /* NULL: in no container */
    const char *image;
    const struct config_mount *mounts; /* [mount_count] */
    size_t mount_count;
    const char *const *options; /* [option_count] */
    size_t option_count;
    enum config_container_gpus gpus;
    bool is_wrong; /* and was complained about */
    struct mark engine_mark;
    struct mark image_mark;
    struct mark gpus_mark;
};

/** How each trial is run. */
struct config_trial {
    int64_t timeout_ms;                /* 0: none */
    int64_t stall_ms;                  /* of silence; 0: any */
    uint32_t keep_checkpoints;         /* of so many best trials; CONFIG_KEEP_ALL: of all */
    uint64_t retries;                  /* of a trial that failed */
    uint64_t max_failures;             /* of the sweep; 0: not given */
    int64_t grace_ms;                  /* between SIGTERM and SIGKILL; default 30 s */
    const char *workdir;               /* relative to where `run` first started; default "." */
    const struct config_variable *env; /* [env_count] */
    size_t env_count;
    struct config_container container;
};

struct node;

/** Trials of one configuration, each with another seed. */
struct config_replicates {
    const struct sweep_value *seeds; /* [count] whole numbers; 0: each configuration once */
    size_t count;
    const char *pass_as; /* the parameter that tells the script; NULL: it reads SWEEP_SEED */
};

struct config {
    const struct node *root; /* the document that it was read from, what is set included */
    const char *name;        /* the file's name without .yaml where the key is missing */
    struct command command;
    struct config_metric metric;
    const struct config_capture *captures; /* [capture_count] metric.step is always among them */
    size_t capture_count;
    bool is_wandb;               /* written for Weights & Biases */
    const char *method;          /* default "auto"; "external" with a command of its own */
    char *const *method_command; /* ends with NULL; NULL where the method has a name */
    struct mark method_mark;
    bool has_seed;
    uint64_t seed;
    struct sweep_space *space;    /* behind what is searched with former parameters, then the seed
                                     of replicates */
    struct sweep_space *searched; /* without them: what a strategy chooses; may be the same */
    bool was_other;               /* the space changed: trials may have any other values */
    const struct sweep_value *const *start; /* [start_count] each [searched count]: tried first */
    size_t start_count;
    struct config_replicates replicates;
    uint64_t trials; /* budget.trials; 0: no limit */
    struct config_budget budget;
    uint32_t parallel; /* 0: auto */
    bool is_slurm;     /* trials are jobs of Slurm */
    struct config_trial trial;
    struct config_resources resources;
    struct config_early_terminate early_terminate;
    struct config_slurm slurm;
};

/** What the seed is called among the parameters where the script reads it from the environment. */
#define CONFIG_SEED_NAME "SWEEP_SEED"

/** The most seeds of one configuration. */
#define CONFIG_SEEDS_MAX 1000

/** Whether a file must say what to run. */
enum config_need {
    CONFIG_NEEDS_COMMAND,
    CONFIG_MAY_LACK_COMMAND, /* `command` is empty then: somebody else runs the trials */
    CONFIG_WAS_READ /* the same, of a sweep that is there: what only draws from the space could find
                       was found before */
};

/**
 * Read a YAML document.
 *
 * @param arena        what the config lives in
 * @param file         its name, for the default of `name` and for messages
 * @param source       its bytes; need not outlive the call
 * @param need         whether a missing `command` is a mistake
 * @param diagnostics  receives everything found, notes and warnings too
 * @return the config, or NULL if there was at least one error
 */
struct config *config_load(struct arena *arena, const char *file, struct strview source,
                           enum config_need need, struct diagnostics *diagnostics) SWEEP_MUST_CHECK;

/** The longest key that is set [bytes]. */
#define CONFIG_SETTING_KEY_MAX 255

/** A key that people set apart from the file: `budget.trials`, and its value as YAML. */
struct config_setting {
    const char *key;
    const char *value;
};

/** What is set under this key are the parameters that a sweep had: see config/former.h. */
#define CONFIG_FORMER "former"

struct config_settings {
    const struct config_setting *items; /* [count] */
    size_t count;
};

/** The same with keys that win over the file's. */
struct config *config_load_with(struct arena *arena, const char *file, struct strview source,
                                enum config_need need, const struct config_settings *settings,
                                struct diagnostics *diagnostics) SWEEP_MUST_CHECK;

/** Whether two files say the same of a key, or both nothing. */
bool config_says_same(struct strview a, struct strview b, const char *key);

#endif
