"""COCO's bbob suite, from its package coco-experiment: fFUNCTION-DIMS, instances as COCO's.

Hansen, Finck, Ros, Auger: Real-parameter black-box optimization benchmarking 2009, INRIA RR-6829.
"""
import os
import tempfile

from problem import Problem
from space import Float, Space


def minimum(problem):
    """COCO tells the minimiser only by a file in the working directory."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            problem._best_parameter("print")
            with open(os.listdir(folder)[0], encoding="ascii") as file:
                return problem([float(word) for word in file.read().split()])
        finally:
            os.chdir(before)


def build(name, rest, instance, _rng):
    import cocoex  # only these problems need a package

    function, d = rest[1:].split("-")
    suite = cocoex.Suite("bbob", f"instances: {instance}",
                         f"dimensions: {d} function_indices: {function}")
    found = suite.get_problem(0)
    space = Space(Float(f"x{i}", -5.0, 5.0) for i in range(1, int(d) + 1))
    names = [p.name for p in space.parameters]

    def value(params):
        return found([params[n] for n in names])

    problem = Problem(name, space, value, minimum(found))
    problem.keep = suite  # it owns the function
    return problem
