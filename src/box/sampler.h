/*
 * Watches what attempts take of the machine, without ever waiting: a process of its own looks
 * (sampling.h), and is given up and started anew when it dies or hangs in a driver.
 *
 *     sampler_open(&sampler, program_fd, gpus->source);
 *     sampler_watch(&sampler, &attempt, now_ms);
 *     while (sampler_next(&sampler, now_ms, &news)) ...     when sampler_fd() is readable, or by
 *                                                           sampler_deadline()
 *     if (sampler_leave(&sampler, key, now_ms)) ...         the last news of it is to come
 *     sampler_close(&sampler);
 *
 * What is lost with a process that is given up is the time until the next one looks. A sampler that
 * was never told of an attempt has no process.
 *
 * Ownership: sampler_close() kills the process; one that hangs in the kernel stays behind. The
 * program's descriptor is borrowed.
 */
#ifndef SWEEP_BOX_SAMPLER_H
#define SWEEP_BOX_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "box/gpu/fault.h"
#include "box/gpu/gpu.h"
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

enum sampler_kind {
    SAMPLER_USAGE, /* what it took since the last time */
    SAMPLER_FAULT, /* something is wrong with one of its GPUs: once each */
    SAMPLER_LEFT   /* nothing more will be told of it */
};

/** What is told of one. */
struct sampler_news {
    enum sampler_kind kind;
    struct attempt_key key;
    struct usage usage; /* of SAMPLER_USAGE */
    struct fault fault; /* of SAMPLER_FAULT, and the rest */
    bool is_shared;     /* others had the GPU too, and it may be of their doing */
    char uuid[GPU_TEXT_MAX];
};

struct sampler_order;

/** Zeroed, or opened without a program, it watches nobody. */
struct sampler {
    int program_fd; /* our own program, open; <= 0: there is none */
    char source[GPU_TEXT_MAX];
    pid_t pid;    /* the process, or 0 */
    pid_t ending; /* one that was given up and is not reaped yet, or 0 */
    int in_fd;    /* its standard input; -1 without a process */
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

/** @param source  who told of the GPUs, as in struct gpu_list; "": nobody */
void sampler_open(struct sampler *sampler, int program_fd, const char *source);
void sampler_close(struct sampler *sampler);

/** Begin to watch; what is said of it is copied. */
void sampler_watch(struct sampler *sampler, const struct sampler_attempt *attempt, int64_t now_ms);

/**
 * It has ended. One that is not watched is allowed.
 *
 * @return whether SAMPLER_LEFT will be told of it, in milliseconds or, at the latest, after
 *         SAMPLER_LEAVE_MS
 */
bool sampler_leave(struct sampler *sampler, struct attempt_key key, int64_t now_ms);

#define SAMPLER_LEAVE_MS 2000

/** Take one piece of news; false: there is none now. Gives up a process that is late, and starts
 * another. */
bool sampler_next(struct sampler *sampler, int64_t now_ms, struct sampler_news *news);

/** A descriptor that is readable when there is something, or -1. */
int sampler_fd(const struct sampler *sampler);

/** When to call sampler_next() at the latest; INT64_MAX: no need. */
int64_t sampler_deadline(const struct sampler *sampler);

#endif
