/*
 * Parameters that a sweep had before its space was changed. Its trials keep them, so that whoever
 * reads these must know what they were; no new trial has them.
 *
 *     config_append_former(old, edited, &text);      what is set as CONFIG_FORMER from then on
 *
 * They are set apart from the file, as people set keys, but nobody writes them. Of one that had
 * listed values these are kept: with a single one it is known what a trial had that has it, and
 * numbers keep their spelling.
 */
#ifndef SWEEP_CONFIG_FORMER_H
#define SWEEP_CONFIG_FORMER_H

#include "config/reader.h"

/** The most that is kept of them [bytes]: what a document may hold, whatever stands in it. */
#define FORMER_TEXT_MAX ((size_t)128 * 1024)

/** The values of a parameter that had more are not kept. */
#define FORMER_VALUES_MAX 1000

/**
 * Append them as one line of YAML: `[{"path": ["k"], "values": [1]}, ...]`. An empty list says that
 * the space was another one.
 *
 * @param old     what the sweep was run by, with former ones of its own
 * @param edited  what it goes on with
 */
void config_append_former(const struct config *old, const struct config *edited,
                          struct strbuf *out);

/**
 * The name of a parameter that stands elsewhere in one of the two: as a group, or in other groups,
 * so that trials of both could not be written alike; or NULL.
 */
const char *config_find_clash(const struct config *old, const struct config *edited);

/**
 * Read reader->former against the space that is searched, which is there.
 *
 * @param[out] count  0 where there are none
 * @return [count]
 */
const struct sweep_parameter *former_read(struct reader *reader, size_t *count);

#endif
