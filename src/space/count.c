/*
 * How many feasible points there are.
 *
 * Rules connect parameters; what no rule connects is counted apart and multiplied. Of a connected
 * part only the parameters that rules read are gone through: one that is merely under a condition
 * has all its values where it is active, and else is absent.
 */
#include "space/order.h"
#include "space/walk.h"

#include "sweep/mem.h"

struct counter {
    const struct sweep_space *space;
    struct sweep_judge *judge;
    uint64_t *sizes;            /* [count] values of each parameter by itself */
    size_t *group;              /* [count] the first parameter of its part */
    bool *is_read;              /* [count] by a rule */
    size_t *places;             /* [count] of a part: those that are gone through */
    size_t *leaves;             /* [count] of a part: those that are not */
    struct sweep_value *params; /* [count] scratch */
    uint64_t steps;
};

static uint64_t multiply(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t count_values(const struct sweep_parameter *parameter)
{
    if (parameter->choice_count == 0)
        return sweep_parameter_size(parameter);
    bool *repeated = sweep_alloc_array(parameter->choice_count, sizeof *repeated);
    uint64_t count = parameter->choice_count - space_find_repeated(parameter, repeated);
    sweep_free(repeated);
    return count;
}

/* --- parts ------------------------------------------------------------------------------------ */

static size_t find_group(struct counter *counter, size_t index)
{
    while (counter->group[index] != index) {
        counter->group[index] = counter->group[counter->group[index]];
        index = counter->group[index];
    }
    return index;
}

static void join(struct counter *counter, size_t a, size_t b)
{
    size_t left = find_group(counter, a);
    size_t right = find_group(counter, b);
    counter->group[left < right ? right : left] = left < right ? left : right;
}

static void join_rule(struct counter *counter, size_t index, const struct rule *rule)
{
    for (size_t i = 0; i < rule->name_count; i++) {
        counter->is_read[rule->names[i]] = true;
        join(counter, index, rule->names[i]);
    }
}

static void find_parts(struct counter *counter)
{
    const struct sweep_space *space = counter->space;
    for (size_t i = 0; i < space->count; i++)
        counter->group[i] = i;
    for (size_t i = 0; i < space->count; i++)
        if (space_has_condition(space, i))
            join_rule(counter, i, &space->conditions[i]);
    for (size_t i = 0; i < space->constraint_count; i++)
        join_rule(counter, space->constraints[i].last, &space->constraints[i].rule);
}

/* --- counting --------------------------------------------------------------------------------- */

static uint64_t count_leaves(const struct counter *counter, size_t leaf_count)
{
    uint64_t product = 1;
    for (size_t i = 0; i < leaf_count; i++)
        if (judge_is_active(counter->judge, counter->leaves[i]))
            product = multiply(product, counter->sizes[counter->leaves[i]]);
    return product;
}

static enum sweep_count walk_part(struct counter *counter, size_t place_count, size_t leaf_count,
                                  uint64_t *points)
{
    struct walk walk;
    *points = 0;
    walk_init(&walk, counter->judge, counter->places, place_count, counter->params);
    walk.steps = counter->steps;
    enum sweep_found found;
    for (found = walk_settle(&walk, 0); found == SWEEP_FOUND; found = walk_next(&walk))
        *points = add(*points, count_leaves(counter, leaf_count));
    counter->steps = walk.steps;
    walk_release(&walk);
    return found == SWEEP_FOUND_NONE ? SWEEP_COUNT_EXACT : SWEEP_COUNT_AT_MOST;
}

/* The part whose first parameter is `first`. */
static enum sweep_count count_part(struct counter *counter, size_t first, uint64_t *points)
{
    const struct sweep_space *space = counter->space;
    size_t place_count = 0;
    size_t leaf_count = 0;
    uint64_t product = 1;
    for (size_t place = 0; place < space->count; place++) {
        size_t index = space->digits[place];
        if (find_group(counter, index) != first)
            continue;
        product = multiply(product, counter->sizes[index]);
        if (counter->is_read[index])
            counter->places[place_count++] = index;
        else
            counter->leaves[leaf_count++] = index;
    }
    *points = product;
    if (place_count == 0)
        return SWEEP_COUNT_EXACT;
    uint64_t counted;
    if (walk_part(counter, place_count, leaf_count, &counted) == SWEEP_COUNT_AT_MOST)
        return SWEEP_COUNT_AT_MOST;
    *points = counted;
    return SWEEP_COUNT_EXACT;
}

static enum sweep_count count_parts(struct counter *counter, uint64_t *points)
{
    enum sweep_count kind = SWEEP_COUNT_EXACT;
    bool is_empty = false;
    *points = 1;
    find_parts(counter);
    for (size_t i = 0; i < counter->space->count; i++) {
        uint64_t part;
        if (find_group(counter, i) != i)
            continue;
        if (count_part(counter, i, &part) == SWEEP_COUNT_AT_MOST)
            kind = SWEEP_COUNT_AT_MOST;
        is_empty = is_empty || part == 0;
        *points = multiply(*points, part);
    }
    if (is_empty)
        *points = 0;
    return is_empty ? SWEEP_COUNT_EXACT : kind;
}

static enum sweep_count count_by_rules(const struct sweep_space *space, uint64_t steps,
                                       uint64_t *points)
{
    struct counter counter = {.space = space, .steps = steps};
    sweep_space_size(space, points);
    counter.judge = sweep_judge_create(space, NULL);
    if (counter.judge == NULL)
        return SWEEP_COUNT_AT_MOST;
    counter.sizes = sweep_alloc_array(space->count, sizeof *counter.sizes);
    for (size_t i = 0; i < space->count; i++)
        counter.sizes[i] = space_is_former(space, i) ? 1 : count_values(&space->parameters[i]);
    counter.group = sweep_alloc_array(space->count, sizeof *counter.group);
    counter.is_read = sweep_alloc_array(space->count, sizeof *counter.is_read);
    counter.places = sweep_alloc_array(space->count, sizeof *counter.places);
    counter.leaves = sweep_alloc_array(space->count, sizeof *counter.leaves);
    counter.params = sweep_alloc_array(space->count, sizeof *counter.params);
    enum sweep_count kind = count_parts(&counter, points);
    sweep_judge_free(counter.judge);
    sweep_free(counter.sizes);
    sweep_free(counter.group);
    sweep_free(counter.is_read);
    sweep_free(counter.places);
    sweep_free(counter.leaves);
    sweep_free(counter.params);
    return kind;
}

enum sweep_count sweep_space_count_points(const struct sweep_space *space, uint64_t steps,
                                          uint64_t *points)
{
    if (!sweep_space_size(space, points))
        return SWEEP_COUNT_INFINITE;
    if (sweep_space_has_rules(space))
        return count_by_rules(space, steps, points);
    uint64_t product = 1;
    for (size_t i = 0; i < space->count; i++)
        product = multiply(product, count_values(&space->parameters[i]));
    *points = product;
    return SWEEP_COUNT_EXACT;
}
