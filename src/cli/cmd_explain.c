/*
 * `sweep explain`: what a sweep has taught so far, or why one trial was tried. Reads only.
 */
#include "cli/commands.h"
#include "cli/output.h"
#include "directory/locate.h"
#include "explain/account.h"
#include "explain/explain_json.h"
#include "explain/lesson_words.h"

static bool explain_trial(const struct invocation *call, struct strbuf *text,
                          struct sweep_error *err)
{
    struct account account;
    bool done = account_take(&account, call->operand, err);
    if (done) {
        output_announce(&account.insight.record);
        if (call->options.json)
            explain_json_append_account(&account, text);
        else
            account_append_words(&account, text);
    }
    account_release(&account);
    return done;
}

static bool explain_sweep(const struct invocation *call, struct strbuf *text,
                          struct sweep_error *err)
{
    struct lesson lesson;
    bool done = lesson_take(&lesson, call->operand, err);
    if (done) {
        output_announce(&lesson.insight.record);
        if (call->options.json)
            explain_json_append_lesson(&lesson, text);
        else
            lesson_words_append(&lesson, text);
    }
    lesson_release(&lesson);
    return done;
}

static bool cmd_explain(const struct invocation *call, enum exit_status *status,
                        struct sweep_error *err)
{
    struct strbuf text;
    *status = STATUS_OK;
    strbuf_init(&text, OUTPUT_MAX);
    bool done = call->operand != NULL && locate_is_trial(call->operand)
                    ? explain_trial(call, &text, err)
                    : explain_sweep(call, &text, err);
    done = done && output_print(&text, err);
    strbuf_release(&text);
    return done;
}

const struct subcommand subcommand_explain = {
    .name = "explain",
    .operand = "[SWEEP|TRIAL]",
    .summary = "what a sweep has learnt, or why a trial was tried, in words",
    .details = "As a model sees it; with few trials it says that it cannot tell yet.",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .run = cmd_explain,
};
