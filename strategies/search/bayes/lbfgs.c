/* Descent inside a box. `s` and `y` are differences of points and of gradients, as in the book. */
#include "lbfgs.h"

#include <math.h>
#include <string.h>

#include "sweep/mem.h"

#define PAIRS 8

/* Of the decrease that the slope promises, as much is asked of a step. */
#define ENOUGH 1e-4

/* A step that was too long is made shorter by a factor within these. */
#define SHORTER_MIN 0.1
#define SHORTER_MAX 0.5

/* Tries for the length of one step. */
#define TRIES_MAX 12

struct lbfgs {
    size_t n;
    struct lbfgs_options options;
    double *x;         /* [n] where it stands */
    double *gradient;  /* [n] there */
    double *point;     /* [n] asked for */
    double *direction; /* [n] */
    double *s;         /* [PAIRS x n] a ring, the newest at `pairs - 1` mod PAIRS */
    double *y;
    double curvature[PAIRS]; /* s'y */
    size_t pairs;            /* ever made since the start or the last reset */
    double value;            /* infinity: nothing was evaluated yet */
    double step;             /* the part of `direction` that was tried */
    double slope;            /* along `direction` */
    int tries;
    int evaluations;
};

struct lbfgs *lbfgs_create(size_t n)
{
    struct lbfgs *lbfgs = sweep_alloc(sizeof *lbfgs);
    lbfgs->n = n;
    lbfgs->x = sweep_alloc_array(n * (4 + 2 * (size_t)PAIRS), sizeof *lbfgs->x);
    lbfgs->gradient = lbfgs->x + n;
    lbfgs->point = lbfgs->gradient + n;
    lbfgs->direction = lbfgs->point + n;
    lbfgs->s = lbfgs->direction + n;
    lbfgs->y = lbfgs->s + (size_t)PAIRS * n;
    return lbfgs;
}

void lbfgs_free(struct lbfgs *lbfgs)
{
    if (lbfgs == NULL)
        return;
    sweep_free(lbfgs->x);
    sweep_free(lbfgs);
}

static double clamp(double x, double lower, double upper)
{
    return x < lower ? lower : x > upper ? upper : x;
}

void lbfgs_start(struct lbfgs *lbfgs, const struct lbfgs_options *options, const double *x)
{
    lbfgs->options = *options;
    lbfgs->pairs = 0;
    lbfgs->value = INFINITY;
    lbfgs->tries = 0;
    lbfgs->evaluations = 0;
    for (size_t i = 0; i < lbfgs->n; i++)
        lbfgs->point[i] = lbfgs->x[i] = clamp(x[i], options->lower[i], options->upper[i]);
}

const double *lbfgs_point(const struct lbfgs *lbfgs)
{
    return lbfgs->point;
}

const double *lbfgs_best(const struct lbfgs *lbfgs, double *value)
{
    *value = lbfgs->value;
    return lbfgs->x;
}

/* --- direction -------------------------------------------------------------------------------- */

/* Whether descent would leave the box at once. */
static bool is_held(const struct lbfgs *lbfgs, size_t i)
{
    return (lbfgs->x[i] <= lbfgs->options.lower[i] && lbfgs->gradient[i] >= 0) ||
           (lbfgs->x[i] >= lbfgs->options.upper[i] && lbfgs->gradient[i] <= 0);
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add(double *a, double factor, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] += factor * b[i];
}

/* direction = -H gradient, by the two loops over the pairs. */
static void apply_inverse(struct lbfgs *lbfgs)
{
    size_t n = lbfgs->n;
    size_t held = lbfgs->pairs < PAIRS ? lbfgs->pairs : PAIRS;
    double alpha[PAIRS];
    double *d = lbfgs->direction;
    for (size_t k = 0; k < held; k++) {
        size_t p = (lbfgs->pairs - 1 - k) % PAIRS;
        alpha[p] = dot(lbfgs->s + p * n, d, n) / lbfgs->curvature[p];
        add(d, -alpha[p], lbfgs->y + p * n, n);
    }
    if (held > 0) {
        size_t newest = (lbfgs->pairs - 1) % PAIRS;
        const double *y = lbfgs->y + newest * n;
        double scale = lbfgs->curvature[newest] / dot(y, y, n);
        for (size_t i = 0; i < n; i++)
            d[i] *= scale;
    }
    for (size_t k = held; k-- > 0;) {
        size_t p = (lbfgs->pairs - 1 - k) % PAIRS;
        add(d, alpha[p] - dot(lbfgs->y + p * n, d, n) / lbfgs->curvature[p], lbfgs->s + p * n, n);
    }
}

