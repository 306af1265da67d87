/*
 * The sampler's process as seen from the loop: started, told, read without blocking, given up.
 */
#include "box/sampler.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/number.h"
#include "base/sys.h"
#include "box/own_program.h"
#include "box/sampling.h"
#include "sweep/mem.h"

/* How long it may take to look the first time, and beyond the time that it names itself. */
#define FIRST_MS    20000
#define LENIENCE_MS 5000

/* A new one comes at once, and ever later where they all fail. */
#define RESTART_MS     1000
#define RESTART_DOUBLE 6
#define LOOKS_TO_TRUST 20

#define LINE_MAX_BYTES ((size_t)16 * 1024)
#define TEXT_MAX       ((size_t)1 << 20)
#define CHUNK          4096

struct sampler_order {
    struct attempt_key key;
    pid_t pid;
    uint64_t start;
    bool is_new;      /* until it was sent once */
    bool is_leaving;  /* it has ended, and the process was asked for the last news of it */
    int64_t leave_ms; /* which are awaited until then */
    char *uuids;      /* each behind a blank */
};

/* --- one process ------------------------------------------------------------------------------ */

/* Not even a killed one has to be gone: the driver may hold it. */
static bool reap(struct sampler *sampler)
{
    if (sampler->ending > 0 && waitpid(sampler->ending, NULL, WNOHANG) != 0)
        sampler->ending = 0;
    return sampler->ending == 0;
}

static void give_up(struct sampler *sampler, int64_t now_ms)
{
    unsigned doubled = sampler->failures < RESTART_DOUBLE ? sampler->failures : RESTART_DOUBLE;
    (void)kill(sampler->pid, SIGKILL);
    sampler->ending = sampler->pid;
    sampler->pid = 0;
    (void)reap(sampler);
    sys_close(sampler->in_fd);
    sys_close(sampler->out_fd);
    strbuf_reset(&sampler->text);
    sampler->taken = 0;
    sampler->start_ms = now_ms + ((int64_t)RESTART_MS << doubled);
    sampler->failures++;
}

/* An order is small: where it finds no room, nobody has read for a long time. */
static bool send_text(struct sampler *sampler, const char *text)
{
    size_t size = strlen(text);
    return write(sampler->in_fd, text, size) == (ssize_t)size;
}

static bool send_order(struct sampler *sampler, struct sampler_order *order)
{
    struct strbuf line;
    strbuf_init(&line, LINE_MAX_BYTES);
    strbuf_printf(&line, "watch %" PRIu64 " %" PRIu32 " %d %" PRIu64 " %d%s\n", order->key.trial,
                  order->key.number, (int)order->pid, order->start, (int)order->is_new,
                  order->uuids);
    order->is_new = false;
    bool sent = send_text(sampler, strbuf_text(&line));
    strbuf_release(&line);
    return sent;
}

static bool send_source(struct sampler *sampler)
{
    struct strbuf line;
    strbuf_init(&line, LINE_MAX_BYTES);
    strbuf_printf(&line, "by %s\n", sampler->source);
    bool sent = send_text(sampler, strbuf_text(&line));
    strbuf_release(&line);
    return sent;
}

static void start(struct sampler *sampler, int64_t now_ms)
{
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    sampler->start_ms = now_ms + RESTART_MS; /* whatever becomes of it */
    bool started = reap(sampler) && pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 &&
                   fcntl(in[1], F_SETFL, O_NONBLOCK) == 0 &&
                   fcntl(out[0], F_SETFL, O_NONBLOCK) == 0 &&
                   own_program_start(sampler->program_fd, SAMPLING_COMMAND, in[0], out[1],
                                     &sampler->pid, NULL);
    sys_close(in[0]);
    sys_close(out[1]);
    if (!started) {
        sys_close(in[1]);
        sys_close(out[0]);
        return;
    }
    sampler->in_fd = in[1];
    sampler->out_fd = out[0];
    sampler->due_ms = now_ms + FIRST_MS;
    sampler->looks = 0;
    started = send_source(sampler);
    for (size_t i = 0; i < sampler->order_count && started; i++)
        if (!sampler->orders[i].is_leaving)
            started = send_order(sampler, &sampler->orders[i]);
    if (!started)
        give_up(sampler, now_ms);
}

/* --- orders ----------------------------------------------------------------------------------- */

void sampler_open(struct sampler *sampler, int program_fd, const char *source)
{
    *sampler = (struct sampler){.program_fd = program_fd, .in_fd = -1, .out_fd = -1};
    gpu_set_text(sampler->source, source);
    strbuf_init(&sampler->text, TEXT_MAX);
}

