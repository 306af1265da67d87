/*
 * Readers of the keys of `budget` that are amounts, and what must fit together in it.
 */
#include "config/reader.h"

#include "base/quantity.h"

#define LARGEST 1e12

void read_amount(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct scalar scalar = {.kind = SCALAR_NULL};
    if (node->kind == NODE_SCALAR)
        scalar = scalar_read(node);
    bool is_number = scalar.kind == SCALAR_INT || scalar.kind == SCALAR_REAL;
    if (!is_number || !(scalar.real > 0) || !(scalar.real <= LARGEST)) {
        reader_error(reader, node, "'%s' takes %s", key->name, key->takes);
        return;
    }
    *(double *)field = scalar.real;
}

void read_cost(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    reader->draft.cost = node;
    read_amount(reader, key, node, field);
}

void read_energy(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    int64_t energy_mj = 0;
    const char *text = node->kind == NODE_SCALAR ? node->text : "";
    if (quantity_parse_energy_mj(strview_of(text), &energy_mj) != NUMBER_OK || energy_mj == 0) {
        reader_error(reader, node, "'%s' takes %s", key->name, key->takes);
        return;
    }
    *(int64_t *)field = energy_mj;
}

/* Limits that nothing could ever reach. */
void budget_check(struct reader *reader)
{
    const struct draft *draft = &reader->draft;
    const struct config_budget *budget = &draft->config.budget;
    bool has_time =
        budget->time_ms > 0 || budget->gpu_hours > 0 || budget->energy_mj > 0 || budget->cost > 0;
    if (draft->patience != NULL && draft->config.metric.name == NULL)
        reader_error(reader, draft->patience,
                     "'patience' waits for a better trial, and there is no metric");
    if (budget->finish_ms > 0 && !has_time)
        reader_warning(reader, draft->finish,
                       "'finish' does nothing without 'time', 'gpu_hours', 'energy' or 'cost'");
    if (budget->cost > 0 && budget->cost_per_gpu_hour == 0) {
        reader_error(reader, draft->cost, "'cost' needs to know what a GPU costs");
        reader_hint(reader, "add 'cost_per_gpu_hour: 1.5' beside it");
    }
}
