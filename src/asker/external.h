/*
 * A strategy in a process of its own: `method: [command, ...]`.
 *
 * It is told and asked over lines of JSON, one answer to each:
 *
 *     {"op":"start","seed":7,"goal":"maximize","parameters":[{"name":"lr","min":1e-05,"max":0.1,
 *      "log":true,"integer":false},{"name":"opt","values":["sgd","adam"]}]}      {"ok":true}
 *     {"op":"tell","trial":1,"params":{...},"state":"complete","value":0.3}      {"ok":true}
 *     {"op":"ask","trial":7,"pending":[{"trial":5,"params":{...}}]}              {"params":{...}}
 *                                                                            or  {"done":true}
 *
 * In a space with rules a parameter may have "when":"opt = 'sgd'", and "constraints" lists what
 * every answer has to meet; inactive parameters are left out of params, on both sides.
 *
 * Before an ask it was told all trials of the finished prefix, in order of arrival; one that is
 * started for a sweep that goes on is told them all again. So a strategy whose answer depends on
 * what it was told and asked, on the seed and on the trial's number gives the same sweep whether it
 * is interrupted or not.
 *
 * Ownership: opaque, external_free(); settings are borrowed.
 */
#ifndef SWEEP_ASKER_EXTERNAL_H
#define SWEEP_ASKER_EXTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "asker/coprocess.h"
#include "sweep/error.h"
#include "sweep/strategy.h"

/** How long a strategy may think about one line [ms]. */
#define EXTERNAL_DEADLINE_MS 60000

/** What stands for it among strategies: it has a name and no functions. */
extern const struct sweep_strategy external_strategy;

struct external;

/** Prepare it; its process is started with the first ask. */
struct external *external_create(const struct coprocess_settings *settings,
                                 const struct sweep_space *space,
                                 struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Ask it.
 *
 * @param out          params are filled when the answer is SWEEP_SUGGESTED
 * @error SWEEP_SPAWN when it dies, is late, or answers what cannot be
 */
bool external_ask(struct external *external, const struct sweep_ask *ask,
                  struct sweep_suggestion *out, enum sweep_answer *answer,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** End the current ask; may be called from another thread. */
void external_cancel(struct external *external);

/** NULL is allowed. */
void external_free(struct external *external);

#endif
