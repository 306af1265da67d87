"""A function moved into an instance: its minimum off centre, on request rotated or on levels.

    box = Instance(Function("ackley", 5), random.Random("1"), rotate=True)
    box.value([0.2] * 5)        # coordinates of the unit cube; the least value is box.minimum
    box.best                    # at this point

A movable function is shifted by 0.1 to 0.3 of the box in each coordinate; others are mirrored in
half of their coordinates. Rotation turns around the minimiser, in coordinates of the unit cube.
"""
from math import sqrt


def orthogonal(d, rng):
    """A random rotation: Gram-Schmidt on normal vectors."""
    rows = []
    while len(rows) < d:
        v = [rng.gauss(0, 1) for _ in range(d)]
        for row in rows:
            dot = sum(a * b for a, b in zip(v, row))
            v = [a - dot * b for a, b in zip(v, row)]
        length = sqrt(sum(a * a for a in v))
        rows.append([a / length for a in v])
    return rows


def shifted(u, rng):
    """A new place for a minimum at u of [0, 1]: 0.1 to 0.3 away, and not at the edge."""
    step = rng.uniform(0.1, 0.3) * rng.choice((-1, 1))
    if not 0.05 <= u + step <= 0.95:
        step = -step
    return min(max(u + step, 0.05), 0.95)


class Instance:
    """`levels`: for each coordinate the number of its levels k/(levels-1), or 0 where continuous;
    the minimiser is then on levels."""

    def __init__(self, function, rng, rotate=False, levels=None):
        self.function = function
        self.minimum = function.minimum
        self.width = [h - l for l, h in zip(function.low, function.high)]
        home = [(m - l) / w for m, l, w in zip(function.minimiser, function.low, self.width)]
        self.rotation = None
        self.mirrored = [False] * len(home)
        if function.movable:
            self.best = [shifted(u, rng) for u in home]
            if rotate:
                self.rotation = orthogonal(len(home), rng)
        else:
            self.mirrored = [rng.random() < 0.5 for _ in home]
            self.best = [1 - u if m else u for u, m in zip(home, self.mirrored)]
        for i, count in enumerate(levels or []):
            if count:
                if not function.movable:
                    raise ValueError(f"{function.name} cannot be moved onto levels")
                self.best[i] = round(self.best[i] * (count - 1)) / (count - 1)

    def value(self, u):
        f = self.function
        if not f.movable:
            return f.value([l + w * ((1 - v) if m else v)
                            for v, l, w, m in zip(u, f.low, self.width, self.mirrored)])
        away = [a - b for a, b in zip(u, self.best)]
        if self.rotation:
            away = [sum(r * a for r, a in zip(row, away)) for row in self.rotation]
        return f.value([m + w * a for m, w, a in zip(f.minimiser, self.width, away)])
