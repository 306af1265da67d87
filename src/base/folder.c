/*
 * Opens a directory to be read. Not for walking a tree: that is remove_tree.c's.
 */
#include "base/folder.h"

#include <fcntl.h>

#include "base/sys.h"

DIR *folder_open(int dir_fd, const char *name)
{
    int fd = sys_open(dir_fd, name, O_RDONLY | O_DIRECTORY, 0);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);

    if (fd >= 0 && folder == NULL)
        sys_close(fd);
    return folder;
}
