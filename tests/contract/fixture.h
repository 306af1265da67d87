/*
 * What the tests of strategies share: a strategy, two studies, and spaces of every kind.
 *
 *     static void test_something(void **state)
 *     {
 *         struct fixture *fixture = *state;
 *         study_open(fixture->study, fixture->strategy, fixture_space(fixture, SPACE_MIXED), SEED);
 *         study_run(fixture->study, 30);
 *         study_close(fixture->study);
 *     }
 *
 *     return fixture_run_battery(battery, ARRAY_LENGTH(battery));
 *
 * Ownership: the runner makes and frees a fixture for each test; spaces live as long as it.
 */
#ifndef CONTRACT_FIXTURE_H
#define CONTRACT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "study.h"

#define SEED UINT64_C(0x6A09E667F3BCC908)

enum fixture_space {
    SPACE_EMPTY,       /* no parameter at all */
    SPACE_CONSTANT,    /* nothing but a constant */
    SPACE_MIXED,       /* a list of all kinds, integers, a stepped real, a constant */
    SPACE_LOGARITHMIC, /* integers on a log scale and with steps */
    SPACE_ROUNDED,     /* multiples, some of them beside the bounds */
    SPACE_HUGE,        /* 10^12 points */
    SPACE_CONTINUOUS,  /* depth 1 to 3, lr 1e-5 to 0.1, dropout -0.25 to 0.5 */
    SPACE_UNBOUNDED,   /* normal, log normal, with multiples, beta */
    SPACE_RULED,       /* a chain of conditions, one on a later parameter, and constraints */
    SPACE_RULED_CONTINUOUS,
    SPACE_RULED_HUGE /* 10^12 numbers, the first feasible point half-way */
};

#define MIXED_POINTS       (5 * 4 * 3)
#define LOGARITHMIC_POINTS (9 * 4)
#define ROUNDED_POINTS     (3 * 9 * 5)
/* Of the 16 pairs of batch and depth 8 remain: for sgd with 7 of momentum and nesterov (momentum 0
 * has none), for adam by themselves, and for rmsprop the 3 of them whose batch is even. */
#define RULED_POINTS (8 * 7 + 8 + 3)

struct fixture {
    const struct sweep_strategy *strategy;
    struct arena arena;
    struct study *study;
    struct study *other;
};

/** Finite spaces for what must hold in each: with rules and without. */
struct finite {
    const struct sweep_space *space;
    size_t points;
};

/** Fails the running test where the space cannot be made. */
const struct sweep_space *fixture_space(struct fixture *fixture, enum fixture_space which);

void fixture_finite(struct fixture *fixture, struct finite out[2]);

/** One test of a battery; its state is a fixture. */
struct fixture_test {
    const char *name;
    CMUnitTestFunction run;
};

/** Run each test for each strategy of the registry. @return as main() */
int fixture_run_battery(const struct fixture_test *battery, size_t count);

#endif
