/*
 * Sorting of outcomes.
 */
#include "trial/expense.h"

static bool is_stopped(const struct attempt_outcome *outcome)
{
    return outcome->stop != ATTEMPT_STOP_NONE;
}

bool expense_is_lost(const struct attempt_outcome *outcome)
{
    bool is_without = !is_stopped(outcome) && (outcome->short_of == ATTEMPT_SHORT_OF_DISK ||
                                               outcome->short_of == ATTEMPT_SHORT_OF_GPU ||
                                               outcome->short_of == ATTEMPT_SHORT_OF_ENGINE);
    return outcome->end == ATTEMPT_LOST || outcome->end == ATTEMPT_REBOOTED || is_without;
}

bool expense_is_saved(const struct attempt_outcome *outcome)
{
    return !is_stopped(outcome) && outcome->end == ATTEMPT_EXITED &&
           outcome->detail == ATTEMPT_EXIT_SAVED;
}

bool expense_is_crowded(const struct attempt_outcome *outcome)
{
    return !is_stopped(outcome) && outcome->short_of == ATTEMPT_SHORT_OF_GPU_MEMORY;
}

/* Unlike after a timeout, whose whole time would be spent again, and after what no attempt will
 * change, such as a missing module, or a GPU that is too small. */
bool expense_is_failed(const struct attempt_outcome *outcome)
{
    if (is_stopped(outcome))
        return outcome->stop == ATTEMPT_STOP_STALL;
    if (expense_is_crowded(outcome) || expense_is_lost(outcome) ||
        outcome->short_of == ATTEMPT_SHORT_OF_SOFTWARE ||
        outcome->short_of == ATTEMPT_SHORT_OF_COMMAND)
        return false;
    return outcome->end == ATTEMPT_SIGNALED ||
           (outcome->end == ATTEMPT_EXITED && outcome->detail != 0 && !expense_is_saved(outcome));
}
