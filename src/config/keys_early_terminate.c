/*
 * The rows of `early_terminate`. The others are keys.c's.
 */
#include "base/array.h"
#include "config/key.h"
#include "config/reader.h"

/* Where a reader puts its value. */
#define EARLY(field) offsetof(struct config_early_terminate, field)

static const char *const stoppers[] = {"hyperband", NULL};

static const struct key early_terminate_keys[] = {
    {.name = "type",
     .takes = "hyperband",
     .words = stoppers,
     .help = "how trials are compared",
     .read = read_stopper,
     .offset = EARLY(type)},
    {.name = "min_iter",
     .takes = "a whole number from 1 on",
     .accepts = KEY_WHOLE,
     .help = "the first band, in reports of the metric; the others are eta times as far",
     .read = read_bands,
     .offset = EARLY(min_iter)},
    {.name = "max_iter",
     .takes = "a whole number from 1 on",
     .accepts = KEY_WHOLE,
     .help = "the reports of a whole trial; the bands are its parts by eta",
     .read = read_bands,
     .offset = EARLY(max_iter)},
    {.name = "s",
     .takes = "a whole number from 1 on",
     .accepts = KEY_WHOLE,
     .help = "the number of bands below max_iter",
     .read = read_bands,
     .offset = EARLY(s)},
    {.name = "eta",
     .takes = "a number above 1",
     .accepts = KEY_NUMBER,
     .help = "of so many trials one goes on",
     .standard = "3",
     .read = read_eta,
     .offset = EARLY(eta)},
    {.name = "strict",
     .takes = "true or false",
     .accepts = KEY_FLAG,
     .help = "whether the value at the band counts, not the best until then",
     .standard = "true",
     .read = read_flag,
     .offset = EARLY(strict)},
};

const struct section early_terminate_section = {
    .name = "early_terminate",
    .title = "'early_terminate'",
    .keys = early_terminate_keys,
    .count = ARRAY_LENGTH(early_terminate_keys),
};
