/*
 * THE key table. Readers are declared in reader.h; order is the order of the documentation.
 */
#include "config/key.h"

#include "base/array.h"
#include "config/reader.h"

#define A_TEXT     "a text"
#define A_PATTERN  "a regular expression, as in 'val_acc=(\\S+)'"
#define A_DURATION "a duration, such as 90s, 20m or 2h"
#define A_MAP      "a map of 'key: value' lines"
#define A_NUMBER   "a number"

/* Where a reader puts its value: the section's target is the struct named here. */
#define CONFIG(field) offsetof(struct draft, config.field)
#define METRIC(field) offsetof(struct config_metric, field)
#define TRIAL(field)  offsetof(struct config_trial, field)
#define PARAM(field)  offsetof(struct parameter_draft, field)

#define LATER(key_name, text)                                    \
    {                                                            \
        .name = (key_name), .help = (text), .support = KEY_LATER \
    }
#define FOREIGN(key_name, text)                                    \
    {                                                              \
        .name = (key_name), .help = (text), .support = KEY_FOREIGN \
    }

#define SECTION(section_name, section_title, rows)                        \
    {                                                                     \
        .name = (section_name), .title = (section_title), .keys = (rows), \
        .count = ARRAY_LENGTH(rows)                                       \
    }

static const struct key metric_keys[] = {
    {.name = "name",
     .takes = "the name of a number that the script prints",
     .help = "the number to optimise",
     .read = read_word,
     .offset = METRIC(name)},
    {.name = "goal",
     .takes = "minimize or maximize",
     .help = "the direction",
     .standard = "minimize",
     .read = read_goal},
    {.name = "pattern",
     .takes = A_PATTERN,
     .help = "finds the number in the output; without it the number is found by its name",
     .read = read_pattern},
    {.name = "reduce",
     .takes = "best, last, min, max or 'mean of last N'",
     .help = "how a trial's reports become its value",
     .standard = "best",
     .read = read_reduce},
    {.name = "step",
     .takes = "the name of a captured number",
     .help = "the number that counts the steps; without it reports are counted",
     .read = read_step},
    {.name = "target",
     .takes = A_NUMBER,
     .help = "a value that is good enough: a complete trial that reaches it ends the sweep",
     .read = read_target},
    LATER("impute", "the value of a failed trial"),
    LATER("impute_while_running", "the value of a running trial"),
};

static const struct section metric_section = SECTION("metric", "'metric'", metric_keys);

static const struct key budget_keys[] = {
    {.name = "trials",
     .takes = "a number of trials from 1 to 1000000000",
     .help = "how many trials to start at most",
     .read = read_count,
     .offset = CONFIG(trials),
     .min = 1,
     .max = 1000000000},
    {.name = "time",
     .takes = A_DURATION,
     .help = "how long the sweep may run, all its runs together; then no trial is started any more",
     .read = read_duration,
     .offset = CONFIG(budget.time_ms),
     .min = 1},
    {.name = "finish",
     .takes = A_DURATION,
     .help = "how long running trials may go on when the time is used up, before they are stopped",
     .standard = "0s",
     .read = read_finish,
     .offset = CONFIG(budget.finish_ms)},
    {.name = "patience",
     .takes = "a number of trials from 1 to 1000000000",
     .help = "so many trials in a row without a better one end the sweep",
     .read = read_patience,
     .offset = CONFIG(budget.patience),
     .min = 1,
     .max = 1000000000},
    LATER("gpu_hours", "how many hours of GPU time it may take"),
    LATER("energy", "how much energy it may take"),
    LATER("cost", "how much money it may cost"),
    LATER("cost_per_gpu_hour", "what an hour of GPU time costs"),
};

static const struct section budget_section = SECTION("budget", "'budget'", budget_keys);

static const struct key trial_keys[] = {
    {.name = "timeout",
     .takes = A_DURATION,
     .help = "a trial that runs longer is stopped and has failed",
     .read = read_duration,
     .offset = TRIAL(timeout_ms),
     .min = 1},
    {.name = "grace",
     .takes = A_DURATION,
     .help = "the time between the polite signal and the one that cannot be ignored",
     .standard = "30s",
     .read = read_duration,
     .offset = TRIAL(grace_ms)},
    {.name = "workdir",
     .takes = "a directory",
     .help = "where the command runs, seen from where the sweep was first started",
     .standard = ".",
     .read = read_text,
     .offset = TRIAL(workdir)},
    {.name = "env",
     .takes = "a map of NAME: value",
     .help = "environment variables of the command, besides those of the runner",
     .read = read_environment},
    {.name = "stall",
     .takes = A_DURATION,
     .help = "a trial that prints nothing for so long is stopped and has failed",
     .read = read_duration,
     .offset = TRIAL(stall_ms),
     .min = 1},
    {.name = "retries",
     .takes = "a number from 0 to 1000",
     .help = "how often a trial that failed or stalled is started again",
     .standard = "0",
     .read = read_count,
     .offset = TRIAL(retries),
     .max = 1000},
    {.name = "max_failures",
     .takes = "a number of trials from 1 to 1000000000",
     .help = "so many failed trials end the sweep; left out, 3 in the first minute of a run or 5 "
             "while nearly none comes out",
     .read = read_count,
     .offset = TRIAL(max_failures),
     .min = 1,
     .max = 1000000000},
    LATER("shell", "run the command by a shell"),
    LATER("keep_checkpoints", "which checkpoints to keep"),
    LATER("container", "the container to run the command in"),
};

static const struct section trial_section = SECTION("trial", "'trial'", trial_keys);

