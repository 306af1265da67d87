/*
 * Readers of `backend` and of the keys of `slurm` that take more than a plain value.
 */
#include "config/reader.h"

#include <string.h>

#include "base/array.h"

void read_backend(struct reader *reader, const struct key *key, const struct node *node,
                  void *field)
{
    struct draft *draft = field;
    const char *text = node->kind == NODE_SCALAR ? node->text : "";
    bool is_default = node->mark.line == 0 && node->mark.setting == NULL;
    draft->backend = is_default ? NULL : node; /* it stands nowhere */
    draft->config.is_slurm = strcmp(text, "slurm") == 0;
    if (!draft->config.is_slurm && strcmp(text, "local") != 0)
        reader_refuse(reader, key, node);
}

void read_slurm(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    reader->draft.slurm = node;
    read_map(reader, key, node, field);
}

/* Of sbatch, and who gives them instead: the keys of the file, or sweep itself. */
static const struct {
    const char *name; /* --name */
    char letter;      /* '\0': it has none */
    const char *key;  /* NULL: it is sweep's own */
} owned[] = {
    {"partition", 'p', "slurm.partition"},
    {"account", 'A', "slurm.account"},
    {"qos", 'q', "slurm.qos"},
    {"time", 't', "slurm.time"},
    {"constraint", 'C', "slurm.constraint"},
    {"gres", '\0', "slurm.gres"},
    {"gpus", 'G', "resources.gpus"},
    {"gpus-per-node", '\0', "resources.gpus"},
    {"cpus-per-task", 'c', "resources.cpus"},
    {"mem", '\0', "resources.memory"},
    {"nodes", 'N', "slurm.nodes"},
    {"ntasks-per-node", '\0', "slurm.tasks_per_node"},
    {"chdir", 'D', "trial.workdir"},
    {"array", 'a', NULL},
    {"job-name", 'J', NULL},
    {"output", 'o', NULL},
    {"error", 'e', NULL},
    {"input", 'i', NULL},
    {"open-mode", '\0', NULL},
    {"signal", '\0', NULL},
    {"export", '\0', NULL},
    {"export-file", '\0', NULL},
    {"requeue", '\0', NULL},
    {"no-requeue", '\0', NULL},
    {"parsable", '\0', NULL},
    {"test-only", '\0', NULL},
    {"wait", 'W', NULL},
    {"wrap", '\0', NULL},
    {"help", 'h', NULL},
    {"version", 'V', NULL},
};

/* sbatch takes the start of a long name for the name. */
static bool is_option(const char *text, size_t row)
{
    size_t size = strcspn(text, "=");
    if (strncmp(text, "--", 2) != 0)
        return owned[row].letter != '\0' && text[1] == owned[row].letter;
    return size == strlen(owned[row].name) + 2 && strncmp(text + 2, owned[row].name, size - 2) == 0;
}

static void check_option(struct reader *reader, const struct node *node)
{
    const char *text = node->text;
    if (text[0] != '-' || text[1] == '\0' || strcmp(text, "--") == 0) {
        reader_error(reader, node, "'%s' is no option of sbatch", text);
        reader_hint(reader, "each is one text with its value, as in '--nice=100'");
        return;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(owned); i++) {
        if (!is_option(text, i))
            continue;
        if (owned[i].key != NULL)
            reader_error(reader, node, "'--%s' has a key of its own: %s", owned[i].name,
                         owned[i].key);
        else
            reader_error(reader, node, "'--%s' is what sweep itself tells sbatch", owned[i].name);
    }
}

/* A duration that may not be as short as that of other keys. */
static bool read_long_enough(struct reader *reader, const struct key *key, const struct node *node,
                             int64_t *ms)
{
    struct key any = *key;
    any.min = 1;
    *ms = 0;
    read_duration(reader, &any, node, ms);
    return *ms == 0 || *ms >= (int64_t)key->min;
}

