/*
 * The best few trials by value, and the removal of what the others saved.
 */
#include "run/checkpoints.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "base/remove_tree.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "sweep/mem.h"
#include "trial/ranking.h"

#define NAME "checkpoints"

void checkpoints_init(struct checkpoints *checkpoints, uint32_t most, bool maximize)
{
    *checkpoints = (struct checkpoints){.most = most, .maximize = maximize};
    if (most != CHECKPOINTS_ALL)
        checkpoints->keepers = sweep_alloc_array((size_t)most + 1, sizeof *checkpoints->keepers);
}

void checkpoints_release(struct checkpoints *checkpoints)
{
    sweep_free(checkpoints->keepers);
    *checkpoints = (struct checkpoints){0};
}

/* As in the ranking: of two that are as good the earlier one is better. */
static bool is_better(const struct checkpoints *checkpoints, const struct checkpoint_keeper *a,
                      const struct checkpoint_keeper *b)
{
    if (ranking_is_better(a->value, b->value, checkpoints->maximize))
        return true;
    return !ranking_is_better(b->value, a->value, checkpoints->maximize) && a->trial < b->trial;
}

uint64_t checkpoints_choose(struct checkpoints *checkpoints, const struct sweep_trial *trial)
{
    if (checkpoints->most == CHECKPOINTS_ALL)
        return 0;
    if (!ranking_is_eligible(trial))
        return trial->number;
    const struct checkpoint_keeper keeper = {trial->number, trial->value};
    size_t place = checkpoints->count++;
    for (; place > 0 && is_better(checkpoints, &keeper, &checkpoints->keepers[place - 1]); place--)
        checkpoints->keepers[place] = checkpoints->keepers[place - 1];
    checkpoints->keepers[place] = keeper;
    if (checkpoints->count <= checkpoints->most)
        return 0;
    return checkpoints->keepers[--checkpoints->count].trial;
}

bool checkpoints_remove(int trials_fd, uint64_t trial, bool dry, uint64_t *bytes,
                        struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];

    handshake_trial_directory(trial, name);
    int fd = sys_open(trials_fd, name, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return errno == ENOENT ||
               sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open trials/%s", name);
    bool done = remove_tree(fd, NAME, dry, bytes, err) ||
                sweep_error_wrap(err, "the checkpoints of trial %" PRIu64, trial);
    sys_close(fd);
    return done;
}
