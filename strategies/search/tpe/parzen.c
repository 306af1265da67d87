/*
 * Kernels, their widths, their sum. Which trials they stand for is tpe.c.
 *
 * The kernels of an axis have one width: their centres' own deviation, shrunk towards the prior's
 * as if WIDTH_PRIOR trials had been seen of it, by Scott's factor n^(-1 / (d + 4)), times
 * WIDTH_SHARE; and never less than "magic clipping" allows: the larger of (n + 1)^-MAGIC_EXPONENT
 * and WIDTH_MIN, n being the number of kernels with the prior's (Watanabe 2023, section 3.3.2 and
 * table 6). So the good kernels narrow when, and only when, good trials are close together.
 *
 * A choice's kernel gives the weight 1 to the same choice, and choices / n to the prior.
 */
#include "parzen.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sweep/mem.h"

#define WIDTH_PRIOR    3.0
#define WIDTH_SHARE    0.5
#define WIDTH_MIN      0.01
#define WIDTH_LEVELS   0.5
#define MAGIC_EXPONENT 2.0

/* The variance of the uniform distribution on the unit interval. */
#define PRIOR_VARIANCE (1 / 12.0)

/* A stretch so much narrower than a kernel has its middle's density. */
#define NARROW 0.1

#define SQRT_2_PI 2.5066282746310002

/* One kernel along one axis. */
struct part {
    double centre;   /* of the unit interval; a choice's level; NaN: absent, so the prior */
    double log_norm; /* of its density on the unit interval */
};

struct parzen {
    const struct axes *axes;
    double *widths;      /* [axes count] of the kernels; of a choice the prior's share */
    struct part *parts;  /* [count x axes count] by kernel */
    double *weights;     /* [count + 1] summing to 1; the last is the prior's */
    double *log_weights; /* [count + 1] */
    double *terms;       /* [count + 1] room for logarithms */
    size_t count;
    size_t capacity;
};

struct parzen *parzen_create(const struct axes *axes)
{
    struct parzen *parzen = sweep_alloc(sizeof *parzen);
    parzen->axes = axes;
    parzen->widths = sweep_alloc_array(axes->count, sizeof *parzen->widths);
    return parzen;
}

void parzen_free(struct parzen *parzen)
{
    if (parzen == NULL)
        return;
    sweep_free(parzen->widths);
    sweep_free(parzen->parts);
    sweep_free(parzen->weights);
    sweep_free(parzen->log_weights);
    sweep_free(parzen->terms);
    sweep_free(parzen);
}

/* --- building -------------------------------------------------------------------------------- */

static void reserve(struct parzen *parzen, size_t count)
{
    if (parzen->weights != NULL && count <= parzen->capacity)
        return;
    parzen->capacity = count;
    parzen->parts =
        sweep_realloc_array(parzen->parts, count * parzen->axes->count, sizeof *parzen->parts);
    parzen->weights = sweep_realloc_array(parzen->weights, count + 1, sizeof *parzen->weights);
    parzen->log_weights =
        sweep_realloc_array(parzen->log_weights, count + 1, sizeof *parzen->log_weights);
    parzen->terms = sweep_realloc_array(parzen->terms, count + 1, sizeof *parzen->terms);
}

static struct part *part_of(const struct parzen *parzen, size_t kernel, size_t axis)
{
    return &parzen->parts[kernel * parzen->axes->count + axis];
}

/* What a stretch holds of a normal distribution. */
static double mass_between(double centre, double width, double low, double high)
{
    double scale = M_SQRT1_2 / width;
    return (erf((high - centre) * scale) - erf((low - centre) * scale)) / 2;
}

/* @param count  of centres; @param squares  their sum of squared distances from their mean */
static double width_of(const struct parzen *parzen, size_t axis, size_t count, double squares)
{
    size_t levels = parzen->axes->list[axis].count;
    double n = (double)count;
    double variance = (WIDTH_PRIOR * PRIOR_VARIANCE + squares) / (WIDTH_PRIOR + n);
    double scott = pow(fmax(n, 1), -1 / ((double)parzen->axes->count + 4));
    double least = fmax(pow(n + 2, -MAGIC_EXPONENT), WIDTH_MIN);
    if (levels > 0)
        least = fmax(least, WIDTH_LEVELS / (double)levels);
    return fmin(fmax(WIDTH_SHARE * sqrt(variance) * scott, least), 1);
}

static void build_numeric(struct parzen *parzen, size_t axis)
{
    size_t present = 0;
    double mean = 0;
    double squares = 0;
    for (size_t k = 0; k < parzen->count; k++) {
        double centre = part_of(parzen, k, axis)->centre;
        if (isnan(centre))
            continue;
        double distance = centre - mean;
        mean += distance / (double)++present;
        squares += distance * (centre - mean);
    }
    double width = parzen->widths[axis] = width_of(parzen, axis, present, squares);
    for (size_t k = 0; k < parzen->count; k++) {
        struct part *part = part_of(parzen, k, axis);
        part->log_norm = -log(width * SQRT_2_PI * mass_between(part->centre, width, 0, 1));
    }
}

static void build_choice(struct parzen *parzen, size_t axis)
{
    double choices = (double)parzen->axes->list[axis].count;
    parzen->widths[axis] = choices / (choices + (double)parzen->count + 1);
}

static void build_weights(struct parzen *parzen, const double *weights)
{
    double sum = 0;
    for (size_t k = 0; k < parzen->count; k++)
        sum += weights[k];
    double prior = parzen->count > 0 ? sum / (double)parzen->count : 1;
    for (size_t k = 0; k <= parzen->count; k++) {
        parzen->weights[k] = (k < parzen->count ? weights[k] : prior) / (sum + prior);
        parzen->log_weights[k] = log(parzen->weights[k]);
    }
}

