/*
 * One loop over signals, words of shims and the clock. Not for how a shim is started and buried
 * (worker.c), what it does (supervise.c), nor what a slot has (portion.c).
 */
#include "shim/pilot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/sys.h"
#include "journal/batch.h"
#include "journal/ticket.h"
#include "shim/job.h"
#include "shim/portion.h"
#include "shim/signals.h"
#include "shim/worker.h"
#include "sweep/mem.h"

/* With nothing to do for so long the job's nodes are given back [ms]. */
#define IDLE_MS 120000

/* How often one looks for tickets at the most [ms]. */
#define LOOK_MIN_MS 10

/* Slurm tells the shims that the job has to go, in most cases before or after us [ms]. */
#define TELL_AFTER_MS 1000

/* Until the next try after something went wrong [ms]. */
#define TROUBLE_MS 1000

/* A shim whose slot is free may still write: so many for each slot, and no more. */
#define SHIMS_PER_SLOT 4

#define TICKETS_MAX 64

struct pilot {
    const struct pilot_request *request;
    struct arena arena;
    struct worker_place place;
    int signal_fd;
    char ***environments;   /* [slots] */
    bool *taken;            /* [slots] */
    struct worker *workers; /* [worker_count] */
    struct pollfd *polled;  /* [worker_count + 1] */
    size_t worker_count;
    int64_t started_ms;
    int64_t end_ms;     /* of the job's time; INT64_MAX: not known */
    int64_t longest_ms; /* of what has run here */
    int64_t busy_ms;    /* when there was something to do */
    int64_t look_ms;    /* for tickets */
    int64_t trouble_ms; /* not before that either: no shim could be started */
    int64_t bury_ms;    /* not before that the next try */
    int64_t tell_ms;    /* when to tell the shims to end; INT64_MAX: never */
    bool is_ending;     /* nothing more is begun */
};

bool pilot_parse(char *const *arguments, struct pilot_request *out)
{
    uint64_t slots;
    *out = (struct pilot_request){.directory = arguments[0], .name = arguments[1]};
    if (number_parse_uint64(strview_of(arguments[2]), &slots) != NUMBER_OK || slots < 1 ||
        slots > PILOT_SLOTS_MAX ||
        number_parse_int64(strview_of(arguments[3]), &out->limit_ms) != NUMBER_OK ||
        number_parse_int64(strview_of(arguments[4]), &out->grace_ms) != NUMBER_OK)
        return false;
    out->slots = (unsigned)slots;
    return out->limit_ms >= 0 && out->grace_ms >= 0;
}

/* --- the end of an attempt ------------------------------------------------------------------ */

static void leave_slot(struct pilot *pilot, struct worker *worker, int64_t now_ms)
{
    if (!worker->has_slot)
        return;
    worker->has_slot = false;
    pilot->taken[worker->slot] = false;
    pilot->busy_ms = now_ms;
    pilot->look_ms = now_ms;
    if (now_ms - worker->started_ms > pilot->longest_ms)
        pilot->longest_ms = now_ms - worker->started_ms;
}

static void forget(struct pilot *pilot, struct worker *worker, int64_t now_ms)
{
    leave_slot(pilot, worker, now_ms);
    worker_forget(worker);
}

static void bury_dead(struct pilot *pilot, int64_t now_ms)
{
    if (now_ms < pilot->bury_ms)
        return;
    for (size_t i = 0; i < pilot->worker_count; i++) {
        struct worker *worker = &pilot->workers[i];
        if (worker->pid != WORKER_DEAD)
            continue;
        if (worker_bury(worker, &pilot->place))
            forget(pilot, worker, now_ms);
        else
            pilot->bury_ms = now_ms + TROUBLE_MS;
    }
}

static struct worker *find_worker(struct pilot *pilot, pid_t pid)
{
    for (size_t i = 0; i < pilot->worker_count; i++)
        if (pilot->workers[i].pid == pid)
            return &pilot->workers[i];
    return NULL;
}

/* Orphans of dead shims become our children too. */
static void reap(struct pilot *pilot, int64_t now_ms)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct worker *worker = find_worker(pilot, pid);
        if (worker != NULL && worker_end(worker, status))
            forget(pilot, worker, now_ms);
    }
}

/* --- the beginning of one ------------------------------------------------------------------- */

static struct worker *find_room(struct pilot *pilot, unsigned *slot)
{
    for (*slot = 0; *slot < pilot->request->slots && pilot->taken[*slot];)
        ++*slot;
    return *slot < pilot->request->slots ? find_worker(pilot, 0) : NULL;
}

static bool is_at_work(const struct pilot *pilot, const struct ticket *ticket)
{
    for (size_t i = 0; i < pilot->worker_count; i++)
        if (pilot->workers[i].pid > 0 && strcmp(pilot->workers[i].ticket.token, ticket->token) == 0)
            return true;
    return false;
}

