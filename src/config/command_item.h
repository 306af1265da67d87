/*
 * One word of a command template, for those who can point at the place of a mistake in it.
 */
#ifndef SWEEP_CONFIG_COMMAND_ITEM_H
#define SWEEP_CONFIG_COMMAND_ITEM_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/strview.h"
#include "config/command.h"
#include "sweep/error.h"
#include "sweep/space.h"

/**
 * Compile one word.
 *
 * @param[out] fault  on failure: the part of `word` that is wrong
 * @error SWEEP_BAD_INPUT as command_parse()
 */
bool command_item_parse(struct arena *arena, const char *word, const struct sweep_space *space,
                        struct command_item *out, struct strview *fault,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
