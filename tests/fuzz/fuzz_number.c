/* Any text as a number: what is accepted, strtod reads the same, and written back it has the same
 * bits. */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "fuzz.h"

static void require_same(double a, double b)
{
    fuzz_require(memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strview view = {(const char *)data, size};
    int64_t integer = 0;
    double value = 0;
    (void)number_parse_int64(view, &integer);
    (void)number_parse_duration_ms(view, &integer);
    if (number_parse_double(view, &value) != NUMBER_OK)
        return 0;

    struct arena arena = {0};
    char text[NUMBER_TEXT_MAX];
    double again = 0;
    char *end = NULL;
    char *copy = arena_copy(&arena, view);
    require_same(strtod(copy, &end), value);
    fuzz_require(*end == '\0' && end != copy);
    number_format_shortest(value, text);
    fuzz_require(number_parse_double(strview_of(text), &again) == NUMBER_OK);
    require_same(value, again);
    arena_release(&arena);
    return 0;
}
