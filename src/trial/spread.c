/*
 * Means and intervals. In two passes, so that nothing is lost where values differ in their last
 * digits only.
 */
#include "trial/spread.h"

#include <math.h>

#include "trial/student.h"

struct spread spread_of(const double *values, size_t count)
{
    struct spread spread = {.count = count, .is_constant = true};
    double squares = 0;
    double n = (double)count;
    if (count == 0)
        return spread;
    /* As distances from the first: the mean of equal values is that value, to the last digit. */
    for (size_t i = 1; i < count; i++) {
        spread.mean += (values[i] - values[0]) / n;
        spread.is_constant = spread.is_constant && values[i] == values[0];
    }
    spread.mean += values[0];
    spread.low = spread.high = spread.mean;
    if (count == 1)
        return spread;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - spread.mean) * (values[i] - spread.mean);
    spread.sd = sqrt(squares / (n - 1));
    double half = student_quantile(0.5 + SPREAD_CONFIDENCE / 2, n - 1) * spread.sd / sqrt(n);
    spread.low = spread.mean - half;
    spread.high = spread.mean + half;
    return spread;
}

bool spread_holds(const struct spread *spread, double value)
{
    return spread->count >= 2 && value >= spread->low && value <= spread->high;
}
