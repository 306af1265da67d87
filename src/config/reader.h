/*
 * Reading a document by the key table: what the readers of single keys share.
 *
 * Ownership: what is read lives in the reader's arena, as does the document.
 */
#ifndef SWEEP_CONFIG_READER_H
#define SWEEP_CONFIG_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strview.h"
#include "config/config.h"
#include "config/diagnostic.h"
#include "config/key.h"
#include "config/node.h"
#include "config/scalar.h"

/** The config in progress: what can be read at once is, what depends on other keys waits here. */
struct draft {
    struct config config;
    const struct node *command; /* NULL: missing */
    const struct node *program;
    const struct node *early_terminate;
    const struct node *launch; /* the first of `job` and `image_uri` */
    const char *launch_key;    /* which it is */
    uint32_t workers;          /* what `scheduler` says of `parallel`; 0: nothing */
    const struct node *parameters;
    const struct node **keys; /* [space count] the parameters' names, with their places */
    const struct node *run_cap;
    uint64_t run_cap_trials;
    const struct node *step; /* metric.step */
    const struct node *finish;
    const struct node *patience;
    const struct node *cost;
    const struct node *gpu_memory;
    const struct node *backend;
    const struct node *slurm;
    const struct node *start;
    const struct node *replicates;
    const struct node *seeds;
    const struct node *seed_count;
    const struct node *pass_as;
    const struct condition_draft *conditions; /* the newest first */
    const struct node *constraints;
    const struct node *derive;
};

/** `when` of one parameter. */
struct condition_draft {
    const struct condition_draft *next;
    const char *parameter;
    const struct node *node;
};

/** One parameter as it is written. */
struct parameter_draft {
    const struct node *key; /* its name */
    const struct node *value;
    const struct node *values;
    const struct node *min;
    const struct node *max;
    const struct node *step;
    const struct node *log;
    bool is_log; /* what `log` says */
    const struct node *distribution;
    const struct node *probabilities;
    const struct node *q;
    const struct node *mu;
    const struct node *sigma;
    const struct node *a;
    const struct node *b;
    const struct node *parameters;
    const struct node *when;
    const struct node *ordered;
    bool is_ordered; /* what `ordered` says */
};

struct reader {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct strview source;
    enum config_need need;
    const char *former; /* what is set as CONFIG_FORMER, or NULL */
    struct draft draft;
    bool is_wandb;            /* the file is written for Weights & Biases: see dialect.h */
    bool is_lenient;          /* and has nothing of ours: what they only warn of is no error */
    const char *foreign;      /* the keys that were found and are not used, for one note; or NULL */
    struct mark foreign_mark; /* of the first */
    unsigned noted;           /* a bit per enum scalar_surprise that was noted already */
};

/** Read a map by the rows of a section; a NULL map sets the defaults. */
void reader_section(struct reader *reader, const struct section *section, const struct node *map,
                    void *target);

/** Say that a value is not what its key takes. */
void reader_refuse(struct reader *reader, const struct key *key, const struct node *node);

/** Add an error at a node. */
void reader_error(struct reader *reader, const struct node *node, const char *format, ...)
    SWEEP_PRINTF(3, 4);

/** Add an error at a node, or a warning where the file is one of Weights & Biases and they go on.
 */
void reader_complain(struct reader *reader, const struct node *node, const char *format, ...)
    SWEEP_PRINTF(3, 4);

/** Whether enough mistakes were found to show: further ones are only counted, and advice for them
 * need not be worked out. */
bool reader_is_full(const struct reader *reader);

/** Add a warning at a node. */
void reader_warning(struct reader *reader, const struct node *node, const char *format, ...)
    SWEEP_PRINTF(3, 4);

/** Attach a hint to what was added last. */
#define reader_hint(reader, ...) diagnostics_hint((reader)->diagnostics, __VA_ARGS__)

/** Say once per file that YAML 1.1 reads such a scalar differently. */
void reader_note_surprise(struct reader *reader, const struct node *node,
                          const struct scalar *scalar);

