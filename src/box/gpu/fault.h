/*
 * What goes wrong with a GPU while a trial has it, and whose fault that is.
 *
 *     if (fault_blame(&fault) == FAULT_OF_GPU)
 *         ... give the GPU to nobody any more ...
 *     fault_describe(&fault, &text);      Xid 79: it has fallen off the bus
 *
 * NVIDIA's driver numbers its complaints (Xid); most of them are the program's fault and say
 * nothing of the GPU. A plain value.
 *
 * @see NVIDIA, GPU Deployment and Management: XID Errors, the catalog and its immediate actions
 */
#ifndef SWEEP_BOX_GPU_FAULT_H
#define SWEEP_BOX_GPU_FAULT_H

#include <stdbool.h>

#include "base/strbuf.h"

enum fault_kind {
    FAULT_XID,
    FAULT_LOST,   /* the driver has it no more */
    FAULT_MEMORY, /* memory errors that could not be corrected, more than before */
    FAULT_HEAT,   /* its hardware slows it down */
    FAULT_POWER   /* the same */
};

#define FAULT_KIND_COUNT 5

struct fault {
    enum fault_kind kind;
    unsigned xid; /* of FAULT_XID */
};

enum fault_blame {
    FAULT_OF_GPU,    /* nothing should run on it before somebody has looked at it */
    FAULT_OF_TRIAL,  /* its program did what it may not */
    FAULT_OF_OTHERS, /* what follows from another fault, or from a killed process */
    FAULT_OF_NOBODY  /* worth knowing */
};

enum fault_blame fault_blame(const struct fault *fault);

/** Append what it is, in plain words. */
void fault_describe(const struct fault *fault, struct strbuf *out);

bool fault_is_same(const struct fault *a, const struct fault *b);

#endif
