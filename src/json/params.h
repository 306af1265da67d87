/*
 * One assignment as a JSON object: in the database, in a trial's params.json, in exports.
 *
 * Inactive parameters are left out. Numbers keep the YAML's spelling where that is JSON.
 */
#ifndef SWEEP_JSON_PARAMS_H
#define SWEEP_JSON_PARAMS_H

#include <stdbool.h>

#include "base/arena.h"
#include "sweep/error.h"
#include "sweep/space.h"
#include "json/json.h"

/** Write `params` [space count] as one object value. */
void params_write(struct json_writer *writer, const struct sweep_space *space,
                  const struct sweep_value *params);

/** The same of the first `count` alone. */
void params_write_first(struct json_writer *writer, const struct sweep_space *space,
                        const struct sweep_value *params, size_t count);

/**
 * Read what params_write() wrote. Texts are the space's own where they are listed there, else
 * copied to the arena. Listed numbers get their spelling back.
 *
 * @param[out] params  [space count]
 * @error SWEEP_DATABASE when it is not such an object or names an unknown parameter
 */
bool params_read(struct arena *arena, const struct sweep_space *space, const char *text,
                 struct sweep_value *params, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