/**
 * Read a finite number.
 *
 * @param what  names the value in the message
 */
bool reader_number(struct reader *reader, const struct node *node, const char *what,
                   struct scalar *out);

/** The longest name of a metric, a capture or a sweep [bytes]. */
#define READER_WORD_MAX 128

/** Say so where a text is no name for a parameter. */
void reader_check_parameter_name(struct reader *reader, const struct node *key);

/** Whether a text can be such a name: short, and without control characters. */
bool reader_is_word(const char *text);

/* Readers of keys, by what they take. */
key_read read_node;     /* const struct node *: kept for later */
key_read read_map;      /* the key's section, into the field */
key_read read_text;     /* const char * */
key_read read_word;     /* const char *: a name of something, one line */
key_read read_count;    /* uint64_t in [min, max] */
key_read read_duration; /* int64_t ms, at least `min` */
key_read read_flag;     /* bool */

/* Readers of one key each; their field is the section's whole target. */
key_read read_name;
key_read read_method;
key_read read_seed;
key_read read_run_cap;
key_read read_parallel;
key_read read_finish;
key_read read_patience;
key_read read_replicates;
key_read read_seeds;
key_read read_seed_count;
key_read read_pass_as;
key_read read_metric;
key_read read_goal;
key_read read_reduce;
key_read read_target;
key_read read_step;
key_read read_pattern;
key_read read_capture;
key_read read_environment;
key_read read_keep_checkpoints;
key_read read_container;
key_read read_engine;
key_read read_image;
key_read read_mounts;
key_read read_container_gpus;
key_read read_options;
key_read read_log;
key_read read_gpus;
key_read read_gpu_memory;
key_read read_memory;
key_read read_amount;
key_read read_energy;
key_read read_cost;
key_read read_gpu_ids;
key_read read_gpu_form;
key_read read_nested;
key_read read_impute;
key_read read_early_terminate;
key_read read_stopper;
key_read read_bands;
key_read read_eta;
key_read read_launch;
key_read read_scheduler;
key_read read_ordered;
key_read read_backend;
key_read read_slurm;
key_read read_slurm_time;
key_read read_slurm_poll;
key_read read_slurm_options;

/** Make the space of draft.parameters. A parameter with a mistake becomes a constant, so that the
 * rest of the file can be checked. */
void read_parameters(struct reader *reader);

/** Make the parameter that is the seed of replicates. @return whether there is one */
bool replicates_make_parameter(struct reader *reader, struct sweep_parameter *out);

/** Check what `replicates` says against the rest of the file, which is read. */
void replicates_check(struct reader *reader);

/** Read draft.start against the space. */
void read_start(struct reader *reader);

/** Remember a parameter's `when` until all parameters are there. */
void rules_note_condition(struct reader *reader, const char *parameter, const struct node *node);

/** Give the space its conditions and constraints, and see whether anything is left of it. */
void read_rules(struct reader *reader);

/** Give the space what is derived from it; its rules are there. */
void read_derive(struct reader *reader);

/** What becomes of `job` and `image_uri`: with a command nothing, without one a mistake. */
void launch_check(struct reader *reader);

/** What `early_terminate` needs of the rest of the file. */
/** Look at `trial.container` with the rest of the file. */
void container_check(struct reader *reader);

/** Look at the keys of `resources` together. */
void resources_check(struct reader *reader);

/** Look at `backend`, `slurm` and what they do not go together with. */
void slurm_check(struct reader *reader);

/** Look at the keys of `budget` together. */
void budget_check(struct reader *reader);

void early_terminate_check(struct reader *reader);

/** That nothing comes of it yet. */
void early_terminate_advise(struct reader *reader);

/** Make the command of draft.command; the space is there. @return whether it is usable */
bool read_command(struct reader *reader);

/** Warn about what is allowed and probably not meant. The config is complete. */
void advise(struct reader *reader);

#endif
