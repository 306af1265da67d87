/*
 * Compares two configs by a table of what there is to compare. Applies nothing: session.c does.
 */
#include "session/revision.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "config/difference.h"
#include "space/derive.h"
#include "space/space.h"

#define LIST_MAX ((size_t)16 * 1024)

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_name(const struct config *a, const struct config *b)
{
    return same_text(a->name, b->name);
}

static bool same_budget(const struct config *a, const struct config *b)
{
    const struct config_budget *x = &a->budget;
    const struct config_budget *y = &b->budget;

    return a->trials == b->trials && x->time_ms == y->time_ms && x->finish_ms == y->finish_ms &&
           x->patience == y->patience && x->gpu_hours == y->gpu_hours &&
           x->energy_mj == y->energy_mj && x->cost == y->cost &&
           x->cost_per_gpu_hour == y->cost_per_gpu_hour;
}

static bool same_parallel(const struct config *a, const struct config *b)
{
    return a->parallel == b->parallel;
}

static bool same_container(const struct config_container *x, const struct config_container *y)
{
    if (!same_text(x->engine, y->engine) || !same_text(x->image, y->image) || x->gpus != y->gpus ||
        x->mount_count != y->mount_count || x->option_count != y->option_count)
        return false;
    for (size_t i = 0; i < x->mount_count; i++)
        if (!same_text(x->mounts[i].host, y->mounts[i].host) ||
            !same_text(x->mounts[i].inside, y->mounts[i].inside) ||
            x->mounts[i].is_read_only != y->mounts[i].is_read_only)
            return false;
    for (size_t i = 0; i < x->option_count; i++)
        if (!same_text(x->options[i], y->options[i]))
            return false;
    return true;
}

static bool same_trial(const struct config *a, const struct config *b)
{
    const struct config_trial *x = &a->trial;
    const struct config_trial *y = &b->trial;

    if (x->timeout_ms != y->timeout_ms || x->grace_ms != y->grace_ms ||
        x->stall_ms != y->stall_ms || x->retries != y->retries ||
        x->max_failures != y->max_failures || x->keep_checkpoints != y->keep_checkpoints ||
        !same_text(x->workdir, y->workdir) || x->env_count != y->env_count ||
        !same_container(&x->container, &y->container))
        return false;
    for (size_t i = 0; i < x->env_count; i++)
        if (!same_text(x->env[i].name, y->env[i].name) ||
            !same_text(x->env[i].value, y->env[i].value))
            return false;
    return true;
}

static bool same_resources(const struct config *a, const struct config *b)
{
    const struct config_resources *x = &a->resources;
    const struct config_resources *y = &b->resources;

    if (x->has_gpus != y->has_gpus || x->gpus != y->gpus ||
        x->trials_per_gpu != y->trials_per_gpu || x->leave != y->leave ||
        x->by_index != y->by_index || x->gpu_id_count != y->gpu_id_count ||
        x->has_gpu_memory != y->has_gpu_memory || x->gpu_memory_bytes != y->gpu_memory_bytes ||
        x->cpus != y->cpus || x->memory_bytes != y->memory_bytes)
        return false;
    for (size_t i = 0; i < x->gpu_id_count; i++)
        if (!same_text(x->gpu_ids[i], y->gpu_ids[i]))
            return false;
    return true;
}

static bool same_backend(const struct config *a, const struct config *b)
{
    return a->is_slurm == b->is_slurm;
}

static bool same_slurm(const struct config *a, const struct config *b)
{
    const struct config_slurm *x = &a->slurm;
    const struct config_slurm *y = &b->slurm;

    if (!same_text(x->partition, y->partition) || !same_text(x->account, y->account) ||
        !same_text(x->qos, y->qos) || !same_text(x->constraint, y->constraint) ||
        !same_text(x->gres, y->gres) || x->time_ms != y->time_ms || x->poll_ms != y->poll_ms ||
        x->nodes != y->nodes || x->tasks_per_node != y->tasks_per_node || x->pilots != y->pilots ||
        x->slots != y->slots || x->option_count != y->option_count)
        return false;
    for (size_t i = 0; i < x->option_count; i++)
        if (!same_text(x->options[i], y->options[i]))
            return false;
    return true;
}

