/*
 * A way out for text that never makes the writer wait.
 *
 *     outlet_init(&outlet, STDOUT_FILENO);
 *     outlet_put(&outlet, &line);
 *     outlet_close(&outlet);
 *
 * What a paused terminal, a connection that stands still or a full pipe does not take is kept for a
 * while, then dropped and counted. A reader that went away is no error: the sweep goes on without
 * it.
 *
 * Ownership: the descriptor is borrowed; outlet_close() frees the rest.
 */
#ifndef SWEEP_CLI_RUN_OUTLET_H
#define SWEEP_CLI_RUN_OUTLET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

struct outlet {
    int fd;
    int own_fd; /* the same, opened once more; -1: it is the caller's */
    bool is_socket;
    struct strbuf pending; /* not yet taken */
    uint64_t dropped;      /* texts that found no room there, since they were last asked for */
};

void outlet_init(struct outlet *outlet, int fd);

/** Write a text, now or later, whole or not at all. */
void outlet_put(struct outlet *outlet, const struct strbuf *text);

/** Whether everything was taken: what is only for the eye may be left out otherwise. */
bool outlet_is_clear(struct outlet *outlet);

/** The number of texts that were dropped since the last call. */
uint64_t outlet_take_dropped(struct outlet *outlet);

/** Wait a moment for what is pending, and release. */
void outlet_close(struct outlet *outlet);

#endif
