/*
 * What live attempts take of the machine: the sampler is told of them, its samples are added up,
 * and the sum is recorded with the outcome, and now and then before, for a runner that comes after
 * us.
 */
#include "run/runner.h"

#include "sweep/mem.h"

/* An attempt without a GPU is watched when it turns out to live for a while: what a quick command
 * takes, its supervisor tells. */
#define PATIENCE_MS 1000

/* A long one is recorded early, so that it can be shown, and then now and then. */
#define SAVE_FIRST_MS 5000
#define SAVE_MS       60000

/* The time behind the last look counts as that before it, if it is no longer than this. */
#define TAIL_MS 12000

#define US_PER_MS 1000

static char **copy_uuids(char *const *uuids)
{
    size_t count = 0;
    while (uuids[count] != NULL)
        count++;
    char **copy = sweep_alloc_array(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = sweep_strdup(uuids[i]);
    return copy;
}

static void ask(struct runner *runner, struct live *live)
{
    const struct sampler_attempt attempt = {
        .key = live->key,
        .pid = live->pid,
        .start = live->pid_start,
        .uuids = live->uuids,
        .is_new = live->is_new,
    };
    live->watching.is_asked = true;
    sampler_watch(&runner->sampler, &attempt, runner->now_ms);
}

void watching_begin(struct runner *runner, struct live *live, char *const *uuids)
{
    live->uuids = copy_uuids(uuids);
    live->watching.saved_ms = runner->now_ms + SAVE_FIRST_MS - SAVE_MS;
    live->watching.ask_ms = INT64_MAX;
    if (live->pid == 0) /* it is on another machine */
        return;
    live->watching.ask_ms = runner->now_ms + (uuids[0] != NULL ? 0 : PATIENCE_MS);
    if (live->watching.ask_ms <= runner->now_ms)
        ask(runner, live);
}

static void add(struct runner *runner, struct live *live, const struct usage *sample)
{
    usage_add(&live->watching.usage, sample);
    live->watching.last = *sample;
    live->watching.seen_ms = runner->now_ms;
    if (sample->energy_mj > 0)
        spending_note(runner, sample->energy_mj);
}

static int64_t scale(int64_t value, int64_t span_us, int64_t of_us)
{
    return value >= 0 ? (int64_t)((double)value * (double)span_us / (double)of_us) : USAGE_UNKNOWN;
}

static void add_tail(struct runner *runner, struct live *live)
{
    struct usage tail = live->watching.last;
    int64_t end_ms = live->watching.is_leaving ? live->watching.leave_ms : runner->now_ms;
    int64_t span_us = (end_ms - live->watching.seen_ms) * US_PER_MS;
    if (live->watching.seen_ms == 0 || tail.watched_us <= 0 || span_us < 0 ||
        span_us > TAIL_MS * US_PER_MS)
        return;
    tail.gpu_busy_us = scale(tail.gpu_busy_us, span_us, tail.watched_us);
    tail.energy_mj = scale(tail.energy_mj, span_us, tail.watched_us);
    tail.watched_us = span_us;
    usage_add(&live->watching.usage, &tail);
    if (tail.energy_mj > 0)
        spending_note(runner, tail.energy_mj);
}

static void leave(struct runner *runner, struct live *live)
{
    if (!live->watching.is_asked || live->watching.is_leaving)
        return;
    live->watching.is_leaving = true;
    live->watching.leave_ms = runner->now_ms;
    live->watching.is_left = !sampler_leave(&runner->sampler, live->key, runner->now_ms);
}

bool watching_is_left(struct runner *runner, struct live *live)
{
    leave(runner, live);
    return !live->watching.is_asked || live->watching.is_left;
}

void watching_end(struct runner *runner, struct live *live)
{
    if (!live->watching.is_asked)
        return;
    leave(runner, live);
    add_tail(runner, live);
    turn_add_usage(&runner->turn, live->key, &live->watching.usage);
}

static void save(struct runner *runner, struct live *live)
{
    live->watching.saved_ms = runner->now_ms;
    turn_add_usage(&runner->turn, live->key, &live->watching.usage);
}

void watching_save(struct runner *runner)
{
    for (size_t i = 0; i < runner->live_count; i++)
        save(runner, runner->live[i]);
}

static void take(struct runner *runner, const struct sampler_news *news)
{
    struct live *live = live_find(runner, news->key);
    switch (news->kind) {
    case SAMPLER_USAGE:
        if (live != NULL)
            add(runner, live, &news->usage);
        break;
    case SAMPLER_FAULT:
        faults_take(runner, news, live);
        break;
    case SAMPLER_LEFT:
        if (live == NULL)
            break;
        live->watching.is_left = true;
        live->has_news = true; /* its outcome may have waited for that */
        break;
    }
}

void watching_keep(struct runner *runner)
{
    struct sampler_news news;
    while (sampler_next(&runner->sampler, runner->now_ms, &news))
        take(runner, &news);
    for (size_t i = 0; i < runner->live_count; i++) {
        struct live *live = runner->live[i];
        if (!live->watching.is_asked && runner->now_ms >= live->watching.ask_ms)
            ask(runner, live);
        if (live->watching.seen_ms > 0 && runner->now_ms >= live->watching.saved_ms + SAVE_MS)
            save(runner, live);
    }
}

int64_t watching_deadline(const struct runner *runner)
{
    int64_t deadline_ms = sampler_deadline(&runner->sampler);
    for (size_t i = 0; i < runner->live_count; i++) {
        const struct watching *watching = &runner->live[i]->watching;
        if (!watching->is_asked && watching->ask_ms < deadline_ms)
            deadline_ms = watching->ask_ms;
    }
    return deadline_ms;
}
