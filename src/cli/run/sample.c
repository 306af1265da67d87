/*
 * Asks a strategy as the runner would, for as many trials as are shown.
 */
#include "cli/run/sample.h"

#include "asker/external.h"
#include "base/shell.h"
#include "space/feasible.h"
#include "space/space.h"
#include "view/term/text.h"

#define SHARE_SEED 0 /* fixed, so that a file is shown alike each time */

static bool suggest(const struct settings *settings, void *state, const struct sweep_ask *ask,
                    struct sweep_suggestion *suggestion)
{
    const struct plan *plan = &settings->run.plan;
    struct plan_place place;
    if (!plan_settle(plan, ask, &place, suggestion->params)) {
        const struct sweep_ask counted = {ask->seed, place.number, ask->history};
        if (settings->strategy->ask(state, &counted, suggestion) != SWEEP_SUGGESTED)
            return false;
    }
    plan_complete(plan, &place, suggestion->params);
    return true;
}

/* A strategy would look for seconds, for each of them. */
static bool is_hopeless(const struct sweep_space *searched)
{
    struct space_share share;
    return space_constraint_count(searched) > 0 &&
           space_measure_share(searched, SHARE_SEED, &share) && share.feasible == 0;
}

size_t sample_commands(const struct settings *settings, uint64_t seed, struct arena *arena,
                       char **commands[SAMPLE_COMMANDS])
{
    const struct sweep_strategy *strategy = settings->strategy;
    struct sweep_trial trials[SAMPLE_COMMANDS];
    const struct sweep_trial *pending[SAMPLE_COMMANDS];
    size_t count = 0;
    if (strategy == &external_strategy)
        return 0; /* nothing is started only to look at it */
    if (is_hopeless(settings->run.plan.searched))
        return 0;
    void *state = strategy->create(settings->run.plan.searched, NULL);

    while (state != NULL && count < SAMPLE_COMMANDS) {
        struct sweep_history history = {
            .pending = pending,
            .pending_count = count,
            .maximize = settings->run.has_objective && settings->run.objective.maximize,
        };
        if (count > 0) {
            history.memo = trials[count - 1].memo;
            history.memo_size = trials[count - 1].memo_size;
        }
        const struct sweep_ask ask = {.seed = seed, .number = count + 1, .history = &history};
        struct sweep_value *params =
            arena_alloc_array(arena, sweep_space_count(settings->run.space), sizeof *params);
        struct sweep_suggestion suggestion = {.params = params,
                                              .memo = arena_alloc(arena, SWEEP_MEMO_MAX)};
        if (!suggest(settings, state, &ask, &suggestion))
            break;
        trials[count] = (struct sweep_trial){.number = count + 1,
                                             .params = params,
                                             .memo = suggestion.memo,
                                             .memo_size = suggestion.memo_size};
        pending[count] = &trials[count];
        commands[count++] = settings_expand(settings, arena, params, NULL);
    }
    strategy->free(state);
    return count;
}

void sample_append(const struct settings *settings, uint64_t seed, struct strbuf *out)
{
    struct arena arena = {0};
    char **commands[SAMPLE_COMMANDS];
    size_t count = sample_commands(settings, seed, &arena, commands);
    struct strbuf line;

    if (count == 0)
        strbuf_append_text(out, "  none: to find what meets the constraints would take long\n");
    strbuf_init(&line, out->maximum);
    for (size_t i = 0; i < count; i++) {
        strbuf_reset(&line);
        shell_append_all(&line, commands[i]);
        strbuf_append_text(out, "  ");
        text_append_safe(out, strbuf_view(&line));
        strbuf_append_char(out, '\n');
    }
    strbuf_release(&line);
    arena_release(&arena);
}
