/*
 * The rows of `budget` and of `resources`. The others are keys.c's.
 */
#include "base/array.h"
#include "config/key.h"
#include "config/reader.h"

#define A_DURATION "a duration, such as 90s, 20m or 2h"

/* Where a reader puts its value. */
#define CONFIG(field)   offsetof(struct draft, config.field)
#define RESOURCE(field) offsetof(struct config_resources, field)

#define SECTION(section_name, section_title, rows)                        \
    {                                                                     \
        .name = (section_name), .title = (section_title), .keys = (rows), \
        .count = ARRAY_LENGTH(rows)                                       \
    }

static const char *const automatic[] = {"auto", NULL};

static const struct key budget_keys[] = {
    {.name = "trials",
     .takes = "a number of trials from 1 to 1000000000",
     .accepts = KEY_WHOLE,
     .help = "how many trials to start at most",
     .read = read_count,
     .offset = CONFIG(trials),
     .min = 1,
     .max = 1000000000},
    {.name = "time",
     .takes = A_DURATION,
     .accepts = KEY_TEXT | KEY_NUMBER,
     .help = "how long the sweep may run, all its runs together; then no trial is started any more",
     .read = read_duration,
     .offset = CONFIG(budget.time_ms),
     .min = 1},
    {.name = "finish",
     .takes = A_DURATION,
     .accepts = KEY_TEXT | KEY_NUMBER,
     .help = "how long running trials may go on when the time is used up, before they are stopped",
     .standard = "0s",
     .read = read_finish,
     .offset = CONFIG(budget.finish_ms)},
    {.name = "patience",
     .takes = "a number of trials from 1 to 1000000000",
     .accepts = KEY_WHOLE,
     .help = "so many trials in a row without a better one end the sweep",
     .read = read_patience,
     .offset = CONFIG(budget.patience),
     .min = 1,
     .max = 1000000000},
    {.name = "gpu_hours",
     .takes = "a number of hours above 0",
     .accepts = KEY_NUMBER,
     .help = "how long GPUs may be in use, each by itself, all runs of the sweep together",
     .read = read_amount,
     .offset = CONFIG(budget.gpu_hours)},
    {.name = "energy",
     .takes = "an amount of energy, such as 500Wh or 5kWh",
     .accepts = KEY_TEXT,
     .help = "how much energy the GPUs may take, as far as their driver tells",
     .read = read_energy,
     .offset = CONFIG(budget.energy_mj)},
    {.name = "cost",
     .takes = "a number above 0",
     .accepts = KEY_NUMBER,
     .help = "how much the use of GPUs may cost, at cost_per_gpu_hour",
     .read = read_cost,
     .offset = CONFIG(budget.cost)},
    {.name = "cost_per_gpu_hour",
     .takes = "a number above 0",
     .accepts = KEY_NUMBER,
     .help = "what the use of a GPU costs for an hour, in whatever money",
     .read = read_amount,
     .offset = CONFIG(budget.cost_per_gpu_hour)},
};

const struct section budget_section = SECTION("budget", "'budget'", budget_keys);

static const char *const gpu_forms[] = {"uuid", "index", NULL};

static const struct key resource_keys[] = {
    {.name = "gpus",
     .takes = "a number of GPUs from 0 to 16",
     .accepts = KEY_WHOLE,
     .help = "how many GPUs each trial gets; left out, one where the box has any. With 0 a trial "
             "sees none",
     .read = read_gpus,
     .max = 16},
    {.name = "trials_per_gpu",
     .takes = "a number of trials from 1 to 64",
     .accepts = KEY_WHOLE,
     .help = "how many trials share a GPU",
     .standard = "1",
     .read = read_count,
     .offset = RESOURCE(trials_per_gpu),
     .min = 1,
     .max = 64},
    {.name = "gpu_ids",
     .takes = "a list of indices or UUIDs, as `sweep doctor --gpus` shows them",
     .accepts = KEY_LIST,
     .help = "the GPUs to use, the first one first; left out, all that are free",
     .read = read_gpu_ids},
    {.name = "leave",
     .takes = "a number of GPUs from 0 to 128",
     .accepts = KEY_WHOLE,
     .help = "so many of them are left to others",
     .standard = "0",
     .read = read_count,
     .offset = RESOURCE(leave),
     .max = 128},
    {.name = "gpu_form",
     .takes = "uuid or index",
     .words = gpu_forms,
     .help = "how a trial is told its GPUs in CUDA_VISIBLE_DEVICES; some frameworks read numbers "
             "only",
     .standard = "uuid",
     .read = read_gpu_form},
    {.name = "gpu_memory",
     .takes = "auto, or an amount of memory, such as 6G",
     .accepts = KEY_TEXT,
     .words = automatic,
     .help =
         "what a trial needs of the memory of each of its GPUs: so many share a GPU as fit. With "
         "auto the first one runs alone and is measured",
     .read = read_gpu_memory},
    {.name = "cpus",
     .takes = "a number of processors from 1 to 4096",
     .accepts = KEY_WHOLE,
     .help = "how many processors each trial gets for itself; left out, they have all together",
     .read = read_count,
     .offset = RESOURCE(cpus),
     .min = 1,
     .max = 4096},
    {.name = "memory",
     .takes = "an amount of memory, such as 16G",
     .accepts = KEY_TEXT,
     .help = "what a trial needs of the memory of the box: so many run at a time as fit",
     .read = read_memory},
};

const struct section resource_section = SECTION("resources", "'resources'", resource_keys);
