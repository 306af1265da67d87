"""scikit-optimize's Optimizer (gp_hedge), pending points by its constant liar."""
import skopt

from engines import native
from engines.worst import Worst
from space import Choice, Int


def dimension(p):
    if isinstance(p, Choice):
        return skopt.space.Categorical(p.values, name=p.name)
    if isinstance(p, Int) and p.step != 1:
        return skopt.space.Integer(0, (p.high - p.low) // p.step, name=p.name)
    kind = skopt.space.Integer if isinstance(p, Int) else skopt.space.Real
    return kind(p.low, p.high, prior="log-uniform" if p.log else "uniform", name=p.name)


class Engine:
    def __init__(self, _variant, space, seed, _budget, _workers, _options):
        self.space = space
        self.worst = Worst()
        self.pending = []
        self.optimizer = skopt.Optimizer([dimension(p) for p in space.parameters],
                                         random_state=seed)

    def ask(self):
        # It has no word for pending points, but lies about the earlier ones of one batch.
        if self.pending:
            point = self.optimizer.ask(n_points=len(self.pending) + 1, strategy="cl_min")[-1]
        else:
            point = self.optimizer.ask()
        self.pending.append(point)
        found = {}
        for p, value in zip(self.space.parameters, point):
            stepped = isinstance(p, Int) and p.step != 1
            found[p.name] = p.low + int(value) * p.step if stepped else value
        return point, native.params(self.space, found)

    def preload(self, rows):
        points = [[params[p.name] for p in self.space.parameters] for params, _ in rows]
        self.optimizer.tell(points, [value for _, value in rows], fit=False)

    def tell(self, handle, _params, value):
        self.pending.remove(handle)
        value = self.worst.stand_in(value)
        if value is not None:
            self.optimizer.tell(handle, value)

    def close(self):
        pass
