/*
 * Reads the names in the directory of all trials.
 */
#include "directory/trials.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/folder.h"
#include "base/number.h"
#include "journal/handshake.h"

/* The number of a trial's directory; 0 when it is none, as it is not called like one. */
static uint64_t number_of(const char *name)
{
    char again[HANDSHAKE_NAME_MAX];
    uint64_t number = 0;
    if (number_parse_uint64(strview_of(name), &number) != NUMBER_OK)
        return 0;
    handshake_trial_directory(number, again);
    return strcmp(again, name) == 0 ? number : 0;
}

bool trials_find_last(int trials_fd, uint64_t *number, struct sweep_error *err)
{
    DIR *dir = folder_open(trials_fd, ".");
    const struct dirent *entry;
    *number = 0;
    if (dir == NULL)
        return sweep_error_set_errno(err, SWEEP_IO, errno,
                                     "cannot read the directory of the trials");
    while ((entry = readdir(dir)) != NULL) {
        uint64_t found = number_of(entry->d_name);
        *number = found > *number ? found : *number;
    }
    (void)closedir(dir);
    return true;
}

bool trials_are_there(int trials_fd)
{
    uint64_t last;
    return trials_find_last(trials_fd, &last, NULL) && last > 0;
}
