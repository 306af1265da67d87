/*
 * What an attempt took of the machine, as far as somebody watched it.
 *
 *     struct usage usage;
 *     usage_init(&usage);
 *     usage_add(&usage, &sample);           as often as a sample comes
 *
 * What is not known is USAGE_UNKNOWN and never 0: a driver leaves out what it pleases, and what
 * nobody watched cannot be found out later. A plain value.
 */
#ifndef SWEEP_TRIAL_USAGE_H
#define SWEEP_TRIAL_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

#define USAGE_UNKNOWN (-1)

struct usage {
    int64_t watched_us;       /* over which the rest was seen */
    int64_t gpu_memory_bytes; /* the most that it had at a time on any one of its GPUs */
    int64_t gpu_busy_us;      /* time in which its GPUs computed, the mean over them */
    int64_t energy_mj;        /* that its GPUs took */
    bool is_share;  /* it did not have them for itself all the time: energy is what falls to it when
                       each trial on a GPU takes the same, gpu_busy_us is of all of them */
    int64_t cpu_us; /* of all its processes, those that ended included */
    int64_t memory_bytes; /* the most that all its processes together had in memory at a time */
};

/** Nothing is known. */
void usage_init(struct usage *usage);

/** Whether anything is known. */
bool usage_is_known(const struct usage *usage);

/** Take in what was seen since: times and energy are added, peaks and `cpu_us` are the larger. */
void usage_add(struct usage *usage, const struct usage *sample);

/** Take in another attempt of the same trial: as above, and `cpu_us` is added too. */
void usage_join(struct usage *usage, const struct usage *attempt);

/** Append an amount of energy for people: `840 J`, `1.4 Wh`, `3.2 kWh`. */
void usage_format_energy(int64_t energy_mj, struct strbuf *out);

/** One number of it, as rows and expressions call it. */
struct usage_field {
    const char *name;                         /* with its unit: energy_j */
    const char *short_name;                   /* energy */
    bool is_whole;                            /* its numbers are whole ones */
    double (*get)(const struct usage *usage); /* in that unit; NaN where it is not known */
};

#define USAGE_FIELD_COUNT 5

extern const struct usage_field usage_fields[USAGE_FIELD_COUNT];

#endif
