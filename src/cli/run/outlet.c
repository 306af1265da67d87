/*
 * Writing without ever waiting. Blocking writes, of commands that only print, are output.c's.
 *
 * poll() is not enough: a terminal counts as writable when it takes one more byte, and a write of
 * more then waits until somebody reads. So terminals and pipes are opened once more, without
 * blocking; that leaves the descriptor alone which we share with the shell.
 */
#include "cli/run/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sys.h"

#define PENDING_MAX ((size_t)256 * 1024)

/* A pipe that poll() calls writable takes at least so much without blocking (POSIX: PIPE_BUF): that
 * helps where it belongs to somebody else, and cannot be opened once more. */
#define WRITE_SIZE 4096

/* How long the last words wait for their reader, and how often they are offered. */
#define LAST_WORDS_MS 2000
#define OFFER_MS      20

static void take(struct strbuf *buf, size_t size)
{
    memmove(buf->data, buf->data + size, buf->size - size);
    buf->size -= size;
}

static ssize_t write_some(const struct outlet *outlet)
{
    const struct strbuf *pending = &outlet->pending;
    size_t size = pending->size < WRITE_SIZE ? pending->size : WRITE_SIZE;

    return outlet->is_socket ? send(outlet->fd, pending->data, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                             : write(outlet->fd, pending->data, size);
}

/* Write what is taken now. @return whether something was */
static bool flush(struct outlet *outlet)
{
    struct pollfd fd = {.fd = outlet->fd, .events = POLLOUT};
    bool any = false;

    while (outlet->pending.size > 0 && poll(&fd, 1, 0) > 0) {
        ssize_t written = write_some(outlet);
        if (written < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (written > 0)
            take(&outlet->pending, (size_t)written);
        else /* the reader is gone */
            strbuf_reset(&outlet->pending);
        any = true;
    }
    return any;
}

/* Offer what is pending, for as long as the reader goes on taking it. */
static void finish(struct outlet *outlet)
{
    int64_t until_ms = clock_boot_ms() + LAST_WORDS_MS;

    while (outlet->pending.size > 0 && clock_boot_ms() < until_ms) {
        if (flush(outlet))
            until_ms = clock_boot_ms() + LAST_WORDS_MS;
        else
            (void)poll(NULL, 0, OFFER_MS);
    }
}

/* The same terminal or pipe, without blocking. Not a file: that would be written from its
 * beginning, and never blocks anyway. @return -1 where that cannot be had */
static int open_again(int fd, mode_t mode)
{
    char path[32];

    if (!S_ISFIFO(mode) && !S_ISCHR(mode))
        return -1;
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return sys_open(AT_FDCWD, path, O_WRONLY | O_NONBLOCK | O_NOCTTY, 0);
}

void outlet_init(struct outlet *outlet, int fd)
{
    struct stat status;
    mode_t mode = fstat(fd, &status) == 0 ? status.st_mode : 0;

    *outlet = (struct outlet){.own_fd = open_again(fd, mode), .is_socket = S_ISSOCK(mode)};
    outlet->fd = outlet->own_fd >= 0 ? outlet->own_fd : fd;
    strbuf_init(&outlet->pending, PENDING_MAX);
}

void outlet_put(struct outlet *outlet, const struct strbuf *text)
{
    (void)flush(outlet);
    if (outlet->pending.size + text->size >= PENDING_MAX) {
        outlet->dropped++;
        return;
    }
    strbuf_append(&outlet->pending, text->data, text->size);
    (void)flush(outlet);
}

bool outlet_is_clear(struct outlet *outlet)
{
    (void)flush(outlet);
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
    finish(outlet);
    strbuf_release(&outlet->pending);
    sys_close(outlet->own_fd);
}
