"""Test functions with a known minimiser, in their usual domains. Not here: shifts, noise, spaces.

Definitions and domains: Surjanovic and Bingham, Virtual Library of Simulation Experiments (2013).
Every function takes a list of floats. The minimum is what the function returns at the minimiser;
test_optimizers.py holds it against the published value, and the neighbourhood against it.
"""
from math import cos, exp, log, pi, prod, sin, sqrt


def branin(x):
    a = x[1] - 5.1 / (4 * pi * pi) * x[0] ** 2 + 5 / pi * x[0] - 6
    return a * a + 10 * (1 - 1 / (8 * pi)) * cos(x[0]) + 10


def camel(x):
    a, b = x[0] ** 2, x[1] ** 2
    return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (-4 + 4 * b) * b


def goldstein(x):
    """The logarithm of Goldstein-Price: the plain one spans six orders of magnitude."""
    a, b = x
    first = 1 + (a + b + 1) ** 2 * (19 - 14 * a + 3 * a * a - 14 * b + 6 * a * b + 3 * b * b)
    second = 30 + (2 * a - 3 * b) ** 2 * (
        18 - 32 * a + 12 * a * a + 48 * b - 36 * a * b + 27 * b * b)
    return log(first * second)


HARTMANN_WEIGHTS = (1.0, 1.2, 3.0, 3.2)
HARTMANN3 = (
    ((3, 10, 30), (0.3689, 0.1170, 0.2673)),
    ((0.1, 10, 35), (0.4699, 0.4387, 0.7470)),
    ((3, 10, 30), (0.1091, 0.8732, 0.5547)),
    ((0.1, 10, 35), (0.03815, 0.5743, 0.8828)),
)
HARTMANN6 = (
    ((10, 3, 17, 3.5, 1.7, 8), (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886)),
    ((0.05, 10, 17, 0.1, 8, 14), (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991)),
    ((3, 3.5, 1.7, 10, 17, 8), (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650)),
    ((17, 8, 0.05, 10, 0.1, 14), (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381)),
)


def hartmann(x, peaks):
    total = 0.0
    for weight, (widths, centre) in zip(HARTMANN_WEIGHTS, peaks):
        total -= weight * exp(-sum(a * (v - c) ** 2 for a, v, c in zip(widths, x, centre)))
    return total


def hartmann3(x):
    return hartmann(x, HARTMANN3)


def hartmann6(x):
    """Of its first six coordinates: with more, the others are dead."""
    return hartmann(x[:6], HARTMANN6)


def ackley(x):
    d = len(x)
    squares = sum(v * v for v in x) / d
    waves = sum(cos(2 * pi * v) for v in x) / d
    return 20 - 20 * exp(-0.2 * sqrt(squares)) + exp(1) - exp(waves)


def levy(x):
    w = [1 + (v - 1) / 4 for v in x]
    first = sin(pi * w[0]) ** 2
    middle = sum((v - 1) ** 2 * (1 + 10 * sin(pi * v + 1) ** 2) for v in w[:-1])
    return first + middle + (w[-1] - 1) ** 2 * (1 + sin(2 * pi * w[-1]) ** 2)


def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (a - 1) ** 2 for a, b in zip(x, x[1:]))


def rastrigin(x):
    return sum(v * v - 10 * cos(2 * pi * v) + 10 for v in x)


def griewank(x):
    waves = prod(cos(v / sqrt(i)) for i, v in enumerate(x, 1))
    return sum(v * v for v in x) / 4000 - waves + 1


def styblinski(x):
    return sum(v ** 4 - 16 * v * v + 5 * v for v in x) / 2


def michalewicz(x):
    return -sum(sin(v) * sin(i * v * v / pi) ** 20 for i, v in enumerate(x, 1))


SHEKEL = (
    (0.1, (4, 4, 4, 4)), (0.2, (1, 1, 1, 1)), (0.2, (8, 8, 8, 8)), (0.4, (6, 6, 6, 6)),
    (0.4, (3, 7, 3, 7)), (0.6, (2, 9, 2, 9)), (0.3, (5, 3, 5, 3)), (0.7, (8, 1, 8, 1)),
    (0.5, (6, 2, 6, 2)), (0.5, (7, 3.6, 7, 3.6)),
)


def shekel(x):
    return -sum(1 / (b + sum((v - c) ** 2 for v, c in zip(x, centre))) for b, centre in SHEKEL)


def schwefel(x):
    return sum(418.98288727243374 - v * sin(sqrt(abs(v))) for v in x)


