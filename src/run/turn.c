/*
 * The list of a turn's records and effects, and its one transaction. Decides nothing.
 */
#include "run/turn.h"

#include <string.h>

#include "base/array.h"
#include "sweep/mem.h"

void turn_release(struct turn *turn)
{
    sweep_free(turn->records);
    sweep_free(turn->effects);
    arena_release(&turn->arena);
    *turn = (struct turn){.param_count = turn->param_count};
}

static struct turn_record *add_record(struct turn *turn, enum turn_kind kind)
{
    turn->records = array_reserve(turn->records, turn->record_count + 1, &turn->record_capacity,
                                  sizeof *turn->records);
    struct turn_record *record = &turn->records[turn->record_count++];
    *record = (struct turn_record){.kind = kind};
    return record;
}

static struct turn_effect *add_effect(struct turn *turn, enum turn_effect_kind kind)
{
    turn->effects = array_reserve(turn->effects, turn->effect_count + 1, &turn->effect_capacity,
                                  sizeof *turn->effects);
    struct turn_effect *effect = &turn->effects[turn->effect_count++];
    *effect = (struct turn_effect){.kind = kind};
    return effect;
}

static void *copy_block(struct turn *turn, const void *block, size_t size)
{
    void *copy = arena_alloc(&turn->arena, size);
    if (size > 0)
        memcpy(copy, block, size);
    return copy;
}

static const struct sweep_trial *copy_trial(struct turn *turn, const struct sweep_trial *trial)
{
    struct sweep_trial *copy = copy_block(turn, trial, sizeof *trial);
    copy->params = copy_block(turn, trial->params, turn->param_count * sizeof *trial->params);
    copy->pending = copy_block(turn, trial->pending, trial->pending_count * sizeof *trial->pending);
    copy->memo = copy_block(turn, trial->memo, trial->memo_size);
    return copy;
}

void turn_add_trial(struct turn *turn, const struct sweep_trial *trial)
{
    add_record(turn, TURN_TRIAL)->trial = copy_trial(turn, trial);
}

void turn_add_update(struct turn *turn, const struct sweep_trial *trial)
{
    add_record(turn, TURN_UPDATE)->trial = copy_trial(turn, trial);
    turn->is_urgent = true;
}

void turn_add_attempt(struct turn *turn, const struct turn_attempt *attempt)
{
    add_record(turn, TURN_ATTEMPT)->attempt = copy_block(turn, attempt, sizeof *attempt);
    turn->is_urgent = true;
}

void turn_add_gpus(struct turn *turn, struct attempt_key key, const struct store_gpus *gpus)
{
    struct turn_gpus *copy = arena_alloc(&turn->arena, sizeof *copy);
    struct store_gpu *items = arena_alloc_array(&turn->arena, gpus->count, sizeof *items);
    for (size_t i = 0; i < gpus->count; i++)
        items[i] = (struct store_gpu){arena_strdup(&turn->arena, gpus->items[i].uuid),
                                      arena_strdup(&turn->arena, gpus->items[i].name)};
    *copy = (struct turn_gpus){key, {items, gpus->count}};
    add_record(turn, TURN_GPUS)->gpus = copy;
}

void turn_add_usage(struct turn *turn, struct attempt_key key, const struct usage *usage)
{
    if (!usage_is_known(usage))
        return;
    struct turn_usage *copy = arena_alloc(&turn->arena, sizeof *copy);
    *copy = (struct turn_usage){key, *usage};
    add_record(turn, TURN_USAGE)->usage = copy;
}

struct turn_outcome *turn_add_outcome(struct turn *turn, struct attempt_key key,
                                      const struct attempt_outcome *outcome)
{
    struct turn_outcome *copy = arena_alloc(&turn->arena, sizeof *copy);
    *copy = (struct turn_outcome){.key = key, .outcome = *outcome};
    add_record(turn, TURN_OUTCOME)->outcome = copy;
    turn->is_urgent = true;
    return copy;
}

void turn_add_report(struct turn *turn, const struct store_report *report)
{
    add_record(turn, TURN_REPORT)->report = *report;
    turn->report_count++;
}

void turn_add_offset(struct turn *turn, const struct turn_offset *offset)
{
    add_record(turn, TURN_OFFSET)->offset = *offset;
}

void turn_add_event(struct turn *turn, int64_t at_us, struct attempt_key key, const char *kind,
                    const char *text)
{
    add_record(turn, TURN_EVENT)->event =
        (struct store_event){at_us, key, kind, arena_strdup(&turn->arena, text)};
}

void turn_add_state(struct turn *turn, const struct turn_state *state)
{
    struct turn_state *copy = &add_record(turn, TURN_STATE)->state;
    *copy = *state;
    copy->note = arena_strdup(&turn->arena, state->note);
    turn->is_urgent = true;
}

