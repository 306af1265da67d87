/*
 * What a sweep has spent on GPUs, over all its runs: the engine is told whenever something changes.
 *
 * What earlier runners spent is found in what is recorded of their attempts, so that nothing needs
 * to be kept up to date, and trials that ran without any runner count too.
 */
#include "run/runner.h"

#define US_PER_MS 1000

struct engine_spending spending_now(const struct runner *runner)
{
    struct engine_spending spending = runner->spending;
    spending.gpu_ms += spending.gpus * (runner->now_ms - runner->spent_ms);
    return spending;
}

static void tell(struct runner *runner)
{
    struct engine_event event = runner_event(runner, ENGINE_SPENT);
    event.spending = runner->spending;
    runner_feed(runner, &event);
}

void spending_note(struct runner *runner, int64_t energy_mj)
{
    uint32_t before = runner->spending.gpus;
    runner->spending = spending_now(runner);
    runner->spending.gpus = pool_count_used(&runner->gpus);
    runner->spending.energy_mj += energy_mj > 0 ? energy_mj : 0;
    runner->spent_ms = runner->now_ms;
    if (before != runner->spending.gpus || energy_mj > 0)
        tell(runner);
}

bool spending_restore(struct runner *runner, struct sweep_error *err)
{
    struct store_spending earlier;
    if (!store_load_spending(runner->request->store, runner->wall_us, &earlier, err))
        return false;
    runner->spending = (struct engine_spending){
        .gpu_ms = earlier.gpu_us / US_PER_MS,
        .gpus = pool_count_used(&runner->gpus),
        .energy_mj = earlier.energy_mj,
    };
    runner->spent_ms = runner->now_ms;
    tell(runner);
    return true;
}
