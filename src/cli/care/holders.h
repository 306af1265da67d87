/*
 * Who has leases of the GPUs of this box: trials of all sweeps and users, before they compute on
 * them too.
 *
 *     holders_find(holders, &list, environment);
 *     if (holders[i].percent > 0) ...
 *
 * A plain value.
 */
#ifndef SWEEP_CLI_CARE_HOLDERS_H
#define SWEEP_CLI_CARE_HOLDERS_H

#include "box/gpu/gpu.h"

#define HOLDER_NAME_MAX 64

struct holder {
    unsigned percent;           /* of the GPU that is leased: [0, 100] */
    char user[HOLDER_NAME_MAX]; /* one of those that have it, or "": of processes that we may not
                                   look at */
};

/** @param[out] holders  [list->count] @param environment  of this process; ends with NULL */
void holders_find(struct holder holders[GPU_MAX], const struct gpu_list *list,
                  char *const *environment);

/** How many GPUs nobody uses, and no trial has whole. */
size_t holders_count_free(const struct holder *holders, const struct gpu_list *list);

#endif
