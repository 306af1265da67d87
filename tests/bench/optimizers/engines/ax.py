"""Ax with its default strategy (Sobol, then BoTorch's Gaussian process); conditions flattened."""
import logging

import torch
from ax.service.ax_client import AxClient
from ax.service.utils.instantiation import ObjectiveProperties

from engines import native
from space import Choice, Int


def keys(p):
    if isinstance(p, Choice) or isinstance(p, Int) and p.step != 1:
        values = p.values if isinstance(p, Choice) else list(range(p.low, p.high + 1, p.step))
        kind = "str" if isinstance(values[0], str) else type(values[0]).__name__
        return {"name": p.name, "type": "choice", "values": values, "value_type": kind,
                "is_ordered": isinstance(p, Int) or p.ordered}
    return {"name": p.name, "type": "range", "bounds": [p.low, p.high], "log_scale": p.log,
            "value_type": "int" if isinstance(p, Int) else "float"}


class Engine:
    def __init__(self, _variant, space, seed, _budget, workers, _options):
        logging.disable(logging.WARNING)
        torch.set_num_threads(1)
        self.space = space
        self.client = AxClient(random_seed=seed, verbose_logging=False,
                               # With workers, a model may begin before all of Sobol is told.
                               enforce_sequential_optimization=workers <= 1)
        self.client.create_experiment(
            parameters=[keys(p) for p in space.parameters],
            objectives={"value": ObjectiveProperties(minimize=True)},
            choose_generation_strategy_kwargs={"max_parallelism_override": max(workers, 1)})

    def ask(self):
        found, index = self.client.get_next_trial()
        return index, native.params(self.space, found)

    def preload(self, rows):
        for params, value in rows:
            _, index = self.client.attach_trial(params)
            self.client.complete_trial(index, value)

    def tell(self, handle, _params, value):
        if value is None:
            self.client.log_trial_failure(handle)
        else:
            self.client.complete_trial(handle, value)

    def close(self):
        pass