static void remove_order(struct sampler *sampler, size_t index)
{
    sweep_free(sampler->orders[index].uuids);
    sampler->orders[index] = sampler->orders[--sampler->order_count];
}

void sampler_close(struct sampler *sampler)
{
    if (sampler->pid > 0)
        give_up(sampler, 0);
    while (sampler->order_count > 0)
        remove_order(sampler, 0);
    sweep_free(sampler->orders);
    strbuf_release(&sampler->text);
    *sampler = (struct sampler){.in_fd = -1, .out_fd = -1};
}

static char *list_uuids(char *const *uuids)
{
    struct strbuf list;
    strbuf_init(&list, LINE_MAX_BYTES / 2);
    for (size_t i = 0; uuids[i] != NULL; i++)
        strbuf_printf(&list, " %s", uuids[i]);
    char *copy = sweep_strdup(strbuf_text(&list));
    strbuf_release(&list);
    return copy;
}

void sampler_watch(struct sampler *sampler, const struct sampler_attempt *attempt, int64_t now_ms)
{
    if (sampler->program_fd <= 0)
        return;
    sampler->orders = array_reserve(sampler->orders, sampler->order_count + 1,
                                    &sampler->order_capacity, sizeof *sampler->orders);
    struct sampler_order *order = &sampler->orders[sampler->order_count++];
    *order = (struct sampler_order){.key = attempt->key,
                                    .pid = attempt->pid,
                                    .start = attempt->start,
                                    .is_new = attempt->is_new,
                                    .uuids = list_uuids(attempt->uuids)};
    if (sampler->pid > 0) {
        if (sampler->order_count == 1) /* until now it had nothing to tell */
            sampler->due_ms = now_ms + FIRST_MS;
        if (!send_order(sampler, order))
            give_up(sampler, now_ms);
    } else if (now_ms >= sampler->start_ms) {
        start(sampler, now_ms);
    }
}

/* The one with this key, or NULL. */
static struct sampler_order *find_order(const struct sampler *sampler, struct attempt_key key)
{
    for (size_t i = 0; i < sampler->order_count; i++)
        if (sampler->orders[i].key.trial == key.trial &&
            sampler->orders[i].key.number == key.number)
            return &sampler->orders[i];
    return NULL;
}

bool sampler_leave(struct sampler *sampler, struct attempt_key key, int64_t now_ms)
{
    struct sampler_order *order = find_order(sampler, key);
    struct strbuf line;
    if (order == NULL || order->is_leaving)
        return order != NULL;
    strbuf_init(&line, LINE_MAX_BYTES);
    strbuf_printf(&line, "leave %" PRIu64 " %" PRIu32 "\n", key.trial, key.number);
    order->is_leaving = sampler->pid > 0 && send_text(sampler, strbuf_text(&line));
    order->leave_ms = now_ms + SAMPLER_LEAVE_MS;
    strbuf_release(&line);
    bool is_leaving = order->is_leaving;
    if (!is_leaving)
        remove_order(sampler, (size_t)(order - sampler->orders));
    return is_leaving;
}

/* --- news ------------------------------------------------------------------------------------- */

static int64_t take_number(struct strview *rest)
{
    struct strview word;
    int64_t number = 0;
    (void)strview_take(rest, ' ', &word);
    return number_parse_int64(word, &number) == NUMBER_OK ? number : USAGE_UNKNOWN;
}

static void parse_usage(struct strview rest, struct usage *usage)
{
    usage->watched_us = take_number(&rest);
    usage->gpu_memory_bytes = take_number(&rest);
    usage->gpu_busy_us = take_number(&rest);
    usage->energy_mj = take_number(&rest);
    usage->is_share = take_number(&rest) == 1;
    usage->cpu_us = take_number(&rest);
    usage->memory_bytes = take_number(&rest);
}

static bool parse_fault(struct strview rest, struct sampler_news *news)
{
    int64_t kind = take_number(&rest);
    news->fault.xid = (unsigned)take_number(&rest);
    news->is_shared = take_number(&rest) == 1;
    gpu_set_view(news->uuid, rest);
    if (kind < 0 || kind >= FAULT_KIND_COUNT)
        return false;
    news->fault.kind = (enum fault_kind)kind;
    return true;
}

