/*
 * What the strategy has answered, for the engine. Not for asking it, which is an action.
 */
#include <poll.h>

#include "base/clock.h"
#include "run/runner.h"

/* How long a turn waits for the next answer, and how long for all of them. */
#define ANSWER_MS  1
#define ANSWERS_MS 20

static void fail_asking(struct runner *runner, const struct sweep_error *why)
{
    struct sweep_error error;
    sweep_error_set(&error, why->code, "%s; %s", why->message,
                    runner->live_count > 0
                        ? "running trials go on, and `sweep resume` finds them again"
                        : "when that is mended, go on with `sweep resume`");
    runner_fail(runner, &error);
}

static void feed_answer(struct runner *runner, const struct asker_answer *answer)
{
    bool suggested = answer->answer == SWEEP_SUGGESTED;
    struct engine_event event =
        runner_event(runner, suggested ? ENGINE_SUGGESTED : ENGINE_EXHAUSTED);
    event.trial = answer->trial;
    event.params = answer->params;
    event.memo = answer->memo;
    event.memo_size = answer->memo_size;
    runner_feed(runner, &event);
}

static void take_present_answers(struct runner *runner)
{
    struct asker_answer answer;
    while (asker_take(runner->asker, &answer)) {
        if (answer.error.code == SWEEP_OK)
            feed_answer(runner, &answer);
        else
            fail_asking(runner, &answer.error);
        asker_release_answer(&answer);
    }
}

/* While many slots are free and the strategy is quick, one turn starts many trials: a commit takes
 * longer than a suggestion. */
void answers_take(struct runner *runner)
{
    struct pollfd asker = {.fd = asker_fd(runner->asker), .events = POLLIN};
    int64_t end_ms = runner->now_ms + ANSWERS_MS;
    do {
        take_present_answers(runner);
    } while (!runner->has_failed && engine_is_asking(runner->engine) && clock_boot_ms() < end_ms &&
             poll(&asker, 1, ANSWER_MS) > 0);
}
