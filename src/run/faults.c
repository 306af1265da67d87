/*
 * What goes wrong with the GPUs of attempts, as the sampler tells: it is recorded beside the trial,
 * and a GPU that is broken is given to nobody any more. Whether that is why a trial failed, gpus.c
 * asks.
 */
#include "run/runner.h"

#include <inttypes.h>

#define TEXT_MAX ((size_t)4096)

/* A script's own mistake may come with every trial. */
static bool is_said(struct runner *runner, const struct fault *fault)
{
    for (size_t i = 0; i < runner->said_fault_count; i++)
        if (fault_is_same(&runner->said_faults[i], fault))
            return true;
    if (runner->said_fault_count == RUNNER_FAULTS_SAID)
        return true;
    runner->said_faults[runner->said_fault_count++] = *fault;
    return false;
}

/* `GPU-1: Xid 31: the program used ...` */
static void describe(const struct sampler_news *news, struct strbuf *text)
{
    strbuf_printf(text, "%s: ", news->uuid);
    fault_describe(&news->fault, text);
    if (news->is_shared)
        strbuf_append_text(text, "; or another program that had it meanwhile did");
}

static void record(struct runner *runner, const struct sampler_news *news, const char *kind)
{
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    describe(news, &text);
    turn_add_event(&runner->turn, runner->wall_us, news->key, kind, strbuf_text(&text));
    strbuf_release(&text);
}

static void say(struct runner *runner, const struct sampler_news *news, const char *after)
{
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    strbuf_printf(&text, "trial %" PRIu64 ", ", news->key.trial);
    describe(news, &text);
    strbuf_append_text(&text, after);
    runner_say_later(runner, strbuf_text(&text));
    strbuf_release(&text);
}

static void note(struct runner *runner, const struct sampler_news *news, struct live *live)
{
    record(runner, news, "gpu_note");
    if (!is_said(runner, &news->fault))
        say(runner, news,
            fault_blame(&news->fault) == FAULT_OF_TRIAL ? " (the program's fault, not the GPU's)"
                                                        : "");
    if (live != NULL)
        live->has_fault = true;
}

static void condemn(struct runner *runner, const struct sampler_news *news, struct live *live)
{
    record(runner, news, "gpu_fault");
    if (live != NULL)
        live->has_fault = true;
    if (!pool_condemn(&runner->gpus, news->uuid))
        return;
    say(runner, news, ". It is not used again in this run; `sweep doctor --gpus` shows how it is");
    gpus_count(runner);
}

void faults_take(struct runner *runner, const struct sampler_news *news, struct live *live)
{
    switch (fault_blame(&news->fault)) {
    case FAULT_OF_GPU:
        condemn(runner, news, live);
        break;
    case FAULT_OF_OTHERS:
        if (live != NULL)
            live->echo = *news;
        break;
    case FAULT_OF_TRIAL:
    case FAULT_OF_NOBODY:
        note(runner, news, live);
        break;
    }
}

static bool may_be_of_gpu(const struct attempt_outcome *outcome)
{
    return gpus_has_failed_by_itself(outcome) || outcome->short_of == ATTEMPT_SHORT_OF_GPU;
}

bool faults_are_known(struct runner *runner, struct live *live)
{
    bool has_gpu = live->uuids != NULL && live->uuids[0] != NULL;
    return !has_gpu || !may_be_of_gpu(&live->outcome) || watching_is_left(runner, live);
}

void faults_settle(struct runner *runner, struct live *live)
{
    if (live->echo.key.trial > 0 && !live->has_fault && gpus_has_failed_by_itself(&live->outcome))
        record(runner, &live->echo, "gpu_note");
}
