/*
 * The word that was probably meant. Not for searching: words beyond WORD_MAX have no neighbour.
 */
#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

#define WORD_MAX   64
#define LISTED_MAX 12

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * The optimal string alignment distance: insertions, deletions, substitutions and swaps of
 * neighbours, each at cost 1, no stretch edited twice. Three rows of the matrix are enough.
 */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *older = rows[0];
    size_t *old = rows[1];
    size_t *now = rows[2];
    for (size_t j = 0; j <= b_size; j++)
        old[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t changed = old[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = least(changed, least(old[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], older[j - 2] + 1);
        }
        size_t *spare = older;
        older = old;
        old = now;
        now = spare;
    }
    return old[b_size];
}

const char *nearest_word(const char *word, const char *const *known, size_t count)
{
    size_t size = strlen(word);
    if (size > WORD_MAX)
        return NULL;
    size_t best = (size / 3 > 1 ? size / 3 : 1) + 1;
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t known_size = strlen(known[i]);
        if (known_size > WORD_MAX)
            continue;
        size_t d = distance(word, size, known[i], known_size);
        bool shares_nothing = d >= (size > known_size ? size : known_size);
        if (d < best && !shares_nothing) {
            best = d;
            found = known[i];
        }
    }
    return found;
}

void nearest_append(struct strbuf *out, const char *word, const char *const *known, size_t count)
{
    const char *nearest = nearest_word(word, known, count);
    if (nearest != NULL) {
        strbuf_printf(out, "; did you mean '%s'?", nearest);
        return;
    }
    for (size_t i = 0; i < count && i < LISTED_MAX; i++)
        strbuf_printf(out, "%s%s",
                      i > 0       ? ", "
                      : count > 1 ? "; there are "
                                  : "; there is only ",
                      known[i]);
    if (count > LISTED_MAX)
        strbuf_append_text(out, ", ...");
}
