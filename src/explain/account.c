/* Asks again for one trial. Its words are account_words.c's. */
#include "explain/account.h"

#include <inttypes.h>
#include <math.h>

#include "space/feasible.h"
#include "trial/ranking.h"

static bool find_trial(struct account *account, uint64_t number, struct sweep_error *err)
{
    const struct record *record = &account->insight.record;
    if (number <= record->trials.count) {
        account->trial = &record->trials.items[number - 1];
        return true;
    }
    return sweep_error_set(err, SWEEP_NOT_FOUND,
                           "%s: there is no trial %" PRIu64 "; it has %zu of them",
                           record->sweep.name, number, record->trials.count);
}

static void explain(struct account *account)
{
    struct insight *insight = &account->insight;
    const struct sweep_value *const points[] = {account->trial->params};
    insight_ask_again(insight, account->trial, &account->ask);
    account->is_outside =
        space_fit(insight->record.space, insight->judge, account->trial->params) == SPACE_OUTSIDE;
    if (account->ask.params == NULL)
        account->replay = ACCOUNT_NOT_ASKED;
    else
        account->replay = insight_is_same(insight, account->ask.params, account->trial->params)
                              ? ACCOUNT_SAME
                              : ACCOUNT_OTHER;
    account->explanation = (struct sweep_explanation){
        .points = points,
        .point_count = 1,
        .forecasts = &account->forecast,
    };
    insight_explain(insight, &account->ask, &account->explanation);
    account->explanation.points = NULL;
}

bool account_take(struct account *account, const char *operand, struct sweep_error *err)
{
    struct arena arena = {0};
    struct location location;
    uint64_t number;
    *account = (struct account){0};
    bool done = locate_trial(&arena, operand, &location, &number, err) &&
                insight_open(&account->insight, location.path, err) &&
                find_trial(account, number, err);
    if (done)
        account->insight.record.location.alternatives = location.alternatives;
    arena_release(&arena);
    if (done)
        explain(account);
    return done;
}

void account_release(struct account *account)
{
    insight_close(&account->insight);
}

bool account_has_forecast(const struct account *account)
{
    return account->explanation.basis == SWEEP_BASIS_MODEL && !account->is_outside &&
           !isnan(account->forecast.middle);
}

enum account_outcome account_outcome(const struct account *account)
{
    const struct sweep_trial *trial = account->trial;
    const struct sweep_forecast *forecast = &account->forecast;
    bool maximize = account->insight.record.sweep.maximize;
    if (!ranking_is_eligible(trial) || !account_has_forecast(account))
        return ACCOUNT_NO_VALUE;
    if (trial->value >= forecast->trial_low && trial->value <= forecast->trial_high)
        return ACCOUNT_AS_EXPECTED;
    return ranking_is_better(trial->value, forecast->middle, maximize) ? ACCOUNT_BETTER
                                                                       : ACCOUNT_WORSE;
}

enum lesson_aim account_aim(const struct account *account)
{
    return lesson_aim(&account->explanation, &account->forecast,
                      account->insight.record.sweep.maximize);
}

bool account_is_of_model(const struct account *account)
{
    return account->ask.chooser == CHOOSER_STRATEGY &&
           account->insight.model == account->insight.strategy && !account->explanation.is_start;
}
