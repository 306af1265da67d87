/*
 * `sweep add [SWEEP] NAME=VALUE ...`: params that people want to be tried next.
 */
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

#include "cli/ask/ask.h"
#include "cli/ask/assignment.h"
#include "cli/commands.h"
#include "directory/directory.h"
#include "directory/locate.h"
#include "view/record/record.h"
#include "json/params.h"

#define LINE_BYTES 4096

/* The operands behind SWEEP, if that is there. */
static const char *const *split_operands(const struct invocation *call, const char **sweep)
{
    const char *const *operands = call->operands.items;
    *sweep = NULL;
    if (operands[0] != NULL && strchr(operands[0], '=') == NULL)
        *sweep = *operands++;
    return operands;
}

static const char *body_of(struct arena *arena, const struct sweep_space *space,
                           const struct sweep_value *params)
{
    struct strbuf text;
    struct json_writer writer;
    strbuf_init(&text, 2 * REQUEST_BODY_MAX);
    json_init(&writer, &text);
    params_write(&writer, space, params);
    const char *body = arena_copy(arena, strbuf_view(&text));
    strbuf_release(&text);
    return body;
}

/* A trial with the same params, or 0. */
static uint64_t find_same(const struct record *record, const struct sweep_value *params)
{
    size_t count = sweep_space_count(record->space);
    for (size_t i = 0; i < record->trials.count; i++)
        if (sweep_params_equal(record->trials.items[i].params, params, count))
            return record->trials.items[i].number;
    return 0;
}

/* What it is in full, and what people would want to know. */
static const char *describe(struct record *record, const struct sweep_value *params)
{
    const struct trial_words words = record_words(record);
    const struct sweep_trial trial = {.params = params};
    uint64_t same = find_same(record, params);
    struct strbuf line;
    strbuf_init(&line, LINE_BYTES);
    trial_text_params(&words, &trial, &line);
    if (same > 0)
        strbuf_printf(&line, "\nnote: trial %" PRIu64 " has the same parameters", same);
    bool has_command = record->document.config->command.count > 0;
    if (has_command && !directory_is_locked(record->location.path))
        strbuf_printf(&line, "\nnobody runs the sweep now; go on with: sweep resume %s",
                      record_operand(record));
    const char *text = arena_copy(&record->arena, strbuf_view(&line));
    strbuf_release(&line);
    return text;
}

static bool add(const struct invocation *call, struct record *record,
                const char *const *assignments, enum exit_status *status, struct sweep_error *err)
{
    uint64_t seed;
    struct answer answer;
    struct sweep_value *params =
        arena_alloc_array(&record->arena, sweep_space_count(record->space), sizeof *params);
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return sweep_error_set(err, SWEEP_IO, "cannot draw random bytes");
    if (!assignment_parse(record->space, assignments, seed, params, err))
        return false;
    struct asking asking = {
        .call = call,
        .path = record->location.path,
        .request = {.verb = REQUEST_ADD, .body = body_of(&record->arena, record->space, params)},
    };
    const char *more = describe(record, params);
    return ask(&asking, &record->arena, &answer, err) &&
           answer_deliver(&asking, &answer, more, status, err);
}

static bool cmd_add(const struct invocation *call, enum exit_status *status,
                    struct sweep_error *err)
{
    struct arena arena = {0};
    struct record record = {0};
    struct target target;
    const char *sweep;
    const char *const *assignments = split_operands(call, &sweep);
    bool done = true;
    if (assignments[0] == NULL)
        done = sweep_error_set(err, SWEEP_USAGE, "NAME=VALUE is missing, as in: sweep add lr=1e-3");
    done = done && locate_target(&arena, sweep, "add", &target, err);
    if (done && target.trial > 0)
        done = sweep_error_set(err, SWEEP_USAGE, "`sweep add` is for a sweep, not for one trial");
    done = done && record_open(&record, target.path, err) &&
           add(call, &record, assignments, status, err);
    record_close(&record);
    arena_release(&arena);
    return done;
}

const struct subcommand subcommand_add = {
    .name = "add",
    .operand = "[SWEEP] NAME=VALUE ...",
    .summary = "try these parameters next",
    .details = "Parameters that are not named are drawn. The trial counts in the budget; where that"
               " is\ngiven out it runs all the same.",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .takes_several = true,
    .run = cmd_add,
};
