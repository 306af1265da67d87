/*
 * What a runner wants of an attempt whose shim it cannot signal, since it may be on another
 * machine: N.order, replaced as a whole, looked at by the shim every ORDER_LOOK_MS. An order that
 * is damaged or missing counts as none.
 */
#ifndef SWEEP_JOURNAL_ORDER_H
#define SWEEP_JOURNAL_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/error.h"
#include "trial/attempt.h"

#define ORDER_FORMAT 1

/** How often a shim looks [ms]. */
#define ORDER_LOOK_MS 1000

/** How long after it was revoked no shim executes an attempt any more [ms]. */
#define ORDER_REVOKED_MS 10000

struct order {
    enum attempt_stop stop; /* NONE: it is to go on */
    bool force;             /* without waiting out the grace */
    bool is_revoked;        /* it is given up: kill everything, publish nothing */
};

/** Write it durably. @error SWEEP_IO, SWEEP_NO_SPACE */
bool order_write(int dir_fd, uint32_t attempt, const struct order *order,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

/** Read it. @return whether there is one */
bool order_read(int dir_fd, uint32_t attempt, struct order *out);

#endif
