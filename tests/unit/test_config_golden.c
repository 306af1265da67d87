/*
 * Every tests/unit/config/NAME.yaml and what comes of it, in NAME.txt: the messages as a person
 * sees them and the resulting config. UPDATE_GOLDEN=1 writes the .txt files anew.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/number.h"
#include "config/config.h"
#include "space/space.h"

#define FOLDER     SOURCE_DIR "/tests/unit/config"
#define OUTPUT_MAX (256 * 1024)

static const char *const distribution_names[] = {
    [SWEEP_CONSTANT] = "constant",
    [SWEEP_CATEGORICAL] = "categorical",
    [SWEEP_UNIFORM] = "uniform",
    [SWEEP_LOG_UNIFORM] = "log uniform",
    [SWEEP_INT_UNIFORM] = "int uniform",
    [SWEEP_INT_LOG] = "int log",
    [SWEEP_NORMAL] = "normal",
    [SWEEP_LOG_NORMAL] = "log normal",
    [SWEEP_BETA] = "beta",
};

static const char *const kind_names[] = {
    [SWEEP_VALUE_NONE] = "none", [SWEEP_VALUE_NULL] = "null", [SWEEP_VALUE_BOOL] = "bool",
    [SWEEP_VALUE_INT] = "int",   [SWEEP_VALUE_REAL] = "real", [SWEEP_VALUE_TEXT] = "text",
    [SWEEP_VALUE_LIST] = "list", [SWEEP_VALUE_MAP] = "map",
};

static const char *const reduce_names[] = {
    [REDUCE_BEST] = "best", [REDUCE_LAST] = "last", [REDUCE_MIN] = "min",
    [REDUCE_MAX] = "max",   [REDUCE_MEAN] = "mean",
};

static void dump_number(const char *label, double value, struct strbuf *out)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(value, text);
    strbuf_printf(out, " %s %s", label, text);
}

static void dump_parameter(const struct sweep_space *space, size_t index, struct strbuf *out)
{
    const struct sweep_parameter *parameter = sweep_space_parameter(space, index);
    const char *condition = space_condition(space, index);
    strbuf_printf(out, "parameter %s: %s", parameter->name,
                  distribution_names[parameter->distribution]);
    for (size_t i = 0; i < parameter->choice_count; i++) {
        const struct sweep_value *value = &parameter->choices[i];
        strbuf_printf(out, " [%s ", kind_names[value->kind]);
        space_format_value(value, out);
        if (parameter->probabilities != NULL)
            dump_number("p", parameter->probabilities[i], out);
        strbuf_append_char(out, ']');
    }
    if (parameter->min < parameter->max) {
        dump_number("min", parameter->min, out);
        dump_number("max", parameter->max, out);
    }
    if (parameter->step > 0)
        dump_number(parameter->step_is_int ? "int step" : "step", parameter->step, out);
    if (parameter->sigma > 0) {
        dump_number("mu", parameter->mu, out);
        dump_number("sigma", parameter->sigma, out);
    }
    if (parameter->a > 0) {
        dump_number("a", parameter->a, out);
        dump_number("b", parameter->b, out);
    }
    if (parameter->q > 0)
        dump_number(parameter->q_is_int ? "int q" : "q", parameter->q, out);
    strbuf_append_text(out, parameter->is_ordered ? " in order" : "");
    if (condition != NULL)
        strbuf_printf(out, " when %s", condition);
    strbuf_append_char(out, '\n');
}

static void dump_space(const struct sweep_space *space, struct strbuf *out)
{
    uint64_t points = 0;
    for (size_t i = 0; i < sweep_space_count(space); i++)
        dump_parameter(space, i, out);
    for (size_t i = 0; i < space_constraint_count(space); i++)
        strbuf_printf(out, "constraint: %s\n", space_constraint(space, i));
    if (sweep_space_count_points(space, SWEEP_COUNT_STEPS, &points) != SWEEP_COUNT_INFINITE)
        strbuf_printf(out, "points: %" PRIu64 "\n", points);
    else
        strbuf_append_text(out, "points: infinitely many\n");
}

static void dump_command(struct arena *arena, const struct config *config, struct strbuf *out)
{
    size_t count = sweep_space_count(config->space);
    struct sweep_value *params = arena_alloc_array(arena, count, sizeof *params);
    for (size_t i = 0; i < count; i++)
        params[i] = sweep_parameter_draw(sweep_space_parameter(config->space, i), 0.25);
    struct sweep_judge *judge = sweep_judge_create(config->space, NULL);
    sweep_judge_settle(judge, params);
    sweep_judge_free(judge);
    char **arguments = command_expand(arena, &config->command, config->space, params, NULL);
    strbuf_append_text(out, "command:");
    for (size_t i = 0; arguments[i] != NULL; i++)
        strbuf_printf(out, " [%s]", arguments[i]);
    strbuf_append_char(out, '\n');
}

static const char *or_none(const char *text)
{
    return text == NULL ? "(none)" : text;
}

static void dump_mark(const struct mark *mark, struct strbuf *out)
{
    strbuf_printf(out, " %zu:%zu+%zu", mark->line, mark->column, mark->width);
}

static void dump_metric(const struct config_metric *metric, struct strbuf *out)
{
    if (metric->name == NULL) {
        strbuf_append_text(out, "metric: (none)\n");
        return;
    }
    strbuf_printf(out, "metric: %s %s%s, %s", metric->objective.maximize ? "maximize" : "minimize",
                  metric->name, metric->goal_given ? "" : " (goal not given)",
                  reduce_names[metric->objective.reduce]);
    if (metric->objective.reduce == REDUCE_MEAN)
        strbuf_printf(out, " of last %" PRIu32, metric->objective.window);
    if (metric->has_target) {
        strbuf_append_char(out, ',');
        dump_number("target", metric->target, out);
    }
    strbuf_printf(out, ", pattern %s, step %s, at", or_none(metric->pattern),
                  or_none(metric->step));
    dump_mark(&metric->mark, out);
    if (metric->pattern != NULL)
        dump_mark(&metric->pattern_mark, out);
    strbuf_append_char(out, '\n');
}

static void dump_wandb(const struct config *config, struct strbuf *out)
{
    const struct config_early_terminate *early = &config->early_terminate;
    if (config->metric.impute != IMPUTE_WORST || config->metric.impute_while_running != IMPUTE_NONE)
        strbuf_printf(out, "impute: %d, while running %d\n", (int)config->metric.impute,
                      (int)config->metric.impute_while_running);
    if (early->type == NULL)
        return;
    strbuf_printf(out,
                  "early_terminate: %s, min_iter %" PRIu64 ", max_iter %" PRIu64 ", s %" PRIu64,
                  early->type, early->min_iter, early->max_iter, early->s);
    dump_number(", eta", early->eta, out);
    strbuf_append_text(out, early->strict ? ", strict\n" : "\n");
}

static void dump_resources(const struct config_resources *resources, struct strbuf *out)
{
    if (resources->has_gpu_memory || resources->cpus > 0 || resources->memory_bytes > 0)
        strbuf_printf(out,
                      "resources: %" PRIu32 " GPUs with %" PRIu64 " bytes, %" PRIu64
                      " processors, %" PRIu64 " bytes\n",
                      resources->gpus, resources->gpu_memory_bytes, resources->cpus,
                      resources->memory_bytes);
}

static void dump_budget(const struct config_budget *budget, struct strbuf *out)
{
    if (budget->time_ms != 0 || budget->finish_ms != 0 || budget->patience != 0)
        strbuf_printf(out,
                      "budget: time %" PRId64 " ms, finish %" PRId64 " ms, patience %" PRIu64 "\n",
                      budget->time_ms, budget->finish_ms, budget->patience);
    if (budget->gpu_hours > 0 || budget->energy_mj > 0 || budget->cost > 0)
        strbuf_printf(out, "budget: %g GPU hours, %" PRId64 " mJ, cost %g at %g a GPU hour\n",
                      budget->gpu_hours, budget->energy_mj, budget->cost,
                      budget->cost_per_gpu_hour);
}

static void dump_container(const struct config_container *container, struct strbuf *out)
{
    static const char *const ways[] = {
        [CONFIG_GPUS_AUTO] = "auto", [CONFIG_GPUS_CDI] = "cdi", [CONFIG_GPUS_NONE] = "none"};
    if (container->engine == NULL)
        return;
    strbuf_printf(out, "container: %s, image %s, GPUs %s\n", container->engine, container->image,
                  ways[container->gpus]);
    for (size_t i = 0; i < container->mount_count; i++) {
        const struct config_mount *mount = &container->mounts[i];
        strbuf_printf(out, "mount: %s at %s%s\n", mount->host,
                      mount->inside != NULL ? mount->inside : "the same path",
                      mount->is_read_only ? ", read only" : "");
    }
    for (size_t i = 0; i < container->option_count; i++)
        strbuf_printf(out, "option: %s\n", container->options[i]);
}

static void dump_trial(const struct config_trial *trial, struct strbuf *out)
{
    strbuf_printf(out, "trial: timeout %" PRId64 " ms, grace %" PRId64 " ms, workdir %s\n",
                  trial->timeout_ms, trial->grace_ms, trial->workdir);
    if (trial->stall_ms != 0 || trial->retries != 0 || trial->max_failures != 0)
        strbuf_printf(
            out, "trial: stall %" PRId64 " ms, retries %" PRIu64 ", max_failures %" PRIu64 "\n",
            trial->stall_ms, trial->retries, trial->max_failures);
    for (size_t i = 0; i < trial->env_count; i++)
        strbuf_printf(out, "env: %s=%s\n", trial->env[i].name, trial->env[i].value);
    dump_container(&trial->container, out);
}

static void dump_config(struct arena *arena, const struct config *config, struct strbuf *out)
{
    strbuf_printf(out, "name: %s\n", config->name);
    dump_command(arena, config, out);
    dump_metric(&config->metric, out);
    for (size_t i = 0; i < config->capture_count; i++) {
        strbuf_printf(out, "capture: %s %s, at", config->captures[i].name,
                      or_none(config->captures[i].pattern));
        dump_mark(&config->captures[i].mark, out);
        strbuf_append_char(out, '\n');
    }
    strbuf_printf(out, "method: %s, at", config->method);
    dump_mark(&config->method_mark, out);
    strbuf_append_char(out, '\n');
    if (config->has_seed)
        strbuf_printf(out, "seed: %" PRIu64 "\n", config->seed);
    strbuf_printf(out, "trials: %" PRIu64 ", parallel: %" PRIu32 "\n", config->trials,
                  config->parallel);
    dump_budget(&config->budget, out);
    dump_resources(&config->resources, out);
    dump_wandb(config, out);
    dump_trial(&config->trial, out);
    dump_space(config->space, out);
}

static void read_whole(const char *name, struct strbuf *out)
{
    char path[4096];
    struct sweep_error err = {0};
    snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    strbuf_init(out, OUTPUT_MAX);
    if (!file_read(AT_FDCWD, path, out, &err))
        fail_msg("%s", err.message);
}

static void describe(const char *name, struct strbuf *out)
{
    struct strbuf source;
    struct arena arena = {0};
    struct diagnostics diagnostics = {0};
    read_whole(name, &source);
    enum config_need need =
        strncmp(name, "lacking_", 8) == 0 ? CONFIG_MAY_LACK_COMMAND : CONFIG_NEEDS_COMMAND;
    struct config *config = config_load(&arena, name, strbuf_view(&source), need, &diagnostics);
    assert_int_equal(config == NULL, diagnostics.errors > 0);
    diagnostics_format(&diagnostics, name, strbuf_view(&source), out);
    if (config != NULL)
        dump_config(&arena, config, out);
    diagnostics_release(&diagnostics);
    arena_release(&arena);
    strbuf_release(&source);
}

static void write_whole(const char *name, struct strview text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
    assert_int_equal(fclose(file), 0);
}

static bool check_file(const char *name)
{
    char golden[512];
    struct strbuf now;
    struct strbuf expected;
    snprintf(golden, sizeof golden, "%.*s.txt", (int)(strlen(name) - strlen(".yaml")), name);
    strbuf_init(&now, OUTPUT_MAX);
    describe(name, &now);
    if (getenv("UPDATE_GOLDEN") != NULL)
        write_whole(golden, strbuf_view(&now));
    read_whole(golden, &expected);
    bool same = strview_equal(strbuf_view(&now), strbuf_view(&expected));
    if (!same)
        print_error("%s: expected\n%s\nbut got\n%s\n", name, strbuf_text(&expected),
                    strbuf_text(&now));
    strbuf_release(&now);
    strbuf_release(&expected);
    return same;
}

static int is_yaml(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 5 && strcmp(entry->d_name + size - 5, ".yaml") == 0;
}

static void test_golden_files(void **state)
{
    (void)state;
    struct dirent **entries = NULL;
    int count = scandir(FOLDER, &entries, is_yaml, alphasort);
    int failures = 0;
    assert_true(count >= 80);
    for (int i = 0; i < count; i++) {
        failures += !check_file(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
