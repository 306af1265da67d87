"""HEBO with its defaults. Pending points are unknown to it; conditions are flattened."""
import numpy
import pandas
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO

from engines import native
from engines.worst import Worst
from space import Choice, Int


def keys(p):
    if isinstance(p, Choice) and p.ordered:
        return {"name": p.name, "type": "int", "lb": 0, "ub": len(p.values) - 1}
    if isinstance(p, Choice):
        return {"name": p.name, "type": "cat", "categories": p.values}
    if isinstance(p, Int) and p.step != 1:
        return {"name": p.name, "type": "step_int", "lb": p.low, "ub": p.high, "step": p.step}
    kind = ("pow_int" if p.log else "int") if isinstance(p, Int) else "pow" if p.log else "num"
    return {"name": p.name, "type": kind, "lb": p.low, "ub": p.high}


class Engine:
    def __init__(self, _variant, space, seed, _budget, _workers, _options):
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        numpy.random.seed(seed)
        self.space = space
        self.worst = Worst()
        self.optimizer = HEBO(DesignSpace().parse([keys(p) for p in space.parameters]),
                              scramble_seed=seed)

    def ask(self):
        row = self.optimizer.suggest(n_suggestions=1)
        found = {}
        for p in self.space.parameters:
            value = row[p.name].iloc[0]
            ordered = isinstance(p, Choice) and p.ordered
            found[p.name] = p.values[int(value)] if ordered else value
        return row, native.params(self.space, found)

    def preload(self, rows):
        points = []
        for params, _ in rows:
            points.append({p.name: p.values.index(params[p.name]) if isinstance(p, Choice)
                           and p.ordered else params[p.name] for p in self.space.parameters})
        self.optimizer.observe(pandas.DataFrame(points),
                               numpy.array([[value] for _, value in rows]))

    def tell(self, handle, _params, value):
        value = self.worst.stand_in(value)
        if value is not None:
            self.optimizer.observe(handle, numpy.array([[value]]))

    def close(self):
        pass
