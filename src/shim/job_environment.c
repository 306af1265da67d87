/*
 * Two lists into one, and what programs of several tasks need to find each other. The GPUs of a job
 * are passed through as Slurm numbers them: on a cluster that confines jobs to their devices each
 * job sees its first one as 0.
 */
#include "shim/job_environment.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/sys.h"

#define US_PER_S 1000000
#define MS_PER_S 1000

/* Below the ports that systems give out by themselves. */
#define PORT_FIRST  10000
#define PORT_COUNT  20000
#define PORT_STRIDE 997
#define PORT_TRIES  16

#define HOST_MAX       256
#define RENDEZVOUS_MAX 5

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

static bool has_name(char *const *list, const char *name)
{
    size_t size = strlen(name);
    for (; *list != NULL; list++)
        if (strncmp(*list, name, size) == 0 && (*list)[size] == '=')
            return true;
    return false;
}

/* A number that Slurm says of the job; 0: it does not. */
static uint64_t job_number(const char *name)
{
    const char *text = getenv(name);
    uint64_t number = 0;
    bool is_there = text != NULL && number_parse_uint64(strview_of(text), &number) == NUMBER_OK;
    return is_there ? number : 0;
}

static bool is_free(uint16_t port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool bound = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    sys_close(fd);
    return bound;
}

/* Of the job's number, so that two jobs on one node have different ones; the next ones on are those
 * of the jobs that come after it. */
static uint16_t choose_port(void)
{
    uint64_t job = job_number("SLURM_JOB_ID");
    uint16_t port = PORT_FIRST;
    for (uint64_t i = 0; i < PORT_TRIES; i++) {
        port = (uint16_t)(PORT_FIRST + (job + i * PORT_STRIDE) % PORT_COUNT);
        if (is_free(port))
            break;
    }
    return port;
}

/* The batch script, which we are, runs on the first node of its job. */
static const char *first_node(struct arena *arena)
{
    char host[HOST_MAX] = "";
    const char *node = getenv("SLURMD_NODENAME");
    if (node != NULL)
        return node;
    (void)gethostname(host, sizeof host - 1);
    return arena_strdup(arena, host);
}

/* What torch.distributed, Lightning, Accelerate and srun look for, unless the user says it.
 * @return behind the last one */
static char **put_rendezvous(struct arena *arena, const struct spec *spec, char **next)
{
    uint64_t nodes = job_number("SLURM_JOB_NUM_NODES");
    uint64_t tasks = job_number("SLURM_NTASKS");
    uint64_t cpus = job_number("SLURM_CPUS_PER_TASK");
    if (nodes <= 1 && tasks <= 1)
        return next;
    const struct {
        const char *name;
        const char *value; /* NULL: not known */
    } rows[] = {
        {"MASTER_ADDR", first_node(arena)},
        {"MASTER_PORT", arena_printf(arena, "%u", (unsigned)choose_port())},
        {"NNODES", arena_printf(arena, "%" PRIu64, nodes)},
        {"WORLD_SIZE", arena_printf(arena, "%" PRIu64, tasks > nodes ? tasks : nodes)},
        /* srun does not take it from the job any more (from Slurm 22.05 on). */
        {"SRUN_CPUS_PER_TASK", cpus > 0 ? arena_printf(arena, "%" PRIu64, cpus) : NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        if (rows[i].value != NULL && !has_name(spec->envp, rows[i].name))
            *next++ = arena_printf(arena, "%s=%s", rows[i].name, rows[i].value);
    return next;
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
    size_t most = list_count(spec->envp) + list_count(environ) + RENDEZVOUS_MAX + 1;
    char **list = arena_alloc_array(arena, most + 1, sizeof *list);
    char **next = list;
    for (char **entry = spec->envp; *entry != NULL; entry++)
        if (!is_of_job(*entry) && !begins_with(*entry, deadline))
            *next++ = *entry;
    for (char **entry = environ; *entry != NULL; entry++)
        if (is_of_job(*entry))
            *next++ = *entry;
    next = put_rendezvous(arena, spec, next);
    /* The time counts from now, not from when the job was submitted. */
    if (spec->timeout_ms > 0)
        *next++ = arena_printf(arena, "%s%" PRId64, deadline,
                               (clock_wall_us() + spec->timeout_ms * MS_PER_S) / US_PER_S);
    return list;
}