void turn_add_wish(struct turn *turn, const char *wish)
{
    add_record(turn, TURN_WISH)->wish = wish;
    turn->is_urgent = true;
}

void turn_add_setting(struct turn *turn, const struct store_setting *setting)
{
    add_record(turn, TURN_SETTING)->setting = (struct store_setting){
        arena_strdup(&turn->arena, setting->key), arena_strdup(&turn->arena, setting->value)};
    turn->is_urgent = true;
}

void turn_add_request(struct turn *turn, const struct store_request *request)
{
    struct store_request *copy = &add_record(turn, TURN_REQUEST)->request;
    *copy = *request;
    copy->id = arena_strdup(&turn->arena, request->id);
    copy->body = arena_strdup(&turn->arena, request->body);
    copy->reply = arena_strdup(&turn->arena, request->reply);
    add_effect(turn, TURN_ANSWERED)->request = copy->id;
    turn->is_urgent = true;
}

void turn_go(struct turn *turn, struct attempt_key key)
{
    add_effect(turn, TURN_GO)->key = key;
    turn->is_urgent = true;
}

void turn_stop(struct turn *turn, struct attempt_key key, enum attempt_stop stop, bool force)
{
    add_record(turn, TURN_TOLD)->told = (struct turn_told){key, stop};
    struct turn_effect *effect = add_effect(turn, TURN_STOP);
    effect->key = key;
    effect->stop = stop;
    effect->force = force;
    turn->is_urgent = true;
}

void turn_recall(struct turn *turn)
{
    add_effect(turn, TURN_RECALL);
    turn->is_urgent = true;
}

void turn_forget(struct turn *turn, uint64_t trial)
{
    add_effect(turn, TURN_FORGET)->key.trial = trial;
}

void turn_tell(struct turn *turn, const struct run_notice *notice)
{
    struct turn_effect *effect = add_effect(turn, TURN_TELL);
    effect->notice = *notice;
    if (notice->trial != NULL)
        effect->notice.trial = copy_trial(turn, notice->trial);
    if (notice->text != NULL)
        effect->notice.text = arena_strdup(&turn->arena, notice->text);
    turn->is_urgent = true;
}

static bool write_record(const struct turn_record *record, struct store *store,
                         const struct sweep_space *space, struct sweep_error *err)
{
    switch (record->kind) {
    case TURN_TRIAL:
        return store_record_trial(store, space, record->trial, err);
    case TURN_UPDATE:
        return store_update_trial(store, record->trial, err);
    case TURN_ATTEMPT:
        return store_record_attempt(store, &record->attempt->identity, record->attempt->started_us,
                                    record->attempt->fresh, err);
    case TURN_GPUS:
        return store_record_gpus(store, record->gpus->key, &record->gpus->gpus, err);
    case TURN_USAGE:
        return store_record_usage(store, record->usage->key, &record->usage->usage, err);
    case TURN_OUTCOME:
        return store_record_outcome(store, record->outcome->key, &record->outcome->outcome,
                                    record->outcome->arrival, err);
    case TURN_REPORT:
        return store_record_report(store, &record->report, err);
    case TURN_OFFSET:
        return store_record_offset(store, record->offset.key, record->offset.offset,
                                   record->offset.sequence, err);
    case TURN_EVENT:
        return store_record_event(store, record->event.at_us, record->event.key, record->event.kind,
                                  record->event.text, err);
    case TURN_STATE:
        return store_record_state(store, record->state.state, record->state.note,
                                  record->state.running_us, err);
    case TURN_WISH:
        return store_record_wish(store, record->wish, err);
    case TURN_TOLD:
        return store_record_told(store, record->told.key, record->told.stop, err);
    case TURN_SETTING:
        return store_record_setting(store, record->setting.key, record->setting.value, err);
    case TURN_REQUEST:
        return store_record_request(store, &record->request, err);
    }
    return sweep_error_set(err, SWEEP_BUG, "a turn has a record of kind %d", (int)record->kind);
}

bool turn_commit(struct turn *turn, struct store *store, const struct sweep_space *space,
                 struct sweep_error *err)
{
    if (turn->record_count == 0)
        return true;
    if (!store_begin(store, err))
        return false;
    bool written = true;
    for (size_t i = 0; written && i < turn->record_count; i++)
        written = write_record(&turn->records[i], store, space, err);
    if (written && store_commit(store, err))
        return true;
    store_rollback(store);
    return false;
}

bool turn_is_empty(const struct turn *turn)
{
    return turn->record_count == 0 && turn->effect_count == 0;
}

void turn_reset(struct turn *turn)
{
    turn->record_count = 0;
    turn->effect_count = 0;
    turn->report_count = 0;
    turn->is_urgent = false;
    arena_release(&turn->arena);
}
