/*
 * Run a command several times; print wall time, CPU time and peak memory. Not a test: it never
 * judges.
 *
 *     measure RUNS COMMAND [ARG ...]   ->  wall_ms_min wall_ms_median wall_ms_max cpu_ms_median
 * rss_kib
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS_MAX 1000

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double timeval_ms(struct timeval t)
{
    return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

/* Run once; its output goes nowhere. */
static int run_once(char **argv, double *wall, double *cpu, long *rss_kib)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    double start = now_ms();
    int error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        fprintf(stderr, "measure: %s: %s\n", argv[0], strerror(error));
        return -1;
    }
    struct rusage usage;
    int status = 0;
    if (wait4(pid, &status, 0, &usage) != pid)
        return -1;
    *wall = now_ms() - start;
    *cpu = timeval_ms(usage.ru_utime) + timeval_ms(usage.ru_stime);
    if (usage.ru_maxrss > *rss_kib)
        *rss_kib = usage.ru_maxrss;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int main(int argc, char **argv)
{
    long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    if (runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: measure RUNS COMMAND [ARG ...]\n");
        return 2;
    }
    static double wall[RUNS_MAX];
    static double cpu[RUNS_MAX];
    long rss_kib = 0;
    int status = 0;
    for (long i = 0; i < runs; i++) {
        status = run_once(argv + 2, &wall[i], &cpu[i], &rss_kib);
        if (status < 0)
            return 1;
    }
    qsort(wall, (size_t)runs, sizeof *wall, compare_doubles);
    qsort(cpu, (size_t)runs, sizeof *cpu, compare_doubles);
    printf("%.2f %.2f %.2f %.2f %ld\n", wall[0], wall[runs / 2], wall[runs - 1], cpu[runs / 2],
           rss_kib);
    return status;
}
