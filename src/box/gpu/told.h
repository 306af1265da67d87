/*
 * A list of GPUs as text, on its way from the probe's process to ours: a line each, `key=value`
 * separated by tabs, a last line `end` that tells a whole list from a cut one.
 */
#ifndef SWEEP_BOX_GPU_TOLD_H
#define SWEEP_BOX_GPU_TOLD_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "base/strview.h"
#include "box/gpu/gpu.h"
#include "sweep/error.h"

/** The longest text that is taken from a probe [bytes]. */
#define TOLD_MAX ((size_t)1 << 20)

void told_format(const struct gpu_list *list, struct strbuf *out);

/** Tell instead why there is no list. */
void told_format_error(const struct sweep_error *reason, struct strbuf *out);

/** @error SWEEP_IO the reason that is told, or that the text is cut or none of ours */
bool told_parse(struct strview text, struct gpu_list *list,
                struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
