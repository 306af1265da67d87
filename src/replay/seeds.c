/*
 * Reads --seeds and draws seeds. What is run with them is replay.c's affair.
 */
#include "replay/seeds.h"

#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "space/space.h"
#include "sweep/rng.h"

/* A stream of the sweep's seed that neither strategies nor trials draw from. */
#define FRESH_DOMAIN UINT64_C(0x7265706c6179)

/* Of those that are listed so far. */
static bool is_listed(const struct replay *replay, uint32_t seed)
{
    for (size_t i = 0; i < replay->seed_count; i++)
        if (replay->seeds[i] == seed)
            return true;
    return false;
}

/* By its environment, or as a parameter. */
static bool is_used(const struct replay *replay, uint32_t seed)
{
    const struct record *record = replay->record;
    size_t index =
        replay->pass_as != NULL ? space_find(record->space, replay->pass_as) : SPACE_NOT_FOUND;
    for (size_t i = 0; i < record->trials.count; i++) {
        const struct sweep_trial *trial = &record->trials.items[i];
        if (record_trial_seed(record, trial) == seed)
            return true;
        if (index != SPACE_NOT_FOUND && trial->params[index].kind == SWEEP_VALUE_INT &&
            trial->params[index].integer == seed)
            return true;
    }
    return false;
}

static void draw_fresh(struct replay *replay, size_t count)
{
    struct sweep_rng rng;
    sweep_rng_init(&rng, replay->record->sweep.seed ^ FRESH_DOMAIN, 0);
    while (replay->seed_count < count) {
        uint32_t seed = (uint32_t)(sweep_rng_bits(&rng) >> 33); /* 31 bits, as trials' own */
        if (!is_listed(replay, seed) && !is_used(replay, seed))
            replay->seeds[replay->seed_count++] = seed;
    }
}

static bool take_listed(struct replay *replay, struct strview word, struct sweep_error *err)
{
    uint64_t seed = 0;
    if (number_parse_uint64(word, &seed) != NUMBER_OK || seed > UINT32_MAX)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--seeds takes whole numbers from 0 to %" PRIu32 ", not '%.*s'",
                               UINT32_MAX, (int)word.size, word.data);
    if (is_listed(replay, (uint32_t)seed))
        return sweep_error_set(err, SWEEP_USAGE,
                               "--seeds lists %" PRIu64 " twice; give each seed once", seed);
    if (replay->seed_count == CONFIG_SEEDS_MAX)
        return sweep_error_set(err, SWEEP_USAGE, "--seeds lists at most %d of them",
                               CONFIG_SEEDS_MAX);
    replay->seeds[replay->seed_count++] = (uint32_t)seed;
    return true;
}

/* `11,12,13`; a comma behind the last one makes a list of one. */
static bool take_list(struct replay *replay, const char *text, struct sweep_error *err)
{
    while (*text != '\0') {
        size_t size = strcspn(text, ",");
        if (!take_listed(replay, (struct strview){text, size}, err))
            return false;
        text += size + (text[size] == ',');
    }
    return true;
}

bool seeds_choose(struct replay *replay, const char *text, struct sweep_error *err)
{
    uint64_t count = 0;
    replay->seeds =
        arena_alloc_array(&replay->record->arena, CONFIG_SEEDS_MAX, sizeof *replay->seeds);
    if (strchr(text, ',') != NULL)
        return take_list(replay, text, err);
    if (number_parse_uint64(strview_of(text), &count) != NUMBER_OK || count == 0 ||
        count > CONFIG_SEEDS_MAX)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--seeds takes how many, from 1 to %d, or a list such as "
                               "11,12,13, not '%s'",
                               CONFIG_SEEDS_MAX, text);
    draw_fresh(replay, count);
    return true;
}
