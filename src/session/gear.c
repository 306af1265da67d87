/*
 * Chooses GPUs. Who gets which of them when is the loop's.
 */
#include "session/gear.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/quantity.h"
#include "base/sys.h"
#include "base/variable.h"
#include "box/host.h"
#include "exec/slurm/inquiry.h"
#include "session/gpu_look.h"
#include "session/housing.h"

#define LEASES_VARIABLE "SWEEP_GPU_LEASES"

/* The most trials on one GPU when it is found out how many fit. */
#define MEASURED_MAX 64

#define COUNTED(n) (n), (n) == 1 ? "" : "s"

static const char *const GPU_VARIABLES[] = {"CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
                                            "HIP_VISIBLE_DEVICES"};

static const char *find_variable(const struct config *config)
{
    for (size_t i = 0; i < config->trial.env_count; i++)
        for (size_t k = 0; k < ARRAY_LENGTH(GPU_VARIABLES); k++)
            if (strcmp(config->trial.env[i].name, GPU_VARIABLES[k]) == 0)
                return GPU_VARIABLES[k];
    return NULL;
}

/* --- which ------------------------------------------------------------------------------------ */

static const struct gpu *find_named(const struct gpu_list *list, const char *id)
{
    uint64_t index;
    if (number_parse_uint64(strview_of(id), &index) != NUMBER_OK)
        return gpu_find(list, id);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].index == index)
            return &list->items[i];
    return NULL;
}

static bool keep_named(struct gpu_list *list, const struct config_resources *resources,
                       struct sweep_error *err)
{
    struct gpu_list all = *list;
    if (resources->gpu_id_count == 0)
        return true;
    list->count = 0;
    for (size_t i = 0; i < resources->gpu_id_count; i++) {
        const struct gpu *gpu = find_named(&all, resources->gpu_ids[i]);
        if (gpu == NULL)
            return sweep_error_set(err, SWEEP_BAD_INPUT,
                                   "resources.gpu_ids names '%s', and no GPU that we may use is "
                                   "called so: `sweep doctor --gpus` shows them",
                                   resources->gpu_ids[i]);
        for (size_t k = 0; k < list->count; k++)
            if (strcmp(list->items[k].uuid, gpu->uuid) == 0)
                return sweep_error_set(err, SWEEP_BAD_INPUT, "resources.gpu_ids names GPU %u twice",
                                       gpu->index);
        list->items[list->count++] = *gpu;
    }
    return true;
}

static void drop_unusable(struct gpu_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].trouble[0] == '\0')
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static bool needs_gpus(const struct config_resources *resources)
{
    return resources->has_gpus && resources->gpus > 0;
}

/* Where nobody asked for GPUs, a driver that gives no answer ends nothing. */
static bool look(struct gear *gear, const struct config_resources *resources,
                 char *const *environment, struct sweep_error *err)
{
    struct sweep_error reason = {0};
    size_t hidden = 0;
    if (!gpu_look(environment, &gear->gpus, &hidden, &reason)) {
        gear->gpus.count = 0;
        if (!resources->has_gpus)
            (void)snprintf(gear->trouble, sizeof gear->trouble, "%s", reason.message);
        return !needs_gpus(resources) || sweep_error_set(err, reason.code, "%s", reason.message);
    }
    if (!keep_named(&gear->gpus, resources, err))
        return false;
    size_t count = gear->gpus.count;
    drop_unusable(&gear->gpus);
    if (count > 0 && gear->gpus.count == 0 && !resources->has_gpus)
        (void)snprintf(gear->trouble, sizeof gear->trouble, "none of the %zu can be used", count);
    return true;
}

/* --- how many --------------------------------------------------------------------------------- */

static bool check_count(const struct gear *gear, const struct config_resources *resources,
                        uint32_t per_trial, struct sweep_error *err)
{
    size_t count = gear->gpus.count;
    size_t usable = count > resources->leave ? count - (size_t)resources->leave : 0;
    if (per_trial <= usable)
        return true;
    if (count < per_trial)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "resources.gpus asks for %" PRIu32 " GPU%s a trial, and there %s "
                               "%zu that we may use: `sweep doctor --gpus` says more",
                               COUNTED(per_trial), count == 1 ? "is" : "are", count);
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "resources.leave leaves %" PRIu64 " of %zu GPU%s to others, and a trial "
                           "needs %" PRIu32,
                           resources->leave, COUNTED(count), per_trial);
}

static size_t count_large(const struct gpu_list *list, uint64_t bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->items[i].memory_bytes >= bytes;
    return count;
}

