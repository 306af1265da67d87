/*
 * Compares what is recorded of a sweep with what the person has now, and records what may change.
 * Which keys may is revision.c's.
 */
#include "session/revise.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "config/former.h"
#include "directory/charter.h"
#include "directory/locate.h"
#include "directory/lookup.h"
#include "session/reread.h"
#include "session/revision.h"
#include "session/setting_list.h"
#include "session/space_change.h"

#define YAML_MODE  0600
#define COUNTS_MAX (16 * 1024) /* [bytes] in words */

/* Where only trials that have begun stand in the way, what can be done about them. */
static const char *way_out(struct session *session, const struct revision *revision)
{
    struct store_tally tally;
    uint64_t begun = 0;

    if (!revision->waits_for_begun || !store_load_tally(session->store, &tally, NULL) ||
        tally.counts[SWEEP_TRIAL_COMPLETE] + tally.counts[SWEEP_TRIAL_PRUNED] > 0)
        return "";
    if (!store_find_unranked(session->store, SWEEP_TRIAL_RUNNING, &begun, NULL) ||
        (begun == 0 && !store_find_unranked(session->store, SWEEP_TRIAL_WAITING, &begun, NULL)) ||
        begun == 0)
        return "";
    return arena_printf(&session->arena,
                        "\nNo trial has come out yet: when those that have begun are cancelled, "
                        "command and metric may change: sweep cancel %s/%" PRIu64,
                        session->operand, begun);
}

static bool refuse_revision(struct session *session, const struct revision *revision,
                            struct sweep_error *err)
{
    const char *keys = strbuf_text(&revision->refused);
    bool several = strchr(keys, ',') != NULL;

    return sweep_error_set(
        err, SWEEP_BAD_INPUT,
        "%s%s is not what the sweep in %s was started with: %s %s changed, and its trials would no "
        "longer compare.%s\nFor a new sweep give it another name (`name:` in the file) or another "
        "place (--dir). To go on with the old one: sweep resume %s\nIts own file is "
        "%s/" LOCATE_YAML "\nWhat changed:\n  %s",
        session->document.file, session->given.count > 0 ? " with --set" : "", session->operand,
        keys, several ? "have" : "has", way_out(session, revision), session->operand,
        session->directory.path, strbuf_text(&revision->refused_values));
}

/* What would become of its trials, and how to say that this is meant. */
static bool offer_space(struct session *session, const struct revision *revision,
                        const struct space_change *change, struct sweep_error *err)
{
    struct strbuf counts;

    strbuf_init(&counts, COUNTS_MAX);
    space_change_append(change, &counts);
    (void)sweep_error_set(
        err, SWEEP_BAD_INPUT,
        "%s%s has another space than the sweep in %s:\n  %s\n%s.\nTo go on in the changed space: "
        "the same with --accept-changes. For a new sweep give it another name (`name:` in the "
        "file) or another place (--dir). To go on with the old one: sweep resume %s",
        session->document.file, session->given.count > 0 ? " with --set" : "", session->operand,
        strbuf_text(&revision->refused_values), strbuf_text(&counts), session->operand);
    strbuf_release(&counts);
    return false;
}

/* Read the file again with what was set apart from it. */
static bool parse_with_settings(struct session *session, struct sweep_error *err)
{
    const char *file = arena_strdup(&session->arena, session->document.file);
    struct strview source = strbuf_view(&session->document.source);
    struct strview copy = {arena_copy(&session->arena, source), source.size};

    if (session->applied.count == 0)
        return true;
    document_release(&session->document);
    document_parse_with(&session->document, file, copy, session->need, &session->applied);
    settings_prepare(&session->settings, &session->document);
    lookup_surroundings(&session->document, session->environment);
    return session->document.diagnostics.errors == 0 || document_finish(&session->document, err);
}

/* Trials keep parameters that are gone, and are read with them from now on. */
static bool carry_former(struct session *session, const struct config *old, struct sweep_error *err)
{
    struct strbuf former;
    strbuf_init(&former, FORMER_TEXT_MAX);
    config_append_former(old, session->document.config, &former);
    const char *text = arena_copy(&session->arena, strbuf_view(&former));
    bool fits = !former.truncated;
    strbuf_release(&former);
    if (!fits)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "too many parameters and values would be gone for its trials to "
                               "keep them");
    setting_list_replace(&session->applied, &session->arena, CONFIG_FORMER, text);
    return parse_with_settings(session, err);
}

/* A space that cannot be accepted is refused with the reason, accepted or not. */
static bool judge_space(struct session *session, const struct document *recorded,
                        const struct revision *revision, struct space_change *change,
                        struct sweep_error *err)
{
    if (!revision->has_space)
        return true;
    if (!space_change_check(recorded->config, session->document.config, err) ||
        !carry_former(session, recorded->config, err) ||
        !space_change_judge(session, recorded->config, change, err))
        return sweep_error_wrap(err, "%s cannot change the space of the sweep in %s",
                                session->document.file, session->operand);
    return revision->refused.size == 0 || offer_space(session, revision, change, err);
}

/* What was set and is in the file now is set no longer. */
static bool record_settings(struct session *session, const struct store_settings *recorded,
                            struct sweep_error *err)
{
    const struct store_settings *applied = &session->applied;

