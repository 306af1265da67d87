"""Real training runs, tabulated once by make_tables.py: scikit-learn models on small data sets.

A table tables/MODEL-DATA.txt holds a value for each point of a grid. Where an axis is a number
on a continuous scale, values between grid points are interpolated linearly (in the logarithm for
`log` axes), so the least value of the grid is the least of the space and is known exactly.
Other axes take the values of the grid only. real/MODEL-DATA is one table; pipeline/DATA chooses
among all models, each with its own parameters.
"""
import json
import os
from math import log, prod

from problem import Problem
from space import Choice, Float, Int, Space

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables")
MODELS = ("svm", "knn", "forest", "boosting", "mlp")


class Axis:
    """One dimension of a table: its parameter, and where a value lies between grid indices."""

    def __init__(self, header, prefix="", when=None):
        self.kind = header["kind"]
        self.grid = header["grid"]
        self.log = header.get("log", False)
        name = prefix + header["name"]
        if self.kind == "float":
            self.parameter = Float(name, self.grid[0], self.grid[-1], self.log, when)
        elif self.kind == "int":
            self.parameter = Int(name, self.grid[0], self.grid[-1], when=when)
        else:
            self.parameter = Choice(name, self.grid, self.kind == "ordered", when)

    def corners(self, value):
        """[(index, weight)] of the one or two grid points around a value."""
        if self.kind != "float":
            return [(self.grid.index(value), 1.0)]
        scale = log if self.log else float
        for i in range(len(self.grid) - 1):
            if value <= self.grid[i + 1] or i == len(self.grid) - 2:
                low, high = scale(self.grid[i]), scale(self.grid[i + 1])
                right = min(max((scale(value) - low) / (high - low), 0.0), 1.0)
                return [(i, 1 - right), (i + 1, right)]
        raise ValueError("a continuous axis has two grid points at least")


class Table:
    """`column`: "error" of all tables, or "loss" of those that have probabilities."""

    def __init__(self, model, data, column=None, prefix="", when=None):
        with open(os.path.join(FOLDER, f"{model}-{data}.txt"), encoding="ascii") as file:
            header = json.loads(file.readline())
            columns = {name: [float(word) for word in file.readline().split()]
                       for name in header["columns"]}
        self.values = columns[column or header["columns"][-1]]
        self.axes = [Axis(axis, prefix, when) for axis in header["axes"]]
        if len(self.values) != prod(len(axis.grid) for axis in self.axes):
            raise ValueError(f"the table of {model} on {data} is not whole")

    def parameters(self):
        return [axis.parameter for axis in self.axes]

    def best(self):
        """The params of the least value."""
        cell, found = self.values.index(min(self.values)), {}
        for axis in reversed(self.axes):
            cell, i = divmod(cell, len(axis.grid))
            found[axis.parameter.name] = axis.grid[i]
        return found

    def value(self, params):
        cells = [(0, 1.0)]
        for axis in self.axes:
            corners = axis.corners(params[axis.parameter.name])
            cells = [(base * len(axis.grid) + i, weight * w)
                     for base, weight in cells for i, w in corners]
        return sum(weight * self.values[cell] for cell, weight in cells if weight)


def build_model(name, rest, _instance, _rng):
    table = Table(*rest.split("-"))
    problem = Problem(name, Space(table.parameters()), table.value, min(table.values))
    problem.best = table.best()
    return problem


def build_pipeline(name, rest, _instance, _rng):
    parameters = [Choice("model", list(MODELS))]
    branches = {}
    for model in MODELS:
        branches[model] = Table(model, rest, "error", model + "_", ("model", [model]))
        parameters += branches[model].parameters()
    problem = Problem(name, Space(parameters),
                      lambda params: branches[params["model"]].value(params),
                      min(min(table.values) for table in branches.values()))
    model = min(MODELS, key=lambda m: min(branches[m].values))
    problem.best = {"model": model, **branches[model].best()}
    return problem
