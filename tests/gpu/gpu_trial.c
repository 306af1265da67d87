/*
 * A trial for long_sharing.sh: writes down when it has which GPUs, holds them for a while, prints
 * its metric. A line each, `+ GPU MICROSECONDS` and `- GPU MICROSECONDS`, appended at once.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void note(int fd, char sign, const char *gpus)
{
    struct timespec now;
    char line[256];
    clock_gettime(CLOCK_MONOTONIC, &now);
    for (const char *at = gpus; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
        int size = snprintf(line, sizeof line, "%c %.*s %lld\n", sign, (int)strcspn(at, ","), at,
                            now.tv_sec * 1000000LL + now.tv_nsec / 1000);
        if (write(fd, line, (size_t)size) != size)
            abort();
    }
}

int main(int argc, char **argv)
{
    const char *gpus = getenv("CUDA_VISIBLE_DEVICES");
    int fd = open(argc > 1 ? argv[1] : "ledger", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || gpus == NULL)
        return 2;
    note(fd, '+', gpus);
    usleep(argc > 2 ? (useconds_t)strtoul(argv[2], NULL, 10) : 0);
    note(fd, '-', gpus);
    printf("acc: 0.5\n");
    return 0;
}
