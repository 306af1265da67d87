/*
 * Config to run settings. Not for what a key may hold: that is config's.
 */
#include "session/settings.h"

#include <string.h>
#include <sys/stat.h>

#include "asker/external.h"
#include "base/nearest.h"
#include "box/host.h"
#include "metrics/extractor.h"
#include "metrics/pattern.h"
#include "session/housing.h"
#include "space/space.h"

#define AUTO        "auto"
#define NAMES_MAX   32
#define NAMES_BYTES 1024
/* So many jobs at a time where `parallel` is left out. */
#define SLURM_JOBS 10
/* The most that `parallel` may say. */
#define PARALLEL_MAX 10000

#define MS_PER_HOUR 3.6e6
#define TIME_MAX_MS 1e16

/* --- strategy ------------------------------------------------------------------------------- */

static void refuse_method(struct document *document)
{
    const struct config *config = document->config;
    const char *names[NAMES_MAX] = {AUTO};
    struct strbuf list;
    size_t count = 1;

    strbuf_init(&list, NAMES_BYTES);
    strbuf_append_text(&list, AUTO);
    for (const struct sweep_strategy *const *s = sweep_strategies(); *s != NULL; s++) {
        names[count++] = (*s)->name;
        strbuf_printf(&list, ", %s", (*s)->name);
    }
    diagnostics_add(&document->diagnostics, DIAGNOSTIC_ERROR, config->method_mark,
                    "there is no method '%s'", config->method);
    const char *nearest = nearest_word(config->method, names, count);
    if (nearest != NULL)
        diagnostics_hint(&document->diagnostics, "did you mean '%s'?", nearest);
    else
        diagnostics_hint(&document->diagnostics, "there are: %s", strbuf_text(&list));
    strbuf_release(&list);
}

/* Whether the strategy can do with this space; its own words say why not. */
static void try_strategy(const struct sweep_strategy *strategy, struct document *document)
{
    const struct config *config = document->config;
    struct sweep_error reason = {0};

    if (strategy->needs_objective && config->metric.name == NULL) {
        diagnostics_add(&document->diagnostics, DIAGNOSTIC_ERROR, config->method_mark,
                        "method '%s' learns from a metric, and there is none", strategy->name);
        diagnostics_hint(&document->diagnostics, "add 'metric: maximize NAME'");
        return;
    }
    if (strategy == &external_strategy)
        return; /* it is started with the sweep, and says so itself */
    void *state = strategy->create(config->searched, &reason);
    if (state == NULL)
        diagnostics_add(&document->diagnostics, DIAGNOSTIC_ERROR, config->method_mark, "%s",
                        reason.message);
    strategy->free(state);
}

static void choose_strategy(struct settings *settings, struct document *document)
{
    const struct config *config = document->config;
    uint64_t seeds = config->replicates.count > 0 ? config->replicates.count : 1;

    if (config->method_command != NULL)
        settings->strategy = &external_strategy;
    else if (strcmp(config->method, AUTO) == 0)
        settings->strategy = sweep_strategy_choose(config->searched, config->trials / seeds,
                                                   config->metric.name != NULL, &settings->why);
    else
        settings->strategy = sweep_strategy_find(config->method);
    if (settings->strategy != NULL)
        try_strategy(settings->strategy, document);
    else
        refuse_method(document);
}

/* --- patterns ------------------------------------------------------------------------------- */

/* The first group is taken, which need not be what the person meant. */
static void warn_of_groups(struct document *document, const char *text, struct mark mark)
{
    struct pattern *pattern = pattern_create(text, NULL);
    unsigned candidates = pattern != NULL ? pattern_candidates(pattern) : 0;

    pattern_free(pattern);
    if (candidates < 2)
        return;
    diagnostics_add(&document->diagnostics, DIAGNOSTIC_WARNING, mark,
                    "the pattern has %u groups, of which the first is taken as the number",
                    candidates);
    diagnostics_hint(&document->diagnostics,
                     "name the one that is: (?<value>...); the others may be (?:...)");
}

