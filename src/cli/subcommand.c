/*
 * THE table of commands and of the options that each accepts. Nothing is done here.
 */
#include "cli/subcommand.h"

#include <string.h>

#include "base/array.h"
#include "base/nearest.h"
#include "cli/commands.h"
#include "exec/sampling.h"

#define OPTION(member) offsetof(struct options, member)

static const struct option_row HELP = {
    .name = "help",
    .letter = 'h',
    .kind = OPTION_FLAG,
    .help = "show this",
    .offset = OPTION(help),
};

static const struct option_row TOP = {
    .name = "top",
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "the N best configurations, each with --seeds (default: 5)",
    .offset = OPTION(top),
};

static const struct option_row SEEDS = {
    .name = "seeds",
    .kind = OPTION_TEXT,
    .value = "N|LIST",
    .help =
        "with N fresh seeds, the same for each configuration, or with those of a list: 11,12,13",
    .offset = OPTION(seeds),
};

static const struct option_row PASS_AS = {
    .name = "pass-as",
    .kind = OPTION_TEXT,
    .value = "NAME",
    .help = "the script takes its seed as this parameter (default: 'seed' where the space has one; "
            "else it has SWEEP_SEED alone)",
    .offset = OPTION(pass_as),
};

static const struct option_row AGAIN = {
    .name = "again",
    .kind = OPTION_FLAG,
    .help = "once more, where this replay has been made already",
    .offset = OPTION(again),
};

static const struct option_row REPLAY_DRY_RUN = {
    .name = "dry-run",
    .kind = OPTION_FLAG,
    .help = "print the YAML file that it would run, and start nothing",
    .offset = OPTION(dry_run),
};

static const struct option_row JSON = {
    .name = "json",
    .kind = OPTION_FLAG,
    .help = "for programs: JSON instead of text",
    .offset = OPTION(json),
};

static const struct option_row ALL = {
    .name = "all",
    .letter = 'a',
    .kind = OPTION_FLAG,
    .help = "list all commands",
    .offset = OPTION(all),
};

static const struct option_row RESUME_ALL = {
    .name = "all",
    .kind = OPTION_FLAG,
    .help = "every interrupted sweep in ./sweeps, each in the background",
    .offset = OPTION(all),
};

static const struct option_row VERBOSE = {
    .name = "verbose",
    .letter = 'v',
    .kind = OPTION_FLAG,
    .help = "also say when a trial starts",
    .offset = OPTION(verbose),
};

static const struct option_row DRY_RUN = {
    .name = "dry-run",
    .kind = OPTION_FLAG,
    .help = "print the first commands and start nothing",
    .offset = OPTION(dry_run),
};

static const struct option_row DETACH = {
    .name = "detach",
    .kind = OPTION_FLAG,
    .help = "run in the background; what it says goes to runner.log in the sweep's directory",
    .offset = OPTION(detach),
};

static const struct option_row RERUN = {
    .name = "rerun",
    .kind = OPTION_FLAG,
    .help = "run a trial that ended without the metric again, since it is the script that was "
            "mended",
    .offset = OPTION(rerun),
};

static const struct option_row ACCEPT_CHANGES = {
    .name = "accept-changes",
    .kind = OPTION_FLAG,
    .help = "go on with the space as it is in the file now; trials outside of it stay recorded",
    .offset = OPTION(accept_changes),
};

static const struct option_row DIR = {
    .name = "dir",
    .kind = OPTION_TEXT,
    .value = "DIR",
    .help = "the sweep's directory (default: sweeps/NAME)",
    .offset = OPTION(dir),
};

static const struct option_row SET = {
    .name = "set",
    .kind = OPTION_LIST,
    .value = "KEY=VALUE",
    .help = "a key of the file, such as budget.trials=50 or parameters.lr.max=0.1, has this value "
            "whatever the file says; may be given again for other keys",
    .offset = OPTION(set),
};

static const struct option_row RECORD_DIR = {
    .name = "dir",
    .kind = OPTION_TEXT,
    .value = "DIR",
    .help = "record everything in a sweep's directory, and go on with it next time"
            " (default: nothing touches the disk)",
    .offset = OPTION(dir),
};

static const struct option_row SEED = {
    .name = "seed",
    .kind = OPTION_TEXT,
    .value = "N",
    .help = "instead of the file's",
    .offset = OPTION(seed),
};

static const struct option_row COUNT = {
    .name = "count",
    .letter = 'n',
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "how many (default: all; on a screen the first 20)",
    .offset = OPTION(count),
};

