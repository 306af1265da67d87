/*
 * Waiting for what other sweeps have of the box: when to stand in line for it, and when the turn is
 * somebody else's again. How the line works is box/gpu/queue.h's.
 *
 * A turn is all that can be started with what is free at the time: it ends when there is no room
 * any more, and then we stand behind those who came meanwhile. One that has room and does not use
 * it, as its next trial is not known yet, keeps others waiting for a second.
 */
#include "run/runner.h"

#define TURN_MS 1000

/* How often to try where the line is not to be had, as without descriptors. */
#define RETRY_MS 20

/* Said again only about waits of this length. */
#define LONG_MS 10000

/* --- what is said ----------------------------------------------------------------------------- */

static const char *describe(const struct runner *runner)
{
    if (host_capacity(&runner->host) == 0)
        return "other sweeps have reserved the processors or the memory of this box: trials "
               "start when enough is given back";
    if (runner->settings->gpus.per_trial == 1)
        return "no GPU is free now: trials start when one is; `sweep doctor --gpus` shows who has "
               "them";
    return "too few GPUs are free now: trials start when enough are; `sweep doctor --gpus` shows "
           "who has them";
}

/* Only where nothing goes on; sweeps that take turns are without a GPU again and again. */
static void say_none_free(struct runner *runner, bool lacks)
{
    struct waiting *waiting = &runner->waiting;
    if (!lacks || runner->capacity > 0) {
        waiting->since_ms = 0;
        waiting->says = false;
        return;
    }
    if (waiting->since_ms == 0)
        waiting->since_ms = runner->now_ms;
    if (waiting->says || (waiting->has_said && runner->now_ms < waiting->since_ms + LONG_MS))
        return;
    waiting->says = true;
    waiting->has_said = true;
    runner_tell(runner, RUN_MESSAGE, describe(runner));
}

/* --- the line --------------------------------------------------------------------------------- */

static void claim(struct runner *runner)
{
    pool_claim(&runner->gpus, &runner->next_need);
    host_claim(&runner->host);
}

/* What is free was looked at last before something else happened. */
static void begin(struct runner *runner)
{
    struct waiting *waiting = &runner->waiting;
    gpus_count(runner);
    if (!engine_lacks_room(runner->engine))
        return;
    waiting->has_taken = false;
    waiting->has_had = false;
    waiting->until_ms = 0;
    bool is_in_line = queue_enter(&waiting->queue, runner->now_ms);
    waiting->retry_ms = is_in_line ? 0 : runner->now_ms + RETRY_MS;
    if (is_in_line)
        claim(runner);
}

void waiting_yield(struct runner *runner)
{
    struct waiting *waiting = &runner->waiting;
    if (waiting->has_had && queue_is_followed(&waiting->queue))
        queue_leave(&waiting->queue);
}

static void keep_turn(struct runner *runner, bool lacks)
{
    struct waiting *waiting = &runner->waiting;
    if (lacks) {
        waiting->until_ms = 0;
        waiting->has_had = waiting->has_taken;
        waiting_yield(runner);
        return;
    }
    if (waiting->until_ms == 0)
        waiting->until_ms = runner->now_ms + TURN_MS;
    if (!engine_wants_room(runner->engine) || runner->now_ms >= waiting->until_ms)
        queue_leave(&waiting->queue);
}

void waiting_settle(struct runner *runner)
{
    struct waiting *waiting = &runner->waiting;
    bool lacks = engine_lacks_room(runner->engine);
    if (queue_is_waiting(&waiting->queue))
        keep_turn(runner, lacks);
    if (lacks && !queue_is_waiting(&waiting->queue) && runner->now_ms >= waiting->retry_ms)
        begin(runner);
    say_none_free(runner, engine_lacks_room(runner->engine));
}

bool waiting_heed(struct runner *runner)
{
    struct waiting *waiting = &runner->waiting;
    bool has_news = queue_heed(&waiting->queue, runner->now_ms);
    if (has_news)
        claim(runner);
    return has_news;
}

int64_t waiting_deadline(const struct runner *runner)
{
    const struct waiting *waiting = &runner->waiting;
    if (!queue_is_waiting(&waiting->queue))
        return engine_lacks_room(runner->engine) ? waiting->retry_ms : INT64_MAX;
    int64_t deadline_ms = queue_deadline(&waiting->queue);
    return waiting->until_ms > 0 && waiting->until_ms < deadline_ms ? waiting->until_ms
                                                                    : deadline_ms;
}
