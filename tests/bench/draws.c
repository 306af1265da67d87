/*
 * How long a million feasible draws take: ten parameters, two conditions and a constraint that
 * about half of the draws meet, beside the same draws without rules, and beside SQLite evaluating
 * the three expressions for each.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/array.h"
#include "expr/expr.h"
#include "space/rules.h"
#include "space/space.h"
#include "sweep/mem.h"
#include "sweep/rng.h"

#define FEASIBLE UINT64_C(1000000)
#define SEED     UINT64_C(7)

static const struct sweep_value optimizers[] = {{.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
                                                {.kind = SWEEP_VALUE_TEXT, .text = "adam"}};
static const struct sweep_value depths[] = {{.kind = SWEEP_VALUE_INT, .integer = 2},
                                            {.kind = SWEEP_VALUE_INT, .integer = 4},
                                            {.kind = SWEEP_VALUE_INT, .integer = 8}};
static const struct sweep_parameter parameters[] = {
    {.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-5, .max = 0.1},
    {.name = "optimizer",
     .distribution = SWEEP_CATEGORICAL,
     .choices = optimizers,
     .choice_count = 2},
    {.name = "momentum", .distribution = SWEEP_UNIFORM, .min = 0, .max = 0.99},
    {.name = "beta", .distribution = SWEEP_UNIFORM, .min = 0.9, .max = 0.9999},
    {.name = "batch",
     .distribution = SWEEP_INT_UNIFORM,
     .min = 16,
     .max = 256,
     .step = 16,
     .step_is_int = true},
    {.name = "depth", .distribution = SWEEP_CATEGORICAL, .choices = depths, .choice_count = 3},
    {.name = "width", .distribution = SWEEP_INT_LOG, .min = 16, .max = 1024},
    {.name = "dropout", .distribution = SWEEP_UNIFORM, .min = 0, .max = 0.5},
    {.name = "decay", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-6, .max = 0.1},
    {.name = "warmup", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 1000},
};
#define WIDTH ARRAY_LENGTH(parameters)

static const struct {
    size_t parameter; /* WIDTH: a constraint */
    const char *text;
} rule_texts[] = {
    {2, "optimizer = 'sgd'"},
    {3, "optimizer in ('adam', 'sgd') and depth > 2"},
    {WIDTH, "batch * depth <= 512"},
};

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time); /* other load does not count */
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct sweep_space *make_space(struct arena *arena, bool has_rules)
{
    struct sweep_error err = {0};
    struct sweep_space *space = space_create(arena, parameters, WIDTH, &err);
    struct expr_place place;
    struct space_fault fault;
    if (space == NULL || !has_rules)
        return space;
    struct space_rules *rules = space_rules_create(arena, space);
    bool done = true;
    for (size_t i = 0; i < ARRAY_LENGTH(rule_texts); i++)
        done = done && (rule_texts[i].parameter == WIDTH
                            ? space_rules_constraint(rules, rule_texts[i].text, &place, &err)
                            : space_rules_condition(rules, rule_texts[i].parameter,
                                                    rule_texts[i].text, &place, &err));
    done = done && space_rules_finish(rules, &fault, &err);
    space_rules_free(rules);
    return done ? space : NULL;
}

static void draw(const struct sweep_space *space, struct sweep_rng *rng, struct sweep_value *params)
{
    for (size_t i = 0; i < WIDTH; i++)
        params[i] = sweep_parameter_draw(sweep_space_parameter(space, i), sweep_rng_uniform(rng));
}

/* @return how many draws it took */
static uint64_t draw_feasible(const struct sweep_space *space, double *seconds)
{
    struct sweep_error err = {0};
    struct sweep_judge *judge = sweep_judge_create(space, &err);
    struct sweep_value params[WIDTH];
    struct sweep_rng rng;
    uint64_t draws = 0;
    uint64_t feasible = 0;
    double start = now_s();
    while (judge != NULL && feasible < FEASIBLE) {
        sweep_rng_init(&rng, SEED, draws++);
        draw(space, &rng, params);
        feasible += sweep_judge_settle(judge, params);
    }
    *seconds = now_s() - start;
    sweep_judge_free(judge);
    return draws;
}

/* The three expressions alone, by SQLite, for as many rows. */
static double evaluate_by_sqlite(uint64_t rows)
{
    struct expr_name names[] = {{.name = "optimizer"}, {.name = "depth"}, {.name = "batch"}};
    struct expr_scope *scope = expr_scope_create(names, ARRAY_LENGTH(names));
    struct expr *exprs[ARRAY_LENGTH(rule_texts)];
    struct sweep_error err = {0};
    struct expr_value value;
    bool done = true;
    for (size_t i = 0; i < ARRAY_LENGTH(rule_texts); i++)
        exprs[i] = expr_compile(scope, rule_texts[i].text, NULL, &err);
    double start = now_s();
    for (uint64_t row = 0; row < rows && done; row++) {
        expr_scope_set(scope, 0, &(struct expr_value){.kind = EXPR_TEXT, .text = "sgd"});
        for (size_t i = 1; i < ARRAY_LENGTH(names); i++)
            expr_scope_set(scope, i,
                           &(struct expr_value){.kind = EXPR_NUMBER, .number = (double)(row % 97)});
        for (size_t i = 0; i < ARRAY_LENGTH(rule_texts) && done; i++)
            done = exprs[i] != NULL && expr_evaluate_by_sqlite(exprs[i], &value, &err);
    }
    double seconds = now_s() - start;
    for (size_t i = 0; i < ARRAY_LENGTH(rule_texts); i++)
        expr_free(exprs[i]);
    expr_scope_free(scope);
    return seconds;
}

int main(void)
{
    struct arena arena = {0};
    struct sweep_space *bare = make_space(&arena, false);
    struct sweep_space *ruled = make_space(&arena, true);
    double bare_s = 0;
    double ruled_s = 0;
    if (bare == NULL || ruled == NULL)
        return 1;
    draw_feasible(bare, &bare_s);
    uint64_t draws = draw_feasible(ruled, &ruled_s);
    double sqlite_s = evaluate_by_sqlite(draws);
    printf("without rules:  %6.2f s for a million draws of ten parameters\n", bare_s);
    printf("with rules:     %6.2f s for a million feasible ones (of %llu draws)\n", ruled_s,
           (unsigned long long)draws);
    printf("ratio:          %6.2f a draw\n", ruled_s / (double)draws / (bare_s / (double)FEASIBLE));
    printf("SQLite alone:   %6.2f s for the three expressions of as many draws\n", sqlite_s);
    arena_release(&arena);
    return 0;
}
