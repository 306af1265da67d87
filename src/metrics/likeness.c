/*
 * Comparing names of metrics word by word. Not for mistyped keys: see base/nearest.h.
 */
#include "metrics/likeness.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"

#define WORDS_MAX 8
#define WORD_SIZE 32

/* What one word of the wanted name is worth. */
#define NOUN_EQUAL   16
#define NOUN_SIMILAR 12
#define NOUN_WITHIN  8
#define DATA_EQUAL   3
#define DATA_KIN     2
#define SUPERFLUOUS  (-1) /* a word of the other name that says nothing to us */

/* [bytes] Shorter than that a common beginning says nothing, nor a letter that differs. */
#define BEGINNING_MIN 3
#define MISTYPED_MIN  4

/* On which data a metric is measured; words of a kin are nearly the same. */
static const struct {
    const char *word;
    int kin;
} data_words[] = {
    {"train", 1}, {"training", 1},   {"val", 2},  {"valid", 2}, {"validation", 2},
    {"eval", 2},  {"evaluation", 2}, {"dev", 2},  {"test", 2},  {"testing", 2},
    {"best", 3},  {"final", 3},      {"mean", 4}, {"avg", 4},   {"average", 4},
};

struct words {
    char items[WORDS_MAX][WORD_SIZE]; /* [count] small letters */
    size_t count;
};

/* Cut at everything that is no letter or digit, and where a capital follows a small letter. */
static struct words cut(const char *name)
{
    struct words words = {0};
    size_t size = 0;
    for (const char *p = name; *p != '\0' && words.count < WORDS_MAX; p++) {
        unsigned char c = (unsigned char)*p;
        bool is_start = p > name && isupper(c) && islower((unsigned char)p[-1]);
        if (size > 0 && (!isalnum(c) || is_start)) {
            words.count++;
            size = 0;
        }
        if (isalnum(c) && words.count < WORDS_MAX && size < WORD_SIZE - 1)
            words.items[words.count][size++] = (char)tolower(c);
    }
    words.count += size > 0;
    return words;
}

/* 0: it is no word for data. */
static int kin_of(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(data_words); i++)
        if (strcmp(data_words[i].word, word) == 0)
            return data_words[i].kin;
    return 0;
}

static bool begins_with(const char *word, const char *beginning)
{
    size_t size = strlen(beginning);
    return size >= BEGINNING_MIN && strncmp(word, beginning, size) == 0;
}

static int compare_nouns(const char *a, const char *b)
{
    if (strcmp(a, b) == 0)
        return NOUN_EQUAL;
    bool is_mistyped = strlen(a) >= MISTYPED_MIN && nearest_word(a, &b, 1) != NULL;
    if (begins_with(a, b) || begins_with(b, a) || is_mistyped)
        return NOUN_SIMILAR;
    bool is_within = (strlen(b) >= BEGINNING_MIN && strstr(a, b) != NULL) ||
                     (strlen(a) >= BEGINNING_MIN && strstr(b, a) != NULL);
    return is_within ? NOUN_WITHIN : 0;
}

static int compare_words(const char *wanted, const char *word)
{
    int kin = kin_of(wanted);
    if (kin == 0 && kin_of(word) == 0)
        return compare_nouns(wanted, word);
    if (strcmp(wanted, word) == 0)
        return DATA_EQUAL;
    return kin != 0 && kin == kin_of(word) ? DATA_KIN : 0;
}

/* The best of what `word` is to any of `others`. */
static int best_of(const struct words *others, const char *word)
{
    int best = 0;
    for (size_t i = 0; i < others->count; i++) {
        int value = compare_words(word, others->items[i]);
        best = value > best ? value : best;
    }
    return best;
}

int likeness_of(const char *wanted, const char *name)
{
    const struct words ours = cut(wanted);
    const struct words theirs = cut(name);
    int sum = 0;
    for (size_t i = 0; i < ours.count; i++)
        sum += best_of(&theirs, ours.items[i]);
    for (size_t i = 0; sum > 0 && i < theirs.count; i++)
        if (best_of(&ours, theirs.items[i]) == 0)
            sum += SUPERFLUOUS;
    return sum;
}
