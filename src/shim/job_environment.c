/*
 * Two lists into one. The GPUs of a job are passed through as Slurm numbers them: on a cluster that
 * confines jobs to their devices each job sees its first one as 0.
 */
#include "shim/job_environment.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"

#define US_PER_S 1000000
#define MS_PER_S 1000

/* Of the job, not of the login node where the runner is. */
static const char *const job_names[] = {
    "CUDA_VISIBLE_DEVICES=",
    "GPU_DEVICE_ORDINAL=",
    "ROCR_VISIBLE_DEVICES=",
    "HIP_VISIBLE_DEVICES=",
    "ZE_AFFINITY_MASK=",
    "TMPDIR=",
    "HOSTNAME=",
    "CUDA_MPS_PIPE_DIRECTORY=",
};

static bool begins_with(const char *entry, const char *prefix)
{
    return strncmp(entry, prefix, strlen(prefix)) == 0;
}

static bool is_of_job(const char *entry)
{
    if (begins_with(entry, "SLURM_") || begins_with(entry, "SLURMD_"))
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(job_names); i++)
        if (begins_with(entry, job_names[i]))
            return true;
    return false;
}

static size_t list_count(char *const *list)
{
    size_t count = 0;
    while (list[count] != NULL)
        count++;
    return count;
}

char **job_environment(struct arena *arena, const struct spec *spec)
{
    static const char deadline[] = "SWEEP_DEADLINE=";
    size_t most = list_count(spec->envp) + list_count(environ) + 1;
    char **list = arena_alloc_array(arena, most + 1, sizeof *list);
    char **next = list;
    for (char **entry = spec->envp; *entry != NULL; entry++)
        if (!is_of_job(*entry) && !begins_with(*entry, deadline))
            *next++ = *entry;
    for (char **entry = environ; *entry != NULL; entry++)
        if (is_of_job(*entry))
            *next++ = *entry;
    /* The time counts from now, not from when the job was submitted. */
    if (spec->timeout_ms > 0)
        *next++ = arena_printf(arena, "%s%" PRId64, deadline,
                               (clock_wall_us() + spec->timeout_ms * MS_PER_S) / US_PER_S);
    return list;
}
