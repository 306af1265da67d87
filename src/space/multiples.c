/*
 * The arithmetic of multiples; decimals as in step_grid.c.
 */
#include "space/multiples.h"

#include <math.h>

#include "space/quantile.h"
#include "space/step_grid.h"

bool multiples_apply(const struct sweep_parameter *parameter)
{
    return parameter->choice_count == 0 && parameter->q > 0;
}

static bool has_bounds(const struct sweep_parameter *parameter)
{
    return parameter->distribution != SWEEP_NORMAL && parameter->distribution != SWEEP_LOG_NORMAL;
}

void multiples_init(struct multiples *multiples, const struct sweep_parameter *parameter)
{
    double q = parameter->q;
    double limit = STEP_GRID_MAX / fmax(parameter->q_is_int ? q : 1, 1); /* no k beyond is exact */
    *multiples = (struct multiples){.q = q, .scale = step_grid_scale(0, q, q)};
    multiples->first = fmax(nearbyint(quantile_of(parameter, 0) / q), -limit);
    multiples->last = fmin(nearbyint(quantile_of(parameter, 1) / q), limit);
    if (has_bounds(parameter))
        multiples->count = (uint64_t)(multiples->last - multiples->first) + 1;
}

double multiples_nearest(const struct multiples *multiples, double x)
{
    return fmin(fmax(nearbyint(x / multiples->q), multiples->first), multiples->last);
}

double multiples_value(const struct multiples *multiples, double k)
{
    double scale = multiples->scale;
    double whole = nearbyint(multiples->q * scale) * k;
    if (scale > 0 && fabs(whole) <= STEP_GRID_MAX)
        return whole / scale + 0.0; /* no -0.0: it would be another text */
    return k * multiples->q + 0.0;
}
