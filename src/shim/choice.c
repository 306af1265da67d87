/*
 * Holding back and deciding. Not for finding numbers, nor for writing them.
 */
#include "shim/choice.h"

#include "base/array.h"
#include "sweep/mem.h"

void choice_init(struct choice *choice, const struct spec *spec)
{
    *choice = (struct choice){.count = spec->pattern_count};
    choice->sources = sweep_alloc_array(choice->count, sizeof *choice->sources);
    choice->until_ms = sweep_alloc_array(choice->count, sizeof *choice->until_ms);
    for (size_t i = 0; i < choice->count; i++) {
        choice->sources[i] = spec->patterns[i].pattern == NULL ? CHOICE_OPEN : CHOICE_OUTPUT;
        choice->until_ms[i] = INT64_MAX;
    }
}

void choice_release(struct choice *choice)
{
    sweep_free(choice->sources);
    sweep_free(choice->until_ms);
    sweep_free(choice->held);
    *choice = (struct choice){0};
}

bool choice_is_open(const struct choice *choice, size_t pattern)
{
    return choice->sources[pattern] == CHOICE_OPEN;
}

static void decide(struct choice *choice, size_t pattern, enum choice_source source)
{
    choice->sources[pattern] = source;
    choice->until_ms[pattern] = INT64_MAX;
}

static void hold(struct choice *choice, const struct journal_record *record, int64_t now_ms)
{
    choice->held = array_reserve(choice->held, choice->held_count + 1, &choice->held_capacity,
                                 sizeof *choice->held);
    choice->held[choice->held_count++] = *record;
    if (choice->until_ms[record->pattern] == INT64_MAX)
        choice->until_ms[record->pattern] = now_ms + CHOICE_WAIT_MS;
    if (choice->held_count < CHOICE_HELD_MAX)
        return;
    for (size_t i = 0; i < choice->count; i++)
        if (choice->until_ms[i] != INT64_MAX)
            choice->until_ms[i] = now_ms;
}

bool choice_judge(struct choice *choice, const struct journal_record *record, bool has_run,
                  int64_t now_ms)
{
    if (choice->sources[record->pattern] != CHOICE_OPEN)
        return choice->sources[record->pattern] == CHOICE_OUTPUT;
    if (has_run)
        hold(choice, record, now_ms);
    return !has_run;
}

static void drop_held(struct choice *choice, size_t pattern)
{
    size_t kept = 0;
    for (size_t i = 0; i < choice->held_count; i++)
        if (choice->held[i].pattern != pattern)
            choice->held[kept++] = choice->held[i];
    choice->held_count = kept;
}

bool choice_take_wandb(struct choice *choice, size_t pattern)
{
    if (choice->sources[pattern] == CHOICE_OPEN) {
        decide(choice, pattern, CHOICE_WANDB);
        drop_held(choice, pattern);
    }
    return choice->sources[pattern] == CHOICE_WANDB;
}

void choice_end(struct choice *choice)
{
    for (size_t i = 0; i < choice->count; i++)
        if (choice->until_ms[i] != INT64_MAX)
            decide(choice, i, CHOICE_OUTPUT);
}

void choice_settle(struct choice *choice, int64_t now_ms,
                   void (*take)(void *context, const struct journal_record *record), void *context)
{
    size_t kept = 0;
    for (size_t i = 0; i < choice->count; i++)
        if (choice->until_ms[i] <= now_ms)
            decide(choice, i, CHOICE_OUTPUT);
    for (size_t i = 0; i < choice->held_count; i++) {
        const struct journal_record *record = &choice->held[i];
        if (choice_is_open(choice, record->pattern))
            choice->held[kept++] = *record;
        else
            take(context, record);
    }
    choice->held_count = kept;
}

int64_t choice_deadline(const struct choice *choice)
{
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < choice->count; i++)
        if (choice->until_ms[i] < deadline_ms)
            deadline_ms = choice->until_ms[i];
    return deadline_ms;
}
