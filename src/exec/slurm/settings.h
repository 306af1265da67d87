/*
 * What a sweep asks of Slurm, already checked.
 *
 * Ownership: all of it is borrowed from whoever reads the file.
 */
#ifndef SWEEP_EXEC_SLURM_SETTINGS_H
#define SWEEP_EXEC_SLURM_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

struct slurm_settings {
    const char *partition; /* NULL: Slurm's default, as for all others */
    const char *account;
    const char *qos;
    const char *constraint;
    const char *gres;
    int64_t time_ms;            /* 0: the partition's */
    int64_t poll_ms;            /* between two squeue */
    int64_t grace_ms;           /* of a trial */
    uint64_t nodes;             /* of each trial; 0, 1: one */
    uint64_t tasks_per_node;    /* 0, 1: one */
    uint64_t gpus;              /* of each node */
    uint64_t cpus;              /* of each task; 0: Slurm's default */
    uint64_t memory_bytes;      /* of each node; 0: Slurm's default */
    uint64_t pilots;            /* the most of them; 0: each trial is a job */
    uint64_t slots;             /* of each pilot */
    const char *const *options; /* [option_count] of sbatch, one word each */
    size_t option_count;
};

#endif
