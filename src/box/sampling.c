/*
 * Looking at attempts and their GPUs in turn. Nothing here needs to be quick or to come back: it is
 * a process of its own.
 */
#include "box/sampling.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "base/sys.h"
#include "box/sampling_state.h"
#include "sweep/mem.h"
#include "trial/usage.h"

/* Between two looks: at least, while an attempt is young, and at most. */
#define INTERVAL_US       INT64_C(1000000)
#define INTERVAL_YOUNG_US INT64_C(200000)
#define INTERVAL_MOST_US  INT64_C(10000000)

/* So many times what a look takes of a processor passes before the next one. */
#define COST_FACTOR 1500

/* How often it is found out anew who belongs to an attempt. */
#define WALK_US INT64_C(5000000)

#define INPUT_MAX ((size_t)64 * 1024) /* of a line [bytes] */
#define TEXT_MAX  ((size_t)1 << 20)

#define US_PER_MS     1000
#define US_PER_SECOND 1000000

/* --- whom to watch ---------------------------------------------------------------------------- */

static struct seat *take_seat(struct sampling *sampling, struct strview uuid)
{
    char text[GPU_TEXT_MAX];
    gpu_set_view(text, uuid);
    for (size_t i = 0; i < sampling->seat_count; i++)
        if (strcmp(sampling->seats[i]->uuid, text) == 0)
            return sampling->seats[i];
    struct seat *seat = sweep_alloc(sizeof *seat);
    memcpy(seat->uuid, text, sizeof text);
    seat->least_bytes = GPU_UNKNOWN;
    sampling->seats = array_reserve(sampling->seats, sampling->seat_count + 1,
                                    &sampling->seat_capacity, sizeof(struct seat *));
    sampling->seats[sampling->seat_count++] = seat;
    return seat;
}

static void open_meter(struct sampling *sampling)
{
    const struct meter_settings settings = {
        .source = sampling->source,
        .program_fd = sampling->settings->program_fd,
        .sys = sampling->settings->sys,
        .kernel_log = sampling->settings->kernel_log,
    };
    if (sampling->meter == NULL)
        sampling->meter = meter_open(&settings);
}

static void forget(struct sampling *sampling, struct attempt_key key)
{
    for (size_t i = 0; i < sampling->watched_count; i++) {
        struct watched *watched = sampling->watched[i];
        if (watched->key.trial != key.trial || watched->key.number != key.number)
            continue;
        for (size_t k = 0; k < watched->seat_count; k++)
            watched->seats[k]->holders--;
        family_release(&watched->family);
        sweep_free(watched);
        sampling->watched[i] = sampling->watched[--sampling->watched_count];
        return;
    }
}

/* --- orders ----------------------------------------------------------------------------------- */

/* A line after its first word. */
static uint64_t take_number(struct strview *rest)
{
    struct strview word;
    uint64_t number = 0;
    (void)strview_take(rest, ' ', &word);
    return number_parse_uint64(word, &number) == NUMBER_OK ? number : 0;
}

static struct attempt_key take_key(struct strview *rest)
{
    uint64_t trial = take_number(rest);
    return (struct attempt_key){trial, (uint32_t)take_number(rest)};
}

static void watch(struct sampling *sampling, struct strview rest)
{
    struct watched *watched = sweep_alloc(sizeof *watched);
    struct strview uuid;
    watched->key = take_key(&rest);
    pid_t pid = (pid_t)take_number(&rest);
    family_init(&watched->family, pid, take_number(&rest));
    watched->is_new = take_number(&rest) == 1;
    while (rest.size > 0 && watched->seat_count < SAMPLING_GPUS_MAX) {
        (void)strview_take(&rest, ' ', &uuid);
        open_meter(sampling);
        struct seat *seat = take_seat(sampling, uuid);
        seat->holders++;
        watched->used_before[watched->seat_count] = GPU_UNKNOWN;
        watched->seats[watched->seat_count++] = seat;
    }
    forget(sampling, watched->key);
    sampling->watched = array_reserve(sampling->watched, sampling->watched_count + 1,
                                      &sampling->watched_capacity, sizeof(struct watched *));
    sampling->watched[sampling->watched_count++] = watched;
}

