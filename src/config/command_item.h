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

/** The macro that a whole word is and that becomes several arguments, or NULL. */
const struct command_arguments *command_macro_arguments(const char *word);

/** Whether a word is a macro of Weights & Biases, or holds one, that is no macro of ours. */
bool command_macro_is_foreign(const char *word);

/** What a name stands for other than a parameter. @return false where it is no macro */
bool command_macro_find(const char *name, const struct command_scope *scope,
                        struct command_piece *out);

/**
 * Compile one word.
 *
 * @param[out] fault  on failure: the part of `word` that is wrong
 * @error SWEEP_BAD_INPUT as command_parse()
 */
bool command_item_parse(struct arena *arena, const char *word, const struct command_scope *scope,
                        struct command_item *out, struct strview *fault,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
