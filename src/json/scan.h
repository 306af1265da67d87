/*
 * Reading params without the library, which takes five times as long: a ranking may have to look at
 * the params of 100,000 trials.
 */
#ifndef SWEEP_JSON_SCAN_H
#define SWEEP_JSON_SCAN_H

#include <stdbool.h>

#include "base/arena.h"
#include "sweep/space.h"

/**
 * As params_read(), of what is spelled as params_write() does it.
 *
 * @return false where it is spelled in another way: then `params` are not all set
 */
bool scan_params(struct arena *arena, const struct sweep_space *space, const char *text,
                 struct sweep_value *params);

#endif
