"""What an engine is given to minimise: a space, what it observes there, and what is true.

    problem = problems.make("noisy/levy-5-sd10", instance=1)
    value = problem.observe(params, rng)       # a number, or None: the trial failed
    gap = problem.gap(params)                  # noiseless distance to the known minimum

`rng` belongs to one trial of one run, so that every engine meets the same luck: a trial's random
failure and noise depend on seed and number, never on what was asked before.
"""
from math import exp, sqrt


class Problem:
    def __init__(self, name, space, value, minimum, *, noise=0.0, failure_rate=0.0, hidden=None,
                 workers=1):
        """`value(params)`: noiseless; `noise`: standard deviation; `hidden`: Region or None.
        `best`: params with the minimum, set by who makes the problem where they are known."""
        self.name = name
        self.family = name.split("/")[0]
        self.space = space
        self.value = value
        self.minimum = minimum
        self.noise = noise
        self.failure_rate = failure_rate
        self.hidden = hidden
        self.workers = workers
        self.slope = None
        self.best = None

    def gap(self, params):
        return max(self.value(params) - self.minimum, 0.0)

    def observe(self, params, rng):
        luck, error = rng.random(), rng.gauss(0, 1)
        if luck < self.failure_rate:
            return None
        if self.hidden and self.hidden.holds(self.space.unit(params)):
            return None
        return self.value(params) + self.noise * error

    def duration(self, params, rng):
        """Log-normal, its mean correlated with the place: sd 0.5 by chance, about 0.4 by place."""
        away = sum(w * (u - 0.5) for w, u in zip(self.slope, self.space.unit(params)))
        return exp(1.5 * away + 0.5 * rng.gauss(0, 1))


class Region:
    """A fifth of the unit cube where every trial fails: a half-space without the minimiser."""

    def __init__(self, best, rng):
        normal = direction(len(best), rng)
        points = [[rng.random() for _ in best] for _ in range(2000)]
        heights = sorted(sum(n * u for n, u in zip(normal, point)) for point in points)
        self.normal, self.height = normal, heights[1600]
        if self.holds(best):
            self.normal = [-n for n in normal]
            self.height = -heights[400]

    def holds(self, u):
        return sum(n * v for n, v in zip(self.normal, u)) > self.height


def direction(d, rng):
    v = [rng.gauss(0, 1) for _ in range(d)]
    length = sqrt(sum(a * a for a in v))
    return [a / length for a in v]


def spread(value, minimum, sample, count=400):
    """The unit for noise and branches: the median of random values over the minimum."""
    values = sorted(value(sample()) for _ in range(count))
    return values[count // 2] - minimum
