/* One trial explained in words. */
#include <inttypes.h>

#include "explain/account.h"
#include "explain/words.h"
#include "trial/trial.h"
#include "view/term/text.h"

static void append_count(struct strbuf *out, size_t count, const char *noun)
{
    strbuf_printf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

static void append_heading(struct account *account, struct strbuf *out)
{
    struct record *record = &account->insight.record;
    const struct trial_words words = record_words(record);
    strbuf_printf(out, "%s/%" PRIu64 ": ", record_operand(record), account->trial->number);
    trial_text_state(account->trial, out);
    if (words.metric != NULL && trial_is_finished(account->trial->state)) {
        strbuf_append_text(out, "; ");
        text_append_safe(out, strview_of(words.metric));
        strbuf_append_char(out, ' ');
        trial_text_value(&words, account->trial, out);
    }
    strbuf_append_text(out, "\n  ");
    words_append_params(record->space, account->trial->params, out);
    strbuf_append_char(out, '\n');
}

/* --- why -------------------------------------------------------------------------------------- */

static void append_knowledge(const struct account *account, struct strbuf *out)
{
    const struct sweep_history *history = &account->ask.history;
    strbuf_append_text(out, "knowing ");
    append_count(out, history->finished_count, "finished trial");
    if (history->pending_count > 0)
        strbuf_printf(out, ", while %zu %s not finished", history->pending_count,
                      history->pending_count == 1 ? "was" : "were");
    strbuf_append_char(out, '\n');
}

static void append_strategy(const struct account *account, struct strbuf *out)
{
    const struct insight *insight = &account->insight;
    text_append_safe(out, strview_of(insight->record.sweep.method));
    if (insight->strategy != NULL && insight->state != NULL && !insight->strategy->uses_results) {
        strbuf_append_text(out, " chose it, whatever had come out so far\n");
        return;
    }
    strbuf_append_text(out, " chose it, ");
    append_knowledge(account, out);
    if (account->replay == ACCOUNT_OTHER) {
        strbuf_append_text(out, "  Asked again now it would choose something else: this version or "
                                "the space is another one.\n");
        return;
    }
    if (account_is_of_model(account) && account_has_forecast(account)) {
        strbuf_append_text(out, "  ");
        words_append_aim(account_aim(account), &account->explanation, &account->forecast, out);
        strbuf_append_char(out, '\n');
    } else if (insight->model == insight->strategy) {
        strbuf_append_text(out, "  one of the first points, spread evenly before there was a "
                                "model\n");
    }
}

static void append_why(const struct account *account, struct strbuf *out)
{
    strbuf_append_text(out, "\nwhy it was tried\n  ");
    switch (account->ask.chooser) {
    case CHOOSER_PERSON:
        strbuf_append_text(out, "a person added it\n");
        break;
    case CHOOSER_RETRY:
        strbuf_printf(out, "a retry of trial %" PRIu64 ", with its parameters\n",
                      account->trial->retry_of);
        break;
    case CHOOSER_START:
        strbuf_append_text(out, "the file lists it under 'start'\n");
        break;
    case CHOOSER_REPLICATE:
        strbuf_append_text(out, "the configuration before it again, with another seed\n");
        break;
    case CHOOSER_STRATEGY:
        append_strategy(account, out);
        break;
    }
}

/* --- what was expected ------------------------------------------------------------------------ */

static void append_expected(const struct account *account, struct strbuf *out)
{
    const struct sweep_forecast *forecast = &account->forecast;
    const struct sweep_explanation *explanation = &account->explanation;
    strbuf_append_text(out, "  ");
    words_append_forecast(account->insight.record.document.config->metric.name, forecast, out);
    strbuf_printf(out, "; the best then, trial %" PRIu64 ", was at ", explanation->incumbent);
    trial_text_number(explanation->of_incumbent.middle, out);
    strbuf_append_text(out, "\n  expected improvement over that: ");
    trial_text_number(forecast->gain, out);
    strbuf_append_text(out, "; nearest was ");
    strbuf_printf(out, "trial %" PRIu64, forecast->nearest);
    if (forecast->success < 0.95) {
        strbuf_append_text(out, "; to fail with a probability of ");
        words_append_share(1 - forecast->success, out);
    }
    strbuf_append_char(out, '\n');
}

static void append_outcome(const struct account *account, struct strbuf *out)
{
    const struct sweep_trial *trial = account->trial;
    const struct sweep_forecast *forecast = &account->forecast;
    static const char *const WORDS[] = {
        [ACCOUNT_NO_VALUE] = "",
        [ACCOUNT_AS_EXPECTED] = ", as expected",
        [ACCOUNT_BETTER] = ", better than expected",
        [ACCOUNT_WORSE] = ", worse than expected",
    };
    enum account_outcome outcome = account_outcome(account);
    if (outcome == ACCOUNT_NO_VALUE) {
        if (!trial_is_finished(trial->state))
            return;
        strbuf_append_text(out, "  came out without a value: ");
        trial_text_state(trial, out);
        strbuf_append_char(out, '\n');
        return;
    }
    strbuf_append_text(out, "  came out at ");
    trial_text_number(trial->value, out);
    strbuf_append_text(out, WORDS[outcome]);
    strbuf_append_text(out, " (trials like it: ");
    words_append_interval(forecast->trial_low, forecast->trial_high, out);
    strbuf_append_text(out, ")\n");
}

void account_append_words(struct account *account, struct strbuf *out)
{
    append_heading(account, out);
    append_why(account, out);
    strbuf_append_text(out, "\nwhat was expected\n");
    if (account_has_forecast(account)) {
        append_expected(account, out);
        append_outcome(account, out);
    } else if (account->is_outside) {
        strbuf_append_text(out, "  nothing is known: it is outside of the space, which was changed "
                                "since\n");
    } else {
        strbuf_append_text(out, "  nothing: too little was known then\n");
    }
}
