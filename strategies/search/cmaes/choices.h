/*
 * The distributions of choices without order beside the normal one: a share for each choice.
 *
 *     choices_init(&choices, counts, 2);
 *     size_t level = choices_draw(&choices, 0, sweep_rng_uniform(&rng), 1);
 *     choices_learn(&choices, levels, weights, parents);
 *
 * Shares move along the natural gradient with a step that adapts to how well the gradients of
 * generations agree; none gets below a margin, so that no choice is ever lost.
 *
 * Ownership: choices_release().
 *
 * @see Hamano, Saito, Nomura, Shirakawa 2024 (CatCMA, arXiv 2405.09962) and 2025 (with margin,
 * arXiv 2504.07884); Akimoto, Shirakawa, Yoshinari, Uchida, Saito, Nishida 2019 (ASNG, PMLR 97)
 */
#ifndef SWEEP_SEARCH_CMAES_CHOICES_H
#define SWEEP_SEARCH_CMAES_CHOICES_H

#include <stddef.h>

/** One parameter's shares, and the accumulated gradient of its first count - 1 choices. */
struct choice {
    size_t count;
    double *shares;   /* [count] they sum to 1 */
    double *path;     /* [count] the last is unused */
    double *gradient; /* [count] of this generation */
    double *white;    /* [count] the same, in the metric of the distribution; the last is unused */
    double margin;    /* the least share */
};

/** All of a space. */
struct choices {
    struct choice *list; /* [count] */
    size_t count;
    double freedom; /* sum of (count - 1) */
    double step;    /* of the next generation (delta) */
    double trust;   /* what the step after that is divided by (Delta) */
    double steady;  /* how long the paths would be were gradients all noise (gamma) */
};

/**
 * @param shares   [count] each the prior's shares
 * @param counts   [count] choices of each
 * @param discrete  how many discrete axes there are, these included: the margin's share
 */
void choices_init(struct choices *choices, const double *const *shares, const size_t *counts,
                  size_t count, size_t discrete);

void choices_release(struct choices *choices);

/**
 * @param u       [0, 1)
 * @param narrow  1: as learnt; towards 0: as if nothing were known
 */
size_t choices_draw(const struct choices *choices, size_t index, double u, double narrow);

/**
 * Learn from a generation.
 *
 * @param levels   [size x count] coordinates in order of rank; NaN: absent, it says nothing
 * @param weights  [size] for the mean, see weights_rank()
 */
void choices_learn(struct choices *choices, const double *levels, const double *weights,
                   size_t size);

#endif