static const struct option_row WHERE = {
    .name = "where",
    .kind = OPTION_TEXT,
    .value = "EXPR",
    .help = "only trials for which this holds, as in \"lr < 0.1 and optimizer = 'adam'\"",
    .offset = OPTION(where),
};

static const struct option_row SORT = {
    .name = "sort",
    .kind = OPTION_TEXT,
    .value = "EXPR",
    .help = "the smallest first, as in duration_s; -duration_s: the largest first",
    .offset = OPTION(sort),
};

static const struct option_row KEEP = {
    .name = "keep",
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "spare those of the N best trials (default: of the best one)",
    .offset = OPTION(keep),
};

static const struct option_row CLEAN_ALL = {
    .name = "all",
    .kind = OPTION_FLAG,
    .help = "spare none",
    .offset = OPTION(all),
};

static const struct option_row CLEAN_DRY_RUN = {
    .name = "dry-run",
    .kind = OPTION_FLAG,
    .help = "only say what would be removed",
    .offset = OPTION(dry_run),
};

static const struct option_row FOLLOW = {
    .name = "follow",
    .letter = 'f',
    .kind = OPTION_FLAG,
    .help = "go on until the attempt ends",
    .offset = OPTION(follow),
};

static const struct option_row ATTEMPT = {
    .name = "attempt",
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "of that attempt (default: the newest)",
    .offset = OPTION(attempt),
};

static const struct option_row OUTPUT = {
    .name = "output",
    .letter = 'o',
    .kind = OPTION_TEXT,
    .value = "FILE",
    .help = "write to a file instead of standard output",
    .offset = OPTION(output),
};

static const struct option_row EXPORT_OUTPUT = {
    .name = "output",
    .letter = 'o',
    .kind = OPTION_TEXT,
    .value = "FILE",
    .help = "write to a file, whose ending says the format where --format does not: .csv, .tex",
    .offset = OPTION(output),
};

static const struct option_row INIT_OUTPUT = {
    .name = "output",
    .letter = 'o',
    .kind = OPTION_TEXT,
    .value = "FILE",
    .help = "the file to write (default: space.yaml)",
    .offset = OPTION(output),
};

static const struct option_row LOG = {
    .name = "log",
    .kind = OPTION_TEXT,
    .value = "LOG",
    .help = "also say what the output of a trial in this file (- is standard input) would yield",
    .offset = OPTION(log),
};

static const char *const ON_TERM_CHOICES[] = {"detach", "stop", NULL};
static const struct option_row ON_TERM = {
    .name = "on-term",
    .kind = OPTION_CHOICE,
    .value = "detach|stop",
    .help = "what SIGTERM does: leave the trials running for a later resume, or stop them"
            " (default: detach; stop under Slurm, systemd and in containers)",
    .choices = ON_TERM_CHOICES,
    .offset = OPTION(on_term),
};

static const char *const BEST_FORMAT_CHOICES[] = {"yaml",      "json", "args",  "command", "hydra",
                                                  "lightning", "env",  "space", NULL};
static const struct option_row BEST_FORMAT = {
    .name = "format",
    .kind = OPTION_CHOICE,
    .value = "FORMAT",
    .help = "yaml (default), json, args (for a command line), command (all of it), hydra "
            "(overrides), lightning (YAML for --config), env (for a shell), space (a space.yaml "
            "that runs it once more)",
    .choices = BEST_FORMAT_CHOICES,
    .offset = OPTION(format),
};

static const struct option_row WITHIN = {
    .name = "within",
    .kind = OPTION_TEXT,
    .value = "1%|0.01|1se",
    .help = "not the best, but the cheapest that is at most so much worse: a share of its value, a "
            "difference, or (with replicates) the standard error of its mean",
    .offset = OPTION(within),
};

static const struct option_row BY = {
    .name = "by",
    .kind = OPTION_TEXT,
    .value = "EXPR",
    .help = "what --within calls cheap (default: duration_s): a captured number, or an expression "
            "as `sweep top --sort` takes it",
    .offset = OPTION(by),
};

static const char *const EXPORT_FORMAT_CHOICES[] = {"jsonl", "json",    "csv",    "latex",
                                                    "md",    "methods", "bundle", NULL};
static const struct option_row EXPORT_FORMAT = {
    .name = "format",
    .kind = OPTION_CHOICE,
    .value = "FORMAT",
    .help =
        "jsonl (default), json or csv: all trials by number; latex or md: the ranking of the "
        "complete ones as a table; methods: a paragraph for a paper; bundle: a directory for an "
        "archive, with everything (-o DIR)",
    .choices = EXPORT_FORMAT_CHOICES,
    .offset = OPTION(format),
};