/* Begin with it, unless somebody else has taken it. @return whether it was begun */
static bool begin(struct pilot *pilot, const struct ticket *ticket, struct worker *worker,
                  unsigned slot, int64_t now_ms)
{
    bool is_double = is_at_work(pilot, ticket);
    if (!ticket_take(pilot->place.slurm_fd, TICKET_WAITING, ticket) || is_double)
        return false;
    *worker = (struct worker){
        .fd = -1, .has_slot = true, .slot = slot, .started_ms = now_ms, .ticket = *ticket};
    if (!worker_start(worker, &pilot->place, pilot->environments[slot])) {
        pilot->trouble_ms = now_ms + TROUBLE_MS;
        (void)!ticket_put(pilot->place.slurm_fd, TICKET_WAITING, ticket, NULL);
        return false;
    }
    pilot->taken[slot] = true;
    pilot->busy_ms = now_ms;
    return true;
}

static void take_tickets(struct pilot *pilot, int64_t now_ms)
{
    struct ticket tickets[TICKETS_MAX];
    unsigned slot;
    struct worker *worker = find_room(pilot, &slot);
    if (pilot->is_ending || worker == NULL || now_ms < pilot->look_ms || now_ms < pilot->trouble_ms)
        return;
    pilot->look_ms = now_ms + ticket_look_interval(now_ms - pilot->busy_ms, LOOK_MIN_MS);
    size_t count = ticket_list(pilot->place.slurm_fd, TICKET_WAITING, tickets, TICKETS_MAX);
    for (size_t i = 0; i < count && worker != NULL && now_ms >= pilot->trouble_ms; i++)
        if (begin(pilot, &tickets[i], worker, slot, now_ms))
            worker = find_room(pilot, &slot);
}

/* --- the end of the pilot ------------------------------------------------------------------- */

static void tell(const struct worker *worker, int signal_number)
{
    if (worker->pid > 0)
        (void)kill(worker->pid, signal_number);
}

/* The time of the job is over. A trial that has had most of it would not fit into another one: for
 * that it is a timeout (SIGUSR2), the others have only come too late. One without a slot has ended,
 * and its shim is left to write that. */
static void end_for_time(struct pilot *pilot, int64_t now_ms)
{
    pilot->is_ending = true;
    pilot->end_ms = INT64_MAX;
    for (size_t i = 0; i < pilot->worker_count; i++) {
        const struct worker *worker = &pilot->workers[i];
        bool has_had_most = now_ms - worker->started_ms > (now_ms - pilot->started_ms) / 2;
        if (worker->has_slot)
            tell(worker, has_had_most ? SIGUSR2 : SIGTERM);
    }
}

static void take_signals(struct pilot *pilot, int64_t now_ms)
{
    enum attempt_stop stop;
    while (signals_next(pilot->signal_fd, &stop)) {
        if (stop == ATTEMPT_STOP_NONE) {
            reap(pilot, now_ms);
        } else if (stop == ATTEMPT_STOP_TIMEOUT) {
            end_for_time(pilot, now_ms);
        } else if (pilot->tell_ms == INT64_MAX) {
            pilot->is_ending = true;
            pilot->tell_ms = now_ms + TELL_AFTER_MS;
        }
    }
}

static bool is_any_at_work(const struct pilot *pilot)
{
    for (size_t i = 0; i < pilot->worker_count; i++)
        if (pilot->workers[i].pid != 0)
            return true;
    return false;
}

/* @return whether there is something left to do */
static bool check_time(struct pilot *pilot, int64_t now_ms)
{
    if (now_ms >= pilot->end_ms)
        end_for_time(pilot, now_ms);
    /* What might not come to its end is not begun. */
    if (pilot->end_ms < INT64_MAX && now_ms + pilot->longest_ms >= pilot->end_ms)
        pilot->is_ending = true;
    if (now_ms >= pilot->tell_ms) {
        pilot->tell_ms = INT64_MAX;
        for (size_t i = 0; i < pilot->worker_count; i++)
            tell(&pilot->workers[i], SIGTERM);
    }
    bool is_idle = pilot->is_ending || now_ms >= pilot->busy_ms + IDLE_MS;
    return !is_idle || is_any_at_work(pilot);
}

/* --- the loop ------------------------------------------------------------------------------- */

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

static int64_t find_deadline(struct pilot *pilot)
{
    unsigned slot;
    int64_t deadline_ms = earlier(pilot->end_ms, pilot->tell_ms);
    if (!pilot->is_ending && find_room(pilot, &slot) != NULL)
        deadline_ms = earlier(deadline_ms, pilot->look_ms > pilot->trouble_ms ? pilot->look_ms
                                                                              : pilot->trouble_ms);
    for (size_t i = 0; i < pilot->worker_count; i++)
        if (pilot->workers[i].pid == WORKER_DEAD)
            deadline_ms = earlier(deadline_ms, pilot->bury_ms);
    return deadline_ms;
}

