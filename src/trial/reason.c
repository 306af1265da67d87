/*
 * The table of kinds. Not for recognising them: that is the supervisor's and trial.c's.
 */
#include "trial/reason.h"

static const struct reason_kind kinds[REASON_COUNT] = {
    [SWEEP_REASON_NONE] = {NULL, "", "it ended as it should", "The strategy learns its value",
                           REASON_OF_NOBODY, false},
    [SWEEP_REASON_EXIT_CODE] = {"exit_code", NULL, "the command failed by itself",
                                "It is tried again as often as trial.retries says",
                                REASON_OF_SCRIPT, true},
    [SWEEP_REASON_SIGNAL] = {"signal", NULL, "a signal ended the command",
                             "It is tried again as often as trial.retries says", REASON_OF_SCRIPT,
                             true},
    [SWEEP_REASON_TIMEOUT] = {"timeout", "timeout", "it ran longer than trial.timeout",
                              "It has failed; another attempt would take as long", REASON_OF_TIME,
                              true},
    [SWEEP_REASON_METRIC_MISSING] = {"metric_missing", "exit code 0, but no metric was seen",
                                     "it ended well and never printed the metric",
                                     "The first one pauses the sweep; later ones have failed",
                                     REASON_OF_SCRIPT, false},
    [SWEEP_REASON_SPAWN] = {"spawn", NULL, "the command could not be started",
                            "Three in a row end the sweep", REASON_OF_SETUP, false},
    [SWEEP_REASON_LOST] = {"lost", "lost: its supervisor died and left no result",
                           "its supervisor was killed",
                           "What is left of it is killed, and it is tried again, up to 5 times",
                           REASON_OF_MACHINE, false},
    [SWEEP_REASON_REBOOT] = {"reboot", "the machine was restarted",
                             "the machine went down under it", "It is tried again, up to 5 times",
                             REASON_OF_MACHINE, false},
    [SWEEP_REASON_PREEMPTED] = {"preempted", "preempted: SIGTERM from outside",
                                "somebody else sent SIGTERM to its supervisor",
                                "It is tried again, as often as that happens", REASON_OF_NOBODY,
                                false},
    [SWEEP_REASON_CANCELLED] = {"cancelled", "cancelled", "a person stopped it",
                                "It does not run again", REASON_OF_NOBODY, false},
    [SWEEP_REASON_GPU_MEMORY] =
        {"gpu_memory", "out of GPU memory", "its last lines say that a GPU had no memory left",
         "Where trials share GPUs it gets one for itself, once; else it has "
         "failed, and the strategy keeps away from there",
         REASON_OF_SIZE, true},
    [SWEEP_REASON_HOST_MEMORY] = {"host_memory", "out of memory (host)",
                                  "its last lines or the kernel say that there was no memory left",
                                  "It is tried again as often as trial.retries says",
                                  REASON_OF_SIZE, true},
    [SWEEP_REASON_STALL] = {"stall", "stalled: no output for too long",
                            "it printed nothing for trial.stall",
                            "It is tried again as often as trial.retries says", REASON_OF_TIME,
                            true},
    [SWEEP_REASON_SAVED] = {"saved", "exit code 85: saved, to be started again",
                            "it saved its state and exits with code 85",
                            "It is started again free of charge, as long as it gets further",
                            REASON_OF_NOBODY, false},
    [SWEEP_REASON_NO_PROGRESS] = {"no_progress",
                                  "your script does not load SWEEP_CHECKPOINT_DIR: exit code 85 "
                                  "twice in a row without a further step",
                                  "it saved itself twice and got no further", "It has failed",
                                  REASON_OF_SCRIPT, true},
    [SWEEP_REASON_DISK_FULL] = {"disk_full", "the disk is full",
                                "its last lines say that a disk or quota is full",
                                "It is tried again after 10 seconds, up to 5 times",
                                REASON_OF_MACHINE, true},
    [SWEEP_REASON_NOT_INSTALLED] = {"not_installed", "something that it needs is not installed",
                                    "its last lines name a module, library or command that is "
                                    "missing",
                                    "As the first end of a run it ends the sweep at once",
                                    REASON_OF_SETUP, true},
    [SWEEP_REASON_GPU_FAULT] = {"gpu_fault", "its GPU is broken or gone",
                                "its last lines or the driver say that the GPU is broken or gone",
                                "It is tried again on another GPU, up to 5 times; the GPU is not "
                                "used again in this run",
                                REASON_OF_MACHINE, true},
    [SWEEP_REASON_CONTAINER] = {"container", "the container's engine failed, not the command",
                                "docker, podman, apptainer or runc could not start the container "
                                "or lost it",
                                "It is tried again, up to 5 times", REASON_OF_MACHINE, true},
    [SWEEP_REASON_IMAGE] = {"image", "the container's image cannot execute the command",
                            "the command is not in the image of trial.container, or is no program",
                            "As the first end of a run it ends the sweep at once", REASON_OF_SETUP,
                            true},
};

const struct reason_kind *reason_kind(enum sweep_reason reason)
{
    return &kinds[reason];
}

/* Who tells us of a failure without a reason (`sweep ask-tell`) means the params. */
bool sweep_reason_is_of_params(enum sweep_reason reason)
{
    if (reason == SWEEP_REASON_NONE)
        return true;
    switch (kinds[reason].fault) {
    case REASON_OF_SCRIPT:
    case REASON_OF_SIZE:
    case REASON_OF_TIME:
        return true;
    case REASON_OF_NOBODY:
    case REASON_OF_MACHINE:
    case REASON_OF_SETUP:
        return false;
    }
    return false;
}
