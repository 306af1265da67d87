/* Which configuration and which seed each trial gets: asker/plan.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "asker/plan.h"
#include "base/array.h"
#include "space/space.h"

#define TRIALS_MAX 16
#define STRATEGY   7 /* the strategy's own params: 10 times the number that it is asked for */

static const struct sweep_value xs[] = {{.kind = SWEEP_VALUE_INT, .integer = 0}};
static const struct sweep_value seeds[] = {{.kind = SWEEP_VALUE_INT, .integer = 11},
                                           {.kind = SWEEP_VALUE_INT, .integer = 12},
                                           {.kind = SWEEP_VALUE_INT, .integer = 13}};
static const struct sweep_parameter parameters[] = {
    {.name = "x", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 1000},
    {.name = "seed", .distribution = SWEEP_CATEGORICAL, .choices = seeds, .choice_count = 3},
};

/* A sweep in progress; a trial's params are x and, with replicates, its seed. */
struct world {
    struct arena arena;
    struct plan plan;
    struct sweep_trial trials[TRIALS_MAX];
    struct sweep_value params[TRIALS_MAX][2];
    size_t count;
    size_t finished; /* the newest finish first: the order of arrival is not that of numbers */
};

static void world_init(struct world *world)
{
    *world = (struct world){0};
    world->plan.searched = space_create(&world->arena, parameters, 1, NULL);
    assert_non_null(world->plan.searched);
    world->plan.seed_index = 1;
}

static void add(struct world *world, enum sweep_origin origin)
{
    struct sweep_trial *trial = &world->trials[world->count];
    *trial = (struct sweep_trial){
        .number = world->count + 1, .origin = origin, .params = world->params[world->count]};
    world->count++;
}

/* Ask for the next trial; its x, and its seed in `seed`. */
static int64_t ask(struct world *world, int64_t *seed)
{
    const struct sweep_trial *finished[TRIALS_MAX];
    const struct sweep_trial *pending[TRIALS_MAX];
    struct sweep_history history = {.finished = finished, .pending = pending};
    struct plan_place place;
    struct sweep_value *params = world->params[world->count];
    for (size_t i = 0; i < world->finished; i++)
        finished[history.finished_count++] = &world->trials[world->finished - 1 - i];
    for (size_t i = world->finished; i < world->count; i++)
        pending[history.pending_count++] = &world->trials[i];
    const struct sweep_ask request = {1, world->count + 1, &history};
    if (!plan_settle(&world->plan, &request, &place, params))
        params[0] = (struct sweep_value){.kind = SWEEP_VALUE_INT,
                                         .integer = 10 * (int64_t)place.number + STRATEGY};
    plan_complete(&world->plan, &place, params);
    add(world, SWEEP_FROM_STRATEGY);
    *seed = params[1].integer;
    return params[0].integer;
}

static void expect(struct world *world, int64_t x, int64_t seed)
{
    int64_t got = 0;
    assert_int_equal(ask(world, &got), x);
    assert_int_equal(got, seed);
}

static void without_a_plan_trials_keep_their_numbers(void **state)
{
    struct world world;
    (void)state;
    world_init(&world);
    expect(&world, 17, 0);
    add(&world, SWEEP_FROM_PERSON);
    expect(&world, 37, 0);
    arena_release(&world.arena);
}

static void each_configuration_runs_with_each_seed(void **state)
{
    struct world world;
    (void)state;
    world_init(&world);
    world.plan.seed = &parameters[1];
    for (int64_t block = 1; block <= 3; block++)
        for (int64_t k = 0; k < 3; k++) {
            expect(&world, 10 * block + STRATEGY, 11 + k);
            world.finished = world.count > 2 ? world.count - 2 : 0;
        }
    arena_release(&world.arena);
}

static void what_people_add_takes_no_place(void **state)
{
    struct world world;
    (void)state;
    world_init(&world);
    world.plan.seed = &parameters[1];
    add(&world, SWEEP_FROM_PERSON);
    expect(&world, 17, 11);
    add(&world, SWEEP_FROM_RETRY);
    world.finished = world.count;
    expect(&world, 17, 12);
    expect(&world, 17, 13);
    add(&world, SWEEP_FROM_PERSON);
    expect(&world, 27, 11);
    arena_release(&world.arena);
}

static void those_to_start_with_come_first(void **state)
{
    static const struct sweep_value first[] = {{.kind = SWEEP_VALUE_INT, .integer = 500}};
    const struct sweep_value *start[] = {first, xs};
    struct world world;
    (void)state;
    world_init(&world);
    world.plan.start = start;
    world.plan.start_count = ARRAY_LENGTH(start);
    expect(&world, 500, 0);
    add(&world, SWEEP_FROM_PERSON);
    expect(&world, 0, 0);
    expect(&world, 17, 0); /* the strategy begins with its first point */
    arena_release(&world.arena);
    world_init(&world);
    world.plan.start = start;
    world.plan.start_count = ARRAY_LENGTH(start);
    world.plan.seed = &parameters[1];
    for (int64_t k = 0; k < 3; k++)
        expect(&world, 500, 11 + k);
    for (int64_t k = 0; k < 3; k++)
        expect(&world, 0, 11 + k);
    for (int64_t k = 0; k < 3; k++)
        expect(&world, 17, 11 + k);
    arena_release(&world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_plan_trials_keep_their_numbers),
        cmocka_unit_test(each_configuration_runs_with_each_seed),
        cmocka_unit_test(what_people_add_takes_no_place),
        cmocka_unit_test(those_to_start_with_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
