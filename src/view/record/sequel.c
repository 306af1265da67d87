/*
 * Words for what the engine decides (engine/tries.c), from what is recorded.
 */
#include "view/record/sequel.h"

#include <ctype.h>
#include <inttypes.h>

#include "trial/expense.h"
#include "trial/reason.h"
#include "trial/trial.h"

#define LINE_MAX_BYTES 1024

/* Attempts until one, that one included, by whose expense they were. */
struct counts {
    uint64_t lost;
    uint64_t failed;
    uint64_t crowded;
};

static struct counts count_until(const struct facts *facts, size_t index)
{
    struct counts counts = {0};
    for (size_t i = 0; i <= index; i++) {
        const struct attempt_outcome *outcome = &facts->attempts.items[i].outcome;
        counts.lost += expense_is_lost(outcome);
        counts.failed += expense_is_failed(outcome);
        counts.crowded += expense_is_crowded(outcome);
    }
    return counts;
}

static const struct config *config_of(const struct facts *facts)
{
    return facts->record.document.config;
}

static bool shares_gpus(const struct facts *facts)
{
    const struct config_resources *resources = &config_of(facts)->resources;
    return resources->trials_per_gpu > 1 || resources->has_gpu_memory;
}

/* Some of which there may be more by now than the file allows. */
static void append_share(const char *words, uint64_t count, uint64_t most, struct strbuf *out)
{
    strbuf_printf(out, "%s %" PRIu64 " of %" PRIu64, words, count, count > most ? count : most);
}

/* --- another attempt -------------------------------------------------------------------------- */

static void append_again(const struct facts *facts, const struct attempt_outcome *outcome,
                         const struct counts *counts, struct strbuf *out)
{
    if (expense_is_crowded(outcome))
        strbuf_append_text(out, "tried again, alone on its GPU");
    else if (expense_is_lost(outcome))
        append_share("tried again at the machine's expense,", counts->lost, EXPENSE_LOST_MAX, out);
    else if (expense_is_failed(outcome))
        append_share("tried again, retry", counts->failed, config_of(facts)->trial.retries, out);
    else if (expense_is_saved(outcome))
        strbuf_append_text(out, "started again where it left off, free of charge");
    else if (outcome->stop == ATTEMPT_STOP_INTERRUPT)
        strbuf_append_text(out, "started again when the sweep goes on, free of charge");
    else
        strbuf_append_text(out, "tried again, free of charge");
}

/* --- no other one ----------------------------------------------------------------------------- */

/* A sentence of the table as a part of ours. */
static void append_policy(enum sweep_reason reason, struct strbuf *out)
{
    const char *policy = reason_kind(reason)->policy;
    strbuf_append_char(out, (char)tolower((unsigned char)policy[0]));
    strbuf_append_text(out, policy + 1);
}

static void append_final(const struct facts *facts, const struct attempt_outcome *outcome,
                         struct strbuf *out)
{
    uint64_t retries = config_of(facts)->trial.retries;
    if (expense_is_crowded(outcome))
        strbuf_append_text(out, shares_gpus(facts)
                                    ? "not tried again, as it was alone on its GPU"
                                    : "not tried again, as it had its GPU to itself");
    else if (expense_is_lost(outcome))
        strbuf_printf(out, "not tried again, as the machine failed it more than %d times",
                      EXPENSE_LOST_MAX);
    else if (expense_is_failed(outcome) && retries == 0)
        strbuf_append_text(out, "not tried again, as trial.retries is 0");
    else if (expense_is_failed(outcome))
        strbuf_printf(out, "not tried again, as trial.retries is %" PRIu64, retries);
    else
        append_policy(facts->trial->reason, out);
    if (sweep_reason_is_of_params(facts->trial->reason))
        strbuf_append_text(out, "; methods that learn keep away from its parameters");
}

/* --- both ------------------------------------------------------------------------------------- */

bool sequel_append(const struct facts *facts, size_t index, struct strbuf *out)
{
    const struct store_attempt *attempt = &facts->attempts.items[index];
    bool is_last = index + 1 == facts->attempts.count;
    struct counts counts = count_until(facts, index);
    if (attempt->live || (is_last && trial_is_finished(facts->trial->state) &&
                          facts->trial->state != SWEEP_TRIAL_FAILED))
        return false;
    if (is_last && facts->trial->state == SWEEP_TRIAL_FAILED) {
        append_final(facts, &attempt->outcome, out);
        return true;
    }
    if (is_last && facts->trial->reason == SWEEP_REASON_METRIC_MISSING) {
        strbuf_append_text(out, "it waits until that is found in what it printed; `sweep resume "
                                "--rerun` runs it again");
        return true;
    }
    strbuf_append_text(out, is_last ? "to be " : "");
    append_again(facts, &attempt->outcome, &counts, out);
    return true;
}

/* Why one attempt ended as it did. */
static void append_reason(const struct facts *facts, size_t index, struct strbuf *out)
{
    const struct sweep_trial *trial = facts->trial;
    struct trial_verdict verdict = trial_judge(&facts->attempts.items[index].outcome, false, false);
    if (index + 1 == facts->attempts.count && trial->reason != SWEEP_REASON_NONE)
        verdict = (struct trial_verdict){trial->state, trial->reason, trial->reason_detail};
    trial_format_reason(verdict.reason, verdict.reason_detail, out);
}

void sequel_append_all(const struct facts *facts, struct strbuf *out)
{
    struct strbuf line;
    strbuf_init(&line, LINE_MAX_BYTES);
    for (size_t i = 0; i < facts->attempts.count; i++) {
        strbuf_reset(&line);
        if (!sequel_append(facts, i, &line))
            continue;
        strbuf_printf(out, "  attempt %" PRIu32 "  ", facts->attempts.items[i].identity.key.number);
        append_reason(facts, i, out);
        strbuf_printf(out, ": %s\n", strbuf_text(&line));
    }
    strbuf_release(&line);
}
