/*
 * The rows of `slurm`. The others are keys.c's.
 */
#include "base/array.h"
#include "config/key.h"
#include "config/reader.h"

#define A_DURATION "a duration, such as 90s, 20m or 2h"

/* Where a reader puts its value. */
#define SLURM(field) offsetof(struct config_slurm, field)

static const struct key slurm_keys[] = {
    {.name = "partition",
     .takes = "the name of a partition, as `sinfo` shows them",
     .accepts = KEY_SCALAR,
     .help = "where jobs run; left out, Slurm's default",
     .read = read_word,
     .offset = SLURM(partition)},
    {.name = "account",
     .takes = "the name of an account",
     .accepts = KEY_SCALAR,
     .help = "what jobs are charged to",
     .read = read_word,
     .offset = SLURM(account)},
    {.name = "qos",
     .takes = "the name of a quality of service",
     .accepts = KEY_SCALAR,
     .help = "the quality of service of jobs",
     .read = read_word,
     .offset = SLURM(qos)},
    {.name = "time",
     .takes = A_DURATION,
     .accepts = KEY_TEXT | KEY_NUMBER,
     .help =
         "how long a job may run. Before that its trial gets SIGTERM: with exit code 85 it goes "
         "on in another job, else it has failed. Left out, the partition's",
     .read = read_slurm_time,
     .offset = SLURM(time_ms),
     .min = 60000},
    {.name = "constraint",
     .takes = "features of nodes, as in 'a100|h100'",
     .accepts = KEY_SCALAR,
     .help = "which nodes will do",
     .read = read_word,
     .offset = SLURM(constraint)},
    {.name = "gres",
     .takes = "generic resources, as in 'gpu:a100:2'",
     .accepts = KEY_SCALAR,
     .help = "GPUs of a kind, instead of resources.gpus",
     .read = read_word,
     .offset = SLURM(gres)},
    {.name = "nodes",
     .takes = "a number of nodes from 1 to 10000",
     .accepts = KEY_WHOLE,
     .help = "how many nodes each trial gets. Its command runs once, on the first, and starts the "
             "others by srun",
     .standard = "1",
     .read = read_count,
     .offset = SLURM(nodes),
     .min = 1,
     .max = 10000},
    {.name = "tasks_per_node",
     .takes = "a number of tasks from 1 to 10000",
     .accepts = KEY_WHOLE,
     .help = "how many tasks srun starts on each node; resources.cpus is what each of them gets",
     .standard = "1",
     .read = read_count,
     .offset = SLURM(tasks_per_node),
     .min = 1,
     .max = 10000},
    {.name = "pilots",
     .takes = "a number of jobs from 1 to 1000",
     .accepts = KEY_WHOLE,
     .help =
         "so many long jobs run the trials, one after the other, instead of a job for each. For "
         "trials that are shorter than the wait in the queue",
     .read = read_count,
     .offset = SLURM(pilots),
     .min = 1,
     .max = 1000},
    {.name = "slots",
     .takes = "a number of trials from 1 to 256",
     .accepts = KEY_WHOLE,
     .help = "how many trials run in a pilot at a time. It asks Slurm for what they need together",
     .standard = "1",
     .read = read_count,
     .offset = SLURM(slots),
     .min = 1,
     .max = 256},
    {.name = "options",
     .takes = "a list of options of sbatch, as in ['--exclusive', '--nice=100']",
     .accepts = KEY_LIST,
     .help = "whatever else sbatch is told",
     .read = read_slurm_options},
    {.name = "poll",
     .takes = A_DURATION,
     .accepts = KEY_TEXT | KEY_NUMBER,
     .help = "how often Slurm is asked how the jobs are, all of them at once",
     .standard = "20s",
     .read = read_slurm_poll,
     .offset = SLURM(poll_ms),
     .min = 1000},
};

const struct section slurm_section = {
    .name = "slurm", .title = "'slurm'", .keys = slurm_keys, .count = ARRAY_LENGTH(slurm_keys)};
