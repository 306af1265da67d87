/*
 * `sweep clean [SWEEP]`: gives back the space that finished trials' checkpoints take. Never touches
 * results, output or anything of an unfinished trial.
 */
#include <fcntl.h>
#include <inttypes.h>

#include "base/sys.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "run/checkpoints.h"
#include "trial/trial.h"
#include "view/record/record.h"
#include "view/term/text.h"
#include "view/term/trial_text.h"
#include "json/json.h"

#define KEEP_STANDARD 1 /* the best one */

struct cleaning {
    uint64_t trials; /* that had any */
    uint64_t bytes;
    bool dry;
};

static bool clean_trial(struct cleaning *cleaning, int trials_fd, uint64_t trial,
                        struct sweep_error *err)
{
    uint64_t bytes = 0;

    if (!checkpoints_remove(trials_fd, trial, cleaning->dry, &bytes, err))
        return false;
    cleaning->trials += bytes > 0;
    cleaning->bytes += bytes;
    return true;
}

/* All but those of the best few. */
static bool clean(struct cleaning *cleaning, const struct record *record, uint32_t keep,
                  struct sweep_error *err)
{
    struct checkpoints checkpoints;
    struct strbuf path;
    bool done = true;

    strbuf_init(&path, OUTPUT_MAX);
    strbuf_printf(&path, "%s/trials", record->location.path);
    int fd = sys_open(AT_FDCWD, strbuf_text(&path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    strbuf_release(&path);
    checkpoints_init(&checkpoints, keep, record->sweep.maximize);
    for (size_t i = 0; done && fd >= 0 && i < record->trials.count; i++) {
        const struct sweep_trial *trial = &record->trials.items[i];
        uint64_t number =
            trial_is_finished(trial->state) ? checkpoints_choose(&checkpoints, trial) : 0;
        done = number == 0 || clean_trial(cleaning, fd, number, err);
    }
    checkpoints_release(&checkpoints);
    sys_close(fd);
    return done;
}

static void append_json(const struct cleaning *cleaning, const struct record *record,
                        struct strbuf *out)
{
    struct json_writer w;

    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "sweep", record->sweep.name);
    json_member_unsigned(&w, "trials", cleaning->trials);
    json_member_unsigned(&w, "bytes", cleaning->bytes);
    json_member_boolean(&w, "removed", !cleaning->dry);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

static void append_words(const struct cleaning *cleaning, const struct record *record,
                         struct strbuf *out)
{
    text_append_safe(out, strview_of(record->sweep.name));
    if (cleaning->trials == 0) {
        strbuf_append_text(out, ": there is nothing to remove\n");
        return;
    }
    strbuf_printf(out, ": %s the checkpoints of %" PRIu64 " finished trial%s, ",
                  cleaning->dry ? "would remove" : "removed", cleaning->trials,
                  cleaning->trials == 1 ? "" : "s");
    trial_text_bytes(cleaning->bytes, out);
    strbuf_append_char(out, '\n');
}

static bool check_target(const struct target *target, struct sweep_error *err)
{
    if (target->trial > 0)
        return sweep_error_set(err, SWEEP_USAGE, "`sweep clean` is for a sweep, not for one trial");
    return true;
}

static bool cmd_clean(const struct invocation *call, enum exit_status *status,
                      struct sweep_error *err)
{
    uint64_t keep = call->options.keep > 0 ? call->options.keep : KEEP_STANDARD;
    struct cleaning cleaning = {.dry = call->options.dry_run};
    struct arena arena = {0};
    struct target target;
    struct record record = {0};
    struct strbuf text;

    *status = STATUS_OK;
    if (keep > CONFIG_KEEP_MAX)
        return sweep_error_set(err, SWEEP_USAGE, "--keep is at most %d", CONFIG_KEEP_MAX);
    if (call->options.all)
        keep = 0;
    strbuf_init(&text, OUTPUT_MAX);
    bool done = locate_target(&arena, call->operand, "clean", &target, err) &&
                check_target(&target, err) && record_open(&record, target.path, err) &&
                clean(&cleaning, &record, (uint32_t)keep, err);
    if (done && call->options.json)
        append_json(&cleaning, &record, &text);
    else if (done)
        append_words(&cleaning, &record, &text);
    done = done && output_print(&text, err);
    strbuf_release(&text);
    record_close(&record);
    arena_release(&arena);
    return done;
}

static const struct option_row KEEP = {
    .name = "keep",
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "spare those of the N best trials (default: of the best one)",
    .offset = OPTION(keep),
};

static const struct option_row ALL = {
    .name = "all",
    .kind = OPTION_FLAG,
    .help = "spare none",
    .offset = OPTION(all),
};

static const struct option_row DRY_RUN = {
    .name = "dry-run",
    .kind = OPTION_FLAG,
    .help = "only say what would be removed",
    .offset = OPTION(dry_run),
};

const struct subcommand subcommand_clean = {
    .name = "clean",
    .operand = "[SWEEP]",
    .summary = "remove what finished trials saved as checkpoints",
    .details =
        "Results and output stay. `trial.keep_checkpoints: best 3` in the YAML does it\nwhile"
        " the sweep runs.",
    .options = SUBCOMMAND_OPTIONS(&KEEP, &ALL, &DRY_RUN, &option_json),
    .run = cmd_clean,
};
