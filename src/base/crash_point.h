/*
 * The numbered points of the recording protocol, where a test kills the process.
 *
 * In builds with SWEEP_CRASH_POINTS (presets dev and asan) a process whose environment has
 * SWEEP_CRASH_POINT=NAME[:N] kills itself with SIGKILL when it comes to that point for the N-th
 * time (N from 1, default 1). Where SWEEP_CRASH_FILE names a file, only the process that succeeds
 * in removing it dies: one death in all. In other builds crash_point() costs nothing.
 */
#ifndef SWEEP_BASE_CRASH_POINT_H
#define SWEEP_BASE_CRASH_POINT_H

/* Every point, in the order of the protocol, those of Slurm last. tests/crash and tests/slurm read
 * this list. */
#define CRASH_POINTS(X)     \
    X(runner_before_spec)   \
    X(runner_after_spec)    \
    X(runner_after_spawn)   \
    X(runner_before_commit) \
    X(runner_after_commit)  \
    X(runner_before_answer) \
    X(runner_after_answer)  \
    X(runner_after_go)      \
    X(runner_before_ingest) \
    X(runner_after_ingest)  \
    X(runner_before_kill)   \
    X(runner_after_kill)    \
    X(runner_before_finish) \
    X(shim_before_ready)    \
    X(shim_after_ready)     \
    X(shim_after_go)        \
    X(shim_after_spawn)     \
    X(shim_after_command)   \
    X(shim_before_journal)  \
    X(shim_after_journal)   \
    X(shim_before_result)   \
    X(shim_before_rename)   \
    X(shim_after_rename)    \
    X(shim_after_result)    \
    X(slurm_before_submit)  \
    X(slurm_after_submit)   \
    X(slurm_after_claim)    \
    X(slurm_after_revoke)   \
    X(slurm_after_cancel)

enum crash_point {
#define CRASH_POINT_ENUM(name) CRASH_##name,
    CRASH_POINTS(CRASH_POINT_ENUM)
#undef CRASH_POINT_ENUM
    CRASH_POINT_COUNT
};

#ifdef SWEEP_CRASH_POINTS
void crash_point(enum crash_point point);
#else
static inline void crash_point(enum crash_point point)
{
    (void)point;
}
#endif

#endif
