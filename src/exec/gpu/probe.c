/*
 * The ways to find GPUs, in their order.
 */
#include "exec/gpu/probe.h"

#include "base/array.h"
#include "exec/gpu/amd.h"
#include "exec/gpu/nvml.h"
#include "exec/gpu/smi.h"

static bool look_at_sys(struct gpu_list *list, struct sweep_error *err)
{
    return amd_survey(list, "/sys", err);
}

/* In this order, until one finds any. */
static bool (*const WAYS[])(struct gpu_list *list,
                            struct sweep_error *err) = {nvml_survey, smi_survey, look_at_sys};

bool probe_look(struct gpu_list *list, struct sweep_error *err)
{
    struct sweep_error first = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(WAYS); i++) {
        struct sweep_error reason = {0};
        *list = (struct gpu_list){0};
        if (WAYS[i](list, &reason) && list->count > 0)
            return true;
        if (reason.code == SWEEP_OK || reason.code == SWEEP_NOT_FOUND)
            continue;
        if (first.code == SWEEP_OK)
            first = reason;
    }
    *list = (struct gpu_list){0};
    return first.code == SWEEP_OK || sweep_error_set(err, SWEEP_IO, "%s", first.message);
}
