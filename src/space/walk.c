/*
 * The odometer of a space with rules. As soon as a digit makes the point impossible, it and not one
 * after it is turned on: whatever follows could not mend it, for conditions and constraints read
 * only digits that come before.
 */
#include "space/walk.h"

#include "sweep/mem.h"

void walk_init(struct walk *walk, struct sweep_judge *judge, const size_t *places, size_t count,
               struct sweep_value *params)
{
    *walk = (struct walk){.judge = judge,
                          .space = judge_space(judge),
                          .places = places,
                          .count = count,
                          .params = params,
                          .steps = UINT64_MAX};
    walk->digits = sweep_alloc_array(count, sizeof *walk->digits);
    walk->active = sweep_alloc_array(count, sizeof *walk->active);
}

void walk_release(struct walk *walk)
{
    sweep_free(walk->digits);
    sweep_free(walk->active);
    *walk = (struct walk){0};
}

static const struct sweep_parameter *parameter_at(const struct walk *walk, size_t place)
{
    return &walk->space->parameters[walk->places[place]];
}

static uint64_t size_at(const struct walk *walk, size_t place)
{
    return judge_size(walk->judge, walk->places[place]);
}

/* Look at one digit. @return whether the point may go on with it */
static bool enter(struct walk *walk, size_t place)
{
    size_t index = walk->places[place];
    const struct sweep_parameter *parameter = parameter_at(walk, place);
    struct sweep_value *value = &walk->params[index];
    walk->active[place] = judge_is_active(walk->judge, index);
    if (walk->active[place]) {
        if (judge_is_repeated(walk->judge, index, walk->digits[place]))
            return false;
        *value = sweep_parameter_level(parameter, walk->digits[place]);
    } else {
        if (walk->digits[place] != 0)
            return false;
        *value = (struct sweep_value){.kind = SWEEP_VALUE_NONE};
    }
    judge_put(walk->judge, index, value);
    return judge_allows(walk->judge, index);
}

/* Turn on the digit at `place`, or the nearest one before it that can be; those after it are 0
 * again. @return which one, or `count`: it was the last point */
static size_t turn(struct walk *walk, size_t place)
{
    for (size_t i = place + 1; i < walk->count; i++)
        walk->digits[i] = 0;
    for (size_t i = place + 1; i-- > 0;) {
        uint64_t size = walk->active[i] ? size_at(walk, i) : 1;
        if (walk->digits[i] + 1 < size) {
            walk->digits[i]++;
            return i;
        }
        walk->digits[i] = 0;
    }
    return walk->count;
}

enum sweep_found walk_settle(struct walk *walk, size_t from)
{
    size_t place = from;
    while (place < walk->count) {
        if (walk->steps == 0)
            return SWEEP_FOUND_NOTHING_YET;
        walk->steps--;
        if (enter(walk, place)) {
            place++;
            continue;
        }
        place = turn(walk, place);
        if (place == walk->count)
            return SWEEP_FOUND_NONE;
    }
    return SWEEP_FOUND;
}

enum sweep_found walk_next(struct walk *walk)
{
    if (walk->count == 0)
        return SWEEP_FOUND_NONE;
    size_t place = turn(walk, walk->count - 1);
    return place == walk->count ? SWEEP_FOUND_NONE : walk_settle(walk, place);
}

/* --- numbers of points ------------------------------------------------------------------------ */

static void set_digits(struct walk *walk, uint64_t point)
{
    for (size_t i = walk->count; i-- > 0;) {
        uint64_t size = size_at(walk, i);
        walk->digits[i] = point % size;
        point /= size;
    }
}

/* @return false where no 64 bits hold the number */
static bool number_of(const struct walk *walk, uint64_t *point)
{
    *point = 0;
    for (size_t i = 0; i < walk->count; i++) {
        uint64_t size = size_at(walk, i);
        if (*point > (UINT64_MAX - walk->digits[i]) / size)
            return false;
        *point = *point * size + walk->digits[i];
    }
    return true;
}

enum sweep_found sweep_judge_next(struct sweep_judge *judge, uint64_t *point, uint64_t *steps,
                                  struct sweep_value *params)
{
    const struct sweep_space *space = judge_space(judge);
    struct walk walk;
    walk_init(&walk, judge, space->digits, space->count, params);
    set_digits(&walk, *point);
    walk.steps = *steps;
    enum sweep_found found = walk_settle(&walk, 0);
    if (found == SWEEP_FOUND && !number_of(&walk, point))
        found = SWEEP_FOUND_NOTHING_YET;
    *steps = walk.steps;
    walk_release(&walk);
    return found;
}