static const struct config_capture *find_capture(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->capture_count; i++)
        if (same_text(config->captures[i].name, name))
            return &config->captures[i];
    return NULL;
}

static bool same_capture(const struct config *a, const struct config *b)
{
    if (a->capture_count != b->capture_count)
        return false;
    for (size_t i = 0; i < a->capture_count; i++) {
        const struct config_capture *other = find_capture(b, a->captures[i].name);
        if (other == NULL || !same_text(a->captures[i].pattern, other->pattern))
            return false;
    }
    return true;
}

static bool same_step(const struct config *a, const struct config *b)
{
    if (!same_text(a->metric.step, b->metric.step))
        return false;
    const struct config_capture *x = find_capture(a, a->metric.step);
    const struct config_capture *y = find_capture(b, b->metric.step);
    return x == NULL || y == NULL ? x == y : same_text(x->pattern, y->pattern);
}

static bool same_metric(const struct config *a, const struct config *b)
{
    const struct objective_settings *x = &a->metric.objective;
    const struct objective_settings *y = &b->metric.objective;

    return same_text(a->metric.name, b->metric.name) &&
           same_text(a->metric.pattern, b->metric.pattern) && same_step(a, b) &&
           x->reduce == y->reduce && x->maximize == y->maximize && x->window == y->window;
}

static bool same_target(const struct config *a, const struct config *b)
{
    const struct config_metric *x = &a->metric;
    const struct config_metric *y = &b->metric;

    return x->has_target == y->has_target && (!x->has_target || x->target == y->target);
}

static bool same_words(char *const *a, char *const *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    while (*a != NULL && same_text(*a, *b)) {
        a++;
        b++;
    }
    return same_text(*a, *b);
}

static bool same_method(const struct config *a, const struct config *b)
{
    return same_text(a->method, b->method) && same_words(a->method_command, b->method_command);
}

static bool same_probabilities(const struct sweep_parameter *a, const struct sweep_parameter *b)
{
    if (a->probabilities == NULL || b->probabilities == NULL)
        return a->probabilities == b->probabilities;
    for (size_t i = 0; i < a->choice_count; i++)
        if (a->probabilities[i] != b->probabilities[i])
            return false;
    return true;
}

static bool same_path(const struct sweep_parameter *a, const struct sweep_parameter *b)
{
    if (a->path == NULL || b->path == NULL)
        return a->path == b->path;
    size_t i = 0;
    while (a->path[i] != NULL && same_text(a->path[i], b->path[i]))
        i++;
    return same_text(a->path[i], b->path[i]);
}

static bool same_parameter(const struct sweep_parameter *a, const struct sweep_parameter *b)
{
    if (!same_text(a->name, b->name) || a->distribution != b->distribution || a->min != b->min ||
        a->max != b->max || a->step != b->step || a->choice_count != b->choice_count ||
        a->q != b->q || a->q_is_int != b->q_is_int || a->mu != b->mu || a->sigma != b->sigma ||
        a->a != b->a || a->b != b->b || !same_probabilities(a, b))
        return false;
    return a->is_ordered == b->is_ordered && same_path(a, b) &&
           sweep_params_equal(a->choices, b->choices, a->choice_count);
}

/* In the same order too: it is the order of draws and of the grid. */
static bool same_parameters(const struct config *a, const struct config *b)
{
    size_t count = sweep_space_count(a->searched);

    if (count != sweep_space_count(b->searched))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!same_parameter(sweep_space_parameter(a->searched, i),
                            sweep_space_parameter(b->searched, i)) ||
            !same_text(space_condition(a->searched, i), space_condition(b->searched, i)))
            return false;
    return true;
}

static bool same_derived(const struct config *a, const struct config *b)
{
    size_t count = space_derived_count(a->space);
    if (count != space_derived_count(b->space))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct space_derived *x = space_derived(a->space, i);
        const struct space_derived *y = space_derived(b->space, i);
        if (!same_text(x->name, y->name) || !same_text(x->text, y->text))
            return false;
    }
    return true;
}

