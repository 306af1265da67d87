/*
 * Keys that only Weights & Biases have, as far as they mean something here: where its servers would
 * run a sweep, and the old and the new `scheduler`.
 */
#include "config/reader.h"

#include <string.h>

/* The most trials at a time that `parallel` takes. */
#define WORKERS_MAX 10000

void read_launch(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    (void)field;
    if (reader->draft.launch != NULL)
        return;
    reader->draft.launch = node;
    reader->draft.launch_key = key->name;
}

/* A job or an image is run by their servers, and neither says what its command is. */
void launch_check(struct reader *reader)
{
    const struct draft *draft = &reader->draft;
    if (draft->launch == NULL)
        return;
    if (draft->command != NULL || draft->program != NULL || reader->need != CONFIG_NEEDS_COMMAND) {
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, draft->launch->mark,
                        "'%s' is not used here: 'program' and 'command' say what runs",
                        draft->launch_key);
        return;
    }
    reader_error(reader, draft->launch,
                 "'%s' names what the servers of Weights & Biases run, not a program",
                 draft->launch_key);
    reader_hint(reader, "say what to run here: 'program: train.py', or 'command'");
}

static bool is_whole_in(const struct node *node, int64_t min, int64_t max, int64_t *out)
{
    struct scalar scalar = {.kind = SCALAR_NULL};
    if (node->kind == NODE_SCALAR)
        scalar = scalar_read(node);
    *out = scalar.integer;
    return scalar.kind == SCALAR_INT && scalar.integer >= min && scalar.integer <= max;
}

/* Of Launch files: so many trials run at a time. */
static void take_workers(struct reader *reader, const struct node *node)
{
    int64_t workers;
    if (!is_whole_in(node, 1, WORKERS_MAX, &workers)) {
        reader_complain(reader, node, "'num_workers' takes a number of trials from 1 to %d",
                        WORKERS_MAX);
        return;
    }
    reader->draft.workers = (uint32_t)workers;
    reader_warning(reader, node, "'num_workers' is taken for 'parallel: %d'", (int)workers);
}

static void judge_engine(struct reader *reader, const struct node *node)
{
    if (node->kind == NODE_SCALAR && strcmp(node->text, "wandb") == 0)
        return;
    reader_warning(reader, node, "'engine: %s' is not used here: 'method' decides",
                   node->kind == NODE_SCALAR ? node->text : node_describe(node));
}

void read_scheduler(struct reader *reader, const struct key *key, const struct node *node,
                    void *field)
{
    (void)field;
    if (node->kind != NODE_MAP) {
        reader_complain(reader, node, "'%s' takes %s, not %s", key->name, key->takes,
                        node_describe(node));
        return;
    }
    const struct node *workers = node_find(node, "num_workers");
    const struct node *engine = node_find(node, "engine");
    if (engine != NULL)
        judge_engine(reader, engine);
    if (workers != NULL)
        take_workers(reader, workers);
    if (engine == NULL && workers == NULL)
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, node->mark,
                        "'scheduler' (how Weights & Biases starts trials) is not used here");
}