/* `gpu_memory`, once it is known how many GPUs each trial gets. */
static bool check_memory(const struct gear *gear, const struct config_resources *resources,
                         struct sweep_error *err)
{
    char wanted[QUANTITY_TEXT_MAX];
    char largest[QUANTITY_TEXT_MAX];
    uint64_t most = gpu_largest_memory(&gear->gpus);
    uint64_t bytes = resources->gpu_memory_bytes;
    if (!resources->has_gpu_memory)
        return true;
    if (gear->per_trial == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "resources.gpu_memory is about GPUs, and there is none that we may "
                               "use: `sweep doctor --gpus` says more");
    if (most == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "resources.gpu_memory needs to know how much memory the GPUs have, "
                               "and their driver does not tell: use trials_per_gpu instead");
    quantity_format_bytes(bytes, wanted);
    quantity_format_bytes(most, largest);
    if (bytes > most)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "resources.gpu_memory asks for %s, and the largest GPU that we may "
                               "use has %s",
                               wanted, largest);
    if (count_large(&gear->gpus, bytes) < gear->per_trial)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "resources asks for %" PRIu32
                               " GPUs with %s each, and we may use %zu "
                               "so large",
                               gear->per_trial, wanted, count_large(&gear->gpus, bytes));
    return true;
}

static bool check_host(const struct config_resources *resources, struct sweep_error *err)
{
    struct host host;
    char wanted[QUANTITY_TEXT_MAX];
    char there[QUANTITY_TEXT_MAX];
    host_open(&host, &(struct host_settings){0});
    size_t cpus = host.cpu_count;
    uint64_t bytes = host.memory_bytes;
    host_close(&host);
    if (resources->cpus > cpus)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "resources.cpus asks for %" PRIu64 " processors a trial, and there "
                               "%s %zu that we may use",
                               resources->cpus, cpus == 1 ? "is" : "are", cpus);
    quantity_format_bytes(resources->memory_bytes, wanted);
    quantity_format_bytes(bytes, there);
    if (resources->memory_bytes > bytes)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "resources.memory asks for %s a trial, and this box has %s in all",
                               wanted, there);
    return true;
}

/* A limit that nothing would ever reach is a mistake. */
static bool check_budget(const struct gear *gear, const struct config_budget *budget,
                         struct sweep_error *err)
{
    const struct gpu_list *list = &gear->gpus;
    bool is_told = false;
    bool has_any = budget->gpu_hours > 0 || budget->cost > 0 || budget->energy_mj > 0;
    for (size_t i = 0; i < list->count && strcmp(list->source, "NVML") == 0; i++)
        is_told = is_told || list->items[i].energy_mj >= 0 || list->items[i].power_mw >= 0;
    if (has_any && gear->per_trial == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "budget.%s counts what GPUs take, and trials get none: leave it out",
                               budget->gpu_hours > 0 ? "gpu_hours"
                               : budget->cost > 0    ? "cost"
                                                     : "energy");
    if (budget->energy_mj > 0 && !is_told)
        return sweep_error_set(
            err, SWEEP_BAD_INPUT,
            "budget.energy needs a driver that tells what GPUs take, and this one "
            "does not: use gpu_hours instead");
    return true;
}

/* One that is set to nothing is not set. */
int gear_open_leases(char *const *environment, struct sweep_error *err)
{
    const char *path = variable_find(environment, LEASES_VARIABLE);
    return lease_open_directory(path != NULL && path[0] != '\0' ? path : NULL, err);
}

/* Without a descriptor of our program nobody looks at the GPUs again, or watches the trials. */
static bool open_files(struct gear *gear, bool needs_leases, char *const *environment,
                       struct sweep_error *err)
{
    gear->lease_fd = -1;
    gear->program_fd = sys_open(AT_FDCWD, "/proc/self/exe", O_PATH, 0);
    gear->is_open = true;
    if (!needs_leases)
        return true;
    gear->lease_fd = gear_open_leases(environment, err);
    return gear->lease_fd >= 0;
}

/* --- leases ----------------------------------------------------------------------------------- */

static bool check_gpu_leases(const struct gear *gear, struct sweep_error *err)
{
    size_t usable = 0;
    for (size_t i = 0; i < gear->gpus.count && usable < gear->per_trial; i++) {
        int fd = lease_open(gear->lease_fd, gear->gpus.items[i].uuid, err);
        usable += fd >= 0;
        sys_close(fd);
    }
    return usable >= gear->per_trial;
}

static bool check_host_leases(const struct gear *gear, const struct config_resources *resources,
                              struct sweep_error *err)
{
    struct host host;
    host_open(&host, &(struct host_settings){.cpus = (uint32_t)resources->cpus,
                                             .memory_bytes = resources->memory_bytes,
                                             .lease_fd = gear->lease_fd});
    bool can_be_had = host_join(&host, err);
    host_close(&host);
    return can_be_had;
}

