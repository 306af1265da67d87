/*
 * What libyaml could not read, in words for the person who wrote it.
 *
 *     if (!yaml_parser_parse(parser, &event))
 *         complaint_add(diagnostics, parser, source);
 */
#ifndef SWEEP_CONFIG_COMPLAINT_H
#define SWEEP_CONFIG_COMPLAINT_H

#include <yaml.h>

#include "base/strview.h"
#include "config/diagnostic.h"

/** Add the parser's error, with its place and what to do about it. */
void complaint_add(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                   struct strview source);

#endif