static const struct option_row EXPORT_COUNT = {
    .name = "count",
    .letter = 'n',
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "only the first N; in a bundle the output of the N best trials (default: 3)",
    .offset = OPTION(count),
};

static const struct option_row GPUS = {
    .name = "gpus",
    .kind = OPTION_FLAG,
    .help = "each GPU: who uses it, and whether a trial would get it",
    .offset = OPTION(gpus),
};

static const struct option_row AT_BOOT = {
    .name = "at-boot",
    .kind = OPTION_FLAG,
    .help = "print what makes this machine go on with the sweeps in ./sweeps after a reboot",
    .offset = OPTION(at_boot),
};

static const struct option_row REPAIR = {
    .name = "repair",
    .kind = OPTION_TEXT,
    .value = "SWEEP",
    .help = "check the database of a sweep, and rebuild it from the files of its trials where it "
            "is damaged or missing",
    .offset = OPTION(repair),
};

#define OPTIONS(...) ((const struct option_row *const[]){__VA_ARGS__, &HELP, NULL})

static const struct subcommand TABLE[] = {
    {.name = "init",
     .rank = SUBCOMMAND_FIRST,
     .operand = "[-- COMMAND ...]",
     .summary = "write a first space.yaml for a training command",
     .details = "Guesses a range for each option of the command, which is only looked at, never "
                "run:\n\n  sweep init -- python train.py --lr 0.001 --batch-size 64 --epochs 30\n\n"
                "A file that is there already is never overwritten.",
     .options = OPTIONS(&INIT_OUTPUT, &JSON),
     .takes_command = true,
     .run = cmd_init},
    {.name = "check",
     .rank = SUBCOMMAND_FIRST,
     .operand = "FILE",
     .summary = "say what is wrong with a YAML file, or what it would run",
     .details =
         "Prints the space, its size and three sample commands. Starts nothing. The exit code "
         "is 2 when\nthe file has mistakes, and when the metric is not found in LOG.",
     .options = OPTIONS(&LOG, &JSON),
     .run = cmd_check},
    {.name = "run",
     .rank = SUBCOMMAND_FIRST,
     .operand = "FILE",
     .summary = "run a sweep, or go on with it if it was interrupted",
     .details = "Everything is kept in sweeps/NAME. Ctrl-C once lets running trials finish, twice "
                "stops them;\neither way `sweep resume` goes on and loses nothing.",
     .options =
         OPTIONS(&SET, &DIR, &DRY_RUN, &DETACH, &RERUN, &ACCEPT_CHANGES, &ON_TERM, &VERBOSE, &JSON),
     .run = cmd_run},
    {.name = "best",
     .rank = SUBCOMMAND_FIRST,
     .operand = "[SWEEP]",
     .summary = "the best configuration, as YAML",
     .options = OPTIONS(&BEST_FORMAT, &WITHIN, &BY, &OUTPUT, &JSON),
     .run = cmd_best},
    {.name = "doctor",
     .rank = SUBCOMMAND_FIRST,
     .operand = "",
     .summary = "say what works here, and repair the database of a sweep",
     .details = "With --repair the database is compared with what the supervisors of the trials "
                "wrote.\nWhere it is damaged, gone or says something else, another is made from "
                "their files;\nthe old one is kept.",
     .options = OPTIONS(&GPUS, &REPAIR, &AT_BOOT, &JSON),
     .run = cmd_doctor},
    {.name = "resume",
     .operand = "[SWEEP]",
     .summary = "go on with an interrupted or paused sweep; nothing is run twice",
     .details =
         "With --all, as after a reboot, what people paused or stopped is left so. What runners\n"
         "in the background say is in `runner.log` in the sweep's folder.",
     .options = OPTIONS(&RESUME_ALL, &DETACH, &RERUN, &ON_TERM, &VERBOSE, &JSON),
     .run = cmd_resume},
    {.name = "pause",
     .operand = "[SWEEP]",
     .summary = "start no new trials until `sweep resume`; running ones go on",
     .details = "The runner stays up and waits. Ctrl-C ends it, and the sweep is still paused.",
     .options = OPTIONS(&JSON),
     .run = cmd_pause},
    {.name = "stop",
     .operand = "[SWEEP]",
     .summary = "start no new trials; running ones finish, then the sweep ends",
     .details = "`sweep resume` takes it up again.",
     .options = OPTIONS(&JSON),
     .run = cmd_stop},
    {.name = "cancel",
     .operand = "[SWEEP|TRIAL]",
     .summary = "stop all running trials for good and end the sweep, or stop one",
     .details = "A trial gets SIGTERM and, after its grace, SIGKILL. Cancelled twice it gets no"
                " grace.",
     .options = OPTIONS(&JSON),
     .run = cmd_cancel},
    {.name = "add",
     .operand = "[SWEEP] NAME=VALUE ...",
     .summary = "try these parameters next",
     .details =
         "Parameters that are not named are drawn. The trial counts in the budget; where that"
         " is\ngiven out it runs all the same.",
     .options = OPTIONS(&JSON),
     .takes_several = true,
     .run = cmd_add},
    {.name = "retry",
     .operand = "[SWEEP|TRIAL]",
     .summary = "run all failed trials again, or one that failed or was stopped",
     .details = "A finished trial never changes: each is run again as a new trial with the same"
                " parameters,\nwhich the budget does not count.",
     .options = OPTIONS(&JSON),
     .run = cmd_retry},
    {.name = "set",
     .operand = "[SWEEP] KEY=VALUE ...",
     .summary = "change budget, parallel or limits of a sweep, also while it runs",
     .details =
         "As in: sweep set budget.trials=50 parallel=4 trial.timeout=2h. The file stays as it is;"
         "\nwhat is set wins over it until the file itself says something else of that key.",
     .options = OPTIONS(&JSON),
     .takes_several = true,
     .run = cmd_set},
    {.name = "note",
     .operand = "[SWEEP|TRIAL] TEXT",
     .summary = "note something on a sweep or a trial",
     .details = "`sweep show` has all notes of a trial, `sweep top` the latest of each.",
     .options = OPTIONS(&JSON),
     .takes_several = true,
     .run = cmd_note},
    {.name = "list",
     .operand = "",
     .summary = "the sweeps in ./sweeps and how they stand",
     .options = OPTIONS(&JSON),
     .run = cmd_list},
    {.name = "top",
     .operand = "[SWEEP ...]",
     .takes_several = true,
     .summary = "the ranking, of several sweeps side by side",
     .details = "EXPR is an expression over parameters, captured numbers and value, last, step,\n"
                "trial, state, reason, duration_s, attempts and sweep, and over what a trial\n"
                "took: energy (joule), gpu_memory (bytes, the most on one GPU), gpu_busy\n"
                "(percent), cpu (seconds), memory (bytes). Texts stand in single quotes, unusual\n"
                "names in double ones: \"learning-rate\". Where a name could be several things:\n"
                "params.NAME, captured.NAME, row.NAME.",
     .options = OPTIONS(&COUNT, &WHERE, &SORT, &JSON),
     .run = cmd_top},
    {.name = "show",
     .operand = "TRIAL",
     .summary = "all about one trial: 12, or digits/12",
     .options = OPTIONS(&JSON),
     .run = cmd_show},
    {.name = "log",
     .operand = "TRIAL",
     .summary = "the output of one trial",
     .options = OPTIONS(&FOLLOW, &ATTEMPT),
     .run = cmd_log},
    {.name = "explain",
     .operand = "[SWEEP|TRIAL]",
     .summary = "what a sweep has learnt, or why a trial was tried, in words",
     .details = "As a model sees it; with few trials it says that it cannot tell yet.",
     .options = OPTIONS(&JSON),
     .run = cmd_explain},
    {.name = "export",
     .operand = "[SWEEP]",
     .summary = "trials as rows for other programs, as tables and words for papers",
     .options = OPTIONS(&EXPORT_FORMAT, &WHERE, &EXPORT_COUNT, &EXPORT_OUTPUT),
     .run = cmd_export},
    {.name = "replay",
     .operand = "[SWEEP|TRIAL]",
     .summary = "run a trial again as it was, or the winners with fresh seeds",
     .details =
         "`sweep replay 12` runs the same command with the same params, environment and "
         "SWEEP_SEED,\n"
         "and says whether the value comes out the same.\n"
         "`sweep replay --top 3 --seeds 5` runs the three best configurations with five seeds "
         "that\n"
         "no trial had: the best of many noisy values is too good, and these are not. At the end\n"
         "stand the mean of each, its 95% interval (mean -+ t sd/sqrt(n), Student's t with n - 1\n"
         "degrees of freedom), and whether the winner can be told from the second. `sweep replay "
         "12\n"
         "--seeds 5` does it with one configuration.\n"
         "A replay is a sweep of its own beside the first, such as sweeps/digits-replay-top3. The\n"
         "same command again goes on with it, or says its result.",
     .options = OPTIONS(&TOP, &SEEDS, &PASS_AS, &AGAIN, &REPLAY_DRY_RUN, &DETACH, &ON_TERM,
                        &VERBOSE, &JSON),
     .run = cmd_replay},
    {.name = "clean",
     .operand = "[SWEEP]",
     .summary = "remove what finished trials saved as checkpoints",
     .details =
         "Results and output stay. `trial.keep_checkpoints: best 3` in the YAML does it\nwhile"
         " the sweep runs.",
     .options = OPTIONS(&KEEP, &CLEAN_ALL, &CLEAN_DRY_RUN, &JSON),
     .run = cmd_clean},
    {.name = "ask-tell",
     .operand = "FILE",
     .summary = "suggest params to another program, over JSON lines",
     .details =
         "One object a line on standard input, one answer a line on standard output:\n"
         "  {\"op\":\"ask\"}                              {\"trial\":1,\"params\":{...}}\n"
         "  {\"op\":\"tell\",\"trial\":1,\"value\":0.3}       {\"ok\":true}\n"
         "  {\"op\":\"tell\",\"trial\":2,\"state\":\"failed\"}  {\"ok\":true}\n"
         "  {\"op\":\"best\"}                             {\"trial\":1,\"value\":0.3,...}\n"
         "and report, add, pending. The file needs no command. examples/ask_tell.py shows it.",
     .options = OPTIONS(&RECORD_DIR, &SEED, &ACCEPT_CHANGES),
     .run = cmd_ask_tell},
    {.name = "help",
     .operand = "[COMMAND]",
     .summary = "what there is, or one command",
     .options = OPTIONS(&ALL),
     .run = cmd_help},
    {.name = "completion",
     .operand = "SHELL",
     .summary = "let bash, zsh or fish complete commands, sweeps and trials",
     .details = "Where sweep is installed the shells find it by themselves. Otherwise, in "
                "~/.bashrc:\n\n  source <(sweep completion bash)",
     .options = OPTIONS(&OUTPUT),
     .run = cmd_completion},
    {.name = "schema",
     .operand = "",
     .summary = "the JSON Schema of a YAML file, for editors",
     .details = "Editors that speak YAML's language server take it by a first line such as\n\n"
                "  # yaml-language-server: $schema=space.schema.json\n\n"
                "It knows the keys and the form of their values; `sweep check` knows more.",
     .options = OPTIONS(&OUTPUT),
     .run = cmd_schema},
    {.name = "__complete",
     .rank = SUBCOMMAND_HIDDEN,
     .operand = "[-- WORD ...]",
     .summary = "what may stand in the place of the last word",
     .options = (const struct option_row *const[]){&HELP, NULL},
     .takes_command = true,
     .run = cmd_complete},
    {.name = "gpu-probe",
     .rank = SUBCOMMAND_HIDDEN,
     .operand = "",
     .summary = "one look at the GPUs, which may hang in their driver",
     .options = (const struct option_row *const[]){&HELP, NULL},
     .run = cmd_gpu_probe},
    {.name = SAMPLING_COMMAND,
     .rank = SUBCOMMAND_HIDDEN,
     .operand = "",
     .summary = "watches what trials take, for a runner",
     .options = (const struct option_row *const[]){&HELP, NULL},
     .run = cmd_sampler},
    {.name = "man",
     .rank = SUBCOMMAND_HIDDEN,
     .operand = "[PAGE]",
     .summary = "the source of a manual page, with the prose on standard input",
     .options = (const struct option_row *const[]){&HELP, NULL},
     .run = cmd_man},
    {.name = NULL},
};

static const char *nearest(const char *name)
{
    const char *names[ARRAY_LENGTH(TABLE)];
    size_t count = 0;
    for (const struct subcommand *row = TABLE; row->name != NULL; row++)
        if (row->rank != SUBCOMMAND_HIDDEN)
            names[count++] = row->name;
    return nearest_word(name, names, count);
}

const struct subcommand *subcommand_find(const char *name, struct sweep_error *err)
{
    for (const struct subcommand *row = TABLE; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    const char *meant = nearest(name);
    if (meant != NULL)
        sweep_error_set(err, SWEEP_USAGE, "there is no command '%s'; did you mean '%s'?", name,
                        meant);
    else
        sweep_error_set(err, SWEEP_USAGE, "there is no command '%s'; `sweep help --all` lists them",
                        name);
    return NULL;
}

const struct subcommand *subcommand_table(void)
{
    return TABLE;
}