static void try_pattern(struct document *document, const struct spec_pattern *pattern,
                        struct mark mark)
{
    const struct extractor_pattern row = {pattern->name, pattern->pattern};
    struct sweep_error reason = {0};
    struct extractor *extractor = extractor_create(&row, 1, &reason);

    if (extractor == NULL)
        diagnostics_add(&document->diagnostics, DIAGNOSTIC_ERROR, mark, "%s", reason.message);
    else if (pattern->pattern != NULL)
        warn_of_groups(document, pattern->pattern, mark);
    extractor_free(extractor);
}

static void add_pattern(struct settings *settings, struct spec_pattern *patterns,
                        struct spec_pattern pattern, struct mark mark)
{
    try_pattern(settings->document, &pattern, mark);
    patterns[settings->run.pattern_count++] = pattern;
}

static bool is_step(const struct config *config, const struct config_capture *capture)
{
    return config->metric.step != NULL && strcmp(capture->name, config->metric.step) == 0;
}

/* Captures that are (or are not) the step. */
static void add_captures(struct settings *settings, struct spec_pattern *patterns, bool step)
{
    const struct config *config = settings->document->config;

    for (size_t i = 0; i < config->capture_count; i++) {
        const struct config_capture *capture = &config->captures[i];
        if (is_step(config, capture) == step)
            add_pattern(settings, patterns, (struct spec_pattern){capture->name, capture->pattern},
                        capture->mark);
    }
}

/* The shim wants the step first, so that a line's other numbers know it. */
static void list_patterns(struct settings *settings)
{
    const struct config *config = settings->document->config;
    const struct config_metric *metric = &config->metric;
    struct run_settings *run = &settings->run;
    struct spec_pattern *patterns =
        arena_alloc_array(&settings->document->arena, config->capture_count + 1, sizeof *patterns);

    add_captures(settings, patterns, true);
    run->step_pattern = run->pattern_count > 0 ? 0 : -1;
    run->has_objective = metric->name != NULL;
    run->objective_pattern = run->pattern_count;
    if (run->has_objective)
        add_pattern(settings, patterns, (struct spec_pattern){metric->name, metric->pattern},
                    metric->pattern != NULL ? metric->pattern_mark : metric->mark);
    add_captures(settings, patterns, false);
    run->patterns = patterns;
}

/* --- the rest ------------------------------------------------------------------------------- */

static char *const *make_environment(struct document *document)
{
    const struct config_trial *trial = &document->config->trial;
    char **list = arena_alloc_array(&document->arena, trial->env_count + 1, sizeof *list);

    for (size_t i = 0; i < trial->env_count; i++)
        list[i] = arena_printf(&document->arena, "%s=%s", trial->env[i].name, trial->env[i].value);
    return list;
}

char **settings_expand(const struct settings *settings, struct arena *arena,
                       const struct sweep_value *params, const char *params_path)
{
    const struct config *config = settings->document->config;
    struct command_surroundings around = settings->document->around;

    around.params_path = params_path;
    return command_expand(arena, &config->command, config->space, params, &around);
}

static char **expand(void *context, struct arena *arena, const struct sweep_value *params,
                     const char *params_path)
{
    return settings_expand(context, arena, params, params_path);
}

static int64_t hours_to_ms(double hours)
{
    double ms = hours * MS_PER_HOUR;
    return ms < TIME_MAX_MS ? (int64_t)ms : (int64_t)TIME_MAX_MS;
}

static struct engine_limits make_limits(const struct config *config)
{
    const struct config_budget *budget = &config->budget;
    return (struct engine_limits){
        .time_ms = config->budget.time_ms,
        .finish_ms = config->budget.finish_ms,
        .gpu_ms = hours_to_ms(budget->gpu_hours),
        .cost = budget->cost,
        .cost_gpu_ms = budget->cost > 0 ? hours_to_ms(budget->cost / budget->cost_per_gpu_hour) : 0,
        .energy_mj = budget->energy_mj,
        .patience = config->budget.patience,
        .max_failures = config->trial.max_failures,
        .has_target = config->metric.has_target,
        .target = config->metric.target,
    };
}

