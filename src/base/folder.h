/*
 * A directory whose entries are to be read.
 *
 *     DIR *folder = folder_open(trials_fd, ".");
 *     while (folder != NULL && (entry = readdir(folder)) != NULL) ...
 *
 * Ownership: the caller's, until closedir().
 */
#ifndef SWEEP_BASE_FOLDER_H
#define SWEEP_BASE_FOLDER_H

#include <dirent.h>

/** Open as sys_open() does, so a link in a directory of ours is refused. @return NULL with errno
 * set */
DIR *folder_open(int dir_fd, const char *name);

#endif
