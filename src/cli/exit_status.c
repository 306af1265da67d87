/*
 * Maps errors and ends to exit codes. The only place that knows both sides.
 */
#include "cli/exit_status.h"

enum exit_status exit_status_of_error(enum sweep_code code)
{
    switch (code) {
    case SWEEP_OK:
        return STATUS_OK;
    case SWEEP_USAGE:
    case SWEEP_BAD_INPUT:
        return STATUS_USAGE;
    case SWEEP_NOT_FOUND:
        return STATUS_NOT_FOUND;
    case SWEEP_BUSY:
        return STATUS_BUSY;
    case SWEEP_NO_SPACE:
        return STATUS_UNFINISHED;
    case SWEEP_IO:
    case SWEEP_DATABASE:
    case SWEEP_SPAWN:
    case SWEEP_INCOMPATIBLE:
    case SWEEP_BUG:
        return STATUS_NO_RESULT;
    }
    return STATUS_NO_RESULT;
}

enum exit_status exit_status_of_end(enum engine_end end, bool has_result)
{
    switch (end) {
    case ENGINE_FINISHED:
        return has_result ? STATUS_OK : STATUS_NO_RESULT;
    case ENGINE_INTERRUPTED:
        return STATUS_INTERRUPTED;
    case ENGINE_DETACHED:
    case ENGINE_UNSEEN:
        return STATUS_UNFINISHED;
    case ENGINE_BROKEN:
        return STATUS_NO_RESULT;
    }
    return STATUS_NO_RESULT;
}
