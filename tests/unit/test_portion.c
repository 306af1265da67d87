/*
 * How the GPUs of a pilot are divided among its slots.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "shim/portion.h"

static void test_portions(void **state)
{
    static const struct {
        const char *list;
        unsigned slots;
        const char *portions[4];
    } rows[] = {
        {"0,1,2,3", 1, {"0,1,2,3"}},
        {"0,1,2,3", 2, {"0,1", "2,3"}},
        {"0,1,2,3", 4, {"0", "1", "2", "3"}},
        {"0,1,2", 2, {"0", "1,2"}},
        {"GPU-ab,GPU-cd", 4, {"GPU-ab", "GPU-ab", "GPU-cd", "GPU-cd"}},
        {"7", 3, {"7", "7", "7"}},
        {"", 2, {"", ""}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        for (unsigned slot = 0; slot < rows[i].slots; slot++) {
            struct arena arena = {0};
            char path[] = "PATH=/a,/b";
            char other[] = "SLURM_JOB_GPUS=0,1,2,3";
            char *cuda = arena_printf(&arena, "CUDA_VISIBLE_DEVICES=%s", rows[i].list);
            char *rocr = arena_printf(&arena, "ROCR_VISIBLE_DEVICES=%s", rows[i].list);
            char *const environment[] = {path, cuda, other, rocr, NULL};
            char **found = portion_environment(&arena, environment, slot, rows[i].slots);
            assert_string_equal(found[0], path);
            assert_string_equal(found[1] + strlen("CUDA_VISIBLE_DEVICES="), rows[i].portions[slot]);
            assert_string_equal(found[2], other);
            assert_string_equal(found[3] + strlen("ROCR_VISIBLE_DEVICES="), rows[i].portions[slot]);
            assert_null(found[4]);
            arena_release(&arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_portions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
