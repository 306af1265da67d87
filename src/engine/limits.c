/*
 * When a sweep has had enough: its time, its patience, its target, its failures.
 *
 * No limit is remembered as reached: each is found anew from what is counted, so one that was
 * raised, or a running trial that turns out better after all, lets the sweep go on. Only the
 * breaker (breaker.c) stays broken until the next run.
 *
 * At a limit no trial is started any more and the running ones may finish. Where what running
 * trials take is used up (time, GPU time, cost, energy) they must be quick: after `finish_ms` they
 * are stopped with grace and wait for another run.
 *
 * Not for the budget of trials: the strategy is not asked for more than that (engine.c).
 */
#include <inttypes.h>

#include "base/array.h"
#include "base/clock.h"
#include "engine/state.h"
#include "trial/ranking.h"
#include "trial/usage.h"

#define US_PER_MS   1000
#define MS_PER_HOUR 3.6e6

/* Past the end of time there is none. */
static int64_t plus(int64_t a, int64_t b)
{
    return b > 0 && a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* When the running time, summed over runs, will be so much [ms, the event's clock]. */
static int64_t time_at(const struct engine *engine, int64_t running_ms)
{
    const struct progress_counts *counts = &engine->counts;
    return engine->begun ? plus(counts->began_ms - counts->earlier_ms, running_ms) : INT64_MAX;
}

/* While it is paused and nothing runs, its time stands still. */
static bool is_idle(const struct engine *engine)
{
    return engine->paused != 0 && engine->launching + engine->live == 0;
}

void engine_keep_time(struct engine *engine, int64_t now_ms)
{
    if (engine->begun && is_idle(engine))
        engine->counts.began_ms += now_ms - engine->now_ms;
}

int64_t engine_ran_ms(const struct engine *engine, int64_t now_ms)
{
    if (!engine->begun)
        return 0;
    return (is_idle(engine) ? engine->now_ms : now_ms) - engine->counts.began_ms;
}

/* GPU time until now. */
static int64_t gpu_time(const struct engine *engine)
{
    const struct progress_counts *counts = &engine->counts;
    return plus(counts->spent.gpu_ms, counts->spent.gpus * (engine->now_ms - counts->spent_ms));
}

/* When GPU time will be so much [ms, the event's clock]. */
static int64_t gpu_time_at(const struct engine *engine, int64_t gpu_ms)
{
    const struct progress_counts *counts = &engine->counts;
    int64_t left_ms = gpu_ms - counts->spent.gpu_ms;
    if (gpu_ms <= 0 || counts->spent.gpus == 0)
        return INT64_MAX;
    return plus(counts->spent_ms, (left_ms + counts->spent.gpus - 1) / counts->spent.gpus);
}

/* --- the limits ------------------------------------------------------------------------------ */

static bool is_out_of_time(const struct engine *engine)
{
    int64_t time_ms = engine->settings.limits.time_ms;
    return time_ms > 0 && engine->now_ms >= time_at(engine, time_ms);
}

static void describe_time(const struct engine *engine, struct strbuf *out)
{
    char time[CLOCK_TEXT_MAX];
    clock_format_duration(engine->settings.limits.time_ms * US_PER_MS, time);
    strbuf_printf(out, "the time of the budget (%s) is used up", time);
}

static bool is_out_of_gpu_time(const struct engine *engine)
{
    int64_t gpu_ms = engine->settings.limits.gpu_ms;
    return gpu_ms > 0 && gpu_time(engine) >= gpu_ms;
}

static void describe_gpu_time(const struct engine *engine, struct strbuf *out)
{
    strbuf_printf(out, "the GPU hours of the budget (%.4g) are used up",
                  (double)engine->settings.limits.gpu_ms / MS_PER_HOUR);
}

static bool is_out_of_money(const struct engine *engine)
{
    int64_t gpu_ms = engine->settings.limits.cost_gpu_ms;
    return gpu_ms > 0 && gpu_time(engine) >= gpu_ms;
}

static void describe_cost(const struct engine *engine, struct strbuf *out)
{
    strbuf_printf(out, "the cost of the budget (%.6g) is reached", engine->settings.limits.cost);
}

static bool is_out_of_energy(const struct engine *engine)
{
    int64_t energy_mj = engine->settings.limits.energy_mj;
    return energy_mj > 0 && engine->counts.spent.energy_mj >= energy_mj;
}

static void describe_energy(const struct engine *engine, struct strbuf *out)
{
    strbuf_append_text(out, "the energy of the budget (");
    usage_format_energy(engine->settings.limits.energy_mj, out);
    strbuf_append_text(out, ") is used up");
}

static bool is_at_target(const struct engine *engine)
{
    const struct engine_progress *best = &engine->progress;
    const struct engine_limits *limits = &engine->settings.limits;
    return limits->has_target && best->has_best &&
           !ranking_is_better(limits->target, best->best_value,
                              engine->settings.objective.maximize);
}

static void describe_target(const struct engine *engine, struct strbuf *out)
{
    strbuf_printf(out, "trial %" PRIu64 " has reached the target", engine->progress.best_trial);
}

static bool is_out_of_patience(const struct engine *engine)
{
    uint64_t patience = engine->settings.limits.patience;
    return patience > 0 && engine->counts.stale >= patience;
}

static void describe_patience(const struct engine *engine, struct strbuf *out)
{
    uint64_t stale = engine->counts.stale;
    if (stale == 1)
        strbuf_append_text(out, "the last trial brought nothing better");
    else
        strbuf_printf(out, "the last %" PRIu64 " trials brought nothing better", stale);
}

static bool has_too_many_failures(const struct engine *engine)
{
    uint64_t maximum = engine->settings.limits.max_failures;
    return maximum > 0 && engine->progress.failed >= maximum;
}

static void describe_failures(const struct engine *engine, struct strbuf *out)
{
    uint64_t failed = engine->progress.failed;
    strbuf_printf(out, "%" PRIu64 " trial%s failed (trial.max_failures: %" PRIu64 ")", failed,
                  failed == 1 ? " has" : "s have", engine->settings.limits.max_failures);
}

/* In this order: what went wrong comes first. */
static const struct {
    bool (*is_reached)(const struct engine *engine);
    void (*describe)(const struct engine *engine, struct strbuf *out);
    enum engine_end end;
} limits[] = {
    [LIMIT_BREAKER] = {breaker_is_open, breaker_describe, ENGINE_BROKEN},
    [LIMIT_FAILURES] = {has_too_many_failures, describe_failures, ENGINE_BROKEN},
    [LIMIT_TARGET] = {is_at_target, describe_target, ENGINE_FINISHED},
    [LIMIT_PATIENCE] = {is_out_of_patience, describe_patience, ENGINE_FINISHED},
    [LIMIT_ENERGY] = {is_out_of_energy, describe_energy, ENGINE_FINISHED},
    [LIMIT_COST] = {is_out_of_money, describe_cost, ENGINE_FINISHED},
    [LIMIT_GPU_TIME] = {is_out_of_gpu_time, describe_gpu_time, ENGINE_FINISHED},
    [LIMIT_TIME] = {is_out_of_time, describe_time, ENGINE_FINISHED},
};

enum limit engine_limit(const struct engine *engine)
{
    for (size_t i = LIMIT_NONE + 1; i < ARRAY_LENGTH(limits); i++)
        if (limits[i].is_reached(engine))
            return (enum limit)i;
    return LIMIT_NONE;
}

enum engine_end engine_limit_end(enum limit limit)
{
    return limits[limit].end;
}

void engine_describe_limit(const struct engine *engine, struct strbuf *out)
{
    enum limit limit = engine_limit(engine);
    if (limit != LIMIT_NONE)
        limits[limit].describe(engine, out);
}

/* --- what is done about them ----------------------------------------------------------------- */

/* Whether running trials use up more of what there is no more of. */
static bool is_used_up(const struct engine *engine)
{
    return is_out_of_energy(engine) || is_out_of_money(engine) || is_out_of_gpu_time(engine);
}

/* When trials that run are stopped; INT64_MAX: nothing is used up. */
static int64_t finish_at(const struct engine *engine)
{
    const struct engine_limits *budget = &engine->settings.limits;
    int64_t finish_ms = is_out_of_time(engine)
                            ? time_at(engine, plus(budget->time_ms, budget->finish_ms))
                            : INT64_MAX;
    int64_t other_ms = is_used_up(engine) && engine->counts.over_ms > 0
                           ? plus(engine->counts.over_ms, budget->finish_ms)
                           : INT64_MAX;
    return finish_ms < other_ms ? finish_ms : other_ms;
}

/* What becomes of the trials that run now. */
static void describe_running(const struct engine *engine, enum limit limit, struct strbuf *out)
{
    uint32_t running = engine->launching + engine->live;
    if (limit < LIMIT_ENERGY) {
        strbuf_printf(out, "; waiting for %" PRIu32 " running trial%s", running,
                      running == 1 ? "" : "s");
        return;
    }
    int64_t left_ms = finish_at(engine) - engine->now_ms;
    if (left_ms <= 0)
        return;
    char left[CLOCK_TEXT_MAX];
    clock_format_duration(left_ms < INT64_MAX / US_PER_MS ? left_ms * US_PER_MS : INT64_MAX, left);
    strbuf_printf(out, "; %" PRIu32 " running trial%s may go on for %s", running,
                  running == 1 ? "" : "s", left);
}

static void say_limit(struct engine *engine, enum limit limit)
{
    if (limit == LIMIT_NONE) {
        actions_say(&engine->actions, "the sweep goes on");
        return;
    }
    struct strbuf text;
    strbuf_init(&text, sizeof((struct engine_action *)0)->text - 1);
    limits[limit].describe(engine, &text);
    describe_running(engine, limit, &text);
    actions_say(&engine->actions, "%s", strbuf_text(&text));
    strbuf_release(&text);
}

bool engine_watch_limits(struct engine *engine)
{
    if (!is_used_up(engine))
        engine->counts.over_ms = 0;
    else if (engine->counts.over_ms == 0)
        engine->counts.over_ms = engine->now_ms;
    if (engine->launching + engine->live == 0)
        return false; /* the end itself will say it */
    enum limit limit = engine_limit(engine);
    if (limit != engine->counts.said)
        say_limit(engine, limit);
    engine->counts.said = limit;
    return engine->stage < STAGE_STOPPING && engine->now_ms >= finish_at(engine);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t engine_limit_deadline(const struct engine *engine)
{
    const struct engine_limits *budget = &engine->settings.limits;
    int64_t deadline_ms = INT64_MAX;
    if (is_idle(engine))
        return INT64_MAX;
    if (budget->time_ms > 0 && !is_out_of_time(engine))
        deadline_ms = time_at(engine, budget->time_ms);
    if (!is_out_of_gpu_time(engine))
        deadline_ms = earlier(deadline_ms, gpu_time_at(engine, budget->gpu_ms));
    if (!is_out_of_money(engine))
        deadline_ms = earlier(deadline_ms, gpu_time_at(engine, budget->cost_gpu_ms));
    return engine->stage < STAGE_STOPPING ? earlier(deadline_ms, finish_at(engine)) : deadline_ms;
}

int64_t engine_time_left_ms(const struct engine *engine, int64_t now_ms)
{
    int64_t deadline_ms = engine_limit_deadline(engine);
    if (deadline_ms == INT64_MAX)
        return INT64_MAX;
    return deadline_ms > now_ms ? deadline_ms - now_ms : 0;
}
