/*
 * The counters of GPUs as lists of all GPUs tell them, where there is no NVML: by the files of
 * AMD's driver, which cost little and are read each time; or by looks (survey.h) that run
 * nvidia-smi, which cost much: the most that it takes is about a thousandth of one processor, so
 * what is told is seconds or minutes old.
 *
 * Internal to the gpu folder: meter.h is what others use, and has the rules.
 */
#ifndef SWEEP_BOX_GPU_LIST_METER_H
#define SWEEP_BOX_GPU_LIST_METER_H

#include "box/gpu/meter.h"
#include "box/gpu/survey.h"

struct list_meter {
    const char *sys; /* of AMD's files; NULL: by looks */
    int program_fd;
    struct survey survey;
    int64_t began_ms; /* the last look */
    unsigned looks;   /* that were begun */
    struct gpu_list list;
    int64_t taken_ms; /* when the list was; 0: there is none */
};

void list_meter_look(struct list_meter *meter, int64_t now_ms);

bool list_meter_read(const struct list_meter *meter, const char *uuid, struct meter_reading *out);

/** @see meter_is_hit() */
bool list_meter_is_hit(const struct list_meter *meter, const struct meter_fault *fault,
                       const char *uuid);

#endif