static bool same_constraints(const struct config *a, const struct config *b)
{
    size_t count = space_constraint_count(a->searched);
    if (count != space_constraint_count(b->searched))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!same_text(space_constraint(a->searched, i), space_constraint(b->searched, i)))
            return false;
    return true;
}

/* Where the parameters differ too, that is said already. */
static bool same_start(const struct config *a, const struct config *b)
{
    size_t width = sweep_space_count(a->searched);

    if (a->start_count != b->start_count)
        return false;
    for (size_t i = 0; i < a->start_count && width == sweep_space_count(b->searched); i++)
        if (!sweep_params_equal(a->start[i], b->start[i], width))
            return false;
    return true;
}

static bool same_replicates(const struct config *a, const struct config *b)
{
    const struct config_replicates *x = &a->replicates;
    const struct config_replicates *y = &b->replicates;

    return x->count == y->count && same_text(x->pass_as, y->pass_as) &&
           sweep_params_equal(x->seeds, y->seeds, x->count);
}

static bool same_piece(const struct config *a, const struct command_piece *x,
                       const struct config *b, const struct command_piece *y)
{
    if (x->kind != PIECE_PARAMETER || y->kind != PIECE_PARAMETER)
        return x->kind == y->kind && same_text(x->text, y->text);
    return same_text(sweep_space_parameter(space_passed(a->space), x->parameter)->name,
                     sweep_space_parameter(space_passed(b->space), y->parameter)->name) &&
           same_text(x->fallback, y->fallback);
}

static bool same_command(const struct config *a, const struct config *b)
{
    if (a->command.count != b->command.count || a->command.is_dotted != b->command.is_dotted)
        return false;
    for (size_t i = 0; i < a->command.count; i++) {
        const struct command_item *x = &a->command.items[i];
        const struct command_item *y = &b->command.items[i];
        if (x->arguments != y->arguments || x->count != y->count)
            return false;
        for (size_t j = 0; j < x->count; j++)
            if (!same_piece(a, &x->pieces[j], b, &y->pieces[j]))
                return false;
    }
    return true;
}

enum change {
    CHANGE_NEVER,
    CHANGE_ACCEPTED, /* of the space: while no trial has come out, else when the person says so */
    CHANGE_UNSEEN,   /* while nothing was compared by it */
    CHANGE_FREE,     /* while no trial has come out */
    CHANGE_ALWAYS
};

static const struct aspect {
    const char *name; /* the key */
    bool (*is_same)(const struct config *a, const struct config *b);
    enum change change;
    const char *synonym; /* another key that says the same, or NULL */
} ASPECTS[] = {
    {"name", same_name, CHANGE_ALWAYS, NULL},
    {"command", same_command, CHANGE_FREE, NULL},
    {"metric", same_metric, CHANGE_UNSEEN, NULL},
    {"capture", same_capture, CHANGE_ALWAYS, NULL},
    {"method", same_method, CHANGE_NEVER, NULL},
    {"parameters", same_parameters, CHANGE_ACCEPTED, NULL},
    {"constraints", same_constraints, CHANGE_ACCEPTED, NULL},
    {"derive", same_derived, CHANGE_NEVER, NULL},
    {"budget", same_budget, CHANGE_ALWAYS, "run_cap"},
    {"parallel", same_parallel, CHANGE_ALWAYS, NULL},
    {"trial", same_trial, CHANGE_ALWAYS, NULL},
    {"resources", same_resources, CHANGE_ALWAYS, NULL},
    {"backend", same_backend, CHANGE_NEVER, NULL},
    {"slurm", same_slurm, CHANGE_ALWAYS, NULL},
    {"metric.target", same_target, CHANGE_ALWAYS, NULL},
    {"start", same_start, CHANGE_NEVER, NULL},
    {"replicates", same_replicates, CHANGE_NEVER, NULL},
};

