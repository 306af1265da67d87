/*
 * Lists as counters.
 */
#include "box/gpu/list_meter.h"

#include <string.h>

#include "box/gpu/amd.h"
#include "box/gpu/kernel_log.h"

/* Between two looks: so much of the time that the last one took of a processor, but the first ones
 * come quicker, each after twice the time of the one before. */
#define COST_FACTOR   2000
#define FIRST_MS      1000
#define DOUBLINGS_MAX 20
#define MOST_MS       600000

/* A list is believed for so many times that, and no longer where looks fail. */
#define STALE_FACTOR 3

#define US_PER_MS 1000

static int64_t interval_ms(const struct list_meter *meter)
{
    unsigned doublings = meter->looks < DOUBLINGS_MAX ? meter->looks : DOUBLINGS_MAX;
    int64_t first_ms = (int64_t)FIRST_MS << doublings >> 1;
    int64_t cost_ms = meter->survey.cost_us * COST_FACTOR / US_PER_MS;
    int64_t interval = first_ms < cost_ms || cost_ms == 0 ? first_ms : cost_ms;
    if (interval < FIRST_MS)
        interval = FIRST_MS;
    return interval < MOST_MS ? interval : MOST_MS;
}

static void look_at_files(struct list_meter *meter, int64_t now_ms)
{
    meter->list = (struct gpu_list){0};
    meter->taken_ms = amd_survey(&meter->list, meter->sys, NULL) ? now_ms : 0;
}

static void take_look(struct list_meter *meter, int64_t now_ms)
{
    struct gpu_list news;
    enum survey_state state = survey_step(&meter->survey, now_ms, &news, NULL);
    if (state == SURVEY_DONE) {
        meter->list = news;
        meter->taken_ms = meter->began_ms;
    }
}

void list_meter_look(struct list_meter *meter, int64_t now_ms)
{
    if (meter->sys != NULL) {
        look_at_files(meter, now_ms);
        return;
    }
    if (meter->survey.pid > 0)
        take_look(meter, now_ms);
    survey_reap(&meter->survey);
    if (meter->taken_ms > 0 &&
        now_ms - meter->taken_ms > STALE_FACTOR * interval_ms(meter) + SURVEY_DEADLINE_MS)
        meter->taken_ms = 0;
    if (meter->survey.pid > 0 || meter->program_fd < 0 ||
        (meter->looks > 0 && now_ms - meter->began_ms < interval_ms(meter)))
        return;
    meter->began_ms = now_ms;
    meter->looks++;
    (void)!survey_begin(&meter->survey, meter->program_fd, now_ms, NULL);
}

static const struct gpu *find(const struct list_meter *meter, const char *uuid)
{
    for (size_t i = 0; i < meter->list.count; i++)
        if (strcmp(meter->list.items[i].uuid, uuid) == 0)
            return &meter->list.items[i];
    return NULL;
}

bool list_meter_read(const struct list_meter *meter, const char *uuid, struct meter_reading *out)
{
    const struct gpu *gpu = find(meter, uuid);
    if (gpu == NULL || meter->taken_ms == 0)
        return false;
    out->taken_ms = meter->taken_ms;
    out->is_part = gpu->parent[0] != '\0';
    if (gpu->memory_bytes > 0 && gpu->used_bytes <= INT64_MAX)
        out->used_bytes = (int64_t)gpu->used_bytes;
    if (!out->is_part) {
        out->busy_percent = gpu->busy_percent <= 100 ? gpu->busy_percent : GPU_UNKNOWN;
        out->power_mw = gpu->power_mw;
        out->energy_mj = gpu->energy_mj;
    }
    out->ecc_errors = gpu->ecc_errors;
    for (size_t i = 0; i < gpu->pid_count && i < METER_PROCESSES_MAX; i++)
        out->processes[out->process_count++] =
            (struct meter_process){gpu->pids[i], gpu->pid_bytes[i]};
    out->has_processes = gpu->pid_count > 0;
    return true;
}

bool list_meter_is_hit(const struct list_meter *meter, const struct meter_fault *fault,
                       const char *uuid)
{
    const struct gpu *gpu = find(meter, uuid);
    return gpu != NULL && gpu->vendor == GPU_NVIDIA &&
           kernel_log_is_bus(gpu->bus_id, fault->bus_id);
}
