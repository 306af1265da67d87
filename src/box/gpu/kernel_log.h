/*
 * What NVIDIA's driver writes into the kernel's log while we look, where we may read that: it tells
 * of faults for which the driver's library has no event, or where there is no library.
 *
 *     kernel_log_open(&log, "/dev/kmsg");
 *     while (kernel_log_next(&log, &entry)) ... entry.bus_id, entry.xid ...
 *     kernel_log_close(&log);
 *
 * Lines that were there before are not read. One that may not be read, as in most containers, is
 * like one in which nothing is ever written.
 *
 * Ownership: kernel_log_close().
 *
 * @see The kernel's Documentation/ABI/testing/dev-kmsg
 */
#ifndef SWEEP_BOX_GPU_KERNEL_LOG_H
#define SWEEP_BOX_GPU_KERNEL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/strview.h"
#include "box/gpu/gpu.h"

/** The longest record of the kernel [bytes]. */
#define KERNEL_LOG_RECORD_MAX 8192

struct kernel_log_entry {
    char bus_id[GPU_TEXT_MAX]; /* as it is written there: 0000:3b:00 */
    unsigned xid;
    pid_t pid; /* that is said to have caused it, or 0 */
};

/** Zeroed it is closed. */
struct kernel_log {
    int fd;                                /* <= 0: closed */
    char bytes[KERNEL_LOG_RECORD_MAX + 1]; /* [size] that were read and not taken yet */
    size_t size;
};

void kernel_log_open(struct kernel_log *log, const char *path);
void kernel_log_close(struct kernel_log *log);

/** Take the next one that is there; never waits. */
bool kernel_log_next(struct kernel_log *log, struct kernel_log_entry *entry);

/** Find one in a line. */
bool kernel_log_parse(struct strview line, struct kernel_log_entry *entry);

/** Whether two addresses on the PCI bus are those of the same device, however they are written. */
bool kernel_log_is_bus(const char *a, const char *b);

#endif