/* Whether a command names a parameter that the other space does not have. */
static bool names_other(const struct config *config, const struct sweep_space *space)
{
    const struct sweep_space *passed = space_passed(config->space);
    for (size_t i = 0; i < config->command.count; i++) {
        const struct command_item *item = &config->command.items[i];
        for (size_t k = 0; k < item->count; k++)
            if (item->pieces[k].kind == PIECE_PARAMETER &&
                space_find(space, sweep_space_parameter(passed, item->pieces[k].parameter)->name) ==
                    SPACE_NOT_FOUND)
                return true;
    }
    return false;
}

/* A command that names a parameter goes or comes with it. */
static enum change change_of(const struct aspect *aspect, const struct config *old,
                             const struct config *edited)
{
    bool follows =
        aspect->is_same == same_command && (names_other(old, space_passed(edited->space)) ||
                                            names_other(edited, space_passed(old->space)));
    return follows ? CHANGE_ACCEPTED : aspect->change;
}

static bool may_change(enum change change, const struct revision_facts *facts)
{
    switch (change) {
    case CHANGE_NEVER:
        return false;
    case CHANGE_ACCEPTED:
        return facts->accepts || facts->is_free;
    case CHANGE_UNSEEN:
        return facts->is_unseen || facts->is_free;
    case CHANGE_FREE:
        return facts->is_free;
    case CHANGE_ALWAYS:
        return true;
    }
    return false;
}

static void add_name(struct strbuf *list, const char *name)
{
    strbuf_append_text(list, list->size > 0 ? ", " : "");
    strbuf_append_text(list, name);
}

/* Drop what was appended behind `size` where it is there already: `metric.target` is a part of
 * `metric`, too. */
static void drop_repetition(struct strbuf *list, size_t size, const char *separator)
{
    const char *added = list->data + size + (size > 0 ? strlen(separator) : 0);
    if (size == 0 || memmem(list->data, size, added, strlen(added)) == NULL)
        return;
    list->size = size;
    list->data[size] = '\0';
}

/* Append what changed, with both values; where that is in no value of its own, the name says it. */
static void add_values(struct strbuf *list, const struct aspect *aspect, const struct config *old,
                       const struct config *edited, const char *separator)
{
    size_t size = list->size;
    config_append_changes(old, edited, aspect->name, separator, list);
    if (aspect->synonym != NULL)
        config_append_changes(old, edited, aspect->synonym, separator, list);
    if (list->size == size)
        strbuf_printf(list, "%s%s", size > 0 ? separator : "", aspect->name);
    else
        drop_repetition(list, size, separator);
}

void revision_compare(struct revision *revision, const struct config *old,
                      const struct config *edited, const struct revision_facts *facts)
{
    revision->has_command = false;
    revision->has_space = false;
    revision->waits_for_begun = true;
    revision->waits_for_accepting = true;
    strbuf_init(&revision->applied, LIST_MAX);
    strbuf_init(&revision->refused, LIST_MAX);
    strbuf_init(&revision->refused_values, LIST_MAX);
    for (size_t i = 0; i < ARRAY_LENGTH(ASPECTS); i++) {
        const struct aspect *aspect = &ASPECTS[i];
        if (aspect->is_same(old, edited))
            continue;
        enum change change = change_of(aspect, old, edited);
        revision->has_space |= change == CHANGE_ACCEPTED;
        if (may_change(change, facts)) {
            revision->has_command |= aspect->is_same == same_command;
            add_values(&revision->applied, aspect, old, edited, ", ");
        } else {
            revision->waits_for_begun &= change != CHANGE_NEVER && change != CHANGE_ACCEPTED;
            revision->waits_for_accepting &= change == CHANGE_ACCEPTED;
            add_name(&revision->refused, aspect->name);
            add_values(&revision->refused_values, aspect, old, edited, "\n  ");
        }
    }
    if (edited->has_seed && edited->seed != facts->seed) {
        revision->waits_for_begun = false;
        revision->waits_for_accepting = false;
        add_name(&revision->refused, "seed");
        strbuf_printf(&revision->refused_values, "%sseed %" PRIu64 " -> %" PRIu64,
                      revision->refused_values.size > 0 ? "\n  " : "", facts->seed, edited->seed);
    }
}

void revision_release(struct revision *revision)
{
    strbuf_release(&revision->applied);
    strbuf_release(&revision->refused);
    strbuf_release(&revision->refused_values);
}
