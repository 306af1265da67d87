/*
 * The sampler's process where there is no NVML: by a tree like /sys, by looks that tell a list
 * (this very program, asked as the probe is), and by a file as the kernel's log. The attempt is
 * this process, with a child that does nothing.
 */
#include "box/sampling.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/clock.h"
#include "box/gpu/survey.h"
#include "box/gpu/told.h"
#include "proc/identity.h"
#include "scratch.h"

#define CHILD "SAMPLING_CHILD"

static int program_fd;

/* --- the probe -------------------------------------------------------------------------------- */

static int be_probe(void)
{
    struct gpu_list list = {0};
    struct strbuf text;
    strbuf_init(&text, TOLD_MAX);
    struct gpu *gpu = gpu_list_add(&list, GPU_NVIDIA);
    gpu_set_text(gpu->uuid, "GPU-a");
    gpu_set_text(gpu->bus_id, "00000000:3B:00.0");
    gpu->memory_bytes = UINT64_C(1) << 36;
    gpu->used_bytes = UINT64_C(9) << 30;
    gpu->busy_percent = 50;
    gpu->power_mw = 200000;
    const char *child = getenv(CHILD);
    if (child != NULL)
        gpu_add_process(gpu, (pid_t)strtol(child, NULL, 10), INT64_C(7) << 30);
    gpu_add_process(gpu, 1, INT64_C(1) << 30);
    told_format(&list, &text);
    ssize_t written = write(STDOUT_FILENO, strbuf_text(&text), text.size);
    strbuf_release(&text);
    return written < 0;
}

/* --- a sampler -------------------------------------------------------------------------------- */

struct bench {
    struct scratch scratch;
    char kernel_log[128];
    pid_t child; /* of the attempt */
    pid_t sampler;
    int to_fd;
    FILE *from;
};

static pid_t start_child(void)
{
    char text[32];
    pid_t child = fork();
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* where a test fails */
        for (;;)
            pause();
    }
    (void)snprintf(text, sizeof text, "%d", (int)child);
    (void)setenv(CHILD, text, 1);
    return child;
}

