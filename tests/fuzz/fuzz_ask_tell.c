/* Any bytes as a line of ask-tell, between lines that mean something: one line of JSON in answer.
 */
#include <string.h>

#include "advisor/ask_tell.h"
#include "base/array.h"
#include "fuzz.h"
#include "space/space.h"
#include "json/tree.h"

static const struct sweep_value choices[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
    {.kind = SWEEP_VALUE_TEXT, .text = "adam"},
};

static const struct sweep_parameter parameters[] = {
    {.name = "lr", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    {.name = "opt", .distribution = SWEEP_CATEGORICAL, .choices = choices, .choice_count = 2},
};

static void answer(const struct ask_tell *ask_tell, struct strview line)
{
    struct strbuf out;
    struct arena arena = {0};
    strbuf_init(&out, 1 << 24);
    fuzz_require(ask_tell_answer(ask_tell, line, &out, NULL));
    fuzz_require(out.size > 1 && memchr(out.data, '\n', out.size) == out.data + out.size - 1);
    fuzz_require(json_tree_parse(&arena, strbuf_view(&out), NULL) != NULL);
    arena_release(&arena);
    strbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    const struct sweep_space *space =
        space_create(&arena, parameters, ARRAY_LENGTH(parameters), NULL);
    const struct advisor_settings settings = {.strategy = sweep_strategy_find("random"),
                                              .space = space};
    struct ask_tell ask_tell = {advisor_create(&settings, NULL), space};
    answer(&ask_tell, strview_of("{\"op\":\"ask\",\"n\":2}"));
    answer(&ask_tell, (struct strview){(const char *)data, size});
    answer(&ask_tell, strview_of("{\"op\":\"pending\"}"));
    answer(&ask_tell, strview_of("{\"op\":\"best\"}"));
    advisor_free(ask_tell.advisor);
    arena_release(&arena);
    return 0;
}
