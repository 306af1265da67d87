/*
 * Tickets and claims, all of them locks for reading: one file of tickets, and on each lease the
 * numbers of those that wait for it, beyond its units.
 */
#include "box/gpu/queue.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/sys.h"
#include "box/gpu/lease.h"

#define TICKETS_FILE "queue"

/* Where claims begin on a lease, whose units lie before. */
#define CLAIMS_START (INT64_C(1) << 32)

/* A ticket is one of so many bytes, another one each BEAT_MS. */
#define BEATS   16
#define BEAT_MS 500

/* So often looked at, BEAT_MS apart at least, a ticket that stays where it is has nobody awake. */
#define STILL_MAX 10

/* How often to look where closing a file is not told, and where it is, for all cases. */
#define BLIND_MS 20
#define PAUSE_MS 100

/* The word that a file is closed comes just before its locks are gone. */
#define SETTLE_MS 1

#define EVENTS_SIZE 4096

/* --- locks ------------------------------------------------------------------------------------ */

static bool set_lock(int fd, short type, int64_t start)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = 1};
    return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* One of those that others hold in [start, end), not necessarily the first; -1: there is none.
 * @param end  0: there is no end */
static int64_t find_lock(int fd, int64_t start, int64_t end)
{
    struct flock probe = {.l_type = F_WRLCK,
                          .l_whence = SEEK_SET,
                          .l_start = start,
                          .l_len = end == 0 ? 0 : end - start};
    if ((end != 0 && start >= end) || fcntl(fd, F_OFD_GETLK, &probe) != 0 ||
        probe.l_type == F_UNLCK)
        return -1;
    return probe.l_start > start ? probe.l_start : start;
}

static int64_t ticket_start(uint64_t ticket)
{
    return (int64_t)ticket * BEATS;
}

/* --- our own ---------------------------------------------------------------------------------- */

void queue_open(struct queue *queue, int dir_fd)
{
    *queue = (struct queue){.is_open = true,
                            .dir_fd = dir_fd,
                            .look_fd = -1,
                            .watch_fd = -1,
                            .watch = -1,
                            .ticket_fd = -1};
}

void queue_close(struct queue *queue)
{
    if (!queue->is_open)
        return;
    queue_leave(queue);
    sys_close(queue->look_fd);
    sys_close(queue->watch_fd);
    *queue = (struct queue){0};
}

bool queue_is_waiting(const struct queue *queue)
{
    return queue->is_waiting;
}

/* What a lone sweep never needs is opened by the first one that has to wait. */
static bool open_files(struct queue *queue)
{
    if (lease_is_removed(queue->look_fd)) {
        sys_close(queue->look_fd);
        queue->look_fd = -1;
    }
    if (queue->look_fd < 0)
        queue->look_fd = lease_open(queue->dir_fd, TICKETS_FILE, NULL);
    if (queue->watch_fd < 0)
        queue->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return queue->look_fd >= 0;
}

static void watch(struct queue *queue)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", queue->dir_fd);
    if (queue->watch_fd >= 0)
        queue->watch = inotify_add_watch(queue->watch_fd, path, IN_CLOSE);
}

/* Behind the last one. Two that draw at the same time are kept apart by the door. */
static bool draw(struct queue *queue)
{
    uint64_t ticket = 0;
    int64_t found = 0;
    if (!lease_open_door(queue->ticket_fd))
        return false;
    while ((found = find_lock(queue->ticket_fd, ticket_start(ticket), 0)) >= 0)
        ticket = (uint64_t)found / BEATS + 1;
    queue->ticket = ticket;
    queue->beat = 0;
    bool is_drawn = set_lock(queue->ticket_fd, F_RDLCK, ticket_start(ticket));
    (void)flock(queue->ticket_fd, LOCK_UN);
    return is_drawn;
}

bool queue_enter(struct queue *queue, int64_t now_ms)
{
    if (!queue->is_open || queue->is_waiting || !open_files(queue))
        return false;
    queue->ticket_fd = lease_open(queue->dir_fd, TICKETS_FILE, NULL);
    if (queue->ticket_fd < 0 || !draw(queue)) {
        sys_close(queue->ticket_fd);
        queue->ticket_fd = -1;
        return false;
    }
    queue->is_waiting = true;
    queue->now_ms = now_ms;
    queue->beat_ms = now_ms + BEAT_MS;
    queue->look_ms = now_ms;
    watch(queue);
    return true;
}

/* Locked again each time: a descriptor of that number may be another file's since. */
void queue_claim(struct queue *queue, int fd)
{
    size_t place = 0;
    while (place < queue->claim_count && queue->claims[place] != fd)
        place++;
    if (!queue->is_waiting || fd < 0 || place == QUEUE_CLAIMS_MAX ||
        !set_lock(fd, F_RDLCK, CLAIMS_START + (int64_t)queue->ticket))
        return;
    queue->claims[place] = fd;
    if (place == queue->claim_count)
        queue->claim_count++;
}

