/*
 * Finds completions. How they reach a shell is cmd_completion.c's.
 */
#include "cli/manual/complete.h"

#include <dirent.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/number.h"
#include "cli/subcommand.h"
#include "directory/locate.h"

/* One question. */
struct request {
    struct strbuf *out;
    struct arena arena;
    const char *current; /* the unfinished word, or what of it is to be completed */
    struct strview kept; /* in front of it: `--format=` */
};

static void offer(struct request *request, const char *word, const char *words)
{
    if (strncmp(word, request->current, strlen(request->current)) != 0)
        return;
    strbuf_append(request->out, request->kept.data, request->kept.size);
    strbuf_printf(request->out, "%s%s%s\n", word, words != NULL ? "\t" : "",
                  words != NULL ? words : "");
}

/* --- operands ------------------------------------------------------------------------------- */

static void offer_commands(struct request *request)
{
    const struct subcommand *row;
    for (size_t i = 0; (row = subcommand_at(i)) != NULL; i++)
        if (row->rank != SUBCOMMAND_HIDDEN)
            offer(request, row->name, row->summary);
}

static bool is_yaml(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

/* YAML files, and folders on the way to them. */
static void offer_yaml_files(struct request *request)
{
    const char *slash = strrchr(request->current, '/');
    size_t size = slash != NULL ? (size_t)(slash - request->current) + 1 : 0;
    const char *folder = arena_copy(&request->arena, (struct strview){request->current, size});
    DIR *dir = opendir(size > 0 ? folder : ".");
    const struct dirent *entry;
    struct stat status;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *path = arena_printf(&request->arena, "%s%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &status) != 0)
            continue;
        if (S_ISDIR(status.st_mode))
            offer(request, arena_printf(&request->arena, "%s/", path), NULL);
        else if (is_yaml(path))
            offer(request, path, NULL);
    }
    if (dir != NULL)
        (void)closedir(dir);
}

static void offer_names(struct request *request, const char *end)
{
    const char **names;
    size_t count = locate_names(&request->arena, &names);
    for (size_t i = 0; i < count; i++)
        offer(request, arena_printf(&request->arena, "%s%s", names[i], end), NULL);
}

static void offer_sweeps(struct request *request)
{
    offer_names(request, "");
}

/* The trials of one sweep by their folders: no database is opened while a key is pressed. */
static void offer_numbers(struct request *request, const char *path, const char *prefix)
{
    DIR *dir = opendir(arena_printf(&request->arena, "%s/trials", path));
    const struct dirent *entry;
    uint64_t number;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (number_parse_uint64(strview_of(entry->d_name), &number) == NUMBER_OK)
            offer(request, arena_printf(&request->arena, "%s%" PRIu64, prefix, number), NULL);
    if (dir != NULL)
        (void)closedir(dir);
}

static void offer_trials(struct request *request)
{
    const char *slash = strrchr(request->current, '/');
    struct location location;
    const char *name = NULL;
    const char *prefix = "";

    if (slash != NULL) {
        size_t size = (size_t)(slash - request->current);
        name = arena_copy(&request->arena, (struct strview){request->current, size});
        prefix = arena_printf(&request->arena, "%s/", name);
    } else {
        offer_names(request, "/");
    }
    if (locate_sweep(&request->arena, name, &location, NULL))
        offer_numbers(request, location.path, prefix);
}

static void offer_shells(struct request *request)
{
    offer(request, "bash", NULL);
    offer(request, "zsh", NULL);
    offer(request, "fish", NULL);
}

static void offer_operand(struct request *request, const struct subcommand *subcommand)
{
    static const struct {
        const char *word;
        void (*offer)(struct request *request);
    } KINDS[] = {
        {"FILE", offer_yaml_files},  {"SWEEP", offer_sweeps}, {"TRIAL", offer_trials},
        {"COMMAND", offer_commands}, {"SHELL", offer_shells},
    };
    if (subcommand->takes_command) {
        offer(request, "--", "the command follows");
        return;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(KINDS); i++)
        if (strstr(subcommand->operand, KINDS[i].word) != NULL)
            KINDS[i].offer(request);
}

/* --- options -------------------------------------------------------------------------------- */

static void offer_options(struct request *request, const struct subcommand *subcommand)
{
    for (const struct option_row *const *row = subcommand->options; *row != NULL; row++)
        offer(request, arena_printf(&request->arena, "--%s", (*row)->name), (*row)->help);
}

static void offer_value(struct request *request, const struct option_row *row)
{
    if (row->kind == OPTION_CHOICE)
        for (const char *const *choice = row->choices; *choice != NULL; choice++)
            offer(request, *choice, NULL);
    else if (row->kind == OPTION_TEXT && strcmp(row->value, "SWEEP") == 0)
        offer_sweeps(request);
    else if (row->kind == OPTION_TEXT)
        strbuf_append_text(request->out, COMPLETE_FILES "\n");
}

/* The option that a word names, whose value is not in the word; or NULL. */
static const struct option_row *find_option(const struct subcommand *subcommand, const char *word,
                                            size_t size)
{
    for (const struct option_row *const *row = subcommand->options; *row != NULL; row++) {
        const char *name = (*row)->name;
        bool is_long = size > 2 && strncmp(word, "--", 2) == 0 && strlen(name) == size - 2 &&
                       memcmp(name, word + 2, size - 2) == 0;
        bool is_short = size == 2 && word[0] == '-' && word[1] == (*row)->letter;
        if ((is_long || is_short) && (*row)->kind != OPTION_FLAG)
            return *row;
    }
    return NULL;
}

/* --- the line ------------------------------------------------------------------------------- */

/* What the words in front of the unfinished one have come to. */
struct progress {
    const struct option_row *open; /* it waits for its value */
    bool has_operand;
    bool only_operands;
};

static void take_word(struct progress *progress, const struct subcommand *subcommand,
                      const char *word)
{
    if (progress->open != NULL) {
        if (strcmp(word, "=") != 0)
            progress->open = NULL;
    } else if (!progress->only_operands && strcmp(word, "--") == 0) {
        progress->only_operands = true;
    } else if (!progress->only_operands && word[0] == '-' && word[1] != '\0') {
        progress->open = find_option(subcommand, word, strlen(word));
    } else {
        progress->has_operand = true;
    }
}

static void offer_next(struct request *request, const struct subcommand *subcommand,
                       const struct progress *progress)
{
    const char *current = request->current;
    size_t size = strcspn(current, "=");

    if (progress->open != NULL) {
        if (strcmp(current, "=") == 0)
            request->current = "";
        offer_value(request, progress->open);
    } else if (progress->only_operands && subcommand->takes_command) {
        strbuf_append_text(request->out, COMPLETE_FILES "\n");
    } else if (!progress->only_operands && current[0] == '-' && current[size] == '=') {
        const struct option_row *row = find_option(subcommand, current, size);
        request->kept = (struct strview){current, size + 1};
        request->current += size + 1;
        if (row != NULL)
            offer_value(request, row);
    } else if (!progress->only_operands && current[0] == '-') {
        offer_options(request, subcommand);
    } else if (!progress->has_operand) {
        offer_operand(request, subcommand);
    }
}

static void offer_program(struct request *request)
{
    offer_commands(request);
    if (request->current[0] == '-') {
        offer(request, "--help", "the first commands");
        offer(request, "--version", NULL);
    }
}

void complete_append(struct strbuf *out, char *const *words)
{
    struct request request = {.out = out, .current = words[0], .kept = {"", 0}};
    struct progress progress = {0};

    if (words[0] == NULL)
        return;
    const struct subcommand *subcommand = words[1] != NULL ? subcommand_find(words[0], NULL) : NULL;
    if (words[1] == NULL)
        offer_program(&request);
    for (words++; subcommand != NULL && *words != NULL; words++) {
        request.current = *words;
        if (words[1] != NULL)
            take_word(&progress, subcommand, *words);
        else
            offer_next(&request, subcommand, &progress);
    }
    arena_release(&request.arena);
}
