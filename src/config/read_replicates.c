/*
 * `replicates`: the seeds of each configuration, as one more parameter of the space. Which trial
 * gets which is decided in asker/plan.c.
 */
#include "config/reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "space/space.h"

static struct sweep_value *add_seed(struct reader *reader, struct sweep_value *seeds, uint64_t seed)
{
    *seeds = (struct sweep_value){
        .kind = SWEEP_VALUE_INT,
        .integer = (int64_t)seed,
        .text = arena_printf(reader->arena, "%" PRIu64, seed),
    };
    return seeds + 1;
}

static int compare_seeds(const void *a, const void *b)
{
    const struct sweep_value *left = a;
    const struct sweep_value *right = b;
    return (left->integer > right->integer) - (left->integer < right->integer);
}

/* The same trial twice tells nothing new. */
static void check_different(struct reader *reader, const struct node *list,
                            const struct sweep_value *seeds)
{
    struct sweep_value *sorted = arena_alloc_array(reader->arena, list->count, sizeof *sorted);
    memcpy(sorted, seeds, list->count * sizeof *sorted);
    qsort(sorted, list->count, sizeof *sorted, compare_seeds);
    for (size_t i = 1; i < list->count; i++)
        if (sorted[i].integer == sorted[i - 1].integer) {
            reader_error(reader, list, "seed %" PRId64 " is listed twice", sorted[i].integer);
            return;
        }
}

static bool take_seed(struct reader *reader, const struct node *node, uint64_t *seed)
{
    struct scalar scalar = {.kind = SCALAR_NULL};
    if (node->kind == NODE_SCALAR)
        scalar = scalar_read(node);
    if (scalar.kind != SCALAR_INT || scalar.integer < 0 || scalar.integer > UINT32_MAX) {
        reader_error(reader, node, "a seed is a whole number from 0 to %" PRIu32, UINT32_MAX);
        return false;
    }
    reader_note_surprise(reader, node, &scalar);
    *seed = (uint64_t)scalar.integer;
    return true;
}

void read_seeds(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_replicates *replicates = &reader->draft.config.replicates;
    struct sweep_value *seeds = arena_alloc_array(reader->arena, node->count, sizeof *seeds);
    struct sweep_value *next = seeds;
    (void)field;
    reader->draft.seeds = node;
    if (node->kind != NODE_LIST) {
        reader_refuse(reader, key, node);
        if (node->kind == NODE_SCALAR && scalar_read(node).kind == SCALAR_INT)
            reader_hint(reader, "'count: %s' is so many of them", node->text);
        return;
    }
    if (node->count == 0 || node->count > CONFIG_SEEDS_MAX) {
        reader_error(reader, node, "'seeds' lists 1 to %d of them", CONFIG_SEEDS_MAX);
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        uint64_t seed = i;
        if (!take_seed(reader, node->values[i], &seed))
            return;
        next = add_seed(reader, next, seed);
    }
    check_different(reader, node, seeds);
    replicates->seeds = seeds;
    replicates->count = node->count;
}

void read_seed_count(struct reader *reader, const struct key *key, const struct node *node,
                     void *field)
{
    struct config_replicates *replicates = &reader->draft.config.replicates;
    uint64_t count = 0;
    (void)field;
    reader->draft.seed_count = node;
    read_count(reader, key, node, &count);
    if (count == 0)
        return;
    struct sweep_value *seeds = arena_alloc_array(reader->arena, count, sizeof *seeds);
    struct sweep_value *next = seeds;
    for (uint64_t seed = 1; seed <= count; seed++)
        next = add_seed(reader, next, seed);
    replicates->seeds = seeds;
    replicates->count = count;
}

void read_pass_as(struct reader *reader, const struct key *key, const struct node *node,
                  void *field)
{
    (void)field;
    reader->draft.pass_as = node;
    read_word(reader, key, node, &reader->draft.config.replicates.pass_as);
}

void read_replicates(struct reader *reader, const struct key *key, const struct node *node,
                     void *field)
{
    (void)field;
    if (node->kind != NODE_MAP) {
        reader_refuse(reader, key, node);
        return;
    }
    reader->draft.replicates = node;
    reader_section(reader, key->section, node, &reader->draft);
    if (reader->draft.seeds != NULL && reader->draft.seed_count != NULL)
        reader_error(reader, reader->draft.seed_count,
                     "'seeds' and 'count' both say which seeds there are; give one");
    else if (reader->draft.seeds == NULL && reader->draft.seed_count == NULL)
        reader_error(reader, node, "'replicates' needs 'seeds' or 'count'");
}

bool replicates_make_parameter(struct reader *reader, struct sweep_parameter *out)
{
    const struct config *config = &reader->draft.config;
    const struct config_replicates *replicates = &config->replicates;
    const char *name = replicates->pass_as != NULL ? replicates->pass_as : CONFIG_SEED_NAME;
    if (replicates->count == 0)
        return false;
    *out = (struct sweep_parameter){
        .name = name,
        .distribution = replicates->count > 1 ? SWEEP_CATEGORICAL : SWEEP_CONSTANT,
        .choices = replicates->seeds,
        .choice_count = replicates->count,
    };
    if (space_find(config->searched, name) == SPACE_NOT_FOUND)
        return true;
    const struct draft *draft = &reader->draft;
    reader_error(reader, draft->pass_as != NULL ? draft->pass_as : draft->replicates,
                 "'%s' is a parameter already", name);
    reader_hint(reader, "take it out of 'parameters': its values are the seeds");
    return false;
}

/* The last configuration would have fewer values than the others. */
static void check_budget(struct reader *reader)
{
    const struct config *config = &reader->draft.config;
    uint64_t rest = config->trials % config->replicates.count;
    if (rest == 0)
        return;
    reader_warning(reader, reader->draft.replicates,
                   "the budget of %" PRIu64 " trials is no multiple of %zu seeds: the last "
                   "configuration runs with %" PRIu64 " of them",
                   config->trials, config->replicates.count, rest);
}

void replicates_check(struct reader *reader)
{
    const struct config *config = &reader->draft.config;
    const struct node *map = reader->draft.replicates;
    if (config->replicates.count == 0)
        return;
    check_budget(reader);
    if (config->replicates.pass_as != NULL)
        reader_check_parameter_name(reader, reader->draft.pass_as);
    if (config->method_command != NULL) {
        reader_error(reader, map, "'replicates' does not go with a method of your own");
        reader_hint(reader, "it can suggest the same params again, with a parameter for the seed");
    }
}