/* What can never be had would be waited for without an end. */
static bool check_leases(const struct gear *gear, const struct config_resources *resources,
                         struct sweep_error *err)
{
    struct sweep_error reason = {0};
    if (check_gpu_leases(gear, &reason) && check_host_leases(gear, resources, &reason))
        return true;
    char link[64];
    char path[PATH_MAX] = "";
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", gear->lease_fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    *err = reason;
    if (reason.code == SWEEP_BUSY)
        return false;
    return sweep_error_wrap(err, "no trial could ever start, see what is in %s",
                            size > 0 ? path : "the directory of leases");
}

/* What there is of a cluster only Slurm knows: it is asked before anything is submitted. */
static bool choose_slurm(struct gear *gear, const struct config *config, char *const *environment,
                         struct sweep_error *err)
{
    const struct slurm_settings slurm = settings_slurm(config);
    gear->lease_fd = -1;
    gear->program_fd = -1;
    gear->is_chosen = true;
    return inquiry_check(&slurm, environment, err);
}

bool gear_choose(struct gear *gear, const struct config *config, char *const *environment,
                 struct sweep_error *err)
{
    const struct config_resources *resources = &config->resources;
    const char *variable = find_variable(config);
    if (gear->is_chosen)
        return true;
    if (config->is_slurm)
        return choose_slurm(gear, config, environment, err);
    if (variable != NULL && resources->has_gpus)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "trial.env sets %s, which resources.gpus decides: leave one of "
                               "them out",
                               variable);
    /* Whoever sets the variable shares GPUs out by himself. */
    if (variable == NULL && !look(gear, resources, environment, err))
        return false;
    if (!housing_look(config, environment, &gear->engine, err))
        return false;
    bool is_reserving = resources->cpus > 0 || resources->memory_bytes > 0;
    gear->per_trial = resources->gpus;
    if (!resources->has_gpus)
        gear->per_trial = gear->gpus.count > 0 ? 1 : 0;
    if (!check_count(gear, resources, gear->per_trial, err) ||
        !check_memory(gear, resources, err) || !check_budget(gear, &config->budget, err) ||
        !check_host(resources, err) ||
        !open_files(gear, gear->per_trial > 0 || is_reserving, environment, err) ||
        !check_leases(gear, resources, err))
        return false;
    gear->is_chosen = true;
    return true;
}

/* What is to be measured is not known yet: how many fit turns out later. */
static uint32_t room_for(const struct run_settings *run)
{
    const struct pool_need need = {.memory_bytes = run->gpu_memory_bytes};
    uint32_t room = pool_room(&run->gpus, &need);
    return run->gpus.by_memory && run->gpu_memory_bytes == 0 ? room * MEASURED_MAX : room;
}

/* By what trials reserve of processors and memory; `cpus` alone says how many on a box without
 * GPUs.
 */
static void limit_parallel(struct run_settings *run)
{
    struct host host;
    host_open(&host, &run->host);
    uint32_t room = host_room(&host);
    host_close(&host);
    if (room < run->parallel)
        run->parallel = room;
}

void gear_equip(const struct gear *gear, struct settings *settings)
{
    const struct config *config = settings->document->config;
    const struct config_resources *resources = &config->resources;
    struct run_settings *run = &settings->run;
    run->program_fd = gear->program_fd;
    run->container.is_mapped = gear->engine.is_mapped;
    if (run->is_slurm)
        return;
    run->host = (struct host_settings){
        .cpus = (uint32_t)resources->cpus,
        .memory_bytes = resources->memory_bytes,
        .lease_fd = gear->lease_fd,
        .sys = "/sys",
    };
    if (config->parallel == 0)
        limit_parallel(run);
    run->hides_gpus = gear->per_trial == 0 && gear->gpus.count > 0;
    if (gear->per_trial == 0)
        return;
    run->gpus = (struct pool_settings){
        .gpus = &gear->gpus,
        .per_trial = gear->per_trial,
        .shares = (uint32_t)resources->trials_per_gpu,
        .by_memory = resources->has_gpu_memory,
        .leave = (uint32_t)resources->leave,
        .lease_fd = gear->lease_fd,
        .program_fd = gear->program_fd,
    };
    run->gpus_by_index = resources->by_index;
    run->gpu_memory_bytes = resources->gpu_memory_bytes;
    if (config->parallel == 0) {
        run->parallel = room_for(run);
        limit_parallel(run);
    }
}

