/*
 * A trial for long_sharing.sh: writes down when it has which GPUs, holds them for about so long
 * (half to one and a half times, by its seed, so that trials do not end together), prints its
 * metric. A line each, `+ GPU MICROSECONDS` and `- GPU MICROSECONDS`, appended at once.
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

static useconds_t hold_us(const char *text)
{
    const char *seed = getenv("SWEEP_SEED");
    unsigned long hold = strtoul(text, NULL, 10);
    unsigned long random = (seed != NULL ? strtoul(seed, NULL, 10) : 0) * 2654435761UL % 1000;
    return (useconds_t)(hold / 2 + hold * random / 1000);
}

int main(int argc, char **argv)
{
    const char *gpus = getenv("CUDA_VISIBLE_DEVICES");
    int fd = open(argc > 1 ? argv[1] : "ledger", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || gpus == NULL)
        return 2;
    note(fd, '+', gpus);
    usleep(hold_us(argc > 2 ? argv[2] : "0"));
    note(fd, '-', gpus);
    printf("acc: 0.5\n");
    return 0;
}