static void wait_for_something(struct pilot *pilot)
{
    int64_t now_ms = clock_boot_ms();
    int64_t left_ms = earlier(find_deadline(pilot), now_ms + TICKET_LOOK_MAX_MS) - now_ms;
    for (size_t i = 0; i < pilot->worker_count; i++)
        pilot->polled[i] = (struct pollfd){.fd = pilot->workers[i].fd, .events = POLLIN};
    pilot->polled[pilot->worker_count] = (struct pollfd){.fd = pilot->signal_fd, .events = POLLIN};
    if (poll(pilot->polled, pilot->worker_count + 1, left_ms > 0 ? (int)left_ms : 0) <= 0)
        return;
    now_ms = clock_boot_ms();
    for (size_t i = 0; i < pilot->worker_count; i++)
        if (pilot->polled[i].revents != 0 && worker_hear(&pilot->workers[i]))
            leave_slot(pilot, &pilot->workers[i], now_ms);
    if (pilot->polled[pilot->worker_count].revents != 0)
        take_signals(pilot, now_ms);
}

static bool open_folders(struct pilot *pilot, struct sweep_error *err)
{
    const char *directory = pilot->request->directory;
    struct worker_place *place = &pilot->place;
    place->sweep_fd = sys_open(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY, 0);
    place->slurm_fd = sys_open(place->sweep_fd, BATCH_DIRECTORY, O_RDONLY | O_DIRECTORY, 0);
    if (place->sweep_fd < 0 || place->slurm_fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open %s", directory);
    pilot->signal_fd = signals_open(SIGUSR2, err);
    if (pilot->signal_fd < 0)
        return false;
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno,
                                     "cannot look after the processes of trials");
    return true;
}

static void prepare(struct pilot *pilot)
{
    const struct pilot_request *request = pilot->request;
    const char *number = getenv("SLURM_ARRAY_TASK_ID");
    struct worker_place *place = &pilot->place;
    (void)snprintf(place->label, sizeof place->label, "%.64s %.10s", request->name,
                   number != NULL ? number : "0");
    place->directory = arena_strdup(&pilot->arena, request->directory);
    place->shim =
        arena_printf(&pilot->arena, "%s/" BATCH_DIRECTORY "/sweep-shim", request->directory);
    pilot->worker_count = (size_t)request->slots * SHIMS_PER_SLOT;
    pilot->taken = sweep_alloc_array(request->slots, sizeof *pilot->taken);
    pilot->environments = sweep_alloc_array(request->slots, sizeof *pilot->environments);
    for (unsigned i = 0; i < request->slots; i++)
        pilot->environments[i] = portion_environment(&pilot->arena, environ, i, request->slots);
    pilot->workers = sweep_alloc_array(pilot->worker_count, sizeof *pilot->workers);
    for (size_t i = 0; i < pilot->worker_count; i++)
        pilot->workers[i].fd = -1;
    pilot->polled = sweep_alloc_array(pilot->worker_count + 1, sizeof *pilot->polled);
}

static void release(struct pilot *pilot)
{
    sys_close(pilot->signal_fd);
    sys_close(pilot->place.slurm_fd);
    sys_close(pilot->place.sweep_fd);
    sweep_free(pilot->taken);
    sweep_free(pilot->environments);
    sweep_free(pilot->workers);
    sweep_free(pilot->polled);
    arena_release(&pilot->arena);
}

/* A job that was put back into the queue. While it ran, nobody would see that the attempts of its
 * first run are dead. */
static bool is_second_run(void)
{
    const char *count = getenv("SLURM_RESTART_COUNT");
    return count != NULL && strcmp(count, "0") != 0;
}

bool pilot_run(const struct pilot_request *request, struct sweep_error *err)
{
    int64_t now_ms = clock_boot_ms();
    struct pilot pilot = {.request = request,
                          .place = {.sweep_fd = -1, .slurm_fd = -1},
                          .signal_fd = -1,
                          .started_ms = now_ms,
                          .busy_ms = now_ms,
                          .tell_ms = INT64_MAX};
    if (is_second_run())
        return true;
    pilot.end_ms = job_find_limit(request->limit_ms, request->grace_ms, now_ms);
    bool opened = open_folders(&pilot, err);
    if (opened) {
        prepare(&pilot);
        while (check_time(&pilot, clock_boot_ms())) {
            take_tickets(&pilot, clock_boot_ms());
            wait_for_something(&pilot);
            bury_dead(&pilot, clock_boot_ms());
        }
    }
    release(&pilot);
    return opened;
}
