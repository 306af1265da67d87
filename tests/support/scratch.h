/*
 * A fresh directory for one test, removed with all that is in it.
 *
 *     struct scratch scratch;
 *     scratch_open(&scratch);
 *     ... file_read(scratch.fd, "name", ...) ...
 *     scratch_close(&scratch);
 */
#ifndef SUPPORT_SCRATCH_H
#define SUPPORT_SCRATCH_H

#include <fcntl.h>
#include <ftw.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
    char path[64];
    int fd;
};

static inline void scratch_open(struct scratch *scratch)
{
    *scratch = (struct scratch){.path = "/tmp/sweep-test-XXXXXX"};
    if (!mkdtemp(scratch->path)) {
        perror("mkdtemp");
        abort();
    }
    scratch->fd = open(scratch->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static inline int scratch_remove_one(const char *path, const struct stat *status, int type,
                                     struct FTW *at)
{
    (void)status;
    (void)type;
    (void)at;
    return remove(path);
}

static inline void scratch_close(struct scratch *scratch)
{
    close(scratch->fd);
    nftw(scratch->path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
