/*
 * A table of complaints. What is not in it leaves open whether there is a job.
 */
#include "exec/slurm/refusal.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"

/* What Slurm answers when there is no job for sure. @see slurm_errno.c in Slurm's sources */
static const struct {
    const char *words; /* in its complaint */
    enum refusal refusal;
} refusals[] = {
    {"Job violates accounting/QOS policy", REFUSAL_PASSES},
    {"MaxSubmit", REFUSAL_PASSES},
    {"Job submit limit", REFUSAL_PASSES},
    {"Job limit", REFUSAL_PASSES},
    {"is not accepting jobs", REFUSAL_PASSES},
    {"Requested partition configuration not available now", REFUSAL_PASSES},
    {"Slurm temporarily unable to accept job", REFUSAL_PASSES},
    {"nvalid partition", REFUSAL_FINAL},
    {"nvalid account", REFUSAL_FINAL},
    {"nvalid qos", REFUSAL_FINAL},
    {"Invalid generic resource", REFUSAL_FINAL},
    {"Invalid feature specification", REFUSAL_FINAL},
    {"Invalid job array specification", REFUSAL_FINAL},
    {"Invalid user id", REFUSAL_FINAL},
    {"Requested node configuration is not available", REFUSAL_AT_FIRST},
    {"Requested time limit is invalid", REFUSAL_FINAL},
    {"More processors requested than permitted", REFUSAL_FINAL},
    {"Memory specification can not be satisfied", REFUSAL_FINAL},
    {"Access/permission denied", REFUSAL_FINAL},
    {"User's group not permitted to use this partition", REFUSAL_FINAL},
    {"User not permitted", REFUSAL_FINAL},
    {"Node count specification invalid", REFUSAL_FINAL},
    {"Invalid Trackable RESource", REFUSAL_FINAL},
    {"nvalid --", REFUSAL_FINAL},
    {"unrecognized option", REFUSAL_FINAL},
    {"unknown option", REFUSAL_FINAL},
    {"invalid option", REFUSAL_FINAL},
    {"Unable to open file", REFUSAL_FINAL},
    {"Batch script is empty", REFUSAL_FINAL},
};

enum refusal refusal_find(const char *words)
{
    for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++)
        if (strstr(words, refusals[i].words) != NULL)
            return refusals[i].refusal;
    return REFUSAL_NONE;
}
