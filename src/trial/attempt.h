/*
 * An attempt: one launch of a trial, how it is known to the system and how it ended.
 *
 * Plain values that the recording protocol carries between the supervisor's files, the back ends
 * and the database. Depends on nothing but the C library.
 */
#ifndef SWEEP_TRIAL_ATTEMPT_H
#define SWEEP_TRIAL_ATTEMPT_H

#include <stdint.h>

/** Which attempt. */
struct attempt_key {
    uint64_t trial;  /* from 1 */
    uint32_t number; /* from 1 */
};

#define ATTEMPT_TOKEN_MAX   33 /* 32 hexadecimal digits: in the environment of all its processes */
#define ATTEMPT_BOOT_ID_MAX 37 /* as the kernel spells it */

/** Who supervises it: enough to recognise the process, never confused by a reused pid. */
struct attempt_identity {
    struct attempt_key key;
    char token[ATTEMPT_TOKEN_MAX];
    char boot_id[ATTEMPT_BOOT_ID_MAX];
    int32_t pid;        /* of the shim */
    uint64_t pid_start; /* field 22 of its /proc/PID/stat [clock ticks since boot] */
};

/** The exit code that means: saved, start me again. */
#define ATTEMPT_EXIT_SAVED 85

/** How an attempt ended. Stored in result files and the database; never renumber. */
enum attempt_end {
    ATTEMPT_EXITED = 1,      /* detail: exit code */
    ATTEMPT_SIGNALED = 2,    /* detail: signal */
    ATTEMPT_NOT_STARTED = 3, /* the command could not be executed; detail: errno */
    ATTEMPT_LOST = 4,        /* no result file, and no process of it lives */
    ATTEMPT_REBOOTED = 5     /* lost, and the machine was restarted since */
};

/** Why it was told to stop, if it was. Stored; never renumber. */
enum attempt_stop {
    ATTEMPT_STOP_NONE = 0,
    ATTEMPT_STOP_TIMEOUT = 1,   /* by its shim: trial.timeout */
    ATTEMPT_STOP_CANCEL = 2,    /* a person */
    ATTEMPT_STOP_PRUNE = 3,     /* a stopper's decision */
    ATTEMPT_STOP_PREEMPTED = 4, /* SIGTERM to the shim that no runner sent */
    ATTEMPT_STOP_INTERRUPT = 5, /* the sweep is interrupted: the trial will run again on resume */
    ATTEMPT_STOP_STALL = 6      /* by its shim: trial.stall */
};

/** What a command that failed had too little of. Stored; never renumber. */
enum attempt_shortage {
    ATTEMPT_SHORT_OF_NOTHING = 0,
    ATTEMPT_SHORT_OF_GPU_MEMORY = 1,
    ATTEMPT_SHORT_OF_MEMORY = 2,
    ATTEMPT_SHORT_OF_DISK = 3,
    ATTEMPT_SHORT_OF_SOFTWARE = 4, /* a module, a library or a command is not installed */
    ATTEMPT_SHORT_OF_GPU = 5,      /* it failed, or is gone */
    ATTEMPT_SHORT_OF_ENGINE = 6,   /* the container's engine failed, not the command */
    ATTEMPT_SHORT_OF_COMMAND = 7   /* the container's image has no such command to execute */
};

#define ATTEMPT_SHORTAGE_MAX ATTEMPT_SHORT_OF_COMMAND

/** What a result file says. Times are microseconds. */
struct attempt_outcome {
    enum attempt_end end;
    int32_t detail;
    enum attempt_stop stop;
    int64_t started_us; /* wall time since 1970 */
    int64_t ended_us;
    int64_t duration_us;            /* on a clock that does not jump */
    int64_t cpu_us;                 /* user and system time of all its processes that were reaped */
    int64_t rss_peak_kb;            /* of the largest process */
    uint64_t output_bytes;          /* written by the command */
    uint64_t output_dropped;        /* of these not kept on disk */
    uint32_t leftovers;             /* processes that outlived the command and were killed */
    enum attempt_shortage short_of; /* as its last words and the kernel tell */
};

#endif