def dixon(x):
    return (x[0] - 1) ** 2 + sum(
        i * (2 * b * b - a) ** 2 for i, (a, b) in enumerate(zip(x, x[1:]), 2))


def powell(x):
    total = 0.0
    for i in range(0, len(x), 4):
        a, b, c, d = x[i:i + 4]
        total += (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4
    return total


def eggholder(x):
    a, b = x
    return -(b + 47) * sin(sqrt(abs(b + a / 2 + 47))) - a * sin(sqrt(abs(a - b - 47)))


def dropwave(x):
    r = x[0] ** 2 + x[1] ** 2
    return -(1 + cos(12 * sqrt(r))) / (0.5 * r + 2)


def bukin(x):
    return 100 * sqrt(abs(x[1] - 0.01 * x[0] ** 2)) + 0.01 * abs(x[0] + 10)


def cosine8(x):
    return sum(v * v for v in x) - 0.1 * sum(cos(5 * pi * v) for v in x)


MICHALEWICZ = (
    2.2029055251777168, pi / 2, 1.28499157140404, 1.9230584702640774, 1.7204697722792626,
    pi / 2, 1.4544139714548368, 1.756086520798504, 1.6557174162268644, pi / 2,
)
HARTMANN6_BEST = (0.20168951171875, 0.15001068719482424, 0.4768739694824219,
                  0.27533242724609375, 0.31165161853027346, 0.6573005340576172)


class Function:
    """A function in d dimensions: value(x), the box `low`, `high`, and `minimiser`.

    `movable`: its minimum is the minimum over all of R^d too, so that it can be shifted and
    rotated in the box and stays known.
    """

    def __init__(self, name, d):
        value, low, high, minimiser, self.movable = TABLE[name]
        self.name = name
        self.value = value
        self.minimiser = list(minimiser(d))
        self.low = list(low) if isinstance(low, tuple) else [low] * d
        self.high = list(high) if isinstance(high, tuple) else [high] * d
        if len(self.low) != d or len(self.minimiser) != d:
            raise ValueError(f"{name} has {len(self.minimiser)} dimensions, not {d}")
        self.minimum = value(self.minimiser)


def always(*point):
    return lambda d: point


def repeated(value):
    return lambda d: [value] * d


# name: function, low, high, minimiser of d, movable
TABLE = {
    "branin": (branin, (-5.0, 0.0), (10.0, 15.0), always(pi, 2.275), True),
    "camel": (camel, (-3.0, -2.0), (3.0, 2.0),
              always(0.08984201507568361, -0.7126564041137694), True),
    "goldstein": (goldstein, (-2.0, -2.0), (2.0, 2.0), always(0.0, -1.0), False),
    "hartmann3": (hartmann3, 0.0, 1.0,
                  always(0.11461433569335938, 0.5556488483657837, 0.8525469542236328), True),
    "hartmann6": (hartmann6, 0.0, 1.0,
                  lambda d: list(HARTMANN6_BEST) + [0.5] * (d - 6), True),
    "ackley": (ackley, -32.768, 32.768, repeated(0.0), True),
    "levy": (levy, -10.0, 10.0, repeated(1.0), True),
    "rosenbrock": (rosenbrock, -5.0, 10.0, repeated(1.0), True),
    "rastrigin": (rastrigin, -5.12, 5.12, repeated(0.0), True),
    "griewank": (griewank, -600.0, 600.0, repeated(0.0), True),
    "styblinski": (styblinski, -5.0, 5.0, repeated(-2.9035340270996093), True),
    "michalewicz": (michalewicz, 0.0, pi, lambda d: MICHALEWICZ[:d], False),
    "shekel": (shekel, 0.0, 10.0, always(4.000746868133547, 3.9995094758080083,
                                         4.000746868133547, 3.9995094758080083), True),
    "schwefel": (schwefel, -500.0, 500.0, repeated(420.96874589843753), False),
    "dixon": (dixon, -10.0, 10.0, lambda d: [2.0 ** (2.0 ** (1 - i) - 1) for i in range(1, d + 1)],
              True),
    "powell": (powell, -4.0, 5.0, repeated(0.0), True),
    "eggholder": (eggholder, -512.0, 512.0, always(512.0, 404.2318050331116), False),
    "dropwave": (dropwave, -5.12, 5.12, always(0.0, 0.0), True),
    "bukin": (bukin, (-15.0, -3.0), (-5.0, 3.0), always(-10.0, 1.0), True),
    "cosine8": (cosine8, -1.0, 1.0, repeated(0.0), True),
}
