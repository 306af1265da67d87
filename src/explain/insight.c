/* Opens the record, and asks strategies again as the runner would. */
#include "explain/insight.h"

#include <string.h>

#include "asker/external.h"
#include "trial/trial.h"

/* --- opening ---------------------------------------------------------------------------------- */

/* One that cannot do with this space, or is not known to this version, is not asked. */
static void find_strategy(struct insight *insight)
{
    const char *method = insight->record.sweep.method;
    bool is_external = insight->record.document.config->method_command != NULL;
    insight->strategy = is_external ? &external_strategy : sweep_strategy_find(method);
    if (!is_external && insight->strategy != NULL)
        insight->state = insight->strategy->create(insight->searched, NULL);
}

static void find_model(struct insight *insight)
{
    struct sweep_error reason = {0};
    insight->model = insight->strategy;
    if (insight->model == NULL || insight->model->explain == NULL)
        insight->model = sweep_strategy_find("bayes");
    insight->model_state = insight->model->create(insight->searched, &reason);
    if (insight->model_state != NULL)
        return;
    insight->model = NULL;
    insight->no_model = arena_strdup(&insight->record.arena, reason.message);
}

bool insight_open(struct insight *insight, const char *operand, struct sweep_error *err)
{
    struct record *record = &insight->record;
    *insight = (struct insight){0};
    if (!record_open_summary(record, operand, err) ||
        !store_load_trials(record->store, record->space, &record->arena, true, &record->trials,
                           err))
        return false;
    settings_prepare(&insight->settings, &record->document);
    insight->searched = record->document.config->searched;
    insight->judge = sweep_judge_create(insight->searched, err);
    if (insight->judge == NULL)
        return false;
    insight->known = (struct known){
        .param_count = sweep_space_count(record->space),
        .space = record->space,
        .judge = insight->judge,
    };
    known_restore(&insight->known, record->trials.items, record->trials.count);
    find_strategy(insight);
    find_model(insight);
    return true;
}

void insight_close(struct insight *insight)
{
    known_release(&insight->known);
    if (insight->state != NULL)
        insight->strategy->free(insight->state);
    if (insight->model != NULL)
        insight->model->free(insight->model_state);
    sweep_judge_free(insight->judge);
    record_close(&insight->record);
    *insight = (struct insight){0};
}

/* --- asking ----------------------------------------------------------------------------------- */

static void ask_strategy(struct insight *insight, struct insight_ask *out,
                         struct sweep_value *params)
{
    unsigned char memo[SWEEP_MEMO_MAX];
    struct sweep_suggestion suggestion = {.params = params, .memo = memo};
    if (insight->state == NULL)
        return;
    out->answer = insight->strategy->ask(insight->state, &out->ask, &suggestion);
    if (out->answer == SWEEP_SUGGESTED)
        out->params = params;
}

/* As the runner's asker: the plan counts all trials, the strategy sees those that it can place. */
static void ask(struct insight *insight, const struct known_view *view, struct insight_ask *out)
{
    const struct plan *plan = &insight->settings.run.plan;
    const struct record *record = &insight->record;
    struct plan_place place;
    struct sweep_value *params =
        arena_alloc_array(&insight->record.arena, insight->known.param_count, sizeof *params);
    *out = (struct insight_ask){.number = view->number, .chooser = CHOOSER_STRATEGY};
    out->history.maximize = record->sweep.maximize;
    known_history(&insight->known, view, &out->history);
    out->ask = (struct sweep_ask){record->sweep.seed, view->number, &out->history};
    bool is_planned = plan_settle(plan, &out->ask, &place, params);
    known_narrow(&insight->known, &out->history);
    out->ask.number = place.number;
    if (is_planned) {
        out->chooser = place.replicate > 0 ? CHOOSER_REPLICATE : CHOOSER_START;
        out->params = params;
    } else {
        ask_strategy(insight, out, params);
    }
    if (out->params != NULL)
        plan_complete(plan, &place, params);
}

void insight_ask_next(struct insight *insight, struct insight_ask *out)
{
    const struct store_trials *trials = &insight->record.trials;
    uint64_t *pending = arena_alloc_array(&insight->record.arena, trials->count, sizeof *pending);
    struct known_view view = {
        .number = trials->count + 1,
        .seen = insight->known.finished_count,
        .pending = pending,
    };
    for (size_t i = 0; i < trials->count; i++)
        if (!trial_is_finished(trials->items[i].state))
            pending[view.pending_count++] = trials->items[i].number;
    ask(insight, &view, out);
}

void insight_ask_again(struct insight *insight, const struct sweep_trial *trial,
                       struct insight_ask *out)
{
    const struct known_view view = {trial->number, trial->seen, trial->pending,
                                    trial->pending_count};
    ask(insight, &view, out);
    if (trial->origin == SWEEP_FROM_STRATEGY)
        return;
    out->chooser = trial->origin == SWEEP_FROM_PERSON ? CHOOSER_PERSON : CHOOSER_RETRY;
    out->params = NULL;
}

void insight_explain(struct insight *insight, const struct insight_ask *ask,
                     struct sweep_explanation *out)
{
    out->basis = SWEEP_BASIS_NONE;
    if (insight->model != NULL && insight->record.document.config->metric.name != NULL)
        insight->model->explain(insight->model_state, &ask->ask, out);
}

bool insight_is_same(const struct insight *insight, const struct sweep_value *a,
                     const struct sweep_value *b)
{
    return sweep_params_equal(a, b, sweep_space_count(insight->searched));
}