static const struct key parameter_keys[] = {
    {.name = "value",
     .takes = "one value",
     .help = "a constant",
     .read = read_node,
     .offset = PARAM(value)},
    {.name = "values",
     .takes = "a list of values",
     .help = "one of these, all equally likely",
     .read = read_node,
     .offset = PARAM(values)},
    {.name = "min",
     .takes = A_NUMBER,
     .help = "the least value",
     .read = read_node,
     .offset = PARAM(min)},
    {.name = "max",
     .takes = A_NUMBER,
     .help = "the largest value",
     .read = read_node,
     .offset = PARAM(max)},
    {.name = "log",
     .takes = "true or false",
     .help = "search the logarithm evenly: for rates that span powers of ten",
     .read = read_log},
    {.name = "step",
     .takes = "a number above 0",
     .help = "only min, min + step, min + 2 step, ... up to max",
     .read = read_node,
     .offset = PARAM(step)},
    {.name = "distribution",
     .takes = "the name of a distribution",
     .help = "uniform, int_uniform, log_uniform_values, categorical or constant; left out, the "
             "other keys decide",
     .read = read_node,
     .offset = PARAM(distribution)},
    LATER("when", "the condition under which the parameter is active"),
    LATER("ordered", "that the order of the values means something"),
    LATER("parameters", "a group of nested parameters"),
    LATER("probabilities", "how likely each of the values is"),
    LATER("q", "the step of Weights & Biases' q_ distributions"),
    LATER("mu", "the mean of a normal distribution"),
    LATER("sigma", "the deviation of a normal distribution"),
    LATER("a", "the first shape of a beta distribution"),
    LATER("b", "the second shape of a beta distribution"),
};

const struct section parameter_section = SECTION("parameters.NAME", "a parameter", parameter_keys);

static const struct key config_keys[] = {
    {.name = "name",
     .takes = "a name that suits a folder",
     .help = "the sweep's name; left out, the file's",
     .read = read_name},
    {.name = "command",
     .takes = "a command line, or a list of its words",
     .help = "what to run; ${name} is a parameter's value, ${args} stands for --name=value each",
     .read = read_node,
     .offset = offsetof(struct draft, command)},
    {.name = "metric",
     .takes = "'maximize NAME', 'minimize NAME' or a map with a name",
     .help = "the number to optimise, and how it is found in the output",
     .read = read_metric,
     .offset = CONFIG(metric),
     .section = &metric_section},
    {.name = "capture",
     .takes = "a map of NAME: pattern",
     .help = "other numbers worth keeping; without a pattern a number is found by its name",
     .read = read_capture},
    {.name = "method",
     .takes = "the name of a search method",
     .help = "how the next trial is chosen",
     .standard = "auto",
     .read = read_method},
    {.name = "seed",
     .takes = "a whole number from 0 to 9223372036854775807",
     .help = "makes the sweep repeatable; left out, one is drawn and recorded",
     .read = read_seed,
     .max = INT64_MAX},
    {.name = "parameters",
     .takes = "a map of parameters",
     .help = "the search space",
     .read = read_node,
     .offset = offsetof(struct draft, parameters),
     .section = &parameter_section},
    {.name = "budget",
     .takes = "a map, as in {trials: 30}",
     .help = "when to stop",
     .read = read_map,
     .section = &budget_section},
    {.name = "run_cap",
     .takes = "a number of trials from 1 to 1000000000",
     .help = "Weights & Biases' word for budget.trials",
     .read = read_run_cap,
     .offset = offsetof(struct draft, run_cap_trials),
     .min = 1,
     .max = 1000000000},
    {.name = "parallel",
     .takes = "auto, or a number of trials from 1 to 10000",
     .help = "how many trials run at a time",
     .standard = "auto",
     .read = read_parallel,
     .min = 1,
     .max = 10000},
    {.name = "trial",
     .takes = A_MAP,
     .help = "how each trial is run",
     .read = read_map,
     .offset = CONFIG(trial),
     .section = &trial_section},
    {.name = "program",
     .takes = "the name of a script",
     .help = "Weights & Biases' script; give 'command' instead",
     .read = read_node,
     .offset = offsetof(struct draft, program)},
    LATER("constraints", "conditions that every configuration meets"),
    LATER("derive", "values computed from the parameters"),
    LATER("start", "configurations to try first"),
    LATER("early_terminate", "stops trials that will not win"),
    LATER("fidelity", "the parameter that makes a trial cheaper"),
    LATER("resources", "the GPUs, CPUs and memory of a trial"),
    LATER("replicates", "runs each configuration with several seeds"),
    LATER("metrics", "several numbers to optimise"),
    LATER("limits", "conditions on the outcome"),
    LATER("warm_start", "earlier sweeps to learn from"),
    LATER("inputs", "files to fingerprint"),
    LATER("backend", "where trials run"),
    LATER("slurm", "the settings of a Slurm cluster"),
    LATER("share", "who may read the sweep's folder"),
    LATER("gpu_form", "how a trial is told its GPUs"),
    LATER("scheduler", "Weights & Biases' Launch settings"),
    LATER("job", "a Weights & Biases Launch job"),
    LATER("image_uri", "a Weights & Biases Launch image"),
    FOREIGN("description", "a description for Weights & Biases"),
    FOREIGN("project", "a project of Weights & Biases"),
    FOREIGN("entity", "an account of Weights & Biases"),
    FOREIGN("apiVersion", "the version of a Weights & Biases file"),
    FOREIGN("kind", "the kind of a Weights & Biases file"),
    FOREIGN("controller", "where Weights & Biases decides"),
};

const struct section config_section = SECTION("", "the file", config_keys);
