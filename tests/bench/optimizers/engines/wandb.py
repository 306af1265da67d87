"""The bayes search of Weights & Biases: its own engine, from the package `sweeps`."""
import random

import numpy
import sweeps

from engines import native
from space import Choice, Int


def keys(p):
    if isinstance(p, Choice):
        return {"distribution": "categorical", "values": p.values}
    if isinstance(p, Int) and p.step != 1:
        return {"distribution": "q_uniform", "min": p.low, "max": p.high, "q": p.step}
    if isinstance(p, Int):
        return {"distribution": "int_uniform", "min": p.low, "max": p.high}
    name = "log_uniform_values" if p.log else "uniform"
    return {"distribution": name, "min": p.low, "max": p.high}


class Engine:
    def __init__(self, _variant, space, seed, _budget, _workers, _options):
        self.space = space
        self.runs = []
        random.seed(seed)
        numpy.random.seed(seed)
        self.config = sweeps.SweepConfig({
            "method": "bayes", "metric": {"name": "value", "goal": "minimize"},
            "parameters": {p.name: keys(p) for p in space.parameters}})

    def ask(self):
        run = sweeps.next_run(self.config, self.runs)
        run.state = sweeps.RunState.running
        self.runs.append(run)
        found = {name: entry["value"] for name, entry in run.config.items()}
        return run, native.params(self.space, found)

    def preload(self, rows):
        for params, value in rows:
            run = sweeps.SweepRun(config={n: {"value": v} for n, v in params.items()})
            self.runs.append(run)
            self.tell(run, params, value)

    def tell(self, handle, _params, value):
        if value is None:
            handle.state = sweeps.RunState.failed
        else:
            handle.state = sweeps.RunState.finished
            handle.summary_metrics = {"value": value}
            handle.history = [{"value": value}]

    def close(self):
        pass