static void bench_open(struct bench *bench)
{
    int to[2];
    int from[2];
    scratch_open(&bench->scratch);
    (void)snprintf(bench->kernel_log, sizeof bench->kernel_log, "%s/kmsg", bench->scratch.path);
    close(openat(bench->scratch.fd, "kmsg", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    bench->child = start_child();
    assert_int_equal(pipe2(to, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    bench->sampler = fork();
    if (bench->sampler == 0) {
        const struct sampling_settings settings = {
            .clock_us = clock_boot_us,
            .program_fd = program_fd,
            .sys = bench->scratch.path,
            .kernel_log = bench->kernel_log,
        };
        close(to[1]);
        close(from[0]);
        sampling_run(to[0], from[1], &settings);
        _exit(0);
    }
    close(to[0]);
    close(from[1]);
    bench->to_fd = to[1];
    bench->from = fdopen(from[0], "re");
}

static void bench_close(struct bench *bench)
{
    close(bench->to_fd);
    (void)waitpid(bench->sampler, NULL, 0);
    fclose(bench->from);
    (void)kill(bench->child, SIGKILL);
    (void)waitpid(bench->child, NULL, 0);
    scratch_close(&bench->scratch);
}

static void order(const struct bench *bench, const char *text)
{
    assert_int_equal(write(bench->to_fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* Trial 1 is this process. */
static void order_watch(const struct bench *bench, const char *source, const char *uuid)
{
    char line[256];
    uint64_t start = 0;
    assert_true(identity_start_time(getpid(), &start));
    (void)snprintf(line, sizeof line, "by %s\nwatch 1 1 %d %" PRIu64 " 1 %s\n", source,
                   (int)getpid(), start, uuid);
    order(bench, line);
}

/* The next line that begins like this; others are passed over. */
static void expect_line(const struct bench *bench, const char *beginning, char line[512])
{
    while (fgets(line, 512, bench->from) != NULL)
        if (strncmp(line, beginning, strlen(beginning)) == 0)
            return;
    fail_msg("no line '%s'", beginning);
}

struct seen {
    long long watched_us, memory, busy_us, energy_mj;
};

/* The next sample in which something was taken. */
static struct seen next_seen(const struct bench *bench)
{
    struct seen seen = {0};
    char line[512];
    while (seen.watched_us == 0 || seen.energy_mj < 0) {
        char *at = line + strlen("seen 1 1");
        expect_line(bench, "seen 1 1", line);
        seen.watched_us = strtoll(at, &at, 10);
        seen.memory = strtoll(at, &at, 10);
        seen.busy_us = strtoll(at, &at, 10);
        seen.energy_mj = strtoll(at, &at, 10);
    }
    return seen;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void put(const struct bench *bench, const char *path, const char *text)
{
    char copy[256];
    (void)snprintf(copy, sizeof copy, "%s", path);
    for (char *at = strchr(copy, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        (void)mkdirat(bench->scratch.fd, copy, 0700);
        *at = '/';
    }
    int fd = openat(bench->scratch.fd, copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void test_amd(void **state)
{
    struct bench bench;
    char path[128];
    (void)state;
    bench_open(&bench);
    put(&bench, "class/kfd/kfd/topology/nodes/0/gpu_id", "51110\n");
    put(&bench, "class/kfd/kfd/topology/nodes/0/properties", "drm_render_minor 128\nunique_id 7\n");
    put(&bench, "class/drm/renderD128/device/mem_info_vram_total", "68702699520\n");
    put(&bench, "class/drm/renderD128/device/mem_info_vram_used", "10854400\n");
    put(&bench, "class/drm/renderD128/device/gpu_busy_percent", "40\n");
    put(&bench, "class/drm/renderD128/device/hwmon/hwmon5/power1_average", "150000000\n");
    (void)snprintf(path, sizeof path, "class/kfd/kfd/proc/%d/vram_51110", (int)bench.child);
    put(&bench, path, "5000000000\n");
    order_watch(&bench, "amdkfd", "GPU-0000000000000007");
    struct seen seen = next_seen(&bench);
    assert_int_equal(seen.memory, 5000000000);
    assert_in_range(seen.busy_us * 100 / seen.watched_us, 30, 50);
    assert_in_range(seen.energy_mj * 1000 / (seen.watched_us / 1000), 100000, 200000);
    put(&bench, path, "6000000000\n");
    while (next_seen(&bench).memory != 6000000000)
        continue;
    bench_close(&bench);
}

static void test_looks(void **state)
{
    struct bench bench;
    (void)state;
    bench_open(&bench);
    order_watch(&bench, "nvidia-smi", "GPU-a");
    struct seen seen = next_seen(&bench);
    assert_int_equal(seen.memory, INT64_C(7) << 30);
    assert_in_range(seen.busy_us * 100 / seen.watched_us, 40, 60);
    /* A stranger has the GPU too: half of it. */
    assert_in_range(seen.energy_mj * 1000 / (seen.watched_us / 1000), 80000, 120000);
    bench_close(&bench);
}

static void test_kernel_log(void **state)
{
    struct bench bench;
    char line[512];
    char text[256];
    (void)state;
    bench_open(&bench);
    order_watch(&bench, "nvidia-smi", "GPU-a");
    (void)next_seen(&bench); /* now it knows the GPU's place on the bus */
    int fd = open(bench.kernel_log, O_WRONLY | O_APPEND | O_CLOEXEC);
    (void)snprintf(text, sizeof text,
                   "4,1,1,-;NVRM: Xid (PCI:0000:3c:00): 79, another one\n"
                   "4,2,2,-;NVRM: Xid (PCI:0000:3b:00): 31, pid=%d, name=x\n"
                   "4,2,2,-;NVRM: Xid (PCI:0000:3b:00): 31, pid=%d, name=x, once more\n",
                   (int)bench.child, (int)bench.child);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    expect_line(&bench, "fault", line);
    assert_string_equal(line, "fault 1 1 0 31 0 GPU-a\n"); /* its own process: nobody else's */
    (void)snprintf(text, sizeof text, "4,3,3,-;NVRM: Xid (PCI:0000:3b:00): 13, pid=1, name=y\n");
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    order(&bench, "leave 1 1\n");
    expect_line(&bench, "fault", line);
    assert_string_equal(line, "fault 1 1 0 13 1 GPU-a\n"); /* a stranger has the GPU too */
    expect_line(&bench, "left", line);
    assert_string_equal(line, "left 1 1\n");
    order(&bench, "leave 1 1\n");
    expect_line(&bench, "left", line);
    close(fd);
    bench_close(&bench);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amd),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_kernel_log),
    };
    if (argc == 2 && strcmp(argv[1], SURVEY_COMMAND) == 0)
        return be_probe();
    program_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
