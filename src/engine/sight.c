/*
 * Whether the metric was ever seen, and what is done until then: the first trial runs alone, and if
 * it ends well without the metric, the sweep waits for a person. A name that is mistyped in the
 * YAML would else cost a night.
 *
 * Such a trial is held: it has not failed, since its output is there and may yet be read with
 * another pattern. It is settled by what comes later: by reports of its own, by a sweep that no
 * longer has a metric, or, as a failure, by any other trial that reports the metric.
 */
#include <inttypes.h>

#include "engine/state.h"

bool sight_is_alone(const struct engine *engine)
{
    return engine->settings.has_objective && !engine->metric_seen;
}

bool sight_is_missing(const struct entry *entry)
{
    return entry->phase == ENTRY_HELD && entry->objective.reports == 0;
}

const struct entry *sight_held(const struct engine *engine)
{
    for (size_t i = 0; sight_is_alone(engine) && i < engine->unfinished.count; i++)
        if (sight_is_missing(engine->unfinished.items[i]))
            return engine->unfinished.items[i];
    return NULL;
}

void sight_say_alone(struct engine *engine, const struct entry *entry)
{
    if (engine->said_alone || !sight_is_alone(engine) || engine->settings.parallel == 1)
        return;
    engine->said_alone = true;
    actions_say(&engine->actions, "trial %" PRIu64 " runs alone until %s is seen",
                entry->trial.number, engine->settings.objective_name);
}

struct trial_verdict sight_judge(const struct engine *engine, struct trial_verdict verdict)
{
    if (sight_is_alone(engine) && verdict.reason == SWEEP_REASON_METRIC_MISSING)
        verdict.state = SWEEP_TRIAL_WAITING;
    return verdict;
}

static struct trial_verdict settled(const struct engine *engine, const struct entry *entry)
{
    if (!engine->settings.has_objective || entry->objective.reports > 0)
        return (struct trial_verdict){SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE, 0};
    return (struct trial_verdict){SWEEP_TRIAL_FAILED, SWEEP_REASON_METRIC_MISSING, 0};
}

void sight_settle(struct engine *engine)
{
    if (sight_is_alone(engine))
        return;
    for (size_t i = engine->unfinished.count; i-- > 0;) {
        struct entry *entry = engine->unfinished.items[i];
        if (entry->phase == ENTRY_HELD)
            engine_conclude(engine, entry, settled(engine, entry));
    }
}

void sight_describe(const struct engine *engine, struct strbuf *out)
{
    const struct entry *entry = sight_held(engine);
    if (entry != NULL)
        strbuf_printf(out, "paused: %s was not found in what trial %" PRIu64 " printed",
                      engine->settings.objective_name, entry->trial.number);
}
