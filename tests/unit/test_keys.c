/* The key table is whole: what `--help` and the documentation print from it is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/key.h"

static void check_key(const struct section *section, const struct key *key)
{
    if (key->name[0] == '\0' || key->help == NULL || key->help[0] == '\0')
        fail_msg("%s.%s has no help", section->name, key->name);
    bool is_ready = key->support == KEY_READY;
    if (is_ready != (key->read != NULL) || is_ready != (key->takes != NULL))
        fail_msg("%s.%s: ready, read and takes go together", section->name, key->name);
    if (is_ready != (key->accepts != 0 || key->words != NULL))
        fail_msg("%s.%s: it does not say what it accepts", section->name, key->name);
    if (key->section != NULL && (key->accepts & KEY_MAP) == 0)
        fail_msg("%s.%s: it has keys and is no map", section->name, key->name);
    if (key->max > 0 && key->max < key->min)
        fail_msg("%s.%s: an empty range", section->name, key->name);
    for (const struct key *other = section->keys; other < key; other++)
        if (strcmp(other->name, key->name) == 0)
            fail_msg("%s.%s stands there twice", section->name, key->name);
}

static void check_section(const struct section *section)
{
    assert_true(section->count <= SECTION_KEYS_MAX);
    for (size_t i = 0; i < section->count; i++) {
        check_key(section, &section->keys[i]);
        if (section->keys[i].section != NULL)
            check_section(section->keys[i].section);
    }
}

static void test_every_row_is_whole(void **state)
{
    (void)state;
    check_section(&config_section);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_row_is_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