void read_slurm_time(struct reader *reader, const struct key *key, const struct node *node,
                     void *field)
{
    if (!read_long_enough(reader, key, node, field))
        reader_error(reader, node, "Slurm counts the time of a job in minutes: one at least");
}

void read_slurm_poll(struct reader *reader, const struct key *key, const struct node *node,
                     void *field)
{
    if (!read_long_enough(reader, key, node, field))
        reader_error(reader, node, "Slurm is asked once a second at most");
}

void read_slurm_options(struct reader *reader, const struct key *key, const struct node *node,
                        void *field)
{
    struct config_slurm *slurm = field;
    if (node->kind != NODE_LIST) {
        reader_refuse(reader, key, node);
        return;
    }
    const char **options = arena_alloc_array(reader->arena, node->count, sizeof *options);
    for (size_t i = 0; i < node->count; i++) {
        const struct node *option = node->values[i];
        options[i] = option->kind == NODE_SCALAR ? option->text : "";
        if (option->kind == NODE_SCALAR)
            check_option(reader, option);
        else
            reader_error(reader, option, "an option of sbatch is a text, not %s",
                         node_describe(option));
    }
    slurm->options = options;
    slurm->option_count = node->count;
}

/* What is about the GPUs of this box. */
static void check_box(struct reader *reader)
{
    const struct config *config = &reader->draft.config;
    const struct config_resources *resources = &config->resources;
    const struct config_budget *budget = &config->budget;
    const struct {
        bool is_given;
        const char *key;
    } rows[] = {
        {resources->trials_per_gpu > 1, "resources.trials_per_gpu"},
        {resources->gpu_id_count > 0, "resources.gpu_ids"},
        {resources->leave > 0, "resources.leave"},
        {resources->by_index, "resources.gpu_form"},
        {resources->has_gpu_memory, "resources.gpu_memory"},
        {budget->gpu_hours > 0, "budget.gpu_hours"},
        {budget->energy_mj > 0, "budget.energy"},
        {budget->cost > 0, "budget.cost"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (!rows[i].is_given)
            continue;
        reader_error(reader, reader->draft.backend,
                     "'%s' is about the GPUs of this box: with 'backend: slurm' Slurm deals with "
                     "them",
                     rows[i].key);
        reader_hint(reader, "leave it out; 'gpus', 'cpus' and 'memory' are what each job asks for");
    }
}

static void check_pilots(struct reader *reader)
{
    const struct config_slurm *slurm = &reader->draft.config.slurm;
    const struct node *node = reader->draft.slurm;
    if (slurm->pilots == 0 && slurm->slots > 1) {
        reader_error(reader, node_find(node, "slots"),
                     "'slurm.slots' is about pilots, and there are none");
        reader_hint(reader,
                    "add 'pilots', the number of jobs that run trials, or leave 'slots' out");
    }
    if (slurm->pilots > 0 && (slurm->nodes > 1 || slurm->tasks_per_node > 1)) {
        reader_error(reader, node_find(node, "pilots"),
                     "trials in pilots have one node and one task each");
        reader_hint(reader, "leave out 'pilots', or 'nodes' and 'tasks_per_node'");
    }
}

void slurm_check(struct reader *reader)
{
    const struct config *config = &reader->draft.config;
    if (!config->is_slurm) {
        bool is_local =
            reader->draft.backend == NULL || (reader->draft.backend->kind == NODE_SCALAR &&
                                              strcmp(reader->draft.backend->text, "local") == 0);
        if (reader->draft.slurm != NULL && is_local) {
            reader_error(reader, reader->draft.slurm,
                         "'slurm' means nothing without 'backend: slurm'");
            reader_hint(reader, "add 'backend: slurm', or leave 'slurm' out");
        }
        return;
    }
    check_box(reader);
    check_pilots(reader);
    if (config->slurm.gres != NULL && config->resources.has_gpus && config->resources.gpus > 0) {
        reader_error(reader, node_find(reader->draft.slurm, "gres"),
                     "'slurm.gres' and 'resources.gpus' both say which GPUs a job gets");
        reader_hint(reader, "leave one of them out");
    }
}
