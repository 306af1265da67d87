/*
 * The parameters of a trial as a script that calls wandb is given them: the file that the
 * environment variable WANDB_SWEEP_PARAM_PATH names.
 *
 *     {"wandb_version":1,"lr":{"value":0.001},"optimizer":{"value":"adam"}}
 *
 * It is read as YAML 1.1, in which JSON's `1e-05` would be a text, and some characters may not
 * stand as they are: they are spelled so that what is read is what params.json says.
 */
#ifndef SWEEP_RUN_WANDB_PARAMS_H
#define SWEEP_RUN_WANDB_PARAMS_H

#include "base/strbuf.h"
#include "sweep/space.h"

/**
 * Append the file's text: what the script is told, groups as maps.
 *
 * @param params  [space count]; inactive ones are left out
 */
void wandb_params_format(const struct sweep_space *space, const struct sweep_value *params,
                         struct strbuf *out);

/** Append JSON so that YAML 1.1 reads the same from it. */
void wandb_params_respell(struct strview json, struct strbuf *out);

#endif
