/*
 * What sbatch says when there is no job for sure.
 */
#ifndef SWEEP_EXEC_SLURM_REFUSAL_H
#define SWEEP_EXEC_SLURM_REFUSAL_H

enum refusal {
    REFUSAL_NONE,     /* it is none: there may be a job */
    REFUSAL_PASSES,   /* by itself: others have to end first */
    REFUSAL_AT_FIRST, /* also by a controller that was started a moment ago and does not know all of
                         its nodes yet */
    REFUSAL_FINAL     /* until somebody mends what was asked for */
};

/** Which one its complaint is. */
enum refusal refusal_find(const char *words);

#endif
