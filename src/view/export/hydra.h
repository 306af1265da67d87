/*
 * An assignment as overrides for Hydra: `lr=0.003 optimizer=adam 'note=\'a, b\''`.
 */
#ifndef SWEEP_VIEW_EXPORT_HYDRA_H
#define SWEEP_VIEW_EXPORT_HYDRA_H

#include "base/strbuf.h"
#include "sweep/space.h"

/** Append `name=value` for one active parameter, in Hydra's grammar, not yet quoted for a shell. */
void hydra_append(struct strbuf *out, const char *name, const struct sweep_value *value);

#endif
