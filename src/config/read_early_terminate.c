/*
 * `early_terminate`, by the rules of Weights & Biases. It is read and checked; nothing is stopped
 * by it yet, and that is said.
 */
#include "config/reader.h"

#include <string.h>

static bool is_whole(struct reader *reader, const struct node *node, const char *name, int64_t *out)
{
    struct scalar scalar = {.kind = SCALAR_NULL};
    if (node->kind == NODE_SCALAR)
        scalar = scalar_read(node);
    *out = scalar.integer;
    if (scalar.kind == SCALAR_INT && scalar.integer >= 1)
        return true;
    reader_error(reader, node, "'%s' takes a whole number from 1 on", name);
    return false;
}

void read_bands(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    int64_t value;
    if (is_whole(reader, node, key->name, &value))
        *(uint64_t *)field = (uint64_t)value;
}

void read_eta(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct scalar scalar;
    if (!reader_number(reader, node, key->name, &scalar))
        return;
    if (scalar.real > 1)
        *(double *)field = scalar.real;
    else
        reader_error(reader, node, "'%s' must be above 1", key->name);
}

void read_stopper(struct reader *reader, const struct key *key, const struct node *node,
                  void *field)
{
    const char *text = node->kind == NODE_SCALAR ? node->text : "";
    if (strcmp(text, "hyperband") == 0)
        *(const char **)field = text;
    else
        reader_error(reader, node, "'%s' takes %s", key->name, key->takes);
}

/* With max_iter: floor(max_iter / eta^i) for i = 1 .. s; below 1 there is none. */
static bool has_band(const struct config_early_terminate *early)
{
    return (double)early->max_iter / early->eta >= 1;
}

static void check_bands(struct reader *reader, const struct node *map,
                        const struct config_early_terminate *early)
{
    const struct node *max_iter = node_find(map, "max_iter");
    const struct node *min_iter = node_find(map, "min_iter");
    if (early->max_iter == 0 && early->min_iter == 0) {
        reader_error(reader, map, "'early_terminate' needs 'min_iter', or 'max_iter' and 's'");
    } else if (early->max_iter > 0 && early->s == 0) {
        reader_error(reader, max_iter, "'max_iter' needs 's', the number of bands below it");
        reader_hint(reader, "for example 's: 2'; or give 'min_iter' instead");
    } else if (early->max_iter > 0 && !has_band(early)) {
        reader_error(reader, max_iter, "no band is left: max_iter / eta is below 1");
    } else if (early->max_iter > 0 && early->min_iter > 0) {
        reader_warning(reader, min_iter, "'min_iter' does nothing beside 'max_iter'");
    } else if (early->max_iter == 0 && early->s > 0) {
        reader_warning(reader, node_find(map, "s"), "'s' does nothing without 'max_iter'");
    } else if (early->min_iter == 1) {
        reader_warning(reader, min_iter,
                       "'min_iter: 1' judges a trial by its very first report of the metric");
        reader_hint(reader, "most trials are stopped before they have learned anything");
    }
}

void read_early_terminate(struct reader *reader, const struct key *key, const struct node *node,
                          void *field)
{
    struct config_early_terminate *early = field;
    size_t errors = reader->diagnostics->errors;
    if (node->kind != NODE_MAP) {
        reader_refuse(reader, key, node);
        return;
    }
    reader->draft.early_terminate = node;
    reader_section(reader, key->section, node, early);
    if (early->type == NULL && node_find(node, "type") == NULL)
        reader_error(reader, node, "'early_terminate' needs 'type: hyperband'");
    if (reader->diagnostics->errors == errors)
        check_bands(reader, node, early);
}

void early_terminate_check(struct reader *reader)
{
    const struct node *node = reader->draft.early_terminate;
    if (node != NULL && reader->draft.config.metric.name == NULL)
        reader_error(reader, node,
                     "'early_terminate' compares trials by a metric, and there is none");
}

void early_terminate_advise(struct reader *reader)
{
    const struct node *node = reader->draft.early_terminate;
    if (node != NULL)
        reader_warning(reader, node,
                       "no trial is stopped early yet by this version: each runs to its end");
}