/* A line after its first word. @return whether it is worth to be told */
static bool parse_news(struct sampler *sampler, struct strview word, struct strview rest,
                       struct sampler_news *news)
{
    *news = (struct sampler_news){.key.trial = (uint64_t)take_number(&rest)};
    news->key.number = (uint32_t)take_number(&rest);
    struct sampler_order *order = find_order(sampler, news->key);
    if (order == NULL)
        return false;
    if (strview_is(word, "seen")) {
        news->kind = SAMPLER_USAGE;
        parse_usage(rest, &news->usage);
        return !order->is_leaving;
    }
    if (strview_is(word, "fault")) {
        news->kind = SAMPLER_FAULT;
        return parse_fault(rest, news);
    }
    news->kind = SAMPLER_LEFT;
    if (!strview_is(word, "left") || !order->is_leaving)
        return false;
    remove_order(sampler, (size_t)(order - sampler->orders));
    return true;
}

static void note_look(struct sampler *sampler, struct strview rest, int64_t now_ms)
{
    int64_t next_ms = take_number(&rest);
    sampler->due_ms = now_ms + LENIENCE_MS + (next_ms > 0 ? next_ms : 0);
    sampler->looks++;
    if (sampler->looks == LOOKS_TO_TRUST)
        sampler->failures = 0;
}

/* Take the next whole line of what was read. */
static bool take_line(struct sampler *sampler, struct strview *line)
{
    struct strview rest = {sampler->text.data + sampler->taken,
                           sampler->text.size - sampler->taken};
    if (sampler->taken == sampler->text.size || !strview_take(&rest, '\n', line))
        return false;
    sampler->taken = sampler->text.size - rest.size;
    return true;
}

static bool take_news(struct sampler *sampler, int64_t now_ms, struct sampler_news *news)
{
    struct strview line;
    struct strview word;
    while (take_line(sampler, &line)) {
        (void)strview_take(&line, ' ', &word);
        if (strview_is(word, "next")) {
            note_look(sampler, line, now_ms);
            continue;
        }
        if (parse_news(sampler, word, line, news))
            return true;
    }
    return false;
}

/* What is left of `text` is the beginning of a line. @return whether the process lives */
static bool read_more(struct sampler *sampler)
{
    char chunk[CHUNK];
    ssize_t size;
    struct strbuf rest;
    strbuf_init(&rest, TEXT_MAX);
    strbuf_append(&rest, strbuf_text(&sampler->text) + sampler->taken,
                  sampler->text.size - sampler->taken);
    strbuf_release(&sampler->text);
    sampler->text = rest;
    sampler->taken = 0;
    while ((size = sys_read(sampler->out_fd, chunk, sizeof chunk)) > 0)
        strbuf_append(&sampler->text, chunk, (size_t)size);
    return size < 0 && errno == EAGAIN && !sampler->text.truncated;
}

/* One of which nobody can tell any more. */
static bool take_left(struct sampler *sampler, int64_t now_ms, struct sampler_news *news)
{
    for (size_t i = 0; i < sampler->order_count; i++) {
        const struct sampler_order *order = &sampler->orders[i];
        if (!order->is_leaving || (sampler->pid > 0 && now_ms < order->leave_ms))
            continue;
        *news = (struct sampler_news){.kind = SAMPLER_LEFT, .key = order->key};
        remove_order(sampler, i);
        return true;
    }
    return false;
}

/* Of the process that runs. */
static bool listen_to(struct sampler *sampler, int64_t now_ms, struct sampler_news *news)
{
    if (take_news(sampler, now_ms, news))
        return true;
    bool lives = read_more(sampler);
    if (take_news(sampler, now_ms, news))
        return true;
    if (!lives || (sampler->order_count > 0 && now_ms >= sampler->due_ms))
        give_up(sampler, now_ms);
    return false;
}

bool sampler_next(struct sampler *sampler, int64_t now_ms, struct sampler_news *news)
{
    if ((sampler->pid > 0 && listen_to(sampler, now_ms, news)) || take_left(sampler, now_ms, news))
        return true;
    if (sampler->pid == 0) {
        (void)reap(sampler);
        if (sampler->order_count > 0 && sampler->program_fd > 0 && now_ms >= sampler->start_ms)
            start(sampler, now_ms);
    }
    return false;
}

int sampler_fd(const struct sampler *sampler)
{
    return sampler->pid > 0 ? sampler->out_fd : -1;
}

int64_t sampler_deadline(const struct sampler *sampler)
{
    if (sampler->order_count == 0 || sampler->program_fd <= 0)
        return INT64_MAX;
    int64_t deadline_ms = sampler->pid > 0 ? sampler->due_ms : sampler->start_ms;
    for (size_t i = 0; i < sampler->order_count; i++)
        if (sampler->orders[i].is_leaving && sampler->orders[i].leave_ms < deadline_ms)
            deadline_ms = sampler->orders[i].leave_ms;
    return deadline_ms;
}