void gear_carry(const struct settings *from, struct settings *to)
{
    to->run.program_fd = from->run.program_fd;
    to->run.container.is_mapped = from->run.container.is_mapped;
    to->run.host = from->run.host;
    to->run.gpus = from->run.gpus;
    to->run.gpus_by_index = from->run.gpus_by_index;
    to->run.gpu_memory_bytes = from->run.gpu_memory_bytes;
    to->run.hides_gpus = from->run.hides_gpus;
    if (to->document->config->parallel == 0 && !to->run.is_slurm)
        to->run.parallel =
            from->document->config->parallel == 0 ? from->run.parallel : host_processors();
}

static void append_memory(const struct run_settings *run, struct strbuf *out)
{
    char amount[QUANTITY_TEXT_MAX];
    quantity_format_bytes(run->gpu_memory_bytes, amount);
    if (run->gpus.by_memory && run->gpu_memory_bytes > 0)
        strbuf_printf(out, "trials share a GPU by its memory, %s each; ", amount);
    else if (run->gpus.by_memory)
        strbuf_append_text(out, "trials share a GPU when it is measured what they need; ");
}

static void append_slurm(const struct slurm_settings *slurm, struct strbuf *out)
{
    char time[CLOCK_TEXT_MAX];
    if (slurm->pilots > 0)
        strbuf_printf(out,
                      "trials run in up to %" PRIu64 " pilot%s, jobs of Slurm with %" PRIu64
                      " slot%s each",
                      COUNTED(slurm->pilots), COUNTED(slurm->slots));
    else
        strbuf_append_text(out, "each trial is a job of Slurm");
    if (slurm->partition != NULL)
        strbuf_printf(out, ", in the partition %s", slurm->partition);
    if (slurm->nodes > 1)
        strbuf_printf(out, ", on %" PRIu64 " nodes", slurm->nodes);
    const char *each = slurm->nodes > 1 ? " on each" : "";
    if (slurm->tasks_per_node > 1)
        strbuf_printf(out, ", with %" PRIu64 " tasks%s", slurm->tasks_per_node, each);
    if (slurm->gres != NULL)
        strbuf_printf(out, ", with %s%s", slurm->gres, each);
    uint64_t gpus = slurm->pilots > 0 ? slurm->gpus * slurm->slots : slurm->gpus;
    if (gpus > 0)
        strbuf_printf(out, ", with %" PRIu64 " GPU%s%s", COUNTED(gpus), each);
    if (slurm->time_ms > 0) {
        clock_format_duration(slurm->time_ms * 1000, time);
        strbuf_printf(out, ", for at most %s", time);
    }
}

/* Each model once, in the order of the list. */
static void append_models(const struct gpu_list *list, struct strbuf *out)
{
    for (size_t i = 0, shown = 0; i < list->count; i++) {
        bool is_repeated = false;
        for (size_t k = 0; k < i && !is_repeated; k++)
            is_repeated = strcmp(list->items[k].name, list->items[i].name) == 0;
        if (is_repeated)
            continue;
        strbuf_append_text(out, shown++ > 0 ? ", " : "");
        strbuf_append_text(out, list->items[i].name);
    }
}

void gear_append(const struct gear *gear, const struct run_settings *run, struct strbuf *out)
{
    const struct gpu_list *list = &gear->gpus;
    const struct container_engine *engine = run->container.engine;
    if (engine != NULL)
        strbuf_printf(out, "each trial runs in a container of %s %s%s", engine->name,
                      gear->engine.version, run->gpus.per_trial > 0 ? "; " : "");
    if (run->is_slurm)
        append_slurm(&run->slurm, out);
    if (run->gpus.per_trial == 0) {
        if (gear->trouble[0] != '\0' && !run->hides_gpus)
            strbuf_printf(out,
                          "no trial gets a GPU of its own, as there are GPUs that do not work: %s; "
                          "`sweep doctor --gpus` looks again",
                          gear->trouble);
        return;
    }
    if (run->gpus.shares > 1)
        strbuf_printf(out, "%" PRIu32 " trials share a GPU; ", run->gpus.shares);
    append_memory(run, out);
    strbuf_printf(out, "each trial gets %" PRIu32 " of %zu GPU%s (", run->gpus.per_trial,
                  COUNTED(list->count));
    append_models(list, out);
    strbuf_append_char(out, ')');
    size_t busy =
        list->count - gpu_count_free(list); /* also by trials of ours, of an earlier runner */
    if (busy > 0)
        strbuf_printf(out, ", of which %zu %s in use now", busy, busy == 1 ? "is" : "are");
}

void gear_release(struct gear *gear)
{
    if (!gear->is_open)
        return;
    sys_close(gear->lease_fd);
    sys_close(gear->program_fd);
    gear->is_open = false;
}