static void leave(struct sampling *sampling, struct attempt_key key)
{
    health_take(sampling);
    forget(sampling, key);
    strbuf_printf(&sampling->out, "left %" PRIu64 " %" PRIu32 "\n", key.trial, key.number);
}

static void take_line(struct sampling *sampling, struct strview line)
{
    struct strview word;
    (void)strview_take(&line, ' ', &word);
    if (strview_is(word, "watch"))
        watch(sampling, line);
    else if (strview_is(word, "leave"))
        leave(sampling, take_key(&line));
    else if (strview_is(word, "by"))
        gpu_set_view(sampling->source, line);
}

static void take_lines(struct sampling *sampling)
{
    struct strview rest = strbuf_view(&sampling->in);
    struct strview line;
    struct strbuf kept;
    while (strview_take(&rest, '\n', &line))
        take_line(sampling, line);
    strbuf_init(&kept, INPUT_MAX);
    strbuf_append(&kept, line.data, line.size);
    strbuf_release(&sampling->in);
    sampling->in = kept;
}

/* --- one look --------------------------------------------------------------------------------- */

static void look_at_family(struct sampling *sampling, struct watched *watched)
{
    bool anew =
        watched->walked_us == 0 || sampling->now_us - watched->walked_us >= WALK_US ||
        sampling->now_us - watched->since_us < INTERVAL_US; /* it may just be starting others */
    if (family_look(&watched->family, anew) && anew)
        watched->walked_us = sampling->now_us;
}

static bool is_ours(const struct sampling *sampling, pid_t pid)
{
    for (size_t i = 0; i < sampling->watched_count; i++)
        if (family_has(&sampling->watched[i]->family, pid))
            return true;
    return false;
}

static void walk_holders(struct sampling *sampling, const struct seat *seat)
{
    for (size_t i = 0; i < sampling->watched_count; i++) {
        struct watched *watched = sampling->watched[i];
        for (size_t k = 0; k < watched->seat_count; k++)
            if (watched->seats[k] == seat)
                (void)family_look(&watched->family, true);
    }
}

/* Pids of another pid namespace are nobody here: they say nothing. */
static bool is_stranger(const struct sampling *sampling, pid_t pid)
{
    return !is_ours(sampling, pid) && (kill(pid, 0) == 0 || errno == EPERM);
}

static void look_for_strangers(struct sampling *sampling, struct seat *seat)
{
    const struct meter_reading *reading = &seat->reading;
    bool is_walked = false;
    seat->has_strangers = false;
    for (size_t i = 0; i < reading->process_count; i++) {
        pid_t pid = reading->processes[i].pid;
        if (!is_walked && is_stranger(sampling, pid)) {
            walk_holders(sampling, seat); /* it may have been born since */
            is_walked = true;
        }
        seat->has_strangers = seat->has_strangers || is_stranger(sampling, pid);
    }
}

/* By the driver's own counter where it has one, else the mean of the power then and now. */
static int64_t measure_energy(const struct meter_reading *before, const struct meter_reading *now,
                              int64_t span_us)
{
    if (before->energy_mj >= 0 && now->energy_mj >= before->energy_mj)
        return now->energy_mj - before->energy_mj;
    if (before->power_mw < 0 || now->power_mw < 0)
        return USAGE_UNKNOWN;
    return (before->power_mw + now->power_mw) / 2 * span_us / US_PER_SECOND;
}

static void read_seat(struct sampling *sampling, struct seat *seat)
{
    const struct fault lost = {.kind = FAULT_LOST};
    struct meter_reading now;
    int64_t at_us = sampling->settings->clock_us();
    seat->busy_us = USAGE_UNKNOWN;
    seat->energy_mj = USAGE_UNKNOWN;
    bool is_known =
        sampling->meter != NULL && meter_read(sampling->meter, seat->uuid, at_us / US_PER_MS, &now);
    if (is_known && now.is_lost)
        health_tell(sampling, seat, &lost, 0);
    if (!is_known || now.is_lost) {
        seat->at_us = 0;
        seat->reading.process_count = 0;
        return;
    }
    health_check(sampling, seat, &now);
    if (seat->at_us > 0) {
        int64_t span_us = at_us - seat->at_us;
        seat->energy_mj = measure_energy(&seat->reading, &now, span_us);
        if (now.busy_percent >= 0)
            seat->busy_us = span_us * now.busy_percent / 100;
    }
    if (now.used_bytes >= 0 && (seat->least_bytes < 0 || now.used_bytes < seat->least_bytes))
        seat->least_bytes = now.used_bytes;
    seat->reading = now;
    seat->at_us = at_us;
    look_for_strangers(sampling, seat);
}

