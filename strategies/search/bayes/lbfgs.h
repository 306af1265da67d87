/*
 * Descent inside a box, by quasi-Newton steps with limited memory, one point at a time.
 *
 *     struct lbfgs *lbfgs = lbfgs_create(n);
 *     lbfgs_start(lbfgs, &options, x0);
 *     do
 *         f = evaluate(lbfgs_point(lbfgs), gradient);
 *     while (lbfgs_take(lbfgs, f, gradient));
 *     use(lbfgs_best(lbfgs));
 *
 * It asks for points in place of calling a function, so that many of them, from different starts,
 * can be evaluated at once.
 *
 * Ownership: opaque, lbfgs_free(). Bounds are borrowed from lbfgs_start() on.
 *
 * @see Nocedal and Wright 2006, "Numerical optimization", algorithms 7.4 (two loops) and 3.1 (step
 *      lengths); Bertsekas 1982 (steps are projected into the box, coordinates held at a bound are
 *      left out of the direction). Deviations: a pair of differences is dropped where it has no
 *      positive curvature, and no curvature is asked of a step.
 */
#ifndef SWEEP_BAYES_LBFGS_H
#define SWEEP_BAYES_LBFGS_H

#include <stdbool.h>
#include <stddef.h>

struct lbfgs;

struct lbfgs_options {
    const double *lower; /* [n] */
    const double *upper; /* [n] */
    double first_step;   /* length of the first step, in its longest coordinate */
    double gradient_end; /* the end is where no coordinate of the projected gradient is larger */
    double value_end;    /* or where a step gains less than that */
    int evaluations;     /* or after so many */
};

/** @param n  dimensions, at least 1 */
struct lbfgs *lbfgs_create(size_t n);

/** NULL is allowed. */
void lbfgs_free(struct lbfgs *lbfgs);

/** Begin at a point, moved into the box. @param x  [n] */
void lbfgs_start(struct lbfgs *lbfgs, const struct lbfgs_options *options, const double *x);

/** Where to evaluate next. @return [n] */
const double *lbfgs_point(const struct lbfgs *lbfgs);

/**
 * Take the value there; what is not finite counts as too large.
 *
 * @param gradient  [n]
 * @return whether there is another point to evaluate
 */
bool lbfgs_take(struct lbfgs *lbfgs, double value, const double *gradient);

/** The lowest point, and its value: infinity where none was finite. @return [n] */
const double *lbfgs_best(const struct lbfgs *lbfgs, double *value);

#endif
