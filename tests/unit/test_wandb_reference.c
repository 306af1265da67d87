/*
 * What Weights & Biases documents and does, line by line: a row is a file, the command that comes
 * of it where every parameter is drawn at one point of its unit interval, and what is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "config/config.h"
#include "space/space.h"

#define TEXT_MAX 8192

/* One parameter `x`, passed as `--x=...`. */
#define OF(distribution) "program: t\nmethod: random\nparameters:\n  x: " distribution "\n"

/* The same under grid. */
#define GRID(distribution) "program: t\nmethod: grid\nparameters:\n  x: " distribution "\n"

/* Two parameters, and a command of their macros. */
#define COMMAND(words) \
    "run_cap: 1\ncommand: [" words "]\nparameters:\n  b: {value: true}\n  a: {value: 1}\n"

/* A file with one more key at its top. */
#define TOP(line) "program: t\n" line "\nparameters:\n  x: {value: 1}\n"

static const struct row {
    const char *yaml;
    double u;
    const char *words; /* behind the program, joined by blanks; NULL: refused */
    const char *says;  /* occurs in what is said; NULL: nothing is said */
} rows[] = {
    /* parameters */
    {OF("{value: 3}"), 0.5, "--x=3", NULL},
    {OF("{distribution: constant, value: 3}"), 0.5, "--x=3", NULL},
    {OF("{values: [a, b]}"), 0.7, "--x=b", NULL},
    {OF("{distribution: categorical, values: [a, b]}"), 0.2, "--x=a", NULL},
    {OF("{values: [a, b], probabilities: [0.9, 0.1]}"), 0.85, "--x=a", NULL},
    {OF("{distribution: categorical_w_probabilities, values: [a, b], probabilities: [0.9, 0.1]}"),
     0.95, "--x=b", NULL},
    {OF("{values: [a, b], probabilities: [0.9, 0.2]}"), 0, NULL, "sum to 1.1"},
    {OF("{values: [a, b], probabilities: [1.0]}"), 0, NULL, "2 values and 1 probabilities"},
    {OF("{distribution: int_uniform, min: 1, max: 4}"), 0.99, "--x=4", NULL},
    {OF("{min: 1, max: 4}"), 0.01, "--x=1", NULL},
    {OF("{min: 1.0, max: 4.0}"), 0.5, "--x=2.5", NULL},
    {OF("{min: 1, max: 4.0}"), 0.5, "--x=2.5", "only one bound is an integer"},
    {OF("{distribution: uniform, min: 1, max: 4}"), 0.5, "--x=2.5", NULL},
    {OF("{distribution: q_uniform, min: 32, max: 96}"), 0.5, "--x=64.0", NULL},
    {OF("{distribution: q_uniform, min: 32, max: 96, q: 1}"), 0.5, "--x=64", NULL},
    {OF("{distribution: q_uniform, min: 0, max: 8, q: 2}"), 0.125, "--x=0", NULL}, /* tie: 1 */
    {OF("{distribution: q_uniform, min: 0, max: 8, q: 2}"), 0.375, "--x=4", NULL}, /* tie: 3 */
    {OF("{distribution: q_uniform, min: 1, max: 9, q: 5}"), 0.99, "--x=10", NULL}, /* not clamped */
    {OF("{distribution: log_uniform, min: 0.0, max: 1.0}"), 0, "--x=1.0", "natural logarithms"},
    {OF("{distribution: log_uniform, min: 16, max: 256}"), 0, "--x=8886110.520507872",
     "log_uniform_values"},
    {OF("{distribution: log_uniform_values, min: 1.0, max: 100.0}"), 0.5, "--x=10.000000000000002",
     NULL},
    {OF("{distribution: log_uniform_values, min: 0, max: 1}"), 0, NULL, "needs a min above 0"},
    {OF("{distribution: q_log_uniform, min: 0, max: 2, q: 1}"), 0.5, "--x=3", "logarithms"},
    {OF("{distribution: q_log_uniform_values, min: 16, max: 256, q: 16}"), 0.5, "--x=64", NULL},
    {OF("{distribution: inv_log_uniform, min: 0, max: 0.5}"), 0.9999999999999999, "--x=1.0",
     "natural logarithms"},
    {OF("{distribution: inv_log_uniform_values, min: 0.25, max: 4.0}"), 0.5, "--x=1.0", NULL},
    {OF("{distribution: normal}"), 0.5, "--x=0.0", NULL},
    {OF("{distribution: normal, mu: 3, sigma: 0.5}"), 0.5, "--x=3.0", NULL},
    {OF("{distribution: q_normal, mu: 100, sigma: 10}"), 0.5, "--x=100.0", NULL},
    {OF("{distribution: q_normal, mu: 100, sigma: 10, q: 8}"), 0.5, "--x=96", NULL}, /* tie: 12.5 */
    {OF("{distribution: log_normal}"), 0.5, "--x=1.0", NULL},
    {OF("{distribution: q_log_normal, mu: 3, q: 4}"), 0.5, "--x=20", NULL},
    {OF("{distribution: beta, a: 0}"), 0, NULL, "must be a finite number above 0"},
    {OF("{distribution: q_beta, q: 0.125}"), 0.5, "--x=0.5", NULL},
    {OF("{distribution: q_beta, a: 2, b: 2}"), 0.4, "--x=0.0", NULL},
    {OF("{distribution: q_beta, a: 2, b: 2, q: 0.25}"), 0.5, "--x=0.5", NULL},
    {OF("{min: 2, max: 2}"), 0, NULL, "write 'value: 2'"},
    {OF("{min: 3, max: 2}"), 0, NULL, "swap them?"},
    {GRID("{distribution: q_uniform, min: 0, max: 8, q: 2}"), 0.999, "--x=6", NULL},
    {GRID("{distribution: q_uniform, min: 1, max: 4}"), 0.999, "--x=3.0", NULL},
    /* values, and numbers of YAML 1.1 */
    {OF("{value: 1e-5}"), 0, "--x=1e-5", "is read as a number"},
    {OF("{value: !!float 1e-5}"), 0, "--x=1e-5", NULL},
    {OF("{value: 1.0e-5}"), 0, "--x=1.0e-5", NULL},
    {OF("{value: yes}"), 0, "--x=True", "true or false"},
    {OF("{value: off}"), 0, "--x=False", "true or false"},
    {OF("{value: None}"), 0, "--x=None", NULL},
    {OF("{value: null}"), 0, "--x=None", NULL},
    {OF("{values: [null, warmup]}"), 0.6, "--x=warmup", NULL},
    {OF("{values: [[55, 110], [32, 96]]}"), 0.1, "--x=[55, 110]", NULL},
    {OF("{value: {lr: 0.001, name: x}}"), 0, "--x={'lr': 0.001, 'name': 'x'}", NULL},
    {OF("{distribution: log_uniform_values, min: 0.00001, max: 1.0}"), 0.0, "--x=1e-05", NULL},
    /* nesting */
    {OF("{parameters: {nadam: {parameters: {beta: {value: 0.9}}}, lr: {value: 0.001}}}"), 0,
     "--x={'lr': 0.001, 'nadam': {'beta': 0.9}}", NULL},
    {"program: t\nnested: dotted\nparameters:\n  x: {parameters: {lr: {value: 1}}}\n", 0,
     "--x.lr=1", NULL},
    {"program: t\nparameters:\n  model.lr: {value: 1}\n", 0, "--model.lr=1", NULL},
    /* the command */
    {COMMAND("run, '${args}'"), 0, "--a=1 --b=True", NULL},
    {COMMAND("run, '${args_no_equals}'"), 0, "--a 1 --b True", NULL},
    {COMMAND("run, '${args_no_hyphens}'"), 0, "a=1 b=True", NULL},
    {COMMAND("run, '${args_no_boolean_flags}'"), 0, "--a=1 --b", NULL},
    {COMMAND("run, '${args_append_hydra}'"), 0, "+a=1 +b=True", NULL},
    {COMMAND("run, '${args_override_hydra}'"), 0, "++a=1 ++b=True", NULL},
    {COMMAND("run, '${args_json}'"), 0, "{\"a\":1,\"b\":true}", NULL},
    {COMMAND("run, '${args_json_file}'"), 0, "params.json", NULL},
    {COMMAND("run, '${envvar:SET_NOWHERE}', '${args}'"), 0, "SET_NOWHERE --a=1 --b=True", NULL},
    {COMMAND("run, '--a', '${a}', '${b}'"), 0, "--a 1 True", NULL},
    {COMMAND("run, '${c}'"), 0, NULL, "there is no parameter 'c'"},
    {COMMAND("run, '${args_dict}'"), 0, NULL, "is no macro for a command"},
    {COMMAND("run, 5, true, null, '${args}'"), 0, "5 True None --a=1 --b=True", NULL},
    {COMMAND("run, '${program}'"), 0, NULL, "there is no such key"},
    {"program: t\ncommand: [run, '${program}']\nparameters: {a: {value: 1}}\n", 0, "t",
     "passes no parameter on"},
    {"program: t\ncommand: [run, '${args}']\nparameters: {a: {value: 1}}\n", 0, "--a=1",
     "'program' is not used"},
    /* the top of the file */
    {TOP("run_cap: 5"), 0, "--x=1", NULL},
    {TOP("run_cap: 0"), 0, NULL, "'run_cap' takes"},
    {TOP("name: a sweep"), 0, "--x=1", NULL},
    {TOP("description: words"), 0, "--x=1", "not used here"},
    {TOP("project: p"), 0, "--x=1", "not used here"},
    {TOP("entity: e"), 0, "--x=1", "not used here"},
    {TOP("controller: {type: local}"), 0, "--x=1", "not used here"},
    {TOP("apiVersion: v1"), 0, "--x=1", "not used here"},
    {TOP("kind: sweep"), 0, "--x=1", "not used here"},
    {TOP("scheduler: {engine: wandb}"), 0, "--x=1", NULL},
    {TOP("scheduler: {engine: ax}"), 0, "--x=1", "'method' decides"},
    {TOP("scheduler: {num_workers: 8}"), 0, "--x=1", "'parallel: 8'"},
    {TOP("job: a"), 0, "--x=1", "'job' is not used here"},
    {TOP("image_uri: a"), 0, "--x=1", "'image_uri' is not used here"},
    {"job: a\nparameters:\n  x: {value: 1}\n", 0, NULL, "servers of Weights & Biases"},
    {"image_uri: a\nparameters:\n  x: {value: 1}\n", 0, NULL, "servers of Weights & Biases"},
    {TOP("method: custom"), 0, NULL, "servers of Weights & Biases"},
    {TOP("metrics: [{name: a}, {name: b}]"), 0, NULL, "not supported yet"},
    {TOP("run_name: x"), 0, "--x=1", "warning: unknown key 'run_name'"},
    {TOP("parallel: 2\nrun_name: x"), 0, NULL, "error: unknown key 'run_name'"},
    /* the metric */
    {TOP("metric: {name: l, goal: maximize, target: 2, impute: best}"), 0, "--x=1", NULL},
    {TOP("metric: {name: l, impute: latest, impute_while_running: worst}"), 0, "--x=1", NULL},
    {TOP("metric: {name: l, goal: down}"), 0, "--x=1", "warning: 'goal' takes minimize"},
    {TOP("metric: {goal: minimize}"), 0, NULL, "'metric' needs a 'name'"},
    /* early_terminate */
    {TOP("metric: {name: l}\nearly_terminate: {type: hyperband, min_iter: 3}"), 0, "--x=1",
     "no trial is stopped early yet"},
    {TOP("metric: {name: l}\nearly_terminate: {type: hyperband, max_iter: 27, s: 2, eta: 2}"), 0,
     "--x=1", "no trial is stopped early yet"},
    {TOP("metric: {name: l}\nearly_terminate: {type: hyperband, max_iter: 27}"), 0, NULL,
     "needs 's'"},
    {TOP("metric: {name: l}\nearly_terminate: {type: hyperband, min_iter: 1}"), 0, "--x=1",
     "very first report"},
    {TOP("metric: {name: l}\nearly_terminate: {type: hyperband, min_iter: 3, eta: 1}"), 0, NULL,
     "must be above 1"},
    {TOP("early_terminate: {type: hyperband, min_iter: 3}"), 0, NULL, "there is none"},
};

