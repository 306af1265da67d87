"""All problems by name: FAMILY/REST, as listed with their half in split.txt.

    problem = make("mixed/levy-6", instance=2)
    names("train", "mixed/*")

Instances from 1 differ in where the minimum lies; even ones of numeric families are rotated too.
"""
import fnmatch
import os
import random
from math import exp

import bbob
import conditional
import tables
from functions import Function
from instances import Instance
from problem import Problem, Region, direction, spread
from space import Choice, Float, Int, Space

HERE = os.path.dirname(os.path.abspath(__file__))
# Raise it when a problem changes: results of other versions are no longer looked at.
SUITE = 1


def numeric(rest, instance, rng):
    """(space, value, Instance) of "function-dims"."""
    name, d = rest.split("-")
    function = Function(name, int(d))
    box = Instance(function, rng, rotate=instance % 2 == 0)
    space = Space(Float(f"x{i}", low, high) for i, (low, high)
                  in enumerate(zip(function.low, function.high), 1))
    return space, lambda params: box.value(space.unit(params)), box


def in_box(box, *args, **more):
    """The problem whose coordinates are the unit cube's, in order."""
    problem = Problem(*args, **more)
    problem.best = problem.space.at(box.best)
    return problem


def synthetic(name, rest, instance, rng):
    space, value, box = numeric(rest, instance, rng)
    return in_box(box, name, space, value, box.minimum)


def noisy(name, rest, instance, rng):
    """FUNCTION-DIMS-sdPERCENT: normal noise, in percent of the spread."""
    rest, percent = rest.rsplit("-sd", 1)
    space, value, box = numeric(rest, instance, rng)
    noise = int(percent) / 100 * spread(value, box.minimum, lambda: space.sample(rng))
    return in_box(box, name, space, value, box.minimum, noise=noise)


def failing(name, rest, instance, rng):
    """FUNCTION-DIMS-random: a tenth of the trials fails; -region: a fifth of the space does."""
    rest, kind = rest.rsplit("-", 1)
    space, value, box = numeric(rest, instance, rng)
    if kind == "region":
        return in_box(box, name, space, value, box.minimum, hidden=Region(box.best, rng))
    return in_box(box, name, space, value, box.minimum, failure_rate=0.1)


def heavy(name, rest, instance, rng):
    """exp(4 f) with f in units of its spread: a tail over many orders of magnitude."""
    space, value, box = numeric(rest, instance, rng)
    unit = spread(value, box.minimum, lambda: space.sample(rng))
    return in_box(box, name, space,
                  lambda params: exp(min(4 * (value(params) - box.minimum) / unit, 300)), 1.0)


def parallel(name, rest, instance, rng):
    """FUNCTION-DIMS-wWORKERS."""
    rest, workers = rest.rsplit("-w", 1)
    space, value, box = numeric(rest, instance, rng)
    return in_box(box, name, space, value, box.minimum, workers=int(workers))


def discrete(i, levels, rng):
    """(parameter, its values by level) for a coordinate of so many levels: of four kinds."""
    name, kind = f"x{i}", i % 4
    if kind == 0:
        return Int(name, 1, levels), list(range(1, levels + 1))
    if kind == 1:
        return Int(name, 16, 16 * levels, step=16), list(range(16, 16 * levels + 1, 16))
    if kind == 2:
        values = [2 ** k for k in range(levels)]
        return Choice(name, values, ordered=True), values
    letters = [chr(ord("a") + k) for k in range(levels)]
    return Choice(name, letters), rng.sample(letters, levels)


def mixed(name, rest, instance, rng):
    """Half of the coordinates on 2 to 16 levels (at most 8 without order), the minimum on them."""
    function_name, d = rest.split("-")
    d = int(d)
    function = Function(function_name, d)
    chosen = rng.sample(range(d), d // 2)
    levels = [0] * d
    for i in chosen:
        levels[i] = rng.choice((2, 3, 5, 8) if (i + 1) % 4 == 3 else (2, 3, 5, 8, 16))
    box = Instance(function, rng, levels=levels)
    parameters, on_level, best = [], [], {}
    for i, count in enumerate(levels):
        if count:
            parameter, values = discrete(i + 1, count, rng)
            best[parameter.name] = values[round(box.best[i] * (count - 1))]
        else:
            parameter, values = Float(f"x{i + 1}", function.low[i], function.high[i]), None
            best[parameter.name] = parameter.at(box.best[i])
        parameters.append(parameter)
        on_level.append(values)

    def value(params):
        return box.value([p.unit(params[p.name]) if values is None
                          else values.index(params[p.name]) / (len(values) - 1)
                          for p, values in zip(parameters, on_level)])

    problem = Problem(name, Space(parameters), value, box.minimum)
    problem.best = best
    return problem


# family: (builder, whether its regret is looked at in decades)
FAMILIES = {
    "synthetic": (synthetic, True),
    "noisy": (noisy, False),
    "failing": (failing, True),
    "heavy": (heavy, True),
    "mixed": (mixed, False),
    "conditional": (conditional.build, False),
    "async": (parallel, True),
    "bbob": (bbob.build, True),
    "real": (tables.build_model, False),
    "pipeline": (tables.build_pipeline, False),
}


def make(name, instance):
    """The problem of this name."""
    family, rest = name.split("/", 1)
    rng = random.Random(f"{name}:{instance}")
    problem = FAMILIES[family][0](name, rest, instance, rng)
    problem.slope = direction(len(problem.space.parameters), rng)
    return problem


def split():
    """{name: "train" or "test"}, in the order of the file."""
    halves = {}
    with open(os.path.join(HERE, "split.txt"), encoding="ascii") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                half, name = line.split()
                halves[name] = half
    return halves


def names(half, pattern="*"):
    return [n for n, h in split().items() if h == half and fnmatch.fnmatch(n, pattern)]
