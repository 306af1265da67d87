/*
 * Words for sbatch. All its options are words of their own, so that nothing is ever quoted but the
 * three paths in the script.
 */
#include "exec/slurm/arguments.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"

#define OPTIONS_MAX   32
#define MS_PER_MINUTE 60000
#define MS_PER_SECOND 1000
#define BYTES_PER_MB  (UINT64_C(1) << 20)

/* How long before the end of a job whose time nobody told us its shim hears of it, beyond the grace
 * of a trial: Slurm may be half a minute late. */
#define SIGNAL_MARGIN_MS 60000
#define SIGNAL_MAX_S     65535

/* A list of words that grows in an arena. */
struct words {
    struct arena *arena;
    char **list;
    size_t count;
};

static void add(struct words *words, const char *name, const char *value)
{
    if (value != NULL)
        words->list[words->count++] = arena_printf(words->arena, "--%s=%s", name, value);
}

static void add_number(struct words *words, const char *name, uint64_t value)
{
    if (value > 0)
        words->list[words->count++] = arena_printf(words->arena, "--%s=%" PRIu64, name, value);
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
    return value / unit + (value % unit > 0);
}

/* A pilot asks for what its slots need together. */
static void add_resources(struct words *words, const struct slurm_settings *settings)
{
    const uint64_t slots = settings->pilots > 0 ? settings->slots : 1;
    const uint64_t cpus = settings->cpus;
    add(words, "partition", settings->partition);
    add(words, "account", settings->account);
    add(words, "qos", settings->qos);
    add(words, "constraint", settings->constraint);
    add(words, "gres", settings->gres);
    add_number(words, "time", round_up((uint64_t)settings->time_ms, MS_PER_MINUTE));
    if (settings->nodes > 1 || settings->tasks_per_node > 1) {
        add_number(words, "nodes", settings->nodes);
        add_number(words, "ntasks-per-node", settings->tasks_per_node);
    }
    add_number(words, "gpus-per-node", settings->gpus * slots);
    add_number(words, "cpus-per-task", cpus > 0 || slots == 1 ? cpus * slots : slots);
    if (settings->memory_bytes > 0)
        words->list[words->count++] =
            arena_printf(words->arena, "--mem=%" PRIu64 "M",
                         round_up(settings->memory_bytes, BYTES_PER_MB) * slots);
}

char **arguments_submit(struct arena *arena, const struct slurm_settings *settings,
                        const struct arguments_batch *batch, bool is_test)
{
    struct words words = {arena, NULL, 0};
    words.list = arena_alloc_array(arena, OPTIONS_MAX + settings->option_count, sizeof *words.list);
    words.list[words.count++] = arena_strdup(arena, "sbatch");
    words.list[words.count++] = arena_strdup(arena, is_test ? "--test-only" : "--parsable");
    add(&words, "job-name", batch->name);
    /* What an attempt was is decided by its claim, so that no second run of a job is of use. */
    words.list[words.count++] = arena_strdup(arena, "--no-requeue");
    add(&words, "chdir", batch->path);
    add(&words, "output", arena_printf(arena, "%s/slurm/jobs.log", batch->path));
    add(&words, "open-mode", "append");
    add(&words, "export", "ALL");
    uint64_t signal_s = (uint64_t)(settings->grace_ms + SIGNAL_MARGIN_MS) / MS_PER_SECOND;
    if (settings->time_ms == 0) /* else the shim knows by itself, to the second */
        add(&words, "signal",
            arena_printf(arena, "B:USR2@%" PRIu64,
                         signal_s < SIGNAL_MAX_S ? signal_s : SIGNAL_MAX_S));
    if (batch->count > 1)
        add(&words, "array", arena_printf(arena, "0-%zu", batch->count - 1));
    add_resources(&words, settings);
    for (size_t i = 0; i < settings->option_count; i++)
        words.list[words.count++] = arena_strdup(arena, settings->options[i]);
    words.list[words.count++] = arena_strdup(arena, batch->script);
    return words.list;
}

/* In single quotes, for the shell. */
static void append_quoted(const char *text, struct strbuf *out)
{
    strbuf_append_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            strbuf_append_text(out, "'\\''");
        else
            strbuf_append_char(out, *text);
    }
    strbuf_append_char(out, '\'');
}

void arguments_script(const struct slurm_settings *settings, const struct arguments_batch *batch,
                      struct strbuf *out)
{
    bool are_pilots = settings->pilots > 0;
    strbuf_printf(out, "#!/bin/sh\n# Made by sweep: one %s of a sweep, or an array of them.\nexec ",
                  are_pilots ? "pilot" : "trial");
    append_quoted(batch->path, out);
    strbuf_printf(out, "/slurm/sweep-shim %s ", are_pilots ? "pilot" : "slurm");
    append_quoted(batch->path, out);
    strbuf_append_char(out, ' ');
    append_quoted(batch->name, out);
    if (are_pilots)
        strbuf_printf(out, " %" PRIu64 " %" PRId64 " %" PRId64, settings->slots, settings->time_ms,
                      settings->grace_ms);
    strbuf_append_char(out, '\n');
}

char **arguments_environment(struct arena *arena, char *const *environment)
{
    static const char *const kept[] = {
        "PATH=",   "HOME=",       "USER=",   "LOGNAME=",         "SHELL=",         "LANG=",
        "LC_ALL=", "SLURM_CONF=", "SBATCH_", "LD_LIBRARY_PATH=", "SLURM_CLUSTERS="};
    size_t count = 0;
    size_t used = 0;
    while (environment[count] != NULL)
        count++;
    char **list = arena_alloc_array(arena, count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < ARRAY_LENGTH(kept); k++)
            if (strncmp(environment[i], kept[k], strlen(kept[k])) == 0) {
                list[used++] = environment[i];
                break;
            }
    return list;
}
