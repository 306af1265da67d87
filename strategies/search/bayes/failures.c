/* Labels are as uncertain as they are: a signal of 1 and a noise of 0.25. */
#include "failures.h"

#include <math.h>

#include "sweep/mem.h"

/* With either label. */
#define TAKEN (FAILURES_POINTS / 2)

/* Every so-many-th point with that label */
static void take(const struct embedding *embedding, const struct outcomes *outcomes, double label,
                 struct points *points, double *labels)
{
    double x[EMBEDDING_MAX];
    size_t failed = outcomes->failures;
    size_t all = label < 0 ? failed : outcomes->judged.count - failed;
    size_t seen = 0;
    for (size_t i = 0; i < outcomes->judged.count; i++) {
        if (outcomes->labels[i] != label)
            continue;
        if ((seen + 1) * TAKEN / all > seen * TAKEN / all || all <= TAKEN) {
            points_get(&outcomes->judged, embedding, i, x);
            labels[points->count] = label;
            points_add(points, embedding, x);
        }
        seen++;
    }
}

static bool model_part(struct posterior *posterior, const struct embedding *embedding,
                       const struct outcomes *outcomes, const double *theta)
{
    struct points part;
    double *labels = sweep_alloc_array(FAILURES_POINTS, sizeof *labels);
    points_init(&part, embedding, FAILURES_POINTS);
    take(embedding, outcomes, -1, &part, labels);
    take(embedding, outcomes, 1, &part, labels);
    bool is_made = posterior_init(posterior, embedding, &part, theta);
    posterior->own = part;
    posterior->points = &posterior->own;
    if (is_made)
        posterior_set(posterior, labels, part.count);
    sweep_free(labels);
    return is_made;
}

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
    if (outcomes->judged.count > FAILURES_POINTS)
        return model_part(posterior, embedding, outcomes, own);
    if (!posterior_init(posterior, embedding, &outcomes->judged, own))
        return false;
    posterior_set(posterior, outcomes->labels, outcomes->judged.count);
    return true;
}
