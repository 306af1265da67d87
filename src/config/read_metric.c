/*
 * `metric` in both its forms, and `capture`.
 */
#include "config/reader.h"

#include <string.h>

#include "base/array.h"
#include "base/nearest.h"
#include "base/number.h"

static const struct goal {
    const char *name;
    bool maximize;
} goals[] = {{"minimize", false}, {"maximize", true}};

static const char *const goal_names[] = {"minimize", "maximize"};

static const struct goal *find_goal(struct strview word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(goals); i++)
        if (strview_is(word, goals[i].name))
            return &goals[i];
    return NULL;
}

static void hint_goal(struct reader *reader, const char *word)
{
    const char *nearest = nearest_word(word, goal_names, ARRAY_LENGTH(goal_names));
    if (nearest != NULL)
        reader_hint(reader, "did you mean '%s'?", nearest);
}

/* `maximize val_acc`, or a name alone. */
static void read_short_form(struct reader *reader, const struct key *key, const struct node *node,
                            struct config_metric *metric)
{
    const char *text = NULL;
    read_word(reader, key, node, &text);
    if (text == NULL)
        return;
    size_t size = strcspn(text, " ");
    const char *name = text + size + strspn(text + size, " ");
    const struct goal *goal = find_goal((struct strview){text, size});
    if (goal == NULL && *name == '\0') {
        metric->name = text;
        return;
    }
    if (goal == NULL || *name == '\0') {
        reader_error(reader, node, "expected 'maximize NAME' or 'minimize NAME'");
        hint_goal(reader, arena_copy(reader->arena, (struct strview){text, size}));
        return;
    }
    metric->name = name;
    metric->goal_given = true;
    metric->objective.maximize = goal->maximize;
}

void read_metric(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_metric *metric = field;
    metric->mark = node->mark;
    if (node->kind == NODE_SCALAR) {
        reader_section(reader, key->section, NULL, metric);
        read_short_form(reader, key, node, metric);
        return;
    }
    if (node->kind == NODE_LIST) {
        reader_refuse(reader, key, node);
        reader_hint(reader, "several metrics are not supported yet by this version");
        return;
    }
    /* The default was read as a goal too: whether one is given decides about a warning. */
    reader_section(reader, key->section, node, metric);
    const struct node *name = node_find(node, "name");
    metric->goal_given = node_find(node, "goal") != NULL;
    if (name != NULL)
        metric->mark = name->mark;
    else
        reader_error(reader, node, "'metric' needs a 'name'");
}

void read_goal(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_metric *metric = field;
    const struct goal *goal = node->kind == NODE_SCALAR ? find_goal(strview_of(node->text)) : NULL;
    if (goal != NULL) {
        metric->objective.maximize = goal->maximize;
        return;
    }
    reader_complain(reader, node, "'%s' takes %s", key->name, key->takes);
    if (reader->is_lenient)
        reader_hint(reader, "it is dropped, as in Weights & Biases, so the metric is minimized");
    else if (node->kind == NODE_SCALAR)
        hint_goal(reader, node->text);
}

void read_impute(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    static const char *const names[] = {
        [IMPUTE_WORST] = "worst",
        [IMPUTE_BEST] = "best",
        [IMPUTE_LATEST] = "latest",
        [IMPUTE_NONE] = "false",
    };
    enum config_impute *impute = field;
    const char *text = node->kind == NODE_SCALAR ? node->text : "";
    bool may_be_none = strcmp(key->name, "impute_while_running") == 0;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (strcmp(text, names[i]) == 0 && (i != IMPUTE_NONE || may_be_none)) {
            *impute = (enum config_impute)i;
            return;
        }
    reader_complain(reader, node, "'%s' takes %s", key->name, key->takes);
}

/* `mean of last N`: the only reduction with a number in it. */
static bool read_window(const char *text, struct objective_settings *objective)
{
    static const char prefix[] = "mean of last ";
    uint64_t window = 0;
    if (strncmp(text, prefix, strlen(prefix)) != 0 ||
        number_parse_uint64(strview_of(text + strlen(prefix)), &window) != NUMBER_OK ||
        window < 1 || window > OBJECTIVE_WINDOW_MAX)
        return false;
    objective->reduce = REDUCE_MEAN;
    objective->window = (uint32_t)window;
    return true;
}

void read_reduce(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    static const char *const names[] = {
        [REDUCE_BEST] = "best", [REDUCE_LAST] = "last", [REDUCE_MIN] = "min",
        [REDUCE_MAX] = "max",   [REDUCE_MEAN] = "mean",
    };
    struct config_metric *metric = field;
    const char *text = node->kind == NODE_SCALAR ? node->text : "";
    for (size_t i = 0; i < REDUCE_MEAN; i++)
        if (strcmp(text, names[i]) == 0) {
            metric->objective.reduce = (enum reduce)i;
            return;
        }
    if (read_window(text, &metric->objective))
        return;
    reader_error(reader, node, "'%s' takes %s", key->name, key->takes);
    const char *nearest = nearest_word(text, names, ARRAY_LENGTH(names));
    if (strncmp(text, "mean", 4) == 0)
        reader_hint(reader, "as in 'mean of last 5'; N is at most %d", OBJECTIVE_WINDOW_MAX);
    else if (nearest != NULL)
        reader_hint(reader, "did you mean '%s'?", nearest);
}

void read_target(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_metric *metric = field;
    struct scalar scalar;
    metric->has_target = reader_number(reader, node, key->name, &scalar);
    if (metric->has_target)
        metric->target = scalar.real;
}

void read_step(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct config_metric *metric = field;
    reader->draft.step = node;
    read_word(reader, key, node, &metric->step);
}

void read_pattern(struct reader *reader, const struct key *key, const struct node *node,
                  void *field)
{
    struct config_metric *metric = field;
    metric->pattern_mark = node->mark;
    read_text(reader, key, node, &metric->pattern);
}

/* A capture's pattern, NULL where nothing is written. */
static void read_capture_pattern(struct reader *reader, const struct node *name,
                                 const struct node *node, struct config_capture *capture)
{
    bool is_null = node->kind == NODE_SCALAR && scalar_read(node).kind == SCALAR_NULL;
    *capture = (struct config_capture){
        .name = name->text,
        .mark = is_null ? name->mark : node->mark,
    };
    if (node->kind != NODE_SCALAR)
        reader_error(reader, node, "the pattern of '%s' must be a text, not %s", name->text,
                     node_describe(node));
    else if (!is_null)
        capture->pattern = node->text;
}

void read_capture(struct reader *reader, const struct key *key, const struct node *node,
                  void *field)
{
    struct draft *draft = field;
    if (node->kind != NODE_MAP) {
        reader_refuse(reader, key, node);
        reader_hint(reader, "for example {train_loss: 'loss=(\\S+)'}");
        return;
    }
    struct config_capture *captures =
        arena_alloc_array(reader->arena, node->count, sizeof *captures);
    for (size_t i = 0; i < node->count; i++) {
        if (!reader_is_word(node->keys[i]->text))
            reader_error(reader, node->keys[i], "a name is one line of at most %d characters",
                         READER_WORD_MAX);
        read_capture_pattern(reader, node->keys[i], node->values[i], &captures[i]);
    }
    draft->config.captures = captures;
    draft->config.capture_count = node->count;
}
