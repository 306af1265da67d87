/*
 * Writes when poll() says that it will not block. Blocking writes, of commands that only print, are
 * output.c's.
 */
#include "cli/outlet.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#define PENDING_MAX ((size_t)256 * 1024)

/* A pipe that poll() calls writable takes at least so much without blocking (POSIX: PIPE_BUF). */
#define WRITE_SIZE 4096

/* How long the last words may wait for their reader. */
#define LAST_WORDS_MS 2000

static void take(struct strbuf *buf, size_t size)
{
    memmove(buf->data, buf->data + size, buf->size - size);
    buf->size -= size;
}

static void flush(struct outlet *outlet, int wait_ms)
{
    struct strbuf *pending = &outlet->pending;
    struct pollfd fd = {.fd = outlet->fd, .events = POLLOUT};

    while (pending->size > 0 && poll(&fd, 1, wait_ms) > 0) {
        size_t size = pending->size < WRITE_SIZE ? pending->size : WRITE_SIZE;
        ssize_t written = write(outlet->fd, pending->data, size);
        if (written <= 0) { /* the reader is gone */
            strbuf_reset(pending);
            return;
        }
        take(pending, (size_t)written);
    }
}

void outlet_init(struct outlet *outlet, int fd)
{
    *outlet = (struct outlet){.fd = fd};
    strbuf_init(&outlet->pending, PENDING_MAX);
}

void outlet_put(struct outlet *outlet, const struct strbuf *text)
{
    flush(outlet, 0);
    if (outlet->pending.size + text->size >= PENDING_MAX) {
        outlet->dropped++;
        return;
    }
    strbuf_append(&outlet->pending, text->data, text->size);
    flush(outlet, 0);
}

bool outlet_is_clear(struct outlet *outlet)
{
    flush(outlet, 0);
    return outlet->pending.size == 0;
}

uint64_t outlet_take_dropped(struct outlet *outlet)
{
    uint64_t dropped = outlet->dropped;

    outlet->dropped = 0;
    return dropped;
}

void outlet_close(struct outlet *outlet)
{
    flush(outlet, LAST_WORDS_MS);
    strbuf_release(&outlet->pending);
}
