/* Theta as a memo: a mark, the number of dimensions, and the numbers as they stand in memory. */
#include "theta_memo.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "kernel.h"

struct memo {
    uint32_t mark;
    uint32_t dimensions;
    double theta[EMBEDDING_MAX + KERNEL_EXTRA];
};

#define MARK UINT32_C(0x32736162) /* "bas2" */

static_assert(sizeof(struct memo) <= SWEEP_MEMO_MAX, "a memo must hold all dimensions");

static size_t size_of(const struct embedding *embedding)
{
    return offsetof(struct memo, theta) + (embedding->count + KERNEL_EXTRA) * sizeof(double);
}

bool theta_memo_read(const struct sweep_history *history, const struct embedding *embedding,
                     double *theta)
{
    struct memo memo;
    size_t count = embedding->count + KERNEL_EXTRA;
    if (history->memo_size != size_of(embedding))
        return false;
    memcpy(&memo, history->memo, history->memo_size);
    if (memo.mark != MARK || memo.dimensions != embedding->count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!isfinite(memo.theta[i]))
            return false;
    memcpy(theta, memo.theta, count * sizeof *theta);
    return true;
}

void theta_memo_write(struct sweep_suggestion *suggestion, const struct embedding *embedding,
                      const double *theta)
{
    struct memo memo = {.mark = MARK, .dimensions = (uint32_t)embedding->count};
    memcpy(memo.theta, theta, (embedding->count + KERNEL_EXTRA) * sizeof *theta);
    suggestion->memo_size = size_of(embedding);
    memcpy(suggestion->memo, &memo, suggestion->memo_size);
}