void parzen_build(struct parzen *parzen, const double *const *rows, const double *weights,
                  size_t count)
{
    const struct axes *axes = parzen->axes;
    reserve(parzen, count);
    parzen->count = count;
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < axes->count; i++)
            part_of(parzen, k, i)->centre = axes->list[i].kind == AXIS_CHOICE
                                                ? rows[k][i]
                                                : axis_middle(&axes->list[i], rows[k][i]);
    for (size_t i = 0; i < axes->count; i++) {
        if (axes->list[i].kind == AXIS_CHOICE)
            build_choice(parzen, i);
        else
            build_numeric(parzen, i);
    }
    build_weights(parzen, weights);
}

/* --- drawing --------------------------------------------------------------------------------- */

static size_t draw_kernel(const struct parzen *parzen, struct sweep_rng *rng)
{
    double u = sweep_rng_uniform(rng);
    size_t kernel = 0;
    for (double below = parzen->weights[0]; kernel < parzen->count && u >= below; kernel++)
        below += parzen->weights[kernel + 1];
    return kernel;
}

static double draw_cut_normal(double centre, double width, double u)
{
    double low = gsl_cdf_ugaussian_P(-centre / width);
    double high = gsl_cdf_ugaussian_P((1 - centre) / width);
    return centre + width * gsl_cdf_ugaussian_Pinv(low + u * (high - low));
}

static double draw_part(const struct axis *axis, double centre, double width, double u)
{
    if (isnan(centre))
        return axis_coordinate(axis, u);
    if (axis->kind != AXIS_CHOICE)
        return axis_coordinate(axis, draw_cut_normal(centre, width, u));
    return u >= width ? centre : axis_coordinate(axis, u / width);
}

void parzen_draw(const struct parzen *parzen, struct sweep_rng *rng, double *row)
{
    size_t kernel = draw_kernel(parzen, rng);
    bool is_prior = kernel == parzen->count;
    for (size_t i = 0; i < parzen->axes->count; i++)
        row[i] = draw_part(&parzen->axes->list[i],
                           is_prior ? (double)NAN : part_of(parzen, kernel, i)->centre,
                           parzen->widths[i], sweep_rng_uniform(rng));
}

/* --- the density ----------------------------------------------------------------------------- */

/* Each adds the logarithm of every kernel's factor along an axis: its density at a point, */
static void add_density(const struct parzen *parzen, size_t axis, double middle)
{
    double scale = M_SQRT1_2 / parzen->widths[axis];
    for (size_t k = 0; k < parzen->count; k++) {
        const struct part *part = part_of(parzen, k, axis);
        double z = (middle - part->centre) * scale;
        if (!isnan(z))
            parzen->terms[k] += part->log_norm - z * z;
    }
}

/* its mean density on a stretch, */
static void add_mass(const struct parzen *parzen, size_t axis, double low, double high)
{
    double width = parzen->widths[axis];
    double log_stretch = log(width * SQRT_2_PI / (high - low));
    double centre = (double)NAN; /* of the last kernel: neighbours are often at the same level */
    double log_mass = 0;
    for (size_t k = 0; k < parzen->count; k++) {
        const struct part *part = part_of(parzen, k, axis);
        if (isnan(part->centre))
            continue;
        if (part->centre != centre) {
            centre = part->centre;
            log_mass = log(mass_between(centre, width, low, high)) + log_stretch;
        }
        parzen->terms[k] += part->log_norm + log_mass;
    }
}

/* and its share of a choice. */
static void add_choice(const struct parzen *parzen, size_t axis, double level)
{
    const double *edges = parzen->axes->list[axis].edges;
    double prior = parzen->widths[axis];
    double share = edges[(size_t)level + 1] - edges[(size_t)level];
    double log_same = log(prior + (1 - prior) / share);
    double log_other = log(prior);
    for (size_t k = 0; k < parzen->count; k++) {
        double centre = part_of(parzen, k, axis)->centre;
        if (!isnan(centre))
            parzen->terms[k] += centre == level ? log_same : log_other;
    }
}

static void add_axis(const struct parzen *parzen, size_t i, double coordinate)
{
    const struct axis *axis = &parzen->axes->list[i];
    if (isnan(coordinate))
        return;
    if (axis->kind == AXIS_CHOICE) {
        add_choice(parzen, i, coordinate);
        return;
    }
    if (axis->kind == AXIS_CELLS) {
        double low = axis->edges[(size_t)coordinate];
        double high = axis->edges[(size_t)coordinate + 1];
        if (high - low > NARROW * parzen->widths[i]) {
            add_mass(parzen, i, low, high);
            return;
        }
    }
    add_density(parzen, i, axis_middle(axis, coordinate));
}

double parzen_log_density(const struct parzen *parzen, const double *row)
{
    double largest = parzen->log_weights[parzen->count];
    double sum = 0;
    for (size_t k = 0; k <= parzen->count; k++)
        parzen->terms[k] = parzen->log_weights[k];
    for (size_t i = 0; i < parzen->axes->count; i++)
        add_axis(parzen, i, row[i]);
    for (size_t k = 0; k < parzen->count; k++)
        largest = fmax(largest, parzen->terms[k]);
    for (size_t k = 0; k <= parzen->count; k++)
        sum += exp(parzen->terms[k] - largest);
    return largest + log(sum);
}
