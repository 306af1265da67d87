/*
 * The environment of a trial: what it inherits, what the YAML adds, and what it is told about
 * itself.
 *
 *     environment_init(&environment, inherited, extra);
 *     char **envp = environment_make(&environment, &arena, &trial);
 *     environment_release(&environment);
 *
 * Inherited SWEEP_ variables are those of an outer sweep and are dropped; `extra` wins over
 * inherited ones; what a trial is told about itself wins over both.
 *
 * Scripts that call wandb get what an agent of Weights & Biases would tell them, and are offline.
 * There `extra` wins, and for what is not about the trial also what is inherited.
 *
 * A trial that has processors for itself is told by OMP_NUM_THREADS and its kin, unless any of
 * these is set already.
 *
 * Ownership: the texts of both lists are borrowed until environment_release().
 */
#ifndef SWEEP_RUN_ENVIRONMENT_H
#define SWEEP_RUN_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/** What all trials share. */
struct environment {
    char **shared; /* [shared_count] */
    size_t shared_count;
    bool unbuffered; /* PYTHONUNBUFFERED is for us to set */
    bool threads;    /* and so are OMP_NUM_THREADS and its kin */
    unsigned wandb;  /* a bit for each of wandb's variables that is for us to set */
};

/** What one attempt is told. */
struct environment_trial {
    const char *name; /* of the sweep */
    uint64_t trial;
    uint32_t attempt;
    const char *directory; /* absolute: of the trial */
    const char *token;
    uint32_t seed;
    const char *wandb_directory; /* absolute: where wandb makes its own */
    const char *run_id;          /* of its wandb run */
    bool resumes;                /* its checkpoint directory has something in it */
    int64_t deadline_s;          /* seconds since 1970; 0: none */
    const char *cuda;            /* CUDA_VISIBLE_DEVICES; NULL: none is set */
    const char *rocr;            /* ROCR_VISIBLE_DEVICES; NULL: none is set */
    uint32_t threads;            /* processors that it has for itself; 0: it shares them */
};

/**
 * Choose what is shared.
 *
 * @param inherited  ends with NULL
 * @param extra      NAME=VALUE, ends with NULL; may be NULL
 * @param owns_gpus  trials are told which GPUs they have: whatever else says that is dropped
 */
void environment_init(struct environment *environment, char *const *inherited, char *const *extra,
                      bool owns_gpus);

void environment_release(struct environment *environment);

/** Make the environment of one attempt. @return a list in the arena that ends with NULL */
char **environment_make(const struct environment *environment, struct arena *arena,
                        const struct environment_trial *trial);

#endif