/* What stands behind `/usr/bin/env python t`, or behind `run`. */
static void join_words(struct arena *arena, const struct config *config, double u,
                       struct strbuf *out)
{
    size_t count = sweep_space_count(config->space);
    struct sweep_value *params = arena_alloc_array(arena, count, sizeof *params);
    for (size_t i = 0; i < count; i++)
        params[i] = sweep_parameter_draw(sweep_space_parameter(config->space, i), u);
    char **words = command_expand(arena, &config->command, config->space, params, NULL);
    words += strcmp(words[0], "run") == 0 ? 1 : 3;
    for (size_t i = 0; words[i] != NULL; i++) {
        strbuf_append_text(out, i > 0 ? " " : "");
        strbuf_append_text(out, words[i]);
    }
}

static bool check_row(const struct row *row)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {0};
    struct strbuf said;
    struct strbuf words;
    strbuf_init(&said, TEXT_MAX);
    strbuf_init(&words, TEXT_MAX);
    struct config *config =
        config_load(&arena, "w.yaml", strview_of(row->yaml), CONFIG_NEEDS_COMMAND, &diagnostics);
    diagnostics_format(&diagnostics, "w.yaml", strview_of(row->yaml), &said);
    if (config != NULL)
        join_words(&arena, config, row->u, &words);
    bool is_right =
        (config == NULL) == (row->words == NULL) &&
        (config == NULL || strcmp(strbuf_text(&words), row->words) == 0) &&
        (row->says == NULL ? said.size == 0 : strstr(strbuf_text(&said), row->says) != NULL);
    if (!is_right)
        print_error("%sgives '%s'\n%s\n", row->yaml, strbuf_text(&words), strbuf_text(&said));
    strbuf_release(&said);
    strbuf_release(&words);
    diagnostics_release(&diagnostics);
    arena_release(&arena);
    return is_right;
}

static void test_reference(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        wrong += !check_row(&rows[i]);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reference)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
