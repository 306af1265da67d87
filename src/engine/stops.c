/*
 * Telling running trials to stop.
 */
#include <inttypes.h>
#include <stdio.h>

#include "engine/state.h"

void engine_stop(struct engine *engine, const struct entry *entry)
{
    struct engine_action *action = actions_add(&engine->actions, ENGINE_STOP);
    action->trial = &entry->trial;
    action->key = entry_key(entry);
    action->stop = entry->is_cancelled ? ATTEMPT_STOP_CANCEL : ATTEMPT_STOP_INTERRUPT;
    action->force = engine->stage == STAGE_KILLING;
    if (!entry->is_cancelled && engine_limit(engine) == LIMIT_TIME)
        snprintf(action->text, sizeof action->text, "the time of the budget is used up");
}

void engine_stop_all(struct engine *engine, enum stage stage, bool hint)
{
    engine->stage = stage;
    for (size_t i = 0; i < engine->unfinished.count; i++)
        if (engine->unfinished.items[i]->phase == ENTRY_LIVE)
            engine_stop(engine, engine->unfinished.items[i]);
    if (engine->live == 0)
        return;
    bool is_one = engine->live == 1;
    actions_say(&engine->actions, "%s %" PRIu32 " running trial%s%s%s",
                stage == STAGE_KILLING ? "killing" : "stopping", engine->live, is_one ? "" : "s",
                hint ? "; press ^C again to kill " : "",
                !hint    ? ""
                : is_one ? "it"
                         : "them");
}