static double longest(const double *a, size_t n)
{
    double max = 0;
    for (size_t i = 0; i < n; i++)
        max = fmax(max, fabs(a[i]));
    return max;
}

/* Down the gradient, but for what is held; `pairs` are forgotten. */
static void steepest(struct lbfgs *lbfgs)
{
    lbfgs->pairs = 0;
    for (size_t i = 0; i < lbfgs->n; i++)
        lbfgs->direction[i] = is_held(lbfgs, i) ? 0 : -lbfgs->gradient[i];
}

/* @return false where there is no way down */
static bool choose_direction(struct lbfgs *lbfgs)
{
    size_t n = lbfgs->n;
    for (size_t i = 0; i < n; i++)
        lbfgs->direction[i] = is_held(lbfgs, i) ? 0 : -lbfgs->gradient[i];
    if (longest(lbfgs->direction, n) <= lbfgs->options.gradient_end)
        return false;
    apply_inverse(lbfgs);
    for (size_t i = 0; i < n; i++)
        if (is_held(lbfgs, i))
            lbfgs->direction[i] = 0;
    lbfgs->slope = dot(lbfgs->direction, lbfgs->gradient, n);
    if (!(lbfgs->slope < 0)) {
        steepest(lbfgs);
        lbfgs->slope = dot(lbfgs->direction, lbfgs->gradient, n);
    }
    lbfgs->step = 1;
    if (lbfgs->pairs == 0)
        lbfgs->step = lbfgs->options.first_step / longest(lbfgs->direction, n);
    lbfgs->tries = 0;
    return lbfgs->slope < 0;
}

static void propose(struct lbfgs *lbfgs)
{
    for (size_t i = 0; i < lbfgs->n; i++)
        lbfgs->point[i] = clamp(lbfgs->x[i] + lbfgs->step * lbfgs->direction[i],
                                lbfgs->options.lower[i], lbfgs->options.upper[i]);
}

/* --- steps ------------------------------------------------------------------------------------ */

static bool is_finite(const double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(a[i]))
            return false;
    return true;
}

/* Of what the slope promises for the step as it was projected. */
static bool is_enough(const struct lbfgs *lbfgs, double value)
{
    double promised = 0;
    for (size_t i = 0; i < lbfgs->n; i++)
        promised += lbfgs->gradient[i] * (lbfgs->point[i] - lbfgs->x[i]);
    return value <= lbfgs->value + ENOUGH * fmin(promised, 0);
}

static bool shorten(struct lbfgs *lbfgs, double value)
{
    if (++lbfgs->tries >= TRIES_MAX || lbfgs->evaluations >= lbfgs->options.evaluations)
        return false;
    double factor = SHORTER_MIN;
    if (isfinite(value)) {
        double bend = value - lbfgs->value - lbfgs->step * lbfgs->slope;
        factor = clamp(-lbfgs->slope * lbfgs->step / (2 * bend), SHORTER_MIN, SHORTER_MAX);
    }
    lbfgs->step *= isfinite(factor) ? factor : SHORTER_MIN;
    propose(lbfgs);
    return true;
}

static void remember(struct lbfgs *lbfgs, const double *gradient)
{
    size_t n = lbfgs->n;
    size_t p = lbfgs->pairs % PAIRS;
    double *s = lbfgs->s + p * n;
    double *y = lbfgs->y + p * n;
    for (size_t i = 0; i < n; i++) {
        s[i] = lbfgs->point[i] - lbfgs->x[i];
        y[i] = gradient[i] - lbfgs->gradient[i];
    }
    lbfgs->curvature[p] = dot(s, y, n);
    if (lbfgs->curvature[p] > 1e-10 * sqrt(dot(s, s, n) * dot(y, y, n)))
        lbfgs->pairs++;
}

bool lbfgs_take(struct lbfgs *lbfgs, double value, const double *gradient)
{
    size_t n = lbfgs->n;
    bool is_usable = isfinite(value) && is_finite(gradient, n);
    bool is_first = lbfgs->evaluations++ == 0;
    if (is_first && !is_usable)
        return false;
    if (!is_first && (!is_usable || !is_enough(lbfgs, value)))
        return shorten(lbfgs, is_usable ? value : (double)INFINITY);
    double gain = lbfgs->value - value;
    if (!is_first)
        remember(lbfgs, gradient);
    memcpy(lbfgs->x, lbfgs->point, n * sizeof *lbfgs->x);
    memcpy(lbfgs->gradient, gradient, n * sizeof *gradient);
    lbfgs->value = value;
    if ((!is_first && gain < lbfgs->options.value_end) ||
        lbfgs->evaluations >= lbfgs->options.evaluations || !choose_direction(lbfgs))
        return false;
    propose(lbfgs);
    return true;
}
