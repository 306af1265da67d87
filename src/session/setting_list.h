/*
 * Keys that people set apart from the file, in the order in which they hold: `budget.trials=50`.
 *
 *     if (!setting_list_parse(&given, &arena, assignments, count, err)) ...
 *     setting_list_merge(&both, &arena, &recorded, &given);
 *
 * A key takes the place of itself and of all that was set below it: `trial.env` that of
 * `trial.env.HOME`.
 *
 * Ownership: the items live in the arena, or where they came from.
 */
#ifndef SWEEP_SESSION_SETTING_LIST_H
#define SWEEP_SESSION_SETTING_LIST_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "store/store.h"

/**
 * Split KEY=VALUE, in place.
 *
 * @error SWEEP_USAGE when it is none, its key is too long, or one that people do not set
 */
bool setting_parse(char *text, struct store_setting *out, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Make a list of KEY=VALUE, [count]. @error as setting_parse() */
bool setting_list_parse(struct store_settings *list, struct arena *arena,
                        const char *const *assignments, size_t count,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** Make a list of two, of which the second wins. */
void setting_list_merge(struct store_settings *list, struct arena *arena,
                        const struct store_settings *before, const struct store_settings *after);

/** Make a list in which a key has this value; NULL: none. */
void setting_list_replace(struct store_settings *list, struct arena *arena, const char *key,
                          const char *value);

/** The value of a key, or NULL. */
const char *setting_list_find(const struct store_settings *list, const char *key);

/** Whether two lists set the same keys to the same texts. */
bool setting_list_equal(const struct store_settings *a, const struct store_settings *b);

/** Append those that people set, for people: `budget.trials=50, parallel=2`. */
void setting_list_append(const struct store_settings *list, struct strbuf *out);

#endif
