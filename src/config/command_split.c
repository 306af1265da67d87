/*
 * A string -> words, by rules a shell's user expects, but without a shell: see command.h.
 */
#include "config/command.h"

#include <string.h>

#include "base/array.h"
#include "base/strbuf.h"
#include "sweep/mem.h"

/* The words so far and the one in progress. */
struct splitter {
    struct arena *arena;
    struct strview text;
    size_t at;
    struct strbuf word;
    bool is_open; /* a word has begun; it may be empty: '' */
    char **words;
    size_t count;
    size_t capacity;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void finish_word(struct splitter *splitter)
{
    if (!splitter->is_open)
        return;
    splitter->words = array_reserve(splitter->words, splitter->count + 1, &splitter->capacity,
                                    sizeof *splitter->words);
    splitter->words[splitter->count++] = arena_copy(splitter->arena, strbuf_view(&splitter->word));
    strbuf_reset(&splitter->word);
    splitter->is_open = false;
}

/* A backslash takes the next character: any outside quotes, only `"` and `\` inside "...". */
static void take_escape(struct splitter *splitter, bool in_quotes)
{
    size_t next = splitter->at + 1;
    bool has_next = next < splitter->text.size;
    char c = has_next ? splitter->text.data[next] : '\\';
    bool is_escape = has_next && (!in_quotes || c == '"' || c == '\\');
    strbuf_append_char(&splitter->word, is_escape ? c : '\\');
    splitter->at += is_escape ? 2 : 1;
}

/* From the opening quote to behind the closing one. */
static bool take_quoted(struct splitter *splitter, struct sweep_error *err)
{
    size_t start = splitter->at;
    char quote = splitter->text.data[splitter->at++];
    while (splitter->at < splitter->text.size) {
        char c = splitter->text.data[splitter->at];
        if (c == quote) {
            splitter->at++;
            return true;
        }
        if (quote == '"' && c == '\\') {
            take_escape(splitter, true);
        } else {
            strbuf_append_char(&splitter->word, c);
            splitter->at++;
        }
    }
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "the quote %c that opens at character %zu of the command is never "
                           "closed",
                           quote, start + 1);
}

static bool split(struct splitter *splitter, struct sweep_error *err)
{
    while (splitter->at < splitter->text.size) {
        char c = splitter->text.data[splitter->at];
        if (is_blank(c)) {
            finish_word(splitter);
            splitter->at++;
            continue;
        }
        splitter->is_open = true;
        if (c == '\'' || c == '"') {
            if (!take_quoted(splitter, err))
                return false;
        } else if (c == '\\') {
            take_escape(splitter, false);
        } else {
            strbuf_append_char(&splitter->word, c);
            splitter->at++;
        }
    }
    finish_word(splitter);
    return true;
}

bool command_split(struct arena *arena, struct strview text, char ***words, size_t *count,
                   struct sweep_error *err)
{
    const char *nul = text.size > 0 ? memchr(text.data, '\0', text.size) : NULL;
    if (nul != NULL)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "character %zu of the command is a NUL, which no argument can hold",
                               (size_t)(nul - text.data) + 1);
    struct splitter splitter = {.arena = arena, .text = text};
    strbuf_init(&splitter.word, text.size + 1);
    bool ok = split(&splitter, err);
    if (ok) {
        *words = arena_alloc_array(arena, splitter.count + 1, sizeof **words);
        if (splitter.count > 0)
            memcpy(*words, splitter.words, splitter.count * sizeof **words);
        *count = splitter.count;
    }
    strbuf_release(&splitter.word);
    sweep_free(splitter.words);
    return ok;
}
