/*
 * One assignment as a JSON object: in the database, in a trial's params.json, in exports.
 *
 * Inactive parameters are left out; nested ones stand in objects of their groups. Numbers keep the
 * YAML's spelling where that is JSON.
 */
#ifndef SWEEP_JSON_PARAMS_H
#define SWEEP_JSON_PARAMS_H

#include <stdbool.h>

#include "base/arena.h"
#include "sweep/error.h"
#include "sweep/space.h"
#include "json/json.h"
#include "json/tree.h"

/** Write one value; what is inactive, as null. */
void params_write_value(struct json_writer *writer, const struct sweep_value *value);

/** Take over a value that was read as JSON. @param arena  for the parts of lists and maps */
struct sweep_value params_value_of(struct arena *arena, const struct json_node *node);

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
