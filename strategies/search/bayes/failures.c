/* Labels are as uncertain as they are: a signal of 1 and a noise of 0.25. */
#include "failures.h"

#include <math.h>

bool failures_model(struct posterior *posterior, const struct embedding *embedding,
                    const struct outcomes *outcomes, const double *theta)
{
    double own[EMBEDDING_MAX + KERNEL_EXTRA];
    if (outcomes->failures == 0)
        return false;
    for (size_t j = 0; j < embedding->count; j++)
        own[j] = fmin(fmax(theta[j], log(0.1)), log(2));
    own[KERNEL_SIGNAL(embedding->count)] = 0;
    own[KERNEL_NOISE(embedding->count)] = log(0.25);
    if (!posterior_init(posterior, embedding, &outcomes->judged, own, 1))
        return false;
    posterior_set(posterior, 0, outcomes->labels);
    return true;
}
