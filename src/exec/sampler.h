/*
 * Watches what attempts take of the machine, without ever waiting: a process of its own looks
 * (sampling.h), and is given up and started anew when it dies or hangs in a driver.
 *
 *     sampler_open(&sampler, program_fd);
 *     sampler_watch(&sampler, &attempt, now_ms);
 *     while (sampler_next(&sampler, now_ms, &sample)) ...   when sampler_fd() is readable, or by
 *                                                           sampler_deadline()
 *     sampler_leave(&sampler, key);
 *     sampler_close(&sampler);
 *
 * What is lost with a process that is given up is the time until the next one looks. A sampler that
 * was never told of an attempt has no process.
 *
 * Ownership: sampler_close() kills the process; one that hangs in the kernel stays behind. The
 * program's descriptor is borrowed.
 */
#ifndef SWEEP_EXEC_SAMPLER_H
#define SWEEP_EXEC_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "trial/attempt.h"
#include "trial/usage.h"

/** An attempt to watch. */
struct sampler_attempt {
    struct attempt_key key;
    pid_t pid;          /* of its supervisor */
    uint64_t start;     /* of that process, as in struct attempt_identity */
    char *const *uuids; /* of its GPUs; ends with NULL */
    bool is_new;        /* nothing of it has run yet */
};

/** What was seen of one since the last time. */
struct sampler_sample {
    struct attempt_key key;
    struct usage usage;
};

struct sampler_order;

/** Zeroed, or opened without a program, it watches nobody. */
struct sampler {
    int program_fd; /* our own program, open; <= 0: there is none */
    pid_t pid;      /* the process, or 0 */
    pid_t ending;   /* one that was given up and is not reaped yet, or 0 */
    int in_fd;      /* its standard input; -1 without a process */
    int out_fd;
    int64_t due_ms;   /* it must have told something by then */
    int64_t start_ms; /* no new one before */
    unsigned failures;
    unsigned looks; /* that this process has told of */
    struct strbuf text;
    size_t taken;                 /* of `text` */
    struct sampler_order *orders; /* [order_count] those that are watched */
    size_t order_count;
    size_t order_capacity;
};

void sampler_open(struct sampler *sampler, int program_fd);
void sampler_close(struct sampler *sampler);

/** Begin to watch; what is said of it is copied. */
void sampler_watch(struct sampler *sampler, const struct sampler_attempt *attempt, int64_t now_ms);

/** It has ended. One that is not watched is allowed. */
void sampler_leave(struct sampler *sampler, struct attempt_key key);

/** Take one sample; false: there is none now. Gives up a process that is late, and starts another.
 */
bool sampler_next(struct sampler *sampler, int64_t now_ms, struct sampler_sample *sample);

/** A descriptor that is readable when there is something, or -1. */
int sampler_fd(const struct sampler *sampler);

/** When to call sampler_next() at the latest; INT64_MAX: no need. */
int64_t sampler_deadline(const struct sampler *sampler);

#endif