/* The claims first: whoever is woken by the end of the ticket finds them gone. */
void queue_leave(struct queue *queue)
{
    if (!queue->is_waiting)
        return;
    for (size_t i = 0; i < queue->claim_count; i++)
        (void)set_lock(queue->claims[i], F_UNLCK, CLAIMS_START + (int64_t)queue->ticket);
    queue->claim_count = 0;
    if (queue->watch >= 0)
        (void)inotify_rm_watch(queue->watch_fd, queue->watch);
    queue->watch = -1;
    sys_close(queue->ticket_fd);
    queue->ticket_fd = -1;
    queue->is_waiting = false;
}

bool queue_is_followed(const struct queue *queue)
{
    return queue->is_waiting &&
           find_lock(queue->ticket_fd, ticket_start(queue->ticket + 1), 0) >= 0;
}

/* --- others ----------------------------------------------------------------------------------- */

/* Its row, or that of the one whom nobody has asked about for longest. */
static struct queue_other *row_of(struct queue *queue, uint64_t ticket)
{
    struct queue_other *row = &queue->others[0];
    for (size_t i = 0; i < QUEUE_OTHERS_MAX; i++) {
        struct queue_other *other = &queue->others[i];
        if (other->look_ms != 0 && other->ticket == ticket)
            return other;
        if (other->look_ms < row->look_ms)
            row = other;
    }
    *row = (struct queue_other){.ticket = ticket};
    return row;
}

/* Counted by looks and not by the clock alone, which goes on while we sleep ourselves. */
static bool is_asleep(struct queue *queue, uint64_t ticket)
{
    struct queue_other *other = row_of(queue, ticket);
    if (other->look_ms != 0 && queue->now_ms < other->look_ms + BEAT_MS)
        return other->still >= STILL_MAX;
    int64_t found = find_lock(queue->look_fd, ticket_start(ticket), ticket_start(ticket + 1));
    uint32_t beat = found < 0 ? BEATS : (uint32_t)(found - ticket_start(ticket));
    bool has_moved = other->look_ms == 0 || beat != other->beat;
    other->still = has_moved ? 0 : other->still + 1;
    other->beat = beat;
    other->look_ms = queue->now_ms;
    return other->still >= STILL_MAX;
}

/* Those that sleep are passed by, and the kernel names any one of several: what lies on both sides
 * of a sleeper is looked at again. */
bool queue_is_ours(struct queue *queue, int fd)
{
    struct {
        int64_t start;
        int64_t end;
    } open[QUEUE_OTHERS_MAX];
    size_t count = 0;
    int64_t last = queue->is_waiting ? CLAIMS_START + (int64_t)queue->ticket : 0;
    if (!queue->is_open || fd < 0)
        return true;
    open[count].start = CLAIMS_START;
    open[count++].end = last;
    while (count > 0) {
        int64_t start = open[--count].start;
        int64_t end = open[count].end;
        int64_t found = find_lock(fd, start, end);
        if (found < 0)
            continue;
        if (queue->look_fd < 0 || count + 2 > QUEUE_OTHERS_MAX ||
            !is_asleep(queue, (uint64_t)(found - CLAIMS_START)))
            return false;
        open[count].start = start;
        open[count++].end = found;
        open[count].start = found + 1;
        open[count++].end = end;
    }
    return true;
}

/* --- news ------------------------------------------------------------------------------------- */

int queue_fd(const struct queue *queue)
{
    return queue->is_waiting && queue->watch >= 0 ? queue->watch_fd : -1;
}

/* There is always one of the bytes locked. */
static void move_ticket(struct queue *queue)
{
    uint32_t next = (queue->beat + 1) % BEATS;
    if (!set_lock(queue->ticket_fd, F_RDLCK, ticket_start(queue->ticket) + next))
        return;
    (void)set_lock(queue->ticket_fd, F_UNLCK, ticket_start(queue->ticket) + queue->beat);
    queue->beat = next;
}

static bool read_events(const struct queue *queue)
{
    char events[EVENTS_SIZE];
    bool is_any = false;
    while (queue->watch >= 0 && sys_read(queue->watch_fd, events, sizeof events) > 0)
        is_any = true;
    return is_any;
}

bool queue_heed(struct queue *queue, int64_t now_ms)
{
    queue->now_ms = now_ms;
    if (!queue->is_waiting)
        return false;
    if (now_ms >= queue->beat_ms) {
        queue->beat_ms = now_ms + BEAT_MS;
        move_ticket(queue);
    }
    bool has_news = read_events(queue);
    if (!has_news && now_ms < queue->look_ms)
        return false;
    queue->look_ms = now_ms + (has_news ? SETTLE_MS : queue->watch >= 0 ? PAUSE_MS : BLIND_MS);
    return true;
}

int64_t queue_deadline(const struct queue *queue)
{
    if (!queue->is_waiting)
        return INT64_MAX;
    return queue->look_ms < queue->beat_ms ? queue->look_ms : queue->beat_ms;
}