    for (size_t i = 0; i < recorded->count; i++)
        if (setting_list_find(applied, recorded->items[i].key) == NULL &&
            !store_record_setting(session->store, recorded->items[i].key, NULL, err))
            return false;
    for (size_t i = 0; i < applied->count; i++)
        if (!store_record_setting(session->store, applied->items[i].key, applied->items[i].value,
                                  err))
            return false;
    return true;
}

/* What the database says of the file. The document may be read anew, with other settings. */
static void describe_sweep(struct session *session, struct store_sweep *sweep)
{
    const struct config *config = session->document.config;
    struct strview source = strbuf_view(&session->document.source);

    sweep->yaml = (struct strview){arena_copy(&session->arena, source), source.size};
    sweep->name = arena_strdup(&session->arena, config->name);
    sweep->objective = NULL;
    if (config->metric.name != NULL)
        sweep->objective = arena_strdup(&session->arena, config->metric.name);
    sweep->maximize = config->metric.name != NULL && config->metric.objective.maximize;
}

/* The files first: a database that is rebuilt by them can read all trials, which know of former
 * parameters. Where we are killed in between, the next run asks again. */
static bool record_revision(struct session *session, const struct store_settings *recorded,
                            const struct space_change *change, struct sweep_error *err)
{
    const struct attempt_key whole = {0};
    struct store_sweep *sweep = &session->sweep;

    describe_sweep(session, sweep);
    if (!charter_save(session->directory.fd, sweep, &session->applied, err) ||
        !file_replace(session->directory.fd, LOCATE_YAML, sweep->yaml, YAML_MODE, err) ||
        !store_begin(session->store, err))
        return false;
    if (!store_record_revision(session->store, sweep, err) ||
        !space_change_record(session->store, change, err) ||
        !record_settings(session, recorded, err) ||
        !store_record_event(session->store, clock_wall_us(), whole, "revision",
                            strbuf_text(&session->news), err) ||
        !store_commit(session->store, err)) {
        store_rollback(session->store);
        return false;
    }
    return true;
}

/* Where the file now says something else of a key that was set, the file wins; what this call sets
 * wins over both. */
static void revise_settings(struct session *session)
{
    struct store_settings kept = {0};
    struct strview source = strbuf_view(&session->document.source);

    kept.items = arena_alloc_array(&session->arena, session->applied.count, sizeof *kept.items);
    for (size_t i = 0; i < session->applied.count; i++)
        if (strcmp(session->applied.items[i].key, CONFIG_FORMER) == 0 ||
            config_says_same(session->sweep.yaml, source, session->applied.items[i].key))
            kept.items[kept.count++] = session->applied.items[i];
    setting_list_merge(&session->applied, &session->arena, &kept, &session->given);
}

/* Read what the sweep was run by. */
static bool parse_earlier(const struct session *session, const struct store_settings *set,
                          struct document *recorded, struct sweep_error *err)
{
    document_parse_with(recorded, session->document.file, session->sweep.yaml, CONFIG_WAS_READ,
                        set);
    return recorded->config != NULL ||
           sweep_error_set(err, SWEEP_INCOMPATIBLE,
                           "the YAML recorded in %s is not understood any more", session->operand);
}

/* Take what may change of it, or refuse. */
static bool judge_revision(struct session *session, const struct document *recorded,
                           const struct revision_facts *facts, struct space_change *change,
                           struct sweep_error *err)
{
    struct revision revision;

    revision_compare(&revision, recorded->config, session->document.config, facts);
    bool fine = revision.refused.size == 0 || revision.waits_for_accepting
                    ? judge_space(session, recorded, &revision, change, err)
                    : refuse_revision(session, &revision, err);
    if (fine)
        strbuf_append_text(&session->news, strbuf_text(&revision.applied));
    if (fine && revision.has_space) {
        strbuf_append_text(&session->news, "; ");
        space_change_append(change, &session->news);
    }
    session->has_new_command = fine && revision.has_command;
    revision_release(&revision);
    return fine;
}

/* With another command it is the script that was mended: what ended without the metric runs again,
 * since the output that was kept is of the old one. */
static bool run_held_again(struct session *session, struct sweep_error *err)
{
    struct reread reread;

    if (!session->has_new_command)
        return true;
    reread_init(&reread, session->store, &session->settings.run, session->directory.path);
    bool done = reread_run_again(&reread, err);
    reread_release(&reread);
    return done;
}

/* Compare what is recorded with what the person has now. */
bool session_revise(struct session *session, struct sweep_error *err)
{
    struct revision_facts facts = {.seed = session->sweep.seed,
                                   .accepts = session->accepts_changes};
    struct space_change change = {0};
    const struct store_settings set = session->applied; /* so far */
    struct document recorded = {0};

    session->is_edited =
        !strview_equal(session->sweep.yaml, strbuf_view(&session->document.source));
    revise_settings(session);
    if (!session->is_edited && setting_list_equal(&set, &session->applied))
        return parse_with_settings(session, err);
    bool fine = store_is_unseen(session->store, &facts.is_unseen, err) &&
                store_is_free(session->store, &facts.is_free, err) &&
                parse_earlier(session, &set, &recorded, err) && parse_with_settings(session, err) &&
                judge_revision(session, &recorded, &facts, &change, err);
    document_release(&recorded);
    return fine && record_revision(session, &set, &change, err) && run_held_again(session, err);
}
