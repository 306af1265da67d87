"""Problems whose parameters depend on a choice: each branch is a function of its own.

A branch's value is (f - minimum) in units of its spread, plus an offset: 0 for one branch, which
therefore holds the minimum 0, and 0.1 to 0.4 for the others. Half of the parameters of a branch
range over decades. Where a problem says so, the first coordinates belong to all branches.
"""
from functions import Function
from instances import Instance
from problem import Problem, spread
from space import Choice, Float, Space

# name: (number of shared coordinates, {branch: (function, dims)}); a branch "a.p" is the choice
# p of a second parameter that exists only under a.
TREES = {
    "pair": (0, {"a": ("hartmann3", 3), "b": ("branin", 2)}),
    "three": (0, {"a": ("hartmann6", 6), "b": ("ackley", 3), "c": ("styblinski", 4)}),
    "shared": (2, {"a": ("ackley", 5), "b": ("rosenbrock", 4), "c": ("hartmann3", 3)}),
    "nested": (0, {"a.p": ("hartmann3", 3), "a.q": ("shekel", 4), "b": ("branin", 2),
                   "c": ("hartmann6", 6)}),
    "five": (1, {"a": ("styblinski", 4), "b": ("ackley", 2), "c": ("hartmann3", 3),
                 "d": ("rosenbrock", 3), "e": ("branin", 2)}),
    "couple": (0, {"a": ("camel", 2), "b": ("levy", 4)}),
    "trio": (0, {"a": ("griewank", 3), "b": ("levy", 5), "c": ("cosine8", 8)}),
    "common": (2, {"a": ("levy", 4), "b": ("cosine8", 8), "c": ("camel", 2)}),
    "deep": (0, {"a.p": ("levy", 3), "a.q": ("dropwave", 2), "b.p": ("powell", 4),
                 "b.q": ("camel", 2), "c": ("cosine8", 8)}),
    "many": (1, {"a": ("levy", 3), "b": ("griewank", 4), "c": ("camel", 2),
                 "d": ("powell", 4), "e": ("cosine8", 8), "f": ("levy", 6)}),
}


def own_parameter(branch, i, when):
    name = f"{branch.replace('.', '_')}{i}"
    if i % 2:
        return Float(name, 1e-4, 1.0, log=True, when=when)
    return Float(name, 0.0, 1.0, when=when)


class Branch:
    def __init__(self, function, offset, rng):
        self.box = Instance(Function(*function), rng)
        d = function[1]
        self.offset = offset
        self.unit = spread(self.box.value, self.box.minimum,
                           lambda: [rng.random() for _ in range(d)])

    def value(self, u):
        return (self.box.value(u) - self.box.minimum) / self.unit + self.offset


def choices(branches):
    """The parameters that choose: `model`, and `kind_a` for the second level under a."""
    first = list(dict.fromkeys(name.split(".")[0] for name in branches))
    parameters = [Choice("model", first)]
    for model in first:
        kinds = [name.split(".")[1] for name in branches if name.startswith(model + ".")]
        if kinds:
            parameters.append(Choice(f"kind_{model}", kinds, when=("model", [model])))
    return parameters


def build(name, rest, _instance, rng):
    shared, functions = TREES[rest]
    best = rng.choice(list(functions))
    parameters = choices(functions) + [Float(f"s{i}", 0.0, 1.0) for i in range(shared)]
    branches, own = {}, {}
    for label, function in functions.items():
        offset = 0.0 if label == best else rng.uniform(0.1, 0.4)
        branches[label] = Branch(function, offset, rng)
        model, _, kind = label.partition(".")
        when = (f"kind_{model}", [kind]) if kind else ("model", [model])
        own[label] = [own_parameter(label, i, when) for i in range(shared, function[1])]
        parameters += own[label]

    def value(params):
        label = params["model"]
        if f"kind_{label}" in params:
            label += "." + params[f"kind_{label}"]
        u = [params[f"s{i}"] for i in range(shared)]
        u += [p.unit(params[p.name]) for p in own[label]]
        return branches[label].value(u)

    problem = Problem(name, Space(parameters), value, 0.0)
    u = branches[best].box.best
    model, _, kind = best.partition(".")
    problem.best = {"model": model, **({f"kind_{model}": kind} if kind else {}),
                    **{f"s{i}": u[i] for i in range(shared)},
                    **{p.name: p.at(v) for p, v in zip(own[best], u[shared:])}}
    return problem
