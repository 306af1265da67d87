#!/usr/bin/env python3
"""How often `sweep explain` is right: functions whose shares are known, told as evidence.

    PATH=build/release/bin:$PATH tests/bench/explain.py [FUNCTIONS]

Half of the parameters of each function have an effect (linear, quadratic or a wave, of different
sizes) and half have none; trials are random, and noise is a part of the function's deviation. Prints,
for each setting, in how many parameters the interval holds the true share, and how many were said to
matter or to have no effect, and wrongly so: a share below 1% or above 5%. At the end the time of
one explanation of 1,000 trials beside that of `sweep --version`.
"""
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

SETTINGS = [(4, 8, 0.1), (4, 12, 0.1), (6, 20, 0.1), (4, 40, 0.1), (4, 40, 0.5), (8, 60, 0.3), (4, 20, 1.0)]
GRID = [(i + 0.5) / 2000 for i in range(2000)]
SHAPES = {
    "line": lambda x, c, phase: 3.4 * x,
    "bowl": lambda x, c, phase: 6 * (x - c) ** 2,
    "wave": lambda x, c, phase: math.sin(5 * x + phase),
}


class Function:
    """A sum of one-dimensional functions, so that shares are variances of its parts."""

    def __init__(self, seed, dimensions):
        draw = random.Random(seed)
        self.parts = {}
        for j in draw.sample(range(dimensions), max(1, dimensions // 2)):
            size = draw.choice([1, 1, 0.5, 0.25])
            self.parts[j] = (size, draw.choice(list(SHAPES)), draw.random(), 6 * draw.random())
        variances = [self.variance(j) for j in range(dimensions)]
        self.deviation = math.sqrt(sum(variances))
        self.shares = [v / sum(variances) for v in variances]

    def part(self, j, x):
        size, shape, c, phase = self.parts[j]
        return size * SHAPES[shape](x, c, phase)

    def variance(self, j):
        if j not in self.parts:
            return 0
        values = [self.part(j, x) for x in GRID]
        mean = sum(values) / len(values)
        return sum((v - mean) ** 2 for v in values) / len(values)

    def __call__(self, x):
        return sum(self.part(j, x[j]) for j in self.parts)


def tell(name, dimensions, trials):
    """Make a sweep of evidence: pairs of parameters and a value."""
    parameters = ", ".join("x%d: {min: 0.0, max: 1.0}" % j for j in range(dimensions))
    with open(name + ".yaml", "w") as file:
        file.write("metric: minimize loss\nmethod: random\nparameters: {%s}\n" % parameters)
    lines = [
        json.dumps({"op": "add", "params": {"x%d" % j: x[j] for j in range(dimensions)}, "value": value})
        for x, value in trials
    ]
    subprocess.run(["sweep", "ask-tell", name + ".yaml", "--dir", name], input="\n".join(lines) + "\n",
                   text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def draw_trials(function, dimensions, count, noise, draw):
    for _ in range(count):
        x = [draw.random() for _ in range(dimensions)]
        yield x, function(x) + draw.gauss(0, noise * function.deviation)


def judge(dimensions, count, noise, functions):
    held = total = 0
    said = {"matters": [0, 0], "idle": [0, 0], "unknown": [0, 0]}
    for seed in range(1, functions + 1):
        function = Function(seed, dimensions)
        name = "f%d-%d-%g-%d" % (dimensions, count, noise, seed)
        tell(name, dimensions, draw_trials(function, dimensions, count, noise, random.Random(7 * seed + 1)))
        out = subprocess.run(["sweep", "explain", name, "--json"], capture_output=True, check=True).stdout
        for row in json.loads(out)["parameters"]:
            share = function.shares[int(row["parameter"][1:])]
            total += 1
            held += row["share_low"] - 1e-9 <= share <= row["share_high"] + 1e-9
            said[row["verdict"]][0] += 1
            wrong = {"matters": share < 0.01, "idle": share > 0.05, "unknown": False}
            said[row["verdict"]][1] += wrong[row["verdict"]]
    print("%d parameters, %2d trials, noise %3.0f%%: interval holds %3d of %3d; matters %2d (wrong %d), "
          "no effect %2d (wrong %d), cannot tell %2d" % (dimensions, count, 100 * noise, held, total,
          *said["matters"], *said["idle"], said["unknown"][0]), flush=True)


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main():
    functions = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for dimensions, count, noise in SETTINGS:
            judge(dimensions, count, noise, functions)
        tell("large", 6, draw_trials(Function(1, 6), 6, 1000, 0.1, random.Random(1)))
        explain = min(seconds(["sweep", "explain", "large"]) for _ in range(5))
        version = min(seconds(["sweep", "--version"]) for _ in range(5))
        print("1,000 trials of 6 parameters explained in %.2f s, %.0f times `sweep --version`" %
              (explain, explain / version))
        os.chdir("/")


main()
