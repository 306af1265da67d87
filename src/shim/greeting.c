/*
 * READY, GO and DONE. Not for anything that has to be done before or after them.
 */
#include "shim/greeting.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "journal/handshake.h"

bool greeting_send_ready(int fd, struct sweep_error *err)
{
    const struct handshake ready = {HANDSHAKE_READY, HANDSHAKE_PROTOCOL};
    if (send(fd, &ready, sizeof ready, MSG_NOSIGNAL) != (ssize_t)sizeof ready)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot greet the runner");
    return true;
}

bool greeting_wait_for_go(int fd, struct sweep_error *err)
{
    struct handshake word;
    ssize_t size;
    bool was_reset = false;
    do {
        memset(&word, 0, sizeof word);
        size = recv(fd, &word, sizeof word, 0);
        /* A runner that dies before it has read READY resets the connection, which is reported
         * before a GO that it may have sent; that is read by asking once more. */
        was_reset = size < 0 && errno == ECONNRESET && !was_reset;
    } while (size < 0 && (errno == EINTR || was_reset));
    if (size <= 0)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "the runner is gone");
    if (size != (ssize_t)sizeof word || word.word != HANDSHAKE_GO ||
        word.protocol != HANDSHAKE_PROTOCOL)
        return sweep_error_set(err, SWEEP_INCOMPATIBLE, "the runner speaks another protocol");
    return true;
}

void greeting_send_done(int fd)
{
    const struct handshake done = {HANDSHAKE_DONE, HANDSHAKE_PROTOCOL};
    ssize_t ignored = send(fd, &done, sizeof done, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)ignored; /* our end tells it as well */
}
