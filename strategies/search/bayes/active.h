/*
 * The trials that the model is made of: all, or of very many those that say most.
 *
 *     struct active active;
 *     active_init(&active, embedding, &outcomes);
 *     ...
 *     active_release(&active);
 *
 * The cost of a model grows with the cube of its points. Of more than ACTIVE_MAX finished trials a
 * quarter are the best ones, half the nearest to the best one, and the rest are taken evenly from
 * the others in order of arrival, so that nowhere is unknown. Pending ones are all there, last.
 *
 * Ownership: init and release.
 */
#ifndef SWEEP_BAYES_ACTIVE_H
#define SWEEP_BAYES_ACTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "outcomes.h"

/** Finished trials of a model, at most. */
#define ACTIVE_MAX 1024

struct active {
    struct points points; /* those with a value, then the pending ones */
    size_t known;
    double *values; /* [known] standardised, lower is better */
};

void active_init(struct active *active, const struct embedding *embedding,
                 const struct outcomes *outcomes);

void active_release(struct active *active);

/** Mark those of a model. @param[out] marked  [outcomes->known] all false before */
void active_mark(const struct embedding *embedding, const struct outcomes *outcomes, bool *marked);

/** Mark as many, but evenly, in order of arrival: for what is said of the whole space.
 * @param[out] marked  [n] all false before */
void active_mark_evenly(size_t n, bool *marked);

#endif