struct slurm_settings settings_slurm(const struct config *config)
{
    const struct config_slurm *slurm = &config->slurm;
    return (struct slurm_settings){
        .partition = slurm->partition,
        .account = slurm->account,
        .qos = slurm->qos,
        .constraint = slurm->constraint,
        .gres = slurm->gres,
        .time_ms = slurm->time_ms,
        .poll_ms = slurm->poll_ms,
        .nodes = slurm->nodes,
        .tasks_per_node = slurm->tasks_per_node,
        .grace_ms = config->trial.grace_ms,
        .gpus = config->resources.gpus,
        .cpus = config->resources.cpus,
        .memory_bytes = config->resources.memory_bytes,
        .pilots = slurm->pilots,
        .slots = slurm->slots,
        .options = slurm->options,
        .option_count = slurm->option_count,
    };
}

static struct plan make_plan(const struct config *config)
{
    return (struct plan){
        .searched = config->searched,
        .start = config->start,
        .start_count = config->start_count,
        .seed = space_seed_parameter(config->space),
        .seed_index = sweep_space_count(config->space) - 1,
    };
}

/* What a cluster has room for it does not tell; gear.c knows more of this box. In pilots one trial
 * waits for each that runs: the next one begins before the runner has seen the end of the last. */
static uint32_t choose_parallel(const struct config *config)
{
    if (config->parallel > 0)
        return config->parallel;
    uint64_t slots = config->slurm.pilots * config->slurm.slots;
    if (config->is_slurm && slots > 0)
        return (uint32_t)(slots < PARALLEL_MAX / 2 ? slots * 2 : PARALLEL_MAX);
    return config->is_slurm ? SLURM_JOBS : host_processors();
}

void settings_prepare(struct settings *settings, struct document *document)
{
    const struct config *config = document->config;

    *settings = (struct settings){.document = document};
    if (config == NULL)
        return;
    settings->run = (struct run_settings){
        .name = config->name,
        .space = config->space,
        .plan = make_plan(config),
        .trials = config->trials,
        .parallel = choose_parallel(config),
        .objective = config->metric.objective,
        .objective_name = config->metric.name,
        .timeout_ms = config->trial.timeout_ms,
        .grace_ms = config->trial.grace_ms,
        .stall_ms = config->trial.stall_ms,
        .memory_bytes = config->is_slurm ? 0 : config->resources.memory_bytes,
        .keep_checkpoints = config->trial.keep_checkpoints,
        .retries = (uint32_t)config->trial.retries,
        .limits = make_limits(config),
        .is_slurm = config->is_slurm,
        .slurm = settings_slurm(config),
        .external = {.command = config->method_command, .deadline_ms = EXTERNAL_DEADLINE_MS},
        .expand = expand,
        .expand_context = settings,
        .extra_environment = make_environment(document),
    };
    list_patterns(settings);
    choose_strategy(settings, document);
}

bool settings_place(struct settings *settings, uint64_t seed, const char *directory,
                    struct sweep_error *err)
{
    struct run_settings *run = &settings->run;
    const char *workdir = settings->document->config->trial.workdir;
    struct stat status;

    run->seed = seed;
    run->external.workdir = directory;
    if (strcmp(workdir, ".") == 0)
        run->workdir = directory;
    else if (workdir[0] == '/')
        run->workdir = workdir;
    else
        run->workdir = arena_printf(&settings->document->arena, "%s/%s", directory, workdir);
    if (stat(run->workdir, &status) != 0 || !S_ISDIR(status.st_mode))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "the trials are to run in %s (trial.workdir), and there is no such "
                               "directory",
                               run->workdir);
    const struct housing_place place = {directory, run->workdir};
    return housing_place(&settings->document->arena, settings->document->config, &place,
                         &run->container, err);
}
