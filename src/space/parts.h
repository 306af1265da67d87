/*
 * What a space is made of, for the files of this room. The rules are checked once, by rules.c; a
 * judge compiles their texts again for itself.
 *
 * Ownership: everything lives in the space's arena.
 */
#ifndef SWEEP_SPACE_PARTS_H
#define SWEEP_SPACE_PARTS_H

#include "expr/expr.h"
#include "space/space.h"

/** An expression over parameters. */
struct rule {
    const char *text;
    const size_t *names; /* [name_count] indexes of the parameters that it reads */
    size_t name_count;
};

/** What every configuration meets. */
struct constraint {
    struct rule rule;
    size_t last; /* the parameter with the last digit of those it reads */
};

struct sweep_space {
    struct sweep_parameter *parameters;     /* [count] in the order of the YAML */
    const struct sweep_parameter **by_name; /* [count] sorted, for space_find() */
    size_t count;
    bool has_seed; /* it is the last one */
    bool is_seed_told;
    size_t former_first; /* of those that only recorded trials have */
    size_t former_count;

    struct rule *conditions; /* [count] text NULL: always active; NULL: nothing is conditional */
    size_t *digits;          /* [count] parameters, each after those that its condition names */
    struct constraint *constraints; /* [constraint_count] */
    size_t constraint_count;

    const struct space_derived *derived; /* [derived_count] */
    size_t derived_count;
    struct sweep_space *passed; /* what the script gets; NULL: the same */
};

/** Whether it has a condition. */
static inline bool space_has_condition(const struct sweep_space *space, size_t index)
{
    return space->conditions != NULL && space->conditions[index].text != NULL;
}

/** Make a scope: the parameters by their indexes and what each can be, then other names. */
struct expr_scope *space_make_scope(const struct sweep_space *space, const char *const *others,
                                    size_t other_count);

/* Of a judge at work (judge.c), for those who go through points (walk.c). */

/** Whether any rule reads parameter `index`. */
bool judge_reads(const struct sweep_judge *judge, size_t index);

/** Whether parameter `index` is active, given those that its condition names. */
bool judge_is_active(struct sweep_judge *judge, size_t index);

/** Give a parameter its value. */
void judge_put(struct sweep_judge *judge, size_t index, const struct sweep_value *value);

/** Whether the constraints hold that can be judged once this parameter has its value. */
bool judge_allows(struct sweep_judge *judge, size_t index);

/** Whether constraint number `constraint` holds. */
bool judge_meets(struct sweep_judge *judge, size_t constraint);

/** sweep_parameter_size() of parameter `index`. */
uint64_t judge_size(const struct sweep_judge *judge, size_t index);

/** Whether level `level` of parameter `index` is listed before, and so the same point again. */
bool judge_is_repeated(struct sweep_judge *judge, size_t index, uint64_t level);

/** The space that is judged. */
const struct sweep_space *judge_space(const struct sweep_judge *judge);

#endif
