/*
 * What the trials of a run get of the box: its GPUs, as `resources` in the file asks for them, and
 * the containers of `trial.container`.
 *
 *     if (gear_choose(&gear, config, environment, err))
 *         gear_equip(&gear, &settings);
 *     gear_release(&gear);
 *
 * Without `gpus` in the file each trial gets one where the box has any, unless `trial.env` says by
 * itself which GPUs it sees.
 *
 * Ownership: settings that were chosen for borrow from the gear.
 */
#ifndef SWEEP_SESSION_GEAR_H
#define SWEEP_SESSION_GEAR_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "box/gpu/gpu.h"
#include "exec/container/ask.h"
#include "session/settings.h"
#include "sweep/error.h"

#define GEAR_TEXT_MAX 1024

/** Zeroed it has nothing. */
struct gear {
    bool is_chosen;
    bool is_open;
    uint32_t per_trial;
    struct gpu_list gpus;        /* that may be used, the first one first */
    char trouble[GEAR_TEXT_MAX]; /* why there may be GPUs that are not used, or "" */
    struct ask_state engine;     /* of the trials' containers, where they have any */
    int lease_fd;
    int program_fd;
};

/**
 * Look at the box, and see whether it has what the file asks for; once.
 *
 * @param environment  of this process; ends with NULL
 * @error SWEEP_BAD_INPUT when the file asks for more than there is, or for GPUs that there are not
 * @error SWEEP_IO when it asks for GPUs, and the driver gives no answer
 * @error as housing_look()
 */
bool gear_choose(struct gear *gear, const struct config *config, char *const *environment,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

/** Complete the settings of the same file. */
void gear_equip(const struct gear *gear, struct settings *settings);

/** Give other settings of the same sweep the same. */
void gear_carry(const struct settings *from, struct settings *to);

/** What each trial gets, for people; nothing where that is nothing, and should be. */
void gear_append(const struct gear *gear, const struct run_settings *run, struct strbuf *out);

/**
 * Open the directory of the leases: the one that SWEEP_GPU_LEASES names, else that of the box.
 *
 * @return a descriptor, or -1
 * @error as lease_open_directory()
 */
int gear_open_leases(char *const *environment, struct sweep_error *err) SWEEP_MUST_CHECK;

void gear_release(struct gear *gear);

#endif