static void look(struct sampling *sampling)
{
    for (size_t i = 0; i < sampling->watched_count; i++)
        look_at_family(sampling, sampling->watched[i]);
    if (sampling->meter != NULL)
        meter_look(sampling->meter, sampling->settings->clock_us() / US_PER_MS);
    for (size_t i = 0; i < sampling->seat_count; i++) {
        if (sampling->seats[i]->holders > 0)
            read_seat(sampling, sampling->seats[i]);
        else
            sampling->seats[i]->at_us = 0;
    }
}

/* --- what it comes to ------------------------------------------------------------------------- */

static void count_sharers(struct sampling *sampling)
{
    for (size_t i = 0; i < sampling->seat_count; i++)
        sampling->seats[i]->sharers = 0;
    for (size_t i = 0; i < sampling->watched_count; i++) {
        const struct watched *watched = sampling->watched[i];
        for (size_t k = 0; k < watched->seat_count && watched->since_us > 0; k++)
            watched->seats[k]->sharers++;
    }
}

static bool is_shared(const struct seat *seat)
{
    return seat->holders > 1 || seat->has_strangers;
}

/* What its processes have. Where the driver does not tell them apart, what came upon a GPU that
 * nobody else has since it began. */
static int64_t memory_on(const struct watched *watched, size_t index)
{
    const struct seat *seat = watched->seats[index];
    const struct meter_reading *reading = &seat->reading;
    int64_t sum = USAGE_UNKNOWN;
    if (seat->at_us == 0)
        return USAGE_UNKNOWN;
    for (size_t i = 0; i < reading->process_count; i++)
        if (reading->processes[i].bytes >= 0 &&
            family_has(&watched->family, reading->processes[i].pid))
            sum = (sum >= 0 ? sum : 0) + reading->processes[i].bytes;
    int64_t before = watched->used_before[index];
    bool is_since = reading->taken_ms >= watched->since_us / US_PER_MS;
    if (sum < 0 && before >= 0 && is_since && reading->used_bytes > before && !is_shared(seat))
        sum = reading->used_bytes - before;
    return sum;
}

/* What others have of it. A reading of before may be of another trial's: the least of all then. */
static int64_t used_by_others(const struct seat *seat, int64_t since_us)
{
    if (is_shared(seat))
        return GPU_UNKNOWN;
    return seat->reading.taken_ms >= since_us / US_PER_MS ? seat->reading.used_bytes
                                                          : seat->least_bytes;
}

static void add_seat(struct watched *watched, size_t index, struct usage *sample)
{
    const struct seat *seat = watched->seats[index];
    int64_t sharers = (int64_t)seat->sharers + seat->has_strangers;
    if (seat->at_us > 0 && watched->is_new && watched->since_us == watched->at_us)
        watched->used_before[index] = used_by_others(seat, watched->since_us);
    int64_t memory = memory_on(watched, index);
    if (memory > sample->gpu_memory_bytes)
        sample->gpu_memory_bytes = memory;
    if (sample->watched_us == 0) /* what was counted until now is not its own */
        return;
    sample->is_share = sample->is_share || sharers > 1;
    if (seat->busy_us >= 0)
        sample->gpu_busy_us = (sample->gpu_busy_us >= 0 ? sample->gpu_busy_us : 0) +
                              seat->busy_us / (int64_t)watched->seat_count;
    if (seat->energy_mj >= 0)
        sample->energy_mj =
            (sample->energy_mj >= 0 ? sample->energy_mj : 0) + seat->energy_mj / sharers;
}

