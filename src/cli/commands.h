/*
 * The commands, each in a cmd_*.c of its own.
 */
#ifndef SWEEP_CLI_COMMANDS_H
#define SWEEP_CLI_COMMANDS_H

#include "cli/subcommand.h"

extern const struct subcommand subcommand_init;
extern const struct subcommand subcommand_check;
extern const struct subcommand subcommand_run;
extern const struct subcommand subcommand_best;
extern const struct subcommand subcommand_doctor;
extern const struct subcommand subcommand_resume;
extern const struct subcommand subcommand_pause;
extern const struct subcommand subcommand_stop;
extern const struct subcommand subcommand_cancel;
extern const struct subcommand subcommand_add;
extern const struct subcommand subcommand_retry;
extern const struct subcommand subcommand_set;
extern const struct subcommand subcommand_note;
extern const struct subcommand subcommand_list;
extern const struct subcommand subcommand_top;
extern const struct subcommand subcommand_show;
extern const struct subcommand subcommand_log;
extern const struct subcommand subcommand_explain;
extern const struct subcommand subcommand_export;
extern const struct subcommand subcommand_replay;
extern const struct subcommand subcommand_clean;
extern const struct subcommand subcommand_ask_tell;
extern const struct subcommand subcommand_help;
extern const struct subcommand subcommand_completion;
extern const struct subcommand subcommand_schema;
extern const struct subcommand subcommand_complete;
extern const struct subcommand subcommand_gpu_probe;
extern const struct subcommand subcommand_sampler;
extern const struct subcommand subcommand_man;

#endif
