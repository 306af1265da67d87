/*
 * System calls on files, each behind a function of ours, so that a test can make the third fsync
 * fail (it links with --wrap=sys_fsync). Interrupted calls are repeated; errno is set on failure.
 *
 * An fsync that failed is never repeated on the same descriptor: Linux may have dropped the page.
 */
#ifndef SWEEP_BASE_SYS_H
#define SWEEP_BASE_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/**
 * Open relative to `dir_fd`; O_CLOEXEC is added.
 *
 * In a directory of ours O_NOFOLLOW is added too. With AT_FDCWD it is not: that is a path which the
 * user gave, and a space.yaml may well be a link.
 *
 * @return the descriptor, or -1
 */
int sys_open(int dir_fd, const char *name, int flags, mode_t mode);

/** Write all bytes. @return false with errno set; some bytes may have been written */
bool sys_write(int fd, const void *data, size_t size);

/** Write all bytes at `offset`. */
bool sys_pwrite(int fd, const void *data, size_t size, off_t offset);

/** Read once; -1 with errno set, 0 at the end. */
ssize_t sys_read(int fd, void *data, size_t size);

bool sys_fsync(int fd);
bool sys_fdatasync(int fd);
bool sys_rename(int dir_fd, const char *from, const char *to);
bool sys_mkdir(int dir_fd, const char *name, mode_t mode);
bool sys_unlink(int dir_fd, const char *name);
bool sys_truncate(int fd, off_t size);

/** Close; negative is allowed. Keeps errno. */
void sys_close(int fd);

#endif