static void tell(struct sampling *sampling, struct watched *watched)
{
    struct usage sample;
    usage_init(&sample);
    if (watched->since_us == 0)
        watched->since_us = sampling->now_us;
    else
        sample.watched_us = sampling->now_us - watched->at_us;
    watched->at_us = sampling->now_us;
    for (size_t i = 0; i < watched->seat_count; i++)
        add_seat(watched, i, &sample);
    if (watched->walked_us > 0) {
        sample.cpu_us = watched->family.cpu_us;
        sample.memory_bytes = watched->family.memory_bytes;
    }
    strbuf_printf(&sampling->out,
                  "seen %" PRIu64 " %" PRIu32 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
                  " %d %" PRId64 " %" PRId64 "\n",
                  watched->key.trial, watched->key.number, sample.watched_us,
                  sample.gpu_memory_bytes, sample.gpu_busy_us, sample.energy_mj,
                  (int)sample.is_share, sample.cpu_us, sample.memory_bytes);
}

/* --- when ------------------------------------------------------------------------------------- */

static bool has_young(const struct sampling *sampling)
{
    for (size_t i = 0; i < sampling->watched_count; i++) {
        const struct watched *watched = sampling->watched[i];
        if (watched->since_us == 0 || sampling->now_us - watched->since_us < INTERVAL_US)
            return true;
    }
    return false;
}

static int64_t interval_us(const struct sampling *sampling)
{
    int64_t interval = has_young(sampling) ? INTERVAL_YOUNG_US : INTERVAL_US;
    if (interval < sampling->cost_us * COST_FACTOR)
        interval = sampling->cost_us * COST_FACTOR;
    return interval < INTERVAL_MOST_US ? interval : INTERVAL_MOST_US;
}

static bool send_all(struct sampling *sampling, int out_fd)
{
    bool is_sent =
        sampling->out.size == 0 || sys_write(out_fd, sampling->out.data, sampling->out.size);
    strbuf_reset(&sampling->out);
    return is_sent;
}

static bool look_and_tell(struct sampling *sampling, int out_fd)
{
    int64_t before_us = clock_cpu_us();
    sampling->now_us = sampling->settings->clock_us();
    count_sharers(sampling);
    look(sampling);
    health_take(sampling);
    for (size_t i = 0; i < sampling->watched_count; i++)
        tell(sampling, sampling->watched[i]);
    sampling->cost_us = clock_cpu_us() - before_us;
    strbuf_printf(&sampling->out, "next %" PRId64 "\n", interval_us(sampling) / US_PER_MS);
    return send_all(sampling, out_fd);
}

/* Wait for orders until a time. @return whether the input goes on */
static bool wait_until(struct sampling *sampling, int in_fd, int64_t until_us)
{
    char chunk[4096];
    struct pollfd poll_fd = {.fd = in_fd, .events = POLLIN};
    int64_t left_us = until_us - sampling->settings->clock_us();
    int wait_ms = until_us == INT64_MAX ? -1 : left_us > 0 ? (int)(left_us / US_PER_MS) + 1 : 0;
    int ready = poll(&poll_fd, 1, wait_ms);
    if (ready <= 0)
        return ready == 0 || errno == EINTR;
    ssize_t size = sys_read(in_fd, chunk, sizeof chunk);
    if (size <= 0)
        return false;
    strbuf_append(&sampling->in, chunk, (size_t)size);
    take_lines(sampling);
    return true;
}

void sampling_run(int in_fd, int out_fd, const struct sampling_settings *settings)
{
    struct sampling sampling = {.settings = settings};
    int64_t looked_us = 0;
    bool goes_on = true;
    strbuf_init(&sampling.in, INPUT_MAX);
    strbuf_init(&sampling.out, TEXT_MAX);
    while (goes_on) {
        int64_t next_us =
            sampling.watched_count > 0 ? looked_us + interval_us(&sampling) : INT64_MAX;
        goes_on = wait_until(&sampling, in_fd, next_us) && send_all(&sampling, out_fd);
        if (!goes_on || sampling.watched_count == 0 || settings->clock_us() < next_us)
            continue;
        looked_us = settings->clock_us();
        goes_on = look_and_tell(&sampling, out_fd);
    }
    while (sampling.watched_count > 0)
        forget(&sampling, sampling.watched[0]->key);
    for (size_t i = 0; i < sampling.seat_count; i++)
        sweep_free(sampling.seats[i]);
    sweep_free(sampling.seats);
    sweep_free(sampling.watched);
    meter_close(sampling.meter);
    strbuf_release(&sampling.in);
    strbuf_release(&sampling.out);
}
