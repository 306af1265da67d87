/*
 * What others need to know of the Slurm back end, besides its table in backend.h.
 */
#ifndef SWEEP_EXEC_SLURM_SLURM_H
#define SWEEP_EXEC_SLURM_SLURM_H

/** In place of a boot id: the attempt is a job's, not a process's of a machine. */
#define SLURM_BOOT_ID "slurm"

#endif
