/*
 * AMD's GPUs, from a tree like /sys.
 */
#include "box/gpu/amd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "scratch.h"

struct file {
    const char *path;
    const char *text;
};

#define NODE(n) "class/kfd/kfd/topology/nodes/" #n

static const struct file FILES[] = {
    {NODE(0) "/gpu_id", "0\n"},
    {NODE(0) "/properties", "cpu_cores_count 64\ndrm_render_minor 0\n"},
    {NODE(1) "/gpu_id", "51110\n"},
    {NODE(1) "/properties",
     "simd_count 440\nunique_id 12345678901234567890\ndrm_render_minor 128\n"},
    {NODE(2) "/gpu_id", "40000\n"},
    {NODE(2) "/properties", "drm_render_minor 129\nunique_id 0\n"},
    {NODE(3) "/gpu_id", "40001\n"},
    {NODE(3) "/properties", "nothing 1\n"},
    {"class/drm/renderD128/device/mem_info_vram_total", "68702699520\n"},
    {"class/drm/renderD128/device/mem_info_vram_used", "10854400\n"},
    {"class/drm/renderD128/device/gpu_busy_percent", "37\n"},
    {"class/drm/renderD128/device/product_name", "AMD Instinct MI210\n"},
    {"class/drm/renderD128/device/hwmon/hwmon12/power1_average", "123000000\n"},
    {"class/drm/renderD128/device/hwmon/hwmon12/power1_input", "999000000\n"},
    {"class/drm/renderD128/device/hwmon/hwmon12/energy1_input", "5000000\n"},
    {"class/drm/renderD128/device/hwmon/hwmon12/temp1_input", "41000\n"},
    {"class/drm/renderD129/device/mem_info_vram_total", "nonsense\n"},
    {"class/kfd/kfd/proc/4242/vram_51110", "1048576\n"},
    {"class/kfd/kfd/proc/4243/vram_51110", "0\n"},
    {"class/kfd/kfd/proc/self/vram_51110", "1\n"},
};

static void make_file(const struct scratch *scratch, const struct file *file)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s", file->path);
    for (char *at = strchr(path, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        (void)mkdirat(scratch->fd, path, 0700);
        *at = '/';
    }
    int fd = openat(scratch->fd, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, file->text, strlen(file->text)), (ssize_t)strlen(file->text));
    close(fd);
}

static void test_survey(void **state)
{
    struct scratch scratch;
    struct gpu_list list = {0};
    struct sweep_error err = {0};

    (void)state;
    scratch_open(&scratch);
    assert_false(amd_survey(&list, scratch.path, &err));
    assert_int_equal(err.code, SWEEP_NOT_FOUND);
    for (size_t i = 0; i < ARRAY_LENGTH(FILES); i++)
        make_file(&scratch, &FILES[i]);
    assert_true(amd_survey(&list, scratch.path, &err));
    assert_int_equal(list.count, 2);

    const struct gpu *first = &list.items[0];
    assert_int_equal(first->vendor, GPU_AMD);
    assert_string_equal(first->uuid, "GPU-ab54a98ceb1f0ad2");
    assert_string_equal(first->name, "AMD Instinct MI210");
    assert_int_equal(first->memory_bytes, 68702699520);
    assert_int_equal(first->used_bytes, 10854400);
    assert_int_equal(first->busy_percent, 37);
    assert_int_equal(first->pid_count, 1);
    assert_int_equal(first->pids[0], 4242);
    assert_int_equal(first->pid_bytes[0], 1048576);
    assert_int_equal(first->power_mw, 123000);
    assert_int_equal(first->energy_mj, 5000);
    assert_int_equal(first->temperature_c, 41);

    const struct gpu *second = &list.items[1];
    assert_int_equal(second->index, 1);
    assert_string_equal(second->uuid, "AMD-unknown");
    assert_int_equal(second->memory_bytes, 0);
    assert_int_equal(second->busy_percent, GPU_UNKNOWN);
    assert_int_equal(second->pid_count, 0);
    assert_int_equal(second->power_mw, GPU_UNKNOWN);
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_survey)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
