/*
 * What each command does; the rows of subcommand.c point here.
 */
#ifndef SWEEP_CLI_COMMANDS_H
#define SWEEP_CLI_COMMANDS_H

#include "cli/subcommand.h"

bool cmd_init(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_check(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_run(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_resume(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_pause(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_stop(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_cancel(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_add(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_retry(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_set(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_note(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_list(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_best(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_top(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_show(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_log(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_replay(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_clean(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_explain(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_export(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_ask_tell(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_doctor(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_help(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_completion(const struct invocation *call, enum exit_status *status,
                    struct sweep_error *err);
bool cmd_complete(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_schema(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_gpu_probe(const struct invocation *call, enum exit_status *status,
                   struct sweep_error *err);
bool cmd_sampler(const struct invocation *call, enum exit_status *status, struct sweep_error *err);
bool cmd_man(const struct invocation *call, enum exit_status *status, struct sweep_error *err);

#endif
