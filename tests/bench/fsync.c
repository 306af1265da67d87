/*
 * The latency of one small append and fdatasync in a directory: the floor of every durable commit.
 *
 *     fsync DIRECTORY   ->  median_us p95_us
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 400

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
    static const char page[4096];
    static double took[ROUNDS];
    if (argc != 2 || chdir(argv[1]) != 0) {
        fprintf(stderr, "usage: fsync DIRECTORY\n");
        return 2;
    }
    int fd = open("fsync.probe", O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_us();
        if (write(fd, page, sizeof page) != (ssize_t)sizeof page || fdatasync(fd) != 0) {
            perror("fsync");
            return 1;
        }
        took[i] = now_us() - start;
    }
    close(fd);
    unlink("fsync.probe");
    qsort(took, ROUNDS, sizeof *took, compare_doubles);
    printf("%.0f %.0f\n", took[ROUNDS / 2], took[ROUNDS * 95 / 100]);
    return 0;
}
