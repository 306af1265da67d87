/*
 * PCRE2 behind one door; see pattern.h. Not for lines or numbers.
 */
#include "metrics/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "metrics/extractor.h"
#include "sweep/mem.h"

#define PARENTHESES_MAX 50
#define MATCH_LIMIT     100000
#define DEPTH_LIMIT     1000
#define HEAP_LIMIT_KIB  1024
#define MESSAGE_MAX     256

/*
 * Around the name: nothing that would make it part of a longer name. Behind it: a quote perhaps, a
 * separator, perhaps an opening such as `tensor(` or `np.float64(`, then what looks like a number,
 * with commas in it so that `1,5` is seen and refused rather than read as 1.
 */
#define BY_NAME_BEFORE "(?<![\\w./-])\\Q"
#define BY_NAME_AFTER                                                       \
    "\\E[\"']?(?:[ \\t]*[:=][ \\t]*|[ \\t]+)[\"']?(?:[A-Za-z_][\\w.]*\\()?" \
    "([+-]?(?:\\.?[0-9][0-9.,_]*+(?:[eE][+-]?[0-9]++)?+|(?i:nan|inf(?:inity)?)))(?![\\w%])"

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    uint32_t group; /* that captures the number */
    uint32_t candidates;
    bool take_last; /* the last match of a line counts */
    char *required; /* by name: a line without it cannot match */
    size_t required_size;
};

static bool refuse(struct sweep_error *err, const char *what)
{
    return sweep_error_set(err, SWEEP_BAD_INPUT, "%s", what);
}

static bool compile(struct pattern *pattern, const char *text, struct sweep_error *err)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_parens_nest_limit(context, PARENTHESES_MAX);
    int code = 0;
    PCRE2_SIZE offset = 0;
    pattern->code = pcre2_compile((PCRE2_SPTR)text, strlen(text), PCRE2_NEVER_BACKSLASH_C, &code,
                                  &offset, context);
    pcre2_compile_context_free(context);
    if (code == PCRE2_ERROR_DUPLICATE_SUBPATTERN_NAME)
        return refuse(err, "the pattern has two groups of the same name; give them two names");
    if (pattern->code == NULL) {
        char message[MESSAGE_MAX];
        pcre2_get_error_message(code, (PCRE2_UCHAR *)message, sizeof message);
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "the pattern is not valid at character %zu: %s", offset + 1,
                               message);
    }
    pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE); /* without JIT it is slower, no less */
    pattern->data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
    pattern->context = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(pattern->context, MATCH_LIMIT);
    pcre2_set_depth_limit(pattern->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(pattern->context, HEAP_LIMIT_KIB);
    return true;
}

/* Which group holds the number: `value`, or the first. */
static bool choose_group(struct pattern *pattern, struct sweep_error *err)
{
    uint32_t groups = 0;
    pcre2_pattern_info(pattern->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    if (groups == 0)
        return refuse(err, "the pattern has no group: put parentheses around the number, as in "
                           "'loss: (\\S+)'");
    int named = pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR) "value");
    if (named == PCRE2_ERROR_NOUNIQUESUBSTRING)
        return refuse(err, "the pattern has two groups named 'value': only one can be the number");
    pattern->group = named > 0 ? (uint32_t)named : 1;
    pattern->candidates = named > 0 ? 1 : groups;
    return true;
}

static int match_from(struct pattern *pattern, struct strview line, size_t start)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)line.data;
    int found =
        pcre2_match(pattern->code, subject, line.size, start, 0, pattern->data, pattern->context);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT)
        found = pcre2_match(pattern->code, subject, line.size, start, PCRE2_NO_JIT, pattern->data,
                            pattern->context);
    return found;
}

static struct pattern *create(const char *text, struct sweep_error *err)
{
    struct pattern *pattern = sweep_alloc(sizeof *pattern);
    if (strlen(text) > EXTRACTOR_PATTERN_MAX) {
        refuse(err, "the pattern is longer than 4096 bytes");
    } else if (compile(pattern, text, err) && choose_group(pattern, err)) {
        if (match_from(pattern, (struct strview){"", 0}, 0) < 0)
            return pattern;
        refuse(err, "the pattern matches an empty line, so it would match everywhere");
    }
    pattern_free(pattern);
    return NULL;
}

struct pattern *pattern_create(const char *text, struct sweep_error *err)
{
    return create(text, err);
}

struct pattern *pattern_create_by_name(const char *name, struct sweep_error *err)
{
    struct strbuf text;
    strbuf_init(&text, EXTRACTOR_PATTERN_MAX);
    strbuf_append_text(&text, BY_NAME_BEFORE);
    strbuf_append_text(&text, name);
    strbuf_append_text(&text, BY_NAME_AFTER);
    struct pattern *pattern = NULL;
    if (text.truncated || strstr(name, "\\E") != NULL)
        refuse(err, "the metric's name cannot be looked for in the output: give a pattern");
    else
        pattern = create(strbuf_text(&text), err);
    strbuf_release(&text);
    if (pattern != NULL) {
        pattern->take_last = true;
        pattern->required = sweep_strdup(name);
        pattern->required_size = strlen(name);
    }
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_code_free(pattern->code);
    pcre2_match_data_free(pattern->data);
    pcre2_match_context_free(pattern->context);
    sweep_free(pattern->required);
    sweep_free(pattern);
}

unsigned pattern_candidates(const struct pattern *pattern)
{
    return pattern->candidates;
}

enum pattern_result pattern_match(struct pattern *pattern, struct strview line,
                                  struct strview *value)
{
    if (pattern->required != NULL &&
        memmem(line.data, line.size, pattern->required, pattern->required_size) == NULL)
        return PATTERN_NOT_FOUND;

    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->data);
    enum pattern_result result = PATTERN_NOT_FOUND;
    size_t start = 0;
    while (start < line.size) {
        int found = match_from(pattern, line, start);
        if (found == PCRE2_ERROR_NOMATCH)
            break;
        if (found < 0)
            return PATTERN_LIMIT;
        size_t from = ends[2 * pattern->group];
        if (from == PCRE2_UNSET) /* matched by an alternative that has no number */
            break;
        *value = (struct strview){line.data + from, ends[2 * pattern->group + 1] - from};
        result = PATTERN_FOUND;
        if (!pattern->take_last || ends[1] <= start)
            break;
        start = ends[1];
    }
    return result;
}

bool pattern_engine(char *version, size_t size)
{
    char text[64] = "";
    uint32_t has_jit = 0;
    (void)pcre2_config(PCRE2_CONFIG_VERSION, text); /* `10.42 2022-12-11` */
    (void)pcre2_config(PCRE2_CONFIG_JIT, &has_jit);
    text[strcspn(text, " ")] = '\0';
    (void)snprintf(version, size, "%s", text);
    return has_jit != 0;
}
