/*
 * GPUs that running sweeps of this directory have put aside, because they failed a trial or the
 * driver calls them broken.
 *
 *     asides_find(&asides);
 *     for (size_t i = 0; i < asides.count; i++)
 *         if (aside_is_of(&asides.items[i], gpu)) ...
 *     asides_release(&asides);
 *
 * Ownership: texts are the asides' own.
 */
#ifndef SWEEP_CLI_CARE_ASIDE_H
#define SWEEP_CLI_CARE_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "box/gpu/gpu.h"

struct aside {
    const char *sweep; /* as people name it, quoted for a shell */
    int64_t at_us;     /* wall time since 1970 */
    uint64_t trial;
    const char *uuids;  /* separated by `, ` */
    const char *reason; /* a part of a sentence */
};

struct asides {
    struct arena arena;
    struct aside *items; /* [count] the first of each GPU in each sweep */
    size_t count;
};

/** Find them. A sweep that cannot be read has none. */
void asides_find(struct asides *asides);
void asides_release(struct asides *asides);

/** Whether it is about this GPU, or about the one of which it is a part. */
bool aside_is_of(const struct aside *aside, const struct gpu *gpu);

/** Append who put it aside, when, why, and what gives it back. */
void aside_append(const struct aside *aside, struct strbuf *out);

#endif
